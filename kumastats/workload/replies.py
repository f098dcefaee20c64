"""How soon posts in the community network are first answered, posts never answered included.

A mean over answered posts leaves out just those that waited longest. Here a post nobody answered counts as waiting for ever, so that
quantiles and the share answered within a time stay true; posts too young to tell are left out and counted. Areas, not posts, are
what was sampled: neighbours answer neighbours.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

Floats = npt.NDArray[np.float64]
SETTLED = dt.timedelta(days=7)  # after this long without a reply, none is to be expected
FEWEST_AREAS = 3


@dataclass(frozen=True)
class Within:
    """Share of posts answered within some minutes, with an interval clustered by area."""

    minutes: float
    share: float
    low: float
    high: float
    answered: int
    posts: int


@dataclass(frozen=True)
class Replies:
    """First replies of some posts.

    Attributes
    ----------
    posts, answered, young
        Posts used, those answered, and those left out because they may yet be.
    areas
        Areas they come from.
    median, low, high
        Minutes until half were answered, and Woodruff's interval of it; infinite where fewer than half were.
    below, above
        Posts on either side of the median.
    within
        Shares answered within each time asked for.
    """

    posts: int
    answered: int
    young: int
    areas: int
    median: float
    low: float
    high: float
    below: int
    above: int
    within: tuple[Within, ...]


def replies(
    posts: pd.DataFrame,
    until: dt.datetime,
    *,
    minutes: tuple[float, ...] = (60, 180, 1440),
    level: float = 0.95,
) -> Replies:
    """Return how soon posts were answered.

    Parameters
    ----------
    posts
        area, posted_at, first_reply_min (missing where nobody answered).
    until
        When the log ends: younger posts than a week without a reply are left out.

    Raises
    ------
    WorkloadError
        If no post is left, or a reply came before its post.
    """
    waited, cluster, areas, young = _waits(posts, until)
    median = _quantile(waited, 0.5)
    low, high = _woodruff(waited, cluster, areas, level)
    return Replies(
        posts=len(waited), answered=int(np.isfinite(waited).sum()), young=young, areas=areas, median=median, low=low, high=high,
        below=int((waited < median).sum()), above=int((waited > median).sum()),
        within=tuple(_within(waited, cluster, areas, m, level) for m in minutes),
    )  # fmt: skip


@dataclass(frozen=True)
class Contrast:
    """Share of one kind of posts answered within some minutes, less that of the others; clustered by area."""

    minutes: float
    difference: float
    low: float
    high: float
    posts: int
    others: int


def contrast(
    posts: pd.DataFrame,
    mine: npt.NDArray[np.bool_],
    until: dt.datetime,
    *,
    minutes: float = 180,
    level: float = 0.95,
) -> Contrast:
    """Compare posts where `mine` is true with the rest. Descriptive: kinds of posts differ in more than their kind.

    Raises
    ------
    WorkloadError
        If one side is empty.
    """
    from scipy.special import stdtrit

    both = posts.assign(mine=mine)
    waited, cluster, areas, _ = _waits(both, until)
    kind = _settled(both, until)["mine"].to_numpy(dtype=bool)
    n, m = int(kind.sum()), int((~kind).sum())
    if not n or not m:
        raise WorkloadError(Text("比べる投稿が片方しかありません。", "There are posts on one side only."))
    hit = (waited <= minutes).astype(np.float64)
    p, q = hit[kind].mean(), hit[~kind].mean()
    score = np.where(kind, (hit - p) / n, -(hit - q) / m)
    by_area = np.bincount(cluster, score, areas)
    half = math.nan
    if areas > 1:
        half = float(stdtrit(areas - 1, 1 - (1 - level) / 2)) * math.sqrt(
            areas / (areas - 1) * float((by_area**2).sum())
        )
    return Contrast(minutes, float(p - q), float(p - q - half), float(p - q + half), n, m)


def _settled(posts: pd.DataFrame, until: dt.datetime) -> pd.DataFrame:
    told = posts["first_reply_min"].notna() | (
        pd.to_datetime(posts["posted_at"]) <= pd.Timestamp(until - SETTLED)
    )
    return posts[told]


def _waits(posts: pd.DataFrame, until: dt.datetime) -> tuple[Floats, npt.NDArray[np.intp], int, int]:
    kept = _settled(posts, until)
    waited = kept["first_reply_min"].astype("float64").fillna(math.inf).to_numpy(dtype=np.float64)
    if not len(waited):
        raise WorkloadError(
            Text("返信までの時間が分かる投稿がありません。", "No post tells how soon it was answered.")
        )
    if (waited < 0).any():
        raise WorkloadError(Text("投稿より前の返信があります。", "A reply came before its post."))
    cluster, areas = pd.factorize(kept["area"], sort=True)
    return np.asarray(waited), np.asarray(cluster), len(areas), len(posts) - len(kept)


def _quantile(waited: Floats, share: float) -> float:
    """Return the smallest time by which at least `share` were answered."""
    ordered = np.sort(waited)
    return float(ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]) if 0 < share <= 1 else math.nan


def _share(
    waited: Floats, cluster: npt.NDArray[np.intp], areas: int, minutes: float, level: float
) -> tuple[float, float]:
    """Return the share answered within `minutes` and half the width of its interval."""
    from scipy.special import stdtrit

    hit = (waited <= minutes).astype(np.float64)
    p = float(hit.mean())
    if areas < 2:
        return p, math.nan
    by_area = np.bincount(cluster, hit - p, areas) / len(hit)
    se = math.sqrt(areas / (areas - 1) * float((by_area**2).sum()))
    return p, float(stdtrit(areas - 1, 1 - (1 - level) / 2)) * se


def _within(
    waited: Floats, cluster: npt.NDArray[np.intp], areas: int, minutes: float, level: float
) -> Within:
    p, half = _share(waited, cluster, areas, minutes, level)
    return Within(
        minutes, p, max(0.0, p - half), min(1.0, p + half), int((waited <= minutes).sum()), len(waited)
    )


def _woodruff(waited: Floats, cluster: npt.NDArray[np.intp], areas: int, level: float) -> tuple[float, float]:
    """Return the interval of the median: the times whose share is 1/2 ∓ the error of the share at the median (Woodruff 1952)."""
    median = _quantile(waited, 0.5)
    if not math.isfinite(median) or areas < FEWEST_AREAS:
        return math.nan, math.nan
    _, half = _share(waited, cluster, areas, median, level)
    if half >= 0.5:
        return 0.0, math.inf
    return _quantile(waited, 0.5 - half), _quantile(waited, 0.5 + half)
