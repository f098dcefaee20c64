"""What is wrong with a log's times and numbers, counted; midnight mended; and a log refused that no model can be fitted to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

OPENING = dt.time(8, 30)
HALF_DAY = pd.Timedelta(hours=12)
DRIFT_SHARE = 0.05  # of a day's tickets called before they were issued: the clocks disagree, it is no slip
FEWEST_AHEAD = 5  # customers of a month called in the second a desk fell free, without a wait
TIMES_CHANCE = 5  # and how often more than chance has it
OPEN_SECONDS = 8 * 3600  # of a day, at least, over which finishes spread
DISORDER = 0.05  # where more numbers fall than that, they are not given in order of issue
STEPS = (("issued_at", "called_at"), ("called_at", "finished_at"), ("issued_at", "left_at"))


def mend_midnight(tickets: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Move a time to the next day where it lies half a day or more before the one it follows.

    Returns
    -------
    tuple
        The tickets, mended, and how many times were moved.

    Examples
    --------
    >>> at = pd.to_datetime(["1999-02-01 23:58:00"])
    >>> log = pd.DataFrame({"issued_at": at, "called_at": at, "finished_at": pd.to_datetime(["1999-02-01 00:03:00"])})
    >>> mended, count = mend_midnight(log)
    >>> count, str(mended["finished_at"].iloc[0])
    (1, '1999-02-02 00:03:00')
    """
    out, moved = tickets.copy(), 0
    for first, then in STEPS:
        if first in out and then in out:
            wrapped = (out[first] - out[then]) >= HALF_DAY
            out.loc[wrapped, then] += pd.Timedelta(days=1)
            moved += int(wrapped.sum())
    return out, moved


def fault_counts(tickets: pd.DataFrame, *, opening: dt.time = OPENING) -> Mapping[str, int]:
    """Return how often each fault of times and numbers is there.

    Parameters
    ----------
    tickets
        Rows of the canonical table ``ticket``.
    opening
        When tickets are first called.

    Returns
    -------
    Mapping
        ``restarted``: office-days whose numbers began again. ``recalled``: further rows of one ticket. ``past_midnight``: services
        that end on the next day. ``negative``: finished before the call, or called before the issue. ``drifting``: office-days on
        which one ticket in twenty was called before it was issued, and those of months in which far more customers than chance has
        it were called without a wait in the very second their desk fell free: they had waited, and the machine that issues tickets
        is ahead (a reader set their issue to the call). ``before_opening``: issued before opening.
    """
    day = tickets["issued_at"].dt.floor("D")
    late = _less(tickets, "called_at", "issued_at")
    by_day = late.groupby([tickets["office_id"], day]).mean() >= DRIFT_SHARE
    by_day |= _ahead(tickets, day).reindex(by_day.index, fill_value=False)
    minute = (tickets["issued_at"] - day).dt.total_seconds()
    past = tickets["finished_at"].dt.floor("D") > tickets["called_at"].dt.floor("D")
    return {
        "restarted": _restarts(tickets, day),
        "recalled": int(tickets.duplicated(["office_id", "ticket_id"]).sum()) if "ticket_id" in tickets else 0,
        "past_midnight": int(past.sum()),
        "negative": int((late | _less(tickets, "finished_at", "called_at")).sum()),
        "drifting": int(by_day.sum()),
        "before_opening": int((minute < opening.hour * 3600 + opening.minute * 60).sum()),
    }  # fmt: skip


def _ahead(tickets: pd.DataFrame, day: pd.Series) -> pd.Series:
    """Return the office-days of months in which customers who did not wait took desks in the second these fell free.

    Someone who comes to an idle desk does so in the second of its last finish by chance only: finishes a second, times customers.
    Logs to the minute cannot tell, nor can logs without desks.
    """
    keys = [tickets["office_id"], day]
    none = pd.Series(False, index=pd.MultiIndex.from_arrays([[], []]))
    if "desk_id" not in tickets or not tickets["called_at"].dt.second.to_numpy(na_value=0).any():
        return none
    known = tickets.assign(day=day).dropna(subset=["desk_id", "called_at", "finished_at"])
    known = known.sort_values(["office_id", "desk_id", "called_at"], kind="stable")
    previous = known.groupby(["office_id", "desk_id", "day"], sort=False)["finished_at"].shift()
    at_once = (known["called_at"] == known["issued_at"]).to_numpy()
    freed = at_once & (known["called_at"] == previous).to_numpy()
    month = known["issued_at"].dt.to_period("M")
    made = pd.DataFrame({"office": known["office_id"], "month": month, "freed": freed, "at_once": at_once})
    by_month = made.groupby(["office", "month"]).agg(
        freed=("freed", "sum"), at_once=("at_once", "sum"), n=("freed", "size")
    )
    open_days = known.groupby([known["office_id"].rename("office"), month.rename("month")])["day"].nunique()
    chance = by_month["at_once"] * by_month["n"] / (open_days * OPEN_SECONDS)
    ahead = (by_month["freed"] >= FEWEST_AHEAD) & (by_month["freed"] > TIMES_CHANCE * chance)
    held = tickets.groupby(keys).size().index
    at = pd.MultiIndex.from_arrays(
        [held.get_level_values(0), pd.DatetimeIndex(held.get_level_values(1)).to_period("M")]
    )
    return pd.Series(ahead.reindex(at, fill_value=False).to_numpy(), index=held)


