"""The wild cluster bootstrap against resampling the rows, and its interval against its own test."""

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain, panel

from kumastats.compare.bootstrap import wild_bootstrap
from kumastats.compare.cells import read_panel
from kumastats.compare.twfe import Regressors, solve


@pytest.fixture
def fit():
    cells = panel(np.random.default_rng(3), 11, 10, 5, 5, -900)
    read = read_panel(cells, Plain(scale=1000.0))
    post = np.array(
        [
            read.units[u] < "U005" and read.months[m] >= "2017-06"
            for u, m in zip(read.unit, read.month, strict=True)
        ]
    )
    return solve(read, Regressors.indicator(post))


def test_enumerated_draws_equal_a_bootstrap_of_the_rows(fit):
    """Second route: impose the null, flip the residuals of whole clusters, regress again, for all 2^10 sign vectors."""
    boot = wild_bootstrap(fit, weights="rademacher", draws=99_999, rng=np.random.default_rng(0))
    assert boot.enumerated and boot.draws == 2**10
    p, n = fit.panel, fit.panel.n.astype(float)
    y = p.total / n
    units, months = len(p.units), len(p.months)
    x = np.column_stack(
        [
            fit.regressors.value * (fit.regressors.code == 0),
            np.eye(units)[p.unit],
            np.eye(months)[p.month][:, 1:],
        ]
    )
    w = np.sqrt(n)
    null = np.linalg.lstsq(x[:, 1:] * w[:, None], y * w, rcond=None)[0]
    fitted, residual = x[:, 1:] @ null, y - x[:, 1:] @ null
    bread = np.linalg.inv(x.T @ (x * n[:, None]))

    def t_of(outcome: np.ndarray) -> float:
        beta = bread @ (x.T @ (n * outcome))
        e = outcome - x @ beta
        scores = np.array([x[p.unit == g].T @ (n * e)[p.unit == g] for g in range(units)])
        return beta[0] / np.sqrt((bread @ scores.T @ scores @ bread)[0, 0])

    observed = abs(t_of(y))
    reached = 0
    for bits in range(2**10):
        signs = np.array([1 - 2 * ((bits >> g) & 1) for g in range(10)] + [1])
        reached += abs(t_of(fitted + residual * signs[p.unit])) >= observed * (1 - 1e-9)
    assert boot.p(0.0) == pytest.approx(reached / 2**10, abs=1e-12)


def test_the_interval_holds_exactly_what_is_not_rejected(fit):
    boot = wild_bootstrap(fit, weights="webb", draws=1999, rng=np.random.default_rng(1))
    low, high = boot.interval(0.95)
    width = high - low
    assert boot.p(low - 0.01 * width) <= 0.05 < boot.p(low + 0.01 * width)
    assert boot.p(high + 0.01 * width) <= 0.05 < boot.p(high - 0.01 * width)


def test_cells_with_fractions_are_refused():
    from kumastats.errors import CompareError

    cells = pd.DataFrame({"office_id": ["A"], "period": ["2017-01"], "n": [3], "s1": [1.5]})
    with pytest.raises(CompareError, match="integers"):
        read_panel(cells, Plain())
