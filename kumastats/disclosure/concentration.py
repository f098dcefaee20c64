"""How much of a total a few contributors make up, on absolute values: a change or difference hides no one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Concentration:
    """What the dominance and p % rules look at. It holds shares, not anybody's value.

    Attributes
    ----------
    top_share
        Share of Σ|x| that the `top` largest contributors make up; 1 where everything is zero.
    remainder
        Σ|x| without the two largest, as a share of the largest: how well the second largest contributor can estimate
        the largest.
    contributors
        Distinct contributors.
    """

    top_share: float
    remainder: float
    contributors: int


def concentration(
    values: Sequence[float], people: Iterable[Hashable] | None = None, *, top: int = 2
) -> Concentration:
    """Return how concentrated a total is.

    Parameters
    ----------
    values
        One value a row; negative ones count by their size.
    people
        Who each row belongs to; one each when left out. A person's rows are added before their size is taken.
    top
        The n of the (n, k) rule.

    Notes
    -----
    (n, k) and p % rules: Hundepool et al. (2012), *Statistical Disclosure Control*, §4.2. They are defined for values
    from zero; for signed values the handbook advises absolute ones.

    Examples
    --------
    A person with 900 of 943 hours dominates, whether or not another value is negative.

    >>> concentration([900, 20, 13, -10]).top_share > 0.9
    True
    """
    sums: dict[Hashable, float] = {}
    for person, value in zip(range(len(values)) if people is None else people, values, strict=True):
        sums[person] = sums.get(person, 0.0) + float(value)
    sizes = np.sort(np.abs(np.array(list(sums.values()))))[::-1]
    whole = float(sizes.sum())
    if whole == 0:
        return Concentration(1.0, 0.0, len(sizes))
    return Concentration(
        float(sizes[:top].sum()) / whole, float(sizes[2:].sum()) / float(sizes[0]), len(sizes)
    )
