"""Rotation: one more secret, and everything held hashed once more."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from kumastats.keys.opening import in_force, refuse_destroyed
from kumastats.keys.report import KeyReport
from kumastats.sources.identity import KEY_FILE, IdentityKey, is_hash, rehash
from kumastats.sources.private_files import write_private
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Warehouse
from kumastats.warehouse.rewriting import rewrite

Progress = Callable[[int, int, str], None]


def rotate(root: Path | str, *, secret: bytes | None = None, progress: Progress | None = None) -> KeyReport:
    """Add a secret to the key and hash everything held once more, so that the key as it was opens nothing.

    The new secret is written to the key file first; it is in force once the manifest that names it is. Every keyed
    hash is renewed, of people, cases and meetings alike; ids of deliveries and snapshots stay.

    Parameters
    ----------
    secret
        32 random bytes by default.

    Raises
    ------
    SourceError, WarehouseError
        If the key is missing, destroyed or another one, or the warehouse is being written to.
    """
    folder = StudyFolder(Path(root))
    warehouse = Warehouse.open(folder.warehouse)
    path = folder.keys / KEY_FILE
    new = secrets.token_bytes(32) if secret is None else secret
    with warehouse.staging() as staging:
        key = in_force(folder, warehouse)
        refuse_destroyed(key, ("any",))
        if not warehouse.deliveries():  # nothing was hashed yet, so the old secrets need not be kept
            made = IdentityKey(new)
            write_private(path, _lines(made))
            deliveries = 0
        else:
            made = key.rotated(new)
            write_private(path, _lines(made))
            deliveries = rewrite(
                warehouse,
                staging,
                lambda value: rehash(new, value) if is_hash(value) else value,
                key_id=made.key_id,
                progress=progress,
            )
    return KeyReport(
        Text(
            f"鍵を交換し、受領{deliveries:,}件を書き直しました（指紋 {key.key_id} → {made.key_id}）。"
            "keys/ の控えを取り直し、古い控えと倉庫の古い控えを消してください。",
            f"The key was rotated and {deliveries:,} deliveries were rewritten (fingerprint {key.key_id} →"
            f" {made.key_id}). Back up keys/ anew, and remove older backups of the warehouse and of the key.",
        ),
        {"key_id": made.key_id, "was": key.key_id, "deliveries": deliveries, "secrets": len(made.chain)},
    )


def _lines(key: IdentityKey) -> bytes:
    return "".join(s.hex() + "\n" for s in key.chain).encode("ascii")
