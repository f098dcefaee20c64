"""A ticket machine whose clock runs fast: tickets seem to be called before they were issued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

# of an office's tickets of a day, as many must seem called before their issue for its clock to be doubted
LEAST_TICKETS, LEAST_SHARE = 5, 0.05
# a fast clock shows in those who did not wait; the few called still earlier were called by mistake
QUANTILE = 0.9
# seconds; up to a minute it may be the rounding of a log, or the order in which two machines write
LEAST_DRIFT = 60
# seconds; a fast clock repeats one gap where nobody waits, slips scatter
ALIKE = 5


@dataclass(frozen=True, eq=False)
class Drift:
    """Times of issue put right.

    Attributes
    ----------
    issued
        The times, seconds; of office-days with a fast clock all are moved back, so that nobody waited less than nothing.
    moved, touched
        Which tickets lie on such days, and which were otherwise taken as called at once.
    """

    issued: npt.NDArray[Any]
    moved: npt.NDArray[np.bool_]
    touched: npt.NDArray[np.bool_]


def put_right(offices: Any, issued: Any, called: Any, slack: int) -> Drift:
    """Return times of issue that are not after the call, where they are by no more than `slack` seconds.

    On a day on which one ticket in twenty of an office, and no fewer than five, seem called before their issue, the
    machine's clock was fast by what shows in those who did not wait: where that is more than a minute, and five of them or more agree on it, all of the day's
    tickets are moved back by it, so that the waits of the others are not too short either.

    Examples
    --------
    >>> import numpy as np
    >>> issued = np.datetime64("2018-04-02T09:02:30") + np.arange(6) * np.timedelta64(600, "s")
    >>> waits = np.array([0, 0, 0, 0, 0, 900]) - 150
    >>> made = put_right(["W1"] * 6, issued, issued + waits.astype("timedelta64[s]"), 300)
    >>> (issued - made.issued).astype(int).tolist(), made.moved.tolist()[0], made.touched.tolist()[0]
    ([150, 150, 150, 150, 150, 150], True, False)
    """
    gap = (issued - called).astype("timedelta64[s]").astype(np.int64)
    late = ~np.isnat(called) & ~np.isnat(issued) & (gap > 0) & (gap <= slack)
    none = np.zeros(len(late), dtype=bool)
    if not late.any():
        return Drift(issued, none, none)
    frame = pd.DataFrame({"office": offices, "day": issued.astype("datetime64[D]"), "late": late, "gap": gap})
    days = frame.groupby(["office", "day"], dropna=False)
    count, share = days["late"].transform("sum"), days["late"].transform("mean")
    moved = ((count >= LEAST_TICKETS) & (share >= LEAST_SHARE)).to_numpy() & ~np.isnat(issued)
    back = np.zeros(len(late), dtype=np.int64)
    if moved.any():
        shown = frame[moved & late].groupby(["office", "day"], dropna=False)["gap"]
        drift = shown.quantile(QUANTILE, interpolation="lower").rename("drift").reset_index()
        at = (
            frame[["office", "day"]]
            .merge(drift, on=["office", "day"], how="left")["drift"]
            .fillna(0)
            .to_numpy()
        )
        agree = frame["late"] & (frame["gap"].sub(at).abs() <= ALIKE)
        many = agree.groupby([frame["office"], frame["day"]], dropna=False).transform("sum") >= LEAST_TICKETS
        moved &= (at > LEAST_DRIFT) & many.to_numpy()
        back = np.where(moved, at, 0).astype(np.int64)
    out = issued - back.astype("timedelta64[s]")
    touched = late & (called < out)
    return Drift(np.where(touched, called, out), moved, touched & ~moved)
