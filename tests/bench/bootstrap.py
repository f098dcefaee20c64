"""Restricted wild cluster bootstrap of a two-way fit, from 100,000 rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from row import Row


def rows() -> pd.DataFrame:
    """Ten offices of 10,000 rows, five of them treated in the second year."""
    rng = np.random.default_rng(1)
    made = pd.DataFrame(
        {
            "office_id": [f"{i % 10:02d}" for i in range(100_000)],
            "m": rng.integers(0, 24, 100_000),
            "y": rng.integers(0, 6000, 100_000),
        }
    )
    return made.assign(post=((made["office_id"] < "05") & (made["m"] >= 12)).astype(int))


def ours():
    from kumastats.compare.bootstrap import wild_bootstrap
    from kumastats.compare.cells import read_panel
    from kumastats.compare.twfe import Regressors, solve
    from kumastats.measures import measure

    made = rows()
    period = [f"{2017 + m // 12}-{m % 12 + 1:02d}" for m in made["m"]]

    def run():
        cells = made.assign(period=period).groupby(["office_id", "period"])["y"].agg(n="size", s1="sum")
        panel = read_panel(cells.reset_index(), measure("ordered_overtime"))
        fit = solve(panel, Regressors.indicator((panel.unit < 5) & (panel.month >= 12)))
        return wild_bootstrap(fit, weights="rademacher", draws=9999, rng=np.random.default_rng(1)).p()

    return run


def theirs():
    import pyfixest

    made = rows()
    made = made.assign(office_id=made["office_id"].astype(int), y=made["y"].astype(float))

    def run():
        fit = pyfixest.feols("y ~ post + C(office_id) + C(m)", made, vcov={"CRV1": "office_id"})
        return fit.wildboottest(param="post", reps=9999, seed=1)["Pr(>|t|)"]

    run()  # compiled
    return run


ROWS = (
    Row(
        "wild_bootstrap", "fit and wild cluster bootstrap, 100,000 rows, 10 clusters (all 1,024 sign changes)", ours, peer=theirs,
        peer_name="pyfixest", goal="at most 0.05 s", note="The peer calls wildboottest, which takes dummies, no absorbed effects.",
    ),
)  # fmt: skip
