"""What happened after a conversation with the chatbot: deflection by what followed, never by what the chatbot says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.ratio_resampled import Ratio, ratio_of_sums

COLUMNS = ("channel", "topic", "started_at", "resolved", "escalated_to", "next_contact_min")
HOUR, DAY = 60, 24 * 60
WINDOWS = (HOUR // 2, HOUR, DAY, 3 * DAY, 7 * DAY)


@dataclass(frozen=True)
class Outcome:
    """What followed, within a window.

    Attributes
    ----------
    window
        Minutes after a conversation's end within which a contact counts as its follow-up.
    settled
        Share of conversations neither handed over nor followed by a contact.
    n, hits
        Conversations, and those settled.
    leaked, not_handed
        Conversations followed by a contact though not handed over, and all that were not handed over.
    """

    window: int
    settled: Ratio
    n: int
    hits: int
    leaked: int
    not_handed: int

    @property
    def leakage(self) -> float:
        """Share that came back of those the chatbot did not hand over."""
        return self.leaked / self.not_handed if self.not_handed else float("nan")


def conversations(enquiries: pd.DataFrame) -> pd.DataFrame:
    """Return a row a conversation with the chatbot: ``day``, ``topic``, ``handed``, ``told`` (its own account), ``after`` (minutes).

    Raises
    ------
    WorkloadError
        If columns are missing.
    """
    lacking = [c for c in COLUMNS if c not in enquiries]
    if lacking:
        raise WorkloadError(
            Text(f"問い合わせに列 {', '.join(lacking)} がありません。", f"The enquiries lack {', '.join(lacking)}."),
            remedy=Text("snapshot.frame('enquiry') を渡してください。", "Give snapshot.frame('enquiry')."),
        )  # fmt: skip
    bot = enquiries[enquiries["channel"] == "chatbot"]
    return pd.DataFrame(
        {
            "day": pd.to_datetime(bot["started_at"]).dt.date.to_numpy(),
            "topic": bot["topic"].to_numpy(),
            "handed": bot["escalated_to"].notna().to_numpy(),
            "told": bot["resolved"].eq(True).fillna(False).to_numpy(dtype=bool),
            "after": bot["next_contact_min"].astype("float64").to_numpy(),
        }
    )


def settled(talks: pd.DataFrame, window: int) -> np.ndarray:
    """Return of each conversation whether it was neither handed over nor followed by a contact within `window` minutes.

    Raises
    ------
    WorkloadError
        If the window is not above zero.
    """
    if window <= 0:
        raise WorkloadError(
            Text(f"{window}分では、次の問い合わせを見ることができません。", f"A window of {window} minutes sees no further contact.")
        )  # fmt: skip
    return ~(talks["handed"].to_numpy() | (talks["after"].to_numpy() <= window))


def outcome(talks: pd.DataFrame, *, window: int = DAY, rng: np.random.Generator, draws: int = 999) -> Outcome:
    """Return what followed within `window` minutes; the interval comes from a bootstrap over days.

    Contacts that carry no reference to the conversation are not seen, and whoever gave up counts as settled: the share is
    an upper bound.
    """
    good = settled(talks, window)
    by_day = (
        pd.DataFrame({"day": talks["day"], "good": good.astype(float), "one": 1.0}).groupby("day", sort=True).sum()
    )  # fmt: skip
    share = ratio_of_sums(by_day["good"], by_day["one"], rng=rng, draws=draws)
    handed = talks["handed"].to_numpy()
    return Outcome(
        window, share, len(talks), int(good.sum()), int((~good & ~handed).sum()), int((~handed).sum())
    )


def by_window(
    talks: pd.DataFrame, *, windows: Sequence[int] = WINDOWS, seed: np.random.SeedSequence
) -> tuple[Outcome, ...]:
    """Return the outcome for several windows, each from the same draws of days."""
    return tuple(outcome(talks, window=w, rng=np.random.default_rng(seed)) for w in windows)


def covered(talks: pd.DataFrame) -> float:
    """Return how much of their months the conversations cover: the mean share of days up to the last one of each month.

    A log cut off at so many conversations a month ends early in its busy months.
    """
    days = pd.to_datetime(pd.Series(talks["day"]))
    last = days.groupby(days.dt.to_period("M")).max()
    return float((last.dt.day / last.dt.days_in_month).mean())
