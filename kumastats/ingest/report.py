"""What an ingest did, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from kumastats.display.reasons import counted
from kumastats.tables import table
from kumastats.text import Text
from kumastats.warehouse import Delivery

SHOWN = 8


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did.

    Attributes
    ----------
    skipped
        Files that were held already.
    readings
        Reading reports of the files read, as dictionaries.
    controls
        How many control totals agreed.
    """

    deliveries: tuple[Delivery, ...]
    skipped: tuple[str, ...]
    readings: tuple[dict[str, Any], ...]
    details: tuple[Text, ...]
    snapshot: str | None
    dry_run: bool = False
    controls: int = 0

    @property
    def text(self) -> Text:
        """What was read, in words."""
        rows = sum(d.rows for d in self.deliveries)
        if self.dry_run:
            read_ = sum(r["rows_kept"] for r in self.readings)
            lines_ja = [
                f"試しに{len(self.readings):,}ファイルを読み、{read_:,}件になりました。何も取り込んでいません。"
            ]
            lines_en = [f"Dry run: {len(self.readings):,} files read, {read_:,} rows. Nothing was taken in."]
        else:
            lines_ja = [
                f"{len(self.readings):,}ファイルを読み、{rows:,}行を{len(self.deliveries):,}件の受領として取り込みました"
                f"（取り込み済み {len(self.skipped):,}ファイル）。"
            ]
            lines_en = [
                f"{len(self.readings):,} files read; {rows:,} rows taken in as {len(self.deliveries):,} deliveries "
                f"({len(self.skipped):,} files were held already)."
            ]
        if len(self.details) > SHOWN:
            by_table: Counter[str] = Counter()
            for delivery in self.deliveries:
                by_table[delivery.table] += delivery.rows
            labels = {t: table(t).label for t in by_table}
            lines_ja += [f"  {labels[t].ja}: {n:,}行（{t}）" for t, n in sorted(by_table.items())]
            lines_en += [f"  {labels[t].en}: {n:,} rows ({t})" for t, n in sorted(by_table.items())]
        if self.controls:
            lines_ja.append(f"件数・合計 {self.controls:,}項目がすべて合いました。")
            lines_en.append(f"All {self.controls:,} control totals agree.")
        for name, label in (
            ("dropped", Text("除外", "dropped")),
            ("quarantined", Text("隔離", "quarantined")),
        ):
            total: dict[str, int] = {}
            for reading in self.readings:
                for kind, n in reading[name].items():
                    total[kind] = total.get(kind, 0) + n
            if total:
                lines_ja.append(f"{label.ja}: {counted(total, 'ja')}")
                lines_en.append(f"{label.en}: {counted(total, 'en')}")
        if self.snapshot:
            lines_ja.append(f"スナップショット {self.snapshot}")
            lines_en.append(f"snapshot {self.snapshot}")
        if len(self.details) <= SHOWN:
            lines_ja += [d.ja for d in self.details]
            lines_en += [d.en for d in self.details]
        return Text("\n".join(lines_ja), "\n".join(lines_en))

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            "deliveries": [
                {k: v for k, v in d.to_dict().items() if k != "coverage"} for d in self.deliveries
            ],
            "skipped": list(self.skipped),
            "readings": list(self.readings),
            "snapshot": self.snapshot,
            "dry_run": self.dry_run,
            "control_totals": self.controls,
        }
