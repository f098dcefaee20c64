"""How many offices, for how long, in how many waves: plans beside each other, and the smallest that answers the question."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.compare.outcome import Outcome
from kumastats.compare.plan import Plan
from kumastats.compare.power import Estimator, Power, power, two_way_effects
from kumastats.display import HtmlTable, number, percent
from kumastats.errors import CompareError
from kumastats.text import Lang, Text


@dataclass(frozen=True, eq=False)
class Plans:
    """Plans tried on the same past months.

    Attributes
    ----------
    tried
        In order of offices, then months.
    smallest_effect
        What the question must be able to see, in the measure's unit.
    chosen
        The plan with the fewest office-months that sees it with 80 % power; None if none does.
    """

    tried: tuple[Power, ...]
    smallest_effect: float
    chosen: Power | None

    def frame(self) -> pd.DataFrame:
        """Return a row a plan: offices, treated, waves, months, detectable, power (at the smallest effect), decidable."""
        return pd.DataFrame(
            [
                {
                    "offices": p.plan.offices, "treated": p.plan.treated, "waves": len(p.plan.waves), "months": p.plan.months,
                    "detectable": p.detectable(), "power": p.at(self.smallest_effect), "decidable": p.decidable,
                }
                for p in self.tried
            ]
        )  # fmt: skip

    def text(self, lang: Lang = "ja") -> str:
        """Return the advice in a sentence."""
        d = self.tried[0].decimals
        size = number(self.smallest_effect, lang, d)
        unit = self.tried[0].unit
        if self.chosen is None:
            best = min(self.tried, key=lambda p: p.detectable())
            told = number(best.detectable(), lang, d) if math.isfinite(best.detectable()) else "—"
            return Text(
                f"試したどの計画でも、{size}{unit.ja}の効果は80％の確率では見つからない。最もよい計画で見つかるのは{told}{unit.ja}から。",
                f"None of these plans finds an effect of {size} {unit.en} with 80% power; the best finds {told} {unit.en} or more.",
            )(lang)
        return Text(
            f"{size}{unit.ja}の効果を80％の確率で見つける、いちばん小さい計画: {self.chosen.plan.text('ja')}。",
            f"The smallest plan that finds an effect of {size} {unit.en} with 80% power: {self.chosen.plan.text('en')}.",
        )(lang)

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return the plans as a table."""
        unit = self.tried[0].unit(lang)
        heads = [
            Text("職場", "offices")(lang), Text("うち導入", "going live")(lang), Text("波", "waves")(lang), Text("月", "months")(lang),
            Text(f"見つかる大きさ（{unit}）", f"detectable ({unit})")(lang), Text("見つかる割合", "power")(lang), Text("判断できる割合", "decidable")(lang),
        ]  # fmt: skip
        rows = []
        for found in self.tried:
            plan, size = found.plan, found.detectable()
            counts = [plan.offices, plan.treated, len(plan.waves), plan.months]
            told = number(size, lang, found.decimals + 1) if math.isfinite(size) else "—"
            shares = [found.at(self.smallest_effect), found.decidable]
            rows.append([*(number(c, lang) for c in counts), told, *(percent(x, lang, 0) for x in shares)])
        return HtmlTable(heads, rows, Text("計画の比較", "Plans compared")(lang), lang, self.text(lang))

    def _repr_html_(self) -> str:
        return self.table("ja")._repr_html_()


def compare_plans(
    cells: pd.DataFrame,
    plans: Sequence[Plan],
    *,
    measure: Outcome,
    smallest_effect: float,
    seed: int,
    live: Mapping[str, dt.date | None] | None = None,
    repetitions: int = 200,
    first_month: int | None = None,
    target: float = 0.8,
    estimator: Estimator = two_way_effects,
) -> Plans:
    """Try plans on the same past months; see `power` for the arguments.

    Plans that the past cannot hold (too long, too many offices) are left out.

    Raises
    ------
    CompareError
        If the past holds none of them, or no effect is asked for.
    """
    if not smallest_effect or not math.isfinite(smallest_effect):
        raise CompareError(
            Text("見つけたい効果の大きさがありません。", "The effect to be found has no size."),
            remedy=Text(
                "study.yml の smallest_effect を書いてください。", "Give smallest_effect in study.yml."
            ),
        )
    if seed < 0:
        raise CompareError(Text("乱数の種は0以上です。", "The seed is 0 or more."))
    tried, refused = [], None
    for plan in sorted(plans, key=lambda p: (p.offices, p.months, len(p.waves))):
        try:
            tried.append(
                power(
                    cells, plan, measure=measure, rng=np.random.default_rng(seed), live=live, repetitions=repetitions,
                    first_month=first_month, estimator=estimator,
                )
            )  # fmt: skip
        except CompareError as error:
            refused = error
    if not tried:
        raise refused or CompareError(Text("計画がありません。", "There is no plan."))
    good = [p for p in tried if p.at(smallest_effect) >= target]
    chosen = min(good, key=lambda p: (p.plan.offices * p.plan.months, p.plan.offices), default=None)
    return Plans(tuple(tried), abs(smallest_effect), chosen)
