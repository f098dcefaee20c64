"""How few people identify a coefficient: a dummy of one person is that person's value in disguise."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.errors import DisclosureError
from kumastats.text import Text

Array = np.ndarray[Any, np.dtype[np.float64]]
NONE = Text("", "")


def identified_by(design: Array, people: Sequence[Hashable]) -> tuple[int, ...]:
    """Return, for each column of a regression, the effective number of people that identify its coefficient.

    A coefficient is a weighted sum of outcomes, with weights from the column after all others are taken out of it
    (Frisch–Waugh–Lovell). On the side of positive and of negative weights separately, n = (Σ|w|)² / Σw² over people;
    the smaller side counts. With a saturated cell dummy it is the size of the cell, or of its reference.

    Parameters
    ----------
    design
        Rows by columns, the constant included; of full rank.
    people
        Who each row belongs to.

    Raises
    ------
    DisclosureError
        If columns depend on each other: no coefficient of theirs is identified at all.

    Examples
    --------
    Twenty people, of whom one has a dummy of their own:

    >>> import numpy as np
    >>> identified_by(np.column_stack([np.ones(20), np.eye(20)[0]]), range(20))
    (19, 1)
    """
    x = np.asarray(design, dtype=float)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise DisclosureError(
            Text("説明変数が互いに従属しています。", "The columns depend on each other."),
            remedy=Text("重複するダミーを除く。", "Leave out the redundant dummy."),
        )
    weights = np.linalg.pinv(x)
    order = {p: i for i, p in enumerate(dict.fromkeys(people))}
    who = np.array([order[p] for p in people])
    return tuple(_effective(np.bincount(who, weights=w, minlength=len(order))) for w in weights)


def _effective(weights: np.ndarray[Any, Any]) -> int:
    least = math.inf
    tiny = 1e-9 * np.abs(weights).max()
    for side in (weights[weights > tiny], -weights[weights < -tiny]):
        if len(side):
            least = min(least, side.sum() ** 2 / (side**2).sum())
    return int(least + 1e-6)


def coefficients(
    names: Sequence[str],
    values: Sequence[float],
    design: Array,
    people: Sequence[Hashable],
    *,
    units: int,
    decimals: int = 0,
    unit: Text = NONE,
) -> tuple[PublishedNumber, ...]:
    """Return the coefficients of a regression as numbers that say how few people identify each.

    Parameters
    ----------
    units
        Distinct offices or schools the model rests on.
    """
    n = len(design)
    return tuple(
        PublishedNumber(
            name,
            float(value),
            "coefficient",
            n=n,
            contributors=few,
            decimals=decimals,
            unit=unit,
            units=units,
        )
        for name, value, few in zip(names, values, identified_by(design, people), strict=True)
    )
