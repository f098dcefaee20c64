"""Integer arrays put by while a file is read: in memory while few, in a nameless temporary file when many."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

IN_MEMORY = 64 << 20
_KINDS = (np.uint8, np.uint16, np.uint32)


class Stage:
    """Sets of whole numbers from −1 on, one set a block, kept as narrow as they fit."""

    def __init__(self, in_memory: int = IN_MEMORY):
        self._limit, self._held = in_memory, 0
        self._file: Any = None
        self._sets: list[list[tuple[int, Any, int] | npt.NDArray[Any]]] = []

    def __len__(self) -> int:
        return len(self._sets)

    def add(self, arrays: Sequence[npt.NDArray[Any]]) -> None:
        """Put a set by."""
        narrow = [_narrow(a) for a in arrays]
        size = sum(a.nbytes for a in narrow)
        if self._held + size <= self._limit:
            self._held += size
            self._sets.append(list(narrow))
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="kumastats-")  # noqa: SIM115 - lives as long as the stage
        places: list[tuple[int, Any, int] | npt.NDArray[Any]] = []
        for array in narrow:
            places.append((self._file.tell(), array.dtype, len(array)))
            self._file.write(array.tobytes())
        self._sets.append(places)

    def get(self, at: int) -> list[npt.NDArray[np.int64]]:
        """Return the set put by at this place."""
        out = []
        for held in self._sets[at]:
            if isinstance(held, tuple):
                start, kind, length = held
                self._file.seek(start)
                narrow = np.frombuffer(self._file.read(length * kind.itemsize), dtype=kind)
            else:
                narrow = held
            out.append(narrow.astype(np.int64) - 1)
        # what is written next belongs at the end
        if self._file is not None:
            self._file.seek(0, 2)
        return out


def _narrow(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    most = int(array.max()) + 1 if len(array) else 0
    kind = next((k for k in _KINDS if most <= np.iinfo(k).max), np.uint64)
    return (array + 1).astype(kind)
