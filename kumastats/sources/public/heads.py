"""The columns of one table: header levels, units taken off them, joined row labels, labels repeated at the right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kumastats.sources.public.grid import Grid, counted, letters
from kumastats.sources.public.periods import Period, read_periods
from kumastats.sources.public.region import Layout
from kumastats.sources.public.sheet import Merge, letter
from kumastats.sources.public.words import Unit, label, plain, split_mark, split_unit, squeezed, stated_units
from kumastats.text import Text

_TOTAL = re.compile(r"(?:^|[^会時統家生設累])(?:合計|総計|総数|小計|計)(?:\([^)]*\))?$|^(?:全国|総額)$")
# what a name itself counts; a unit stated for the whole table is not given to a column that counts another thing
_OWN_UNITS = (
    (r"件数$", ("件", "千件", "万件")),
    (r"(?:人|者|員)数$", ("人", "千人", "万人", "1,000人", "名")),
    (r"世帯数$", ("世帯", "千世帯", "1,000世帯")),
    (r"(?:率|割合|構成比|比)(?:\(.*\))?$", ("%", "‰", "ポイント")),
    (r"年齢$", ("歳",)),
    (r"(?:順位|指数)$", ("位", "指数")),
)

_YEARS = re.compile(r"年|[RHS]\d|\d{4}|(?:令和|平成|昭和|大正)(?:\d|元)")


@dataclass
class Head:
    """A column to be read: the sheet columns its text is joined from, and what its header says.

    `spelled` are the levels with what was taken for a unit, for a column that turns out to hold no numbers.
    """

    at: tuple[int, ...]
    levels: tuple[str, ...]
    unit: Unit | None = None
    is_label: bool = False
    period: Period | None = None
    name: str = ""
    spelled: tuple[str, ...] = ()

    @property
    def total(self) -> bool:
        """Whether the lowest level says total."""
        return not self.is_label and bool(self.levels) and bool(_TOTAL.search(self.levels[-1]))

    @property
    def key(self) -> str:
        """Return the letters a mapping names it by."""
        return letter(self.at[0])


@dataclass
class Heads:
    """All columns of a table, and what was decided about them."""

    columns: list[Head] = field(default_factory=list)
    mirrored: list[int] = field(default_factory=list)
    said: list[Text] = field(default_factory=list)
    loose_units: tuple[Unit, ...] = ()
    corner: Unit | None = None
    given: list[Head] = field(default_factory=list)


def read_heads(
    grid: Grid,
    layout: Layout,
    *,
    join: Sequence[Sequence[int]] | None,
    drop: Sequence[int] | None,
    era: str | None,
) -> Heads:
    """Read the header of a table.

    Parameters
    ----------
    join
        Runs of row-label columns read as one, where a mapping names them.
    drop
        Columns left out, where a mapping names them; found otherwise (row labels repeated at the right).
    """
    made = Heads()
    raw, group_units = _levels(grid, layout)
    labels = _label_columns(grid, layout)
    made.mirrored = list(drop) if drop is not None else _mirrored(grid, layout, raw, labels)
    groups = [list(g) for g in join] if join is not None else _joined(grid, layout, raw, labels)
    columns = [c for c in layout.columns if c not in made.mirrored]
    for column in columns:
        group = next((g for g in groups if column in g), [column])
        if column != group[0]:
            continue
        is_label = column in labels
        texts = next((raw[c] for c in group if raw[c]), ())
        if is_label and len(texts) > 1 and column == columns[0]:
            texts = _without_group(grid, layout, column, texts)
        made.columns.append(_head(tuple(group), texts, group_units.get(column), is_label, made))
    if made.mirrored and drop is None:
        made.said.append(
            Text(
                f"列 {letters(made.mirrored)}: 行見出しの繰り返しなので読まない",
                f"{counted('column', letters(made.mirrored))}: the row labels again, not read",
            )
        )
    for group in groups:
        if len(group) > 1:
            made.said.append(
                Text(
                    f"列 {letters(group)}: 一つの行見出しとして読んだ",
                    f"{counted('column', letters(group))}: read as one label",
                )
            )
    _corner_units(grid, layout, made)
    _header_periods(made, era)
    return made


def _levels(grid: Grid, layout: Layout) -> tuple[dict[int, tuple[str, ...]], dict[int, Unit]]:
    """Return the texts above each column from top to bottom, and units that stand over a group of columns."""
    raw: dict[int, list[str]] = {c: [] for c in layout.columns}
    units: dict[int, Unit] = {}
    for depth, row in enumerate(layout.header):
        below = layout.header[depth + 1 :]
        group, members = "", list[int]()
        for i, column in enumerate(layout.columns):
            merge = grid.covered.get((row, column))
            text = over(grid, layout, row, column)
            stated = stated_units(text) if text and below else None
            if (
                stated is not None
                and len(stated) == 1
                and not merge
                and members
                and any(grid.text(r, column) for r in below)
            ):
                # a unit at the right end of a group of columns, above their heads
                units.update(dict.fromkeys([*members, column], stated[0]))
                text = ""
            if text:
                group = text if not merge and any(grid.text(r, column) for r in below) else ""
                members = [column] if group else []
            elif group and i and any(grid.text(r, column) for r in below) and merge is None:
                if _headed_above(grid, layout.header[:depth], column):
                    group, members = "", []
                else:
                    text = group
                    members.append(column)
            elif not text:
                group, members = group if merge is None and not below else "", []
            same_merge = merge is not None and merge[0] < row and merge[0] in layout.header
            if text and not same_merge and not _over_all(layout, merge):
                raw[column].append(text)
    return {c: tuple(t) for c, t in raw.items()}, units


def _headed_above(grid: Grid, above: Sequence[int], column: int) -> bool:
    """Tell whether a group of a level above starts at this column: a group to the left ends there."""
    texts = [grid.text(r, column) for r in above]
    return any(t and stated_units(t) is None for t in texts)


def _over_all(layout: Layout, merge: Merge | None) -> bool:
    """Tell whether a merged range lies over the whole table, as its title does."""
    return (
        merge is not None
        and len(layout.columns) > 1
        and merge[1] <= layout.columns[0]
        and (layout.columns[-1] <= merge[3])
    )


def over(grid: Grid, layout: Layout, row: int, column: int) -> str:
    """Return the header text over a column and over the columns its cells spread across."""
    spread = range(column, layout.folds.get(column, column) + 1)
    return next((t for c in spread if (t := grid.merged(row, c))), "")


def _without_group(grid: Grid, layout: Layout, column: int, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Leave a group's title off the row labels it happens to start over."""
    merge = grid.covered.get((layout.header[0], column))
    return texts if merge else texts[-1:]


