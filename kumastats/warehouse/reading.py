"""What a process reads of a warehouse: names of tables, told to the file named by ``$KUMASTATS_READS``.

A run keeps the names with each notebook, so that a later delivery of one table runs again only what had read it. They
come from the reading itself, not from a list that could fall behind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "KUMASTATS_READS"
EVERYTHING = "*"
EVIDENCE = "evidence"  # the register of findings, beside the tables

_listening: list[set[str]] = []
_told: set[tuple[str, str]] = set()


def note(name: str) -> None:
    """Note that a table (or `EVERYTHING`) is being read, or was looked for."""
    for heard in _listening:
        heard.add(name)
    path = os.environ.get(VARIABLE)
    if path and (path, name) not in _told:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        _told.add((path, name))


@contextmanager
def listening() -> Iterator[set[str]]:
    """Collect what is noted within the block.

    >>> with listening() as heard:
    ...     note("ticket")
    >>> heard
    {'ticket'}
    """
    heard: set[str] = set()
    _listening.append(heard)
    try:
        yield heard
    finally:
        _listening[:] = [h for h in _listening if h is not heard]


def told(path: Path) -> tuple[str, ...]:
    """Return the names in a file written by `note`, sorted; none when there is no file."""
    return tuple(sorted(set(path.read_text(encoding="utf-8").split()))) if path.is_file() else ()
