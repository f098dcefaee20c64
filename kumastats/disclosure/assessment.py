"""The attack on all releases together: what an attacker learns of cells nobody meant to publish."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kumastats.disclosure.attack import INTEGER_CELLS, Attacker, Interval
from kumastats.disclosure.cells import PERIOD, Cells
from kumastats.disclosure.findings import Finding
from kumastats.disclosure.ledger import Row, where_text
from kumastats.disclosure.thresholds import Thresholds
from kumastats.disclosure.unknowns import Unknowns, assemble, populations
from kumastats.errors import DisclosureError
from kumastats.text import Lang, Text

Kind = Literal["cell", "value", "turnover", "revision", "contradiction"]
MEANINGS: dict[Kind, Text] = {
    "cell": Text(
        "少人数かもしれない集団の人数が狭い範囲まで分かります。",
        "The size of a group that may be small is known to a narrow range.",
    ),
    "value": Text(
        "少人数かもしれない集団の値の合計が狭い範囲まで分かります。",
        "The sum of values of a group that may be small is known to a narrow range.",
    ),
    "turnover": Text(
        "二つの期間の差から、出入りした少数の人の値が狭い範囲まで分かります。",
        "The difference of two periods tells the value of the few who came or left to a narrow range.",
    ),
    "revision": Text(
        "前の公表との差が少人数です。",
        "It differs from what was published before by only a few people.",
    ),
    "contradiction": Text("公表した数値が互いに矛盾します。", "The published numbers contradict each other."),
}
REMEDY = Text(
    "粗い区分で公表する（最も確実）。あるいは桁を減らす、他のセルも伏せる。",
    "Publish coarser classes (the surest way), show fewer digits, or suppress further cells.",
)


@dataclass(frozen=True, order=True)
class Exposure:
    """Something an attacker learns that is too much.

    Attributes
    ----------
    cells
        The population and the cells in words.
    interval
        The interval of uncertainty (秘匿インターバル); of a contradiction, None.
    """

    cells: str
    kind: Kind
    interval: Interval | None

    def finding(self) -> Finding:
        """Return it as a finding, without the interval: a finding never states a small number."""
        return Finding(self.cells, f"attack_{self.kind}", MEANINGS[self.kind], REMEDY)

    def text(self, lang: Lang = "ja") -> str:
        """Return it as a line."""
        found = f" [{self.interval.text(lang)}]" if self.interval else ""
        return f"{self.cells}{found}: {MEANINGS[self.kind](lang)}"

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            "cells": self.cells,
            "kind": self.kind,
            "interval": [self.interval.low, self.interval.high] if self.interval else None,
            "meaning": MEANINGS[self.kind].to_dict(),
        }


@dataclass(frozen=True)
class Assessment:
    """What the attack found.

    Attributes
    ----------
    rows, cells, programs
        Publications attacked, unknown cells, linear programs solved.
    intervals
        The interval of every unknown, by name; only when asked for.
    not_attacked
        Person numbers kept by primary rules only.
    """

    exposures: tuple[Exposure, ...]
    rows: int
    cells: int
    programs: int
    not_attacked: tuple[str, ...] = ()
    intervals: tuple[tuple[str, Interval], ...] = ()

    @property
    def safe(self) -> bool:
        """Whether nothing is learnt that is too much."""
        return not self.exposures

    def findings(self) -> tuple[Finding, ...]:
        """Return the exposures as disclosure findings."""
        return tuple(sorted({e.finding() for e in self.exposures}))

    @property
    def text(self) -> Text:
        """The result in words."""
        return Text(self._lines("ja"), self._lines("en"))

    def _lines(self, lang: Lang) -> str:
        head = Text(
            f"公表した{self.rows}の数値から{self.cells}のセルを攻撃しました（線形計画{self.programs}回）。",
            f"Attacked {self.cells} cells with {self.rows} published numbers ({self.programs} linear programs).",
        )
        verdict = (
            Text("知られすぎる集団はありません。", "No group is known too well.")
            if self.safe
            else Text(
                f"知られすぎる点が{len(self.exposures)}件あります。",
                f"{len(self.exposures)} things are known too well.",
            )
        )
        lines = [head(lang), verdict(lang), *(f"・{e.text(lang)}" for e in self.exposures)]
        if self.intervals:
            lines.append(
                Text("公表していないセルの秘匿インターバル:", "Interval of uncertainty of each cell:")(lang)
            )
            lines += [f"  {name}  {interval.text(lang)}" for name, interval in self.intervals]
        if self.not_attacked:
            lines.append(
                Text(
                    f"攻撃の対象外（和でない、またはセルの宣言がない）: {len(self.not_attacked)}件",
                    f"Not attacked (no sums, or no cells declared): {len(self.not_attacked)}",
                )(lang)
            )
            lines += [f"  {name}" for name in self.not_attacked]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            "safe": self.safe, "rows": self.rows, "cells": self.cells, "programs": self.programs,
            "exposures": [e.to_dict() for e in self.exposures], "not_attacked": list(self.not_attacked),
            "intervals": [{"cells": n, "low": i.low, "high": i.high} for n, i in self.intervals],
        }  # fmt: skip


def assess(
    rows: Sequence[Row],
    thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
    *,
    not_attacked: Iterable[str] = (),
    with_intervals: bool = False,
) -> Assessment:
    """Attack all `rows` together.

    Parameters
    ----------
    rows
        Publications, oldest first. Where one names the same cells as an older one, the newer holds, and the two may
        not differ by a few people.
    with_intervals
        Whether to return every unknown's interval, not only those too narrow.
    """
    exposures: list[Exposure] = []
    intervals: list[tuple[str, Interval]] = []
    current, revised = _latest(rows, thresholds)
    exposures += revised
    exposures += _turnover(current, thresholds)
    cells = programs = 0
    counted: dict[str, tuple[Unknowns, Attacker]] = {}
    for (population, what), held in populations(current).items():
        unknowns = assemble(population, what, held)
        cells += unknowns.system.cells
        try:
            attacker = Attacker(unknowns.system)
        except DisclosureError:
            exposures.append(Exposure(f"{population}{f'/{what}' if what else ''}", "contradiction", None))
            continue
        if what:
            exposures += _values(unknowns, attacker, counted.get(population), thresholds)
        else:
            counted[population] = unknowns, attacker
            exposures += _counts(unknowns, attacker, thresholds)
        if with_intervals:
            intervals += [(_named(unknowns, g), attacker.interval(g)) for g in range(unknowns.system.cells)]
        programs += attacker.programs
    return Assessment(
        tuple(sorted(set(exposures), key=lambda e: (e.cells, e.kind))), len(current), cells, programs,
        tuple(sorted(set(not_attacked))), tuple(sorted(intervals)),
    )  # fmt: skip


def _named(unknowns: Unknowns, group: int) -> str:
    what = f"/{unknowns.what}" if unknowns.what else ""
    return f"{unknowns.population}{what}: {unknowns.text(group)}"


def _counts(unknowns: Unknowns, attacker: Attacker, t: Thresholds) -> list[Exposure]:
    """A group that may hold fewer than `min_n` people is not known to less than `interval_width`."""
    per = max(r.per_person for r in unknowns.rows)
    everything = list(range(unknowns.system.cells))
    found = attacker.narrow(everything, t.interval_width * per, t.min_n * per)
    if len(everything) <= INTEGER_CELLS:  # whole numbers may be known to less than fractions are
        sharp = Attacker(unknowns.system, integer=True)
        left = [c for c in everything if c not in found]
        found |= sharp.narrow(left, t.interval_width * per, t.min_n * per)
    return [Exposure(_named(unknowns, g), "cell", i.whole()) for g, i in found.items()]


def _values(
    unknowns: Unknowns, attacker: Attacker, counted: tuple[Unknowns, Attacker] | None, t: Thresholds
) -> list[Exposure]:
    """A sum over people who may be fewer than `min_n` is not known to less than twice `pin_width`."""
    released = _released(unknowns)
    targets = [g for g in range(unknowns.system.cells) if g not in released]
    found = attacker.narrow(targets, 2 * t.pin_width)
    out = []
    for group, interval in found.items():
        per = max(r.per_person for r in unknowns.rows)
        if counted is None or _fewest(unknowns, group, *counted) < t.min_n * per:
            out.append(Exposure(_named(unknowns, group), "value", interval))
    return out


def _released(unknowns: Unknowns) -> set[int]:
    """Return the unknowns that are a publication of their own: primary rules saw how many people they are."""
    matrix = unknowns.system.matrix
    return {
        int(matrix.indices[a]) for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False) if b - a == 1
    }


def _fewest(unknowns: Unknowns, group: int, other: Unknowns, attacker: Attacker) -> float:
    """Return the fewest people the unknown can hold, by the publications of counts."""
    mine = _leaves(unknowns, group, other.dimensions)
    total = 0.0
    for g in range(other.system.cells):
        if _leaves(other, g, other.dimensions) <= mine:
            total += attacker.interval(g).low
    return total


def _leaves(unknowns: Unknowns, group: int, dimensions: Sequence[str]) -> frozenset[tuple[Any, ...]]:
    """Return the combinations of labels of an unknown in the order of `dimensions`; one it lacks counts as all."""
    out: set[tuple[Any, ...]] = set()
    for member in unknowns.groups[group]:
        held = dict(zip(unknowns.dimensions, member, strict=True))
        combos: list[tuple[Any, ...]] = [()]
        for d in dimensions:
            combos = [(*c, label) for c in combos for label in held.get(d, ("*",))]
        out.update(combos)
    return frozenset(out)


def _key(row: Row) -> tuple[str, str, str, str, str]:
    cells = row.cells
    minus = "" if cells.minus is None else where_text(cells.minus)
    return cells.of, cells.what, row.quantity, where_text(cells.where), minus


def _latest(rows: Sequence[Row], t: Thresholds) -> tuple[list[Row], list[Exposure]]:
    """Keep the newest of rows that name the same cells and disagree; tell revisions by a few people."""
    kept: dict[tuple[Any, ...], Row] = {}
    exposures = []
    for row in rows:
        key = _key(row)
        old = kept.get(key)
        if old is not None and abs(old.value - row.value) > old.half + row.half + 1e-9:
            few = 0 < abs(old.value - row.value) < t.min_n * max(row.per_person, old.per_person)
            if row.quantity == "count" and few:
                exposures.append(Exposure(f"{key[0]}: {key[3]}", "revision", None))
        elif old is not None and old.half <= row.half:
            continue
        kept[key] = row
    return list(kept.values()), exposures


def _turnover(rows: Sequence[Row], t: Thresholds) -> list[Exposure]:
    """Two periods of one group that differ by a few people do not tell the sum of those people's values.

    The attacker is taken to know who came and who left, and that everyone else stayed as they were.
    """
    people = {(r.cells.of, where_text(r.cells.where)): r for r in rows if r.quantity == "count"}
    held: dict[tuple[str, str, str], list[tuple[Row, Row]]] = {}
    for row in rows:
        counted = people.get((row.cells.of, where_text(row.cells.where)))
        if row.quantity == "total" and row.cells.minus is None and counted and PERIOD in row.cells.where:
            rest = where_text({k: v for k, v in row.cells.where.items() if k != PERIOD})
            held.setdefault((row.cells.of, row.cells.what, rest), []).append((row, counted))
    found = []
    for (of, what, rest), pairs in held.items():
        for i, (a, n_a) in enumerate(pairs):
            for b, n_b in pairs[i + 1 :]:
                per = max(a.per_person, b.per_person)
                moved = abs(n_a.value - n_b.value)
                half = a.half + b.half
                # the rule of decimals keeps each mean apart by pin_width; one person fewer on one side still does
                slack = max(math.nextafter(half, 0), 0) * t.min_n / max(n_a.value, n_b.value, 1)
                if 0 < moved < t.min_n * per and half + slack < t.pin_width:
                    gone = a.value - b.value
                    where = f"{of}/{what}: {rest}; {where_text(_period(a.cells))} − {where_text(_period(b.cells))}"
                    found.append(Exposure(where, "turnover", Interval(gone - half, gone + half)))
    return found


def _period(cells: Cells) -> dict[str, tuple[str, ...]]:
    return {PERIOD: cells.where[PERIOD]}
