"""How many come on a day: negative-binomial day totals on the Japanese calendar, and the next quarter with its intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special

from kumastats.calendar import is_workday, workdays
from kumastats.display import HtmlTable, interval, number
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.warehouse.sharing import shared

Floats = npt.NDArray[np.float64]
FEWEST_DAYS = 40
FEWEST_OF_A_KIND = 3  # days with, and days without, a feature for it to be fitted
FEATURES = {
    "tuesday": Text("火曜", "Tuesday"),
    "wednesday": Text("水曜", "Wednesday"),
    "thursday": Text("木曜", "Thursday"),
    "friday": Text("金曜", "Friday"),
    "after_holiday": Text("祝日や年末年始の翌開庁日", "first working day after a holiday"),
    "month_start": Text("月初（2開庁日）", "first two working days of a month"),
    "month_end": Text("月末（26日以降）", "from the 26th of a month"),
    "moving": Text("引越しの季節（3月15日～4月17日）", "moving season (15 March–17 April)"),
    "moving_peak": Text("その盛り（3月24日～4月10日）", "its peak (24 March–10 April)"),
    "tax": Text("確定申告（2月16日～3月15日）", "tax returns (16 February–15 March)"),
    "benefits": Text("課税証明・手当の現況届（6月）", "tax certificates and benefit renewals (June)"),
    "years": Text("1年ごと", "each further year"),
}


@dataclass(frozen=True, eq=False)
class DayTotals:
    """A fitted model of day totals.

    Attributes
    ----------
    names, coefficients, covariance
        Of the intercept and the features that vary in the data, on the log scale.
    overdispersion
        Variance of the factor by which a day is busier of its own (``alpha`` of NB2).
    days, origin
        Days fitted; the day that years are counted from.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    overdispersion: float
    days: int
    origin: dt.date

    def mean(self, dates: list[dt.date]) -> Floats:
        """Return expected visitors on each date."""
        return np.asarray(np.exp(self._design(dates) @ self.coefficients))

    def _design(self, dates: list[dt.date]) -> Floats:
        features = calendar_features(dates, self.origin)
        return np.column_stack(
            [np.ones(len(dates)), *(features[n].to_numpy(dtype=float) for n in self.names[1:])]
        )

    @property
    def df(self) -> int:
        """Days less coefficients."""
        return self.days - len(self.names)

    def ratio(self, name: str) -> tuple[float, float, float]:
        """Return by what factor a feature multiplies visitors, with its 95 % interval (Student's t)."""
        i = self.names.index(name)
        half = float(special.stdtrit(self.df, 0.975)) * float(np.sqrt(self.covariance[i, i]))
        low, mid, high = np.exp(self.coefficients[i] + np.array([-half, 0, half]))
        return float(mid), float(low), float(high)

    def forecast(
        self,
        start: dt.date,
        end: dt.date,
        *,
        rng: np.random.Generator,
        draws: int = 2000,
        level: float = 0.95,
    ) -> Forecast:
        """Forecast the working days from `start` to `end`, coefficients and days both uncertain."""
        dates = list(workdays(start, end))
        if not dates:
            raise WorkloadError(Text("開庁日のない期間です。", "There is no working day in the period."))
        spread = np.sqrt(self.df / rng.chisquare(self.df, draws))
        beta = self.coefficients + spread[:, None] * rng.multivariate_normal(
            np.zeros(len(self.names)), self.covariance, draws
        )
        mu = np.exp(np.clip(beta @ self._design(dates).T, -20, 20))
        a = max(self.overdispersion, 1e-9)
        drawn = rng.poisson(mu * rng.gamma(1 / a, a, mu.shape))
        tails = (1 - level) / 2, 1 - (1 - level) / 2
        low, high = np.quantile(drawn, tails, axis=0)
        total = np.quantile(drawn.sum(axis=1), tails)
        frame = pd.DataFrame({"date": dates, "mean": self.mean(dates), "low": low, "high": high})
        return Forecast(frame, float(frame["mean"].sum()), (float(total[0]), float(total[1])), level)

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return the calendar's factors as a table."""
        rows = []
        for name in self.names[1:]:
            mid, low, high = self.ratio(name)
            rows.append([FEATURES[name](lang), number(mid, lang, 2), interval(low, high, lang, 2)])
        heads = [
            Text("暦", "calendar")(lang), Text("来客の倍率", "visitors, times")(lang), Text("95％区間", "95% interval")(lang),
        ]  # fmt: skip
        note = Text(
            f"月曜などの普通の日に対する倍率。{self.days}日の負の二項回帰。日ごとの混み方の分散 {self.overdispersion:.3f}。",
            f"Against an ordinary Monday; negative-binomial regression on {self.days} days. Variance of a day's own factor: {self.overdispersion:.3f}.",
        )(lang)
        return HtmlTable(heads, rows, Text("暦と来客", "The calendar and visitors")(lang), lang, note)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Visitors to come.

    Attributes
    ----------
    frame
        One row a working day: ``date``, ``mean``, ``low``, ``high`` (prediction interval).
    total, total_interval
        Of the whole period.
    """

    frame: pd.DataFrame
    total: float
    total_interval: tuple[float, float]
    level: float


def calendar_features(dates: list[dt.date], origin: dt.date) -> pd.DataFrame:
    """Return what the calendar says of each date: one column a feature.

    Examples
    --------
    >>> calendar_features([dt.date(2022, 5, 6)], dt.date(2022, 5, 6))[["friday", "after_holiday"]].iloc[0].tolist()
    [1.0, 1.0]
    """
    rows = [{**_of(day), "years": (day - origin).days / 365.25} for day in dates]
    return pd.DataFrame(rows, columns=list(FEATURES), dtype=float)


@cache
def _of(day: dt.date) -> Mapping[str, float]:
    md = (day.month, day.day)
    first = dt.date(day.year, day.month, 1)
    gap = 1
    while not is_workday(day - dt.timedelta(gap)):
        gap += 1
    closed = [day - dt.timedelta(i) for i in range(1, gap)]
    return {
        **{name: float(day.weekday() == i) for i, name in enumerate(("tuesday", "wednesday", "thursday", "friday"), start=1)},
        "after_holiday": float(any(d.weekday() < 5 for d in closed)),
        "month_start": float(len(workdays(first, day)) <= 2),
        "month_end": float(day.day >= 26),
        "moving": float((3, 15) <= md <= (4, 17)),
        "moving_peak": float((3, 24) <= md <= (4, 10)),
        "tax": float((2, 16) <= md <= (3, 15)),
        "benefits": float(day.month == 6),
    }  # fmt: skip


@shared
def fit_day_totals(tickets: pd.DataFrame) -> DayTotals:
    """Fit day totals of one office's tickets by negative-binomial regression (NB2).

    Coefficients by quasi-likelihood; the days' own variance where Pearson's statistic meets its degrees of freedom (Breslow 1984,
    *Applied Statistics* 33), which unlike maximum likelihood counts the coefficients that were fitted. Days without a ticket were closed and are no data; a feature enters where at least three days have it and three have not.

    Raises
    ------
    WorkloadError
        If there are fewer than forty days.
    """
    shown = tickets[tickets["outcome"] != "void"]
    return fit_totals(shown.groupby(shown["issued_at"].dt.date).size().sort_index())


def fit_totals(totals: pd.Series) -> DayTotals:
    """Fit how many came on each day; the index holds the dates, in order. See `fit_day_totals`.

    Raises
    ------
    WorkloadError
        If there are fewer than forty days, or they do not tell the calendar's part.
    """
    if len(totals) < FEWEST_DAYS:
        raise WorkloadError(
            Text(
                f"{len(totals)}日分では暦との関係が分かりません（{FEWEST_DAYS}日以上）。",
                f"{len(totals)} days do not show the calendar's part (it takes {FEWEST_DAYS}).",
            )
        )
    dates: list[dt.date] = list(totals.index)
    features = calendar_features(dates, dates[0])
    names = [
        n
        for n in FEATURES
        if (features["years"].iloc[-1] >= 1.5 if n == "years" else min(features[n].sum(), len(totals) - features[n].sum()) >= FEWEST_OF_A_KIND)
    ]  # fmt: skip
    x = np.column_stack([np.ones(len(totals)), *(features[n].to_numpy() for n in names)])
    y = totals.to_numpy(dtype=float)
    coefficients, alpha = _fit(x, y)
    mu = np.exp(x @ coefficients)
    information = (x.T * (mu / (1 + alpha * mu))) @ x  # of the coefficients, which are orthogonal to alpha
    if not np.isfinite(information).all() or np.linalg.matrix_rank(information) < len(coefficients):
        raise WorkloadError(
            Text("暦のモデルが定まりません。", "The calendar model is not identified by these days."),
            remedy=Text("期間を広げてください。", "Take a longer period."),
        )
    return DayTotals(
        ("intercept", *names), coefficients, np.linalg.inv(information), alpha, len(totals), dates[0]
    )


def _fit(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Return coefficients on the log scale and the overdispersion, in turns until neither moves."""
    solve: Any = optimize.brentq
    df: int = len(y) - x.shape[1]
    beta, *_ = np.linalg.lstsq(x, np.log(np.maximum(y, 0.5)), rcond=None)
    alpha = 0.0
    for _ in range(50):
        was = np.r_[beta, alpha]
        for _ in range(25):
            mu = np.exp(np.clip(x @ beta, -20, 20))
            weight = mu / (1 + alpha * mu)
            step, *_ = np.linalg.lstsq(
                x * np.sqrt(weight)[:, None], (y - mu) / mu * np.sqrt(weight), rcond=None
            )
            beta = beta + step
            if np.abs(step).max() < 1e-10:
                break
        mu = np.exp(np.clip(x @ beta, -20, 20))

        def excess(a: float, mu: Floats = mu) -> float:
            return float(((y - mu) ** 2 / (mu * (1 + a * mu))).sum() - df)

        alpha = float(solve(excess, 0.0, 100.0)) if excess(0.0) > 0 > excess(100.0) else 0.0
        if np.abs(np.r_[beta, alpha] - was).max() < 1e-9:
            break
    return np.asarray(beta), alpha
