"""Defects found while reading: refused with their places, unless the mapping sets the kind aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from kumastats.errors import KumastatsError, Place, Problems, SourceError
from kumastats.text import Text

SHOWN = 20


class Defects:
    """Collects defects of one file.

    Parameters
    ----------
    rows
        Number of rows.
    place
        Gives the place of a row index and a column.
    quarantine
        Kinds of defects whose rows are set aside and counted.
    """

    def __init__(self, rows: int, place: Callable[[int, str | None], Place], quarantine: Iterable[str] = ()):
        self._place = place
        self._quarantine = frozenset(quarantine)
        self._problems: list[KumastatsError] = []
        self._found = 0
        self.keep = np.ones(rows, dtype=bool)
        self.quarantined: dict[str, int] = {}
        self.dropped: dict[str, int] = {}

    def add(
        self,
        kind: str,
        rows: npt.NDArray[np.int64] | Iterable[int],
        column: str | None,
        found: Text,
        remedy: Text | None = None,
    ) -> None:
        """Report `rows` as defective."""
        at = np.asarray(list(rows), dtype=np.int64)
        if not len(at):
            return
        if kind in self._quarantine:
            fresh = at[self.keep[at]]
            self.keep[fresh] = False
            if len(fresh):
                self.quarantined[kind] = self.quarantined.get(kind, 0) + len(fresh)
            return
        hint = Text(
            f"元のデータを直すか、対応表の quarantine に {kind} と書くと除いて数えます。",
            f"Mend the export, or list {kind} under quarantine in the mapping to set such rows aside, counted.",
        )
        told = Text(f"{found.ja}（{kind}）", f"{found.en} ({kind})")
        self._found += len(at)
        for row in at[: SHOWN - len(self._problems)]:
            where = self._place(int(row), column)
            self._problems.append(SourceError(told, place=where, remedy=remedy or hint))

    def add_error(self, error: KumastatsError) -> None:
        """Report an error that has its own place."""
        self._found += 1
        if len(self._problems) < SHOWN:
            self._problems.append(error)

    def drop(self, kind: str, rows: npt.NDArray[np.bool_]) -> None:
        """Leave rows out by rule, counted."""
        fresh = rows & self.keep
        if fresh.any():
            self.dropped[kind] = self.dropped.get(kind, 0) + int(fresh.sum())
            self.keep &= ~rows

    def refuse(self) -> None:
        """Raise what was found.

        Raises
        ------
        SourceError, Problems
            With every place, up to twenty.
        """
        if len(self._problems) == 1:
            raise self._problems[0]
        more = self._found - len(self._problems)
        if more > 0:
            self._problems.append(
                SourceError(Text(f"ほかに{more:,}件あります。", f"There are {more:,} more."))
            )
        if self._problems:
            raise Problems(self._problems)
