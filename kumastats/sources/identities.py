"""Reads a city's list of identities (職員番号, UPN, 印刷利用者, PersonId) into the identity map.

A new list adds and replaces: it speaks for the people it names. People who left stay, so that what was logged in their
time still finds them. A list that gives one identity to two people is refused; it is told by rows and forms, never
by values.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from kumastats.errors import KumastatsError, Place, Problems, SourceError
from kumastats.sources.fields import refuse_wrong_source
from kumastats.sources.identity_conflicts import Row, held_by_another, same_but_for_zeros, two_owners
from kumastats.sources.identity_map import KINDS, LABELS, IdentityMap, normal
from kumastats.sources.identity_pattern import is_concealed, pattern
from kumastats.sources.mapping import Mapping
from kumastats.sources.opening import raw_tables
from kumastats.sources.raw import RawTable, plain
from kumastats.text import Text

SOURCE = "identities"
USUAL: Map[str, Sequence[str]] = MappingProxyType(
    {
        "staff": ("職員番号", "社員番号", "教職員番号"),
        "upn": ("UPN", "User Principal Name", "ユーザープリンシパル名", "利用者名"),
        "print": ("印刷利用者", "印刷ユーザー", "プリンター利用者"),
        "viva": ("PersonId", "Person Id", "VivaPersonId"),
    }
)
SHOWN = 20
_FORMS = {
    "staff": re.compile(r"[0-9A-Za-z_-]{1,20}"),
    "upn": re.compile(r"[^\s@,;\\]{1,64}(@[^\s@,;\\]{1,190})?"),
    "print": re.compile(r"[^\s,;]{1,190}"),
    "viva": re.compile(r"\{?[0-9A-Za-z-]{8,64}\}?"),
}
_NONE = re.compile(r"[-‐‑–—―−ー]*")


@dataclass(frozen=True)
class MapReading:
    """What a list of identities brought.

    Attributes
    ----------
    identities
        The map with the list taken in.
    rows, people
        Rows of the list, and people named by it.
    lacking
        How many of its people have no UPN, print user or PersonId.
    added, kept
        People who are new, and people held who are not in the list.
    learned
        Identities that were not known before.
    """

    file: str
    identities: IdentityMap = field(repr=False)
    rows: int
    people: int
    lacking: Map[str, int]
    added: int
    kept: int
    learned: int

    @property
    def text(self) -> Text:
        """It in words."""
        ja = [
            f"{self.file}: {self.rows:,}行、{self.people:,}人（新しく{self.added:,}人、識別子{self.learned:,}件）"
        ]
        en = [
            f"{self.file}: {self.rows:,} rows, {self.people:,} people ({self.added:,} new, {self.learned:,} identities)"
        ]
        if self.kept:
            ja.append(f"  - この一覧にない{self.kept:,}人は残した")
            en.append(f"  - {self.kept:,} people not in this list are kept")
        for kind, n in self.lacking.items():
            if n:
                ja.append(f"  - {LABELS[kind].ja}のない人 {n:,}人")
                en.append(f"  - {n:,} people without a {LABELS[kind].en}")
        return Text("\n".join(ja), "\n".join(en))


def read_identities(
    path: Path, mapping: Mapping | None = None, held: IdentityMap | None = None
) -> MapReading:
    """Read one list into the map held.

    Parameters
    ----------
    mapping
        Names the columns ``staff``, ``upn``, ``print`` and ``viva`` where their headers are unusual.

    Raises
    ------
    SourceError, Problems
        If an identity has no readable form, or belongs to two people. Nothing is taken in then.
    """
    names = mapping or Mapping.default(SOURCE)
    refuse_wrong_source(names, SOURCE)
    before = held or IdentityMap.empty()
    heads = {kind: _heads(names, kind) for kind in KINDS}
    problems: list[KumastatsError] = []
    rows: list[Row] = []
    for _, raw in raw_tables(
        path,
        encoding=names.encoding,
        looks_like_header=lambda cells: (
            bool(set(cells) & heads["staff"]) and any(set(cells) & heads[k] for k in KINDS[1:])
        ),
    ):
        rows += _rows(raw, heads, problems)
    two_owners(rows, problems)
    same_but_for_zeros(rows, before, problems)
    people = {r.person for r in rows}
    held_by_another(rows, people, before, problems)
    _refuse(problems)
    after = _merged(rows, before, file_hash(path))
    kinds = KINDS[1:]
    has = {k: {r.person for r in rows if k in r.others} for k in kinds}
    return MapReading(
        file=path.name,
        identities=after,
        rows=len(rows),
        people=len(people),
        lacking=MappingProxyType({k: len(people - has[k]) for k in kinds}),
        added=len(people - set(before.persons)),
        kept=len(set(before.persons) - people),
        learned=len(_claims(after) - _claims(before)),
    )


def file_hash(path: Path) -> str:
    """Return the hash by which a list read before is known."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _heads(mapping: Mapping, kind: str) -> set[str]:
    spec = mapping.columns.get(kind)
    return {plain(h) for h in (USUAL[kind] if spec is None else spec.heads)}


