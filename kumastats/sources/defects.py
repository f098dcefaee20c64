"""Defects found while reading: refused with their places, unless the mapping sets the kind aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from kumastats.errors import KumastatsError, Place, Problems, SourceError
from kumastats.text import Text

SHOWN = 20
KEPT = 400


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
        self._found = [0]
        self.keep = np.ones(rows, dtype=bool)
        self.quarantined: dict[str, int] = {}
        self.dropped: dict[str, int] = {}

    @property
    def found(self) -> int:
        """How many defects the file is refused for."""
        return self._found[0]

    def part(self, rows: int, place: Callable[[int, str | None], Place]) -> Defects:
        """Return the defects of the next part of the file; what is found is told and counted here as well."""
        made = Defects(rows, place, self._quarantine)
        made._problems, made._found = self._problems, self._found
        made.quarantined, made.dropped = self.quarantined, self.dropped
        return made

    def add(
        self,
        kind: str,
        rows: npt.NDArray[np.int64] | Iterable[int],
        column: str | None,
        found: Text,
        remedy: Text | None = None,
    ) -> None:
        """Report `rows` as defective."""
        at = rows if isinstance(rows, np.ndarray) else np.asarray(list(rows), dtype=np.int64)
        if not len(at):
            return
        if kind in self._quarantine:
            fresh = at[self.keep[at]]
            self.keep[fresh] = False
            if len(fresh):
                self.quarantined[kind] = self.quarantined.get(kind, 0) + len(fresh)
            return
        self._tell(kind, len(at), [self._place(int(row), column) for row in at[:SHOWN]], found, remedy)

    def add_places(self, kind: str, places: Sequence[Place], found: Text) -> None:
        """Report rows that were left out already, by their places."""
        if not places:
            return
        if kind in self._quarantine:
            self.quarantined[kind] = self.quarantined.get(kind, 0) + len(places)
            return
        self._tell(kind, len(places), places[:SHOWN], found, None)

    def _tell(self, kind: str, n: int, places: Sequence[Place], found: Text, remedy: Text | None) -> None:
        hint = Text(
            f"元のデータを直すか、対応表の quarantine に {kind} と書くと除いて数えます。",
            f"Mend the export, or list {kind} under quarantine in the mapping to set such rows aside, counted.",
        )
        told = Text(f"{found.ja}（{kind}）", f"{found.en} ({kind})")
        self._found[0] += n
        self._problems += [SourceError(told, place=where, remedy=remedy or hint) for where in places]
        if len(self._problems) > KEPT:
            self._first()

    def _first(self) -> None:
        """Keep the first problems in the order of the file, whatever the order they were found in."""
        self._problems.sort(key=lambda p: (p.place.row or 0) if p.place else 0)
        del self._problems[SHOWN:]

    def add_error(self, error: KumastatsError) -> None:
        """Report an error that has its own place."""
        self._found[0] += 1
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
        self._first()
        if self._found[0] == 1:
            raise self._problems[0]
        more = self._found[0] - len(self._problems)
        if more > 0:
            self._problems.append(
                SourceError(Text(f"ほかに{more:,}件あります。", f"There are {more:,} more."))
            )
        if self._problems:
            raise Problems(self._problems)
