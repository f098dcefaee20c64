"""Evacuees of shelters: each with its own level and decay, all sharing the steps of the event; negative binomial likelihood.

The mean of shelter s on day t is exp(level_s − rate_s × t + Σ steps), the variance μ + dispersion × μ² (NB2; Poisson at 0). For a
given dispersion Fisher scoring converges to the maximum; levels and rates form a 2 × 2 block a shelter, so that the shared steps
are solved through a Schur complement and no matrix grows with the number of shelters. The dispersion maximises the profile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEWEST_DAYS = 5
MOST_DISPERSION = 50.0
FINE = 0.1  # days, to tell a half-life


@dataclass(frozen=True)
class Step:
    """A change of level shared by all shelters from one day of the event to another; day 0 is the first.

    Attributes
    ----------
    last
        Last day it holds; None: for good.
    """

    name: str
    first: int
    last: int | None = None

    def holds(self, day: Floats) -> Floats:
        """Return 1 on the days it holds, else 0."""
        until = math.inf if self.last is None else self.last
        return ((day >= self.first) & (day <= until)).astype(np.float64)


FIRST_DAY = Step("first_day", 0, 0)  # shelters fill during the first day


@dataclass(frozen=True, eq=False)
class Surge:
    """A fitted surge.

    Attributes
    ----------
    sites
        Shelters in order.
    level, rate
        Log of the people on day 0 but for the steps, and the share lost a day (per day), by shelter.
    level_var, rate_var, covariance
        Of each shelter's two numbers.
    steps, step, step_se
        Steps, their logs and standard errors.
    dispersion
        0: Poisson.
    poisson_p
        p-value of Poisson against the dispersion found (half a χ² with one degree: the null lies on the boundary).
    autocorrelation
        Of a shelter's residuals from day to day; variances are already multiplied by (1 + ρ)/(1 − ρ) where it is positive.
    days, dropped
        Shelter-days used, and left out by reason.
    """

    sites: tuple[str, ...]
    level: Floats
    rate: Floats
    level_var: Floats
    rate_var: Floats
    covariance: Floats
    steps: tuple[Step, ...]
    step: Floats
    step_se: Floats
    dispersion: float
    poisson_p: float
    autocorrelation: float
    days: int
    dropped: dict[str, int]

    def expected(self, day: Floats) -> Floats:
        """Return the expected people of all shelters together on these days."""
        made = np.exp(self.level[:, None] - self.rate[:, None] * day[None, :]).sum(axis=0)
        shared = sum(
            (b * s.holds(day) for b, s in zip(self.step, self.steps, strict=True)), np.zeros(len(day))
        )
        return np.asarray(made * np.exp(shared))

    def expected_of(self, site: Sequence[str] | pd.Series, day: Floats) -> Floats:
        """Return the expected people of a shelter on a day, row by row; 0 for a shelter that was not fitted."""
        place = pd.Index(self.sites).get_indexer(pd.Index(site))
        made = np.exp(self.level[place] - self.rate[place] * day)
        for b, s in zip(self.step, self.steps, strict=True):
            made *= np.exp(b * s.holds(day))
        return np.where(place >= 0, made, 0.0)

    def draws(self, day: Floats, rng: np.random.Generator, size: int = 2000) -> Floats:
        """Return the expected people on these days for parameters drawn from their distribution (size, days)."""
        a, b = rng.standard_normal((2, size, len(self.sites)))
        rate = self.rate + np.sqrt(self.rate_var) * a
        slope = self.covariance / self.rate_var
        left = np.sqrt(np.maximum(self.level_var - slope * self.covariance, 0))
        level = self.level + slope * (rate - self.rate) + left * b
        shared = np.zeros((size, len(day)))
        for beta, se, s in zip(self.step, self.step_se, self.steps, strict=True):
            shared += (beta + se * rng.standard_normal(size))[:, None] * s.holds(day)
        out = np.zeros((size, len(day)))
        for i in range(len(self.sites)):
            out += np.exp(level[:, i, None] - rate[:, i, None] * day)
        return out * np.exp(shared)

    def half_life(self, start: int = 1) -> float:
        """Return the days after day `start` until the expected total has fallen to half."""
        return float(_half_life(self.expected(_fine(start))[None, :])[0])

    def half_life_interval(
        self, rng: np.random.Generator, *, start: int = 1, level: float = 0.95, size: int = 2000
    ) -> tuple[float, float]:
        """Return the interval of `half_life` by drawing parameters."""
        made = _half_life(self.draws(_fine(start), rng, size))
        low, high = np.quantile(made, [(1 - level) / 2, 1 - (1 - level) / 2])
        return float(low), float(high)


def _fine(start: int) -> Floats:
    return start + np.arange(0, 120.0, FINE)


def _half_life(totals: Floats) -> Floats:
    below = totals <= totals[:, :1] / 2
    at = np.where(below.any(axis=1), below.argmax(axis=1), totals.shape[1] - 1)
    return np.asarray(at * FINE)


def fit_surge(rows: pd.DataFrame, steps: Sequence[Step] = (FIRST_DAY,)) -> Surge:
    """Fit the surge to shelter-days.

    Parameters
    ----------
    rows
        site_id, day (0, 1, …) and evacuees, missing where not counted. A shelter counts from the day it opens to the day it
        closes; closing early because few are left makes the decay seem a little slower.

    Raises
    ------
    WorkloadError
        If counts are negative, no shelter has five days, or a step cannot be told apart.
    """
    known = rows[rows["evacuees"].notna()]
    if (known["evacuees"] < 0).any():
        raise WorkloadError(
            Text("避難者数が負の日があります。", "A shelter-day has a negative number of people.")
        )
    often = known.groupby("site_id")["day"].transform("nunique") >= FEWEST_DAYS
    used = known[often & (known.groupby("site_id")["evacuees"].transform("sum") > 0)]
    if not len(used):
        raise WorkloadError(
            Text("5日以上数えられた避難所がありません。", "No shelter was counted on five days."),
            remedy=Text(
                "避難所の日ごとの人数（shelter_day）を確かめてください。",
                "Look at the daily counts of shelters (shelter_day).",
            ),
        )
    used = used.sort_values(["site_id", "day"], kind="stable")
    sites, site = np.unique(used["site_id"].to_numpy(dtype=object).astype(str), return_inverse=True)
    day = used["day"].to_numpy(dtype=np.float64)
    y = used["evacuees"].to_numpy(dtype=np.float64)
    shared = np.column_stack([s.holds(day) for s in steps]) if steps else np.zeros((len(y), 0))
    problem = _Problem(y, site.astype(np.int64), day, shared, len(sites))
    poisson = problem.solve(0.0, problem.start())
    alpha = _dispersion(problem, poisson)
    found = problem.solve(alpha, poisson) if alpha else poisson
    gain = max(2 * (problem.likelihood(found, alpha) - problem.likelihood(poisson, 0.0)), 0.0)
    rho = problem.autocorrelation(found, alpha)
    cov, step_cov = problem.covariance(found, alpha)
    inflate = (1 + rho) / (1 - rho) if 0 < rho < 1 else 1.0
    s = len(sites)
    return Surge(
        sites=tuple(sites.tolist()), level=found[:s], rate=found[s : 2 * s], level_var=cov[:, 0, 0] * inflate, rate_var=cov[:, 1, 1] * inflate,
        covariance=cov[:, 0, 1] * inflate, steps=tuple(steps), step=found[2 * s :], step_se=np.sqrt(np.diag(step_cov) * inflate),
        dispersion=alpha, poisson_p=_half_chi2(gain), autocorrelation=rho, days=len(y),
        dropped={k: v for k, v in (("not_counted", len(rows) - len(known)), ("few_days", len(known) - len(used))) if v},
    )  # fmt: skip


def _half_chi2(gain: float) -> float:
    from scipy.special import chdtrc

    return 0.5 * float(chdtrc(1, gain)) if gain > 0 else 0.5


def _dispersion(problem: _Problem, start: Floats) -> float:
    """Return the dispersion that maximises the profile likelihood; 0 where any makes it smaller."""
    from scipy import optimize

    search: Any = optimize  # untyped

    held = {"theta": start}

    def loss(log_alpha: float) -> float:
        alpha = math.exp(log_alpha)
        held["theta"] = problem.solve(alpha, held["theta"])
        return -problem.likelihood(held["theta"], alpha)

    found: Any = search.minimize_scalar(
        loss, bounds=(-12.0, math.log(MOST_DISPERSION)), method="bounded", options={"xatol": 1e-6}
    )
    return math.exp(found.x) if -found.fun > problem.likelihood(start, 0.0) else 0.0


@dataclass(frozen=True, eq=False)
class _Problem:
    """Counts with their design; theta is levels, rates, then steps."""

    y: Floats
    site: Ints
    day: Floats
    shared: Floats
    sites: int

    def start(self) -> Floats:
        level = np.log(
            np.maximum(
                np.bincount(self.site, self.y, self.sites) / np.bincount(self.site, minlength=self.sites), 0.5
            )
        )
        return np.concatenate([level, np.zeros(self.sites), np.zeros(self.shared.shape[1])])

    def mean(self, theta: Floats) -> Floats:
        s = self.sites
        eta = theta[:s][self.site] - theta[s : 2 * s][self.site] * self.day + self.shared @ theta[2 * s :]
        return np.asarray(np.exp(np.clip(eta, -30, 30)))

    def likelihood(self, theta: Floats, alpha: float) -> float:
        from scipy.special import gammaln

        mu, y = self.mean(theta), self.y
        if alpha == 0:
            return float((y * np.log(mu) - mu - gammaln(y + 1)).sum())
        r = 1 / alpha
        return float(
            (
                gammaln(y + r)
                - gammaln(r)
                - gammaln(y + 1)
                - r * np.log1p(alpha * mu)
                + y * (np.log(alpha * mu) - np.log1p(alpha * mu))
            ).sum()
        )

    def _total(self, v: Floats) -> Floats:
        """Return the sums by site."""
        return np.bincount(self.site, v, self.sites).astype(np.float64)

    def _parts(self, theta: Floats, alpha: float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return the score by site (S, 2) and of steps (K,), and the information: (S, 2, 2), (S, 2, K), (K, K)."""
        mu = self.mean(theta)
        score = (self.y - mu) / (1 + alpha * mu)
        w = mu / (1 + alpha * mu)
        x = np.column_stack([np.ones(len(mu)), -self.day])
        k = self.shared.shape[1]
        own = np.column_stack([self._total(score * x[:, a]) for a in range(2)])
        info = np.stack(
            [np.column_stack([self._total(w * x[:, a] * x[:, b]) for b in range(2)]) for a in range(2)],
            axis=1,
        )
        cross = np.zeros((self.sites, 2, k))
        for a in range(2):
            for c in range(k):
                cross[:, a, c] = self._total(w * x[:, a] * self.shared[:, c])
        return own, self.shared.T @ score, info, cross, self.shared.T @ (w[:, None] * self.shared)

    def solve(self, alpha: float, theta: Floats) -> Floats:
        """Return the maximum for a given dispersion by Fisher scoring, steps halved where the likelihood would fall."""
        value = self.likelihood(theta, alpha)
        for _ in range(200):
            own, steps, info, cross, common = self._parts(theta, alpha)
            inverse = np.linalg.inv(info)
            left = common - np.einsum("sac,sab,sbd->cd", cross, inverse, cross)
            right = steps - np.einsum("sac,sab,sb->c", cross, inverse, own)
            try:
                change = np.linalg.solve(left, right) if len(right) else right
            except np.linalg.LinAlgError:
                raise _unidentified() from None
            mine = np.einsum("sab,sb->sa", inverse, own - cross @ change)
            move = np.concatenate([mine[:, 0], mine[:, 1], change])
            size = 1.0
            while size > 1e-6:
                tried = theta + size * move
                new = self.likelihood(tried, alpha)
                if new >= value - 1e-10:
                    break
                size /= 2
            theta, gained, value = tried, new - value, new
            if abs(gained) < 1e-10 * (1 + abs(value)) and float(np.abs(size * move).max()) < 1e-7:
                break
        return theta

    def covariance(self, theta: Floats, alpha: float) -> tuple[Floats, Floats]:
        """Return the inverse information of each site's two numbers (S, 2, 2) and of the steps (K, K)."""
        _, _, info, cross, common = self._parts(theta, alpha)
        inverse = np.linalg.inv(info)
        left = common - np.einsum("sac,sab,sbd->cd", cross, inverse, cross)
        if not len(left):
            return np.asarray(inverse), np.asarray(left)
        if np.linalg.cond(left) > 1e12:
            raise _unidentified()
        steps = np.linalg.inv(left)
        through = np.einsum("sab,sbc->sac", inverse, cross)
        return np.asarray(inverse + np.einsum("sac,cd,sbd->sab", through, steps, through)), np.asarray(steps)

    def autocorrelation(self, theta: Floats, alpha: float) -> float:
        """Return the lag-one correlation of Pearson residuals within shelters, over days that follow each other."""
        mu = self.mean(theta)
        e = (self.y - mu) / np.sqrt(mu + alpha * mu**2)
        next_ = (np.diff(self.site) == 0) & (np.diff(self.day) == 1)
        first, second = e[:-1][next_], e[1:][next_]
        if not len(first) or not (e**2).sum():
            return 0.0
        return float((first * second).mean() / (e**2).mean())


def _unidentified() -> WorkloadError:
    return WorkloadError(
        Text(
            "段差を、避難所ごとの推移と分けられません。",
            "A step cannot be told apart from the shelters' own course.",
        ),
        remedy=Text("段差を減らすか、日を増やしてください。", "Use fewer steps or more days."),
    )
