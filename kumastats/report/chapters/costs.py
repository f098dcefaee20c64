"""What the reform costs and what its time is worth: capacity and cash apart, with every assumption in sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kumastats import measures
from kumastats.calendar import FiscalYear
from kumastats.compare import Comparison
from kumastats.compare.answer import answer, seed_of
from kumastats.disclosure import PublishedNumber
from kumastats.display import Figure, HtmlTable, number, yen
from kumastats.errors import CompareError
from kumastats.evidence import EvidenceRecord, descriptive, model
from kumastats.report.chapters.documents import Diaries
from kumastats.report.session import Session
from kumastats.study.model import Range
from kumastats.text import Text
from kumastats.workload.savings import Assumptions, Cashflow, Savings, Theme, implied_rates, savings
from kumastats.workload.savings.plot import cumulative_figure

ANNOUNCED, PEOPLE, MINUTES = 600e6, (12_500, 11_500, 8_000, 7_000, 6_000), 10
KINDS = ("actual", "contract", "budget")  # the first that a year has
HOURS = Text("時間", "h")
COMPARED = Text(
    "短縮した分は、まだ電子化していない職場との比較による",
    "minutes saved come from the comparison with offices not yet digitised",
)
DIARIES = Text(
    "短縮した分は日記の前後差で、比べる職場がない",
    "minutes saved are the change between diaries, without comparison offices",
)
ASSUMED = Text(
    "短縮した分は公表された前提であり、測っていない",
    "minutes saved are the announced assumption, not measured",
)


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
    basis
        Where the minutes saved come from.
    theme, overtime
        Those minutes, and hours of overtime a year no longer ordered with their standard error.
    """

    assumptions: Assumptions
    savings: Savings
    costs: Mapping[int, float]
    ramp: Mapping[int, float]
    flows: dict[Text, Cashflow]
    basis: Text
    theme: Theme
    overtime: tuple[float, float] | None


def announced_table(session: Session, *, days: int = 244) -> HtmlTable:
    """Return what the announced saving implies an hour, for each head count it might have meant."""
    lang = session.lang
    frame = implied_rates(ANNOUNCED, people=PEOPLE, minutes=MINUTES, days=days)
    rows = [
        [number(n, lang), number(hours, lang), yen(round(rate), lang)]
        for n, hours, rate in frame.itertuples(index=False, name=None)
    ]
    heads = [
        Text("対象の人数", "people")(lang), Text("年間の時間", "hours a year")(lang), Text("一時間あたり", "yen an hour implied")(lang),
    ]  # fmt: skip
    caption = Text(
        f"一日{MINUTES}分・年{days}日で年間{yen(ANNOUNCED, 'ja')}になる単価",
        f"The hourly rate at which {MINUTES} minutes a day on {days} days make {yen(ANNOUNCED, 'en')} a year",
    )(lang)
    return HtmlTable(heads, rows, caption, lang)


def worth(session: Session, diaries: Diaries | None) -> Worth:
    """Return a year's savings and the costs by year.

    Minutes come from the register's question on searching if it can be decided, else from the change between diaries, else
    from the assumptions; overtime likewise from its question, spread from a person-month to the people of the assumptions.
    A rise counts against.
    """
    held = Assumptions.of(session.study.savings)
    label = Text("文書探し", "searching for documents")
    change = diaries.change if diaries is not None else None
    compared = _decided(session, "search_time")
    if compared is not None:
        minutes = Range(-compared.ci[1], -compared.estimate, -compared.ci[0])
        theme, basis = Theme("documents", label, minutes, measured=True), COMPARED
    elif change is not None:
        theme, basis = (
            Theme("documents", label, Range(-change.high, -change.mean, -change.low), measured=True),
            DIARIES,
        )
    else:
        theme, basis = Theme("documents", label, held.minutes), ASSUMED
    cut = _overtime(session, held)
    found = savings(
        [theme],
        assumptions=held,
        rng=seed_of(session.study.title.en, "savings", str(session.quarter)),
        overtime=cut,
    )
    costs, ramp = _costs(session), _ramp(session)
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
    return Worth(held, found, costs, ramp, flows, basis, theme, cut)


