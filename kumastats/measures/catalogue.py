"""Every measure by name, gathered from the themes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from kumastats.errors import MeasureError, names_known
from kumastats.measures import (
    adoption,
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
from kumastats.text import Lang, Text

if TYPE_CHECKING:
    import pandas as pd

THEMES = (working_time, meetings, documents, counters, enquiries, schools, satisfaction, community, adoption)

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
        raise MeasureError(
            Text(f"指標「{id_}」はありません。", f"There is no measure “{id_}”."),
            remedy=names_known(id_, MEASURES),
        )
    return MEASURES[id_]


def overview(lang: Lang = "ja", *, theme: str = "") -> pd.DataFrame:
    """Return every measure as a row: what it is called, its unit, its table, what it may be grouped by.

    Parameters
    ----------
    theme
        Of this theme only; the themes are those in the column ``theme``.

    >>> overview("en", theme="documents").loc["search_time", ["label", "unit", "table"]].tolist()
    ['time spent searching for documents', 'min per diary day', 'document_diary']
    """
    import pandas as pd

    rows = {
        m.id: (m.theme, m.label(lang), m.unit(lang), m.better, m.table, m.population, ", ".join(m.groupings))
        for m in MEASURES.values()
        if theme in ("", m.theme)
    }
    heads = ["theme", "label", "unit", "better", "table", "population", "groupings"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=heads).rename_axis("measure")


PARTS: Mapping[str, frozenset[str]] = MappingProxyType({"staff": frozenset({"city", "teacher"})})


def refuse_population(asked: Measure, population: str) -> None:
    """Refuse to ask a measure about people it does not describe.

    Raises
    ------
    MeasureError
        If `population` is neither the measure's own nor a part of it.

    >>> refuse_population(measure("meeting_time"), "city")
    """
    if population == asked.population or population in PARTS.get(asked.population, ()):
        return
    raise MeasureError(
        Text(
            f"「{asked.label.ja}」は {asked.population} の指標で、{population} のことは述べません。",
            f"“{asked.label.en}” describes the population {asked.population}, not {population}.",
        ),
        remedy=Text(
            "study.yml の問いの population を直すか、その人たちの指標を選んでください。",
            "Mend population of the question in study.yml, or choose a measure of these people.",
        ),
    )
