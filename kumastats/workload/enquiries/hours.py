"""Hours of staff that the chatbot saves: what did not come, less what the rest takes longer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.ratio_resampled import resampled

Floats = npt.NDArray[np.float64]
FEWEST_DAYS = 20


@dataclass(frozen=True)
class Amount:
    """An amount with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class NetHours:
    """Hours of staff saved, as arithmetic on what was recorded.

    Attributes
    ----------
    gross
        Conversations settled × the minutes an enquiry took before, in hours.
    longer
        Enquiries that still came × the minutes they take longer than before.
    net
        Gross less longer.
    before, after
        Minutes an enquiry takes people.
    change
        After less before, minutes.
    settled, came
        Conversations settled; enquiries that still came to people, after.
    """

    gross: Amount
    longer: Amount
    net: Amount
    before: Amount
    after: Amount
    change: Amount
    settled: int
    came: int


def net_hours(
    before: pd.DataFrame,
    after: pd.DataFrame,
    settled: pd.Series | npt.ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 1999,
    level: float = 0.95,
) -> NetHours:
    """Return the hours of staff saved on the topics the chatbot knows.

    With D conversations settled, R enquiries that still came, and m₀ and m₁ minutes an enquiry takes before and after, staff
    spend R·m₁; had the D come too and nothing else changed, they would have spent (R + D)·m₀. The difference is
    D·m₀ − R·(m₁ − m₀). It is right whether answers became longer or easy questions merely left: in the latter case the D would
    have taken less than m₀ each, by just as much as the rest takes more.

    Parameters
    ----------
    before, after
        Enquiries that people answered, a row each: ``day`` and ``minutes``.
    settled
        The day of each conversation that the chatbot settled, in the period of `after`.

    Intervals are quantiles of a bootstrap over days, drawn apart in the two periods.

    Raises
    ------
    WorkloadError
        If either period has fewer than twenty days, or minutes are missing or negative.
    """
    first, last = _by_day(before), _by_day(after)
    gone = (
        pd.Series(1.0, index=pd.Index(np.asarray(settled, dtype=object), dtype=object)).groupby(level=0).sum()
    )
    days = last.index.union(gone.index)
    r, minutes = (_on(last[c], days) for c in ("n", "minutes"))
    d = _on(gone, days)
    w0, w1 = resampled(len(first), draws, rng), resampled(len(days), draws, rng)
    ones0, ones1 = np.ones((1, len(first))), np.ones((1, len(days)))
    told = _parts(ones0, ones1, first, r, minutes, d)
    drawn = _parts(w0, w1, first, r, minutes, d)
    tails = (1 - level) / 2, 1 - (1 - level) / 2

    def amount(name: str) -> Amount:
        low, high = np.quantile(drawn[name], tails)
        return Amount(float(told[name][0]), float(low), float(high))

    return NetHours(
        **{k: amount(k) for k in ("gross", "longer", "net", "before", "after", "change")},
        settled=int(d.sum()), came=int(r.sum()),
    )  # fmt: skip


def _on(totals: pd.Series, days: pd.Index) -> Floats:
    return np.asarray(totals.reindex(days, fill_value=0.0), dtype=np.float64)


def _parts(
    w0: Floats, w1: Floats, first: pd.DataFrame, r: Floats, minutes: Floats, d: Floats
) -> dict[str, Floats]:
    m0 = (w0 @ first["minutes"].to_numpy()) / (w0 @ first["n"].to_numpy())
    m1 = (w1 @ minutes) / (w1 @ r)
    gross = (w1 @ d) * m0 / 60
    longer = (w1 @ r) * (m1 - m0) / 60
    return {"gross": gross, "longer": longer, "net": gross - longer, "before": m0, "after": m1, "change": m1 - m0}  # fmt: skip


def _by_day(rows: pd.DataFrame) -> pd.DataFrame:
    minutes = rows["minutes"].astype("float64")
    if minutes.isna().any() or (minutes < 0).any():
        raise WorkloadError(
            Text("時間のない、または負の問い合わせがあります。", "An enquiry has no minutes, or negative ones.")
        )  # fmt: skip
    made = pd.DataFrame({"day": rows["day"], "minutes": minutes, "n": 1.0}).groupby("day", sort=True).sum()
    if len(made) < FEWEST_DAYS:
        raise WorkloadError(
            Text(
                f"問い合わせのある日が{len(made)}日しかありません（{FEWEST_DAYS}日以上が要ります）。",
                f"Only {len(made)} days have an enquiry; it takes {FEWEST_DAYS}.",
            )
        )
    return made


@dataclass(frozen=True)
class Lengths:
    """Minutes an enquiry takes people, before and after, of one kind of topic.

    Attributes
    ----------
    n_before, n_after
        Enquiries.
    """

    before: Amount
    after: Amount
    change: Amount
    n_before: int
    n_after: int


def lengths(
    before: pd.DataFrame, after: pd.DataFrame, *, rng: np.random.Generator, draws: int = 1999
) -> Lengths | None:
    """Return the minutes an enquiry takes, before and after; None where either side has too few days."""
    try:
        made = net_hours(before, after, [], rng=rng, draws=draws)
    except WorkloadError:
        return None
    if not math.isfinite(made.change.value):
        return None
    return Lengths(made.before, made.after, made.change, len(before), len(after))
