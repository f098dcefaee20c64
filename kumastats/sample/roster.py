"""The personnel roster: who held which post from when to when."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

from kumastats.sample import config, files, identities, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects

HEADS = ("職員番号", "氏名", "ポスト", "所属コード", "所属名", "職種", "任用区分", "職級", "管理職", "上限区分", "発令日", "終了日")  # fmt: skip
EMPLOYMENT = ("正規", "会計年度任用", "正規")
OPEN_END = "2222/12/31"
OVERLAPS = 6
END = 11


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write the roster as it stood at the end."""
    rows = sorted(row for post in range(city.people) for row in _post(city, post))
    _overlap(rows, defects)
    name = "jinji_daicho.csv"
    files.put(raw / "roster" / name, [HEADS, *rows], "cp932")
    defects.note(
        "machine_dependent_characters", name, files.machine_dependent(rows), "names hold characters that Shift_JIS has not",
        source="roster", table="person",
    )  # fmt: skip


def _post(city: City, post: int) -> list[list[str]]:
    """Return the spells of a post: a row as long as person and office stay."""
    spells: list[tuple[int, int, int, int]] = []
    for y, year in enumerate(city.years):
        person, office = int(city.person[post, y]), int(city.office[post, y])
        if spells and spells[-1][:2] == (person, office):
            spells[-1] = (*spells[-1][:3], year)
        else:
            spells.append((person, office, year, year))
    return [_row(city, post, *spell) for spell in spells]


def _row(city: City, post: int, person: int, office: int, first: int, last: int) -> list[str]:
    who = identities.of(city, post, first)
    kind = int(city.kinds[post])
    place = city.offices[office] if kind >= 0 else city.schools[office - len(city.offices)]
    name = spelling.awkward_name(person) if who.name == spelling.name(person) else who.name
    end = OPEN_END if last == config.LAST_YEAR else spelling.era_dots(dt.date(last + 1, 3, 31))
    return [
        who.number, name, "1", place.id, place.ja, "教員" if kind < 0 else "市職員", "正規" if kind < 0 else EMPLOYMENT[kind],
        _grade(kind, person), "該当" if kind == 2 else "", _regime(kind, office), spelling.era_dots(dt.date(first, 4, 1)), end,
    ]  # fmt: skip


def _grade(kind: int, person: int) -> str:
    if kind < 0:
        return "教諭" if person % 10 else "教頭"
    return "管理職" if kind == 2 else "係長" if person % 4 == 0 else "係員"


def _regime(kind: int, office: int) -> str:
    if kind < 0:
        return ""
    return "管理職" if kind == 2 else {3: "他律的", 7: "特例", 11: "36協定"}.get(office % 13, "原則")


def _overlap(rows: list[list[str]], defects: Defects) -> None:
    """Let some posts end a month after the next one has begun."""
    made = 0
    for one, then in pairwise(rows):
        if made == OVERLAPS:
            break
        if one[0] == then[0] != config.STAFF_CANARY and one[END] != OPEN_END:
            one[END] = one[END].removesuffix("3.31") + "4.30"
            made += 1
    defects.note(
        "overlapping_posts", "jinji_daicho.csv", made, "a post ends after the person's next one began",
        source="roster", table="person", found_by="rule",
    )  # fmt: skip
