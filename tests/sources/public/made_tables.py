"""Writes made-up tables, and reads them twice: by the reader's own decisions, and by the mapping it saved."""

from pathlib import Path

import openpyxl
import pandas as pd

from kumastats.sources.public import PublicFile, PublicTable, read_public


def csv(folder: Path, text: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def book(folder: Path, sheets: dict[str, list[list[object]]], *merges: str, change=None) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
        if change:
            change(sheet)
    path = folder / "table.xlsx"
    made.save(path)
    return path


def read(path: Path, **mapping: object) -> PublicFile:
    """Read a file; its report's mapping, through YAML, must read it to the same tables."""
    made = read_public(path, mapping=mapping or None)
    saved = path.with_suffix(".yml")
    made.report.save_mapping(saved)
    again = read_public(path, mapping=saved)
    assert again.report.mapping() == made.report.mapping()
    for a, b in zip(made.tables, again.tables, strict=True):
        assert a.frame.equals(b.frame) and a.reasons.equals(b.reasons) and a.totals.equals(b.totals)
        assert (a.name, a.columns, a.lines, a.total_lines, a.dropped, a.notes, a.title) == (
            b.name, b.columns, b.lines, b.total_lines, b.dropped, b.notes, b.title,
        )  # fmt: skip
    return made


def only(path: Path, **mapping: object) -> PublicTable:
    (table,) = read(path, **mapping).tables
    return table


def rows(table: PublicTable) -> list[list[object]]:
    return [[None if pd.isna(v) else v for v in r] for r in table.frame.to_numpy(dtype=object).tolist()]


def names(table: PublicTable) -> list[str]:
    return [c.name for c in table.columns]


def units(table: PublicTable) -> list[str | None]:
    return [c.unit for c in table.columns]
