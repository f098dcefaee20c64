"""Prints the size of randomisation inference and of its neighbours with few offices, some of them large.

``python tests/validity/drawn.py [panels]`` takes about five minutes for 1,000. Columns: randomisation inference, the
rule of few clusters, the exploratory ward-mean t.
"""

import datetime as dt
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "compare"))
from outcomes import Plain, panel

from kumastats.compare.design import lay_out
from kumastats.compare.few import ward_mean
from kumastats.compare.inference import infer
from kumastats.compare.randomisation import randomisation
from kumastats.compare.twfe import Regressors, solve

WINDOW = {"start": dt.date(2017, 1, 1), "end": dt.date(2018, 12, 31)}
DATES = (dt.date(2018, 1, 1), dt.date(2018, 7, 1))


def shares(sizes: tuple[int, int, int], panels: int, *, unequal: bool) -> list[float]:
    """Return the three shares."""
    rng = np.random.default_rng(sum(sizes) + unequal)
    found = np.zeros(3)
    for _ in range(panels):
        cells = panel(rng, sum(sizes), 24, 0, 12, 0)
        units = sorted(cells["office_id"].unique())
        if unequal:
            size = dict(zip(units, rng.integers(1, 21, len(units)), strict=True))
            times = cells["office_id"].map(size)
            noise = rng.normal(0, 3000 / np.sqrt(times))
            cells = cells.assign(n=times, s1=((cells["s1"] / 12 + noise) * times).round().astype("int64"))
        order = rng.permutation(units)
        live = {
            u: DATES[0] if i < sizes[0] else DATES[1] if i < sizes[0] + sizes[1] else None
            for i, u in enumerate(order)
        }
        design = lay_out(cells, Plain(scale=1000.0), live=live, **WINDOW)
        made = randomisation(design, draws=499, rng=rng)
        fit = solve(design.panel, Regressors.indicator(design.post))
        rule = infer(fit, treated=design.n_treated_clusters, level=0.95)
        found += made.p() <= 0.05, rule.p <= 0.05, ward_mean(design).p <= 0.05
    return [float(f) for f in found / panels]


if __name__ == "__main__":
    for sizes in ((3, 0, 7), (3, 0, 31), (11, 0, 23), (4, 4, 6)):
        for unequal in (False, True):
            told = shares(sizes, int(sys.argv[1]) if len(sys.argv) > 1 else 1000, unequal=unequal)
            name = "/".join(map(str, sizes)) + (" unequal" if unequal else "")
            print(f"{name}:", *(f"{share:.3f}" for share in told), flush=True)
