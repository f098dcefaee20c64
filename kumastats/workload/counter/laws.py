"""Laws of service times and patience that a simulation draws from, beside the times of a log."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]


class Law(Protocol):
    """Anything with a mean that can be drawn from, such as `ServiceTimes`."""

    @property
    def mean(self) -> float:
        """Mean in minutes."""

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Draw minutes."""


@dataclass(frozen=True)
class Exponential:
    """The exponential law."""

    mean: float

    def __post_init__(self) -> None:
        _refuse_negative(self.mean)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Draw minutes."""
        made = rng.standard_exponential(shape)
        made *= self.mean
        return made


@dataclass(frozen=True)
class Constant:
    """Always the same."""

    mean: float

    def __post_init__(self) -> None:
        _refuse_negative(self.mean)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Return the same minutes for all."""
        return np.full(shape, float(self.mean))


@dataclass(frozen=True)
class Lognormal:
    """The lognormal law, by its mean in minutes and the standard deviation of its logarithm."""

    mean: float
    sd_log: float

    def __post_init__(self) -> None:
        _refuse_negative(self.mean, self.sd_log)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Draw minutes."""
        made = rng.standard_normal(shape)
        made *= self.sd_log
        made -= self.sd_log**2 / 2
        np.exp(made, out=made)
        made *= self.mean
        return made


def _refuse_negative(*values: float) -> None:
    if not all(math.isfinite(v) and v >= 0 for v in values):
        raise WorkloadError(
            Text("時間は0以上の有限の数です。", "A duration must be finite and not negative.")
        )
