"""Every canonical table that has a reader."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.errors import UsageError, names_known
from kumastats.tables import people, programme, services
from kumastats.tables.column import REASONS
from kumastats.tables.model import Table
from kumastats.text import Text

CATALOGUE: Mapping[str, Table] = MappingProxyType(
    {
        t.name: t
        for t in (
            people.OFFICE, people.PERSON, people.PERSON_DAY, people.SCHOOL_YEAR, people.PERSON_WEEK, people.MEETING,
            people.DOCUMENT_DIARY, people.WORK_SAMPLE, services.TICKET, services.CASE, services.ENQUIRY, services.PRINT_DAY, services.USAGE,
            services.LESSON_SHARE, services.SURVEY_RESPONSE, programme.ROLLOUT, programme.COST, programme.SHELTER_DAY,
            programme.COMMUNITY_POST, programme.WATCH_OVER,
        )
    }
)  # fmt: skip


def table(name: str) -> Table:
    """Return the canonical table called `name`.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in CATALOGUE:
        raise UsageError(
            Text(f"表「{name}」はありません。", f"There is no table “{name}”."),
            remedy=names_known(name, CATALOGUE),
        )
    return CATALOGUE[name]


__all__ = ["CATALOGUE", "REASONS", "table"]
