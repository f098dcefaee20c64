"""What would change our mind: other reasonable choices, dates when nothing happened, and drifts too small to be seen."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.cells import read_panel
from kumastats.compare.design import Design, days_of, lay_out
from kumastats.compare.did import did
from kumastats.compare.inference import POWER, infer, t_quantile
from kumastats.compare.outcome import Outcome
from kumastats.compare.result import Check, Comparison
from kumastats.compare.staggered import staggered_rollout
from kumastats.compare.twfe import Regressors, solve
from kumastats.display import Figure, HtmlTable, interval, number
from kumastats.errors import CompareError
from kumastats.text import Lang, Text

Live = Mapping[str, dt.date | None]
Answer = Callable[[], Comparison]


@dataclass(frozen=True, eq=False)
class Specification:
    """One reasonable way to answer the question."""

    name: Text
    comparison: Comparison


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """All of them, smallest estimate first.

    Attributes
    ----------
    refused
        Names of specifications that could not be estimated, with the reason.
    """

    specifications: tuple[Specification, ...]
    refused: tuple[tuple[Text, Text], ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return a row a specification: name_ja, name_en and the columns of `Comparison.tidy`."""
        return pd.concat(
            [s.comparison.tidy().assign(name_ja=s.name.ja, name_en=s.name.en) for s in self.specifications],
            ignore_index=True,
        )

    @property
    def agreeing(self) -> int:
        """Specifications whose estimate has the sign of the middle one."""
        signs = np.sign([s.comparison.estimate for s in self.specifications])
        return int((signs == np.sign(np.median([s.comparison.estimate for s in self.specifications]))).sum())

    def text(self, lang: Lang = "ja") -> str:
        """Return in a sentence how far the answers lie apart."""
        first, last = self.specifications[0].comparison, self.specifications[-1].comparison
        ends = interval(first.estimate, last.estimate, lang, first.decimals)
        total, same = len(self.specifications), self.agreeing
        return Text(
            f"{total}通りの方法で推定値は{ends} {first.unit.ja}、うち{same}通りで向きが同じ。",
            f"Across {total} specifications the estimates run over {ends} {first.unit.en}; {same} agree in sign.",
        )(lang)

    def table(self, lang: Lang = "ja", decimals: int | None = None) -> HtmlTable:
        """Return them as a table."""
        d = self.specifications[0].comparison.decimals + 1 if decimals is None else decimals
        rows = [
            [
                s.name(lang),
                number(s.comparison.estimate, lang, d, signed=True),
                interval(*s.comparison.ci, lang, d) if math.isfinite(s.comparison.ci[0]) else "—",
                number(s.comparison.n, lang),
            ]
            for s in self.specifications
        ]
        heads = [
            Text("方法", "specification")(lang), self.specifications[0].comparison.unit(lang),
            Text("区間", "interval")(lang), "n",
        ]  # fmt: skip
        return HtmlTable(heads, rows, self.text(lang), lang)

    def plot(self, lang: Lang = "ja") -> Figure:
        """Draw estimates and intervals, one row a specification."""
        from kumastats.compare.plot import estimates_figure

        first = self.specifications[0].comparison
        rows = [(s.name(lang), s.comparison.estimate, *s.comparison.ci) for s in self.specifications]
        return estimates_figure(rows, first.unit, lang, decimals=first.decimals + 1, caption=self.text(lang))


def specification_curve(answers: Sequence[tuple[Text, Answer]]) -> SpecificationCurve:
    """Answer a question in several ways; what cannot be estimated is told, not hidden.

    Parameters
    ----------
    answers
        Name and a call that answers, of any designs, all of one outcome.

    Raises
    ------
    CompareError
        If none can be estimated.
    """
    made, refused = [], []
    for name, ask in answers:
        try:
            made.append(Specification(name, ask()))
        except CompareError as error:
            refused.append((name, error.found))
    if not made:
        raise CompareError(Text("どの方法でも推定できません。", "No specification can be estimated."))
    ordered = sorted(made, key=lambda s: (s.comparison.estimate, s.name.en))
    return SpecificationCurve(tuple(ordered), tuple(refused))


