"""How long applications take: days from receipt to decision, the share within the standard period, open cases counted as open."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.calendar import workdays
from kumastats.compare import Comparison
from kumastats.display import HtmlTable, interval, number, percent
from kumastats.display.procedures import procedure_name
from kumastats.errors import WorkloadError
from kumastats.text import Lang, Text
from kumastats.warehouse.sharing import shared
from kumastats.workload.survival import kaplan_meier

Floats = npt.NDArray[np.float64]
Days = Literal["calendar", "working"]
COLUMNS = ("procedure", "received_at", "completed_at", "standard_days")
FEWEST = 10
UNITS = {"calendar": Text("暦日", "calendar days"), "working": Text("開庁日", "working days")}


@dataclass(frozen=True)
class ProcessingTime:
    """How long a procedure takes.

    Attributes
    ----------
    n, open, returned
        Cases; those not decided yet; those sent back to the applicant (their time with the applicant is not taken out).
    median, p90
        Days by which half, and nine in ten, are decided (Kaplan–Meier); NaN where too many are open.
    standard
        The standard period (標準処理期間) in days; NaN where there is none, or several.
    within, within_low, within_high
        Share decided within it, open cases censored, with a 95 % interval (log-log of Greenwood's variance).
    approvals
        Mean number of approvals.
    """

    procedure: str
    n: int
    open: int
    returned: int
    median: float
    p90: float
    standard: float
    within: float
    within_low: float
    within_high: float
    approvals: float


@dataclass(frozen=True)
class Processing:
    """Processing times by procedure."""

    rows: tuple[ProcessingTime, ...]
    days: Days
    negative: int

    def table(self, lang: Lang = "ja") -> HtmlTable:
        """Return it as a table."""

        def show(value: float) -> str:
            return number(value, lang, 1) if math.isfinite(value) else "—"

        rows = [
            [
                procedure_name(r.procedure)(lang),
                number(r.n, lang),
                number(r.open, lang),
                show(r.median),
                show(r.p90),
                number(r.standard, lang) if math.isfinite(r.standard) else "—",
                percent(r.within, lang, 0) if math.isfinite(r.within) else "—",
                interval(r.within_low * 100, r.within_high * 100, lang)
                if math.isfinite(r.within_low)
                else "—",
            ]
            for r in self.rows
        ]
        heads = [
            Text("手続", "procedure"), Text("件数", "cases"), Text("処理中", "open"), Text("中央値", "median"), Text("90％点", "p90"),
            Text("標準処理期間", "standard period"), Text("期間内の割合", "within it"), Text("95％区間", "95% interval"),
        ]  # fmt: skip
        note = Text(
            f"単位は{UNITS[self.days].ja}。受付の日は数えない。処理中の申請は、その日まで終わっていないものとして扱う（Kaplan–Meier）。差戻し中の日数も含む。",
            f"In {UNITS[self.days].en}, the day of receipt not counted. Open cases count as open until the last day (Kaplan–Meier). Days with the applicant are included.",
        )(lang)
        caption = Text("申請の処理にかかる日数", "Days to a decision")(lang)
        return HtmlTable([h(lang) for h in heads], rows, caption, lang, note)


def elapsed_days(start: pd.Series, end: pd.Series, *, days: Days = "calendar") -> Floats:
    """Return whole days from each start to its end, the first day not counted.

    Parameters
    ----------
    days
        ``calendar``, or ``working``: the city hall's working days only.

    Examples
    --------
    >>> friday, tuesday = pd.Series(pd.to_datetime(["2018-04-27"])), pd.Series(pd.to_datetime(["2018-05-01"]))
    >>> elapsed_days(friday, tuesday), elapsed_days(friday, tuesday, days="working")
    (array([4.]), array([1.]))
    """
    first, last = (s.dt.floor("D").to_numpy().astype("datetime64[D]") for s in (start, end))
    if days == "calendar":
        return np.asarray((last - first).astype("timedelta64[D]").astype(float))
    if not len(first):
        return np.zeros(0)
    span = (
        min(first.min(), last.min()).astype(dt.date),
        max(first.max(), last.max()).astype(dt.date),
    )
    open_days = np.array(workdays(*span), dtype="datetime64[D]")
    return np.asarray(
        np.searchsorted(open_days, last, side="right") - np.searchsorted(open_days, first, side="right"),
        dtype=float,
    )


@shared
def processing(cases: pd.DataFrame, as_of: dt.date, *, days: Days = "calendar") -> Processing:
    """Return processing times by procedure.

    Parameters
    ----------
    cases
        Rows of the canonical table ``case``.
    as_of
        The last day looked at: a case not decided by then is open.
    days
        The unit; standard periods must be in the same one.

    Raises
    ------
    WorkloadError
        If columns are missing, or no procedure has ten cases.
    """
    time, done, kept, negative = _durations(cases, as_of, days)
    rows = []
    for name, of in kept.groupby("procedure", sort=True).indices.items():
        if len(of) < FEWEST:
            continue
        mine = kept.iloc[of]
        standards = mine["standard_days"].dropna().unique()
        standard = float(standards[0]) if len(standards) == 1 else math.nan
        curve = kaplan_meier(time[of], done[of])
        within, low, high = curve.within(standard) if math.isfinite(standard) else (math.nan,) * 3
        rows.append(
            ProcessingTime(
                str(name), len(of), int((~done[of]).sum()), int(mine["returned_at"].notna().sum()) if "returned_at" in mine else 0,
                curve.quantile(0.5), curve.quantile(0.9), standard, within, low, high,
                float(mine["approvals"].astype(float).mean()) if "approvals" in mine else math.nan,
            )
        )  # fmt: skip
    if not rows:
        raise WorkloadError(
            Text(f"{FEWEST}件以上ある手続がありません。", f"No procedure has {FEWEST} cases.")
        )
    return Processing(tuple(rows), days, negative)


@shared
def change_in_processing(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    ends: tuple[dt.date, dt.date],
    rng: np.random.Generator,
    metric: Literal["within", "median"] = "within",
    days: Days = "calendar",
    draws: int = 299,
    level: float = 0.95,
) -> Comparison:
    """Compare cases received before and after: share within the standard period (percentage points), or median days.

    Parameters
    ----------
    ends
        The last day looked at on each side; cases not decided by then are censored.
    rng, draws
        Of the bootstrap over days of receipt.

    Returns
    -------
    Comparison
        Descriptive, never decidable: without comparison offices it is no effect.
    """
    sides = []
    for cases, end in zip((before, after), ends, strict=True):
        time, done, kept, _ = _durations(cases, end, days)
        standard = kept["standard_days"].astype(float).to_numpy(dtype=float, na_value=math.nan)
        day = pd.factorize(kept["received_at"].dt.floor("D"), sort=True)[0]
        known = np.isfinite(standard) if metric == "within" else np.ones(len(time), dtype=bool)
        sides.append((time[known] - (standard[known] if metric == "within" else 0), done[known], day[known]))
    if min(len(s[0]) for s in sides) < FEWEST:
        raise WorkloadError(
            Text(f"前か後の申請が{FEWEST}件に足りません。", f"There are fewer than {FEWEST} cases on a side.")
        )

    def value(side: tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.int64]], weight: Floats) -> float:
        curve = kaplan_meier(side[0], side[1], weight)
        return curve.within(0)[0] * 100 if metric == "within" else curve.quantile(0.5)

    points = [value(s, np.ones(len(s[0]))) for s in sides]
    drawn = np.empty((draws, 2))
    for i in range(draws):
        for k, side in enumerate(sides):
            held = int(side[2].max()) + 1
            times = np.bincount(rng.integers(0, held, held), minlength=held).astype(float)
            drawn[i, k] = value(side, times[side[2]])
    differences = drawn[:, 1] - drawn[:, 0]
    low, high = np.nanquantile(differences, [(1 - level) / 2, 1 - (1 - level) / 2])
    label = (
        Text("標準処理期間内の割合", "share within the standard period")
        if metric == "within"
        else Text("処理日数の中央値", "median days to a decision")
    )
    return Comparison(
        measure=f"processing_{metric}", label=label, unit=Text("ポイント", "points") if metric == "within" else UNITS[days], decimals=1,
        design="descriptive",
        estimand=Text("同じ手続の前後の差。比べる職場がないので効果とは言えない", "the difference of the same procedures before and after; without comparison offices it is no effect"),
        estimate=points[1] - points[0], se=float(np.nanstd(differences, ddof=1)), df=math.nan, ci=(float(low), float(high)), level=level, p=math.nan,
        n=sum(len(s[0]) for s in sides), n_units=1, n_clusters=1, n_treated_clusters=1, dropped={}, inference="day_bootstrap", decidable=False,
        undecidable_reason=Text("比べる職場がなく、効果かどうか判断できない", "without a comparison group it cannot be called an effect"),
        extra=MappingProxyType({"before": points[0], "after": points[1]}),
    )  # fmt: skip


def _durations(
    cases: pd.DataFrame, as_of: dt.date, days: Days
) -> tuple[Floats, npt.NDArray[np.bool_], pd.DataFrame, int]:
    missing = [c for c in COLUMNS if c not in cases]
    if missing or not len(cases):
        raise WorkloadError(
            Text(f"申請の記録がないか、列が足りません: {missing}", f"There are no cases, or columns are missing: {missing}"),
            remedy=Text("snapshot.frame('case') を渡してください。", "Pass snapshot.frame('case')."),
        )  # fmt: skip
    last = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    kept = cases[cases["received_at"] < last]
    # by days, as durations are: a day without a time, read as midnight, may be the day of the receipt
    bad = (kept["completed_at"].dt.floor("D") < kept["received_at"].dt.floor("D")).fillna(False)
    kept = kept[~bad].reset_index(drop=True)
    done = (kept["completed_at"].notna() & (kept["completed_at"] < last)).to_numpy()
    end = kept["completed_at"].where(pd.Series(done), pd.Timestamp(as_of))
    return elapsed_days(kept["received_at"], end, days=days), done, kept, int(bad.sum())
