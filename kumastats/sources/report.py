"""What a reader decided and dropped, and the table it made."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from kumastats.display.reasons import counted
from kumastats.text import Lang, Text

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class ReadingReport:
    """How one file was read.

    Attributes
    ----------
    decisions
        What was decided about layout, dates, durations and missing values.
    rows_read, rows_kept
        Data rows in the file, and rows of the table made from them.
    dropped, quarantined
        Rows left out: by rule (totals, exact duplicates), and defects the mapping names.
    counts
        Cells or rows that were noticed and kept, by id: ``past_midnight``, ``hours_minutes_quote``,
        ``era_without_name``, ``machine_dependent_characters`` and others.
    ignored_columns
        Heads that are not read. Names and free text are never read.
    """

    file: str
    sha256: str
    bytes: int
    encoding: str
    layout: str
    decisions: tuple[Text, ...]
    rows_read: int
    rows_kept: int
    dropped: dict[str, int]
    quarantined: dict[str, int]
    ignored_columns: tuple[str, ...]
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        made = asdict(self)
        made["decisions"] = [d.to_dict() for d in self.decisions]
        made["ignored_columns"] = list(self.ignored_columns)
        for name in ("first_date", "last_date"):
            made[name] = made[name].isoformat() if made[name] else None
        return made

    def text(self, lang: Lang = "ja") -> str:
        """Return it in words."""
        lines = [
            f"{self.file}: "
            + Text(
                f"{self.rows_read:,}行を読み、{self.rows_kept:,}件にしました（{self.encoding}、{self.layout}）。",
                f"{self.rows_read:,} rows read, {self.rows_kept:,} kept ({self.encoding}, {self.layout}).",
            )(lang)
        ]
        lines += [f"  - {d(lang)}" for d in self.decisions]
        for label, counts in (
            (Text("除外", "dropped"), self.dropped),
            (Text("隔離", "quarantined"), self.quarantined),
            (Text("気付いたこと", "noticed"), self.counts),
        ):
            if counts:
                lines.append(f"  - {label(lang)}: {counted(counts, lang)}")
        if self.ignored_columns:
            lines.append(
                f"  - {Text('読まない列', 'columns not read')(lang)}: {'、'.join(self.ignored_columns)}"
            )
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class ReadResult:
    """One file as a canonical table, exactly its schema.

    Attributes
    ----------
    origin
        Where each row of `data` stands in the file (`kumastats.tables.origin`), in the same order; None where no single
        row of the file is behind one.
    """

    source: str
    table: str
    data: pa.Table
    report: ReadingReport
    origin: pa.Table | None = None
