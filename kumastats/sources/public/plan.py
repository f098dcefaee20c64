"""What is decided before a file is read: a mapping's words, checked, and written back in full by the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kumastats.errors import MappingError, Place
from kumastats.sources.public.model import KINDS
from kumastats.sources.public.numbers import symbol_of
from kumastats.sources.public.sheet import column_index
from kumastats.tables.catalogue import REASONS
from kumastats.text import Text

FILE_KEYS = frozenset({"file", "encoding", "keep_hidden", "sheets", "symbols", "era", "date_order", "tables"})
TABLE_KEYS = frozenset(
    {"sheet", "sheets", "block", "name", "header_rows", "first_row", "last_row", "names", "units", "kinds", "symbols",
     "column_symbols", "drop_rows", "drop_columns", "join", "sections", "totals", "periods", "era", "date_order"}
)  # fmt: skip
_RUN = re.compile(r"(\d+)\s*[-–~～]\s*(\d+)")
_COLUMNS = re.compile(r"([A-Z]{1,3})(?:\s*[-–:~～]\s*([A-Z]{1,3}))?", re.I)


@dataclass(frozen=True)
class TablePlan:
    """What a mapping says about one table; None is left to be found."""

    sheets: tuple[str, ...] | None = None
    block: str | None = None
    name: str | None = None
    header_rows: int | tuple[int, ...] | None = None
    first_row: int | None = None
    last_row: int | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, str | None] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)
    column_symbols: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    drop_rows: Mapping[int, str] | None = None
    drop_columns: tuple[int, ...] | None = None
    join: tuple[tuple[int, ...], ...] | None = None
    sections: Mapping[int, str] | None = None
    totals: Mapping[int, str] | None = None
    periods: str | None = None
    periods_set: bool = False
    era: str | None = None
    date_order: str | None = None


@dataclass(frozen=True)
class FilePlan:
    """What a mapping says about a file."""

    encoding: str | None = None
    keep_hidden: bool = False
    sheets: tuple[str, ...] | None = None
    symbols: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[TablePlan, ...] = ()
    era: str | None = None
    date_order: str | None = None

    def wants(self, key: str) -> bool:
        """Tell whether a sheet is to be read."""
        if self.tables:
            return any(t.sheets is None or key in t.sheets for t in self.tables) and (
                self.sheets is None or key in self.sheets
            )
        return self.sheets is None or key in self.sheets


def load_plan(mapping: Mapping[str, Any] | Path | str | None) -> FilePlan:
    """Read a mapping: a dict, or a YAML file.

    Raises
    ------
    MappingError
        Naming the key that is wrong.
    """
    name = None
    if isinstance(mapping, (str, Path)):
        name = Path(mapping).name
        try:
            mapping = yaml.safe_load(Path(mapping).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise _wrong("YAML", name, Text("YAMLとして読めません", "is not readable YAML")) from error
    if mapping is None:
        return FilePlan()
    if not isinstance(mapping, Mapping):
        raise _wrong(
            "mapping", name, Text("項目と値の形ではありません", "is not a mapping of keys to values")
        )
    try:
        return _file_plan({str(k): v for k, v in mapping.items()}, name)
    except (TypeError, ValueError, AttributeError) as error:
        raise _wrong("mapping", name, Text("値の形が違います", "has a value of the wrong form")) from error


def _wrong(key: str, file: str | None, what: Text) -> MappingError:
    return MappingError(
        Text(f"対応表の {key}: {what.ja}。", f"{key} in the mapping {what.en}."),
        place=Place(file=file) if file else None,
        remedy=Text(
            f"使えるのは {', '.join(sorted(FILE_KEYS | TABLE_KEYS))}",
            f"Known: {', '.join(sorted(FILE_KEYS | TABLE_KEYS))}",
        ),
    )


def _file_plan(raw: dict[str, Any], name: str | None) -> FilePlan:
    unknown = sorted(set(raw) - FILE_KEYS - TABLE_KEYS)
    if unknown:
        raise _wrong(", ".join(unknown), name, Text("知らない項目です", "is unknown"))
    entries = [dict(t) for t in raw.get("tables") or ()]
    short = {k: v for k, v in raw.items() if k in TABLE_KEYS - {"sheets", "symbols", "era", "date_order"}}
    if short:
        entries.append(short)
    for entry in entries:
        unknown = sorted(set(map(str, entry)) - TABLE_KEYS)
        if unknown:
            raise _wrong(", ".join(unknown), name, Text("知らない項目です", "is unknown"))
    sheets = raw.get("sheets")
    return FilePlan(
        encoding=raw.get("encoding"),
        keep_hidden=bool(raw.get("keep_hidden", False)),
        sheets=None if sheets is None else tuple(map(str, _listed(sheets))),
        symbols=_symbols(raw.get("symbols"), name),
        tables=tuple(_table_plan(e, name) for e in entries),
        era=raw.get("era"),
        date_order=raw.get("date_order"),
    )


def _table_plan(raw: dict[str, Any], name: str | None) -> TablePlan:
    sheets = raw.get("sheets", raw.get("sheet"))
    header = raw.get("header_rows")
    kinds = {_letters(k): str(v) for k, v in (raw.get("kinds") or {}).items()}
    for key, kind in kinds.items():
        if kind not in KINDS:
            raise _wrong(
                f"kinds.{key}", name, Text(f"「{kind}」という種類はありません", f"has no such kind: {kind}")
            )
    return TablePlan(
        sheets=None if sheets is None else tuple(map(str, _listed(sheets))),
        block=raw.get("block"),
        name=raw.get("name"),
        header_rows=header if header is None or isinstance(header, int) else tuple(_lines(header)),
        first_row=raw.get("first_row"),
        last_row=raw.get("last_row"),
        names={_letters(k): tuple(map(str, _listed(v))) for k, v in (raw.get("names") or {}).items()},
        units={_letters(k): None if v is None else str(v) for k, v in (raw.get("units") or {}).items()},
        kinds=kinds,
        symbols=_symbols(raw.get("symbols"), name),
        column_symbols={_letters(k): _symbols(v, name) for k, v in (raw.get("column_symbols") or {}).items()},
        drop_rows=_reasoned(raw.get("drop_rows")),
        drop_columns=None
        if raw.get("drop_columns") is None
        else tuple(c for run in _listed(raw["drop_columns"]) for c in _run(run)),
        join=None if raw.get("join") is None else tuple(_run(run) for run in _listed(raw["join"])),
        sections=None
        if raw.get("sections") is None
        else {int(k): str(v) for k, v in raw["sections"].items()},
        totals=_reasoned(raw.get("totals")),
        periods=None if raw.get("periods") is None else _letters(raw["periods"]),
        periods_set="periods" in raw,
        era=raw.get("era"),
        date_order=raw.get("date_order"),
    )


def _symbols(raw: Any, name: str | None) -> dict[str, str]:
    made = {symbol_of(str(k)): str(v) for k, v in (raw or {}).items()}
    for symbol, reason in made.items():
        if reason not in REASONS:
            raise _wrong(
                f"symbols.{symbol}",
                name,
                Text(
                    f"「{reason}」は理由ではありません（{', '.join(REASONS)}）",
                    f"is “{reason}”, which is no reason ({', '.join(REASONS)})",
                ),
            )
    return made


def _letters(value: Any) -> str:
    return str(value).upper()


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _run(text: Any) -> tuple[int, ...]:
    found = _COLUMNS.fullmatch(str(text).strip())
    if not found:
        raise ValueError(text)
    first = column_index(found[1])
    return tuple(range(first, column_index(found[2] or found[1]) + 1))


def _lines(value: Any) -> list[int]:
    """Read row numbers: 5, [5, 7], or "5, 7-12"."""
    made: list[int] = []
    for item in _listed(value):
        for piece in str(item).split(","):
            found = _RUN.fullmatch(piece.strip())
            made += range(int(found[1]), int(found[2]) + 1) if found else [int(piece)]
    return made


def _reasoned(raw: Any) -> dict[int, str] | None:
    """Read rows with why: a list of rows, or {why: rows}."""
    if raw is None:
        return None
    if isinstance(raw, Mapping):
        return {
            line: str(why)
            for why, lines in raw.items()
            if lines not in (None, "", [])
            for line in _lines(lines)
        }
    return dict.fromkeys(_lines(raw), "mapping") if raw != [] else {}


def written_lines(lines: Mapping[int, str]) -> dict[str, str]:
    """Write rows with why as a mapping holds them, runs shortened.

    >>> written_lines({1: "note", 2: "note", 9: "title"})
    {'note': '1-2', 'title': '9'}
    """
    return {why: _shortened(n for n, w in lines.items() if w == why) for why in sorted(set(lines.values()))}


def _shortened(numbers: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
