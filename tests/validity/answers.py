"""What a repetition answers, and a design that can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

LEVEL = 0.05


@dataclass(frozen=True)
class Answered:
    """One repetition: without an effect, and with the known one.

    Attributes
    ----------
    rejected, decidable
        Of the data without an effect.
    covered
        Whether the interval holds the truth in the data with the effect; None where there was no verdict.
    attainable
        The level the chosen test can reach at most (0.05 unless it counts draws).
    peers
        Whether each peer found an effect where there is none.
    """

    rejected: bool
    decidable: bool
    covered: bool | None
    attainable: float
    peers: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """A design under a process; `repeat` answers one repetition from a generator, with the peers where asked.

    One `beyond` what is asked of the methods shows where they end: it is told, not judged with the others.
    """

    design: str
    clusters: int
    treated: int
    process: str
    repeat: Callable[[np.random.Generator, bool], Answered]
    verdict_expected: bool = True
    beyond: bool = False

    @property
    def name(self) -> str:
        return f"{self.design}, {self.clusters} clusters, {self.treated} treated, {self.process}"


def answered(null, known, truth: float, peers: Mapping[str, bool], attainable: float = LEVEL) -> Answered:
    covered = bool(known.ci[0] <= truth <= known.ci[1]) if known.decidable else None
    return Answered(
        rejected=bool(null.decidable and null.p <= LEVEL),
        decidable=bool(null.decidable),
        covered=covered,
        attainable=attainable,
        peers=peers,
    )
