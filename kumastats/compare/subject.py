"""What plain arrays are about, and how a finding on them becomes a `Comparison`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.inference import POWER
from kumastats.compare.result import Check, Comparison, Drawing
from kumastats.errors import CompareError
from kumastats.text import Text

Array = npt.NDArray[np.float64]
NAN2 = (math.nan, math.nan)
ROUNDING = 1e-12  # of the largest value: what is below it is arithmetic, not variation


@dataclass(frozen=True)
class Subject:
    """The outcome of a comparison on plain numbers: its name, words, unit and printed decimals."""

    id: str = "outcome"
    label: Text = Text("結果", "outcome")  # noqa: RUF009
    unit: Text = Text("", "")  # noqa: RUF009
    decimals: int = 3


PLAIN = Subject()


def numbers(values: npt.ArrayLike, name: str) -> Array:
    """Return a one-dimensional copy as floats, missing values as NaN.

    Raises
    ------
    CompareError
        If the values are no numbers, not one-dimensional, or infinite.
    """
    try:
        given = np.asarray(values)
        if given.dtype.kind in "cmM":  # numpy would make numbers of dates, and drop imaginary parts
            raise TypeError(given.dtype)
        out = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise CompareError(
            Text(f"{name} に数値でないものがあります。", f"{name} holds something that is no number."),
            remedy=Text(
                "数値に直してください。欠測は NaN に。", "Convert it to numbers; missing values are NaN."
            ),
        ) from None
    if out.ndim != 1:
        raise CompareError(Text(f"{name} は1次元ではありません。", f"{name} is not one-dimensional."))
    if np.isinf(out).any():
        raise CompareError(Text(f"{name} に無限大があります。", f"{name} holds an infinite value."))
    return out


def present(values: npt.ArrayLike, name: str, least: int = 2) -> tuple[Array, dict[str, int]]:
    """Return the values that are not missing, and how many were.

    Raises
    ------
    CompareError
        If fewer than `least` are left.
    """
    given = numbers(values, name)
    kept = given[~np.isnan(given)]
    if len(kept) < least:
        raise CompareError(
            Text(
                f"{name} の値が{len(kept)}個しかありません（{least}個以上が必要）。",
                f"{name} has {len(kept)} values; it takes {least}.",
            )
        )
    missing = len(given) - len(kept)
    return kept, {"missing": missing} if missing else {}


def conclude(
    subject: Subject,
    *,
    design: str,
    estimand: Text,
    inference: str,
    estimate: float,
    n: int,
    units: int,
    level: float = 0.95,
    se: float = math.nan,
    df: float = math.nan,
    ci: tuple[float, float] = NAN2,
    p: float = math.nan,
    clusters: int | None = None,
    treated: int | None = None,
    dropped: Mapping[str, int] | None = None,
    undecidable: Text | None = None,
    checks: tuple[Check, ...] = (),
    extra: Mapping[str, float] | None = None,
    path: pd.DataFrame | None = None,
    drawing: Drawing | None = None,
    detectable: float = math.nan,
) -> Comparison:
    """Return the comparison; one that cannot be decided shows neither p-value nor interval.

    `detectable` is worked out from `se` and `df` where these are given.
    """
    if not 0 < level < 1:
        raise CompareError(
            Text(f"水準 {level} は0と1の間ではありません。", f"A level of {level} is not between 0 and 1.")
        )
    if undecidable is not None:
        ci, p = NAN2, math.nan
    groups = units if clusters is None else clusters
    more: dict[str, Any] = {"minimal_detectable_effect": detectable}
    if math.isfinite(se) and math.isfinite(df) and df > 0:
        from scipy.special import stdtrit

        more["minimal_detectable_effect"] = float(
            (stdtrit(df, 1 - (1 - level) / 2) + stdtrit(df, POWER)) * se
        )
    return Comparison(
        measure=subject.id, label=subject.label, unit=subject.unit, decimals=subject.decimals, design=design,
        estimand=estimand, estimate=float(estimate), se=float(se), df=float(df), ci=(float(ci[0]), float(ci[1])),
        level=level, p=float(p), n=n, n_units=units, n_clusters=groups,
        n_treated_clusters=groups if treated is None else treated, dropped=MappingProxyType(dict(dropped or {})),
        inference=inference, decidable=undecidable is None, undecidable_reason=undecidable, checks=checks,
        extra=MappingProxyType(dict(extra or {})), path=path, drawing=drawing, **more,
    )  # fmt: skip


def rounded(spread: float, *values: Array) -> float:
    """Return `spread`, or 0 where it is no more than the rounding of the values it is from."""
    return 0.0 if spread <= ROUNDING * max(float(np.abs(v).max()) for v in values) else spread


def t_finding(estimate: float, se: float, df: float, level: float) -> dict[str, Any]:
    """Return interval and two-sided p-value on a t distribution, or why there is none."""
    from scipy.special import stdtr, stdtrit

    if not math.isfinite(se) or se <= 0:
        return {
            "se": math.nan,
            "df": df,
            "undecidable": Text(
                "ばらつきがなく、誤差を見積もれない", "the values do not vary, so no error can be estimated"
            ),
        }
    half = float(stdtrit(df, 1 - (1 - level) / 2)) * se
    return {
        "se": se,
        "df": df,
        "ci": (estimate - half, estimate + half),
        "p": float(2 * stdtr(df, -abs(estimate / se))),
    }