def _less(tickets: pd.DataFrame, a: str, b: str) -> pd.Series:
    return (tickets[a] < tickets[b]).fillna(False)


def _restarts(tickets: pd.DataFrame, day: pd.Series) -> int:
    """Count office-days with an id that says its number was given before (``-2`` behind it, added on reading), or where
    numbers in order of issue fall by half of the highest so far and climb from there.
    """
    if "ticket_id" not in tickets:
        return 0
    parts = tickets["ticket_id"].str.extract(r"^\d{4}-\d{2}-\d{2}-(\d+)(-\d+)?$")
    keys = [tickets["office_id"], day]
    again = parts[1].notna().groupby(keys).sum() >= 2
    order = np.argsort(tickets["issued_at"].to_numpy(), kind="stable")
    number = pd.to_numeric(parts[0].where(parts[1].isna())).iloc[order]
    sorted_keys = [k.iloc[order] for k in keys]
    highest = number.groupby(sorted_keys).cummax()
    fell = (number <= highest / 2) & (highest >= 10)
    in_order = number.groupby(sorted_keys).diff().lt(0).groupby(sorted_keys).mean() < DISORDER
    began_again = (fell.groupby(sorted_keys).mean() >= 0.2) & in_order
    return int((again | began_again.reindex(again.index)).sum())


def require_sound(tickets: pd.DataFrame, *, finishes: bool = True, days: int = 2) -> None:
    """Refuse a log that no model can be fitted to.

    Parameters
    ----------
    finishes
        Whether finish times are needed.
    days
        The fewest days.

    Raises
    ------
    WorkloadError
        If tickets are duplicate, out of order, on too few days, end before they begin, or none has a finish.
    """
    mend = "mend_midnight"
    if not len(tickets):
        _refuse(
            "番号札がありません。", "There are no tickets.",
            "期間と庁舎を確かめてください。", "Check the period and the office.",
        )  # fmt: skip
    if "ticket_id" in tickets and (n := int(tickets.duplicated(["office_id", "ticket_id"]).sum())):
        _refuse(
            f"同じ番号札が{n}行重なっています。", f"{n} rows repeat a ticket.",
            "journeys() で一枚一行にしてください。", "Make them one row a ticket with journeys().",
        )  # fmt: skip
    if not tickets.groupby("office_id")["issued_at"].is_monotonic_increasing.all():
        _refuse(
            "番号札が発券の順に並んでいません。", "Tickets are not in order of issue.",
            "tickets.sort_values(['office_id', 'issued_at']) としてください。", "Use tickets.sort_values(['office_id', 'issued_at']).",
        )  # fmt: skip
    if (n := fault_counts(tickets)["negative"]) > 0:
        _refuse(
            f"終わりが始まりより前の番号札が{n}件あります。", f"{n} tickets end before they begin.",
            f"真夜中をまたぐなら {mend}() で直し、残りは除いてください。", f"Mend those past midnight with {mend}() and leave out the rest.",
        )  # fmt: skip
    held = tickets["issued_at"].dt.date.nunique()
    if held < days:
        _refuse(
            f"{held}日分しかありません（{days}日以上）。日による違いが分かりません。", f"There are tickets of {held} day(s) only (it takes {days}): how days differ cannot be told.",
            "期間を広げてください。", "Take a longer period.",
        )  # fmt: skip
    if finishes and not tickets["finished_at"].notna().any():
        _refuse(
            "終了時刻がどの番号札にもありません。応対時間が分かりません。", "No ticket has a finish time: how long services take cannot be told.",
            "終了時刻を記録する設定にするか、待ち時間だけを使ってください（finishes=False）。", "Have the machine record finishes, or use waits only (finishes=False).",
        )  # fmt: skip


def _refuse(ja: str, en: str, mend_ja: str, mend_en: str) -> None:
    raise WorkloadError(Text(ja, en), remedy=Text(mend_ja, mend_en))
