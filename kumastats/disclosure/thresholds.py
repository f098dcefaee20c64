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
    """

    min_n: int = 10
    min_units: int = 3
    quantile_side: int = 10
    pin_width: float = 5.0

    def __post_init__(self) -> None:
        lowest = {"min_n": 3, "min_units": 2, "quantile_side": 3, "pin_width": 1}
        for name, least in lowest.items():
            if not getattr(self, name) >= least:
                raise UsageError(
                    Text(
                        f"しきい値 {name} は {least} 以上にしてください。",
                        f"The threshold {name} must be at least {least}.",
                    ),
                    remedy=Text("study.yml の thresholds を直します。", "Mend thresholds in study.yml."),
                )

    @classmethod
    def of(cls, settings: Mapping[str, float]) -> Thresholds:
        """Return the thresholds named in `settings` (``study.yml``), defaults for the rest.

        `min_n` above 10 raises `quantile_side` with it unless that is named too.

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
