"""Where every measure stands this quarter, beside the same quarter a year before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kumastats import measures
from kumastats.calendar import Quarter
from kumastats.disclosure import PublishedNumber, Thresholds, primary
from kumastats.display import HtmlTable, number, percent
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.evidence.template import literal_text
from kumastats.measures import MEASURES, Measure
from kumastats.report.session import Session
from kumastats.text import Lang, Text

ROWS_A_PERSON = {"person_day": 3, "person_week": 14, "document_diary": 15}


@dataclass(frozen=True)
class Level:
    """A measure in a quarter.

    Attributes
    ----------
    now, before
        This quarter and the same a year earlier; None where there are no data or too few people.
    """

    measure: Measure
    now: PublishedNumber | None
    before: PublishedNumber | None
    record: EvidenceRecord | None


def both(
    session: Session, measure: Measure, quarter: Quarter, before: Quarter
) -> tuple[PublishedNumber | None, PublishedNumber | None]:
    """Return a measure over everyone in a quarter and in an earlier one, from one query.

    Each is None where it may not or cannot be told.
    """
    if measure.is_count or not session.snapshot.has(measure.table):
        return None, None
    made = measures.cells(
        session.snapshot, measure.id, by=(), period="quarter", start=before.start, end=quarter.end
    )
    rows = measures.series(made, measure)

    def told(asked: Quarter, name: str) -> PublishedNumber | None:
        mine = rows[rows["period"] == str(asked)]
        if not len(mine):
            return None
        found = as_number(mine.iloc[0], measure, name, session)
        return None if primary([found], session.thresholds) else found

    return told(quarter, "now"), told(before, "before")


def as_number(row: pd.Series, measure: Measure, name: str, session: Session) -> PublishedNumber:
    """Return a row of `measures.series` as a number that says what it rests on."""
    return number_of(row, measure, name, session.thresholds)


def number_of(
    row: Mapping[Any, Any] | pd.Series, measure: Measure, name: str, thresholds: Thresholds
) -> PublishedNumber:
    """Return a row of `measures.series` as a number that says what it rests on."""
    n, people = int(row["n"]), int(row["contributors"])
    decimals = thresholds.decimals(people, measure.decimals)
    rows = max(ROWS_A_PERSON.get(measure.table, 1), math.ceil(n / people) if people else 1)
    if measure.is_share:
        return PublishedNumber(
            name, float(row["value"]), "share", n=n, numerator=int(row["numerator"]), contributors=people, decimals=decimals,
            rows_per_person=rows,
        )  # fmt: skip
    return PublishedNumber(
        name,
        float(row["value"]),
        "mean",
        n=n,
        contributors=people,
        unit=measure.unit,
        decimals=decimals,
        rows_per_person=rows,
    )


def levels(session: Session) -> tuple[Level, ...]:
    """Return every measure that the data allow."""
    out = []
    for id_ in MEASURES:
        measure = MEASURES[id_]
        now, before = both(session, measure, session.quarter, session.quarter.same_quarter())
        if now is None and before is None:
            continue
        out.append(
            Level(measure, now, before, _record(session, measure, now, before) if now is not None else None)
        )
    return tuple(out)


def _record(
    session: Session, measure: Measure, now: PublishedNumber, before: PublishedNumber | None
) -> EvidenceRecord:
    label = literal_text(measure.label, first=True)
    numbers = [now]
    statement = Text(f"{label.ja}は{{now}}（{{now.n}}件）。", f"{label.en}: {{now}} (n = {{now.n}}).")
    if before is not None:
        numbers.append(before)
        statement = Text(
            f"{label.ja}は{{now}}（{{now.n}}件）、前年同期は{{before}}（{{before.n}}件）。",
            f"{label.en}: {{now}} (n = {{now.n}}); a year earlier {{before}} (n = {{before.n}}).",
        )
    return descriptive(
        f"level-{measure.id.replace('_', '-')}", session.origin_of(measure.table), item=measure.item, title=measure.label,
        statement=statement, numbers=numbers, measure=measure.id, unit=measure.unit, n=now.n, reasons=(measure.caveat,),
    )  # fmt: skip


def shown(x: PublishedNumber | None, lang: Lang) -> str:
    """Return a number as tables of a chapter write it; a dash where there is none."""
    if x is None:
        return "—"
    return percent(x.value, lang, x.decimals) if x.form == "share" else number(x.value, lang, x.decimals)


def table(session: Session, found: tuple[Level, ...]) -> HtmlTable:
    """Return the levels as a table."""
    lang = session.lang

    def rows_of(x: PublishedNumber | None) -> str:
        return number(x.n or 0, lang) if x is not None else "—"

    heads = [
        Text("指標", "measure")(lang), Text("単位", "unit")(lang), Text("この四半期", "this quarter")(lang), Text("件数", "n")(lang),
        Text("前年同期", "a year earlier")(lang), Text("件数", "n")(lang),
    ]  # fmt: skip
    rows = [
        [
            v.measure.label(lang),
            v.measure.unit(lang),
            shown(v.now, lang),
            rows_of(v.now),
            shown(v.before, lang),
            rows_of(v.before),
        ]
        for v in found
    ]
    note = Text(
        "—は、データがないか、人数が少なく出せないもの。",
        "— where there are no data, or too few people to tell.",
    )(lang)
    return HtmlTable(
        heads,
        rows,
        Text(f"{session.quarter.label('ja')}の指標", f"Measures of {session.quarter.label('en')}")(lang),
        lang,
        note,
        right=frozenset({2, 3, 4, 5}),
    )
