"""What meetings take of people's weeks, what of it overlaps or is spent on something else, and what a year of it costs in hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats import measures
from kumastats.compare.answer import seed_of
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import HtmlTable, number, percent, yen, yen_interval
from kumastats.display.dates import months_text
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.spans import ends, year_up_to
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.meetings import Ratio, ratio_of_sums
from kumastats.workload.savings import Assumptions

WHOLE = "meeting_time"
PARTS = ("conflicting_time", "multitasking_time", "large_long_time")
WEEKS = 52
HOURS, PERCENT = Text("時間", "h"), Text("％", "%")


@dataclass(frozen=True, eq=False)
class Weeks:
    """A year of person-weeks.

    Attributes
    ----------
    start, end
        First and last day, the latest year held up to the end of the quarter.
    hours
        Measure id to hours a person-week.
    shares
        Measure id to its share of meeting time.
    person_weeks, people, offices
        What it rests on; distinct people.
    """

    start: dt.date
    end: dt.date
    hours: Mapping[str, Ratio]
    shares: Mapping[str, Ratio]
    person_weeks: int
    people: int
    offices: int

    @property
    def hours_a_year(self) -> float:
        """Hours a person spends in meetings in a year."""
        return self.hours[WHOLE].value * WEEKS

    def table(self, session: Session) -> HtmlTable:
        """Return hours a week and shares of meeting time."""
        lang = session.lang
        rows = []
        for id_, hours in self.hours.items():
            share = self.shares.get(id_)
            rows.append(
                [
                    measures.measure(id_).label(lang),
                    number(hours.value, lang, 2),
                    ends(hours, lang, 2),
                    percent(share.value, lang) if share else "—",
                    ends(share.times(100), lang, 1) if share else "—",
                ]
            )
        heads = [
            Text("何の時間か", "time in")(lang), Text("時間／人・週", "h per person-week")(lang), Text("95％区間", "95% interval")(lang),
            Text("会議に占める割合", "of meeting time")(lang), Text("95％区間（％）", "95% interval (%)")(lang),
        ]  # fmt: skip
        note = Text(
            f"{self.start:%Y-%m-%d}～{self.end:%Y-%m-%d}、延べ{self.person_weeks:,}人・週、{self.people:,}人、{self.offices}職場。区間は職場を引き直すブートストラップ。"
            "重なり・内職・大人数は互いに重なるので、足し合わせない。",
            f"{self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}; {self.person_weeks:,} person-weeks of {self.people:,} people at {self.offices} offices. "
            "Intervals from a bootstrap over offices. The parts overlap and do not add up.",
        )(lang)
        return HtmlTable(heads, rows, Text("会議の時間とその中身", "Time in meetings and what it holds")(lang), lang, note)  # fmt: skip

    def cost_table(self, session: Session) -> HtmlTable:
        """Return what a year of meetings takes in hours, and what these hours are worth by the savings assumptions."""
        lang = session.lang
        rate = Assumptions.of(session.study.savings).rate
        year, hours = self.hours[WHOLE].times(WEEKS), self.hours_a_year
        rows = [
            [Text("一人が一年に会議で過ごす時間", "hours a person spends in meetings in a year")(lang), number(hours, lang), ends(year, lang, 0)],
            [
                Text(f"記録のある{self.people:,}人では", f"of the {self.people:,} people recorded")(lang),
                number(round(hours * self.people, -2), lang), ends(year.times(self.people), lang, 0, coarse=-2),
            ],
            [
                Text("一人一年あたりの値打ち（前提の単価で）", "worth of a person's year, at the assumed rate")(lang),
                yen(round(hours * rate.likely, -3), lang),
                yen_interval(round(hours * rate.low, -3), round(hours * rate.high, -3), lang),
            ],
        ]  # fmt: skip
        heads = [
            Text("会議にかかる時間", "what meetings take")(lang),
            Text("見込み", "likely")(lang),
            Text("幅", "range")(lang),
        ]
        note = Text(
            "会議の多くは必要な仕事であり、無駄の額ではない。円はノートブック10の前提（一時間の人件費）によるもので、減れば余力になる時間の値打ちにすぎず、支出の額ではない。",
            "Most meetings are needed work: this is no waste. Yen come from the assumptions of notebook 10 (an hour's cost): the worth of time, not money spent.",
        )(lang)
        return HtmlTable(heads, rows, Text("会議にかかる時間と値打ち", "Hours in meetings and what they are worth")(lang), lang, note, right=frozenset({1, 2}))  # fmt: skip


def weeks(session: Session) -> Weeks | None:
    """Return a year of person-weeks; None where there are none, or too few people."""
    window = year_up_to(session, "person_week")
    if window is None:
        return None
    start, end = window
    everyone = _cells(session, WHOLE, start, end, ())
    if not len(everyone) or int(everyone["contributors"].iloc[0]) < session.thresholds.min_n:
        return None
    rng = seed_of("meeting-weeks", str(session.quarter))
    totals = {id_: _by_office(session, id_, start, end) for id_ in (WHOLE, *PARTS, "after_hours_time")}
    totals = {k: v for k, v in totals.items() if len(v) and v["s1"].sum() > 0}
    hours = {k: ratio_of_sums(v["s1"], 60 * v["n"], rng=rng) for k, v in totals.items()}
    whole = totals[WHOLE].set_index("unit")["s1"]
    shares = {}
    for id_ in PARTS:
        if id_ in totals:
            part = totals[id_].set_index("unit")["s1"].reindex(whole.index, fill_value=0)
            shares[id_] = ratio_of_sums(part.to_numpy(), whole.to_numpy(), rng=rng)
    return Weeks(
        start, end, hours, shares, int(everyone["n"].iloc[0]), int(everyone["contributors"].iloc[0]), len(whole)
    )  # fmt: skip


def _cells(session: Session, id_: str, start: dt.date, end: dt.date, by: tuple[str, ...]) -> pd.DataFrame:
    return measures.cells(session.snapshot, id_, by=by, period="all", start=start, end=end).frame


def _by_office(session: Session, id_: str, start: dt.date, end: dt.date) -> pd.DataFrame:
    """Return totals by office; of everyone as one where the export names no office."""
    made = _cells(session, id_, start, end, ("office_id",)).rename(columns={"office_id": "unit"})
    if not len(made):
        made = _cells(session, id_, start, end, ()).assign(unit="")
    return made


def record(session: Session, found: Weeks) -> EvidenceRecord | None:
    """Return the record of the year's person-weeks."""
    decimals = session.thresholds.decimals(found.people, 1)

    def made(name: str, ratio: Ratio, unit: Text) -> PublishedNumber:
        sure = np.isfinite(ratio.low)
        return PublishedNumber(
            name, ratio.value, "mean", n=found.person_weeks, contributors=found.people, unit=unit, decimals=decimals,
            low=max(ratio.low, 0.0) if sure else None, high=ratio.high if sure else None,
            rows_per_person=-(-found.person_weeks // found.people),
        )  # fmt: skip

    hours = made("hours", found.hours[WHOLE], HOURS)
    numbers = [hours]
    parts_ja, parts_en = [], []
    for id_, ja, en in (
        ("conflicting_time", "ほかの予定と重なる時間が{conflicting_time}", "{conflicting_time} overlapped another meeting"),
        ("multitasking_time", "別の作業をした時間が{multitasking_time}", "{multitasking_time} was spent on something else too"),
        ("large_long_time", "大人数で長い会議が{large_long_time}", "{large_long_time} was in large and long meetings"),
    ):  # fmt: skip
        if id_ in found.shares:
            numbers.append(made(id_, found.shares[id_].times(100), PERCENT))
            parts_ja.append(ja)
            parts_en.append(en)
    sure = hours.low is not None
    ends_ja, ends_en = (
        ("（{=95％信頼区間} {hours.interval}）", " ({=95% CI} {hours.interval})") if sure else ("", "")
    )
    told = months_text(found.start, found.end)
    year = f"{{={told.ja}}}", f"{{={told.en}}}"
    statement = Text(
        f"{year[0]}の会議は一人週{{hours}}{ends_ja}。" + (f"そのうち{'、'.join(parts_ja)}である。" if parts_ja else ""),
        f"From {year[1]}, people spent {{hours}} a week in meetings{ends_en}."
        + (f" Of that time {', '.join(parts_en)}." if parts_en else ""),
    )  # fmt: skip
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "meetings-weeks", session.origin_of("person_week"), item="documents", title=Text("会議に使う時間", "Time spent in meetings"),
        statement=statement, numbers=numbers, measure=WHOLE, unit=measures.measure(WHOLE).unit, n=found.person_weeks, n_units=found.offices,
        reasons=(measures.measure(WHOLE).caveat,),
    )  # fmt: skip
