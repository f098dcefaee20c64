"""Folders for data on their way: nobody else may read them, they go with their process, and a killed one's are swept.

Each holds a lock its owner keeps. The system gives the lock back when a process dies, however it dies; what nobody locks
any more is removed by the next command that needs such a folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LOCKS = find_spec("fcntl") is not None  # without such locks nothing is swept
PREFIX = "kumastats-"
LOCK = ".in-use"
_swept: set[Path] = set()


class Scratch:
    """A temporary folder; it is removed when this object goes, or the process ends.

    Parameters
    ----------
    parent
        The system's temporary folder by default; it is made if need be.
    """

    def __init__(self, parent: Path | None = None):
        home = Path(tempfile.gettempdir()) if parent is None else parent
        home.mkdir(parents=True, exist_ok=True)
        if home not in _swept:
            _swept.add(home)
            sweep(home)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home))
        self._lock = _hold(self.path)
        self._end = weakref.finalize(self, _remove, self.path, os.getpid(), self._lock)

    def close(self) -> None:
        """Remove it now."""
        self._end()


@contextmanager
def scratch(parent: Path | None = None) -> Iterator[Path]:
    """Make a folder for the length of a block.

    >>> with scratch() as folder:
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """
    made = Scratch(parent)
    try:
        yield made.path
    finally:
        made.close()


def sweep(home: Path) -> int:
    """Remove what killed processes left in `home`; return how many folders."""
    if not LOCKS:
        return 0
    import fcntl

    gone = 0
    for folder in sorted(home.glob(f"{PREFIX}*")):
        try:
            with (folder / LOCK).open("r+") as file:
                if os.fstat(file.fileno()).st_uid != os.getuid():
                    continue
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
        except OSError:  # its owner is alive, it is another user's, or it went meanwhile
            continue
    return gone


def _hold(folder: Path) -> Any:
    """Lock a new folder. The lock file appears under its name only when it is held, so that no sweep comes between."""
    if not LOCKS:
        return None
    import fcntl

    staging = folder / f"{LOCK}.new"
    file = staging.open("a")
    fcntl.flock(file, fcntl.LOCK_EX)
    staging.rename(folder / LOCK)
    return file


def _remove(folder: Path, owner: int, lock: Any) -> None:
    """Remove a folder of this process; a fork of it that ends leaves it alone."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
    if lock is not None:
        lock.close()
