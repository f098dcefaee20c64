"""Every source system that can be read, and the one way to read it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kumastats.errors import Place, SourceError, UsageError
from kumastats.sources.identity import IdentityKey
from kumastats.sources.mapping import Mapping
from kumastats.sources.report import ReadResult
from kumastats.text import Text


@dataclass(frozen=True)
class Source:
    """A source system.

    Attributes
    ----------
    table
        The canonical table it fills.
    suffixes
        File names it may have.
    """

    name: str
    label: Text
    table: str
    suffixes: tuple[str, ...]


SOURCES: Map[str, Source] = MappingProxyType(
    {
        s.name: s
        for s in (
            Source(
                "attendance",
                Text("出退勤・時間外勤務命令", "attendance and ordered overtime"),
                "person_day",
                (".csv", ".txt", ".tsv"),
            ),
            Source(
                "offices", Text("職場・学校の一覧", "offices and schools"), "office", (".csv", ".txt", ".tsv")
            ),
            Source(
                "school_hours", Text("教員の在校等時間", "teachers' time in school"), "person_day", (".xlsx",)
            ),
            Source("tickets", Text("窓口の番号札", "counter tickets"), "ticket", (".csv", ".txt", ".tsv")),
            Source(
                "viva_person",
                Text("Viva Insights person query", "Viva Insights person query"),
                "person_week",
                (".csv",),
            ),
        )
    }
)


def source_named(name: str) -> Source:
    """Return the source called `name`.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in SOURCES:
        known = ", ".join(SOURCES)
        raise UsageError(
            Text(f"データの種類「{name}」はありません。", f"There is no source “{name}”."),
            remedy=Text(f"使えるのは {known}", f"Known: {known}"),
        )
    return SOURCES[name]


def read(source: str, path: Path, *, mapping: Mapping | None = None, identity: IdentityKey) -> ReadResult:
    """Read one raw file as its canonical table.

    Parameters
    ----------
    source
        One of `SOURCES`.
    mapping
        The city's mapping; None for the usual headers.
    identity
        The key that replaces staff numbers.

    Raises
    ------
    SourceError, DateError, DurationError, Problems
        With file, row, column and remedy. Nothing is half read.
    """
    known = source_named(source)
    if not path.is_file():
        raise SourceError(
            Text("ファイルがありません。", "There is no such file."), place=Place(file=path.name),
            remedy=Text("名前と場所を確かめてください。", "Check its name and folder."),
        )  # fmt: skip
    module = importlib.import_module(f"kumastats.sources.{known.name}")
    result: ReadResult = module.read(path, mapping or Mapping.default(source), identity)
    return result
