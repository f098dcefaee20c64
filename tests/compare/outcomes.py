"""Outcomes and panels for the tests of comparisons."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.text import Text


@dataclass(frozen=True)
class Plain:
    """An outcome with a scale and nothing else."""

    id: str = "plain"
    label: Text = Text("値", "value")  # noqa: RUF009
    unit: Text = Text("単位", "unit")  # noqa: RUF009
    better: str = "lower"
    scale: float = 1.0
    decimals: int = 3
    min_n: int = 10
    shock_outcome: str | None = None


def months(count: int, first: int = 2017 * 12) -> list[str]:
    return [f"{(first + i) // 12}-{(first + i) % 12 + 1:02d}" for i in range(count)]


def panel(
    rng: np.random.Generator,
    units: int,
    count: int,
    treated: int,
    start: int,
    effect: float,
    *,
    people: int = 12,
    sd: float = 4000,
) -> pd.DataFrame:
    """Unit × month cells of integer sums with unit, season and month effects and autocorrelated noise."""
    unit_effect, season = rng.normal(0, 2000, units), rng.normal(0, 1500, 12)
    noise = np.zeros((units, count))
    for t in range(count):
        noise[:, t] = (0.5 * noise[:, t - 1] if t else 0) + rng.normal(0, sd / np.sqrt(people), units)
    rows = []
    for u in range(units):
        for t, month in enumerate(months(count)):
            mean = (
                900 * 10
                + unit_effect[u]
                + season[t % 12]
                + noise[u, t]
                + (effect if u < treated and t >= start else 0)
            )
            rows.append((f"U{u:03d}", month, people, round(mean * people)))
    return pd.DataFrame(rows, columns=["office_id", "period", "n", "s1"])
