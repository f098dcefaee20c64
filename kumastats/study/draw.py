"""The recorded draw of a roll-out's order: what makes a comparison one by lot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Draw:
    """An order drawn at random, recorded so that anyone can draw it again and inference can use it.

    Attributes
    ----------
    waves
        Office to the place of its wave in the plan (0 is the first); −1 for those that wait.
    stratum
        Office to the group within which it was drawn.
    """

    seed: int
    waves: Mapping[str, int]
    stratum: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """Hash of the seed and the order, for the register."""
        told = "\n".join([str(self.seed), *(f"{u} {w} {self.stratum[u]}" for u, w in self.waves.items())])
        return hashlib.sha256(told.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return what `study.yml` records."""
        return {
            "seed": self.seed,
            "sha256": self.sha256,
            "waves": dict(self.waves),
            "stratum": dict(self.stratum),
        }
