"""Answers on an ordered scale by proportional odds: one odds ratio for every cut of the scale, with weights and clusters.

logit P(answer ≤ k) = θ_k − xβ; exp(β) is how many times the odds of a higher answer. McCullagh (1980), "Regression models
for ordinal data", JRSS B 42. The log-likelihood is concave in (θ, β) (Pratt 1981, JASA 76), so Newton's steps find its
only maximum. Errors are the cluster-robust sandwich (R ``MASS::polr`` with ``sandwich::vcovCL``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.compare.subject import numbers
from kumastats.errors import CompareError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STEPS, TOLERANCE = 100, 1e-10
LARGEST = 30.0  # of a log odds ratio: beyond, an answer separates the groups and there is no maximum


@dataclass(frozen=True, eq=False)
class OrderedFit:
    """A fitted proportional-odds model.

    Attributes
    ----------
    names, beta
        Regressors, and their log odds ratios of a higher answer.
    covariance
        Of `beta`, robust, between clusters.
    cuts, thresholds
        Answers k that are not the highest, and θ_k.
    log_likelihood
        Weighted, at the maximum.
    df
        Degrees of freedom of t: clusters − 1.
    parallel
        p-value of the test that every cut has the same odds ratios (Brant 1990, with robust covariance); NaN where
        the scale has one cut.
    """

    names: tuple[str, ...]
    beta: Floats
    covariance: Floats
    cuts: tuple[float, ...]
    thresholds: Floats
    log_likelihood: float
    n: int
    n_clusters: int
    df: int
    parallel: float

    def odds_ratio(self, name: str, level: float = 0.95) -> tuple[float, float, float]:
        """Return exp(β) and its interval by the t distribution."""
        from scipy.special import stdtrit

        at = self.names.index(name)
        half = float(stdtrit(self.df, (1 + level) / 2)) * math.sqrt(float(self.covariance[at, at]))
        middle = float(self.beta[at])
        return math.exp(middle), math.exp(middle - half), math.exp(middle + half)

    def p(self, name: str) -> float:
        """Return the two-sided p-value that a regressor's odds ratio is 1."""
        from scipy.special import stdtr

        at = self.names.index(name)
        return float(
            2 * stdtr(self.df, -abs(float(self.beta[at])) / math.sqrt(float(self.covariance[at, at])))
        )


def proportional_odds(
    answer: npt.ArrayLike,
    x: npt.ArrayLike,
    names: Sequence[str],
    *,
    weight: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
) -> OrderedFit:
    """Fit ordered answers on regressors.

    Parameters
    ----------
    answer
        Scores (n,); only their order counts, and scores nobody gave are no category.
    x
        Regressors (n, k), without a constant.
    weight
        0 or more; their scale does not matter to estimates and errors.
    cluster
        Labels (n,); each answer is its own by default.

    Raises
    ------
    CompareError
        If fewer than two different answers, a regressor that does not vary beside the others, a weight that is missing
        or negative, or an answer that a regressor separates.
    """
    y = numbers(answer, "answer")
    matrix = np.asarray(x, dtype=np.float64).reshape(len(y), -1)
    w = np.ones(len(y)) if weight is None else numbers(weight, "weight")
    if np.isnan(w).any() or (w < 0).any() or not w.sum() > 0:
        raise CompareError(
            Text("重みは0以上で、欠けてはいけません。", "Weights are 0 or more and never missing.")
        )
    if np.isnan(y).any() or np.isnan(matrix).any():
        raise CompareError(Text("答えか説明変数が欠けています。", "An answer or a regressor is missing."))
    w = w * len(w) / w.sum()
    scores, code = np.unique(y, return_inverse=True)
    if len(scores) < 2:
        raise CompareError(
            Text("答えが1種類しかありません。", "All answers are the same."),
            remedy=Text("回や設問をまとめてください。", "Put waves or questions together."),
        )
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(y)), matrix])) <= matrix.shape[1]:
        raise CompareError(
            Text("変わらない説明変数か、重なる説明変数があります。", "A regressor does not vary, or repeats others.")
        )  # fmt: skip
    groups = np.arange(len(y)) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
    gamma, value, influence = _maximise(code.astype(np.int64), matrix, w, len(scores))
    clusters = int(groups.max()) + 1
    if clusters < 2:
        raise CompareError(Text("まとまりが一つしかありません。", "There is only one cluster."))
    between = _between(influence, groups)
    at = len(scores) - 1
    return OrderedFit(
        names=tuple(names),
        beta=gamma[at:],
        covariance=between[at:, at:],
        cuts=tuple(float(s) for s in scores[:-1]),
        thresholds=gamma[:at],
        log_likelihood=value,
        n=len(y),
        n_clusters=clusters,
        df=clusters - 1,
        parallel=_parallel(code.astype(np.int64), matrix, w, groups, at),
    )