def did_specifications(
    cells: pd.DataFrame,
    *,
    live: Live,
    start: dt.date,
    end: dt.date,
    measure: Outcome,
    seed: int,
    cohorts: Sequence[dt.date] = (),
    unit: str = "office_id",
    draws: int = 999,
) -> list[tuple[Text, Answer]]:
    """Return the usual choices about a difference-in-differences, ready for `specification_curve`.

    Whom to compare with, each cohort alone, a shorter past, months around going live left out, offices counting alike
    instead of by their people.
    """
    live = days_of(live)
    read_panel(cells, measure, unit=unit)

    def ask(
        rows: pd.DataFrame = cells,
        *,
        since: dt.date = start,
        comparison: str = "not_yet_live",
        only: Sequence[dt.date] = cohorts,
    ) -> Answer:
        return lambda: did(
            rows, live=live, start=since, end=end, measure=measure, comparison=comparison, cohorts=only, unit=unit,
            rng=np.random.default_rng(seed), draws=draws, run_checks=False,
        )  # fmt: skip

    dates = sorted(cohorts or {d for d in live.values() if d is not None and start < d <= end})
    out: list[tuple[Text, Answer]] = [
        (Text("まだ導入していない職場と", "against offices not yet live"), ask(comparison="not_yet_live")),
        (Text("期間中に導入しない職場と", "against offices never live"), ask(comparison="never")),
    ]
    if len(dates) > 1:
        out += [
            (Text(f"{d:%Y-%m}に導入した職場だけ", f"only offices live in {d:%Y-%m}"), ask(only=[d]))
            for d in dates
        ]
        out.append(
            (
                Text("段階的導入（導入済みの職場と比べない）", "staggered: no office already live is compared with"),
                lambda: staggered_rollout(
                    cells, live=live, start=start, end=end, measure=measure, cohorts=cohorts, unit=unit, run_checks=False
                ),
            )
        )  # fmt: skip
    if dates:
        year_before = (Month.of(dates[0]) - 12).start
        if year_before > start:
            out.append((Text("導入前は1年だけ", "only one year before"), ask(since=year_before)))
        around = _around(cells, live, unit)
        out.append(
            (Text("導入の前後1か月を除く", "without the months around going live"), ask(cells[~around]))
        )

    def alike() -> Comparison:
        rows = lay_out(cells, measure, live=live, start=start, end=end, cohorts=cohorts, unit=unit)
        return replace(ask(_alike(cells))(), n=int(rows.panel.n.sum()))

    out.append((Text("職場を同じ重みで", "offices counting alike"), alike))
    return out


def _around(cells: pd.DataFrame, live: Live, unit: str) -> np.ndarray:
    near = {(u, str(Month.of(d) + k)) for u, d in live.items() if d is not None for k in (-1, 0)}
    return np.array([(u, p) in near for u, p in zip(cells[unit], cells["period"], strict=True)])


def _alike(cells: pd.DataFrame) -> pd.DataFrame:
    """Give every cell the same n and a total that keeps its mean (to a millionth of a unit of the sums)."""
    held = cells[cells["n"] > 0]
    column = "over" if "over" in held else "s1"
    weight = 1_000_000
    return held.assign(n=weight, **{column: (held[column] * weight / held["n"]).round().astype("int64")})


def placebo_in_time(
    cells: pd.DataFrame,
    *,
    live: Live,
    start: dt.date,
    measure: Outcome,
    rng: np.random.Generator,
    earlier: int = 12,
    unit: str = "office_id",
    level: float = 0.95,
) -> tuple[Comparison, Check]:
    """Pretend that units went live `earlier` months before they did, and use only months before anyone really did.

    Returns
    -------
    Comparison, Check
        The check fails when an effect is found where none can be.

    Raises
    ------
    CompareError
        If too few months lie before the first real date.
    """
    live = days_of(live)
    dates = [d for d in live.values() if d is not None and d > start]
    if not dates:
        raise CompareError(Text("導入日がありません。", "There is no live date."))
    last = (Month.of(min(dates)) - 1).end
    moved = {u: (Month.of(d) - earlier).start if d is not None else None for u, d in live.items()}
    made = did(
        cells, live={u: d if d is not None and d <= last else None for u, d in moved.items()}, start=start, end=last,
        measure=measure, rng=rng, unit=unit, level=level, run_checks=False,
    )  # fmt: skip
    name = "placebo_in_time"
    if not made.decidable:
        return made, Check(
            name, "not_run", made.undecidable_reason or Text("判断できない", "cannot be decided")
        )
    found = not made.ci[0] <= 0 <= made.ci[1]
    told = Text(
        f"導入日を{earlier}か月早めると、起きていないはずの変化が見つかる",
        f"with dates {earlier} months too early a change is found where nothing happened",
    )
    calm = Text(
        f"導入日を{earlier}か月早めても、変化は見つからない",
        f"with dates {earlier} months too early no change is found",
    )
    return made, Check(name, "fail" if found else "pass", told if found else calm, made.p)


def detectable_drift(design: Design, *, level: float = 0.95, power: float = POWER) -> float:
    """Return the smallest monthly drift apart that the months before going live would show, in the measure's unit a month.

    A check of earlier trends that passes says little when this is large: a drift of that size times the months after going
    live is the bias it could have missed (Roth 2022, AER: Insights 4(3)). NaN where no trend can be estimated, or units
    are too few for any verdict.
    """
    before = ~design.post
    slope = np.where(design.treated, design.event_month, 0)[before].astype(np.float64)
    code = np.where(design.treated[before], 0, -1).astype(np.int64)
    try:
        fit = solve(design.panel.keep(before), Regressors(code, slope, 1))
    except CompareError:
        return math.nan
    found = infer(fit, treated=design.n_treated_clusters, level=level)
    return (t_quantile(1 - (1 - level) / 2, found.df) + t_quantile(power, found.df)) * found.se
