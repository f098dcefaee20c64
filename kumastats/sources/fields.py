"""The columns of a raw table under their canonical names, read once per distinct value."""

from __future__ import annotations

from kumastats.errors import MappingError
from kumastats.sources.columns import MISSING, SYMBOLS
from kumastats.sources.mapping import Mapping
from kumastats.sources.numbers import MISSING64, Numbers
from kumastats.sources.spellings import clock_seconds
from kumastats.sources.times import NO_DAY, NO_INSTANT, Times
from kumastats.sources.words import Words
from kumastats.text import Text

__all__ = [
    "MISSING", "MISSING64", "NO_DAY", "NO_INSTANT", "SYMBOLS", "Fields", "clock_seconds", "refuse_wrong_source",
]  # fmt: skip


class Fields(Words, Numbers, Times):
    """Reads canonical columns out of a raw table.

    Bad cells are defects with their place, never silently missing; what was decided is told in `decisions`, and
    what was noticed is counted in `counts`.
    """


def refuse_wrong_source(mapping: Mapping, source: str) -> None:
    """Refuse a mapping written for another source.

    Raises
    ------
    MappingError
        If it is for another source.
    """
    if mapping.source != source:
        raise MappingError(
            Text(
                f"対応表は {mapping.source} 用で、{source} には使えません。",
                f"The mapping is for {mapping.source}, not {source}.",
            ),
            remedy=Text("--source と --mapping を確かめてください。", "Check --source and --mapping."),
        )