def _between(influence: Floats, groups: npt.NDArray[np.intp]) -> Floats:
    """Return the covariance of estimates whose influence by row is given, between clusters (CR1)."""
    sums = np.zeros((int(groups.max()) + 1, influence.shape[1]))
    np.add.at(sums, groups, influence)
    return np.asarray(len(sums) / (len(sums) - 1) * sums.T @ sums)


def _maximise(code: Ints, x: Floats, w: Floats, count: int) -> tuple[Floats, float, Floats]:
    """Return the estimates (θ, β), the log-likelihood, and each row's influence on the estimates."""
    cuts = count - 1
    share = np.cumsum(np.bincount(code, w, count))[:-1] / w.sum()
    gamma: Floats = np.concatenate([np.log(share / (1 - share)), np.zeros(x.shape[1])])
    value, scores, hessian = _likelihood(gamma, code, x, w, cuts)
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(-hessian, scores.sum(0))
        except np.linalg.LinAlgError:
            raise _separated() from None
        size = 1.0
        while size > TOLERANCE:
            trial = _likelihood(gamma + size * step, code, x, w, cuts)
            if trial[0] >= value - 1e-12 * abs(value):
                break
            size /= 2
        gamma = gamma + size * step
        value, scores, hessian = trial
        if np.abs(gamma[cuts:]).max(initial=0.0) > LARGEST:
            raise _separated()
        if np.abs(step).max() < TOLERANCE:
            return gamma, value, np.asarray(np.linalg.solve(-hessian, scores.T).T, dtype=np.float64)
    raise _separated()


def _separated() -> CompareError:
    return CompareError(
        Text(
            "ある答えが一方の群にしかなく、オッズ比が定まりません。",
            "An answer separates the groups, so no odds ratio is finite.",
        ),
        remedy=Text("答えの区分をまとめてください。", "Merge answers into fewer categories."),
    )


def _likelihood(gamma: Floats, code: Ints, x: Floats, w: Floats, cuts: int) -> tuple[float, Floats, Floats]:
    """Return the weighted log-likelihood, its gradient by row and its Hessian."""
    n = len(code)
    theta = np.concatenate([[-np.inf], gamma[:cuts], [np.inf]])
    if (np.diff(gamma[:cuts]) <= 0).any():
        return -math.inf, np.zeros((n, len(gamma))), -np.eye(len(gamma))
    eta = x @ gamma[cuts:]
    upper, lower = _logistic(theta[code + 1] - eta), _logistic(theta[code] - eta)
    # the larger tail loses digits in the difference; take the smaller one
    p = np.where(
        upper + lower > 1, _logistic(eta - theta[code]) - _logistic(eta - theta[code + 1]), upper - lower
    )
    p = np.maximum(p, 1e-300)
    du, dl = upper * (1 - upper), lower * (1 - lower)
    zu, zl = np.zeros((n, len(gamma))), np.zeros((n, len(gamma)))
    rows = np.arange(n)
    has_u, has_l = code < cuts, code > 0
    zu[rows[has_u], code[has_u]] = 1.0
    zl[rows[has_l], code[has_l] - 1] = 1.0
    zu[:, cuts:] = zl[:, cuts:] = -x
    a, b = du / p, dl / p
    scores = w[:, None] * (a[:, None] * zu - b[:, None] * zl)
    huu = a * (1 - 2 * upper) - a * a
    hll = -b * (1 - 2 * lower) - b * b
    hul = a * b
    cross = (zu * (w * hul)[:, None]).T @ zl
    hessian = (zu * (w * huu)[:, None]).T @ zu + (zl * (w * hll)[:, None]).T @ zl + cross + cross.T
    return float(w @ np.log(p)), scores, hessian


def _logistic(z: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(z))


def _parallel(code: Ints, x: Floats, w: Floats, groups: npt.NDArray[np.intp], cuts: int) -> float:
    """Return the p-value of equal slopes in the binary logits of every cut, their covariance between clusters."""
    from scipy.special import chdtrc

    k = x.shape[1]
    if cuts < 2 or not k:
        return math.nan
    slopes, influence = [], []
    for cut in range(cuts):
        try:
            gamma, _, mine = _maximise((code > cut).astype(np.int64), x, w, 2)
        except CompareError:
            return math.nan
        slopes.append(gamma[1:])
        influence.append(mine[:, 1:])
    covariance = _between(np.concatenate(influence, axis=1), groups)
    contrast = np.kron(np.column_stack([np.ones(cuts - 1), -np.eye(cuts - 1)]), np.eye(k))
    d = contrast @ np.concatenate(slopes)
    spread = contrast @ covariance @ contrast.T
    if np.linalg.matrix_rank(spread) < len(d):
        return math.nan
    return float(chdtrc(len(d), float(d @ np.linalg.solve(spread, d))))
