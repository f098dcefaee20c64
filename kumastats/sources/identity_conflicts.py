"""Where a list of identities contradicts itself or the map held: told by rows and forms, never by values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import combinations

from kumastats.errors import KumastatsError, Place, SourceError
from kumastats.sources.identity_map import LABELS, IdentityMap
from kumastats.sources.identity_pattern import pattern
from kumastats.text import Text


@dataclass(frozen=True)
class Row:
    """A row: the person, the number as written, and the other identities in normal form, each with its place."""

    person: str
    written: str
    place: Place
    others: Map[str, tuple[str, Place]]


def two_owners(rows: Sequence[Row], problems: list[KumastatsError]) -> None:
    """Report identities that the list itself gives to two people."""
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        for kind, (value, place) in row.others.items():
            other = first.setdefault((kind, value), row)
            if other.person != row.person:
                label = LABELS[kind]
                forms = f"{pattern(other.written)}、{pattern(row.written)}"
                problems.append(
                    SourceError(
                        Text(
                            f"同じ{label.ja}（形: {pattern(value)}）が、{_at(other.place, 'ja')}と別の職員番号（形: {forms}）です。",
                            f"The same {label.en} (its form: {pattern(value)}) as {_at(other.place, 'en')}, but another"
                            f" staff number (forms: {forms}).",
                        ),
                        place=place,
                        remedy=Text(
                            "正しい人の行だけに残してください。共用の利用者は空欄にします。",
                            "Leave it in its owner's row only; leave shared accounts blank.",
                        ),
                    )
                )


def same_but_for_zeros(rows: Sequence[Row], before: IdentityMap, problems: list[KumastatsError]) -> None:
    """Report staff numbers that differ in leading zeros only and yet belong to different people."""
    numbers: dict[str, dict[str, tuple[Place, dict[str, set[str]]]]] = {}
    for row in rows:
        _, identities = numbers.setdefault(row.person, {}).setdefault(row.written, (row.place, {}))
        for kind, (value, _) in row.others.items():
            identities.setdefault(kind, set()).add(value)
    for person, written in numbers.items():
        for (a, (at_a, mine)), (b, (at_b, yours)) in combinations(written.items(), 2):
            if _differ(mine, yours):
                problems.append(_zeros(a, b, at_b, Text(_at(at_a, "ja"), _at(at_a, "en"))))
        known = before.persons.get(person, {})
        old = sorted(known.get("staff", ()))
        for number, (place, mine) in written.items():
            if old and number not in old and _differ(mine, {k: v for k, v in known.items() if k != "staff"}):
                problems.append(_zeros(old[0], number, place, Text("以前の一覧", "an earlier list")))


def _differ(mine: Map[str, Iterable[str]], yours: Map[str, Iterable[str]]) -> bool:
    """Tell whether two sets of identities are of different people: both name a kind, and they share nothing."""
    both = [(set(mine[k]), set(yours[k])) for k in mine if k in yours]
    return bool(both) and not any(a & b for a, b in both)


def _zeros(first: str, second: str, place: Place, where: Text) -> SourceError:
    forms = f"{pattern(first)}、{pattern(second)}"
    return SourceError(
        Text(
            f"{where.ja}と、先頭の0だけが違う職員番号（形: {forms}）なのに別の人です。",
            f"This staff number differs from that of {where.en} in leading zeros only (forms: {forms}), yet is another"
            " person's.",
        ),
        place=place,
        remedy=Text(
            "0の数をそろえて出力してください。0の有無で人を分けている場合は、別の番号を使ってください。",
            "Export both with the same zeros. If zeros tell people apart, use another number.",
        ),
    )


def held_by_another(
    rows: Sequence[Row], people: set[str], before: IdentityMap, problems: list[KumastatsError]
) -> None:
    """Report identities of people who are held but not in the list: nobody can tell whose the old records are."""
    for row in rows:
        for kind, (value, place) in row.others.items():
            owner = before.person_of(kind, value)
            if owner is not None and owner != row.person and owner not in people:
                problems.append(
                    SourceError(
                        Text(
                            f"この{LABELS[kind].ja}（形: {pattern(value)}）は、以前の一覧では別の人のものです。",
                            f"This {LABELS[kind].en} (its form: {pattern(value)}) was another person's in an earlier"
                            " list.",
                        ),
                        place=place,
                        remedy=Text(
                            "使い回しなら空欄に、以前の誤りなら元の人の正しい行も一覧に入れてください。",
                            "Leave it blank if it was given on; if the earlier list was wrong, list that person too.",
                        ),
                    )
                )


def _at(place: Place, lang: str) -> str:
    return f"{place.row}行目" if lang == "ja" else f"row {place.row}"
