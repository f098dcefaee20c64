"""What a two-way estimate of a staggered roll-out is made of: every 2×2 comparison in it, with its weight.

Some compare units going live with units that went live earlier. Where effects grow, these "forbidden" comparisons
subtract the growth from the effect; their share tells how far the two-way estimate can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from kumastats.compare.cells import Bools
from kumastats.compare.long import LongPanel
from kumastats.display import HtmlTable, number, percent
from kumastats.errors import CompareError
from kumastats.text import Lang, Text

Kind = Literal["treated_vs_never", "earlier_vs_later", "later_vs_earlier"]
KINDS: dict[Kind, Text] = {
    "treated_vs_never": Text("導入した単位と、導入しない単位", "treated against never treated"),
    "earlier_vs_later": Text("先に導入した単位と、まだの単位", "earlier treated against not yet treated"),
    "later_vs_earlier": Text(
        "後から導入した単位と、導入済みの単位（避けるべき比較）",
        "later treated against already treated (forbidden)",
    ),
}


@dataclass(frozen=True, eq=False)
class GoodmanBacon:
    """A two-way estimate taken apart.

    Attributes
    ----------
    estimate
        The two-way estimate: the weighted sum of the rows.
    frame
        A row a comparison: ``kind``, ``treated``, ``control`` (first treated times; infinite for never), ``weight``,
        ``estimate``.
    """

    estimate: float
    frame: pd.DataFrame

    def weight(self, kind: Kind) -> float:
        """Return the share of a kind of comparison."""
        return float(self.frame.loc[self.frame["kind"] == kind, "weight"].sum())

    @property
    def forbidden(self) -> float:
        """Share of comparisons with units already treated."""
        return self.weight("later_vs_earlier")

    def by_kind(self) -> pd.DataFrame:
        """Return a row a kind that occurs: ``kind``, ``weight`` and the weighted mean ``estimate``."""
        rows = []
        for kind in KINDS:
            mine = self.frame[self.frame["kind"] == kind]
            weight = float(mine["weight"].sum())
            if weight > 0:
                rows.append((kind, weight, float((mine["weight"] * mine["estimate"]).sum() / weight)))
        return pd.DataFrame(rows, columns=["kind", "weight", "estimate"])

    @property
    def told(self) -> Text:
        """The share of forbidden comparisons in a sentence."""
        return Text(
            f"二元固定効果の推定値のうち、重みで{percent(self.forbidden, 'ja', 1)}が導入済みの職場との比較",
            f"{percent(self.forbidden, 'en', 1)} of the weight of the two-way estimate lies on comparisons with units already treated",
        )

    def text(self, lang: Lang = "ja") -> str:
        """Return the share of forbidden comparisons in a sentence."""
        return self.told(lang) + ("。" if lang == "ja" else ".")

    def table(self, lang: Lang = "ja", decimals: int = 3) -> HtmlTable:
        """Return the kinds with weight and mean estimate."""
        heads = [Text("比較", "comparison"), Text("重み", "weight"), Text("推定値", "estimate")]
        rows = [
            [KINDS[k](lang), percent(w, lang, 1), number(e, lang, decimals, signed=True)]
            for k, w, e in self.by_kind().itertuples(index=False)
        ]
        return HtmlTable([h(lang) for h in heads], rows, self.text(lang), lang)

    def _repr_html_(self) -> str:
        return self.table("ja")._repr_html_()


def goodman_bacon(panel: LongPanel) -> GoodmanBacon:
    """Take the two-way estimate of a balanced panel apart.

    Parameters
    ----------
    panel
        Every unit in every period (`LongPanel.complete_units` makes it so); units keep their weights.

    Raises
    ------
    CompareError
        If a unit misses a period, nobody is treated, or all are treated at once.

    Notes
    -----
    Goodman-Bacon (2021), "Difference-in-differences with variation in treatment timing", Journal of Econometrics 225(2),
    theorem 1. Agrees with R's bacondecomp and diff-diff on mpdta: .86278, .08330, .05392.
    """
    if not panel.balanced:
        raise CompareError(
            Text("全期間そろわない単位があります。", "A unit is not seen in every period."),
            remedy=Text("complete_units() でそろえてください。", "Make it complete: complete_units()."),
        )
    time, first = panel.time, np.unique(panel.first)
    y = panel.wide(panel.y)
    share = np.array([panel.weight[panel.first == g].sum() for g in first]) / panel.weight.sum()
    mean = np.array([np.average(y[panel.first == g], axis=0, weights=panel.weight[panel.first == g]) for g in first])  # fmt: skip
    rows: list[tuple[Kind, float, float, float, float]] = []

    def add(kind: Kind, treated: int, control: int, after: Bools, before: Bools) -> None:
        weight = float(share[treated] * share[control] * after.mean() * before.mean())
        if weight > 0:
            gap = mean[treated] - mean[control]
            effect = float(gap[after].mean() - gap[before].mean())
            rows.append((kind, float(first[treated]), float(first[control]), weight, effect))

    for a, b in combinations(range(len(first)), 2):
        early, late = time >= first[a], time >= first[b]
        if not np.isfinite(first[b]):
            add("treated_vs_never", a, b, early, ~early)
        else:
            add("earlier_vs_later", a, b, early & ~late, ~early)
            add("later_vs_earlier", b, a, late, early & ~late)
    frame = pd.DataFrame(rows, columns=["kind", "treated", "control", "weight", "estimate"])
    total = float(frame["weight"].sum())
    if not total > 0:
        raise CompareError(
            Text(
                "導入時期に違いがなく、分解できません。", "Nothing can be taken apart: all are treated alike."
            )
        )
    frame["weight"] /= total
    return GoodmanBacon(float((frame["weight"] * frame["estimate"]).sum()), frame)
