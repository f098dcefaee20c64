"""Costs and benefits by fiscal year: net present value, payback, and what would break even."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kumastats.display import HtmlTable, yen
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text


@dataclass(frozen=True)
class Cashflow:
    """Yen by fiscal year, counted from the first.

    Attributes
    ----------
    first
        First fiscal year (2018 is April 2018 to March 2019).
    cost, benefit
        One value a year; a year without is zero.
    """

    first: int
    cost: tuple[float, ...]
    benefit: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.cost) != len(self.benefit) or not self.cost:
            raise WorkloadError(
                Text("費用と便益の年数が違います。", "Costs and benefits cover different years.")
            )

    @classmethod
    def of(cls, cost: Mapping[int, float], benefit: Mapping[int, float]) -> Cashflow:
        """Return the flow of the years that either covers.

        Raises
        ------
        WorkloadError
            If neither holds a year.
        """
        years = sorted({*cost, *benefit})
        if not years:
            raise WorkloadError(
                Text("費用も便益もありません。", "There are neither costs nor benefits."),
                remedy=Text("費用の表（cost）を取り込んでください。", "Ingest the table of costs."),
            )
        span = range(years[0], years[-1] + 1)
        return cls(years[0], tuple(cost.get(y, 0.0) for y in span), tuple(benefit.get(y, 0.0) for y in span))

    def net_present_value(self, discount: float) -> float:
        """Return benefits less costs in yen of the first year, each year's money at its end but the first.

        Year k counts 1 / (1 + discount)^k, with k = 0 in the first.
        """
        flows = (b - c for b, c in zip(self.benefit, self.cost, strict=True))
        return math.fsum(f / (1 + discount) ** k for k, f in enumerate(flows))

    @property
    def recovered(self) -> float:
        """Share of the cost that the benefits cover within these years, undiscounted."""
        return math.fsum(self.benefit) / math.fsum(self.cost)

    def payback_years(self) -> float:
        """Return the years of benefit until the whole cost is covered, going on at the last year's benefit.

        Counted from the start of the first year; infinite when nothing more comes in.
        """
        due, held = math.fsum(self.cost), 0.0
        for k, benefit in enumerate(self.benefit):
            if held + benefit >= due > held:
                return k + (due - held) / benefit
            held += benefit
        last = self.benefit[-1]
        return len(self.benefit) + (due - held) / last if last > 0 else math.inf

    def break_even_factor(self, discount: float = 0.0) -> float:
        """Return what the benefits would have to be multiplied by to cover the cost within these years."""
        worth = math.fsum(b / (1 + discount) ** k for k, b in enumerate(self.benefit))
        price = math.fsum(c / (1 + discount) ** k for k, c in enumerate(self.cost))
        return price / worth if worth > 0 else math.inf

    def frame(self) -> pd.DataFrame:
        """Return columns fiscal_year, cost, benefit, net, cumulative."""
        made = pd.DataFrame(
            {
                "fiscal_year": [f"FY{self.first + k}" for k in range(len(self.cost))],
                "cost": self.cost,
                "benefit": self.benefit,
            }
        )
        made["net"] = made["benefit"] - made["cost"]
        made["cumulative"] = made["net"].cumsum()
        return made

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return it as a table."""
        heads = [
            Text("年度", "fiscal year")(lang), Text("費用", "cost")(lang), Text("便益", "benefit")(lang), Text("差引", "net")(lang), Text("累計", "cumulative")(lang),
        ]  # fmt: skip
        rows = [
            [f"{year}年度" if lang == "ja" else f"FY{year}", *(yen(v, lang) for v in values)]
            for year, values in zip(
                range(self.first, self.first + len(self.cost)),
                self.frame().iloc[:, 1:].itertuples(index=False, name=None),
                strict=True,
            )
        ]
        return HtmlTable(heads, rows, Text("年度ごとの費用と便益", "Costs and benefits by year")(lang), lang)
