"""Donor weights: the point of the donors' convex hull nearest to the treated unit."""

from __future__ import annotations

import numpy as np

from kumastats.compare.subject import Array
from kumastats.errors import CompareError
from kumastats.text import Text


def simplex_weights(target: Array, donors: Array) -> Array:
    """Return the weights w ≥ 0, Σw = 1 that minimise ‖target − donors·w‖.

    The distance from a polytope with corners p = donor − target is a non-negative least-squares problem: minimise
    ‖P u‖² + (1 − Σu)², then w = u / Σu. It is convex and solved by an active set, so there is nothing to start over.

    Parameters
    ----------
    target
        Periods before, shape (T,).
    donors
        Shape (T, J).

    >>> simplex_weights(np.array([1.0, 2.0]), np.array([[0.0, 2.0], [0.0, 4.0]])).round(12).tolist()
    [0.5, 0.5]

    Source: Lawson and Hanson (1974), chapter 23; Abadie, Diamond and Hainmueller (2010) without predictors.
    """
    from scipy.optimize import nnls  # type: ignore[attr-defined]

    target, donors = np.asarray(target), np.asarray(donors)
    if any(a.dtype.kind not in "fiu" or not np.isfinite(a).all() for a in (target, donors)):
        raise CompareError(
            Text("欠けた値や数値でない値があります。", "Some values are missing or no numbers.")
        )
    if donors.ndim != 2 or donors.shape[1] == 0 or len(target) != len(donors) or len(target) == 0:
        raise CompareError(
            Text("比べる単位か導入前の期間がありません。", "There is no donor or no period before.")
        )
    corners = donors - target[:, None]
    scale = float(np.abs(corners).max())
    if scale == 0:
        return np.full(donors.shape[1], 1 / donors.shape[1])
    stacked = np.vstack([corners / scale, np.ones(donors.shape[1])])
    wanted = np.zeros(len(stacked))
    wanted[-1] = 1.0
    u = nnls(stacked, wanted, maxiter=50 * donors.shape[1])[0]
    out: Array = u / u.sum()
    return out
