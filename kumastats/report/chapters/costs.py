"""What the reform costs and what its time is worth: capacity and cash apart, with every assumption in sight."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kumastats.calendar import FiscalYear
from kumastats.compare.answer import seed_of
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber
from kumastats.display import Figure, HtmlTable, interval, number, yen
from kumastats.evidence import EvidenceRecord, descriptive, model
from kumastats.report.chapters import savings_to_date
from kumastats.report.chapters.documents import Diaries
from kumastats.report.chapters.freed import UNDECIDED, Freed, freed
from kumastats.report.session import Session
from kumastats.text import Lang, Text
from kumastats.workload.savings import (
    Assumptions,
    Cashflow,
    Savings,
    break_even_minutes,
    implied_rates,
    savings,
)
from kumastats.workload.savings.plot import cumulative_figure

ANNOUNCED, PEOPLE, MINUTES = 600e6, (12_500, 11_500, 8_000, 7_000, 6_000), 10
COST, YEARS = 4.7e9, 5
KINDS = ("actual", "contract", "budget")  # the first that a year has
HOURS, RATE = Text("時間", "h"), Text("円／時間", "yen an hour")


@dataclass(frozen=True, eq=False)
class Worth:
    """A year's savings beside the costs.

    Attributes
    ----------
    costs
        Yen by fiscal year.
    ramp
        Fiscal year to the share of its office-days on which the reform was live.
    flows
        Scenario to costs and benefits by year.
    freed
        What themes and overtime free, and what each rests on.
    """

    assumptions: Assumptions
    savings: Savings
    costs: Mapping[int, float]
    ramp: Mapping[int, float]
    flows: dict[Text, Cashflow]
    freed: Freed


def announced_table(session: Session) -> HtmlTable:
    """Return what the announced saving implies an hour, for each head count it might have meant."""
    lang, days = session.lang, Assumptions.of(session.study.savings).days.likely
    frame = implied_rates(ANNOUNCED, people=PEOPLE, minutes=MINUTES, days=days)
    rows = [
        [number(n, lang), number(hours, lang), yen(round(rate), lang)]
        for n, hours, rate in frame.itertuples(index=False, name=None)
    ]
    heads = [
        Text("対象の人数", "people")(lang), Text("年間の時間", "hours a year")(lang), Text("一時間あたり", "yen an hour implied")(lang),
    ]  # fmt: skip
    caption = Text(
        f"一日{MINUTES}分・年{days:g}日で年間{yen(ANNOUNCED, 'ja')}になる単価",
        f"The hourly rate at which {MINUTES} minutes a day on {days:g} days make {yen(ANNOUNCED, 'en')} a year",
    )(lang)
    return HtmlTable(heads, rows, caption, lang)


def announced_figure(session: Session) -> Figure:
    """Draw what the announced saving implies an hour, by the people it might have meant, beside what an hour usually costs."""
    lang, held = session.lang, Assumptions.of(session.study.savings)
    frame = implied_rates(ANNOUNCED, people=PEOPLE, minutes=MINUTES, days=held.days.likely)
    rows = [
        (Text(f"{n:,}人なら", f"for {n:,} people")(lang), float(rate), math.nan, math.nan)
        for n, _, rate in frame.itertuples(index=False, name=None)
    ]
    usual = held.rate
    rows.append((Text("一般的な人件費", "usual cost")(lang), usual.likely, usual.low, usual.high))
    caption = Text(
        f"一日{MINUTES}分・年{held.days.likely:g}日で年間{yen(ANNOUNCED, 'ja')}になる一時間の単価。一番下は前提の人件費とその幅。",
        f"Yen an hour at which {MINUTES} minutes a day on {held.days.likely:g} days make {yen(ANNOUNCED, 'en')} a year; at the bottom "
        "the assumed cost and its range.",
    )(lang)
    return estimates_figure(rows, RATE, lang, decimals=0, caption=caption, signed=False)


def break_even_table(session: Session) -> HtmlTable:
    """Return the minutes a day that would pay back the announced cost within the announced years, for each head count.

    Each minute is worth the rate; at the likely rate and at the ends of its range. Nothing is lost on the way: with the shares
    of the assumptions reached and put to use, it takes as many more minutes as these leave.
    """
    lang, held = session.lang, Assumptions.of(session.study.savings)
    kept = held.adoption.likely * held.realisation.likely
    rows = []
    for people in PEOPLE:
        whole = [
            break_even_minutes(COST, people=people, days=held.days.likely, rate=rate, years=YEARS)
            for rate in (held.rate.likely, held.rate.high, held.rate.low)
        ]
        ends = f"{number(whole[1], lang, 1)}{'～' if lang == 'ja' else '–'}{number(whole[2], lang, 1)}"
        rows.append([number(people, lang), number(whole[0], lang, 1), ends, number(whole[0] / kept, lang, 1)])
    heads = [
        Text("対象の人数", "people")(lang), Text("一日に要る分", "minutes a day needed")(lang), Text("単価の幅で", "over the range of rates")(lang),
        Text("届く割合・活かされる割合を見込むと", "if only part is reached and put to use")(lang),
    ]  # fmt: skip
    caption = Text(
        f"{YEARS}年で{yen(COST, 'ja')}を回収するのに要る、一人一日の短縮（分）",
        f"Minutes a person and day that pay back {yen(COST, 'en')} in {YEARS} years",
    )(lang)
    note = Text(
        f"単価{yen(held.rate.likely, 'ja')}（{yen(held.rate.low, 'ja')}～{yen(held.rate.high, 'ja')}）、年{held.days.likely:g}日。右端は、届く割合{held.adoption.likely:.0%}、生きる割合{held.realisation.likely:.0%}のとき。",
        f"At {yen(held.rate.likely, 'en')} an hour ({yen(held.rate.low, 'en')} to {yen(held.rate.high, 'en')}), {held.days.likely:g} days a year; on the right, with {held.adoption.likely:.0%} reached and {held.realisation.likely:.0%} put to use.",
    )(lang)
    return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2, 3}))


def worth(session: Session, diaries: Diaries | None) -> Worth:
    """Return a year's savings and the costs by year; minutes come from each theme's own comparison (`freed`)."""
    held = Assumptions.of(session.study.savings)
    parts = freed(session, diaries, held)
    found = savings(
        parts.themes,
        assumptions=held,
        rng=seed_of(session.study.title.en, "savings", str(session.quarter)),
        overtime=parts.overtime,
    )
    costs, ramp = _costs(session), savings_to_date.years_live(session, whole_years=True)
    flows = {}
    if costs:
        years = sorted({*costs, *(y for y in ramp if ramp[y] > 0)})
        both = {y: (found.capacity_yen.mean + found.cash_yen.mean) * ramp.get(y, 0.0) for y in years}
        cash = {y: found.cash_yen.mean * ramp.get(y, 0.0) for y in years}
        told = {y: ANNOUNCED if ramp.get(y, 0.0) >= 0.5 else 0.0 for y in years}
        flows = {
            Text("余力と現金", "capacity and cash"): Cashflow.of(costs, both),
            Text("現金だけ", "cash only"): Cashflow.of(costs, cash),
            Text("公表された年6億円なら", "if ¥600 million a year"): Cashflow.of(costs, told),
        }
    return Worth(held, found, costs, ramp, flows, parts)


def _costs(session: Session) -> dict[int, float]:
    """Return yen by fiscal year up to the quarter."""
    spent = paid(session).groupby("year", sort=True)["yen"].sum()
    return dict(zip(spent.index.astype(int).tolist(), spent.astype(float).tolist(), strict=True))


def booked(session: Session) -> pd.DataFrame:
    """Return every amount held of fiscal years up to the quarter's: ``year`` (2018), ``initiative_id``, ``kind`` and ``yen``."""
    columns = ["year", "initiative_id", "kind", "yen"]
    if not session.snapshot.has("cost"):
        return pd.DataFrame({c: [] for c in columns})
    frame = session.snapshot.frame("cost", ("fiscal_year", "initiative_id", "kind", "yen")).dropna(
        subset=["yen"]
    )
    frame = frame.assign(year=frame["fiscal_year"].astype(str).str.removeprefix("FY").astype("int64"))
    return frame.loc[frame["year"] <= FiscalYear.of(session.quarter.start).year, columns]


