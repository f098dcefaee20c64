"""Staff on duty at shelters against staff needed: how much was missing, and how much of it moving people would have met."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text
from kumastats.workload.ratio_linearised import TotalsRatio, ratio_of_totals

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Duty:
    """Shelter-days with both numbers.

    Attributes
    ----------
    needed, on_duty
        Staff-days.
    short
        Staff-days missing where each shelter keeps its own staff.
    within_area, within_city
        Missing after staff move to where they are needed within their area, within the city: what no redeployment meets.
    share_short
        Shelter-days with too few staff, of all (clustered by shelter).
    """

    needed: int
    on_duty: int
    short: int
    within_area: int
    within_city: int
    share_short: TotalsRatio
    site_days: int
    sites: int


def duty(rows: pd.DataFrame) -> Duty:
    """Add up shelter-days (site_id, area, date, staff, staff_needed); days with one of them missing are left out.

    Raises
    ------
    WorkloadError
        If no day has both.
    """
    both = rows.dropna(subset=["staff", "staff_needed"])
    if not len(both):
        raise WorkloadError(
            Text(
                "必要職員と従事職員のそろう日がありません。",
                "No day has both staff needed and staff on duty.",
            )
        )
    gap = both["staff_needed"].astype("int64") - both["staff"].astype("int64")
    both = both.assign(gap=gap, short=gap.clip(lower=0), is_short=(gap > 0).astype("int64"))
    area = both.groupby([both["area"].fillna(both["site_id"]), "date"], sort=True)["gap"].sum()
    city = both.groupby("date", sort=True)["gap"].sum()
    by_site = both.groupby("site_id", sort=True).agg(short=("is_short", "sum"), days=("is_short", "size"))
    return Duty(
        needed=int(both["staff_needed"].sum()),
        on_duty=int(both["staff"].sum()),
        short=int(both["short"].sum()),
        within_area=int(area.clip(lower=0).sum()),
        within_city=int(city.clip(lower=0).sum()),
        share_short=ratio_of_totals(
            by_site["short"].to_numpy(dtype=np.float64), by_site["days"].to_numpy(dtype=np.float64)
        ),
        site_days=len(both),
        sites=len(by_site),
    )


@dataclass(frozen=True)
class Need:
    """Staff needed = per shelter + per person × people, least squares with errors by shelter.

    Attributes
    ----------
    cov
        Covariance of the two (2, 2), CR1 by shelter.
    """

    per_site: float
    per_person: float
    cov: Floats
    sites: int

    def of(self, sites: Floats, people: Floats) -> Floats:
        """Return the staff that this many shelters and people need."""
        return np.asarray(self.per_site * sites + self.per_person * people)


def need(rows: pd.DataFrame) -> Need:
    """Fit it to shelter-days (site_id, evacuees, staff_needed).

    Raises
    ------
    WorkloadError
        With fewer than three shelters, or people who never vary.
    """
    held = rows.dropna(subset=["evacuees", "staff_needed"])
    codes, sites = pd.factorize(held["site_id"], sort=True)
    x = np.column_stack([np.ones(len(held)), held["evacuees"].to_numpy(dtype=np.float64)])
    if len(sites) < 3 or not len(held) or np.ptp(x[:, 1]) == 0:
        raise WorkloadError(
            Text(
                "必要職員を避難者数から見積もれません。",
                "Staff needed cannot be told from the number of people.",
            ),
            remedy=Text(
                "3か所以上の避難所で、人数の変わる日が要ります。",
                "It takes three shelters and days with different numbers.",
            ),
        )
    y = held["staff_needed"].to_numpy(dtype=np.float64)
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ (x.T @ y)
    score = np.column_stack([np.bincount(codes, x[:, a] * (y - x @ beta), len(sites)) for a in range(2)])
    g = len(sites)
    cov = g / (g - 1) * bread @ (score.T @ score) @ bread
    return Need(float(beta[0]), float(beta[1]), np.asarray(cov), g)


def residents(need_: Need) -> float:
    """Return how many people in a shelter one more member of staff is needed for; NaN where none."""
    return 1 / need_.per_person if need_.per_person > 0 else math.nan
