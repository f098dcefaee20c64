"""The warehouse on disk: immutable deliveries and one manifest, published last.

``deliveries/<id>.parquet`` are written under a staging name and renamed; ``manifest.json`` is replaced in one step at
the end. A reader sees only what the manifest names, so a kill at any moment leaves the last published state.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from kumastats.calendar import FiscalYear
from kumastats.errors import Place, UsageError, WarehouseError
from kumastats.text import Text
from kumastats.warehouse import origin_files, reading
from kumastats.warehouse.delivery import ALWAYS, Delivery, Retraction
from kumastats.warehouse.disk import flush, locked
from kumastats.warehouse.engine import EngineSettings
from kumastats.warehouse.snapshot import Snapshot
from kumastats.warehouse.transaction import Transaction

MANIFEST = "manifest.json"
FORMAT = 1
WITH_RETRACTIONS = 2  # a version that knows nothing of retractions must not read on
BUSY = Text("別の処理がこの倉庫に書き込み中です。", "Another process is writing to this warehouse.")


class Warehouse:
    """Deliveries in a folder. Open it with `Warehouse.open`."""

    def __init__(self, root: Path, settings: EngineSettings | None = None):
        self.root = root
        self.settings = settings

    @classmethod
    def open(cls, root: Path, settings: EngineSettings | None = None) -> Warehouse:
        """Return the warehouse at `root`; an empty or absent folder is an empty warehouse.

        Parameters
        ----------
        settings
            Of the engine its snapshots are summed by; those of the environment by default.
        """
        return cls(Path(root), settings)

    def path(self, delivery: Delivery) -> Path:
        """Return the Parquet file of a delivery; one rewritten under a new key is named after its content."""
        rewritten = self.rewritten_path(delivery)
        return rewritten if rewritten.exists() else self.root / "deliveries" / f"{delivery.id}.parquet"

    def rewritten_path(self, delivery: Delivery) -> Path:
        """Return where a rewritten delivery lies, beside the file it replaces until the manifest is published."""
        return self.root / "deliveries" / f"{delivery.id}-{delivery.parquet_sha256[:12]}.parquet"

    @property
    def key_id(self) -> str | None:
        """The fingerprint of the identity key that the data were hashed with; None when it was not recorded."""
        body = self._body()
        return str(body["key_id"]) if body and body.get("key_id") else None

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return every delivery, oldest batch first.

        Raises
        ------
        WarehouseError
            If the manifest is damaged or newer than this program.
        """
        reading.note(reading.EVERYTHING)
        return self._all()

    def _all(self) -> tuple[Delivery, ...]:
        body = self._body()
        if body is None:
            return ()
        try:
            return tuple(Delivery.from_dict(d) for d in body["deliveries"])
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged() from error

    def _body(self) -> dict[str, Any] | None:
        path = self.root / MANIFEST
        if not path.is_file():
            return None
        try:
            body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            known = body["format"] in (FORMAT, WITH_RETRACTIONS)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged() from error
        if not known:
            raise WarehouseError(
                Text("倉庫の形式がこの版と違います。", "The warehouse has another format than this version."),
                place=Place(file=path.name),
                remedy=Text(
                    "warehouse/ を消して取り込み直してください。", "Remove warehouse/ and ingest again."
                ),
            )
        return body

    def snapshot(self, as_of: dt.date | None = None) -> Snapshot:
        """Return what was held, of what was received by `as_of` (everything by default).

        Raises
        ------
        WarehouseError
            If nothing was received by then.
        """
        held = [d for d in self._all() if d.counts(as_of)]
        if not held:
            raise WarehouseError(
                Text("データがまだ取り込まれていません。", "No data have been ingested yet.")
                if as_of is None
                else Text(f"{as_of} までに受領したデータはありません。", f"Nothing was received by {as_of}."),
                remedy=Text(
                    "raw/ にファイルを置いて `kumastats ingest` を実行してください。",
                    "Put files into raw/ and run `kumastats ingest`.",
                ),
            )
        return self._of(held)

    def _of(self, held: Sequence[Delivery]) -> Snapshot:
        return Snapshot(tuple(held), tuple(self.path(d) for d in held), self.settings)

    def current(self) -> Snapshot | None:
        """Return the snapshot of everything held, or None when nothing is."""
        return self.snapshot() if any(d.counts() for d in self._all()) else None

    def history(self) -> tuple[Snapshot, ...]:
        """Return every snapshot there has been, oldest first: one a batch, and one where retractions followed it."""
        held = self.deliveries()
        made: dict[str, Snapshot] = {}
        for batch in sorted({d.batch for d in held}):
            for retracted_until in (batch - 1, batch):
                left = [d for d in held if d.batch <= batch and not d.retracted_by(retracted_until)]
                if left:
                    snapshot = self._of(left)
                    made[snapshot.id] = snapshot
        return tuple(made.values())

    def find(self, id_: str) -> Snapshot | None:
        """Return the snapshot of an id, such as a run was made on, or None when it was none of this warehouse."""
        held = self.deliveries()
        days = {d.received_on for d in held} | {d.retraction.on for d in held if d.retraction}
        dated = (self.snapshot(day) for day in sorted(days) if any(d.counts(day) for d in held))
        return next((s for s in (*self.history(), *dated) if s.id == id_), None)

    def retract(self, id_: str, *, reason: str, on: dt.date) -> Delivery:
        """Leave a delivery out from now on. Its file and its history stay; snapshots as of earlier days keep it.

        Parameters
        ----------
        reason
            Why, for whoever asks later; it is printed by ``kumastats status`` and must name no person.
        on
            Day of the retraction.

        Raises
        ------
        UsageError
            If there is no such delivery, it is retracted already, or no reason is given.
        WarehouseError
            If another process is writing.
        """
        if not reason.strip():
            raise UsageError(
                Text("取り下げの理由がありません。", "A retraction needs a reason."),
                remedy=Text('--reason "理由" を付けてください。', 'Add --reason "why".'),
            )
        with self.staging() as staging:
            held, batch = self.deliveries(), max((d.batch for d in self.deliveries()), default=0)
            found = next((d for d in held if d.id == id_), None)
            if found is None or found.retraction is not None:
                raise _not_there(id_) if found is None else _retracted_already(found)
            made = replace(found, retraction=Retraction(on, reason.strip(), batch))
            self.sweep()
            self.publish(staging, {}, [made if d.id == id_ else d for d in held], self.key_id)
        return made

    @contextmanager
    def writing(self, key_id: str | None = None) -> Iterator[Transaction]:
        """Add deliveries; all are published when the block ends, none if it raises.

        Parameters
        ----------
        key_id
            Fingerprint of the identity key the data were hashed with; kept in the manifest.

        Raises
        ------
        WarehouseError
            If another process is writing, or the data held were hashed with another key.
        """
        with self.staging() as staging:
            held, in_force = self.deliveries(), self.key_id
            if held and key_id and in_force and key_id != in_force:
                raise _other_key()
            self.sweep()
            transaction = Transaction(staging, held)
            yield transaction
            if transaction.added:
                added = transaction.added
                files = {
                    staging / f"{d.id}.parquet": self.root / "deliveries" / f"{d.id}.parquet" for d in added
                }
                files |= {
                    path: origin_files.path_of(self.root, d)
                    for d in added
                    if (path := origin_files.path_of(staging, d)).is_file()
                }
                self.publish(staging, files, (*held, *added), key_id or in_force)

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Hold the writer's lock, with an empty folder for what is to be published.

        Raises
        ------
        WarehouseError
            If another process is writing.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with locked(self.root / ".lock", BUSY):
            staging = self.root / "staging"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def sweep(self) -> int:
        """Remove Parquet files the manifest does not name, which an interrupted write left. Call it under the lock."""
        named = {p for d in self.deliveries() for p in (self.path(d), origin_files.path_of(self.root, d))}
        folders = (self.root / "deliveries", self.root / origin_files.FOLDER)
        left = sorted(p for folder in folders for p in folder.glob("*.parquet") if p not in named)
        for path in left:
            path.unlink()
        return len(left)

    def publish(
        self, staging: Path, files: Mapping[Path, Path], deliveries: Sequence[Delivery], key_id: str | None
    ) -> None:
        """Move staged files to their places, then put the manifest of all `deliveries` in force, in one step."""
        folders = {self.root / "deliveries", *(target.parent for target in files.values())}
        for folder in folders:
            folder.mkdir(exist_ok=True)
        for source in files:
            flush(source)
        for source, target in files.items():
            os.replace(source, target)  # noqa: PTH105 - the atomic step
        for folder in folders:
            flush(folder)
        form = WITH_RETRACTIONS if any(d.retraction for d in deliveries) else FORMAT
        body: dict[str, Any] = {"format": form, "deliveries": [d.to_dict() for d in deliveries]}
        if key_id:
            body["key_id"] = key_id
        new = staging / MANIFEST
        with new.open("w", encoding="utf-8") as file:
            json.dump(body, file, ensure_ascii=False, sort_keys=True, indent=None, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.root / MANIFEST)  # noqa: PTH105 - the atomic step
        flush(self.root)


