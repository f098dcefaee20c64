"""How long services take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
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
