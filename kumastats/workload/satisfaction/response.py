"""Who answered and who did not: response by office, weights that make up for it, and how far silence could move a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.satisfaction.answers import Answers, Floats
from kumastats.workload.satisfaction.shares import Share, weighted_share

FEWEST = 5  # answers an office must give to speak for its own


@dataclass(frozen=True)
class Response:
    """A wave's response.

    Attributes
    ----------
    asked, answered
        People asked (the head count of the day), and answers.
    by_unit
        Unit to (asked, answered), in order.
    beyond
        Units with more answers than people, where the head count or the office told is wrong.
    """

    asked: int
    answered: int
    by_unit: Mapping[str, tuple[int, int]]
    beyond: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Share of those asked who answered; at most 1."""
        return min(1.0, self.answered / self.asked)

    @property
    def spread(self) -> float:
        """Standard deviation of the units' rates beyond what chance alone brings, in shares; 0 where there is none.

        The variance of the observed rates less the mean binomial variance.
        """
        asked = np.array([a for a, _ in self.by_unit.values()], dtype=float)
        rates = np.array([min(1.0, n / a) if a else np.nan for a, n in self.by_unit.values()])
        if len(asked) < 2 or np.isnan(rates).any():
            return 0.0
        chance = float((self.rate * (1 - self.rate) / asked).mean())
        return float(np.sqrt(max(0.0, float(rates.var(ddof=1)) - chance)))


@dataclass(frozen=True)
class Bounds:
    """How far a share could lie from what was answered.

    Attributes
    ----------
    low, high
        If all who were silent were dissatisfied, or satisfied (Manski 1989): no assumption at all.
    turning
        Share of the silent who would have to be satisfied for the true share to equal a reference; NaN without one.
        Below 0 or above 1 no silence could bring that about.
    """

    low: float
    high: float
    turning: float


def response(mine: Answers, headcount: Mapping[str, int]) -> Response:
    """Return the response of one wave, by unit.

    Parameters
    ----------
    headcount
        Unit to people asked.

    Raises
    ------
    WorkloadError
        If nobody is known to have been asked.
    """
    if not sum(headcount.values()) > 0:
        raise WorkloadError(
            Text("対象者の人数が分かりません。", "It is not known how many people were asked."),
            remedy=Text(
                "人の在籍（person）を読み込んでください。", "Ingest the roster (table person)."
            ),
        )  # fmt: skip
    units, counts = np.unique(mine.unit.astype(str), return_counts=True)
    told = dict(zip(units.tolist(), counts.tolist(), strict=True))
    by_unit = {u: (int(headcount[u]), int(told.get(u, 0))) for u in sorted(headcount)}
    beyond = tuple(u for u, (asked, n) in by_unit.items() if n > asked)
    return Response(sum(headcount.values()), len(mine), by_unit, beyond)


def post_stratified(
    mine: Answers, headcount: Mapping[str, int], larger: Mapping[str, str] | None = None
) -> Floats:
    """Return weights that give every unit its share of the people asked (post-stratification); their mean is 1.

    Units of fewer than `FEWEST` answers are put together with the others of their larger group, or, where there is none,
    with all such units. Answers of no known unit keep a weight of 1. Weights the survey came with are kept within a unit.

    Parameters
    ----------
    larger
        Unit to a larger group (a bureau, a kind of office).
    """
    unit = mine.unit.astype(str)
    counts = {u: int((unit == u).sum()) for u in headcount}
    stratum = {u: u if n >= FEWEST else f"\x1f{(larger or {}).get(u, '')}" for u, n in counts.items()}
    people: dict[str, float] = {}
    for u, n in headcount.items():
        people[stratum[u]] = people.get(stratum[u], 0.0) + n
    label = np.array([stratum.get(u, "") for u in unit], dtype=object)
    weight = mine.weight.copy()
    known = label != ""
    reached = {s for s in people if (label == s).any()}
    total = sum(people[s] for s in reached)
    if not total:
        return weight
    base = float(weight[known].sum())
    for s in sorted(reached):
        at = label == s
        weight[at] *= people[s] / total * base / weight[at].sum()
    return np.asarray(weight * len(weight) / weight.sum())


def bounds(mine: Answers, asked: int, reference: float | None = None) -> Bounds:
    """Return how far the share of satisfied people asked could lie from the share of satisfied answers."""
    share: Share = weighted_share(mine.satisfied, mine.weight)
    rate = min(1.0, len(mine) / asked)
    silent = 1 - rate
    turning = (
        (reference - rate * share.value) / silent if reference is not None and silent > 0 else float("nan")
    )
    return Bounds(rate * share.value, rate * share.value + silent, turning)
