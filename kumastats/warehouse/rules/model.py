"""A rule about what is held, and how many rows break it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kumastats.errors import Place
from kumastats.text import Text

if TYPE_CHECKING:
    from kumastats.warehouse.snapshot import Snapshot

Severity = Literal["error", "warning", "note"]
SHOWN = 5


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    id
        Unique within its table.
    severity
        An ``error`` fails the check; a ``warning`` is to be looked at; a ``note`` is told.
    meaning
        What the rows that it counts are.
    """

    id: str
    table: str
    severity: Severity
    meaning: Text


@dataclass(frozen=True)
class RowAt:
    """A row that breaks a rule: where it is held, never whose it is.

    Attributes
    ----------
    delivery
        Id of the delivery, whose Parquet file holds the row.
    row
        Its number there, from 1.
    files
        The source files of the delivery that hold its day: usually one.
    source
        The file, sheet and row it was read from, as a person finds it there; of rows counted from several, the first of
        them. None where the delivery does not tell: then `files` do.
    """

    delivery: str
    row: int
    files: tuple[str, ...]
    source: Place | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = self.source and {"file": self.source.file, "sheet": self.source.sheet, "row": self.source.row}
        return {"delivery": self.delivery, "row": self.row, "files": list(self.files), "source": told}

    @property
    def held(self) -> Text:
        """Where it is to be looked for, without its number: the source file where it is known, else the delivery."""
        if self.source is not None:
            where = Place(self.source.file, self.source.sheet)
            return Text(where.text("ja"), where.text("en"))
        more = len(self.files) - 1
        return Text(
            f"{self.files[0]}{f' ほか{more:,}' if more else ''} 受領{self.delivery}",
            f"{self.files[0]}{f' or {more:,} more' if more else ''}, delivery {self.delivery}",
        )

    @property
    def number(self) -> int:
        """Its number there."""
        return self.row if self.source is None or self.source.row is None else self.source.row


@dataclass(frozen=True)
class Example:
    """Where a rule is broken: never who.

    Attributes
    ----------
    place
        The office, ward, product or area; “—” where there is none.
    when
        A day, month or quarter.
    rows
        How many rows are broken there.
    at
        The first of these rows; none where what is missing has no row, or the rule is about rows together.
    """

    place: str
    when: str
    rows: int
    at: tuple[RowAt, ...] = ()

    def text(self) -> str:
        """Return ``place when ×rows``."""
        return f"{self.place} {self.when} ×{self.rows:,}"

    @property
    def detail(self) -> Text:
        """The same, with the first of the rows."""
        told = self.text()
        if not self.at:
            return Text(told, told)
        held: dict[Text, list[int]] = {}
        for row in self.at:
            held.setdefault(row.held, []).append(row.number)
        ja, en = [], []
        for where, numbers in held.items():
            rows = [f"{n:,}" for n in sorted(numbers)]
            ja.append(f"{where.ja}の{'・'.join(rows)}行目")
            en.append(f"{where.en}, row {', '.join(rows)}")
        return Text(f"{told}（{'、'.join(ja)}）", f"{told} ({'; '.join(en)})")

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "place": self.place,
            "when": self.when,
            "rows": self.rows,
            "at": [r.to_dict() for r in self.at],
        }


@dataclass(frozen=True)
class RowRule:
    """A rule that each row keeps or breaks by itself; all of a table are counted in one pass."""

    rule: Rule
    broken: Callable[[Any], Any]


@dataclass(frozen=True)
class GroupRule:
    """A rule about rows together: gaps, overlaps, heaps.

    Attributes
    ----------
    find
        Returns where it is broken.
    among
        Tells which rows of the table an example is about; of a table with dates it is given those of the examples' months.
        None where it is about rows that are missing, about deliveries, or about people's rows none of which is wrong by
        itself.
    """

    rule: Rule
    find: Callable[[Snapshot], list[Example]]
    among: Callable[[Any, Example], Any] | None = None


@dataclass(frozen=True)
class RuleResult:
    """How many rows break a rule, of how many, and up to five places."""

    rule: Rule
    rows: int
    of: int
    examples: tuple[Example, ...] = ()

    @property
    def result(self) -> str:
        """``pass``, ``warn`` or ``fail``."""
        if not self.rows or self.rule.severity == "note":
            return "pass"
        return "fail" if self.rule.severity == "error" else "warn"


@dataclass(frozen=True)
class CheckReport:
    """All rules on a snapshot."""

    snapshot: str
    results: tuple[RuleResult, ...]

    @property
    def passed(self) -> bool:
        """Whether no rule fails."""
        return not any(r.result == "fail" for r in self.results)

    def of(self, id_: str) -> int:
        """Return the rows that break a rule, over all tables that have it."""
        return sum(r.rows for r in self.results if r.rule.id == id_)

    @property
    def text(self) -> Text:
        """The results, a line a rule, places below those that are broken."""
        mark = {"pass": "○", "warn": "△", "fail": "×"}
        ja, en = [], []
        for r in self.results:
            ja.append(
                f"{mark[r.result]} {r.rule.meaning.ja}: {r.rows:,}／{r.of:,}（{r.rule.table}.{r.rule.id}）"
            )
            en.append(
                f"{r.result:4} {r.rule.meaning.en}: {r.rows:,} of {r.of:,} ({r.rule.table}.{r.rule.id})"
            )
            if r.result != "pass" and r.examples:
                ja += [f"    {e.detail.ja}" for e in r.examples]
                en += [f"    {e.detail.en}" for e in r.examples]
        end = (
            Text("問題ありません。", "All rules pass.")
            if self.passed
            else Text("不合格の規則があります。", "Some rules fail.")
        )
        return Text("\n".join([*ja, end.ja]), "\n".join([*en, end.en]))

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {
            "snapshot": self.snapshot,
            "passed": self.passed,
            "rules": [
                {"id": r.rule.id, "table": r.rule.table, "severity": r.rule.severity, "result": r.result, "rows": r.rows,
                 "of": r.of, "meaning": r.rule.meaning.to_dict(), "examples": [e.to_dict() for e in r.examples]}
                for r in self.results
            ],
        }  # fmt: skip


def rule(id_: str, table: str, severity: Severity, ja: str, en: str) -> Rule:
    """Return a rule with its meaning in both languages."""
    return Rule(id_, table, severity, Text(ja, en))


def either(*conditions: Any) -> Any:
    """Return whether any of these holds; a missing value holds for none."""
    out = conditions[0].fill_null(False)
    for condition in conditions[1:]:
        out = out | condition.fill_null(False)
    return out


Counts = Mapping[str, int]
