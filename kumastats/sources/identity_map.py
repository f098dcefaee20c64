"""The identity map: which staff number, UPN, print user and Viva PersonId are one person.

It is kept beside the key, never in the warehouse. A person is called by the normal form of the staff number; every
other identity belongs to one person only.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from kumastats.errors import Place, SourceError
from kumastats.sources.private_files import write_private
from kumastats.text import Text

FILE = "identity_map.csv"
KINDS = ("staff", "upn", "print", "viva")
LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "staff": Text("職員番号", "staff number"),
        "upn": Text("UPN", "UPN"),
        "print": Text("印刷利用者", "print user"),
        "viva": Text("PersonId", "PersonId"),
    }
)
LIST = "list"
HEADER = ("person", "kind", "value")
_GUID = re.compile(r"\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?")

Identities = Mapping[str, frozenset[str]]


@dataclass(frozen=True, eq=False)
class IdentityMap:
    """Every person's identities.

    Attributes
    ----------
    persons
        Person to kind to values in normal form; of kind ``staff``, the number as it was written.
    lists
        Hashes of the files it was read from.
    """

    persons: Mapping[str, Identities]
    lists: frozenset[str] = frozenset()

    @classmethod
    def empty(cls) -> IdentityMap:
        """Return the map that knows nobody."""
        return cls(MappingProxyType({}))

    @classmethod
    def load(cls, path: Path) -> IdentityMap:
        """Read a map written by `save`; an absent file is the empty map.

        Raises
        ------
        SourceError
            If the file is damaged. No identity is named.
        """
        if not path.exists():
            return cls.empty()
        try:
            rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise _damaged(path, None) from error
        if not rows or tuple(rows[0]) != HEADER:
            raise _damaged(path, 1)
        persons: dict[str, dict[str, set[str]]] = {}
        owners: dict[tuple[str, str], str] = {}
        lists: set[str] = set()
        for line, row in enumerate(rows[1:], start=2):
            if row[:2] == ["", LIST] and len(row) == len(HEADER):
                lists.add(row[2])
                continue
            if len(row) != len(HEADER) or not all(row) or row[1] not in KINDS:
                raise _damaged(path, line)
            person, kind, value = row
            if owners.setdefault((kind, value), person) != person or not _in_normal_form(*row):
                raise _damaged(path, line)
            persons.setdefault(person, {}).setdefault(kind, set()).add(value)
        return cls.of(persons, lists)

    @classmethod
    def of(cls, persons: Mapping[str, Mapping[str, Iterable[str]]], lists: Iterable[str] = ()) -> IdentityMap:
        """Return a map of these people."""
        return cls(
            MappingProxyType(
                {p: {k: frozenset(v) for k, v in kinds.items()} for p, kinds in sorted(persons.items())}
            ),
            frozenset(lists),
        )

    def save(self, path: Path) -> None:
        """Write it, readable by its owner only, in one step."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(("", LIST, sha256) for sha256 in sorted(self.lists))
        for person, kinds in self.persons.items():
            writer.writerows((person, k, v) for k in KINDS for v in sorted(kinds.get(k, ())))
        write_private(path, out.getvalue().encode("utf-8"))

    @cached_property
    def _owners(self) -> dict[tuple[str, str], str]:
        return {
            (k, v): person
            for person, kinds in self.persons.items()
            for k, values in kinds.items()
            if k != "staff"
            for v in values
        }

    def __len__(self) -> int:
        return len(self.persons)

    def person_of(self, kind: str, value: str) -> str | None:
        """Return whose identity this is, written in any way, or None."""
        plain = normal(kind, value)
        return (
            (plain if plain in self.persons else None) if kind == "staff" else self._owners.get((kind, plain))
        )

    def resolve(self, kind: str, values: Iterable[str | None]) -> list[str | None]:
        """Return `person_of` for a column; missing values stay missing."""
        known: dict[str, str | None] = {}
        out: list[str | None] = []
        for value in values:
            if value is not None and value not in known:
                known[value] = self.person_of(kind, value)
            out.append(None if value is None else known[value])
        return out


def normal(kind: str, value: str) -> str:
    r"""Return an identity in normal form; of other kinds, with widths made even and the ends trimmed.

    Leading zeros of a staff number do not count, nor do case, domain and braces of the others.

    >>> normal("staff", "００１２３４"), normal("upn", "U1234@City.example.jp")
    ('1234', 'u1234@city.example.jp')
    >>> normal("print", "CITY\\U1234"), normal("viva", "{BF361AD4FC29432F95F3837E689F4AC4}")
    ('u1234', 'bf361ad4-fc29-432f-95f3-837e689f4ac4')
    """
    form = _NORMAL.get(kind)
    plain = unicodedata.normalize("NFKC", value).strip()
    return plain if form is None else form(plain)


def _staff(plain: str) -> str:
    return (plain.lstrip("0") or "0") if plain.isascii() and plain.isdigit() else plain


def _lower(plain: str) -> str:
    # lower case may come apart into letters and marks again
    return unicodedata.normalize("NFKC", plain.lower()).strip()


def _print_user(plain: str) -> str:
    # a Japanese keyboard writes the backslash as a yen sign
    return re.split(r"[\\¥]", _lower(plain))[-1].partition("@")[0].strip()


def _guid(plain: str) -> str:
    found = _GUID.fullmatch(_lower(plain))
    return "-".join(found.groups()) if found else _lower(plain)


_NORMAL: Mapping[str, Callable[[str], str]] = {
    "staff": _staff,
    "upn": _lower,
    "print": _print_user,
    "viva": _guid,
}


def _in_normal_form(person: str, kind: str, value: str) -> bool:
    return normal("staff", person) == person and normal(kind, value) == (person if kind == "staff" else value)


def _damaged(path: Path, row: int | None) -> SourceError:
    return SourceError(
        Text("識別子の対応表が壊れています。", "The identity map is damaged."),
        place=Place(file=path.name, row=row),
        remedy=Text(
            "控えから戻すか、消して `kumastats key map ファイル` で読み直してください。",
            "Restore it, or remove it and read it again with `kumastats key map FILE`.",
        ),
    )
