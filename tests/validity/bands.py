"""Prints how often event studies cover a path without effect: the band at once, each month, all months at once.

``python tests/validity/bands.py [panels]`` takes about three minutes for 300.
"""

import datetime as dt
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "compare"))
from outcomes import Plain, panel

from kumastats.compare import event_study, uniform

WINDOW = {"start": dt.date(2017, 1, 1), "end": dt.date(2019, 12, 31)}


def covered(offices: int, treated: int, panels: int) -> tuple[float, float, float]:
    """Return the three shares."""
    rng = np.random.default_rng(offices)
    found = np.zeros(3)
    for _ in range(panels):
        cells = panel(rng, offices, 36, treated, 24, 0)
        live = dict.fromkeys(sorted(cells["office_id"].unique())[:treated], dt.date(2019, 1, 1))
        frame = event_study(cells, live=live, measure=Plain(scale=1000.0), **WINDOW).frame
        frame = frame[frame["event_month"] != -1]
        each = (frame["low"] <= 0) & (frame["high"] >= 0)
        found += ((frame["band_low"] <= 0) & (frame["band_high"] >= 0)).all(), each.mean(), each.all()
    at_once, month, months = found / panels
    return float(at_once), float(month), float(months)


if __name__ == "__main__":
    uniform.DRAWS = 1 << 14  # quicker; the critical value is then good to a percent
    for offices, treated in ((10, 3), (14, 3), (34, 8), (60, 20)):
        told = covered(offices, treated, int(sys.argv[1]) if len(sys.argv) > 1 else 300)
        print(f"{offices}/{treated}:", *(f"{share:.3f}" for share in told), flush=True)
