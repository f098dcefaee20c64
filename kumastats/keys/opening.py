"""The key in force for the data held, and the refusal once it was destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kumastats.errors import Place, SourceError
from kumastats.sources.identity import DESTROYED, KEY_FILE, DestroyedKey, IdentityKey, fingerprint
from kumastats.study import StudyFolder
from kumastats.text import Text
from kumastats.warehouse import Warehouse


def opened(root: Path | str) -> IdentityKey:
    """Return the key in force for the data held, with the identity map; made when there is none yet.

    Of a key file with more secrets than the data know, as an interrupted rotation leaves it, only the first ones are
    in force. After a destruction what is returned refuses to hash.

    Raises
    ------
    SourceError
        If the key is missing, damaged, or not the one the data were hashed with.
    """
    folder = StudyFolder(Path(root))
    return in_force(folder, Warehouse.open(folder.warehouse))


def in_force(folder: StudyFolder, warehouse: Warehouse) -> IdentityKey:
    """Return what `opened` does, of a warehouse that is open."""
    path = folder.keys / KEY_FILE
    if (folder.keys / DESTROYED).exists() or not warehouse.deliveries():
        return IdentityKey.of(path)
    key_id = warehouse.key_id
    if path.exists():
        # a warehouse that never recorded its key was never rotated
        return IdentityKey.load(path, key_id or fingerprint(IdentityKey.load(path).chain[:1]))
    if key_id is None:
        return IdentityKey.create(path)
    raise SourceError(
        Text("個人識別の鍵がありません。", "The identity key is missing."),
        place=Place(file=KEY_FILE),
        remedy=Text(
            f"データの鍵（指紋 {key_id}）を控えから keys/ に戻してください。作り直すと同じ人が別人になります。",
            f"Restore the key of the data (fingerprint {key_id}) into keys/; a new one would split every person in two.",
        ),
    )


def refuse_destroyed(key: IdentityKey, personal: Sequence[str]) -> None:
    """Refuse, before anything is read, to take in sources with people after the key's destruction.

    Parameters
    ----------
    personal
        Those of the sources to be read that hold people.

    Raises
    ------
    SourceError
        If there are any and the key was destroyed.
    """
    if personal and isinstance(key, DestroyedKey):
        raise key.refusal()
