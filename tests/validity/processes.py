"""Panels and series whose truth is known. Everything a city's months have: persistence, a season, common shocks, unequal offices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SCALE = 1_000_000.0  # cells hold integers: millionths of the unit
FIRST = 2015 * 12
BURN = 200  # steps until a process has forgotten its start


def months(count: int) -> list[str]:
    return [f"{(FIRST + i) // 12}-{(FIRST + i) % 12 + 1:02d}" for i in range(count)]


@dataclass(frozen=True)
class Process:
    """How months of an office come about.

    Attributes
    ----------
    ar
        Correlation of an office's month with its next; with `ma` the autoregressive part.
    ma
        The moving-average part: noise is ARMA(1, 1).
    season
        Standard deviation of the office's own yearly season (the common one is always there).
    shocks
        Standard deviation of shocks common to all, which offices feel unequally.
    unequal
        Whether offices differ in size (4 to 100 people) instead of having twelve each.
    tails
        Degrees of freedom of the noise: 3 is heavy, infinite is normal.
    louder
        How many times the noise of the treated is that of the others.
    """

    ar: float = 0.5
    ma: float = 0.0
    season: float = 0.0
    shocks: float = 0.0
    unequal: bool = False
    tails: float = np.inf
    louder: float = 1.0

    @property
    def name(self) -> str:
        told = [f"ARMA {self.ar:g}, {self.ma:g}" if self.ma else f"AR {self.ar:g}"]
        told += ["own seasons"] if self.season else []
        told += ["common shocks"] if self.shocks else []
        told += ["unequal sizes"] if self.unequal else []
        told += ["heavy tails"] if np.isfinite(self.tails) else []
        told += [f"noise of the treated × {self.louder:g}"] if self.louder != 1 else []
        return ", ".join(told)

    def noise(self, rng: np.random.Generator, rows: int, count: int) -> np.ndarray:
        """Return stationary AR(1), or ARMA(1, 1), noise of unit variance (rows, count)."""
        if self.ma:
            return self._moving(rng, rows, count)
        drawn = (
            rng.standard_t(self.tails, (rows, count)) / np.sqrt(self.tails / (self.tails - 2))
            if np.isfinite(self.tails)
            else rng.standard_normal((rows, count))
        )
        out = np.empty_like(drawn)
        out[:, 0] = drawn[:, 0]
        fresh = np.sqrt(1 - self.ar**2)
        for t in range(1, count):
            out[:, t] = self.ar * out[:, t - 1] + fresh * drawn[:, t]
        return out

    def _moving(self, rng: np.random.Generator, rows: int, count: int) -> np.ndarray:
        from scipy.signal import lfilter

        drawn = rng.standard_normal((rows, count + BURN))
        deviation = np.sqrt((1 + 2 * self.ar * self.ma + self.ma**2) / (1 - self.ar**2))
        return np.asarray(lfilter([1, self.ma], [1, -self.ar], drawn)[:, BURN:] / deviation)

    def panel(
        self, rng: np.random.Generator, units: int, count: int, treated: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return means (units, count) and people (units,) without any effect; the first `treated` units are to be treated."""
        people = (
            np.clip(np.round(np.exp(rng.normal(2.5, 0.9, units))), 4, 100)
            if self.unequal
            else np.full(units, 12.0)
        )
        t = np.arange(count)
        yearly = rng.normal(0, 1.5, 12)[t % 12]
        own = self.season * rng.standard_normal((units, 12))[:, t % 12]
        common = rng.standard_normal(count) * self.shocks
        loading = 1 + 0.3 * rng.standard_normal((units, 1))
        y = 9 + rng.normal(0, 2, (units, 1)) + yearly + own + common * loading
        loud = np.where(np.arange(units) < treated, self.louder, 1.0)[:, None]
        y = (
            y
            + loud * self.noise(rng, units, count)
            + rng.standard_normal((units, count)) / np.sqrt(people)[:, None]
        )
        return y, people.astype(np.int64)


def cells(y: np.ndarray, people: np.ndarray) -> pd.DataFrame:
    """Return the panel as integer cells."""
    units, count = y.shape
    n = np.repeat(people, count)
    return pd.DataFrame(
        {
            "office_id": np.repeat([f"U{i:03d}" for i in range(units)], count),
            "period": np.tile(months(count), units),
            "n": n,
            "s1": np.round(y.reshape(-1) * n * SCALE).astype(np.int64),
        }
    )