def _decided(session: Session, measure: str) -> Comparison | None:
    """Return the answer to the first question of the register on `measure` whose window has closed and that can be decided."""
    if not session.snapshot.has(measures.measure(measure).table):
        return None
    for question in session.study.questions_on(measure):
        if question.end > session.quarter.end:
            continue
        try:
            made = answer(question, session.study, session.snapshot).comparison
        except CompareError:
            continue
        if made.decidable:
            return made
    return None


def _overtime(session: Session, held: Assumptions) -> tuple[float, float] | None:
    """Return hours of overtime a year no longer ordered, and their standard error."""
    made = _decided(session, "ordered_overtime")
    if made is None:
        return None
    people = held.people.likely * _eligible_share(session)
    half = (made.ci[1] - made.ci[0]) / 2
    return -made.estimate * 12 * people, half / 1.96 * 12 * people


def _eligible_share(session: Session) -> float:
    """Return the share of people that may be ordered overtime, in the quarter's fiscal year."""
    year = FiscalYear.of(session.quarter.start)
    asked = {"start": year.start, "end": year.end}
    eligible = measures.cells(session.snapshot, "ordered_overtime", by=(), period="year", **asked).frame  # type: ignore[arg-type]
    everyone = session.snapshot.cells("person_day", by=(), period="year", **asked).frame  # type: ignore[arg-type]
    if not len(eligible) or not len(everyone):
        return 1.0
    return float(eligible["contributors"].iloc[0] / everyone["contributors"].iloc[0])


def _costs(session: Session) -> dict[int, float]:
    """Return yen by fiscal year up to the quarter: actual, or else contracts, or else the budget."""
    if not session.snapshot.has("cost"):
        return {}
    frame = session.snapshot.frame("cost", ("fiscal_year", "kind", "yen")).dropna(subset=["yen"])
    out = {}
    for year, part in frame.groupby("fiscal_year", sort=True):
        number_ = int(str(year).removeprefix("FY"))
        kinds = [k for k in KINDS if (part["kind"] == k).any()]
        if kinds and number_ <= FiscalYear.of(session.quarter.start).year:
            out[number_] = float(part.loc[part["kind"] == kinds[0], "yen"].sum())
    return out


def _ramp(session: Session) -> dict[int, float]:
    """Return for each fiscal year the share of office-days on which an initiative was live, averaged over initiatives."""
    last = FiscalYear.of(session.quarter.start).year
    first = FiscalYear.of(session.study.term.start).year
    dates = [i.live_dates() for i in session.study.initiatives.values() if i.live_dates()]
    out = {}
    for year in range(first, last + 1):
        fy = FiscalYear(year)
        length = (fy.end - fy.start).days + 1
        shares = [
            sum(min(max((fy.end - d).days + 1, 0), length) for d in live.values()) / (length * len(live))
            for live in dates
        ]
        out[year] = sum(shares) / len(shares) if shares else 0.0
    return out


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
                yen(round(flow.net_present_value(discount), -5), lang),
            ]
        )
    heads = [
        Text("便益の見方", "benefit counted")(lang), Text("回収した割合", "recovered")(lang), Text("回収年数", "payback (years)")(lang),
        Text("純現在価値", "net present value")(lang),
    ]  # fmt: skip
    caption = Text(
        "費用は回収できたか",
        "Were the costs recovered",
    )(lang)
    note = Text(
        f"割引率は年{number(100 * discount, 'ja', 0)}%。{session.quarter.label('ja')}の年度末まで。",
        f"Discount rate {number(100 * discount, 'en', 0)}% a year; up to the end of the fiscal year of {session.quarter.label('en')}.",
    )(lang)
    return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2, 3}))


