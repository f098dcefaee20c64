"""How a roll-out is planned: how many offices go live when, how many wait, and the recorded draw of their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kumastats.errors import CompareError
from kumastats.study import Draw
from kumastats.text import Lang, Text


@dataclass(frozen=True)
class PlannedWave:
    """Offices that go live together, `month` months after the window begins."""

    month: int
    offices: int


@dataclass(frozen=True)
class Plan:
    """A roll-out on paper.

    Attributes
    ----------
    waves
        In order of their month.
    waiting
        Offices that do not go live within the window.
    months
        Length of the window.
    """

    waves: tuple[PlannedWave, ...]
    waiting: int
    months: int

    def __post_init__(self) -> None:
        if not self.waves or any(w.offices < 1 for w in self.waves) or self.waiting < 0:
            raise _unusable("展開する職場がありません。", "No office goes live.")
        at = [w.month for w in self.waves]
        if at != sorted(set(at)) or at[0] < 1 or at[-1] >= self.months:
            raise _unusable(
                f"波の月は1から{self.months - 1}まで、重ならない順に並べます: {at}",
                f"Waves take distinct months from 1 to {self.months - 1}, in order: {at}",
            )
        if not self.waiting and len(self.waves) == 1:
            raise _unusable(
                "全員が同時に始まると、比べる相手がいません。",
                "When everyone goes live at once there is nobody to compare with.",
            )

    @property
    def treated(self) -> int:
        """Offices that go live within the window."""
        return sum(w.offices for w in self.waves)

    @property
    def offices(self) -> int:
        """All offices of the plan."""
        return self.treated + self.waiting

    @classmethod
    def even(
        cls, offices: int, *, waves: int = 1, waiting: int, before: int = 12, apart: int = 3, after: int = 6
    ) -> Plan:
        """Return a plan of waves of nearly equal size.

        Parameters
        ----------
        offices
            All offices, the waiting ones included.
        before, apart, after
            Months before the first wave, between waves, and from the last wave to the end of the window.

        Examples
        --------
        >>> plan = Plan.even(20, waves=3, waiting=6, before=12, apart=3, after=6)
        >>> [(w.month, w.offices) for w in plan.waves], plan.months
        ([(12, 5), (15, 5), (18, 4)], 24)
        """
        treated = offices - waiting
        sizes = [treated // waves + (i < treated % waves) for i in range(waves)]
        made = tuple(PlannedWave(before + apart * i, size) for i, size in enumerate(sizes))
        return cls(made, waiting, before + apart * (waves - 1) + after)

    def text(self, lang: Lang = "ja") -> str:
        """Return the plan in a line."""
        ja = "、".join(f"{w.month + 1}か月目に{w.offices}職場" for w in self.waves)
        en = ", ".join(f"{w.offices} offices in month {w.month + 1}" for w in self.waves)
        return Text(
            f"{self.months}か月: {ja}、待つ職場{self.waiting}",
            f"{self.months} months: {en}; {self.waiting} wait",
        )(lang)


def draw(plan: Plan, offices: Sequence[str], *, seed: int, stratum: Mapping[str, str] | None = None) -> Draw:
    """Draw the order in which offices go live.

    Within each stratum (ward offices, bureaus, schools …) waves get their share of the offices, so that every group has
    some that wait; who gets which place is random. The draw depends on the seed and the names only, not on their order.

    Raises
    ------
    CompareError
        If the number of offices differs from the plan's, a name comes twice, or an office has no stratum.
    """
    if any(not isinstance(o, str) for o in offices) or seed < 0:
        raise _unusable(
            "職場の名が欠けているか、乱数の種が負です。", "An office has no name, or the seed is negative."
        )
    names = sorted(offices)
    if len(names) != len(set(names)) or len(names) != plan.offices:
        raise _unusable(
            f"計画は{plan.offices}職場、名簿は{len(set(names))}職場です。",
            f"The plan is for {plan.offices} offices, the list has {len(set(names))}.",
        )
    groups = {n: (stratum or {}).get(n, "all" if stratum is None else "") for n in names}
    if "" in groups.values():
        lost = [n for n in names if not groups[n]]
        raise _unusable(f"層のない職場があります: {lost[:5]}", f"Offices without a stratum: {lost[:5]}")
    rng = np.random.default_rng(seed)
    places = np.repeat([*range(len(plan.waves)), -1], [*(w.offices for w in plan.waves), plan.waiting])
    # places are dealt to strata like cards: every stratum takes each kind of place in proportion to its size
    shuffled = [names[i] for i in rng.permutation(len(names))]
    shuffled.sort(key=lambda n: groups[n])
    dealt = np.empty(len(names), dtype=np.int64)
    order = np.argsort((np.arange(len(names)) * _stride(len(names))) % len(names), kind="stable")
    dealt[order] = places
    by_stratum: dict[str, int] = {}
    for name, place in zip(shuffled, dealt, strict=True):
        by_stratum[name] = int(place)
    return Draw(seed, {n: by_stratum[n] for n in names}, groups)


def _stride(size: int) -> int:
    """Return a step near the golden section of `size` with no common divisor, so that kinds of places spread evenly."""
    step = max(1, round(size * 0.618034))
    while np.gcd(step, size) != 1:
        step += 1
    return step


def _unusable(ja: str, en: str) -> CompareError:
    return CompareError(Text(ja, en), remedy=Text("計画を直してください。", "Mend the plan."))
