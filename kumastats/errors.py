"""Every error kumastats raises: what was found, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Any, ClassVar

from kumastats.text import Lang, Text


@dataclass(frozen=True)
class Place:
    """Where in a file something was found. Rows count from 1 and include the header."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def text(self, lang: Lang = "ja", rows: Sequence[int] = ()) -> str:
        """Return the place in words, leaving out what is not known; with `rows`, these rows instead of its own."""
        parts = [self.file or ""]
        if self.sheet is not None:
            parts.append(Text(f"シート「{self.sheet}」", f"sheet “{self.sheet}”")(lang))
        if rows:
            parts.append(_rows(rows)(lang))
        elif self.row is not None:
            parts.append(Text(f"{self.row}行目", f"row {self.row}")(lang))
        if self.column is not None:
            parts.append(Text(f"列「{self.column}」", f"column “{self.column}”")(lang))
        return Text("、", ", ")(lang).join(p for p in parts if p)


def _rows(rows: Sequence[int]) -> Text:
    """Return rows in words: where they follow each other, the first and the last.

    >>> _rows([2, 3, 7]).en
    'rows 2–3, 7'
    """
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    spans = [str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs]
    return Text(f"{'・'.join(spans)}行目", f"rows {', '.join(spans)}")


def names_known(asked: str, known: Iterable[str]) -> Text:
    """Return the remedy for a name that is not known: names like it first, then all.

    >>> names_known("person_days", ["office", "person_day"]).en
    'Did you mean person_day? Known: office, person_day'
    """
    every = list(known)
    near = names_near(asked, every) or Text("", "")
    return Text(f"{near.ja}使えるのは {', '.join(every)}", f"{near.en} Known: {', '.join(every)}".strip())


def names_near(asked: str, known: Iterable[str]) -> Text | None:
    """Return the remedy for a name among too many to list: those like it; None where none is.

    >>> names_near("person_days", ["office", "person_day"]).en
    'Did you mean person_day?'
    """
    near = get_close_matches(asked, sorted(known), n=3)
    if not near:
        return None
    return Text(f"{'、'.join(near)} のことでしょうか。", f"Did you mean {' or '.join(near)}?")


class KumastatsError(Exception):
    """Base of all errors. `found` and `remedy` are bilingual; the CLI prints them without a traceback.

    Below a traceback stands the English text, then the Japanese as a note.

    Parameters
    ----------
    found
        What was found, in a sentence. Never holds the value of an identity column.
    place
        The file, sheet, row and column.
    remedy
        What the reader can do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, found: Text | str, *, place: Place | None = None, remedy: Text | str | None = None):
        self.found = Text.of(found)
        self.place = place
        self.remedy = None if remedy is None else Text.of(remedy)
        super().__init__(self.text("en"))
        self.add_note(self.text("ja"))

    def text(self, lang: Lang = "ja") -> str:
        """Return place, finding and remedy as lines of text."""
        return self._told(self.place.text(lang) if self.place else "", lang)

    def _told(self, where: str, lang: Lang) -> str:
        lines = [f"{where}: {self.found(lang)}" if where else self.found(lang)]
        if self.remedy is not None:
            lines.append(Text("対処: ", "Remedy: ")(lang) + self.remedy(lang))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return the error for ``--json``."""
        place = {k: v for k, v in vars(self.place).items() if v is not None} if self.place else {}
        return {
            "error": type(self).__name__,
            "found": self.found.to_dict(),
            "place": place,
            "remedy": self.remedy.to_dict() if self.remedy else None,
        }


class UsageError(KumastatsError):
    """The command or call itself is wrong."""

    exit_code = 2


class DateError(KumastatsError):
    """A date cannot be read, or can be read in two ways."""


class DurationError(KumastatsError):
    """A duration cannot be read without guessing."""


class SourceError(KumastatsError):
    """A raw export cannot be read as what it claims to be."""


class HeaderError(SourceError):
    """No row of a raw export holds the headers of its source."""


class MappingError(KumastatsError):
    """A mapping file does not fit its source."""


class WarehouseError(KumastatsError):
    """The warehouse refuses, or is in a state it cannot be used in."""


class DiskError(KumastatsError):
    """The disk is full, or a folder cannot be written to."""


class MeasureError(KumastatsError):
    """A measure is unknown, or cannot be computed from what is there."""


class StudyError(KumastatsError):
    """The study register is missing, incomplete or contradicts itself."""


class CompareError(KumastatsError):
    """A comparison cannot be estimated from the data given."""


class WorkloadError(KumastatsError):
    """A workload model does not apply to the data given."""


class DisclosureError(KumastatsError):
    """A number may not leave: a disclosure rule blocks it."""


class EvidenceError(KumastatsError):
    """An evidence record is malformed, missing or contradicts the register."""


class NotebookError(KumastatsError):
    """A notebook did not run to its end."""


class ReleaseError(KumastatsError):
    """A release cannot be built or approved."""


def _but_the_row(problem: KumastatsError, lang: Lang) -> tuple[object, ...]:
    place = problem.place or Place()
    # what has no row of its own, and several errors in one, stand alone
    alone = id(problem) if place.row is None or isinstance(problem, Problems) else None
    remedy = problem.remedy(lang) if problem.remedy else None
    return place.file, place.sheet, place.column, problem.found(lang), remedy, alone


def _of_rows(problems: Sequence[KumastatsError], lang: Lang) -> str:
    """Return the same problem of several rows in words, told once."""
    first = problems[0]
    rows = [p.place.row for p in problems if p.place is not None and p.place.row is not None]
    if len(problems) == 1 or first.place is None:
        return first.text(lang)
    return first._told(first.place.text(lang, rows), lang)


class Problems(KumastatsError):  # noqa: N818 - several errors, not one
    """Several errors at once, so that a user mends a delivery in one go."""

    def __init__(self, problems: Sequence[KumastatsError]):
        self.problems = tuple(problems)
        n = len(self.problems)
        super().__init__(Text(f"{n}件の問題が見つかりました。", f"{n} problems were found."))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)

    def text(self, lang: Lang = "ja") -> str:
        """Return every problem, one after another; the same of several rows is told once, with the rows."""
        told = [
            _of_rows(list(mine), lang)
            for _, mine in groupby(getattr(self, "problems", ()), lambda p: _but_the_row(p, lang))
        ]
        return "\n".join([self.found(lang), *told])

    def to_dict(self) -> dict[str, object]:
        """Return all problems for ``--json``."""
        return {**super().to_dict(), "problems": [p.to_dict() for p in self.problems]}
