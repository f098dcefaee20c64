"""Counters, further: one office's day, its calendar, the model on days it has not seen, and what has changed since before the reform."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from kumastats.calendar import FiscalYear, Quarter
from kumastats.compare import Comparison
from kumastats.compare.answer import seed_of
from kumastats.compare.regression_to_mean import RegressionToMean, from_data
from kumastats.compare.subject import Subject
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number
from kumastats.errors import CompareError, WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.counters import MINUTES, office_name, tickets_between
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter import Decomposition, change_in_waits, decompose
from kumastats.workload.counter.decomposition_plot import decomposition_figure
from kumastats.workload.counter.forecast import DayTotals, Forecast, fit_day_totals
from kumastats.workload.counter.held_out import HeldOut, held_out
from kumastats.workload.counter.log import wait_minutes
from kumastats.workload.counter.plot import queue_figure
from kumastats.workload.counter.staffed import staffed


def missing_tables(session: Session) -> Text | None:
    """Say which tables of this page the study does not hold; None where it holds both."""
    absent = [t for t in ("ticket", "case") if not session.snapshot.has(t)]
    if not absent:
        return None
    names = {
        "ticket": Text("番号札（ticket）", "tickets (`ticket`)"),
        "case": Text("申請の処理（case）", "applications (`case`)"),
    }
    return Text(
        f"この研究にない表: {'、'.join(names[t].ja for t in absent)}。その節は短くなります。",
        f"Tables this study does not hold: {', '.join(names[t].en for t in absent)}. Their sections are shorter.",
    )


@dataclass(frozen=True, eq=False)
class OneOffice:
    """The office with the longest waits of the quarter.

    Attributes
    ----------
    office, name
        Its code and its name.
    held_out, totals, forecast
        None where there are too few days.
    chosen
        The fall to expect of an office chosen for long waits; None with fewer than three offices in two quarters.
    """

    office: str
    name: Text
    tickets: pd.DataFrame
    held_out: HeldOut | None
    totals: DayTotals | None
    forecast: Forecast | None
    next: Quarter
    chosen: RegressionToMean | None

    def queue_figure(self, session: Session) -> Figure:
        """Draw the day's queue."""
        days, n = self.tickets["issued_at"].dt.date.nunique(), len(self.tickets)
        caption = Text(
            f"{self.name.ja}、{n:,}枚、{days}日。線は平均、帯は10日のうち8日が入る範囲。",
            f"{self.name.en}; {n:,} tickets on {days} days. The line is the mean; the band holds eight days in ten.",
        )(session.lang)
        return queue_figure(self.tickets, session.lang, caption=caption)

    def desks_table(self, session: Session) -> HtmlTable:
        """Return desks by hour: low, likely, high."""
        lang = session.lang
        typical = staffed(self.tickets).typical()
        by_hour = typical.groupby(typical["minute"] // 60)[["low", "likely", "high"]].mean()
        rows = [
            [f"{int(str(hour).split('.')[0])}:00", *(number(v, lang, 1) for v in row)]
            for hour, row in zip(by_hour.index.tolist(), by_hour.to_numpy().tolist(), strict=True)
        ]
        heads = [
            Text("時刻", "from"),
            Text("少なくとも", "at least"),
            Text("おそらく", "likely"),
            Text("多くて", "at most"),
        ]
        note = Text(
            "記録は開いた窓口の数を述べない。少なくとも: 同時に応対した最多。多くて: 前後を含めて応対のあった窓口。",
            "The log does not state desks. At least: the most services at once. At most: desks seen at work then or just before or after.",
        )(lang)
        return HtmlTable(
            [h(lang) for h in heads],
            rows,
            Text("開いていた窓口（平均）", "Desks open (mean)")(lang),
            lang,
            note,
        )

    def chosen_sentence(self, session: Session) -> str:
        """Say how far the office's wait would fall by itself, since it was chosen for being long."""
        return "" if self.chosen is None else self.chosen.text(session.lang)

    def forecast_sentence(self, session: Session) -> str:
        """Say how many are to come in the next quarter."""
        if self.forecast is None:
            return ""
        f, lang = self.forecast, session.lang
        return Text(
            f"{self.next.label('ja')}の来客は{number(f.total, 'ja')}人（95％予測区間 {interval(*f.total_interval, 'ja')}）と見込まれる。",
            f"In {self.next.label('en')}, {number(f.total, 'en')} visitors are expected (95% prediction interval {interval(*f.total_interval, 'en')}).",
        )(lang)


def one_office(session: Session) -> OneOffice | None:
    """Look at the office with the longest mean wait in the quarter, or return None where there are no tickets."""
    tickets = tickets_between(session, session.quarter.start, session.quarter.end)
    if tickets is None or not tickets["called_at"].notna().any():
        return None
    wait = (tickets["called_at"] - tickets["issued_at"]).dt.total_seconds()
    office = str(wait.groupby(tickets["office_id"]).mean().sort_values(kind="stable").index[-1])
    mine = tickets[tickets["office_id"] == office].sort_values("issued_at", kind="stable")
    rng = seed_of("counter-office", office, str(session.quarter))
    try:
        seen = shared(held_out)(mine, rng=rng)
    except WorkloadError:
        seen = None
    start = dt.date(session.quarter.end.year - 3, 1, 1)
    past = tickets_between(session, start, session.quarter.end)
    following = Quarter.of(session.quarter.end + dt.timedelta(days=1))
    try:
        totals = fit_day_totals(past[past["office_id"] == office]) if past is not None else None
        forecast = totals.forecast(following.start, following.end, rng=rng) if totals is not None else None
    except WorkloadError:
        totals = forecast = None
    chosen = _chosen(session, tickets, office)
    return OneOffice(office, office_name(session, office), mine, seen, totals, forecast, following, chosen)


def _chosen(session: Session, tickets: pd.DataFrame, office: str) -> RegressionToMean | None:
    """Return what regression to the mean has the office's wait fall by, from the quarter before."""
    earlier = Quarter.of(session.quarter.start - dt.timedelta(days=1))
    past = tickets_between(session, earlier.start, earlier.end)
    if past is None:
        return None
    now, was = (wait_minutes(t).groupby(t["office_id"]).mean() for t in (tickets, past))
    both = now.index.intersection(was.index).sort_values()
    try:
        return from_data(
            now[both].to_numpy(), was[both].to_numpy(), both == office,
            subject=Subject("counter_wait", Text("待ち時間の平均", "mean wait"), MINUTES, decimals=1),
        )  # fmt: skip
    except CompareError:
        return None


@dataclass(frozen=True, eq=False)
class SinceBefore:
    """Waits of the quarter against the same quarter of the fiscal year before the reform."""

    before: str
    mean: Comparison
    p90: Comparison
    parts: Decomposition | None
    office: Text
    record: EvidenceRecord | None

    def parts_figure(self, session: Session) -> Figure | None:
        """Draw the parts of the change at one office; None where they are not known."""
        if self.parts is None:
            return None
        caption = Text(
            f"{self.office.ja}、{self.before}と同じ週どうし。線は95％区間。",
            f"{self.office.en}, the same weeks as in {self.before}. Lines are 95% intervals.",
        )(session.lang)
        return decomposition_figure(self.parts, session.lang, caption=caption)


def since_before(session: Session, office: str) -> SinceBefore | None:
    """Compare the quarter with the same one before the reform, and take one office's change apart; None where it cannot be."""
    year = FiscalYear.of(session.study.term.start).start.year
    months = session.quarter.start.month, session.quarter.end
    start = dt.date(year - 1 + (months[0] < 4), months[0], 1)
    if start >= session.quarter.start:
        return None
    end = Quarter.of(start).end
    before, after = (
        tickets_between(session, start, end),
        tickets_between(session, session.quarter.start, session.quarter.end),
    )
    if before is None or after is None:
        return None
    rng = seed_of("counter-before", str(session.quarter))
    try:
        mean = change_in_waits(before, after, rng=rng)
        p90 = change_in_waits(before, after, rng=rng, metric="p90")
    except WorkloadError:
        return None
    try:
        parts = decompose(
            before[before["office_id"] == office],
            after[after["office_id"] == office],
            rng=rng,
            days=200,
        )
    except WorkloadError:
        parts = None
    name = Quarter.of(start)
    return SinceBefore(
        name.label(session.lang),
        mean,
        p90,
        parts,
        office_name(session, office),
        _record(session, mean, before, after, name),
    )


def _record(
    session: Session, found: Comparison, before: pd.DataFrame, after: pd.DataFrame, earlier: Quarter
) -> EvidenceRecord | None:
    counts = [int(((t["outcome"] == "served") & t["called_at"].notna()).sum()) for t in (before, after)]
    numbers = [
        PublishedNumber(
            name, found.extra[name], "mean", n=n, contributors=n, unit=MINUTES, decimals=session.thresholds.decimals(n, 1),
        )
        for name, n in zip(("before", "after"), counts, strict=True)
    ]  # fmt: skip
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "counter-since-before", session.origin_of("ticket"), item="counters",
        title=Text("改革前の同じ時期と比べた待ち時間", "Waits against the same weeks before the reform"),
        statement=Text(
            f"同じ週どうしで比べると、窓口の待ち時間の平均は{{={earlier.label('ja')}}}の{{before}}から{{={session.quarter.label('ja')}}}の{{after}}になった。比べる窓口がないので効果とは言えない。",
            f"In the same weeks of the year, the mean wait went from {{before}} in {{={earlier.label('en')}}} to {{after}} in {{={session.quarter.label('en')}}}; without comparison offices it is no effect.",
        ),
        numbers=numbers, measure="counter_wait", unit=MINUTES, design="descriptive", n=sum(counts), n_units=after["office_id"].nunique(),
    )  # fmt: skip
