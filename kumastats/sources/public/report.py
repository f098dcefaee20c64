"""How a public file was read, line by line, for a person to confirm and keep as a mapping."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kumastats.sources.public.sums import Mismatch
from kumastats.text import Lang, Text


@dataclass(frozen=True)
class TableReport:
    """What was decided about one table.

    Attributes
    ----------
    said
        Decisions in their order: where notes, header and totals are, units, symbols.
    entry
        The same as the mapping writes it.
    unbalanced
        Totals that are not the sum of their parts.
    """

    name: str
    sheet: str | None
    rows: int
    columns: int
    said: tuple[Text, ...]
    entry: dict[str, Any]
    unbalanced: tuple[Mismatch, ...] = ()


@dataclass(frozen=True)
class PublicReport:
    """The reading report of a file."""

    file: str
    sha256: str
    size: int
    encoding: str
    tables: tuple[TableReport, ...]
    said: tuple[Text, ...]
    settings: dict[str, Any]

    def text(self, lang: Lang = "ja") -> str:
        """Return it in words."""
        lines = [
            Text(
                f"{self.file}: 表を{len(self.tables)}件読みました（{self.encoding}）。",
                f"{self.file}: {len(self.tables)} table(s) read ({self.encoding}).",
            )(lang)
        ]
        lines += [f"  - {t(lang)}" for t in self.said]
        for table in self.tables:
            lines.append(
                Text(
                    f"表「{table.name}」: {table.rows:,}行×{table.columns:,}列",
                    f"table “{table.name}”: {table.rows:,} rows × {table.columns:,} columns",
                )(lang)
            )
            lines += [f"  - {t(lang)}" for t in table.said]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "bytes": self.size,
            "encoding": self.encoding,
            "said": [t.to_dict() for t in self.said],
            "tables": [
                {
                    "name": t.name,
                    "sheet": t.sheet,
                    "rows": t.rows,
                    "columns": t.columns,
                    "said": [x.to_dict() for x in t.said],
                    "unbalanced": [m.to_dict() for m in t.unbalanced],
                }
                for t in self.tables
            ],
            "mapping": self.mapping(),
        }

    def mapping(self) -> dict[str, Any]:
        """Return every decision as a mapping that reads the same file to the same tables."""
        return copy.deepcopy({"file": self.file, **self.settings, "tables": [t.entry for t in self.tables]})

    def save_mapping(self, path: Path) -> None:
        """Write the mapping as YAML."""
        text = yaml.safe_dump(self.mapping(), allow_unicode=True, sort_keys=False, width=110)
        path.write_text(text, encoding="utf-8")
