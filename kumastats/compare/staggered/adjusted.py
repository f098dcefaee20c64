"""Effects of one cell net of covariates: outcome regression, inverse probability weighting, doubly robust.

Sant'Anna and Zhao (2020), "Doubly robust difference-in-differences estimators", Journal of Econometrics 219(1); the
influence functions are those of R's DRDID (``reg_did_panel``, ``std_ipw_did_panel``, ``drdid_panel``).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from kumastats.compare.cells import Bools, Floats
from kumastats.errors import CompareError
from kumastats.text import Text

Method = Literal["reg", "ipw", "dr"]
LARGEST_CONTROL_SCORE = 0.995
LARGEST_SCORE = 1 - 1e-6
STEPS, TOLERANCE = 50, 1e-12


def adjusted(
    change: Floats, treated: Bools, x: Floats, weight: Floats, method: Method
) -> tuple[float, Floats]:
    """Return the effect on the treated and each unit's influence (summing to zero; its squares sum to the variance).

    Parameters
    ----------
    change
        Outcome at the period less at the base period (n,).
    x
        Covariates with a constant (n, K).
    """
    n, d = len(change), treated.astype(np.float64)
    outside = weight * (1 - d)
    fitted, ols = np.zeros(n), np.zeros_like(x)
    if method != "ipw":
        inverse = _inverse(x.T @ (outside[:, None] * x))
        fitted = x @ (inverse @ (x.T @ (outside * change)))
        ols = (outside * (change - fitted))[:, None] * x @ inverse * n
    if method == "reg":
        inside = weight * d
        net, share = change - fitted, inside.mean()
        effect = float((inside * net).mean() / share)
        influence = (inside * (net - effect) - ols @ (inside[:, None] * x).mean(axis=0)) / share
        return effect, influence / n
    score, hessian = _propensity(d, x, weight)
    kept = treated | (score < LARGEST_CONTROL_SCORE)
    logit = (weight * (d - score))[:, None] * x @ hessian * n
    inside, across = kept * weight * d, kept * outside * score / (1 - score)
    net = change - fitted
    over, under = inside.mean(), across.mean()
    eta_in, eta_out = float((inside * net).mean() / over), float((across * net).mean() / under)
    treated_part = inside * (net - eta_in) - ols @ (inside[:, None] * x).mean(axis=0)
    control_part = across * (net - eta_out)
    control_part += logit @ ((across * (net - eta_out))[:, None] * x).mean(axis=0)
    control_part -= ols @ (across[:, None] * x).mean(axis=0)
    return eta_in - eta_out, (treated_part / over - control_part / under) / n


def _propensity(d: Floats, x: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return fitted logit probabilities and the inverse information, by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        score = 1 / (1 + np.exp(-np.clip(x @ beta, -500, 500)))
        inverse = _inverse(x.T @ ((weight * score * (1 - score))[:, None] * x))
        step = inverse @ (x.T @ (weight * (d - score)))
        beta = beta + step
        if np.abs(step).max() < TOLERANCE * (1 + np.abs(beta).max()):
            break
    else:
        raise CompareError(
            Text("傾向スコアが収束しません。", "The propensity score does not converge."),
            remedy=Text(
                '共変量が導入をほぼ決めています。共変量を減らすか method="reg" にしてください。',
                'The covariates all but decide who is treated; use fewer, or method="reg".',
            ),
        )
    with np.errstate(over="ignore"):
        score = np.minimum(1 / (1 + np.exp(-(x @ beta))), LARGEST_SCORE)
    return score, inverse


def _inverse(matrix: Floats) -> Floats:
    scale = np.sqrt(np.diag(matrix))
    if (scale <= 0).any() or not np.isfinite(matrix).all():
        raise _collinear()
    scaled = matrix / scale[:, None] / scale[None, :]
    if np.linalg.cond(scaled) > 1e12:
        raise _collinear()
    return np.asarray(np.linalg.inv(scaled) / scale[:, None] / scale[None, :])


def _collinear() -> CompareError:
    return CompareError(
        Text(
            "共変量が互いに重なり、比べる単位の数に対して多すぎます。",
            "The covariates are collinear, or too many for the units compared.",
        )
    )
