"""Several outcomes at once: Holm's and Benjamini and Hochberg's adjustment over a family of comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.result import Comparison
from kumastats.compare.subject import numbers
from kumastats.errors import CompareError
from kumastats.text import Text

Method = Literal["holm", "benjamini_hochberg"]


def adjusted(p: npt.ArrayLike, method: Method = "holm") -> npt.NDArray[np.float64]:
    """Return adjusted p-values (R ``p.adjust``; statsmodels ``multipletests``).

    >>> adjusted([0.01, 0.02, 0.04]).round(3).tolist()
    [0.03, 0.04, 0.04]
    >>> adjusted([0.01, 0.02, 0.04], "benjamini_hochberg").round(3).tolist()
    [0.03, 0.03, 0.04]

    Raises
    ------
    CompareError
        If a value is not between 0 and 1, or the method is unknown.
    """
    values = numbers(p, "p")
    if not ((values >= 0) & (values <= 1)).all():
        raise CompareError(Text("p値は0から1の数です。", "A p-value is a number from 0 to 1."))
    m = len(values)
    order = np.argsort(values, kind="stable")
    if method == "holm":
        run = np.maximum.accumulate(values[order] * (m - np.arange(m)))
    elif method == "benjamini_hochberg":
        run = np.minimum.accumulate((values[order] * m / np.arange(1, m + 1))[::-1])[::-1]
    else:
        raise CompareError(Text(f"方法「{method}」はありません。", f"There is no method “{method}”."))
    out = np.empty(m)
    out[order] = np.minimum(run, 1.0)
    return out


def family(comparisons: Sequence[Comparison], method: Method = "holm", alpha: float = 0.05) -> pd.DataFrame:
    """Return the register's confirmatory family with adjusted p-values and decisions, in the order given.

    A comparison that cannot be decided still counts as a member, with p = 1: silence must not make the others easier.
    """
    if not 0 < alpha < 1:
        raise CompareError(
            Text(
                f"有意水準 {alpha} は0と1の間ではありません。", f"A level of {alpha} is not between 0 and 1."
            )
        )
    p = np.array([c.p if c.decidable and np.isfinite(c.p) else 1.0 for c in comparisons])
    out = adjusted(p, method)
    return pd.DataFrame(
        {
            "measure": [c.measure for c in comparisons],
            "estimate": [c.estimate for c in comparisons],
            "p": [c.p for c in comparisons],
            "p_adjusted": [
                q if c.decidable and np.isfinite(c.p) else np.nan
                for c, q in zip(comparisons, out, strict=True)
            ],
            "decidable": [c.decidable for c in comparisons],
            "rejected": (out <= alpha) & np.array([c.decidable for c in comparisons], dtype=bool),
        }
    )