def _label_columns(grid: Grid, layout: Layout) -> list[int]:
    """Return the leading columns that name the rows."""
    made: list[int] = []
    for column in layout.columns:
        filled = [r for r in layout.body if column in grid.filled.get(r, ())]
        values = [r for r in filled if column in grid.values[r]]
        sparse = len(filled) < 0.9 * len(layout.body)
        if (
            filled
            and len(values) > 0.5 * len(filled)
            and made
            and not (sparse and not _own_head(grid, layout, column))
        ):
            break
        if filled and len(values) == len(filled) and not made and not sparse and len(layout.columns) > 1:
            made.append(column)
            continue
        made.append(column)
    return made


def _own_head(grid: Grid, layout: Layout, column: int) -> bool:
    """Tell whether a column has header text of its own, not that of a range it shares with the one before it."""
    for row in layout.header:
        merge = grid.covered.get((row, column))
        if grid.text(row, column) or (merge and merge[1] == column and grid.merged(row, column)):
            return True
    return False


def _joined(
    grid: Grid, layout: Layout, raw: Mapping[int, tuple[str, ...]], labels: Sequence[int]
) -> list[list[int]]:
    """Group label columns that share one header, unless each of them is complete by itself."""
    groups: list[list[int]] = []
    for column in labels:
        filled = [r for r in layout.body if column in grid.filled.get(r, ())]
        complete = len(filled) >= 0.9 * len(layout.body) and all(column in grid.values[r] for r in filled)
        headed = _own_head(grid, layout, column)
        if groups and not complete and (not headed or not any(raw[c] for c in groups[-1])):
            groups[-1].append(column)
        else:
            groups.append([column])
    return [g for g in groups if len(g) > 1]


def _mirrored(
    grid: Grid, layout: Layout, raw: Mapping[int, tuple[str, ...]], labels: Sequence[int]
) -> list[int]:
    heads = {squeezed("".join(raw[c])) for c in labels if raw[c]}
    made: list[int] = []
    for column in reversed([c for c in layout.columns if c not in labels]):
        head = squeezed("".join(raw[column]))
        if head and head not in heads:
            break
        made.append(column)
    while made and not raw[made[-1]]:
        made.pop()
    again = sorted(made) if any(raw[c] for c in made) else []
    lowest = {squeezed(raw[c][-1]) for c in labels if raw[c]}
    return again + [
        c
        for c in layout.columns
        if c not in again
        and c not in labels
        and raw[c]
        and squeezed(raw[c][-1]) in lowest
        and _repeats(grid, layout, c, labels)
    ]


def _repeats(grid: Grid, layout: Layout, column: int, labels: Sequence[int]) -> bool:
    """Tell whether a column says again what the row labels say, as far as their numbers tell."""
    said = [re.sub(r"\D", "", plain("".join(grid.text(r, c) for c in labels))) for r in layout.body]
    again = [re.sub(r"\D", "", plain(grid.text(r, column))) for r in layout.body]
    return any(again) and sum(a == b for a, b in zip(said, again, strict=True)) >= 0.8 * len(said)


