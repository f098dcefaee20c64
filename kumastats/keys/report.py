"""What was done to a key, or how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kumastats.keys.opening import in_force
from kumastats.sources.identity import DESTROYED, KEY_FILE, DestroyedKey, IdentityKey
from kumastats.sources.identity_map import FILE as MAP_FILE
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Warehouse


@dataclass(frozen=True)
class KeyReport:
    """What was done to a key, or how it stands.

    Attributes
    ----------
    values
        The same for ``--json``.
    """

    text: Text
    values: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {**self.values, "text": self.text.to_dict()}


def status(root: Path | str) -> KeyReport:
    """Say how the key stands. Makes nothing and changes nothing.

    Raises
    ------
    SourceError
        If the key is missing, damaged or another one than the data's.
    """
    folder = StudyFolder(Path(root))
    warehouse = Warehouse.open(folder.warehouse)
    path = folder.keys / KEY_FILE
    if (folder.keys / DESTROYED).exists():
        note = DestroyedKey.read(folder.keys / DESTROYED)
        left = [name for name in (KEY_FILE, MAP_FILE) if (folder.keys / name).exists()]
        ja, en = f"鍵は {note.on} に廃棄されています。", f"The key was destroyed on {note.on}."
        if left:
            ja += "廃棄が途中です。`kumastats key destroy` をもう一度実行してください。"
            en += " Its removal was interrupted: run `kumastats key destroy` again."
        return KeyReport(Text(ja, en), {"state": "destroyed", "destroyed_on": note.on, "left": left})
    if not path.exists() and (warehouse.key_id is None or not warehouse.deliveries()):
        return KeyReport(
            Text(
                "鍵はまだありません。最初の取り込みのときに作ります。",
                "There is no key yet; the first ingest makes one.",
            ),
            {"state": "none"},
        )
    key = in_force(folder, warehouse)
    unused = len(IdentityKey.load(path).chain) - len(key.chain)
    people = len(key.identities)
    ja = f"鍵の指紋 {key.key_id}（交換{len(key.later):,}回）。識別子の対応表 {people:,}人。"
    en = f"Key fingerprint {key.key_id} ({len(key.later):,} rotations). Identity map: {people:,} people."
    if unused:
        ja += f"途中で止まった交換の秘密が{unused:,}行あります。使われておらず、次の交換で消えます。"
        en += f" {unused:,} secrets of an interrupted rotation are not in force; the next rotation removes them."
    return KeyReport(
        Text(ja, en),
        {
            "state": "in_force",
            "key_id": key.key_id,
            "rotations": len(key.later),
            "people": people,
            "unused": unused,
        },
    )
