"""How a change is spread over offices: quartiles and kinds of office, never a ranking."""

from __future__ import annotations

import pandas as pd

from kumastats import measures
from kumastats.calendar import FiscalYear
from kumastats.compare.spread import Spread, spread
from kumastats.disclosure import PublishedNumber, PublishedSeries, primary
from kumastats.disclosure.rules import safe_series
from kumastats.display import HtmlTable, interval, number, word
from kumastats.display.offices import kind_name
from kumastats.errors import CompareError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.evidence.template import literal_text
from kumastats.measures import Measure
from kumastats.report.namespace import DISTRIBUTION
from kumastats.report.session import Session
from kumastats.text import Text

MOSTLY = 0.5  # of the variance: from here on differences are mostly noise
PERCENT = Text("％", "%")


def spread_of(session: Session, id_: str) -> Spread | None:
    """Return how a measure's change from the year before the reform to the last whole year is spread over offices.

    None where the table is not held, no earlier year is, or too few offices are left.
    """
    asked = measures.measure(id_)
    if not session.snapshot.has(asked.table) or not session.snapshot.has("office"):
        return None
    unit = asked.unit_column
    last = FiscalYear.of(session.quarter.start)
    if session.quarter.end < last.end:
        last = FiscalYear(last.year - 1)
    first = FiscalYear(FiscalYear.of(session.study.term.start).year - 1)
    if last.year <= first.year:
        return None
    frames = [
        measures.cells(session.snapshot, id_, by=(unit,), period="year", start=y.start, end=y.end).frame
        for y in (first, last)
    ]
    made = pd.concat(frames)
    if not len(made):
        return None
    years = pd.DataFrame(
        {
            "unit": made[unit].astype(str), "year": made["period"].astype(str), "n": made["n"], "total": made["s1"] / asked.scale,
            "square": made["s2"] / asked.scale**2, "people": made["contributors"],
        }
    )  # fmt: skip
    try:
        return spread(
            years, _kinds(session, asked), first=str(first), last=str(last), min_n=session.thresholds.min_n
        )
    except CompareError:
        return None


def _kinds(session: Session, asked: Measure) -> pd.Series:
    """Return the kind of each office; of schools their level."""
    frame = session.snapshot.frame("office", ("office_id", "kind", "school_level"))
    schools = asked.population == "teacher"
    chosen = frame["school_level"] if schools else frame["kind"]
    return pd.Series(chosen.astype(object).to_numpy(), index=frame["office_id"].astype(str)).dropna()


def record(session: Session, id_: str, found: Spread) -> EvidenceRecord | None:
    """Return the record of a spread; None where a rule keeps one of its quartiles back."""
    asked = measures.measure(id_)
    numbers = [_quartile(session, asked, found, name) for name in ("low", "median", "high")]
    rows = found.people
    numbers += [
        PublishedNumber(
            "offices", found.n_units, "constant",
            unit=Text("校", "schools") if asked.population == "teacher" else asked.units,
        ),
        PublishedNumber(
            "noise", 100 * found.noise, "coefficient", n=rows, contributors=rows, units=found.n_units, unit=PERCENT,
        ),
    ]  # fmt: skip
    if primary(numbers, session.thresholds):
        return None
    label = literal_text(asked.label)
    years = [found.first.removeprefix("FY"), found.last.removeprefix("FY")]
    mostly = found.noise >= MOSTLY
    meaning = Text(
        "順位をつけても、その多くは偶然かもしれない"
        if mostly
        else "残りには仕事の中身の違いも含まれ、順位は仕事ぶりを表さない",
        "a ranking could mostly show chance"
        if mostly
        else "the rest holds different work, so that a ranking would not show merit",
    )
    series = _by_group(session, asked, found)
    return descriptive(
        f"{DISTRIBUTION}{id_.replace('_', '-')}", session.origin_of(asked.table, "office"), item=asked.item,
        title=Text(f"{asked.units.ja}による違い（{asked.label.ja}）", f"How {asked.units.en} differ ({asked.label.en})"),
        statement=Text(
            f"{{={years[0]}年度}}から{{={years[1]}年度}}までの{label.ja}の変化は、{{offices}}のうち真ん中の半数で{{low.signed}}から{{high.signed}}の間（中央値{{median.signed}}）だった。ばらつきの{{noise}}までは、だれがそこにいたかだけでも生じうる。{meaning.ja}。",
            f"From {{=FY{years[0]}}} to {{=FY{years[1]}}}, {label.en} changed by between {{low.signed}} and {{high.signed}} at the middle half of {{offices}} (median {{median.signed}}). Who happened to work where could make up to {{noise}} of the spread; {meaning.en}.",
        ),
        numbers=numbers, measure=id_, unit=asked.unit, design="descriptive", n=rows, n_units=found.n_units,
        series=[series] if series is not None else [],
        reasons=(
            Text("職場ごとの値は載せず、人数の少ない職場はまとめた", "no single office is shown; small offices were put together"),
            asked.caveat,
        ),
    )  # fmt: skip