def _head(
    at: tuple[int, ...], texts: Sequence[str], group_unit: Unit | None, is_label: bool, made: Heads
) -> Head:
    levels: list[str] = []
    spelled: list[str] = []
    unit = group_unit
    for text in texts:
        words, mark = split_mark(label(text))
        words, found = split_unit(words)
        words, second = split_mark(words) if not mark else (words, "")
        if mark or second:
            made.said.append(
                Text(
                    f"列 {letter(at[0])}: 注の印 {mark or second} を見出しから外した",
                    f"column {letter(at[0])}: footnote mark {mark or second} taken off the name",
                )
            )
        unit = found or unit
        if words and (not levels or levels[-1] != words):
            levels.append(words)
        whole = split_mark(label(text))[0]
        if whole and (not spelled or spelled[-1] != whole):
            spelled.append(whole)
    unnamed = (f"列{letter(at[0])}",)
    return Head(at, tuple(levels) or unnamed, unit, is_label, spelled=tuple(spelled) or unnamed)


def _corner_units(grid: Grid, layout: Layout, made: Heads) -> None:
    """Give the one unit stated above the table to the columns that state none; several are only reported."""
    found: list[Unit] = []
    for row in layout.unit_rows or layout.titles:
        for column in grid.filled[row]:
            text = grid.text(row, column)
            stated = stated_units(text)
            if stated is None and len(text) <= 60 and re.search(r"単\s*位|[)）】］]\s*$", text):
                unit = split_unit(text)[1]
                stated = (unit,) if unit else None
            found += stated or ()
    for head in made.columns:
        if head.is_label and head.unit is not None and head.levels == (f"列{head.key}",):
            found.append(head.unit)
            head.unit, head.spelled = None, head.levels
    units = tuple(dict.fromkeys(found))
    if len(units) > 1:
        made.loose_units = units
        names = "、".join(u.text for u in units)
        made.said.append(
            Text(
                f"単位 {names}: 表全体に書かれ、どの列のものか決められないので付けない",
                f"units {names}: stated for the whole table, not given to any column",
            )
        )
    elif units:
        made.corner = units[0]
        for head in made.columns:
            if head.is_label or head.unit is not None:
                continue
            own = next((u for words, u in _OWN_UNITS if re.search(words, head.levels[-1])), None)
            if own is None or units[0].text in own:
                head.unit = units[0]
                made.given.append(head)
            else:
                made.said.append(
                    Text(
                        f"列 {head.key}「{head.levels[-1]}」: 表全体の単位 {units[0].text} は付けない",
                        f"column {head.key} “{head.levels[-1]}”: not given the table's unit {units[0].text}",
                    )
                )


def _header_periods(made: Heads, era: str | None) -> None:
    """Read years and months along the header, and write out the era where a head leaves it off."""
    heads = [h for h in made.columns if not h.is_label]
    ways: list[list[str]] = [["".join(h.levels) for h in heads]]
    depth = max((len(h.levels) for h in heads), default=0)
    ways += [[h.levels[i] if len(h.levels) > i else "" for h in heads] for i in range(depth)]
    best: list[Period | None] = []
    chosen = -1
    for i, texts in enumerate(ways):
        dated = [
            t if re.search(r"年|[RHS]\d|令和|平成|昭和|^\d{1,4}$|^\d{1,2}月|元", t) else "" for t in texts
        ]
        periods = read_periods(dated, era=era, strict=False)
        if sum(p is not None for p in periods) > sum(p is not None for p in best):
            best, chosen = periods, i
    if sum(p is not None for p in best) < 2 or not _YEARS.search("".join(ways[chosen])):
        return
    for head, period in zip(heads, best, strict=True):
        if period is None:
            continue
        head.period = period
        bare = [
            i
            for i, t in enumerate(head.levels)
            if re.fullmatch(r"(?:元|\d{1,2})(?:年度?)(?:平均|末)?|\d{1,2}", t)
        ]
        level = bare[0] if chosen == 0 and bare else chosen - 1
        if period.era and not period.month and level in bare:
            levels = list(head.levels)
            levels[level] = period.era + levels[level]
            made.said.append(
                Text(
                    f"列 {head.key}: 「{head.levels[level]}」を{levels[level]}と読んだ",
                    f"column {head.key}: “{head.levels[level]}” read as {levels[level]}",
                )
            )
            head.levels = head.spelled = tuple(levels)


def named(columns: Sequence[Head]) -> list[Head]:
    """Return the columns with unique names."""
    seen: dict[str, int] = {}
    made: list[Head] = []
    for head in columns:
        name = "/".join(head.levels)
        seen[name] = seen.get(name, 0) + 1
        made.append(replace(head, name=name if seen[name] == 1 else f"{name}（{seen[name]}）"))
    return made
