"""Control totals (件数・合計): what the sender counted, against what was read. They agree to the minute or all is refused.

A file ``control_totals.csv`` (or ``件数・合計.csv``, or xlsx) beside the exports::

    ファイル,項目,値
    kinmu_201804.csv,件数,24310
    kinmu_201804.csv,時間外命令,10542:30

An item is 件数 (rows, totals left out), a column's header, or a column of the canonical table. A total of times is given
as hours:minutes or in minutes; a count as a number. Headers are added up from the raw cells, by another road than the
reader's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kumastats.calendar import parse_minutes
from kumastats.errors import DurationError, KumastatsError, Place, SourceError
from kumastats.sources.listing import without_totals
from kumastats.sources.mapping import Mapping
from kumastats.sources.numbers import number
from kumastats.sources.opening import raw_tables
from kumastats.sources.raw import plain
from kumastats.sources.recognise import looks_like_header
from kumastats.sources.report import ReadResult
from kumastats.sources.sheets import sheets
from kumastats.tables import table
from kumastats.text import Text

NAMES = ("control_totals", "件数・合計", "件数合計")
HEADS = ("ファイル", "項目", "値")
ROWS = "件数"
_CLOCK = re.compile(r"(-?)(\d+):(\d{2})")
_NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class ControlTotal:
    """One number the sender counted.

    Attributes
    ----------
    value
        A number, or minutes where it was written as hours and minutes.
    """

    file: str
    item: str
    value: int
    place: Place
    folder: Path = Path()

    def is_about(self, path: Path) -> bool:
        """Tell whether it speaks for this file: the one of its name beside it."""
        return self.file == path.name and self.folder == path.parent


def is_control(path: Path) -> bool:
    """Tell whether a file holds control totals, by its name."""
    return unicodedata.normalize("NFKC", path.stem) in NAMES


def read_control(path: Path) -> tuple[ControlTotal, ...]:
    """Read a file of control totals.

    Raises
    ------
    SourceError
        If it has not the three columns, or a value is no number.
    """
    out = []
    for sheet in sheets(path):
        at = next(
            (i for i, row in enumerate(sheet.rows) if all(h in [plain(c) for c in row] for h in HEADS)), None
        )
        if at is None:
            continue
        where = [[plain(c) for c in sheet.rows[at]].index(h) for h in HEADS]
        for i in range(at + 1, len(sheet.rows)):
            file, item, value = (sheet.rows[i][j].strip() for j in where)
            if file or item or value:
                place = Place(sheet.file, sheet.name, sheet.lines[i], item)
                out.append(ControlTotal(file, plain(item), _value(value, place), place, path.parent))
    if not out:
        raise SourceError(
            Text("件数・合計の表ではありません。", "It is no table of control totals."),
            place=Place(file=path.name),
            remedy=Text("見出しは「ファイル、項目、値」です。", "Its header reads ファイル, 項目, 値."),
        )
    return tuple(out)


def _value(text: str, place: Place) -> int:
    bare = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    clock = _CLOCK.fullmatch(bare)
    if clock and int(clock[3]) < 60:
        return (int(clock[2]) * 60 + int(clock[3])) * (-1 if clock[1] else 1)
    if _NUMBER.fullmatch(bare):
        return int(bare)
    raise SourceError(
        Text("件数・合計の値が数ではありません。", "A control total is not a number."),
        place=place,
        remedy=Text("例: 24310、10542:30", "For example: 24310, 10542:30"),
    )


def reconcile(
    totals: Iterable[ControlTotal], result: ReadResult, path: Path, mapping: Mapping
) -> list[KumastatsError]:
    """Return where a file does not agree with its control totals."""
    problems: list[KumastatsError] = []
    for total in totals:
        if not total.is_about(path):
            continue
        found = _counted(total.item, result, path, mapping)
        if found is None:
            problems.append(
                SourceError(
                    Text("件数・合計の項目がファイルにありません。", "The file has no such item to add up."),
                    place=total.place,
                    remedy=Text("項目は 件数 か見出しです。", "An item is 件数 or a header."),
                )
            )
        elif found != total.value:
            problems.append(
                SourceError(
                    Text(
                        f"{path.name} の{total.item}が合いません（送付元 {total.value:,}、ファイル {found:,}）。",
                        f"{total.item} of {path.name} does not agree (sender {total.value:,}, file {found:,}).",
                    ),
                    place=total.place,
                    remedy=Text(
                        "途中で切れたか変わったファイルです。送付元に確かめて、受け取り直してください。",
                        "The file was cut off or changed. Ask the sender and receive it again.",
                    ),
                )
            )
    return problems


def _counted(item: str, result: ReadResult, path: Path, mapping: Mapping) -> int | None:
    if item == ROWS:
        return result.report.rows_read - result.report.dropped.get("totals_row", 0)
    raw = _raw_total(item, result.source, path, mapping)
    return raw if raw is not None else _canonical_total(item, result)


def _raw_total(item: str, source: str, path: Path, mapping: Mapping) -> int | None:
    try:
        tables = raw_tables(
            path, encoding=mapping.encoding, looks_like_header=lambda c: looks_like_header(source, mapping, c)
        )
    except SourceError:
        return None
    sums = []
    for _, raw in tables:
        body, _ = without_totals(raw)
        if item not in body.columns:
            continue
        column = body.columns[item]
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
        sums.append(sum(_amount(v) * int(n) for v, n in zip(column.values, counts, strict=True) if n))
    return sum(sums) if sums else None


def _amount(text: str) -> int:
    """Return a cell as a number or minutes; a symbol adds nothing."""
    try:
        return int(number(text))
    except SourceError:
        pass
    try:
        return parse_minutes(text)
    except DurationError:
        return 0


def _canonical_total(item: str, result: ReadResult) -> int | None:
    import pyarrow.compute as pc

    for column in table(result.table).columns:
        if item in (column.name, plain(column.label.ja)) and column.kind not in ("text", "date", "instant"):
            total: Any = pc.sum(result.data[column.name]).as_py()
            return int(total or 0)
    return None


def unmatched(totals: Sequence[ControlTotal], files: Iterable[Path]) -> list[KumastatsError]:
    """Return control totals of files that did not come."""
    there = list(files)
    return [
        SourceError(
            Text(
                f"件数・合計にある {t.file} が届いていません。",
                f"{t.file}, which the control totals name, has not come.",
            ),
            place=t.place,
            remedy=Text("送付元に確かめてください。", "Ask the sender."),
        )
        for t in totals
        if not any(t.is_about(path) for path in there)
    ]
