"""Questions to a synthetic city: the rows of each, who is live when, and where its truth is told.

Those of the register are asked as the register asks them. Beside them stand initiatives asked about an outcome they cannot touch:
their truth is nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kumastats.compare.asked import Asked as Put
from kumastats.errors import CompareError
from kumastats.measures import measure
from kumastats.sample import (
    community,
    config,
    counters,
    days,
    diaries,
    enquiries,
    meetings,
    overtime,
    panel,
    printing,
    register,
    rounds,
    schedule,
    schools,
    surveys,
    truth,
    viva,
)
from kumastats.sample.city import City, build, live_dates
from kumastats.sample.overtime import Live

Answer = tuple[float, float, float, float, bool]
Window = tuple[dt.date, dt.date]
Rows = Iterator[tuple[str, dt.date, float]]
COLUMNS = ["unit", "period", "n", "s1"]


class Made:
    """A city with what several questions need of it, made once when it is first asked for.

    Attributes
    ----------
    city, larger
        City of the questions of staff and areas, and one of the same seed with schools enough to compare.
    """

    def __init__(self, seed: int, people: int, school_people: int) -> None:
        self.city, self.larger = build(people, seed), build(school_people, seed)

    @cached_property
    def live(self) -> Live:
        """Office index to the day the cloud workplace went live, and was piloted."""
        return live_dates(self.city, overtime.busiest_offices(self.city))

    @cached_property
    def years(self) -> dict[int, overtime.Year]:
        """Overtime from FY2017 to FY2019."""
        return {y: overtime.simulate(self.city, y, self.live) for y in (2017, 2018, 2019)}

    @cached_property
    def overtime(self) -> pd.DataFrame:
        """Person-months of ordered overtime by office and month."""
        return pd.concat([panel.monthly(self.city, y) for y in self.years.values()], ignore_index=True)

    @cached_property
    def answers(self) -> list[surveys.Answer]:
        """Staff surveys of 2018 and 2019."""
        return [a for year in (2018, 2019) for a in surveys.staff(self.city, year)]

    @cached_property
    def posts(self) -> list[community.Post]:
        """Posts in the community network of FY2018 and FY2019."""
        return [p for year in (2018, 2019) for p in community.posts(self.city, year)]

    @cached_property
    def diaries(self) -> list[diaries.Entry]:
        """Diaries of 2018 and 2019."""
        return [e for year in (2018, 2019) for e in diaries.entries(self.city, year)]


@dataclass(frozen=True)
class Asked:
    """A question.

    Attributes
    ----------
    cells
        From a city and the window: unit, period, n, s1 (minutes, seconds or points), a row a unit and month.
    dates
        Unit to the day it goes live.
    measure, window
        None: those of the register.
    truth
        From a city to truths by question; None where nothing can happen.
    few
        Fewer units than any test takes, whatever the city: asked in the first cities only, to show that nothing is decided.
    """

    id: str
    cells: Callable[[Made, Window], pd.DataFrame]
    dates: Callable[[Made], dict[str, dt.date]]
    truth: Callable[[Made], dict[str, dict[str, Any]]] | None = None
    measure: str | None = None
    window: Window | None = None
    cohorts: tuple[dt.date, ...] = ()
    few: bool = False

    @property
    def design(self) -> str:
        """The design the register names."""
        return "staggered" if self.id in register.STAGGERED else "did"

    def answer(self, made: Made, known: dict[str, dict[str, Any]]) -> Answer | None:
        """Return truth, estimate, both ends and whether anything was decided; None where the cells do not allow it."""
        asked = register.QUESTIONS.get(self.id)
        held = measure(self.measure or (asked[2] if asked else ""))
        start, end = self.window or register.window(self.id)
        cells = self.cells(made, (start, end)).rename(columns={"unit": held.unit_column})
        live: dict[str, dt.date | None] = dict(self.dates(made))
        never = asked is not None and asked[1] in register.NEVER
        live |= {u: None for u in cells[held.unit_column].unique() if u not in live} if never else {}
        cells = cells[cells[held.unit_column].isin(live)]
        put = Put(
            cells=cells, live=live, start=start, end=end, measure=held, unit=held.unit_column, seed=made.city.seed,
            cohorts=self.cohorts or sorted({d for d in live.values() if d and start < d <= end}),
            comparison="never" if never else "not_yet_live", run_checks=False,
        )  # fmt: skip
        try:
            found = put.by(self.design)
        except CompareError:
            return None
        value = 0.0 if self.truth is None else float(known[self.id]["value"])
        return value, found.estimate, *found.ci, found.decidable


def counted(rows: Rows, window: Window) -> pd.DataFrame:
    """Return rows of unit, day and value as cells by unit and month."""
    frame = pd.DataFrame(rows, columns=["unit", "day", "value"])
    frame = frame[(frame["day"] >= window[0]) & (frame["day"] <= window[1])]
    frame["period"] = [f"{d:%Y-%m}" for d in frame["day"]]
    frame["value"] = frame["value"].round().astype("int64")
    return frame.groupby(["unit", "period"], as_index=False).agg(n=("value", "size"), s1=("value", "sum"))


def by_rows(rows: Callable[[Made], Rows]) -> Callable[[Made, Window], pd.DataFrame]:
    """Return cells from rows."""
    return lambda made, window: counted(rows(made), window)


def _overtime(made: Made, window: Window) -> pd.DataFrame:
    inside = made.overtime["period"].between(f"{window[0]:%Y-%m}", f"{window[1]:%Y-%m}")
    return made.overtime.loc[inside, COLUMNS]


def _leave(made: Made, window: Window) -> pd.DataFrame:
    """Person-months of leave, a day of 7 h 45: what the register takes as negative control of overtime."""
    rows, count = [], len(made.city.offices)
    for number, year in made.years.items():
        office = made.city.office[: made.city.teachers_from, number - config.FIRST_YEAR]
        people = np.bincount(office, minlength=count)
        labels = np.array([f"{d:%Y-%m}" for d in year.days])
        for label in np.unique(labels):
            minutes = np.bincount(office, 465 * year.leave[:, labels == label].sum(axis=1), count)
            rows += [
                (o.id, str(label), int(people[i]), int(minutes[i]))
                for i, o in enumerate(made.city.offices)
                if people[i]
            ]
    cells = pd.DataFrame(rows, columns=COLUMNS)
    return cells[cells["period"].between(f"{window[0]:%Y-%m}", f"{window[1]:%Y-%m}")]


def _diaries(made: Made) -> Rows:
    return ((e.office, e.day, e.minutes) for e in made.diaries)


def _seen(made: Made, window: Window) -> pd.DataFrame:
    """Rounds of work sampling: people seen, and of these the minutes of a day that those searching stand for."""
    found = (r for year in (2018, 2019) for r in rounds.rounds(made.city, year))
    rows = [
        (r.office, f"{r.at:%Y-%m}", r.seen, r.searching * rounds.ON_DUTY)
        for r in found
        if window[0] <= r.at.date() <= window[1]
    ]
    cells = pd.DataFrame(rows, columns=COLUMNS).groupby(["unit", "period"], as_index=False).sum()
    return cells[cells["n"] > 0]


def _answers(which: str) -> Callable[[Made], Rows]:
    return lambda made: ((a.office, a.at.date(), getattr(a, which)) for a in made.answers)


def _posts(which: str) -> Callable[[Made], Rows]:
    return lambda made: (
        (p.area, p.at.date(), getattr(p, which)) for p in made.posts if getattr(p, which) is not None
    )


def _visits(made: Made) -> Rows:
    for year in (2018, 2019):
        for first, _ in days.months(year):
            for area, _, visited, *_ in community.visits(made.city, first):
                yield area, first, visited


def _weeks(made: Made, window: Window) -> pd.DataFrame:
    frames = []
    for (year, _), weeks in sorted(viva.quarters().items()):
        for week in weeks:
            if window[0] <= week <= window[1]:
                posts, cells, _ = viva.weekly(made.city, year, week)
                office = made.city.office[posts, year - config.FIRST_YEAR]
                frames.append(
                    pd.DataFrame(
                        {"unit": office, "period": f"{week:%Y-%m}", "s1": np.round(cells[:, 0] * 60)}
                    )
                )
    rows = pd.concat(frames, ignore_index=True)
    rows["unit"] = [made.city.offices[o].id for o in rows["unit"]]
    return rows.groupby(["unit", "period"], as_index=False).agg(n=("s1", "size"), s1=("s1", "sum"))


def _held(made: Made) -> Rows:
    for number in range(4):
        for m in meetings.quarter(made.city, 2019, number):
            if not m.cancelled:
                yield m.office, m.at.date(), m.attendee_minutes


def _in_school(made: Made, window: Window) -> pd.DataFrame:
    frames = []
    for year in range(window[0].year - 1, window[1].year + 1):
        first, last = days.fiscal_year(year)
        if last < window[0] or first > window[1]:
            continue
        dates = days.workdays(max(first, window[0]), min(last, window[1]))
        labels = np.array([f"{d:%Y-%m}" for d in dates])
        for s, school in enumerate(made.larger.schools):
            values = schools.minutes(made.larger, year, s, schools.teachers(made.larger, year, s), dates)
            for label in np.unique(labels):
                there = values[:, labels == label]
                there = there[there >= 0]
                frames.append((school.id, str(label), len(there), int(there.sum())))
    return pd.DataFrame(frames, columns=COLUMNS)


def _came(made: Made) -> Iterator[enquiries.Enquiry]:
    for year in (2018, 2019):
        for first, _ in days.months(year):
            yield from (e for e in enquiries.month(made.city, first) if e.came)


def _enquiries(made: Made, window: Window) -> pd.DataFrame:
    cells = counted(((e.topic, e.at.date(), 1) for e in _came(made)), window)
    return cells.assign(s1=cells["n"], n=1)


def _tickets(which: Callable[[counters.Ticket], int]) -> Callable[[Made], Rows]:
    def rows(made: Made) -> Rows:
        for w, (ward, _, _) in enumerate(config.WARDS):
            for day in days.workdays(*register.window("service-remote-support")):
                for t in counters.tickets(made.city, w, day):
                    if not t.gone:
                        yield ward, day, which(t)

    return rows


def _printed(made: Made) -> Rows:
    for first in printing.MONTHS:
        for day in days.workdays(first, days.month_end(first)):
            held: dict[str, int] = {}
            for job in printing.jobs(made.city, day):
                held[job.place] = held.get(job.place, 0) + job.sides
            yield from ((place, day, sides) for place, sides in held.items())


def _cloud(made: Made) -> dict[str, dt.date]:
    return {o.id: made.live[i][0] for i, o in enumerate(made.city.offices)}


def _reached(schedule_of: Callable[[City], dict[str, dt.date]]) -> Callable[[Made], dict[str, dt.date]]:
    return lambda made: schedule_of(made.city)


def _schools_reached(made: Made) -> dict[str, dt.date]:
    return schedule.school_affairs(made.larger)


def _areas(made: Made) -> dict[str, dt.date]:
    return schedule.community()


def _topics(made: Made) -> dict[str, dt.date]:
    return {topic: day for topic, day in config.TOPICS.items() if day is not None}


def _remote(made: Made) -> dict[str, dt.date]:
    return dict.fromkeys(config.REMOTE_SUPPORT_WARDS, config.REMOTE_SUPPORT_ON)


Truth = dict[str, dict[str, Any]]


def told(part: Callable[[City, Any], Truth]) -> Callable[[Made], Truth]:
    """Return what the sample tells of a city."""
    return lambda made: part(made.city, made.live)


def _of_schools(made: Made) -> Truth:
    return truth._time_in_school(made.larger)


def _printing(made: Made) -> Truth:
    return truth._printing(made.city)


_telework, _community, _enquired = told(truth._telework), told(truth._community), told(truth._enquiries)
_meetings, _documents, _counters = told(truth._meetings), told(truth._documents), told(truth._counters)


def cloud_truth(made: Made) -> dict[str, dict[str, Any]]:
    """Return what the cloud workplace truly did, as the sample tells it."""
    start, end = (f"{d:%Y-%m}" for d in register.WINDOW)
    twin = pd.concat([panel.monthly(made.city, overtime.simulate(made.city, y, None)) for y in (2017, 2018)])
    mine = [c[c["period"].between(start, end)] for c in (made.overtime, twin)]
    value = panel.effect(mine[0], mine[1], _cloud(made), register.COHORTS)
    return {"overtime-cloud-workplace": {"value": value}}


ASKED = (
    Asked("overtime-cloud-workplace", _overtime, _cloud, cloud_truth, "ordered_overtime", register.WINDOW, register.COHORTS),
    Asked("overtime-telework", _overtime, _reached(schedule.telework)),
    Asked("meetings-rules", _weeks, _reached(schedule.meeting_rules), _meetings),
    Asked("attendee-hours-rules", by_rows(_held), _reached(schedule.meeting_rules), _meetings),
    Asked("search-documents", by_rows(_diaries), _reached(schedule.documents), _documents),
    Asked("search-documents-seen", _seen, _reached(schedule.documents), _documents, "search_time_seen", register.window("search-documents")),
    Asked("in-school-school-affairs", _in_school, _schools_reached, _of_schools),
    Asked("satisfaction-telework", by_rows(_answers("place")), _reached(schedule.telework), _telework),
    Asked("work-satisfaction-telework", by_rows(_answers("work")), _reached(schedule.telework), _telework),
    Asked("first-reply-community", by_rows(_posts("reply")), _areas, _community),
    Asked("replies-community", by_rows(_posts("replies")), _areas, _community),
    Asked("visits-community", by_rows(_visits), _areas, _community),
    Asked("enquiries-chatbot", _enquiries, _topics, _enquired, few=True),
    Asked("enquiry-time-chatbot", by_rows(lambda made: ((e.topic, e.at.date(), e.seconds) for e in _came(made))), _topics, _enquired, few=True),
    Asked("service-remote-support", by_rows(_tickets(lambda t: t.done - t.called)), _remote, _counters, few=True),
    Asked("wait-remote-support", by_rows(_tickets(lambda t: t.wait)), _remote, _counters, few=True),
    Asked("printing-school-affairs", by_rows(_printed), _reached(schedule.school_affairs), _printing, few=True),
    # beside the register: what an initiative cannot touch
    Asked("leave, cloud_workplace", _leave, _cloud, None, "leave_time", register.WINDOW, register.COHORTS),
    Asked("overtime, documents", _overtime, _reached(schedule.documents), None, "ordered_overtime", register.window("search-documents")),
    Asked("overtime, meeting_rules", _overtime, _reached(schedule.meeting_rules), None, "ordered_overtime", register.window("meetings-rules")),
    Asked("search, telework", by_rows(_diaries), _reached(schedule.telework), None, "search_time", register.window("search-documents")),
)  # fmt: skip
