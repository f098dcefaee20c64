"""Minutes spent searching for documents, from work sampling: weighted shares of people seen, and how many rounds it takes.

Somebody goes round at times drawn by lot. The share of those seen who are searching, times the working minutes it stands
for, is minutes a person a day: what nobody had to remember or round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumastats.errors import WorkloadError
from kumastats.text import Text

COLUMNS = ("office_id", "observed_at", "observed", "searching", "on_duty_min", "weight")
PAPER = "searching_paper"
THOUSANDTHS = 1000
SLACK = 0.01  # weights are written to a few digits
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sampled:
    """Minutes searching a person a day, with the design-based error.

    Attributes
    ----------
    mean, se, low, high
        Minutes a person a day; a change where it is one.
    share
        Of those seen, who were searching (weighted); of a change, the difference of shares.
    rounds, glances, offices
        Rounds in which somebody was seen, people seen in them all together, offices (the sampled units).
    people
        At least so many different people: the most seen at once, office by office.
    most_rounds
        The most rounds of an office: nobody was seen more often.
    design_effect
        Variance over that of as many independent glances.
    """

    mean: float
    se: float
    low: float
    high: float
    share: float
    rounds: int
    glances: int
    offices: int
    people: int
    most_rounds: int
    design_effect: float


def rounds(held: pd.DataFrame) -> pd.DataFrame:
    """Return a row a round in which somebody was seen and counted: office_id, date, observed, searching, on_duty, weight.

    With ``searching_paper`` in the table also ``paper``, who searched on paper.

    Parameters
    ----------
    held
        Rows of the table ``work_sample``, whose weights are thousandths; those returned are whole.

    Raises
    ------
    WorkloadError
        If columns are missing, no round is left, more people search than were seen, a count is negative, working minutes
        are missing or not above zero, or weights are missing or not above zero.
    """
    missing = [c for c in COLUMNS if c not in held]
    if missing:
        raise _refuse(
            f"観測に列 {', '.join(missing)} がありません。",
            f"The rounds lack the column {', '.join(missing)}.",
        )
    counted = held["observed"].notna() & held["searching"].notna() & (held["observed"] != 0)
    made = held.loc[counted, list(COLUMNS)]
    if not len(made):
        raise _refuse("誰かがいた観測がありません。", "There is no round in which anybody was seen.")
    seen, searching, duty, weight = (
        made[c].astype("float64") for c in ("observed", "searching", "on_duty_min", "weight")
    )
    if (seen < 0).any() or (searching < 0).any():
        raise _refuse("人数が負の観測があります。", "A round has a negative number of people.")
    if (searching > seen).any():
        raise _refuse(
            "観測した人より多い人が探している観測があります。",
            "A round has more people searching than were seen.",
        )
    if duty.isna().any() or (duty <= 0).any():
        raise _refuse(
            "勤務時間のない観測、または0以下の観測があります。",
            "A round has no working minutes, or none above zero.",
        )
    if weight.isna().any() or (weight <= 0).any():
        raise _refuse(
            "重みのない観測、または0以下の観測があります。", "A round has no weight, or one not above zero."
        )
    paper = {"paper": held.loc[counted, PAPER].astype("float64")} if PAPER in held else {}
    return pd.DataFrame(
        {
            **paper,
            "office_id": made["office_id"].astype(str),
            "date": pd.to_datetime(made["observed_at"]).dt.normalize(),
            "observed": seen,
            "searching": searching,
            "on_duty": duty,
            "weight": weight / THOUSANDTHS,
        }
    ).reset_index(drop=True)


def minutes_searching(made: pd.DataFrame, *, level: float = 0.95, offices: int | None = None) -> Sampled:
    """Return the weighted minutes a person a day: Σ w·searching·duty / Σ w·seen, a ratio of totals.

    The error is linearised over offices, the sampled units, whose rounds are alike (Särndal, Swensson and Wretman 1992,
    section 5.5 and result 4.3.1; Cochran 1977, sections 6.4 and 10.3), with t for offices − 1 degrees of freedom. Strata
    are left aside, which errs on the safe side. Where nobody was seen searching the upper end is the exact binomial one,
    a round counted as one glance.

    Parameters
    ----------
    made
        As `rounds` gives them.
    offices
        Offices there are in all, where offices were drawn from them: each office's weight is then how many it stands for.
        With it, what varies between offices counts only for those not drawn, and what varies between an office's days for
        those drawn.

    Raises
    ------
    WorkloadError
        If `offices` is below the offices seen, or the weights do not add up to it.
    """
    w, above, below = _totals(made)
    r, total = float(above.sum() / below.sum()), float(below.sum())
    residual = (above - r * below) / total
    if offices is None:
        variance = _between(made, residual)
    else:
        drawn = _share_drawn(made, offices)
        variance = (1 - drawn) * _between(made, residual) + drawn * _within(made, residual)
    independent = _independent(made, w, r, total)
    found = _sampled(made, r, variance, independent, float((w * made["searching"]).sum() / total), level)
    if above.sum() > 0:
        return found
    duty = float((below * made["on_duty"]).sum() / total)
    high = duty * (1 - ((1 - level) / 2) ** (1 / len(made)))
    return Sampled(**{**vars(found), "low": 0.0, "high": high})


def minutes_on_paper(made: pd.DataFrame, *, level: float = 0.95) -> Sampled | None:
    """Return the minutes that went into searching on paper; None unless every round tells."""
    if "paper" not in made or made["paper"].isna().any():
        return None
    return minutes_searching(made.assign(searching=made["paper"]), level=level)


def change(before: pd.DataFrame, after: pd.DataFrame, *, level: float = 0.95) -> Sampled:
    """Return minutes after less before; an office in both waves counts as one sampled unit.

    Descriptive: other things changed too.
    """
    both = pd.concat([before, after], ignore_index=True)
    late = np.r_[np.zeros(len(before), dtype=bool), np.ones(len(after), dtype=bool)]
    mean, share, independent = [], [], 0.0
    residual = np.zeros(len(both))
    for side, sign in ((~late, -1.0), (late, 1.0)):
        mine = both[side]
        w, above, below = _totals(mine)
        total = float(below.sum())
        mean.append(float(above.sum() / total))
        share.append(float((w * mine["searching"]).sum() / total))
        residual[side] = sign * (above - mean[-1] * below) / total
        independent += _independent(mine, w, mean[-1], total)
    return _sampled(
        both, mean[1] - mean[0], _between(both, residual), independent, share[1] - share[0], level
    )


def by_group(made: pd.DataFrame, groups: Mapping[str, str], *, level: float = 0.95) -> dict[str, Sampled]:
    """Return the minutes of groups of offices, each by itself; offices in none are left out.

    Parameters
    ----------
    groups
        Office to the name of its group.
    """
    named = made["office_id"].map(groups)
    return {
        str(g): minutes_searching(part, level=level)
        for g, part in made.groupby(named, sort=True)
        if len(part)
    }


def glances_for_width(
    share: float, on_duty: float, *, half_width: float, level: float = 0.95, design_effect: float = 1.0
) -> int:
    """Return how many people must be seen, over all rounds, for an interval of ± `half_width` minutes.

    Binomial: z² · p(1 − p) · duty² · design effect / half-width².

    Parameters
    ----------
    share
        Expected share searching.
    on_duty
        Working minutes a day.

    Raises
    ------
    WorkloadError
        If the share is not between 0 and 1, or anything else is not above zero.

    >>> glances_for_width(0.02, 465, half_width=1.276)
    10000
    """
    from scipy.special import ndtri

    _plannable(share, on_duty, half_width, design_effect)
    z = float(ndtri(1 - (1 - level) / 2))
    return math.ceil(z**2 * share * (1 - share) * on_duty**2 * design_effect / half_width**2)


def glances_for_change(
    share: float, on_duty: float, *, detect: float, level: float = 0.95, power: float = 0.8, design_effect: float = 1.0
) -> int:  # fmt: skip
    """Return how many people must be seen before, and as many after, to see a change of `detect` minutes.

    Two independent studies; going to the same offices both times needs no more than that.

    Raises
    ------
    WorkloadError
        If the share is not between 0 and 1, or anything else is not above zero.

    >>> glances_for_change(0.02, 465, detect=2.0)
    16632
    """
    from scipy.special import ndtri

    _plannable(share, on_duty, detect, design_effect)
    z = float(ndtri(1 - (1 - level) / 2) + ndtri(power))
    return math.ceil(z**2 * 2 * share * (1 - share) * on_duty**2 * design_effect / detect**2)


def _plannable(share: float, *positive: float) -> None:
    if not 0 < share < 1 or not all(math.isfinite(x) and x > 0 for x in positive):
        raise _refuse(
            "割合は0と1の間、勤務時間・幅・変化・設計効果は0より大きい数です。",
            "The share lies between 0 and 1; working minutes, width, change and design effect are above zero.",
        )


def _totals(made: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return weights, weighted searching minutes and weighted people of each round."""
    w = made["weight"].to_numpy(dtype=np.float64)
    above = w * made["searching"].to_numpy() * made["on_duty"].to_numpy()
    return w, above, w * made["observed"].to_numpy()


