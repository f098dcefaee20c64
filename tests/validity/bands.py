"""Prints how often event studies cover a path without effect, and how often the check of earlier trends alarms for nothing.

``python tests/validity/bands.py [panels]`` takes about three minutes for 300. Columns: the band at once, each month, all
months at once by themselves; alarms of `checks.pre_trend`, and of a cluster-robust Wald test on the same leads.
"""

import datetime as dt
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "compare"))
from outcomes import Plain, panel
from scipy.special import fdtrc

from kumastats.compare import checks, event_study, uniform
from kumastats.compare.design import lay_out
from kumastats.compare.twfe import Regressors, solve

HOURS = Plain(scale=1000.0)
WINDOW = {"start": dt.date(2017, 1, 1), "end": dt.date(2019, 12, 31)}


def shares(offices: int, treated: int, panels: int) -> list[float]:
    """Return the five shares."""
    rng = np.random.default_rng(offices)
    found = np.zeros(5)
    for _ in range(panels):
        cells = panel(rng, offices, 36, treated, 24, 0)
        live = dict.fromkeys(sorted(cells["office_id"].unique())[:treated], dt.date(2019, 1, 1))
        frame = event_study(cells, live=live, measure=HOURS, **WINDOW).frame
        frame = frame[frame["event_month"] != -1]
        each = (frame["low"] <= 0) & (frame["high"] >= 0)
        at_once = ((frame["band_low"] <= 0) & (frame["band_high"] >= 0)).all()
        design = lay_out(cells, HOURS, live=live, **WINDOW)
        alarm = checks.pre_trend(design).result == "fail"
        found += at_once, each.mean(), each.all(), alarm, wald(design) < 0.05
    return [float(f) for f in found / panels]


def wald(design) -> float:
    """Return the p-value of the Wald test of the leads, by quarters before going live."""
    lead = np.where(design.treated, (-design.event_month - 1) // 3 - 1, -1)[~design.post]
    code = np.minimum(lead, 3).astype(np.int64)
    fit = solve(design.panel.keep(~design.post), Regressors.dummies(code, 4))
    statistic = fit.beta @ np.linalg.pinv(fit.covariance) @ fit.beta / 4
    return float(fdtrc(4, fit.n_clusters - 1, statistic))


if __name__ == "__main__":
    uniform.DRAWS = 1 << 14  # quicker; the critical value is then good to a percent
    for offices, treated in ((10, 3), (14, 3), (34, 8), (60, 20)):
        told = shares(offices, treated, int(sys.argv[1]) if len(sys.argv) > 1 else 300)
        print(f"{offices}/{treated}:", *(f"{share:.3f}" for share in told), flush=True)
