"""The same month of the year before and after going live: April with April, so that the season cancels."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.design import day_of
from kumastats.compare.result import Comparison
from kumastats.compare.subject import PLAIN, Subject, conclude, numbers, rounded, t_finding
from kumastats.errors import CompareError
from kumastats.text import Text


def same_month(
    frame: pd.DataFrame,
    live: Mapping[str, dt.date | None],
    *,
    unit: str = "unit",
    period: str = "period",
    value: str = "value",
    subject: Subject = PLAIN,
    level: float = 0.95,
) -> Comparison:
    """Compare each month after going live with the same calendar month in the last year before, within units.

    Parameters
    ----------
    frame
        A row a unit and month (``2018-04``).
    live
        Unit to its date of going live; units without one are no part of it.

    Differences are averaged within units, units weigh alike, and the test is paired t over units.

    Raises
    ------
    CompareError
        If a column is missing, a unit-month repeats, or fewer than two units have a matched month.
    """
    lacking = [c for c in (unit, period, value) if c not in frame.columns]
    if lacking:
        raise CompareError(Text(f"列「{lacking[0]}」がありません。", f"Column “{lacking[0]}” is missing."))
    if frame[frame[unit].notna() & frame[period].notna()].duplicated([unit, period]).any():
        raise CompareError(
            Text("同じ単位と月の行が重なっています。", "A unit and month has more than one row.")
        )
    values = numbers(frame[value], value)
    values[frame[[unit, period]].isna().any(axis=1).to_numpy()] = np.nan  # whose or when is not known
    gaps, lone = month_gaps(frame.assign(**{value: values}), live, unit=unit, period=period, value=value)
    dropped = {"missing": int(np.isnan(values).sum()), "no_same_month_before": lone}
    means = [float(np.mean(held)) for held in gaps.values()]
    n = sum(2 * len(held) for held in gaps.values())
    if len(means) < 2:
        raise CompareError(
            Text(
                "前の年の同じ月がそろう単位が2つ必要です。",
                "It takes two units with a same month before going live.",
            )
        )
    estimate = float(np.mean(means))
    se = rounded(float(np.std(means, ddof=1) / math.sqrt(len(means))), values[~np.isnan(values)])
    return conclude(
        subject, design="same_month", inference="paired_t", estimate=estimate, n=n, units=len(means), level=level,
        estimand=Text(
            "導入後の月と、導入前の最後の年の同じ月との差。比べる相手がないので効果とは言えない",
            "months after going live against the same months of the last year before; without a comparison group it is no effect",
        ),
        dropped={k: v for k, v in dropped.items() if v}, **t_finding(estimate, se, len(means) - 1, level),
    )  # fmt: skip


def month_gaps(
    frame: pd.DataFrame,
    live: Mapping[str, dt.date | None],
    *,
    unit: str = "unit",
    period: str = "period",
    value: str = "value",
) -> tuple[dict[str, list[float]], int]:
    """Return for each unit its months after going live, each less the same month of the last year before, and how many had none.

    Months without a value are left out. Units without a date, or without any such month, are not in the answer.
    """
    known = {
        (str(u), Month(str(m))): float(v)
        for u, m, v in zip(frame[unit], frame[period], frame[value], strict=True)
        if not math.isnan(v)
    }
    made: dict[str, list[float]] = {}
    lone = 0
    for name in sorted({u for u, _ in known}):
        day = day_of(live.get(name), name)
        if day is None:
            continue
        start = Month.of(day)
        gaps = []
        for month in sorted(m for u, m in known if u == name and m >= start):
            earlier = month - 12
            while earlier >= start:
                earlier = earlier - 12
            if (name, earlier) in known:
                gaps.append(known[name, month] - known[name, earlier])
            else:
                lone += 1
        if gaps:
            made[name] = gaps
    return made, lone
