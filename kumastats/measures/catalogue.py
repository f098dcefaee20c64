"""Every measure by name, gathered from the themes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.errors import MeasureError
from kumastats.measures import (
    community,
    counters,
    documents,
    enquiries,
    meetings,
    satisfaction,
    schools,
    working_time,
)
from kumastats.measures.model import Measure
from kumastats.text import Text

THEMES = (working_time, meetings, documents, counters, enquiries, schools, satisfaction, community)

_OURS = {m.id: m for theme in THEMES for m in theme.MEASURES}
_held = dict(_OURS)
MEASURES: Mapping[str, Measure] = MappingProxyType(_held)


def define(own: Measure) -> Measure:
    """Add a measure of a study's own, and return it; a later definition of the same name takes its place.

    Raises
    ------
    MeasureError
        If the name belongs to one of ours: what is printed under it everywhere must not change its meaning.
    """
    if own.id in _OURS:
        raise MeasureError(
            Text(
                f"「{own.id}」は既にある指標の名前です。", f"“{own.id}” is the name of a measure that exists."
            ),
            remedy=Text("別の id にしてください。", "Choose another id."),
        )
    _held[own.id] = own
    return own


def measure(id_: str) -> Measure:
    """Return the measure called `id_`.

    Raises
    ------
    MeasureError
        If there is none.

    >>> measure("ordered_overtime").unit("en")
    'h per person-month'
    """
    if id_ not in MEASURES:
        known = ", ".join(MEASURES)
        raise MeasureError(
            Text(f"指標「{id_}」はありません。", f"There is no measure “{id_}”."),
            remedy=Text(f"使えるのは {known}", f"Known: {known}"),
        )
    return MEASURES[id_]
