"""Files that only their owner may read, replaced in one step."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Write `path` with mode 0600. A kill at any moment leaves the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    if new.exists():  # an interrupted write left it
        new.unlink()
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)  # noqa: PTH105 - the atomic step
    _sync_folder(path.parent)


def remove_private(path: Path) -> bool:
    """Remove `path` and what an interrupted write left beside it; tell whether there was anything."""
    found = False
    for each in (path, path.with_name(path.name + ".new")):
        if each.exists():
            each.unlink()
            found = True
    if found:
        _sync_folder(path.parent)
    return found


def _sync_folder(folder: Path) -> None:
    """Make a rename or removal last through a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # folders cannot be opened on Windows
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
