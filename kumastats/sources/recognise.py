"""Which source system a file comes from, told by its content: its header, or the form of its lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kumastats.errors import KumastatsError, Place, UsageError
from kumastats.sources import print_log
from kumastats.sources.encoding import decode_bytes
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import WORKBOOKS
from kumastats.sources.raw import HEAD_SEARCH, plain
from kumastats.sources.registry import SOURCES
from kumastats.sources.sheets import parts
from kumastats.text import Text

PEEK = 65_536
_BOT = re.compile(r'"conversation"\s*:')
_DAY = re.compile(r"\d{1,2}日?")


@dataclass(frozen=True)
class Peek:
    """The beginning of a file.

    Attributes
    ----------
    rows
        The first rows of its first sheets, cells without spaces and width differences.
    start
        Its first characters, of a text file.
    """

    file: str
    rows: tuple[tuple[str, ...], ...]
    start: str

    @classmethod
    def at(cls, path: Path) -> Peek:
        """Look at the beginning of a file."""
        with path.open("rb") as file:
            head = file.read(PEEK)
        if head.startswith(WORKBOOKS):
            rows: list[tuple[str, ...]] = []
            for part in [p for p in parts(path) if not p.hidden][:4]:
                rows += [tuple(plain(c) for c in row) for row in part.load().rows[:HEAD_SEARCH]]
            return cls(path.name, tuple(rows), "")
        # the piece may end within a character: leave its last line out
        whole = head if len(head) < PEEK else head[: head.rfind(b"\n") + 1] or head
        text = decode_bytes(whole, path.name).text
        lines = text.split("\n")[:HEAD_SEARCH]
        delimiter = max(",\t;", key=lambda d: max((line.count(d) for line in lines), default=0))
        cells = [tuple(plain(c) for c in row) for row in csv.reader(lines, delimiter=delimiter)]
        return cls(path.name, tuple(cells), text[:4096])


def fits(source: str, peek: Peek, mapping: Mapping) -> bool:
    """Tell whether a file looks like this source, read by this mapping."""
    if source == "bot":
        return peek.start.lstrip()[:1] in ("[", "{") and bool(_BOT.search(peek.start))
    if source == "print_log" and peek.start:
        first = peek.start.split("\n", 1)[0]
        if first.startswith(print_log.BANNER) or print_log.is_ng_mf(first):
            return True
    return any(looks_like_header(source, mapping, row) for row in peek.rows)


def looks_like_header(source: str, mapping: Mapping, cells: Sequence[str]) -> bool:
    """Tell whether these cells are a header of this source."""
    module = SOURCES[source].module
    reader = getattr(module, "LISTING", None) or getattr(module, "COUNTING", None)
    if reader is not None:
        return bool(reader.looks_like_header(mapping, cells))
    return _FITS[source](mapping, set(cells), cells) if source in _FITS else False


def _any(mapping: Mapping, source: str, name: str, there: set[str]) -> bool:
    spec = mapping.columns.get(name)
    if spec is not None and spec.constant is not None:
        return True
    heads = (*spec.heads, *((spec.date,) if spec.date else ())) if spec is not None else ()
    return bool(there & {plain(h) for h in (heads or SOURCES[source].usual.get(name, ()))})


def _attendance(mapping: Mapping, there: set[str], cells: Sequence[str]) -> bool:
    times = ("ordered_overtime_min", "clock_in", "clock_out", "scheduled_min", "worked_min")
    timed = any(_any(mapping, "attendance", n, there) for n in times if n in SOURCES["attendance"].usual)
    timed = timed or any(re.match(r"(出勤|入|時間外)\d", c) for c in there)
    wide = "年月" in there and sum(bool(_DAY.fullmatch(c)) for c in cells) >= 28
    dated = _any(mapping, "attendance", "date", there)
    return _any(mapping, "attendance", "person_id", there) and (wide or (dated and timed))


def _school_hours(mapping: Mapping, there: set[str], cells: Sequence[str]) -> bool:
    from kumastats.sources.school_hours import STAFF

    return (
        bool(there & set(STAFF)) and "年月" not in there and sum(bool(_DAY.fullmatch(c)) for c in cells) >= 28
    )


def _viva_person(mapping: Mapping, there: set[str], cells: Sequence[str]) -> bool:
    held = [
        n
        for n in SOURCES["viva_person"].usual
        if n.endswith("_min") and _any(mapping, "viva_person", n, there)
    ]
    return bool(held) and all(_any(mapping, "viva_person", n, there) for n in ("person_id", "week_start"))


def _tickets(mapping: Mapping, there: set[str], cells: Sequence[str]) -> bool:
    needed = [n for n in ("issued_at", "called_at", "outcome") if n in mapping.columns or not mapping.columns]
    return all(_any(mapping, "tickets", n, there) for n in needed)


def _m365(mapping: Mapping, there: set[str], cells: Sequence[str]) -> bool:
    from kumastats.sources.m365 import report_of

    return report_of(cells) is not None or all(
        _any(mapping, "m365", n, there) for n in ("unit_id", "period_end")
    )


def _survey(mapping: Mapping, there: set[str], cells: Sequence[str]) -> bool:
    from kumastats.sources.survey import looks_like_header as fits_survey

    return fits_survey(mapping, cells)


_FITS = {
    "attendance": _attendance, "school_hours": _school_hours, "viva_person": _viva_person, "tickets": _tickets,
    "m365": _m365, "survey": _survey,
}  # fmt: skip


def recognise(path: Path, mappings: Map[str, Sequence[Mapping]]) -> tuple[str, Mapping]:
    """Return the source of a file, and the mapping to read it by.

    Parameters
    ----------
    mappings
        The city's mappings by source; where none fits, the usual headers are tried.

    Raises
    ------
    UsageError
        If no source fits, or more than one does.
    """
    try:
        peek = Peek.at(path)
    except KumastatsError as error:
        raise UsageError(error.found, place=error.place, remedy=error.remedy) from error
    found: dict[str, Mapping] = {}
    for name in SOURCES:
        for mapping in (*mappings.get(name, ()), Mapping.default(name)):
            if fits(name, peek, mapping):
                found.setdefault(name, mapping)
                break
    if len(found) == 1:
        return next(iter(found.items()))
    if found:
        told = ", ".join(found)
        raise UsageError(
            Text(
                f"データの種類を一つに決められません（{told}）。",
                f"It could be more than one source ({told}).",
            ),
            place=Place(file=path.name),
            remedy=Text("--source で指定してください。", "Name it with --source."),
        )
    raise UsageError(
        Text("どの種類のデータか分かりません。", "The kind of export is not recognised."),
        place=Place(file=path.name),
        remedy=Text(
            f"--source に {', '.join(SOURCES)} のどれかを指定し、見出しが違うなら対応表を書いてください"
            "（`kumastats ingest --explain ファイル` で読み方が見られます）。",
            f"Name it with --source (one of {', '.join(SOURCES)}); if its headers differ, write a mapping. "
            "`kumastats ingest --explain FILE` shows how the file reads.",
        ),
    )
