"""What each initiative truly did: this city minus its twin from the same draws without it, computed and never declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

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
    viva,
)  # fmt: skip
from kumastats.sample.city import City
from kumastats.sample.overtime import Live

Numbers = Sequence[float] | npt.NDArray[Any]
Truth = dict[str, dict[str, Any]]


def questions(city: City, live: Live) -> Truth:
    """Return the true value of every question that the city can answer exactly, beside that of the cloud workplace."""
    out: Truth = {}
    for part in (_overtime, _documents, _meetings, _enquiries, _counters, _schools, _telework, _community):
        out |= part(city, live)
    return dict(sorted(out.items()))


def _told(
    initiative: str, measure: str, unit: str, window: tuple[dt.date, dt.date], pair: Sequence[Numbers], over: str
) -> dict[str, Any]:  # fmt: skip
    """Return one question's truth: the difference of means over what was treated.

    Parameters
    ----------
    pair
        The values in this city and in its twin.
    over
        In words, what the means are over.
    """
    one, other = (np.asarray(x, dtype=float) for x in pair)
    value = float(one.mean() - other.mean()) if len(one) and len(other) else None
    return {
        "initiative": initiative,
        "measure": measure,
        "value": None if value is None else round(value, 6) + 0.0,
        "relative": round(value / float(other.mean()), 6) + 0.0
        if value is not None and other.mean()
        else None,
        "unit": unit,
        "n": len(one),
        "window": [d.isoformat() for d in window],
        "formula": f"mean over {over} in this city, minus the same mean in its twin from the same random draws without {initiative}",
    }


def _overtime(city: City, live: Live) -> Truth:
    """Return what caps did to true and recorded overtime, and that telework and tablets did nothing to it."""
    year, n = 2019, city.teachers_from
    window = days.fiscal_year(year)
    eligible = np.isin(city.kinds[:n], panel.REGULAR)
    made = overtime.simulate(city, year, live)
    out: Truth = {}
    for id_, initiative, name in (
        ("overtime-caps-true", "overtime_caps", "true"),
        ("overtime-caps-recorded", "overtime_caps", "recorded"),
        ("overtime-telework", "telework", "recorded"),
        ("overtime-remote-support", "remote_support", "recorded"),
    ):
        twin = overtime.simulate(city, year, live, frozenset({initiative}))
        pair = [getattr(y, name)[eligible].sum(axis=1) / 60 / 12 for y in (made, twin)]
        over = f"people who can be ordered overtime of {name} hours a month"
        out[id_] = _told(initiative, "ordered_overtime", "h per person-month", window, pair, over)
    return out


def _documents(city: City, live: Live) -> Truth:
    window = (config.DOCUMENTS_FROM, register.window("search-documents")[1])
    made, twin = (
        [
            e.minutes
            for y in diaries.YEARS
            if y <= window[1].year
            for e in diaries.entries(city, y, off)
            if e.live
        ]
        for off in (schedule.NONE, frozenset({"documents"}))
    )
    over = "diary days in offices whose documents were digitised of minutes spent searching"
    seen, unseen = (
        np.concatenate(
            [
                rounds.minutes(city, office, day, off)
                for y in rounds.YEARS
                if y <= window[1].year
                for office, day in rounds.observed(city, y)
                if day >= schedule.documents(city)[city.offices[office].id]
            ]
            or [np.zeros(0)]
        )
        for off in (schedule.NONE, frozenset({"documents"}))
    )
    days_seen = "person-days of offices whose documents were digitised, on the days of rounds, of minutes spent searching"
    return {
        "search-documents": _told("documents", "search_time", "min per diary day", window, (made, twin), over),
        "search-documents-seen": _told("documents", "search_time_seen", "min per person-day", window, (seen, unseen), days_seen),
    }  # fmt: skip


def _meetings(city: City, live: Live) -> Truth:
    window = (config.MEETING_RULES_WAVES[0], register.window("meetings-rules")[1])
    off = frozenset({"meeting_rules"})
    hours: list[list[npt.NDArray[Any]]] = [[], []]
    for (year, _), weeks in sorted(viva.quarters().items()):
        for start in weeks:
            if window[0] <= start <= window[1]:
                for store, without in zip(hours, (schedule.NONE, off), strict=True):
                    _, cells, treated = viva.weekly(city, year, start, without)
                    store.append(cells[treated, 0])
    attended: list[list[float]] = [
        [
            m.attendee_minutes / 60
            for q in range(4)
            for m in meetings.quarter(city, 2019, q, without)
            if m.live and not m.cancelled
        ]
        for without in (schedule.NONE, off)
    ]
    made, twin = (np.concatenate(h) for h in hours)
    people, held = (
        "person-weeks in offices with the rules of meeting hours",
        "meetings held by offices with the rules of attendee-hours",
    )
    return {
        "meetings-rules": _told("meeting_rules", "meeting_time", "h per person-week", window, (made, twin), people),
        "attendee-hours-rules": _told("meeting_rules", "attendee_hours", "h per meeting", window, attended, held),
    }  # fmt: skip


def _enquiries(city: City, live: Live) -> Truth:
    window = (dt.date(2019, 7, 1), register.window("enquiries-chatbot")[1])
    counts: list[list[float]] = [[], []]
    seconds: list[list[float]] = [[], []]
    for year in (2019, 2020):
        for first, _ in days.months(year):
            if not window[0] <= first <= window[1]:
                continue
            made, twin = (
                enquiries.month(city, first, off) for off in (schedule.NONE, frozenset({"chatbot"}))
            )
            for topic, since in config.TOPICS.items():
                if since is not None and first >= since:
                    for held, of in zip(counts, (made, twin), strict=True):
                        held.append(sum(e.topic == topic and e.came for e in of))
            both = {e.id: e.seconds for e in twin}
            mine = [e for e in made if e.live and e.came]
            seconds[0] += [e.seconds / 60 for e in mine]
            seconds[1] += [both[e.id] / 60 for e in mine]
    return {
        "enquiries-chatbot": _told(
            "chatbot", "enquiries", "enquiries per topic-month", window, counts,
            "topic-months that the chatbot knew of enquiries by phone and at the counter",
        ),
        "enquiry-time-chatbot": _told(
            "chatbot", "enquiry_time", "min per enquiry", window, seconds,
            "enquiries that still came to people, on topics that the chatbot knew, of their length",
        ),
    }  # fmt: skip


def _counters(city: City, live: Live) -> Truth:
    out: Truth = {}
    for id_, initiative, window, wards in (
        (
            "remote-support",
            "remote_support",
            (config.REMOTE_SUPPORT_ON, dt.date(2018, 9, 30)),
            counters.REMOTE,
        ),
        (
            "redesign",
            "counter_redesign",
            (config.REDESIGN_ON, dt.date(2017, 4, 30)),
            range(len(config.WARDS)),
        ),
    ):
        made, twin = (
            [t for w in wards for day in days.workdays(*window) for t in counters.tickets(city, w, day, off)]
            for off in (schedule.NONE, frozenset({initiative}))
        )
        where = "of the pilot counters" if initiative == "remote_support" else "of all ward offices"
        service, wait = (
            [[f(t) for t in of if not t.gone] for of in (made, twin)] for f in (_served, _waited)
        )
        over = f"tickets {where} that were served, of minutes"
        out[f"service-{id_}"] = _told(
            initiative, "service_time", "min per ticket", window, service, f"{over} of service"
        )
        out[f"wait-{id_}"] = _told(
            initiative, "wait_time", "min per ticket", window, wait, f"{over} of waiting"
        )
    return out


def _served(ticket: counters.Ticket) -> float:
    return (ticket.done - ticket.called) / 60


def _waited(ticket: counters.Ticket) -> float:
    return ticket.wait / 60


def _schools(city: City, live: Live) -> Truth:
    return _time_in_school(city) | _printing(city)


def _time_in_school(city: City) -> Truth:
    """Return what the school affairs system and the pupils' tablets did to teachers' days."""
    out: Truth = {}
    asked = (config.SCHOOL_SYSTEM_WAVES[0], register.window("in-school-school-affairs")[1])
    tablets = (dt.date(2020, 4, 1), dt.date(2022, 3, 31))
    affairs = schedule.school_affairs(city)
    settled = (config.SCHOOL_SYSTEM_WAVES[0], tablets[1])
    for id_, initiative, since, first_age, last, window in (
        ("in-school-school-affairs", "school_affairs", affairs, 0, None, asked),
        ("in-school-school-affairs-settled", "school_affairs", affairs, config.SCHOOL_SYSTEM_SETTLES, None, settled),
        ("in-school-pupil-tablets", "pupil_tablets", schedule.pupil_tablets(city), 0, config.PUPIL_TABLET_DAYS, tablets),
    ):  # fmt: skip
        held: list[list[npt.NDArray[Any]]] = [[], []]
        for year in (2019, 2020, 2021):
            first, end = days.fiscal_year(year)
            dates = days.workdays(max(first, window[0]), min(end, window[1]))
            if not dates:
                continue
            at = np.array(dates, dtype="datetime64[D]")
            for s, school in enumerate(city.schools):
                posts = schools.teachers(city, year, s)
                age = (at - np.datetime64(since[school.id], "D")).astype(int)
                treated = (age >= first_age) & (age < (last or 10**6))
                for store, off in zip(held, (schedule.NONE, frozenset({initiative})), strict=True):
                    values = schools.minutes(city, year, s, posts, dates, off)[:, treated]
                    store.append(values[values >= 0])
        made, twin = (np.concatenate(h) for h in held)
        over = "teacher-days of minutes in school, while the school had it"
        out[id_] = _told(initiative, "in_school_time", "min per teacher-day", window, (made, twin), over)
    return out


def _printing(city: City) -> Truth:
    logged = [m for m in printing.MONTHS if m <= register.window("printing-school-affairs")[1]]
    dates = [d for first in logged for d in days.workdays(first, days.month_end(first))]
    live_of = schedule.school_affairs(city)
    sides: list[list[float]] = [
        [
            float(sum(j.sides for j in jobs if j.place == school.id))
            for day in dates
            for jobs in [list(printing.jobs(city, day, off))]
            for school in city.schools[: printing.SCHOOLS]
            if day >= live_of[school.id]
        ]
        for off in (schedule.NONE, frozenset({"school_affairs"}))
    ]
    made = _told(
        "school_affairs", "printed_sides", "sides per school-day", (logged[0], days.month_end(logged[-1])),
        sides, "school-days of sides printed, in the months logged, once the system was there",
    )  # fmt: skip
    return {"printing-school-affairs": made}


def _telework(city: City, live: Live) -> Truth:
    window = (dt.date(2019, 11, 1), register.window("satisfaction-telework")[1])
    made, twin = (
        [a for year in surveys.STAFF_YEARS if year <= window[1].year for a in surveys.staff(city, year, off) if a.live]
        for off in (schedule.NONE, frozenset({"telework"}))
    )  # fmt: skip
    over = "answers of staff whose office could telework, of"
    return {
        "satisfaction-telework": _told(
            "telework", "satisfaction", "points of five", window, [[a.place for a in of] for of in (made, twin)],
            f"{over} satisfaction with place and time of work",
        ),
        "work-satisfaction-telework": _told(
            "telework", "satisfaction", "points of five", window, [[a.work for a in of] for of in (made, twin)],
            f"{over} satisfaction with work as a whole",
        ),
    }  # fmt: skip


def _community(city: City, live: Live) -> Truth:
    window, off = (
        (config.COMMUNITY_WAVES[0], register.window("first-reply-community")[1]),
        frozenset({"community_network"}),
    )
    opened = schedule.community()
    made, twin = (
        [
            p
            for year in (2018, 2019)
            for p in community.posts(city, year, without)
            if opened[p.area] <= p.at.date() <= window[1]
        ]
        for without in (schedule.NONE, off)
    )
    visited: list[list[float]] = [
        [
            float(visits)
            for year in (2018, 2019)
            for first, _ in days.months(year)
            for area, _, visits, *_ in community.visits(city, first, without)
            if opened[area] <= first <= window[1]
        ]
        for without in (schedule.NONE, off)
    ]
    replied = [[float(p.reply) for p in of if p.reply is not None] for of in (made, twin)]
    answers = [[float(p.replies) for p in of] for of in (made, twin)]
    name, over = "community_network", "in areas with the network"
    return {
        "first-reply-community": _told(name, "first_reply", "min per post", window, replied, f"answered posts {over} of minutes to the first reply"),
        "replies-community": _told(name, "replies", "replies per post", window, answers, f"posts {over} of replies"),
        "visits-community": _told(name, "visits", "households per area-month", window, visited, f"area-months {over} of households visited"),
    }  # fmt: skip
