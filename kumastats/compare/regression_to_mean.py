"""Units chosen for being high come down by themselves: how far, and the sentence to print beside a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.compare.cells import Bools, Panel
from kumastats.compare.paired import pairs
from kumastats.compare.result import Check
from kumastats.compare.subject import PLAIN, Subject, numbers
from kumastats.display import number
from kumastats.errors import CompareError
from kumastats.text import Lang, Text


@dataclass(frozen=True)
class RegressionToMean:
    """The change to expect with no reform at all; positive is the fall of units chosen for being high."""

    expected: float
    reliability: float
    subject: Subject = PLAIN

    def text(self, lang: Lang = "ja") -> str:
        """Return the sentence that stands beside a change."""
        size = number(self.expected, lang, self.subject.decimals)
        trust = number(self.reliability, lang, 2)
        return Text(
            f"値が高いために選ばれた単位なので、何もしなくても {size} {self.subject.unit.ja}ほど下がると見込まれます（信頼性 {trust}）。",
            f"These units were chosen for being high: a fall of about {size} {self.subject.unit.en} is expected with no reform "
            f"at all (reliability {trust}).",
        )(lang)


def from_share(
    share: float, reliability: float, sd: float = 1.0, *, subject: Subject = PLAIN
) -> RegressionToMean:
    """Return the expected fall of the highest `share` of normal units: (1 − r) · sd · φ(z) / share.

    >>> round(from_share(0.1, 0.6).expected, 6)
    0.701993

    Source: Davis (1976), American Journal of Epidemiology 104.
    """
    from scipy.special import ndtri

    if not 0 < share < 1 or not 0 <= reliability <= 1 or sd < 0:
        raise CompareError(
            Text(
                "割合は0と1の間、信頼性は0から1です。",
                "A share lies between 0 and 1, a reliability from 0 to 1.",
            )
        )
    density = float(np.exp(-(ndtri(share) ** 2) / 2) / np.sqrt(2 * np.pi))
    return RegressionToMean((1 - reliability) * sd * density / share, reliability, subject)


def from_data(
    chosen_on: npt.ArrayLike, another: npt.ArrayLike, chosen: npt.ArrayLike, *, subject: Subject = PLAIN
) -> RegressionToMean:
    """Return the expected fall of the units chosen by their value in one period before, from another period before.

    The reliability is the correlation of the two periods over all units, at least 0; the fall is (1 − r) times the excess
    of the chosen over the mean of all.
    """
    x, y, _ = pairs(chosen_on, another, 3)
    whole = ~(np.isnan(numbers(chosen_on, "chosen_on")) | np.isnan(numbers(another, "another")))
    picked = np.asarray(chosen, dtype=bool)[whole]
    if not picked.any() or x.std() == 0 or y.std() == 0:
        raise CompareError(
            Text("選ばれた単位がないか、値が変わりません。", "No unit is chosen, or the values do not vary.")
        )
    r = max(0.0, float(np.corrcoef(x, y)[0, 1]))
    return RegressionToMean((1 - r) * float(x[picked].mean() - x.mean()), r, subject)


def expected_change(
    panel: Panel, chosen: Bools, before: Bools, *, subject: Subject = PLAIN
) -> RegressionToMean:
    """Return the fall to expect at chosen units against the others, from the months before alone.

    The months before are halved: units were chosen by the later half, and its correlation with the earlier one over all units
    is the reliability. The fall is (1 − r) times what the chosen lay above the others in the later half; a comparison with the mean
    of all months before sees only the later half's share of it, and that is `expected`.

    Parameters
    ----------
    chosen
        Which units were chosen (U,).
    before
        Which months lie before the first of them began (T,).

    Raises
    ------
    CompareError
        If fewer than two months lie before, fewer than four units are seen in both halves, or one side has none.
    """
    months = np.flatnonzero(before)
    half = [months[: len(months) // 2], months[len(months) // 2 :]]
    units = len(panel.units)
    mean = []
    for own in half:
        rows = np.isin(panel.month, own)
        n = np.bincount(panel.unit[rows], panel.n[rows], units)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean.append(np.bincount(panel.unit[rows], panel.total[rows], units) / n)
    held = np.isfinite(mean[0]) & np.isfinite(mean[1])
    earlier, later, mine = mean[0][held], mean[1][held], chosen[held]
    if (
        len(months) < 2
        or held.sum() < 4
        or mine.all()
        or not mine.any()
        or not earlier.std() * later.std() > 0
    ):
        raise CompareError(
            Text(
                "導入前の2か月と、両方の側で計4つ以上の単位が必要です。",
                "It takes two months before and four units, some on either side.",
            )
        )
    r = max(0.0, float(np.corrcoef(earlier, later)[0, 1]))
    excess = float(later[mine].mean() - later[~mine].mean())
    return RegressionToMean((1 - r) * excess * len(half[1]) / len(months), r, subject)


MUCH = 0.25


def check(
    panel: Panel, chosen: Bools, before: Bools, estimate: float, *, by_lot: bool, subject: Subject = PLAIN
) -> Check:
    """Lay the expected regression to the mean beside an estimate; it warns where it may be a quarter of it or more.

    The check's `value` is the change to expect of the chosen units with no reform, in the outcome's unit.
    """
    name = "regression_to_mean"
    if by_lot:
        told = Text(
            "抽選で決めたので、値の高い所を選んではいない", "drawn by lot: nobody was chosen for being high"
        )
        return Check(name, "pass", told, 0.0, in_unit=True)
    try:
        found = expected_change(panel, chosen, before, subject=subject)
    except CompareError:
        told = Text("導入前の月か単位が足りない", "too few months or units before")
        return Check(name, "not_run", told)
    high, change = found.expected >= 0, -found.expected
    much = change * estimate > 0 and abs(change) >= MUCH * abs(estimate)
    told = Text(
        f"導入した所は導入前の値が{'高く' if high else '低く'}、それが理由で選ばれたのなら、何もしなくても{'下がる' if high else '上がる'}"
        f"（推定値の{'4分の1以上に当たる' if much else '4分の1に届かないか、逆の向き'}）",
        f"those gone live were {'higher' if high else 'lower'} before: if chosen for it, they would {'fall' if high else 'rise'} with "
        f"no reform at all, by {'a quarter of the estimate or more' if much else 'less than a quarter of the estimate, or the other way'}",
    )
    return Check(name, "warn" if much else "pass", told, change, in_unit=True)
