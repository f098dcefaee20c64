"""Who is treated when, and whom they are compared with: the cells a comparison may use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats.calendar import Month
from kumastats.compare.cells import Bools, Ints, Panel, read_panel
from kumastats.compare.long import NEVER, LongPanel
from kumastats.compare.outcome import Outcome
from kumastats.errors import CompareError
from kumastats.text import Text

FAR = 10_000


@dataclass(frozen=True, eq=False)
class Design:
    """Cells that count, with the treatment.

    Attributes
    ----------
    treated
        Whether the cell's unit is one of those asked about.
    post
        Whether the cell is treated: its unit asked about, and live.
    event_month
        Months since the unit went live (0 is the first full month); −10,000 for comparison units.
    dropped
        Rows left out, by reason.
    """

    panel: Panel
    treated: Bools
    post: Bools
    event_month: Ints
    dropped: dict[str, int]

    @property
    def n_treated_clusters(self) -> int:
        """Clusters with a treated unit."""
        return len(np.unique(self.panel.cluster[self.panel.unit[self.treated]]))

    @property
    def sides(self) -> dict[str, float]:
        """Rows and means of the treated before and after, and of the comparison units."""
        out: dict[str, float] = {}
        for name, rows in (
            ("treated_before", self.treated & ~self.post),
            ("treated_after", self.post),
            ("comparison", ~self.treated),
        ):
            n = int(self.panel.n[rows].sum())
            out[f"n_{name}"] = n
            out[f"mean_{name}"] = float(self.panel.total[rows].sum() / n)
        return out

    def long(self) -> LongPanel:
        """Return the cells' means with each unit's month of going live (infinite for comparison units).

        Periods are numbered by calendar month; a unit weighs by its mean n.
        """
        panel, units = self.panel, len(self.panel.units)
        time = np.array([_ordinal(Month(m)) for m in panel.months], dtype=np.float64)
        first = np.full(units, NEVER)
        mine = self.treated
        first[panel.unit[mine]] = time[panel.month[mine]] - self.event_month[mine]
        weight = np.bincount(panel.unit, panel.n, units) / np.bincount(panel.unit, minlength=units)
        return LongPanel(
            panel.units, panel.months, time, first, panel.clusters, panel.cluster, panel.unit, panel.month,
            panel.total / panel.n, np.empty((len(panel), 0)), weight / weight.mean(), dict(self.dropped),
        )  # fmt: skip

    def keep(self, rows: Bools) -> Design:
        """Return the design of the cells where `rows` is true."""
        return Design(
            self.panel.keep(rows),
            self.treated[rows],
            self.post[rows],
            self.event_month[rows],
            dict(self.dropped),
        )


def lay_out(
    cells: pd.DataFrame,
    measure: Outcome,
    *,
    live: Mapping[str, dt.date | None],
    start: dt.date,
    end: dt.date,
    comparison: str = "not_yet_live",
    cohorts: Sequence[dt.date] = (),
    unit: str = "office_id",
    cluster: Mapping[str, str] | None = None,
) -> Design:
    """Decide which cells count.

    Units live on a day of `cohorts` (any day in the window, if none is named) are asked about. They are compared with
    units not live yet, up to the month before these go live, and, for ``never``, only with units never live in the
    window. A month in which a unit goes live part way is left out.

    Raises
    ------
    CompareError
        If nobody is treated, or nobody is left to compare with.
    """
    if comparison not in ("not_yet_live", "never", "none"):
        raise CompareError(
            Text(f"比べる相手「{comparison}」はありません。", f"There is no comparison “{comparison}”."),
            remedy=Text("not_yet_live か never です。", "It is not_yet_live or never."),
        )
    whole = read_panel(cells, measure, unit=unit, cluster=cluster)
    dropped: dict[str, int] = {}
    first, last = str(Month.of(start)), str(Month.of(end))
    inside = np.array([first <= m <= last for m in whole.months])[whole.month]
    panel = whole.keep(inside) if inside.any() else whole
    if not inside.any():
        raise _nobody(Text("期間にデータがありません。", "The window holds no data."))
    days = [day_of(live.get(u), u) for u in panel.units]
    asked = set(cohorts) if cohorts else {d for d in days if d is not None and start < d <= end}
    is_asked = np.array([d in asked for d in days])
    goes_live = np.array([_ordinal(Month.of(d)) if d is not None else FAR * 12 for d in days])
    partial = np.array([d is not None and d.day > 1 for d in days])
    month = np.array([_ordinal(Month(m)) for m in panel.months])[panel.month]
    of_unit = goes_live[panel.unit]
    treated = is_asked[panel.unit]
    since = month - of_unit
    rows = np.ones(len(panel), dtype=bool)

    def leave_out(reason: str, gone: Bools) -> None:
        fresh = gone & rows
        if fresh.any():
            dropped[reason] = int(panel.n[fresh].sum())
            rows[fresh] = False

    leave_out("partly_live_month", (since == 0) & partial[panel.unit])
    before_window = np.array([d is not None and d not in asked and d <= start for d in days])[panel.unit]
    leave_out("live_before_window", before_window)
    other = np.array([d is not None and d not in asked and d <= min(asked, default=end) for d in days])[
        panel.unit
    ]
    leave_out("other_cohort", other)
    if comparison == "never":
        ever = np.array([d is not None and d not in asked and d <= end for d in days])[panel.unit]
        leave_out("live_in_window", ever)
    leave_out("comparison_after_live", ~treated & (since >= 0))
    post = treated & (since >= 0)
    event = np.where(treated, since, -FAR)
    made = Design(panel, treated, post, event.astype(np.int64), dropped).keep(rows)
    if not made.post.any() or not (made.treated & ~made.post).any():
        raise _nobody(
            Text(
                "導入前後の両方がそろう職場がありません。",
                "No unit has months both before and after going live.",
            )
        )
    if made.treated.all():
        raise _nobody(
            Text(
                "比べる相手（まだ導入していない職場）がありません。",
                "There is nobody to compare with: no unit is still waiting.",
            )
        )
    return made


def day_of(value: object, unit: str) -> dt.date | None:
    """Return a live date as a day; missing, NaN and NaT mean never.

    Raises
    ------
    CompareError
        If it is no date.
    """
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, dt.datetime):  # a pandas Timestamp is one
        return value.date()
    if isinstance(value, dt.date):
        return value
    raise CompareError(
        Text(
            f"単位 {unit} の導入日が日付ではありません: {value}",
            f"The live date of {unit} is no date: {value}",
        ),
        remedy=Text("日付か、導入しないなら None にしてください。", "Give a date, or None for never."),
    )


def days_of(live: Mapping[str, dt.date | None]) -> dict[str, dt.date | None]:
    """Return live dates as days, by `day_of`."""
    return {unit: day_of(day, unit) for unit, day in live.items()}


def _ordinal(month: Month) -> int:
    return month.start.year * 12 + month.start.month - 1


def _nobody(found: Text) -> CompareError:
    return CompareError(
        found,
        remedy=Text(
            "期間・導入日・対象の指定を確かめてください。",
            "Check the window, the live dates and the cohorts.",
        ),
    )
