"""Rules about what is held: each a count of rows in one pass over the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from kumastats.tables import table
from kumastats.text import Text
from kumastats.warehouse.snapshot import Snapshot

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    severity
        An ``error`` fails the check; a ``warning`` is to be looked at; a ``note`` is told.
    """

    id: str
    table: str
    severity: Severity
    meaning: Text


@dataclass(frozen=True)
class RuleResult:
    """How many rows break a rule, of how many."""

    rule: Rule
    rows: int
    of: int

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

    @property
    def text(self) -> Text:
        """The results, a line a rule."""
        mark = {"pass": "○", "warn": "△", "fail": "×"}
        ja = [
            f"{mark[r.result]} {r.rule.meaning.ja}: {r.rows:,}／{r.of:,}行（{r.rule.table}）"
            for r in self.results
        ]
        en = [
            f"{r.result:4} {r.rule.meaning.en}: {r.rows:,} of {r.of:,} rows ({r.rule.table})"
            for r in self.results
        ]
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
                {"id": r.rule.id, "table": r.rule.table, "result": r.result, "rows": r.rows, "of": r.of,
                 "meaning": r.rule.meaning.to_dict()}
                for r in self.results
            ],
        }  # fmt: skip


def _rule(id_: str, name: str, severity: Severity, ja: str, en: str) -> Rule:
    return Rule(id_, name, severity, Text(ja, en))


RULES = (
    _rule("office_known", "person_day", "warning", "一覧にない所属コード", "office codes that are not on the list"),
    _rule("day_too_long", "person_day", "error", "一日が24時間を超える、または負", "days over 24 hours, or negative"),
    _rule("overtime_without_eligibility", "person_day", "error", "対象外の人の時間外命令", "overtime ordered of who is not eligible"),
    _rule("half_hour_steps", "person_day", "note", "30分刻みで記録された時間外", "overtime recorded in steps of half an hour"),
    _rule("pc_gap", "person_day", "note", "PC使用が実働より2時間以上長い", "PC on for two hours more than worked"),
    _rule("two_posts", "person_day", "note", "同じ日に二つのポスト", "two posts on a day"),
    _rule("office_known", "ticket", "warning", "一覧にない庁舎コード", "office codes that are not on the list"),
    _rule("negative_wait", "ticket", "error", "待ち時間・応対時間が負", "negative waits or services"),
    _rule("no_finish", "ticket", "warning", "完了だが終了時刻がない", "served without a time of finish"),
    _rule("wait_over_day", "ticket", "warning", "待ち時間が10時間を超える", "waits over ten hours"),
    _rule("week_too_long", "person_week", "error", "一週間の会議が168時間を超える、または負", "weeks over 168 hours, or negative"),
    _rule("not_sunday", "person_week", "warning", "週の初日が日曜でない", "weeks that do not start on a Sunday"),
)  # fmt: skip


def check_snapshot(snapshot: Snapshot) -> CheckReport:
    """Apply every rule whose table is held, one aggregate query a table."""
    results = []
    for name in sorted({r.table for r in RULES}):
        if not snapshot.has(name):
            continue
        counts = _counts(snapshot, name)
        total = counts["_rows"]
        results += [RuleResult(r, counts[r.id], total) for r in RULES if r.table == name and r.id in counts]
    return CheckReport(snapshot.id, tuple(results))


def _counts(snapshot: Snapshot, name: str) -> Mapping[str, int]:
    rows = snapshot.table(name)
    broken: dict[str, Any] = {}
    if name == "person_day":
        durations = [c.name for c in table(name).columns if c.kind == "minutes"]
        long = [rows[c] > 24 * 60 for c in durations] + [rows[c] < 0 for c in durations]
        broken["day_too_long"] = _any(long)
        broken["overtime_without_eligibility"] = (
            rows.ordered_overtime_min.notnull() & ~rows.overtime_eligible.fill_null(True)
        )
        broken["half_hour_steps"] = (rows.ordered_overtime_min > 0) & (rows.ordered_overtime_min % 30 == 0)
        broken["pc_gap"] = rows.pc_on_min - rows.worked_min >= 120
        broken["two_posts"] = rows.post_id != "1"
    elif name == "ticket":
        broken["negative_wait"] = (rows.wait_sec < 0) | (rows.service_sec < 0)
        broken["no_finish"] = (rows.outcome == "served") & rows.finished_at.isnull()
        broken["wait_over_day"] = rows.wait_sec > 10 * 3600
    elif name == "person_week":
        held = [c.name for c in table(name).columns if c.kind == "minutes"]
        broken["week_too_long"] = _any([rows[c] > 168 * 60 for c in held] + [rows[c] < 0 for c in held])
        broken["not_sunday"] = rows.week_start.day_of_week.index() != 6
    if name != "person_week" and snapshot.has("office"):
        known = sorted(snapshot.frame("office", ["office_id"])["office_id"])
        broken["office_known"] = ~rows.office_id.isin(known)
    made = rows.aggregate(
        _rows=rows.count(),
        **{k: v.fill_null(False).cast("int64").sum().fill_null(0) for k, v in broken.items()},
    ).execute()
    return MappingProxyType({k: int(made[k].iloc[0]) for k in ("_rows", *broken)})


def _any(conditions: list[Any]) -> Any:
    out = conditions[0].fill_null(False)
    for condition in conditions[1:]:
        out = out | condition.fill_null(False)
    return out
