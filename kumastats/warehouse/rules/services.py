"""Rules about counters, cases, enquiries, printing, usage, lessons and surveys."""

from __future__ import annotations

from typing import Any

from kumastats.warehouse.rules import gaps
from kumastats.warehouse.rules.model import Example, GroupRule, RowRule, either, rule
from kumastats.warehouse.snapshot import Snapshot
from kumastats.warehouse.windows import side_by_side

LONG_WAIT = 10 * 3600
AGAIN = r"^\d{4}-\d{2}-\d{2}-.*-\d+$"
FEWEST_RESTARTS = 5


def _before(then: Any, received: Any) -> Any:
    """Return whether a time lies before the receipt; a day without a time, held as midnight, may be the day of the receipt."""
    return (then < received) & ((then.date() < received.date()) | (then > then.truncate("D")))


ROWS = (
    RowRule(
        rule("negative_wait", "ticket", "error", "待ち時間・応対時間が負", "negative waits or services"),
        lambda t: either(t.wait_sec < 0, t.service_sec < 0),
    ),
    RowRule(
        rule("no_finish", "ticket", "warning", "完了だが終了時刻がない", "served without a time of finish"),
        lambda t: (t.outcome == "served") & t.finished_at.isnull(),
    ),
    RowRule(
        rule("wait_over_day", "ticket", "warning", "待ち時間が10時間を超える", "waits over ten hours"),
        lambda t: t.wait_sec > LONG_WAIT,
    ),
    RowRule(
        rule("finished_before_receipt", "case", "error", "受付より前の完了・差戻し", "cases completed or returned before they were received"),
        lambda t: either(_before(t.completed_at, t.received_at), _before(t.returned_at, t.received_at)),
    ),
    RowRule(
        rule("beyond_standard_days", "case", "note", "標準処理期間を超えた申請", "cases beyond their standard processing days"),
        lambda t: (t.completed_at.date() - t.received_at.date()).cast("int64") > t.standard_days,
    ),
    RowRule(
        rule("ends_before_start", "enquiry", "error", "開始より前に終わる問い合わせ", "enquiries that end before they start"),
        lambda t: t.ended_at < t.started_at,
    ),
    RowRule(
        rule("handed_over_unresolved", "enquiry", "note", "引き継がれ、解決の記録がない問い合わせ", "enquiries handed over and not resolved"),
        lambda t: t.escalated_to.notnull() & ~t.resolved.fill_null(False),
    ),
    RowRule(
        rule("impossible_pages", "print_day", "error", "面数・枚数が負、または用紙が面より多い", "negative sides, or more sheets than sides"),
        lambda t: either(t.pages_mono < 0, t.pages_colour < 0, t.sheets > t.pages_mono + t.pages_colour),
    ),
    RowRule(
        rule("negative_use", "usage", "error", "利用の値が負", "negative values of use"),
        lambda t: t.value < 0,
    ),
    RowRule(
        rule("concealed_user", "usage", "note", "名前を伏せた利用者の行", "rows of users whose names are concealed"),
        lambda t: t.unit_kind == "concealed",
    ),
    RowRule(
        rule("score_outside_scale", "survey_response", "error", "段階の外の点", "scores outside their scale"),
        lambda t: either(t.score < 0, t.score > t.scale_max),
    ),
    RowRule(
        rule("negative_count", "lesson_share", "error", "負の回数", "negative counts"),
        lambda t: either(t.uploads < 0, t.downloads < 0, t.reuses < 0),
    ),
    RowRule(
        rule("impossible_hours", "school_year", "error", "年間時間外が負、または5,000時間を超える", "yearly hours negative or over 5,000"),
        lambda t: either(t.beyond_regular_min < 0, t.beyond_regular_min > 5000 * 60, t.over_45h > t.teachers),
    ),
)  # fmt: skip


def _restarted(snapshot: Snapshot) -> list[Example]:
    """Find days on which an office's ticket numbers began again."""
    rows = snapshot.table("ticket")
    made = (
        rows.mutate(
            when=rows.issued_at.strftime("%Y-%m-%d"), again=rows.ticket_id.re_search(AGAIN).cast("int64")
        )
        .group_by(["office_id", "when"])
        .aggregate(n=lambda t: t.again.sum())
        .execute()
        .sort_values(["office_id", "when"])
    )
    found = made[made["n"] >= FEWEST_RESTARTS]
    return [Example(str(r.office_id), str(r.when), 1) for r in found.itertuples(index=False)]


def _numbered_again(rows: Any, example: Example) -> Any:
    return (
        (rows.office_id == example.place)
        & (rows.issued_at.strftime("%Y-%m-%d") == example.when)
        & rows.ticket_id.re_search(AGAIN)
    )


