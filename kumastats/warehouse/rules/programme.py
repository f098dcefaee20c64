"""Rules about the programme, disaster response and the community."""

from __future__ import annotations

from typing import Any

from kumastats.warehouse.rules import gaps
from kumastats.warehouse.rules.model import Example, GroupRule, RowRule, either, rule
from kumastats.warehouse.snapshot import Snapshot

ROWS = (
    RowRule(
        rule("dates_out_of_order", "rollout", "error", "発表・先行・本稼働の順でない日付", "dates not in the order announced, piloted, live"),
        lambda t: either(t.piloted_on < t.announced_on, t.live_on < t.announced_on, t.live_on < t.piloted_on),
    ),
    RowRule(
        rule("no_live_date", "rollout", "warning", "本稼働日がない", "no live date"),
        lambda t: t.live_on.isnull(),
    ),
    RowRule(
        rule("negative_amount", "cost", "note", "負の金額（減額・戻入）", "negative amounts (reductions, refunds)"),
        lambda t: t.yen < 0,
    ),
    RowRule(
        rule("negative_count", "shelter_day", "error", "負の人数", "negative numbers of people"),
        lambda t: either(t.evacuees < 0, t.staff < 0, t.staff_needed < 0),
    ),
    RowRule(
        rule("staff_missing", "shelter_day", "note", "必要職員に足りない日", "days with fewer staff than needed"),
        lambda t: t.staff < t.staff_needed,
    ),
    RowRule(
        rule("reply_before_post", "community_post", "error", "投稿より前の返信", "replies before the post"),
        lambda t: t.first_reply_min < 0,
    ),
    RowRule(
        rule("more_visited_than_due", "watch_over", "warning", "予定より多い訪問・期限超過", "more households visited or overdue than due"),
        lambda t: either(t.households_visited > t.households_due, t.households_overdue > t.households_due),
    ),
)  # fmt: skip


def _actual_without_budget(snapshot: Snapshot) -> list[Example]:
    held = snapshot.frame("cost", ["fiscal_year", "initiative_id", "kind"])
    planned = set(
        held.loc[held["kind"] == "budget", ["fiscal_year", "initiative_id"]].itertuples(
            index=False, name=None
        )
    )
    spent = held.loc[held["kind"] == "actual", ["fiscal_year", "initiative_id"]].drop_duplicates()
    return [
        Example(str(i), str(y), 1)
        for y, i in spent.itertuples(index=False, name=None)
        if (y, i) not in planned
    ]


def _spent(rows: Any, example: Example) -> Any:
    year = rows.fiscal_year == example.when
    return (rows.kind == "actual") & (rows.initiative_id == example.place) & year


def _missing_month(snapshot: Snapshot) -> list[Example]:
    return gaps.months_of_each_place(snapshot, "watch_over", "area", "month")


GROUPS = (
    GroupRule(rule("actual_without_budget", "cost", "warning", "予算のない決算", "actual cost without a budget"), _actual_without_budget, _spent),
    GroupRule(rule("missing_month", "watch_over", "warning", "前後にはあるのにない月（地区ごと）", "months missing between months held, by area"), _missing_month),
)  # fmt: skip