def _quartile(session: Session, asked: Measure, found: Spread, name: str) -> PublishedNumber:
    value = float(getattr(found, name))
    below, above = found.side(value)
    smaller = min(below, above)
    return PublishedNumber(
        name, value, "quantile", n=found.people, contributors=found.people, below=below, above=above, unit=asked.unit,
        decimals=session.thresholds.decimals(smaller, asked.decimals),
    )  # fmt: skip


def _by_group(session: Session, asked: Measure, found: Spread) -> PublishedSeries | None:
    g = _told_groups(session, found)
    if len(g) < 2:
        return None
    made = PublishedSeries(
        name="by_kind", x=tuple(g["group"]), y=tuple(g["change"]), lo=tuple(g["low"]), hi=tuple(g["high"]),
        n=tuple(int(v) for v in g["people"]), contributors=tuple(int(v) for v in g["people"]), form="coefficient", unit=asked.unit,
        decimals=session.thresholds.decimals(int(g["people"].min()), asked.decimals), units=int(g["units"].min()),
        label=Text(
            f"{asked.units.ja}の種類ごとの変化: {asked.label.ja}", f"change by kind of {asked.units.en.removesuffix('s')}: {asked.label.en}"
        ),
    )  # fmt: skip
    kept = safe_series(made, session.thresholds)
    return kept if sum(y is not None for y in kept.y) > 1 else None


def _told_groups(session: Session, found: Spread) -> pd.DataFrame:
    """Return the kinds with as many offices as a release asks for."""
    return found.groups[found.groups["units"] >= session.thresholds.min_units]


def table(session: Session, id_: str, found: Spread) -> HtmlTable:
    """Return the change by kind of office."""
    lang, asked = session.lang, measures.measure(id_)
    groups = _told_groups(session, found)
    d = session.thresholds.decimals(int(groups["people"].min()) if len(groups) else 0, asked.decimals)
    rows = [
        [kind_name(group)(lang), number(change, lang, d, signed=True), interval(low, high, lang, d), number(units, lang)]
        for group, change, low, high, units, _ in groups.itertuples(index=False, name=None)
    ]  # fmt: skip
    heads = [Text("種類", "kind")(lang), asked.unit(lang), word("interval", lang), word("units", lang)]
    caption = Text(
        f"{asked.label.ja}の変化（{found.first.removeprefix('FY')}年度→{found.last.removeprefix('FY')}年度）",
        f"Change of {asked.label.en}, {found.first} to {found.last}",
    )(lang)
    gone, few = found.dropped["one_year"], found.dropped["too_few"]
    note = Text(
        f"どちらかの年にだけあった{gone}{asked.units.ja}と、まとめても人数の足りない{few}{asked.units.ja}は入っていない。",
        f"Left out: {gone} {asked.units.en} of one of the two years only, and {few} of too few people even put together.",
    )(lang)
    return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2, 3}))
