"""The listed designs: who is treated when, under which process, and what each method answers."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from answers import LEVEL, Answered, Scenario, answered
from processes import SCALE, Process, cells, months
from series import series_scenarios

from kumastats.calendar import Month
from kumastats.compare import Comparison
from kumastats.text import Text


@dataclass(frozen=True)
class Outcome:
    """Hours, held as millionths."""

    id: str = "hours"
    label: Text = Text("時間", "hours")  # noqa: RUF009
    unit: Text = Text("時間", "h")  # noqa: RUF009
    better: str = "lower"
    scale: float = SCALE
    decimals: int = 2
    min_n: int = 10
    shock_outcome: str | None = None


def scenarios() -> list[Scenario]:
    """Every listed design, in the order of the table."""
    plain, strong, weak = Process(0.5), Process(0.8), Process(0.2)
    two = [
        (5, 1, plain), (5, 2, plain), (10, 1, plain), (10, 2, plain), (10, 3, plain), (10, 3, strong), (10, 5, plain),
        (10, 5, Process(0.5, unequal=True)), (34, 1, plain), (34, 2, plain), (34, 11, plain), (34, 17, strong),
        (34, 17, Process(0.2, shocks=1.0)), (34, 11, Process(0.5, unequal=True)), (34, 11, Process(0.5, tails=3.0)),
        (34, 11, Process(0.5, season=1.0)), (136, 2, plain), (136, 45, plain), (136, 68, Process(0.8, season=1.0, unequal=True)),
    ]  # fmt: skip
    staggered = [
        (10, (2, 2), plain), (34, (6, 6, 5), plain), (34, (6, 6, 5), strong),
        (136, (20, 15, 15, 10, 8), Process(0.5, unequal=True)), (136, (20, 15, 15, 10, 8), weak),
    ]  # fmt: skip
    return [
        *(two_groups(g, t, p) for g, t, p in two),
        *(staggered_roll_out(g, sizes, p) for g, sizes, p in staggered),
        *series_scenarios(),
        *(two_groups(g, t, Process(0.5, louder=2.0), beyond=True) for g, t in ((10, 3), (34, 6), (34, 11))),
    ]


# ---------------------------------------------------------------- two groups, one date


def two_groups(
    units: int, treated: int, process: Process, *, before: int = 12, after: int = 12, beyond: bool = False
) -> Scenario:
    """Two groups and one date; the effect differs between offices and grows over its first months."""
    from kumastats.compare import did

    count = before + after
    start, end = Month(months(count)[0]).start, Month(months(count)[-1]).end
    day = Month(months(count)[before]).start
    live: dict[str, dt.date | None] = {f"U{i:03d}": day if i < treated else None for i in range(units)}
    post = np.zeros((units, count), dtype=bool)
    post[:treated, before:] = True

    def repeat(rng: np.random.Generator, peers: bool) -> Answered:
        y, people = process.panel(rng, units, count, treated)
        effect = _effect(rng, units, count, post)
        answers = [
            did(
                cells(data, people), live=live, start=start, end=end, measure=Outcome(), rng=rng, draws=999, run_checks=False,
            )
            for data in (y, y + effect)
        ]  # fmt: skip
        truth = float((effect * post * people[:, None]).sum() / (post * people[:, None]).sum())
        beside = _peers_two_groups(y, people, post) if peers else {}
        return answered(answers[0], answers[1], truth, beside)

    # ten clusters or more with three or more on each side must get a verdict
    expected = units >= 10 and min(treated, units - treated) >= 3
    return Scenario("two groups", units, treated, process.name, repeat, expected, beyond)


def _effect(rng: np.random.Generator, units: int, count: int, post: np.ndarray) -> np.ndarray:
    """Return a known effect: about −1, phased in over three months, unlike between offices."""
    since = np.cumsum(post, axis=1)
    return np.where(post, -1.0 * np.minimum(since / 3, 1) * (1 + 0.2 * rng.standard_normal((units, 1))), 0.0)


def _peers_two_groups(y: np.ndarray, people: np.ndarray, post: np.ndarray) -> dict[str, bool]:
    """What others say of the same data: naive t of the rows, pyfixest's CRV1, diff-diff with clusters."""
    units, count = y.shape
    treated, later = post.any(axis=1), post.any(axis=0)
    out = {"naive t": _naive(y, post), "pyfixest CRV1": _crv1(y, people, post)}
    try:
        import diff_diff
    except ImportError:
        return out
    frame = pd.DataFrame(
        {
            "y": y.reshape(-1), "unit": np.repeat(np.arange(units), count),
            "treated": np.repeat(treated.astype(int), count), "after": np.tile(later.astype(int), units),
        }
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = diff_diff.DifferenceInDifferences(cluster="unit").fit(
            frame, outcome="y", treatment="treated", time="after"
        )
    out["diff-diff"] = bool(made.p_value <= LEVEL)
    return out


def _naive(y: np.ndarray, post: np.ndarray) -> bool:
    """The t test of the two-way regression that takes every office-month as independent."""
    from scipy.special import stdtr

    def net(x: np.ndarray) -> np.ndarray:
        return x - x.mean(axis=1, keepdims=True) - x.mean(axis=0, keepdims=True) + x.mean()

    d, outcome = net(post.astype(np.float64)), net(y)
    beta = float((d * outcome).sum() / (d * d).sum())
    df = y.size - sum(y.shape)
    se = math.sqrt(float(((outcome - beta * d) ** 2).sum()) / df / float((d * d).sum()))
    return bool(2 * stdtr(df, -abs(beta / se)) <= LEVEL)


def _crv1(y: np.ndarray, people: np.ndarray, post: np.ndarray) -> bool:
    """pyfixest's default clustered t test, by the same formula (a test of the house holds them equal)."""
    from scipy.special import stdtr

    from kumastats.compare.cells import read_panel
    from kumastats.compare.twfe import Regressors, solve

    panel = read_panel(cells(y, people), Outcome())
    fit = solve(panel, Regressors.indicator(post.reshape(-1)))
    se = fit.se()
    if not math.isfinite(se) or se == 0:
        return False
    return bool(2 * stdtr(fit.n_clusters - 1, -abs(fit.beta[0] / se)) <= LEVEL)


# ---------------------------------------------------------------- several dates


def staggered_roll_out(units: int, sizes: Sequence[int], process: Process, *, count: int = 30) -> Scenario:
    """Several dates three months apart; later cohorts have smaller effects that grow over time."""
    from kumastats.compare.long import LongPanel
    from kumastats.compare.staggered import staggered_panel

    begins = [12 + 3 * k for k in range(len(sizes))]
    of = np.repeat([*begins, count], [*sizes, units - sum(sizes)])
    post = np.arange(count)[None, :] >= of[:, None]

    def ask(y: np.ndarray, people: np.ndarray) -> Comparison:
        frame = pd.DataFrame(
            {
                "y": y.reshape(-1), "unit": np.repeat(np.arange(units), count), "time": np.tile(np.arange(1, count + 1), units),
                "first": np.repeat(np.where(of < count, of + 1, 0), count), "people": np.repeat(people, count).astype(float),
            }
        )  # fmt: skip
        panel = LongPanel.from_frame(
            frame, outcome="y", unit="unit", period="time", cohort="first", weights="people"
        )
        return staggered_panel(panel).simple

    def repeat(rng: np.random.Generator, peers: bool) -> Answered:
        y, people = process.panel(rng, units, count)
        since = np.arange(count)[None, :] - of[:, None] + 1
        size = 1.5 - 0.3 * (of[:, None] - 12) / 3
        effect = np.where(post, -size * np.minimum(since / 6, 1), 0.0)
        truth = float((effect * people[:, None] * post).sum() / (people[:, None] * post).sum())
        beside = _peers_staggered(y, people, post, of, count) if peers else {}
        return answered(ask(y, people), ask(y + effect, people), truth, beside)

    return Scenario("staggered", units, sum(sizes), process.name, repeat, units >= 10)


def _peers_staggered(
    y: np.ndarray, people: np.ndarray, post: np.ndarray, of: np.ndarray, count: int
) -> dict[str, bool]:
    out = {"naive t": _naive(y, post), "pyfixest CRV1": _crv1(y, people, post)}
    try:
        import diff_diff
    except ImportError:
        return out
    units = len(y)
    frame = pd.DataFrame(
        {
            "y": y.reshape(-1), "unit": np.repeat(np.arange(units), count), "time": np.tile(np.arange(count), units),
            "first": np.repeat(np.where(of < count, of, 0), count),
        }
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = diff_diff.CallawaySantAnna(control_group="not_yet_treated").fit(
            frame, outcome="y", unit="unit", time="time", first_treat="first"
        )
    out["diff-diff"] = bool(made.overall_p_value <= LEVEL)
    return out