def _rows(raw: RawTable, heads: Map[str, set[str]], problems: list[KumastatsError]) -> Iterator[Row]:
    found = {k: next((h for h in raw.heads if h in heads[k]), None) for k in KINDS}
    cells = {k: raw.columns[h].take(raw.columns[h].values, "") for k, h in found.items() if h is not None}
    for i in range(len(raw)):
        read: dict[str, tuple[str, Place]] = {}
        broken = False
        for kind, column in cells.items():
            value = unicodedata.normalize("NFKC", column[i]).strip()
            if _NONE.fullmatch(value):
                continue
            place = raw.place(i, found[kind])
            if not _FORMS[kind].fullmatch(value) or not normal(kind, value):
                problems.append(_unreadable(kind, value, place))
                broken = True
            elif kind in ("upn", "print") and is_concealed(value):
                problems.append(_concealed(kind, place))
                broken = True
            else:
                read[kind] = (value, place)
        if broken or not read:
            continue
        if "staff" not in read:
            problems.append(
                SourceError(
                    Text("職員番号がありません。", "There is no staff number."),
                    place=raw.place(i, found["staff"]),
                    remedy=Text(
                        "職員番号のない利用者は一覧から除いてください。",
                        "Leave users without one out of the list.",
                    ),
                )
            )
            continue
        written, place = read.pop("staff")
        others = {k: (normal(k, v), at) for k, (v, at) in read.items()}
        yield Row(normal("staff", written), written, place, others)


def _merged(rows: Sequence[Row], before: IdentityMap, sha256: str) -> IdentityMap:
    """Return the map held with the list taken in; what the list gives to somebody else is taken from its old owner."""
    claimed = {(k, v): r.person for r in rows for k, (v, _) in r.others.items()}
    merged: dict[str, dict[str, set[str]]] = {
        person: {
            k: {v for v in values if claimed.get((k, v), person) == person} for k, values in kinds.items()
        }
        for person, kinds in before.persons.items()
    }
    for row in rows:
        mine = merged.setdefault(row.person, {})
        mine.setdefault("staff", set()).add(row.written)
        for kind, (value, _) in row.others.items():
            mine.setdefault(kind, set()).add(value)
    return IdentityMap.of(merged, before.lists | {sha256})


def _claims(identities: IdentityMap) -> set[tuple[str, str, str]]:
    return {
        (person, kind, value)
        for person, kinds in identities.persons.items()
        for kind, values in kinds.items()
        if kind != "staff"
        for value in values
    }


def _unreadable(kind: str, value: str, place: Place) -> SourceError:
    label = LABELS[kind]
    return SourceError(
        Text(
            f"{label.ja}の形ではありません（形: {pattern(value)}）。",
            f"This is no {label.en} (its form: {pattern(value)}).",
        ),
        place=place,
        remedy=Text("列がずれていないか確かめてください。", "Check whether the columns have shifted."),
    )


def _concealed(kind: str, place: Place) -> SourceError:
    return SourceError(
        Text(
            f"{LABELS[kind].ja}が伏せられています（16進32桁）。",
            f"This {LABELS[kind].en} is concealed (32 hexadecimal digits).",
        ),
        place=place,
        remedy=Text(
            "管理センターの「レポートで名前を伏せる」設定は一覧に及びません。職員の名簿から出力してください。",
            "Export the list from the staff directory, not from a usage report that conceals names.",
        ),
    )


def _refuse(problems: list[KumastatsError]) -> None:
    if not problems:
        return
    problems.sort(key=lambda p: (p.place.row or 0) if p.place else 0)
    more = len(problems) - SHOWN
    if more > 0:
        del problems[SHOWN:]
        problems.append(SourceError(Text(f"ほかに{more:,}件あります。", f"There are {more:,} more.")))
    raise problems[0] if len(problems) == 1 else Problems(problems)
