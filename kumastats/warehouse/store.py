"""The warehouse on disk: immutable deliveries and one manifest, published last.

``deliveries/<id>.parquet`` are written under a staging name and renamed; ``manifest.json`` is replaced in one step at
the end. A reader sees only what the manifest names, so a kill at any moment leaves the last published state.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kumastats.calendar import FiscalYear
from kumastats.errors import Place, WarehouseError
from kumastats.tables import Table, table
from kumastats.text import Text
from kumastats.warehouse import large as large_file
from kumastats.warehouse.delivery import SPANS, Coverage, Delivery, delivery_id
from kumastats.warehouse.engine import EngineSettings
from kumastats.warehouse.snapshot import Snapshot

MANIFEST = "manifest.json"
FORMAT = 1
ALWAYS = "all"


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
            known = body["format"] == FORMAT
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
        held = [d for d in self.deliveries() if as_of is None or d.received_on <= as_of]
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
        return Snapshot(tuple(held), tuple(self.path(d) for d in held), self.settings)

    def current(self) -> Snapshot | None:
        """Return the snapshot of everything held, or None when nothing is."""
        return self.snapshot() if self.deliveries() else None

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
            transaction = Transaction(self, staging, held)
            yield transaction
            if transaction.added:
                added = transaction.added
                files = {
                    staging / f"{d.id}.parquet": self.root / "deliveries" / f"{d.id}.parquet" for d in added
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
        with _locked(self.root / ".lock"):
            staging = self.root / "staging"
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def sweep(self) -> int:
        """Remove Parquet files the manifest does not name, which an interrupted write left. Call it under the lock."""
        named = {self.path(d) for d in self.deliveries()}
        left = sorted(p for p in (self.root / "deliveries").glob("*.parquet") if p not in named)
        for path in left:
            path.unlink()
        return len(left)

    def publish(
        self, staging: Path, files: Mapping[Path, Path], deliveries: Sequence[Delivery], key_id: str | None
    ) -> None:
        """Move staged files to their places, then put the manifest of all `deliveries` in force, in one step."""
        (self.root / "deliveries").mkdir(exist_ok=True)
        for source, target in files.items():
            os.replace(source, target)  # noqa: PTH105 - the atomic step
        body: dict[str, Any] = {"format": FORMAT, "deliveries": [d.to_dict() for d in deliveries]}
        if key_id:
            body["key_id"] = key_id
        new = staging / MANIFEST
        with new.open("w", encoding="utf-8") as file:
            json.dump(body, file, ensure_ascii=False, sort_keys=True, indent=None, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.root / MANIFEST)  # noqa: PTH105 - the atomic step


class Transaction:
    """Deliveries being added."""

    def __init__(self, warehouse: Warehouse, staging: Path, held: Sequence[Delivery]):
        self._staging = staging
        self._known = {d.id for d in held}
        self._batch = max((d.batch for d in held), default=0) + 1
        self.added: list[Delivery] = []

    def add(
        self,
        data: Any,
        *,
        source: str,
        table_name: str,
        period: str,
        received_on: dt.date,
        files: Sequence[Mapping[str, Any]],
        mapping_sha256: str = "",
    ) -> Delivery | None:
        """Add one delivery.

        Parameters
        ----------
        data
            An Arrow table of exactly the canonical schema, or a Parquet file of it, sorted by its key.
        period
            The fiscal year, or ``all`` for a table without dates.
        files
            Reading reports, as dictionaries with ``sha256``.

        Returns
        -------
        Delivery or None
            None when the very same delivery is held already.

        Raises
        ------
        WarehouseError
            If the schema differs, or two files of this batch hold the same key.
        """
        import pyarrow.parquet as pq

        canonical = table(table_name)
        large = isinstance(data, Path)
        schema = large_file.schema_of(data, canonical) if large else data.schema
        if not schema.equals(canonical.schema):
            raise WarehouseError(
                Text(f"表 {table_name} の列が違います。", f"The columns of {table_name} differ.")
            )
        made = delivery_id(table_name, source, period, [f["sha256"] for f in files], mapping_sha256)
        if made in self._known:
            return None
        path = self._staging / f"{made}.parquet"
        if large:
            rows, covered = large_file.rows_of(data), large_file.coverage(data, canonical)
            _refuse_repeated(large_file.repeated_keys(data, canonical), canonical, files)
            shutil.copyfile(data, path)
        else:
            rows, covered = data.num_rows, _coverage(data, canonical)
            _refuse_repeated_keys(data, canonical, files)
            pq.write_table(
                data,
                path,
                compression="zstd",
                row_group_size=1 << 17,
                write_statistics=True,
                store_schema=False,
            )
        with path.open("rb") as written:
            parquet_sha256 = hashlib.file_digest(written, "sha256").hexdigest()
        dates = [f[k] for f in files for k in ("first_date", "last_date") if f.get(k)]
        delivery = Delivery(
            id=made,
            batch=self._batch,
            table=table_name,
            source=source,
            period=period,
            received_on=received_on,
            rows=rows,
            first_date=dt.date.fromisoformat(min(dates)) if dates else None,
            last_date=dt.date.fromisoformat(max(dates)) if dates else None,
            files=tuple(files),
            mapping_sha256=mapping_sha256,
            parquet_sha256=parquet_sha256,
            coverage=covered,
        )
        self._known.add(made)
        self.added.append(delivery)
        return delivery


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


def _coverage(data: Any, canonical: Table) -> Coverage:
    import pyarrow.compute as pc

    if canonical.date_column is None:
        return frozenset({(ALWAYS, ALWAYS)})
    times = pc.strftime(pc.cast(data[canonical.date_column], "timestamp[s]"), format=SPANS[canonical.span])
    places = pc.fill_null(data[canonical.place_column], "")
    pairs = (
        data.select([])
        .append_column("p", places)
        .append_column("t", times)
        .group_by(["p", "t"])
        .aggregate([])
    )
    return frozenset(zip(pairs["p"].to_pylist(), pairs["t"].to_pylist(), strict=True))


def _refuse_repeated_keys(data: Any, canonical: Table, files: Sequence[Mapping[str, Any]]) -> None:
    grouped = data.select(list(canonical.key)).group_by(list(canonical.key)).aggregate([([], "count_all")])
    _refuse_repeated(data.num_rows - grouped.num_rows, canonical, files)


def _refuse_repeated(repeated: int, canonical: Table, files: Sequence[Mapping[str, Any]]) -> None:
    if not repeated:
        return
    names = ", ".join(sorted(f["file"] for f in files)[:6])
    raise WarehouseError(
        Text(
            f"一度に渡されたファイルの間で同じ行（{'・'.join(canonical.key)}）が{repeated:,}件重なっています。",
            f"{repeated:,} rows ({', '.join(canonical.key)}) occur in more than one of the files given at once.",
        ),
        place=Place(file=names),
        remedy=Text(
            "訂正版は、元のファイルを取り込んだ後に別に取り込んでください（後から取り込んだ方が有効になります）。",
            "Ingest a corrected file on its own, after the first one; the later one then counts.",
        ),
    )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # no such lock on this system; the manifest is still replaced in one step
        yield
        return
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WarehouseError(
                Text("別の処理がこの倉庫に書き込み中です。", "Another process is writing to this warehouse."),
                remedy=Text(
                    "終わるのを待って、もう一度実行してください。", "Wait for it to end, then try again."
                ),
            ) from error
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