def paid(session: Session) -> pd.DataFrame:
    """Return what was spent up to the quarter: of each fiscal year actual, or else contracts, or else the budget.

    Columns ``year`` (2018), ``initiative_id`` and ``yen``.
    """
    frame = booked(session)
    frame = frame[frame["kind"].isin(list(KINDS))]
    rank = frame["kind"].map({k: i for i, k in enumerate(KINDS)})
    first = rank == rank.groupby(frame["year"]).transform("min")
    return frame.loc[first, ["year", "initiative_id", "yen"]]


def payback_table(session: Session, found: Worth) -> HtmlTable | None:
    """Return, by scenario, the share of costs recovered, the payback and the net present value; None without costs."""
    if not found.flows:
        return None
    lang, discount = session.lang, found.assumptions.discount.likely
    rows = []
    for name, flow in found.flows.items():
        years = flow.payback_years()
        rows.append(
            [
                name(lang),
                f"{number(100 * flow.recovered, lang, 1)}%",
                number(years, lang, 1) if years < 100 else Text("100年以上", "over 100")(lang),
                _times(flow.break_even_factor(discount), lang),
                yen(round(flow.net_present_value(discount), -5), lang),
            ]
        )
    heads = [
        Text("便益の見方", "benefit counted")(lang), Text("回収した割合", "recovered")(lang), Text("回収年数", "payback (years)")(lang),
        Text("収支が釣り合う倍率", "benefit must be multiplied by")(lang), Text("純現在価値", "net present value")(lang),
    ]  # fmt: skip
    caption = Text(
        "費用は回収できたか",
        "Were the costs recovered",
    )(lang)
    note = Text(
        f"割引率は年{number(100 * discount, 'ja', 0)}%（倍率と純現在価値。回収は割り引かない）。{session.quarter.label('ja')}の年度末まで。回収年数は、その後の費用がなく、最後の年の便益が続く場合。費用は取組全体のもので、学校・窓口・地域の便益は含まない。",
        f"Discount rate {number(100 * discount, 'en', 0)}% a year for the factor and the net present value; recovery is not discounted. Up to the end of the fiscal year of {session.quarter.label('en')}; payback supposes that no cost comes after it and the last year's benefit goes on. Costs are those of the whole reform; benefits at schools, counters and in areas are not in it.",
    )(lang)
    return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2, 3, 4}))


