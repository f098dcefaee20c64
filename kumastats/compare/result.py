"""What every comparison returns: the estimate, how sure it is, whether it can be decided at all, and every check."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Protocol

import pandas as pd

from kumastats.display import Figure, HtmlTable, interval, number, word
from kumastats.display.checks import check_name
from kumastats.text import Lang, Text

BY_DESIGN = frozenset({"comparison_after_live", "other_cohort", "live_before_window", "live_in_window"})
CheckOutcome = Literal["pass", "warn", "fail", "not_run"]
OFFICES = Text("職場", "offices")


class Drawing(Protocol):
    """How a design is drawn: what its results show beyond an estimate and its interval."""

    def draw(self, comparison: Comparison, lang: Lang) -> Figure:
        """Draw `comparison` from what it and this object hold; compute nothing."""
        ...


@dataclass(frozen=True)
class Check:
    """A check of a comparison.

    Attributes
    ----------
    value
        The p-value, share or ratio it turns on; None where there is none.
    in_unit
        Whether `value` is in the outcome's unit, to be printed beside the meaning.
    asked
        False for a check not run because it has no place here (no negative control was named, nobody can be exchanged); one
        that was asked and could not be computed lowers the certainty.
    """

    name: str
    result: CheckOutcome
    meaning: Text
    value: float | None = None
    in_unit: bool = False
    asked: bool = True


@dataclass(frozen=True)
class Comparison:
    """A before/after comparison.

    Attributes
    ----------
    estimand
        What is compared with what.
    estimate, se, ci
        In `unit`; `se` and `ci` are NaN where no valid one exists.
    df
        Degrees of freedom of the reference distribution; NaN for a bootstrap.
    n, n_units, n_clusters, n_treated_clusters
        Rows (person-months, tickets), units, independent clusters, and those of them that are treated.
    dropped
        Rows left out, by reason.
    inference
        How the interval was made.
    decidable
        Whether a valid test exists at this level; when not, `undecidable_reason` says why.
    shocks
        Ids of grave shocks in the window that touch the outcome.
    headline
        Whether it may head a report: decidable, no check failed, and every grave shock dealt with.
    minimal_detectable_effect
        Effect that a two-sided test of this size would find with a power of 80 %.
    extra
        Further figures of the design, by name.
    term
        Name of the estimated quantity in `tidy` and figures.
    counted
        What `n_clusters` counts, as a noun: offices, wards, people, days.
    path
        Where the design has one: estimates along event time (``estimate``, ``std_error``, ``conf_low``, ``conf_high`` and the
        band among the columns), or the series it follows beside what would have been, one row a period.
    drawing
        How the design is drawn; the estimate and its interval against zero by default.
    """

    measure: str
    label: Text
    unit: Text
    decimals: int
    design: str
    estimand: Text
    estimate: float
    se: float
    df: float
    ci: tuple[float, float]
    level: float
    p: float
    n: int
    n_units: int
    n_clusters: int
    n_treated_clusters: int
    dropped: Mapping[str, int]
    inference: str
    decidable: bool
    undecidable_reason: Text | None
    checks: tuple[Check, ...] = ()
    shocks: tuple[str, ...] = ()
    headline: bool = False
    minimal_detectable_effect: float = math.nan
    extra: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    term: str = "effect"
    counted: Text = OFFICES
    path: pd.DataFrame | None = field(default=None, compare=False, repr=False)
    drawing: Drawing | None = field(default=None, compare=False, repr=False)

    def check(self, name: str) -> Check | None:
        """Return the check of this name, or None."""
        return next((c for c in self.checks if c.name == name), None)

    @property
    def dropped_share(self) -> float:
        """Share of rows left out other than by the design (units and months that are neither treated nor compared)."""
        out = sum(n for reason, n in self.dropped.items() if reason not in BY_DESIGN)
        return out / (out + self.n) if out + self.n else 0.0

    @property
    def statistic(self) -> float:
        """Estimate over standard error; NaN without one."""
        return self.estimate / self.se if math.isfinite(self.se) and self.se > 0 else math.nan

    def tidy(self) -> pd.DataFrame:
        """Return one row with every figure; the columns of estimates are named as in broom and pyfixest."""
        return pd.DataFrame(
            [
                {
                    "term": self.term, "estimate": self.estimate, "std_error": self.se, "statistic": self.statistic,
                    "p_value": self.p, "conf_low": self.ci[0], "conf_high": self.ci[1], "conf_level": self.level,
                    "df": self.df, "n": self.n, "n_units": self.n_units, "n_clusters": self.n_clusters,
                    "n_treated_clusters": self.n_treated_clusters, "measure": self.measure, "design": self.design,
                    "inference": self.inference, "decidable": self.decidable, "headline": self.headline,
                }
            ]
        )  # fmt: skip

    def plot(self, lang: Lang = "ja") -> Figure:
        """Draw the finding as its design is drawn; by default the estimate and its interval against zero."""
        if self.drawing is not None:
            return self.drawing.draw(self, lang)
        from kumastats.compare.plot import estimate_figure

        return estimate_figure(self, lang)

    def text(self, lang: Lang = "ja") -> str:
        """Return the finding in a sentence: what, how much, interval, compared with whom."""
        d = self.decimals
        size = number(self.estimate, lang, d, signed=True)
        if not self.decidable:
            why = self.undecidable_reason(lang) if self.undecidable_reason else ""
            return Text(
                f"{self.label.ja}: 推定値 {size} {self.unit.ja}。ただし判断できません（{why}）。",
                f"{self.label.en}: estimate {size} {self.unit.en}, but it cannot be decided ({why}).",
            )(lang)
        ends = interval(*self.ci, lang, d)
        level = f"{self.level:.0%}"
        return Text(
            f"{self.label.ja}: {size} {self.unit.ja}（{level}信頼区間 {ends}、n={self.n:,}、{self.n_clusters}{self.counted.ja}）。{self.estimand.ja}",
            f"{self.label.en}: {size} {self.unit.en} ({level} CI {ends}, n={self.n:,}, {self.n_clusters} {self.counted.en}). {self.estimand.en}",
        )(lang)

    def checks_table(self, lang: Lang = "ja") -> HtmlTable:
        """Return the checks as a table."""
        heads = [word(k, lang) for k in ("check", "result", "meaning")]
        rows = [[check_name(c.name)(lang), word(c.result, lang), self._meaning(c, lang)] for c in self.checks]
        return HtmlTable(heads, rows, word("check", lang), lang, right=frozenset())

    def _meaning(self, check: Check, lang: Lang) -> str:
        if not check.in_unit or check.value is None:
            return check.meaning(lang)
        size = number(check.value, lang, self.decimals, signed=True)
        return Text(
            f"{check.meaning.ja}: {size} {self.unit.ja}", f"{check.meaning.en}: {size} {self.unit.en}"
        )(lang)

    def _repr_html_(self) -> str:
        import html

        return f"<p>{html.escape(self.text('ja'))}</p>" + (
            self.checks_table("ja")._repr_html_() if self.checks else ""
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for JSON; NaN becomes None."""
        row = self.tidy().iloc[0].to_dict()
        return {str(k): None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