def _independent(made: pd.DataFrame, w: Floats, r: float, total: float) -> float:
    """Return the variance that as many independent glances would have."""
    seen, found, duty = (made[c].to_numpy() for c in ("observed", "searching", "on_duty"))
    spread = float((w * (found * (duty - r) ** 2 + (seen - found) * r**2)).sum() / total)
    return spread / float(seen.sum())


def _between(made: pd.DataFrame, residual: Floats) -> float:
    codes, offices = pd.factorize(made["office_id"], sort=True)
    g = len(offices)
    if g < 2:
        return math.nan
    return g / (g - 1) * float((np.bincount(codes, residual, g) ** 2).sum())


def _within(made: pd.DataFrame, residual: Floats) -> float:
    """Return the variance that lies between the days of an office; of one day, all of it."""
    days = (
        pd.DataFrame({"office": made["office_id"], "date": made["date"], "u": residual})
        .groupby(["office", "date"], sort=True)["u"]
        .sum()
    )
    variance = 0.0
    for _, of_office in days.groupby(level="office", sort=True):
        u, m = of_office.to_numpy(), len(of_office)
        variance += m / (m - 1) * float(((u - u.mean()) ** 2).sum()) if m > 1 else float(u[0] ** 2)
    return variance


def _share_drawn(made: pd.DataFrame, offices: int) -> float:
    each = made.groupby("office_id", sort=True)["weight"].mean()
    if offices < len(each):
        raise _refuse(
            f"職場の総数{offices:,}は、観測した職場{len(each):,}より少ないです。",
            f"There are {offices:,} offices in all, fewer than the {len(each):,} seen.",
        )
    total = float(each.sum())
    if abs(total - offices) > SLACK * offices:
        raise _refuse(
            f"職場ごとの重みの和{total:,.2f}が、職場の総数{offices:,}になりません。",
            f"The offices' weights add up to {total:,.2f}, not to the {offices:,} offices there are.",
        )
    return len(each) / offices


def _sampled(
    made: pd.DataFrame, mean: float, variance: float, independent: float, share: float, level: float
) -> Sampled:
    from scipy.special import stdtrit

    grouped = made.groupby("office_id", sort=True)["observed"]
    offices, se = grouped.ngroups, math.sqrt(variance)
    half = float(stdtrit(offices - 1, 1 - (1 - level) / 2)) * se if offices > 1 else math.nan
    return Sampled(
        mean=mean,
        se=se,
        low=mean - half,
        high=mean + half,
        share=share,
        rounds=len(made),
        glances=int(made["observed"].sum()),
        offices=offices,
        people=int(grouped.max().sum()),
        most_rounds=int(grouped.size().max()),
        design_effect=variance / independent if independent else math.nan,
    )


def _refuse(ja: str, en: str) -> WorkloadError:
    return WorkloadError(
        Text(ja, en), remedy=Text("snapshot.frame('work_sample') を確かめてください。", "Look at snapshot.frame('work_sample').")
    )  # fmt: skip
