"""Destruction: the key and the identity map go, a note stays."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

from kumastats.errors import SourceError
from kumastats.keys.report import KeyReport
from kumastats.sources.identity import DESTROYED, KEY_FILE, DestroyedKey, IdentityKey
from kumastats.sources.identity_map import FILE as MAP_FILE
from kumastats.sources.private_files import remove_private, write_private
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Warehouse, origin_files

MEANING = Text(
    "個人識別の鍵と識別子の対応表を廃棄しました。倉庫のハッシュを職員番号に戻すことも、新しいデータと結び付けることも"
    "できません。元のファイル（raw/）とその控えには識別子が残っています。不要になったら別に消してください。",
    "The identity key and the identity map were destroyed: the hashes in the warehouse can no longer be led back to"
    " staff numbers, nor joined to new data. The raw files (raw/) and their backups still hold identities; remove them"
    " separately when they are no longer needed.",
)


def destroy(root: Path | str, on: dt.date) -> KeyReport:
    """Remove the key and the identity map, and leave a note that says so.

    The note comes first: from then on no key is made or used, even if the removal was interrupted. Doing it again
    finishes the removal and keeps the first date.

    Parameters
    ----------
    on
        The day, as the caller has it.

    Raises
    ------
    WarehouseError
        If the warehouse is being written to.
    """
    folder = StudyFolder(Path(root))
    warehouse = Warehouse.open(folder.warehouse)
    note = folder.keys / DESTROYED
    with warehouse.staging():
        if not note.exists():
            body = {
                "destroyed_on": on.isoformat(),
                "key_id": _key_id(folder, warehouse),
                "means": MEANING.to_dict(),
            }
            told = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            write_private(note, told.encode("utf-8"))
        # which row of an export a row came from would tell who it is to whoever has the export
        rows = folder.warehouse / origin_files.FOLDER
        if rows.exists():
            shutil.rmtree(rows)
        for name in (KEY_FILE, MAP_FILE):
            remove_private(folder.keys / name)
    day = DestroyedKey.read(note).on
    return KeyReport(
        Text(f"{day}: {MEANING.ja}", f"{day}: {MEANING.en}"),
        {"destroyed_on": day},
    )


def _key_id(folder: StudyFolder, warehouse: Warehouse) -> str | None:
    """Return the fingerprint of what is destroyed; a damaged or missing key has none of its own."""
    path = folder.keys / KEY_FILE
    if warehouse.key_id is not None:
        return warehouse.key_id
    try:
        return IdentityKey.load(path).key_id if path.exists() else None
    except SourceError:
        return None