def _times(factor: float, lang: Lang) -> str:
    if factor >= 100:
        return Text("100倍以上", "over 100")(lang)
    return number(factor, lang, 1) + Text("倍", "")(lang)


def flow_table(session: Session, found: Worth) -> HtmlTable | None:
    """Return costs and benefits by year, capacity and cash together; None without costs."""
    return next(iter(found.flows.values())).table(session.lang) if found.flows else None


def cumulative(session: Session, found: Worth) -> Figure | None:
    """Draw benefits less costs over the years; None without costs."""
    return cumulative_figure(found.flows, session.lang) if found.flows else None


def _people(held: Assumptions, lang: Lang) -> str:
    """Return those whose minutes count: a range, or a number where both ends agree."""
    low, high = held.people.low, held.people.high
    unit = Text("人", "people")(lang)
    if low < high:
        return interval(low, high, lang, 0, unit)
    return number(low, lang) + (unit if lang == "ja" else f" {unit}")


def records(session: Session, found: Worth) -> tuple[EvidenceRecord, ...]:
    """Return the records of the savings and of the costs."""
    s = found.savings
    numbers = [
        PublishedNumber("hours", round(s.hours.mean, -2), "simulated", unit=HOURS, low=round(s.hours.low, -2), high=round(s.hours.high, -2)),
        PublishedNumber("capacity", round(s.capacity_yen.mean, -5), "money", low=round(s.capacity_yen.low, -5), high=round(s.capacity_yen.high, -5)),
    ]  # fmt: skip
    names = Text(
        "・".join(t.label.ja for t in s.themes), " and ".join(t.label.en for t in s.themes)
        if len(s.themes) < 3
        else ", ".join(t.label.en for t in s.themes[:-1]) + " and " + s.themes[-1].label.en,
    )  # fmt: skip
    lead = Text(
        f"{{={_people(found.assumptions, 'ja')}}}に広げると、{names.ja}で一年に浮く時間は{{hours}}（{{hours.interval}}）、余力にして{{capacity}}（{{capacity.interval}}）に当たる。",
        f"Spread to {{={_people(found.assumptions, 'en')}}}, less time on {names.en} would free {{hours}} a year ({{hours.interval}}), a capacity worth {{capacity}} ({{capacity.interval}})",
    )
    if not any(t.measured for t in s.themes):
        minutes = found.assumptions.minutes.likely
        lead = Text(
            f"まだ測っていない。公表された前提（{{=一人一日{minutes:g}分}}）のとおりなら、{lead.ja}",
            f"Not measured yet. If the announced assumption ({{={minutes:g} minutes a day and person}}) held: {lead.en[:1].lower()}{lead.en[1:]}",
        )
    statement = Text(f"{lead.ja}支出の減は測れていない。", f"{lead.en}; no cash saving has been measured.")
    if s.overtime_hours is not None:
        cash = s.cash_yen
        numbers.append(
            PublishedNumber("cash", round(cash.mean, -5), "money", low=round(cash.low, -5), high=round(cash.high, -5))
        )  # fmt: skip
        unclear = cash.low <= 0 <= cash.high
        statement = Text(
            f"{lead.ja}時間外勤務の変化による支出の減は{{cash}}（{{cash.interval}}）{'で、ゼロと区別できない' if unclear else 'である'}。",
            f"{lead.en}. The cash saved by less overtime is {{cash}} ({{cash.interval}}){' and cannot be told from zero' if unclear else ''}.",
        )
    out = [
        model(
            "savings-year", session.origin_of("document_diary", "person_week", "enquiry", "person_day", "cost"), item="workplace", title=Text("一年の節約", "A year's savings"),
            statement=statement, numbers=numbers,
            reasons=(*(Text(f"{label.ja}: {why.ja}", f"{label.en}: {why.en}") for label, why in found.freed.basis if why is not UNDECIDED), Text("余力は支出の減ではない", "capacity is not cash"), Text("前提の人数に広げた試算で、前提の幅にわたる平均である（上に長い幅では見込みより大きい）", "it is spread to the people of the assumptions and is the mean over their ranges, above the likely value where a range is longer upwards"),
                Text("学校・窓口・地域の便益は含まない", "benefits at schools, counters and in areas are not in it")),
        )
    ]  # fmt: skip
    to_date = savings_to_date.record(session, found)
    if to_date is not None:
        out.append(to_date)
    if found.costs:
        total = sum(found.costs.values())
        flow = found.flows[Text("余力と現金", "capacity and cash")]
        out.append(
            descriptive(
                "costs-to-date", session.origin_of("cost"), item="workplace", title=Text("これまでの費用", "Costs to date"),
                statement=Text(
                    "これまでの費用は{total}。余力と支出の減を合わせた便益は、その{recovered}に当たる。",
                    "Costs to date are {total}; capacity and cash together come to {recovered} of them.",
                ),
                numbers=[
                    PublishedNumber("total", total, "money"),
                    PublishedNumber("recovered", round(100 * flow.recovered, 1), "simulated", unit=Text("％", "%"), decimals=1),
                ],
                design="model", n=len(found.costs),
            )
        )  # fmt: skip
    return tuple(out)


def costs_table(session: Session) -> HtmlTable | None:
    """Return budget, contract and actual by fiscal year up to the quarter's; None where nothing is held of them."""
    frame = booked(session)
    if frame.empty:
        return None
    lang = session.lang
    wide = pd.pivot_table(frame, index="year", columns="kind", values="yen", aggfunc="sum", observed=True)
    words = {
        "budget": Text("予算", "budget"),
        "contract": Text("契約", "contract"),
        "actual": Text("決算", "actual"),
    }
    kinds = [k for k in words if k in wide]
    rows = []
    for year, values in zip(wide.index, wide[kinds].itertuples(index=False, name=None), strict=True):
        shown = f"{year}年度" if lang == "ja" else f"FY{year}"
        rows.append([shown, *(yen(v, lang) if v == v else "—" for v in values)])
    heads = [Text("年度", "fiscal year")(lang), *(words[k](lang) for k in kinds)]
    return HtmlTable(heads, rows, Text("費用", "Costs")(lang), lang)
