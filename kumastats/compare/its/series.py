"""Level and slope at an interruption, with the season in the model and the verdict on few points guarded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.compare.drawing import SeriesDrawing
from kumastats.compare.inference import checked_level
from kumastats.compare.its.remembering import MEMORIES, Memory, remember
from kumastats.compare.result import Check, Comparison
from kumastats.compare.subject import PLAIN, Array, Subject, conclude, numbers
from kumastats.errors import CompareError
from kumastats.text import Text

Season = Literal["auto", "months", "harmonics", "none"]
What = Literal["level", "slope"]
SHORT = 36
NO_COUNT = 1e-8  # a fitted count below it only grows smaller with more iterations
BEYOND_TREND = Text(
    "それまでの傾向と季節を超えた変化。比べる系列がないので効果とは言えず、確からしさは高くても「低い」",
    "change beyond trend and season; without a control series it is no effect, and certainty is low at most",
)
BEYOND_CONTROL = Text(
    "比べる系列との差の、それまでの傾向と季節を超えた変化",
    "change, beyond trend and season, of the difference from a control series",
)


def design_matrix(
    points: int, breaks: Sequence[int], *, season: Season = "auto", period: int = 12, slopes: bool = True
) -> tuple[Array, tuple[str, ...]]:
    """Return intercept, trend, a level (and slope) for each break, and the season; trend and slopes are per point.

    ``auto`` takes a dummy a month from three years on, and two harmonics below: with two years the dummies would eat
    the series.

    >>> design_matrix(24, [12])[1]
    ('intercept', 'trend', 'level_1', 'slope_1', 'cos_1', 'sin_1', 'cos_2', 'sin_2')
    """
    t = np.arange(points, dtype=float)
    columns, names = [np.ones(points), t - t.mean()], ["intercept", "trend"]
    for i, b in enumerate(breaks, 1):
        columns.append((t >= b).astype(float))
        names.append(f"level_{i}")
        if slopes:
            columns.append(np.maximum(t - b, 0))
            names.append(f"slope_{i}")
    if season == "auto":
        season = "months" if points >= SHORT * period / 12 else "harmonics"
    if season == "months":
        for m in range(1, period):
            columns.append((t % period == m).astype(float))
            names.append(f"month_{m + 1}")
    elif season == "harmonics":
        for h in (1, 2):
            columns += [np.cos(2 * np.pi * h * t / period), np.sin(2 * np.pi * h * t / period)]
            names += [f"cos_{h}", f"sin_{h}"]
    return np.column_stack(columns), tuple(names)


def interrupted_series(
    values: npt.ArrayLike,
    interruption: int | Sequence[int],
    *,
    control: npt.ArrayLike | None = None,
    counts: bool = False,
    what: What = "level",
    which: int = 1,
    season: Season = "auto",
    period: int = 12,
    slopes: bool = True,
    transition: int = 0,
    memory: Memory = "ar1",
    subject: Subject = PLAIN,
    level: float = 0.95,
) -> Comparison:
    """Estimate the change of level or slope at an interruption.

    Parameters
    ----------
    values
        One value a month, in order; NaN is refused, as it would break the memory of the errors.
    interruption
        Position (from 0) of the first point after, or several.
    control
        A series untouched by the change, on the same months: its difference is analysed.
    counts
        Log-linear model with overdispersion; the estimate is a log ratio.
    which
        Which interruption, from 1.
    transition
        Points after each interruption left to themselves, each with its own dummy, and counted as dropped.
    memory
        Errors are AR(1), or ARMA(1, 1), which asks more of a series and answers wider.

    Raises
    ------
    CompareError
        If the memory is unknown, the series is too short, has gaps, is constant, or the model cannot be told apart on it.
    """
    if memory not in MEMORIES:
        known = ", ".join(MEMORIES)
        raise CompareError(
            Text(
                f"誤差の記憶「{memory}」はありません（{known}）。",
                f"There is no memory '{memory}' ({known}).",
            )
        )
    y = numbers(values, "values")
    if np.isnan(y).any():
        raise CompareError(
            Text(
                f"欠けた月が{int(np.isnan(y).sum())}あります。",
                f"{int(np.isnan(y).sum())} points are missing.",
            ),
            remedy=Text(
                "埋めるか、欠けのない期間を使ってください。", "Fill them, or use a stretch without gaps."
            ),
        )
    if control is not None:
        other = numbers(control, "control")
        if counts or len(other) != len(y) or np.isnan(other).any():
            raise CompareError(
                Text(
                    "比べる系列は同じ長さで欠けがなく、件数モデルには使えません。",
                    "A control series has the same length and no gaps, and no count model.",
                )
            )
        y = y - other
    checked_level(level)
    given = numbers(np.atleast_1d(np.asarray(interruption)), "interruption")
    breaks = sorted(int(b) if b == np.floor(b) else -1 for b in given)
    if not breaks or not 1 <= which <= len(breaks) or any(not 2 <= b <= len(y) - 2 for b in breaks):
        raise CompareError(
            Text(
                "前後に2点以上ある中断が必要です。", "An interruption needs two points or more on each side."
            )
        )
    x, names = design_matrix(len(y), breaks, season=season, period=period, slopes=slopes)
    skip = sorted({i for b in breaks for i in range(b, min(b + transition, len(y)))})
    x = np.column_stack([x, *(np.eye(len(y))[i] for i in skip)]) if skip else x
    wanted = f"{what}_{which}"
    if wanted not in names or len(y) - x.shape[1] < 3 or np.linalg.matrix_rank(x) < x.shape[1]:
        raise CompareError(
            Text(
                f"{len(y)}点では、このモデルの{x.shape[1]}個の係数を見積もれません。",
                f"{len(y)} points cannot tell the {x.shape[1]} coefficients of this model.",
            ),
            remedy=Text(
                "季節を harmonics か none に、または slopes=False に。",
                "Use season harmonics or none, or slopes=False.",
            ),
        )
    if np.ptp(y) == 0:
        raise CompareError(Text("系列が一定です。", "The series is constant."))
    contrast = np.zeros(x.shape[1])
    contrast[names.index(wanted)] = 1.0
    response, design = _working(y, x) if counts else (y, x)
    fit = remember(response, design, contrast, memory)
    n = len(y) - len(skip)
    exact = float(np.median(fit.errors)) <= 1e-12 * max(1.0, float(np.abs(y).max()))
    return conclude(
        subject, design="comparative_its" if control is not None else "its", inference=f"{memory}_reml_mixture",
        estimate=fit.estimate, se=fit.se, df=float(fit.df), level=level, n=n, units=1, treated=1,
        estimand=BEYOND_TREND if control is None else BEYOND_CONTROL, p=math.nan if exact else fit.p(),
        ci=(math.nan, math.nan) if exact else fit.interval(level), dropped={"transition": len(skip)} if skip else {},
        undecidable=Text("残差がなく、誤差を見積もれない", "nothing is left over to estimate an error") if exact else None,
        checks=(
            Check("control_series", "pass" if control is not None else "warn", Text(
                "比べる系列の有無", "whether a control series stands beside it"
            )),
            Check("series_length", "pass" if len(y) >= 60 else "warn", Text(
                "60点より短いと、誤差の記憶は見積もりにくい", "below 60 points the memory of the errors is hard to tell"
            ), float(len(y))),
        ),
        extra={"autocorrelation": fit.autocorrelation, "before": float(breaks[which - 1])},
        path=_path(y, x, names, fit.coefficients, counts=counts),
        drawing=SeriesDrawing(("observed", "fitted", "without"), breaks[which - 1]),
    )  # fmt: skip


def _path(y: Array, x: Array, names: Sequence[str], beta: Array, *, counts: bool) -> pd.DataFrame:
    """Return the series, its fit, and the fit had no interruption come (trend and season as before)."""
    same = np.array([n.startswith(("level_", "slope_")) for n in names])
    stays = np.where(np.r_[same, np.ones(x.shape[1] - len(names), dtype=bool)], 0.0, beta)
    fitted, without = x @ beta, x @ stays
    if counts:
        fitted, without = np.exp(fitted), np.exp(without)
    return pd.DataFrame({"observed": y, "fitted": fitted, "without": without})


def _working(y: Array, x: Array) -> tuple[Array, Array]:
    """Return the working response and design of a converged Poisson fit, scaled to equal variance."""
    if (y < 0).any() or not np.equal(y, np.floor(y)).all() or y.sum() == 0:
        raise CompareError(Text("件数は0以上の整数です。", "Counts are whole numbers from 0."))
    mean = y + 0.5
    for _ in range(200):
        eta = np.log(mean)
        root = np.sqrt(mean)
        beta = np.linalg.lstsq(x * root[:, None], (eta + (y - mean) / mean) * root, rcond=None)[0]
        new = np.exp(np.clip(x @ beta, -30, 30))
        if np.abs(new - mean).max() <= 1e-10 * max(1.0, float(y.max())):
            if new.min() < NO_COUNT:
                raise CompareError(
                    Text(
                        "ある側かある月の件数がすべて0で、比が定まりません。",
                        "All counts of one side or month are zero: there is no ratio.",
                    ),
                    remedy=Text(
                        "季節を none にするか、件数のままで比べてください。",
                        "Use season none, or compare the counts themselves.",
                    ),
                )
            root = np.sqrt(new)
            return (x @ beta + (y - new) / new) * root, x * root[:, None]
        mean = new
    raise CompareError(Text("件数モデルが収束しません。", "The count model does not converge."))
