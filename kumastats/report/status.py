"""``kumastats status``: what is held, what is missing, what was run, and how much time is left."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kumastats.calendar import Month
from kumastats.display.dates import days_left_text
from kumastats.evidence import Register
from kumastats.report.trace import latest_quarter
from kumastats.study import Study, deviations, read_lock
from kumastats.text import Text
from kumastats.warehouse import Delivery, Warehouse

TableRows = tuple[Text, Sequence[Text], Sequence[Sequence[object]]]


@dataclass(frozen=True)
class Held:
    """What is held of one canonical table.

    Attributes
    ----------
    gaps
        Months between the first and the last day without a single row.
    """

    table: str
    deliveries: int
    rows: int
    first: dt.date | None
    last: dt.date | None
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """A snapshot there has been, and what it added.

    Attributes
    ----------
    added, rows
        Deliveries that the snapshot before did not hold, and their rows.
    removed
        Deliveries retracted since the snapshot before.
    """

    snapshot: str
    received_on: dt.date
    added: int
    rows: int
    removed: int


@dataclass(frozen=True)
class LastRun:
    """The latest run: its quarter, what it was made on, and the notebooks that failed."""

    quarter: str
    snapshot: str
    notebooks: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """The state of a study on a day."""

    on: dt.date
    title: Text
    days_left: int
    due: dt.date
    locked_on: dt.date | None
    deviations: int
    snapshot: str | None
    held: tuple[Held, ...]
    quarter: str | None
    records: int
    items: tuple[tuple[str, Text, int], ...]
    deliveries: tuple[Delivery, ...] = ()
    snapshots: tuple[Batch, ...] = ()
    run: LastRun | None = None

    @property
    def retracted(self) -> tuple[Delivery, ...]:
        """Deliveries that were left out, with when and why."""
        return tuple(d for d in self.deliveries if d.retraction)

    @property
    def without_evidence(self) -> tuple[Text, ...]:
        """Partnership items nothing was found out about yet."""
        return tuple(label for _, label, n in self.items if n == 0)

    @property
    def text(self) -> Text:
        """The state in a few lines."""
        lock = (
            Text(
                f"{self.locked_on} に固定（変更 {self.deviations}件）",
                f"locked on {self.locked_on}, {self.deviations} deviations",
            )
            if self.locked_on
            else Text("未固定（`kumastats lock`）", "not locked (`kumastats lock`)")
        )
        left = days_left_text(self.days_left)
        missing = Text(
            "、".join(t.ja for t in self.without_evidence), ", ".join(t.en for t in self.without_evidence)
        )
        none = Text("なし", "none")
        return Text(
            f"{self.title.ja}（{self.on} 現在）\n公表期限 {self.due}（{left.ja}）／計画: {lock.ja}\n"
            f"スナップショット: {self.snapshot or 'なし'}／最新の分析: {self.quarter or 'なし'}（証拠 {self.records}件）\n"
            f"証拠のない連携項目: {missing.ja or none.ja}{self._since.ja}",
            f"{self.title.en} (as of {self.on})\nDue {self.due} ({left.en}); plan: {lock.en}\n"
            f"Snapshot: {self.snapshot or 'none'}; latest run: {self.quarter or 'none'} ({self.records} records)\n"
            f"Partnership items without evidence: {missing.en or none.en}{self._since.en}",
        )

    @property
    def _since(self) -> Text:
        """What a reader must do about the last run, on lines of their own; empty when nothing."""
        if self.run is None:
            return Text("", "")
        ja, en = [""], [""]
        if self.run.failed:
            told = ", ".join(self.run.failed)
            ja.append(f"最後の実行で止まったノートブック: {told}")
            en.append(f"Notebooks that stopped in the last run: {told}")
        if self.run.snapshot != self.snapshot:
            ja.append(f"最後の実行（{self.run.quarter}、{self.run.snapshot}）の後にデータが変わっています。")
            en.append(f"The data have changed since the last run ({self.run.quarter}, {self.run.snapshot}).")
        return Text("\n".join(ja), "\n".join(en)) if len(ja) > 1 else Text("", "")

    def tables(self) -> Iterator[TableRows]:
        """Yield what the terminal shows as tables: title, heads, rows."""
        heads = [
            Text("表", "table"),
            Text("受領", "deliveries"),
            Text("行", "rows"),
            Text("期間", "period"),
            Text("欠けた月", "missing months"),
        ]
        rows = [
            [
                h.table,
                h.deliveries,
                f"{h.rows:,}",
                f"{h.first} – {h.last}" if h.first else None,
                ", ".join(h.gaps) or None,
            ]
            for h in self.held
        ]
        yield Text("取り込んだデータ", "Data held"), heads, rows
        yield (
            Text("スナップショット", "Snapshots"),
            [
                Text("番号", "id"),
                Text("受領日", "received"),
                Text("追加の受領", "deliveries added"),
                Text("行", "rows"),
                Text("取り下げ", "retracted"),
            ],
            [[b.snapshot, b.received_on, b.added, f"{b.rows:,}", b.removed or None] for b in self.snapshots],
        )
        if self.retracted:
            yield (
                Text("取り下げた受領", "Retracted deliveries"),
                [Text("番号", "id"), Text("表", "table"), Text("日", "on"), Text("理由", "reason")],
                [
                    [d.id, d.table, d.retraction.on, d.retraction.reason]
                    for d in self.retracted
                    if d.retraction
                ],
            )
        yield (
            Text("連携項目と証拠", "Partnership items and evidence"),
            [Text("項目", "item"), Text("内容", "content"), Text("証拠", "records")],
            [[id_, label.ja, n or Text("まだない", "none yet").ja] for id_, label, n in self.items],
        )

    def delivery_table(self) -> TableRows:
        """Return every delivery: title, heads, rows."""
        heads = [
            Text("番号", "id"), Text("表", "table"), Text("期間", "period"), Text("受領日", "received"), Text("行", "rows"),
            Text("取り下げ", "retracted"),
        ]  # fmt: skip
        rows = [
            [d.id, d.table, d.period, d.received_on, f"{d.rows:,}", d.retraction.on if d.retraction else None]
            for d in self.deliveries
        ]
        return Text("受領", "Deliveries"), heads, rows

    def to_dict(self) -> dict[str, Any]:
        """Return the state for ``--json``."""
        return {
            "on": self.on.isoformat(),
            "due": self.due.isoformat(),
            "days_left": self.days_left,
            "locked_on": self.locked_on.isoformat() if self.locked_on else None,
            "deviations": self.deviations,
            "snapshot": self.snapshot,
            "held": [json.loads(json.dumps(vars(h), default=str)) for h in self.held],
            "deliveries": [
                {k: v for k, v in d.to_dict().items() if k not in ("coverage", "files")}
                for d in self.deliveries
            ],
            "snapshots": [{**vars(b), "received_on": b.received_on.isoformat()} for b in self.snapshots],
            "run": vars(self.run) if self.run else None,
            "quarter": self.quarter,
            "records": self.records,
            "items": [{"id": i, "label": t.to_dict(), "records": n} for i, t, n in self.items],
        }


def status(study: Study, *, on: dt.date) -> Status:
    """Return the state of `study` on the day `on`."""
    locked = read_lock(study)
    warehouse = Warehouse.open(study.folder.warehouse)
    snapshot = warehouse.current()
    quarter = latest_quarter(study.folder) if any(study.folder.runs.glob("FY*/evidence/*.json")) else None
    records = Register(study.folder.evidence(quarter)).load_all() if quarter else ()
    count = {item.id: sum(r.item == item.id for r in records) for item in study.items}
    return Status(
        on=on,
        title=study.title,
        days_left=study.days_left(on),
        due=study.term.due,
        locked_on=locked.locked_on if locked else None,
        deviations=len(deviations(study, locked)) if locked else 0,
        snapshot=snapshot.id if snapshot else None,
        held=tuple(_held(snapshot, t) for t in snapshot.tables) if snapshot else (),
        quarter=quarter,
        records=len(records),
        items=tuple((item.id, item.label, count[item.id]) for item in study.items),
        deliveries=warehouse.deliveries(),
        snapshots=_batches(warehouse),
        run=_last_run(study, quarter),
    )


def _batches(warehouse: Warehouse) -> tuple[Batch, ...]:
    made = []
    known: dict[str, Delivery] = {}
    for snapshot in warehouse.history():
        now = {d.id: d for d in snapshot.deliveries}
        fresh = [d for id_, d in now.items() if id_ not in known]
        made.append(
            Batch(
                snapshot=snapshot.id,
                received_on=max(d.received_on for d in fresh or now.values()),
                added=len(fresh),
                rows=sum(d.rows for d in fresh),
                removed=sum(id_ not in now for id_ in known),
            )
        )
        known = now
    return tuple(made)


def _last_run(study: Study, quarter: str | None) -> LastRun | None:
    path = study.folder.runs / (quarter or "") / "run.json"
    if quarter is None or not path.is_file():
        return None
    body = json.loads(path.read_text(encoding="utf-8"))
    failed = sorted({n["notebook"] for n in body["notebooks"] if n["error"]})
    return LastRun(quarter, body["snapshot"], len(body["notebooks"]), tuple(failed))


def _held(snapshot: Any, table: str) -> Held:
    mine = [d for d in snapshot.deliveries if d.table == table]
    span = snapshot.span(table)
    months = set(snapshot.months(table))
    gaps = []
    if span:
        month = Month.of(span[0])
        while month <= Month.of(span[1]):
            if str(month) not in months:
                gaps.append(str(month))
            month += 1
    first, last = span or (None, None)
    return Held(table, len(mine), sum(d.rows for d in mine), first, last, tuple(gaps))
