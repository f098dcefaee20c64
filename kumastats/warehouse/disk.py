"""What makes a write safe: a lock no dead process can keep, and data that are on the disk before they are named."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kumastats.errors import DiskError, Place, WarehouseError
from kumastats.text import Text

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def locked(path: Path, busy: Text) -> Iterator[None]:
    """Hold a lock file while the block runs. The system gives it back when a process dies, so a stale one is taken over.

    Parameters
    ----------
    busy
        What to say when another process holds it.

    Raises
    ------
    WarehouseError
        If another process holds the lock.
    """
    try:
        import fcntl
    except ImportError:  # no such lock on this system; what is published is still replaced in one step
        yield
        return
    while True:
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WarehouseError(
                    busy,
                    remedy=Text(
                        "終わるのを待って、もう一度実行してください。", "Wait for it to end, then try again."
                    ),
                ) from error
            if not _still_there(path, file.fileno()):
                continue  # its holder removed it between our opening and our locking
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def _still_there(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refusal(error: OSError) -> DiskError | None:
    """Return what to tell the user when the disk refused, or None where the error is of another kind.

    Examples
    --------
    >>> refusal(OSError(errno.ENOSPC, "No space left on device", "/study/warehouse/staging/a.parquet")).place.file
    'a.parquet'
    """
    place = Place(file=Path(str(error.filename)).name) if error.filename else None
    if error.errno in FULL:
        return DiskError(
            Text(
                "ディスクの空きがなく、書き込めません。取り込み済みのデータと前回の結果はそのまま残っています。",
                "The disk is full. What was taken in before, and the last results, are untouched.",
            ),
            place=place,
            remedy=Text(
                "空きを作って（df -h で確認）、同じ命令をもう一度実行してください。続きから始まります。",
                "Make room (see df -h) and run the same command again; it goes on from there.",
            ),
        )
    if error.errno in CLOSED:
        return DiskError(
            Text(
                "書き込めないフォルダーです（読み取り専用、または権限がありません）。何も変えていません。",
                "The folder cannot be written to (read-only, or no permission). Nothing was changed.",
            ),
            place=place,
            remedy=Text(
                "フォルダーの権限を確かめるか、書き込める場所に研究フォルダーを写してください。",
                "Check the permissions, or copy the study folder to where you may write.",
            ),
        )
    return None
