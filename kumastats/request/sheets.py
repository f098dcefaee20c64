"""The column sheet of each source: what the reader takes, in the words of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kumastats.request.ask import NONE, Ask, SourceAsk
from kumastats.request.people import PEOPLE
from kumastats.request.programme import IDENTITIES, PROGRAMME, TOTALS
from kumastats.request.services import SERVICES
from kumastats.sources import SOURCES, Source, identities
from kumastats.sources.registry import source_named
from kumastats.tables import Column, table
from kumastats.text import Text

ASKS: Mapping[str, SourceAsk] = MappingProxyType({**PEOPLE, **SERVICES, **PROGRAMME})
EXTRA: Mapping[str, tuple[Text, SourceAsk, Mapping[str, Sequence[str]]]] = MappingProxyType(
    {
        "identities": (Text("識別子の対応表", "identity map"), IDENTITIES, identities.USUAL),
        "control_totals": (Text("件数・合計", "control totals"), TOTALS, {}),
    }
)
KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "text": Text("文字", "text"),
        "date": Text("日付（2018/4/1、H30.4.1）", "date (2018/4/1, H30.4.1)"),
        "instant": Text("日時（2018/4/1 9:00:00）", "date and time (2018/4/1 9:00:00)"),
        "minutes": Text("時間（7:45）", "hours:minutes (7:45)"),
        "decimal_hours": Text("時間（小数）", "hours (decimal)"),
        "seconds": Text("整数・秒", "integer, seconds"),
        "count": Text("整数", "integer"),
        "integer": Text("整数", "integer"),
        "thousandths": Text("小数", "decimal number"),
        "yen": Text("整数・円", "integer, yen"),
        "flag": Text("有無（○か空欄、true/false）", "yes or no (○ or blank, true/false)"),
    }
)


@dataclass(frozen=True)
class SheetRow:
    """A column that is asked for."""

    head: str
    kind: Text
    required: bool
    example: str
    about: Text
    note: Text


@dataclass(frozen=True)
class ColumnSheet:
    """The column sheet of one source."""

    name: str
    label: Text
    ask: SourceAsk
    rows: tuple[SheetRow, ...]


def column_sheets(sources: Sequence[str] | None = None) -> tuple[ColumnSheet, ...]:
    """Return the sheet of every source, or of those named, then those of the identity map and the control totals.

    Raises
    ------
    UsageError
        If there is no such source.
    """
    wanted = (
        [source_named(n) for n in dict.fromkeys(sources)] if sources is not None else list(SOURCES.values())
    )
    made = [_sheet(source) for source in sorted(wanted, key=list(SOURCES.values()).index)]
    made += [
        ColumnSheet(name, label, ask, _rows(ask, usual, {})) for name, (label, ask, usual) in EXTRA.items()
    ]
    return tuple(made)


def _sheet(source: Source) -> ColumnSheet:
    usual: Mapping[str, Sequence[str]] = getattr(source.module, "USUAL", {})
    known = {c.name: c for c in table(source.table).columns}
    ask = ASKS.get(source.name) or SourceAsk(NONE, NONE, ())
    return ColumnSheet(source.name, source.label, ask, _rows(ask, usual, known))


def _rows(
    ask: SourceAsk, usual: Mapping[str, Sequence[str]], known: Mapping[str, Column]
) -> tuple[SheetRow, ...]:
    """Return the columns asked for; what the reader knows beyond them follows, so that none is forgotten."""
    named = {a.key for a in ask.columns}
    more = [Ask(key, "") for key in usual if key not in named and key not in ask.aside]
    return tuple(_row(a, usual.get(a.key, (a.key,)), known.get(a.key)) for a in (*ask.columns, *more))


def _row(ask: Ask, heads: Sequence[str], column: Column | None) -> SheetRow:
    about = ask.about or (column.label if column else Text(heads[0], heads[0]))
    kind = ask.kind or (column.kind if column else "text")
    required = ask.required if ask.required is not None else bool(column and column.required)
    notes = [ask.note] if ask.note != NONE else []
    if len(heads) > 1:
        others = heads[1:]
        notes.append(Text(f"見出しは {'・'.join(others)} でも可", f"also headed {', '.join(others)}"))
    note = Text("。".join(n.ja for n in notes), "; ".join(n.en for n in notes))
    return SheetRow(heads[0], KINDS[kind], required, ask.example, about, note)
