"""How long services take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.counter.log import service_minutes

FEWEST = 30


@dataclass(frozen=True, eq=False)
class ServiceTimes:
    """Service times, in minutes.

    Attributes
    ----------
    values
        Sorted; kept in memory for resampling, never published.
    excluded
        Services shorter than the floor, left out.
    unknown
        Served tickets without a finish.
    """

    values: npt.NDArray[np.float64]
    excluded: int
    unknown: int
    floor: float

    @property
    def n(self) -> int:
        """Services counted."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Mean in minutes."""
        return float(self.values.mean())

    @property
    def median(self) -> float:
        """Median in minutes."""
        return float(np.median(self.values))

    @property
    def sd_log(self) -> float:
        """Standard deviation of the natural logarithm."""
        return float(np.log(self.values).std(ddof=1))

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Resample services."""
        return np.asarray(self.values[rng.integers(0, len(self.values), shape)])


@shared
def service_times(tickets: pd.DataFrame, *, floor_sec: float = 10) -> ServiceTimes:
    """Return the service times of served tickets.

    Parameters
    ----------
    floor_sec
        Shorter services are slips of the button: left out and counted.

    Raises
    ------
    WorkloadError
        If fewer than thirty are left.
    """
    served = service_minutes(tickets[tickets["outcome"] == "served"])
    known = served.dropna().to_numpy()
    kept = np.sort(known[known >= floor_sec / 60])
    if len(kept) < FEWEST:
        raise WorkloadError(
            Text(
                f"応対時間が{len(kept)}件しかありません（{FEWEST}件以上）。",
                f"Only {len(kept)} service times are known (it takes {FEWEST}).",
            )
        )
    return ServiceTimes(kept, int((known < floor_sec / 60).sum()), int(served.isna().sum()), floor_sec / 60)


Family = Literal["lognormal", "gamma"]


@dataclass(frozen=True, eq=False)
class FittedService:
    """A distribution of service times, in minutes.

    Attributes
    ----------
    shape, scale
        Lognormal: the standard deviation of the logarithm, and the median. Gamma: shape and scale.
    n, censored
        Services finished, and those still held when the counter closed.
    log_likelihood
        At the maximum; of two families the higher fits better.
    """

    family: Family
    shape: float
    scale: float
    n: int
    censored: int
    log_likelihood: float

    @property
    def mean(self) -> float:
        """Mean in minutes."""
        return self.scale * (float(np.exp(self.shape**2 / 2)) if self.family == "lognormal" else self.shape)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Draw services."""
        if self.family == "lognormal":
            return rng.lognormal(np.log(self.scale), self.shape, shape)
        return rng.gamma(self.shape, self.scale, shape)


def fit_service(
    tickets: pd.DataFrame, family: Family = "lognormal", *, closes: float | None = None, floor_sec: float = 10
) -> FittedService:
    """Fit service times by maximum likelihood.

    Parameters
    ----------
    closes
        Minutes after midnight: a served ticket called before then without a finish lasted at least until then. Without it, tickets
        without a finish are left out.
    floor_sec
        Shorter services are slips of the button and are left out.

    Raises
    ------
    WorkloadError
        If fewer than thirty finished services are left.
    """
    served = tickets[(tickets["outcome"] == "served") & tickets["called_at"].notna()]
    known = service_minutes(served).dropna().to_numpy()
    known = known[known >= max(floor_sec / 60, 1e-9)]
    if len(known) < FEWEST:
        raise WorkloadError(
            Text(
                f"応対時間が{len(known)}件しかありません（{FEWEST}件以上）。",
                f"Only {len(known)} service times are known (it takes {FEWEST}).",
            )
        )
    held = np.zeros(0)
    if closes is not None:
        cut = served[served["finished_at"].isna()]["called_at"]
        minute = (cut - cut.dt.floor("D")).dt.total_seconds().to_numpy() / 60
        held = closes - minute[minute < closes]
    import scipy.optimize
    import scipy.stats

    stats: Any = scipy.stats
    optimize: Any = scipy.optimize

    def distribution(theta: npt.NDArray[np.float64]) -> Any:
        shape, scale = np.exp(theta)
        return stats.lognorm(shape, scale=scale) if family == "lognormal" else stats.gamma(shape, scale=scale)

    def loss(theta: npt.NDArray[np.float64]) -> float:
        d = distribution(theta)
        return -float(d.logpdf(known).sum() + (d.logsf(held).sum() if len(held) else 0.0))

    logs = np.log(known)
    start = (
        [np.log(logs.std()), logs.mean()]
        if family == "lognormal"
        else [np.log(known.mean() ** 2 / known.var()), np.log(known.var() / known.mean())]
    )
    best = optimize.minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-7})
    shape, scale = np.exp(best.x)
    return FittedService(family, float(shape), float(scale), len(known), len(held), -float(best.fun))
