"""How few people are too few: the settings of the primary rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from kumastats.errors import UsageError
from kumastats.text import Text


@dataclass(frozen=True)
class Thresholds:
    """Settings of the primary rules.

    Attributes
    ----------
    min_n
        People a number must rest on; also of a share's numerator and complement.
    min_units
        Units (offices, schools) a coefficient must rest on.
    quantile_side
        People needed on each side of a quantile.
    pin_width
        Two means that differ by one person reveal that person's value within ± people × 10^−decimals. It must
        stay at least this wide, in the unit of the number: 5 means one decimal from 50 people, two from 500.
    interval_width
        An attacker may not know the size of a group of possibly fewer than `min_n` people to less than this.
    top_share
        The (n, k) rule with n = 2: the two largest contributors make up at most this share of a total.
    remainder
        The p % rule: all but the two largest contributors make up at least this share of the largest.
    """

    min_n: int = 10
    min_units: int = 3
    quantile_side: int = 10
    pin_width: float = 5.0
    interval_width: float = 10.0
    top_share: float = 0.9
    remainder: float = 0.1

    def __post_init__(self) -> None:
        lowest = {
            "min_n": 3,
            "min_units": 2,
            "quantile_side": 3,
            "pin_width": 1,
            "interval_width": 3,
            "remainder": 0.01,
        }
        for name, least in lowest.items():
            if not getattr(self, name) >= least:
                raise UsageError(
                    Text(
                        f"しきい値 {name} は {least} 以上にしてください。",
                        f"The threshold {name} must be at least {least}.",
                    ),
                    remedy=Text("study.yml の thresholds を直します。", "Mend thresholds in study.yml."),
                )
        if not 0 < self.top_share < 1:
            raise UsageError(
                Text("top_share は 0 と 1 の間です。", "The threshold top_share lies between 0 and 1."),
                remedy=Text("study.yml の thresholds を直します。", "Mend thresholds in study.yml."),
            )

    @classmethod
    def of(cls, settings: Mapping[str, float]) -> Thresholds:
        """Return the thresholds named in `settings` (``study.yml``), defaults for the rest.

        `min_n` above 10 raises `quantile_side` and `interval_width` with it unless these are named too.

        Raises
        ------
        UsageError
            If a name is unknown or a value is too low to protect anyone.
        """
        unknown = sorted(set(settings) - set(asdict(cls())))
        if unknown:
            raise UsageError(
                Text(f"未知のしきい値: {', '.join(unknown)}", f"Unknown thresholds: {', '.join(unknown)}"),
                remedy=Text(f"使えるのは {', '.join(asdict(cls()))}", f"Known: {', '.join(asdict(cls()))}"),
            )
        min_n = int(settings.get("min_n", cls.min_n))
        return cls(
            min_n=min_n,
            min_units=int(settings.get("min_units", cls.min_units)),
            quantile_side=int(settings.get("quantile_side", max(min_n, cls.quantile_side))),
            pin_width=float(settings.get("pin_width", cls.pin_width)),
            interval_width=float(settings.get("interval_width", max(min_n, cls.interval_width))),
            top_share=float(settings.get("top_share", cls.top_share)),
            remainder=float(settings.get("remainder", cls.remainder)),
        )

    def decimals(self, contributors: int | None, wanted: int) -> int:
        """Return the decimals a number resting on `contributors` people may show, at most `wanted`.

        >>> [Thresholds().decimals(people, 2) for people in (49, 50, 499, 500)]
        [0, 1, 1, 2]
        """
        if contributors is None or contributors < 1:
            return 0
        allowed = math.floor(math.log10(contributors / self.pin_width) + 1e-12)
        return max(0, min(wanted, allowed))