def _missing_days(snapshot: Snapshot) -> list[Example]:
    return gaps.days_of_each_place(snapshot, "ticket", "office_id", "issued_at")


def _overlapping(snapshot: Snapshot) -> list[Example]:
    """Find rolling windows that were pulled again before they ended; the rows are left out of `usage`."""
    rows = snapshot.pulled("usage")
    counts = rows.group_by(["product", "period_start", "period_end"]).aggregate(n=rows.count()).execute()
    found = []
    for product, mine in counts.groupby("product", sort=True):
        days = [(a.date(), b.date()) for a, b in zip(mine["period_start"], mine["period_end"], strict=True)]
        kept = set(side_by_side(days))
        found += [
            Example(str(product), str(day[1]), int(n))
            for day, n in sorted(zip(days, mine["n"], strict=True))
            if day not in kept
        ]
    return found


def _schema_break(snapshot: Snapshot) -> list[Example]:
    """Find products and metrics that appear or vanish while others go on."""
    rows = snapshot.table("usage")
    spans = (
        rows.filter(rows.unit_kind != "office")
        .group_by(["product", "metric"])
        .aggregate(first=lambda t: t.period_end.min(), last=lambda t: t.period_end.max())
        .execute()
    )
    if spans.empty:
        return []
    found = []
    end = spans["last"].max()
    for product, mine in spans.groupby("product", sort=True):
        first, last = mine["first"].min(), mine["last"].max()
        late = mine[mine["first"] > first]
        early = mine[mine["last"] < last]
        for when, here in late.groupby("first", sort=True):
            found.append(Example(str(product), str(when)[:10], len(here)))
        for when, here in early.groupby("last", sort=True):
            found.append(Example(str(product), str(when)[:10], len(here)))
        if (end - last).days > 180:
            found.append(Example(str(product), str(last)[:10], len(mine)))
    return found


def _at_the_break(rows: Any, example: Example) -> Any:
    return (
        (rows.unit_kind != "office")
        & (rows.product == example.place)
        & (rows.period_end.strftime("%Y-%m-%d") == example.when)
    )


def _asked_there(rows: Any, example: Example) -> Any:
    return (rows.population == example.place) & (rows.wave + " " + rows.question_id == example.when)


def _renamed(snapshot: Snapshot) -> list[Example]:
    """Find questions that only some waves of a survey ask."""
    rows = snapshot.table("survey_response")
    asked = (
        rows.filter(~rows.question_id.contains("#"))
        .group_by(["population", "wave", "question_id"])
        .aggregate(n=lambda t: t.count())
        .execute()
    )
    found = []
    for population, mine in asked.groupby("population", sort=True):
        waves = sorted(mine["wave"].unique())
        everywhere = mine.groupby("question_id")["wave"].nunique()
        for question in sorted(everywhere[everywhere < len(waves)].index):
            when = sorted(mine.loc[mine["question_id"] == question, "wave"])
            found.append(Example(str(population), f"{when[0]} {question}", 1))
    return found


def _no_answer(snapshot: Snapshot) -> list[Example]:
    """Count answers that were not given, by wave."""
    rows = snapshot.table("survey_response")
    made: Any = (
        rows.filter(rows.score.isnull())
        .group_by(["population", "wave"])
        .aggregate(n=lambda t: t.count())
        .execute()
        .sort_values(["population", "wave"])
    )
    return [Example(str(r.population), str(r.wave), int(r.n)) for r in made.itertuples(index=False)]


GROUPS: tuple[GroupRule, ...] = (
    GroupRule(rule("restarted_numbers", "ticket", "warning", "一日の中で番号が初めに戻った（庁舎・日）", "office-days on which ticket numbers began again"), _restarted, _numbered_again),
    GroupRule(rule("missing_day", "ticket", "warning", "前後にはあるのにない開庁日（庁舎ごと）", "working days missing between days held, by office"), _missing_days),
    GroupRule(rule("overlapping_window", "usage", "note", "重なるため使わない集計期間の行", "rows of rolling windows left out because they overlap"), _overlapping),
    GroupRule(rule("schema_break", "usage", "warning", "途中で現れた、または消えた指標", "metrics that appear or vanish on the way"), _schema_break, _at_the_break),
    GroupRule(rule("renamed_column", "survey_response", "warning", "一部の回にしかない設問", "questions that only some waves ask"), _renamed, _asked_there),
    GroupRule(rule("no_answer", "survey_response", "note", "答えのない設問", "questions not answered"), _no_answer),
)  # fmt: skip
