"""What has been saved so far: a year's savings by the days on which the reform was live; capacity and cash apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kumastats.calendar import FiscalYear
from kumastats.disclosure import PublishedNumber, PublishedSeries
from kumastats.evidence import EvidenceRecord, model
from kumastats.evidence.template import literal_text
from kumastats.report.session import Session
from kumastats.text import Text

if TYPE_CHECKING:
    from kumastats.report.chapters.costs import Worth
    from kumastats.workload.savings.worth import Spread

HOURS, MILLION = Text("時間", "h"), Text("百万円", "million yen")
LEAST = 0.05  # years that were live, below which there is nothing to tell


def years_live(session: Session, *, whole_years: bool = False) -> dict[int, float]:
    """Return for each fiscal year the share of its office-days, up to the quarter's end, on which an initiative was live.

    Averaged over initiatives: 1 where all were live everywhere all year; a year that the quarter cuts off counts in part, or with
    `whole_years` as if it had gone on to March, as costs do.
    """
    last = FiscalYear.of(session.quarter.start).year
    first = FiscalYear.of(session.study.term.start).year
    dates = [i.live_dates() for i in session.study.initiatives.values() if i.live_dates()]
    out = {}
    for year in range(first, last + 1):
        fy = FiscalYear(year)
        end = fy.end if whole_years else min(fy.end, session.quarter.end)
        length = (fy.end - fy.start).days + 1
        shares = [
            sum(max((end - max(d, fy.start)).days + 1, 0) for d in live.values()) / (length * len(live))
            for live in dates
        ]
        out[year] = sum(shares) / len(shares) if shares else 0.0
    return out


def record(session: Session, found: Worth) -> EvidenceRecord | None:
    """Return the savings from the start of the reform to the quarter's end; None where nothing was live by then.

    A year's savings, with their interval, are multiplied by the years that were live: what varies from year to year is not
    known, so that the whole interval goes along.
    """
    live = years_live(session)
    years = sum(live.values())
    if years < LEAST:
        return None
    s = found.savings
    numbers = [
        _number("hours", s.hours, years, -2, HOURS),
        _number("capacity", s.capacity_yen, years, -5),
        PublishedNumber("years", round(years, 1), "constant", unit=Text("年分", "years"), decimals=1),
    ]
    measured = any(t.measured for t in s.themes)
    until = session.quarter.label
    lead = Text(
        f"{{={until('ja')}}}の末までに、取組が動いていたのは合わせて{{years}}に当たり、浮いた時間は{{hours}}（{{hours.interval}}）、余力にして{{capacity}}（{{capacity.interval}}）と見込まれる。",
        f"By the end of {{={until('en')}}} the initiatives had been live for the equivalent of {{years}}: an estimated {{hours}} freed ({{hours.interval}}), a capacity worth {{capacity}} ({{capacity.interval}}).",
    )
    if not measured:
        lead = Text(
            f"まだ測っていないので、公表された前提のとおりならの試算である。{lead.ja}",
            f"Not measured yet; this is what the announced assumption would come to. {lead.en}",
        )
    cash = _cash(session, s.cash_yen if s.overtime_hours is not None else None)
    if s.overtime_hours is not None:
        numbers.append(_number("cash", s.cash_yen, years, -5))
    return model(
        "savings-to-date",
        session.origin_of("document_diary", "person_week", "enquiry", "person_day"),
        item="workplace",
        title=Text("これまでの節約", "Savings to date"),
        statement=Text(f"{lead.ja}{cash.ja}", f"{lead.en} {cash.en}"),
        numbers=numbers,
        reasons=(
            Text(
                "一年の節約に、各年度に取組が動いていた割合を掛けたもので、年ごとに測ったものではない",
                "it is a year's savings times the share of each year on which the initiatives were live, not measured year by year",
            ),
            Text("余力は支出の減ではない", "capacity is not cash"),
        ),
        series=_by_year(s.capacity_yen, live),
    )


def _cash(session: Session, cash: Spread | None) -> Text:
    """Say what was saved in cash, or why none can be given and which question would settle it."""
    asked = [literal_text(q.text) for q in session.study.questions_on("ordered_overtime")]
    named = Text("、".join(f"「{t.ja}」" for t in asked), " and ".join(f"“{t.en}”" for t in asked))
    settles = Text(
        f"{named.ja}の問いに答えが出れば示せる。"
        if asked
        else "時間外勤務についての問いを立て、答えが出れば示せる。",
        f"An answer to {named.en} would settle it."
        if asked
        else "A question on overtime, answered, would settle it.",
    )
    if cash is None:
        return Text(
            f"支出の減（現金）は、時間外勤務の変化を判断できず、示せない。{settles.ja}",
            f"No cash saving can be given, as the change in overtime cannot be decided. {settles.en}",
        )
    if cash.low <= 0 <= cash.high:
        narrower = Text(
            f"{named.ja}の問いへの答えの幅が狭まれば、決まる。" if asked else settles.ja,
            f"A narrower answer to {named.en} would settle it." if asked else settles.en,
        )
        return Text(
            f"支出の減（現金）は{{cash}}（{{cash.interval}}）で、ゼロと区別できない。{narrower.ja}",
            f"The cash saving is {{cash}} ({{cash.interval}}) and cannot be told from zero. {narrower.en}",
        )
    return Text(
        "支出の減（現金）は{cash}（{cash.interval}）である。", "The cash saving is {cash} ({cash.interval})."
    )


def _number(name: str, year: Spread, years: float, to: int, unit: Text | None = None) -> PublishedNumber:
    value, low, high = (round(v * years, to) for v in (year.mean, year.low, year.high))
    if unit is None:
        return PublishedNumber(name, value, "money", low=low, high=high)
    return PublishedNumber(name, value, "simulated", unit=unit, low=low, high=high)


def _by_year(capacity: Spread, live: Mapping[int, float]) -> list[PublishedSeries]:
    """Return the capacity of each fiscal year with anything live."""
    kept = {y: share for y, share in live.items() if share > 0}
    ends = [
        tuple(round(v * share / 1e6, 1) for share in kept.values())
        for v in (capacity.mean, capacity.low, capacity.high)
    ]
    label = Text("年度ごとの余力", "capacity by fiscal year")
    return [
        PublishedSeries(
            "capacity_by_year", tuple(f"FY{y}" for y in kept), ends[0], ends[1], ends[2], form="simulated", unit=MILLION,
            decimals=1, label=label,
        )
    ]  # fmt: skip