def period_of(day: dt.date | None) -> str:
    """Return the delivery period of a day: its fiscal year, or ``all`` without one."""
    return str(FiscalYear.of(day)) if day else ALWAYS


def _damaged() -> WarehouseError:
    return WarehouseError(
        Text("倉庫の目録が壊れています。", "The warehouse's manifest is damaged."),
        place=Place(file=MANIFEST),
        remedy=Text(
            "控えから戻すか、warehouse/ を消して取り込み直してください。",
            "Restore it, or remove warehouse/ and ingest again.",
        ),
    )


def _other_key() -> WarehouseError:
    return WarehouseError(
        Text(
            "取り込み済みのデータは別の個人識別の鍵でハッシュされています。",
            "The data held were hashed with another identity key.",
        ),
        place=Place(file=MANIFEST),
        remedy=Text(
            "読み込みの間に鍵が交換されたなら、もう一度取り込んでください。そうでなければ鍵を控えから戻してください。",
            "If the key was rotated meanwhile, ingest again; otherwise restore the key from its backup.",
        ),
    )


def _not_there(id_: str) -> UsageError:
    return UsageError(
        Text(f"受領「{id_}」はありません。", f"There is no delivery “{id_}”."),
        remedy=Text(
            "`kumastats status --deliveries` で番号を確かめてください。",
            "`kumastats status --deliveries` lists their ids.",
        ),
    )


def _retracted_already(found: Delivery) -> UsageError:
    assert found.retraction is not None
    on = found.retraction.on
    return UsageError(
        Text(f"受領 {found.id} は {on} に取り下げ済みです。", f"Delivery {found.id} was retracted on {on}.")
    )
