"""Applies every rule whose table is held: one aggregate query a table for rules of rows, one each for rules of groups."""

from __future__ import annotations

from typing import Any

from kumastats.warehouse.rules import deliveries, people, programme, services
from kumastats.warehouse.rules.model import SHOWN, CheckReport, Example, GroupRule, RowRule, Rule, RuleResult
from kumastats.warehouse.rules.rows import NumberedSnapshot, place_and_day, there_and_then
from kumastats.warehouse.sharing import shared
from kumastats.warehouse.snapshot import Snapshot
from kumastats.warehouse.validation import count_broken

ROW_RULES: tuple[RowRule, ...] = (*people.DAYS, *services.ROWS, *programme.ROWS)
GROUP_RULES: tuple[GroupRule, ...] = (*people.GROUPS, *services.GROUPS, *programme.GROUPS, *deliveries.GROUPS)
RULES: tuple[Rule, ...] = (*(r.rule for r in ROW_RULES), *(g.rule for g in GROUP_RULES))


@shared
def check_snapshot(snapshot: Snapshot) -> CheckReport:
    """Apply every rule whose table is held. Sorted by table, then severity and id."""
    results: list[RuleResult] = []
    numbered = NumberedSnapshot(snapshot)
    totals: dict[str, int] = {"*": len(snapshot.deliveries)}
    for name in snapshot.tables:
        mine = [r for r in ROW_RULES if r.rule.table == name]
        counts, totals[name] = count_broken(snapshot.table(name), {r.rule.id: r.broken for r in mine})
        for r in mine:
            n = counts[r.rule.id]
            examples = _examples(snapshot, numbered, name, r) if n and r.rule.severity != "note" else ()
            results.append(RuleResult(r.rule, n, totals[name], examples))
    for g in GROUP_RULES:
        if g.rule.table != "*" and not snapshot.has(g.rule.table):
            continue
        found = g.find(snapshot)
        shown = tuple(sorted(found, key=lambda e: (-e.rows, e.place, e.when))[:SHOWN])
        if g.among is not None and shown and g.rule.severity != "note":
            shown = numbered.located(g.rule.table, shown, g.among)
        results.append(RuleResult(g.rule, sum(e.rows for e in found), totals[g.rule.table], shown))
    order = {"error": 0, "warning": 1, "note": 2}
    results.sort(key=lambda r: (r.rule.table, order[r.rule.severity], r.rule.id))
    return CheckReport(snapshot.id, tuple(results))


def _examples(
    snapshot: Snapshot, numbered: NumberedSnapshot, name: str, rule: RowRule
) -> tuple[Example, ...]:
    """Return the places and days with the most broken rows, and the first of these rows: never who."""
    rows = snapshot.table(name)
    broken = rows.filter(rule.broken(rows).fill_null(False))
    place, when = place_and_day(name, broken)
    made = (
        broken.mutate(place=place, when=when)
        .group_by(["place", "when"])
        .aggregate(n=lambda t: t.count())
        .execute()
        .sort_values(["n", "place", "when"], ascending=[False, True, True])
        .head(SHOWN)
    )
    examples = [Example(str(r.place), str(r.when), int(r.n)) for r in made.itertuples(index=False)]

    def among(rows: Any, example: Example) -> Any:
        return rule.broken(rows) & there_and_then(name, rows, example)

    return numbered.located(name, examples, among)
