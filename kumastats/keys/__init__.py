"""The identity key of a study and its identity map: opened, rotated, destroyed, and told about."""

from typing import TYPE_CHECKING

from kumastats.keys.destruction import destroy
from kumastats.keys.opening import opened, refuse_destroyed
from kumastats.keys.report import KeyReport, status
from kumastats.lazy import later

if TYPE_CHECKING:
    from kumastats.keys.lists import identity_lists, take_map
    from kumastats.keys.rotation import rotate

__all__ = [
    "KeyReport",
    "destroy",
    "identity_lists",
    "opened",
    "refuse_destroyed",
    "rotate",
    "status",
    "take_map",
]
__getattr__ = later(__name__, {"identity_lists": "lists", "rotate": "rotation", "take_map": "lists"})
