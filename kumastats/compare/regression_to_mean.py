"""Units chosen for being high come down by themselves: how far, and the sentence to print beside a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kumastats.compare.paired import pairs
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