def flow_table(session: Session, found: Worth) -> HtmlTable | None:
    """Return costs and benefits by year, capacity and cash together; None without costs."""
    return next(iter(found.flows.values())).table(session.lang) if found.flows else None


def cumulative(session: Session, found: Worth) -> Figure | None:
    """Draw benefits less costs over the years; None without costs."""
    return cumulative_figure(found.flows, session.lang) if found.flows else None


def records(session: Session, found: Worth) -> tuple[EvidenceRecord, ...]:
    """Return the records of the savings and of the costs."""
    s = found.savings
    numbers = [
        PublishedNumber("hours", round(s.hours.mean, -2), "simulated", unit=HOURS, low=round(s.hours.low, -2), high=round(s.hours.high, -2)),
        PublishedNumber("people", found.assumptions.people.likely, "constant", unit=Text("人", "people")),
        PublishedNumber("capacity", round(s.capacity_yen.mean, -5), "money", low=round(s.capacity_yen.low, -5), high=round(s.capacity_yen.high, -5)),
    ]  # fmt: skip
    statement = Text(
        "{people}に広げると、文書探しで一年に浮く時間は{hours}（{hours.interval}）、余力にして{capacity}（{capacity.interval}）に当たる。支出の減は測れていない。",
        "Spread to {people}, less searching would free {hours} a year ({hours.interval}), a capacity worth {capacity} ({capacity.interval}); no cash saving has been measured.",
    )
    if s.overtime_hours is not None:
        cash = s.cash_yen
        numbers.append(
            PublishedNumber("cash", round(cash.mean, -5), "money", low=round(cash.low, -5), high=round(cash.high, -5))
        )  # fmt: skip
        unclear = cash.low <= 0 <= cash.high
        statement = Text(
            "{people}に広げると、文書探しで一年に浮く時間は{hours}（{hours.interval}）、余力にして{capacity}（{capacity.interval}）に当たる。"
            f"時間外勤務の変化による支出の減は{{cash}}（{{cash.interval}}）{'で、ゼロと区別できない' if unclear else 'である'}。",
            "Spread to {people}, less searching would free {hours} a year ({hours.interval}), a capacity worth {capacity} ({capacity.interval}). "
            f"The cash saved by less overtime is {{cash}} ({{cash.interval}}){' and cannot be told from zero' if unclear else ''}.",
        )
    out = [
        model(
            "savings-year", session.origin_of("document_diary", "person_day", "cost"), item="workplace", title=Text("一年の節約", "A year's savings"),
            statement=statement, numbers=numbers,
            reasons=(found.basis, Text("余力は支出の減ではない", "capacity is not cash"), Text("前提の人数に広げた試算である", "it is spread to the people of the assumptions"),
                Text("ほかの取組（会議・問い合わせ・学校など）の便益は含まない", "benefits of the other initiatives (meetings, enquiries, schools) are not in it")),
        )
    ]  # fmt: skip
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
    """Return budget, contract and actual by fiscal year; None where there is no table of costs."""
    if not session.snapshot.has("cost"):
        return None
    lang = session.lang
    frame = session.snapshot.frame("cost", ("fiscal_year", "kind", "yen"))
    wide = pd.pivot_table(
        frame, index="fiscal_year", columns="kind", values="yen", aggfunc="sum", observed=True
    )
    words = {
        "budget": Text("予算", "budget"),
        "contract": Text("契約", "contract"),
        "actual": Text("決算", "actual"),
    }
    kinds = [k for k in words if k in wide]
    rows = []
    for year, values in zip(wide.index, wide[kinds].itertuples(index=False, name=None), strict=True):
        shown = f"{str(year).removeprefix('FY')}年度" if lang == "ja" else str(year)
        rows.append([shown, *(yen(v, lang) if v == v else "—" for v in values)])
    heads = [Text("年度", "fiscal year")(lang), *(words[k](lang) for k in kinds)]
    return HtmlTable(heads, rows, Text("費用", "Costs")(lang), lang)
