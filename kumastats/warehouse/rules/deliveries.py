"""Rules about deliveries: corrections that came late, headers that changed, offices that are on no list."""

from __future__ import annotations

from collections import defaultdict

from kumastats.tables import table
from kumastats.warehouse.rules.model import Example, GroupRule, rule
from kumastats.warehouse.snapshot import Snapshot

LATE_DAYS = 14
REPEATED_FILE = "repeated_file"
OFFICE_TABLES = (
    "person_day",
    "person",
    "ticket",
    "case",
    "enquiry",
    "print_day",
    "document_diary",
    "work_sample",
    "survey_response",
)


def late_corrections(snapshot: Snapshot) -> list[Example]:
    """Find places and months whose rows a later delivery replaced more than 14 days after the first."""
    found = []
    for delivery in snapshot.deliveries:
        gone = snapshot.superseded(delivery)
        later = [d for d in snapshot.of(delivery.table) if d.batch > delivery.batch and d.coverage & gone]
        if not later or delivery.table == "office" or table(delivery.table).date_column is None:
            continue
        if (later[-1].received_on - delivery.received_on).days > LATE_DAYS:
            months: dict[str, int] = defaultdict(int)
            for _, when in gone:
                months[when[:7]] += 1
            found += [Example(delivery.table, m, n) for m, n in sorted(months.items())]
    return found


def repeated(snapshot: Snapshot) -> list[Example]:
    """Find deliveries that brought again exactly the rows they replaced, and files whose bytes came more than once."""
    found = [
        Example(delivery.table, str(file.get("first_date") or "—")[:7], file["rows_kept"] * n)
        for delivery in snapshot.deliveries
        for file in delivery.files
        if (n := file.get("counts", {}).get(REPEATED_FILE, 0))
    ]
    for later in snapshot.deliveries:
        if table(later.table).date_column is None:
            continue
        for first in snapshot.of(later.table):
            again = first.batch < later.batch and later.coverage <= first.coverage
            if again and snapshot.same_rows(first, later):
                found.append(Example(later.table, min(when for _, when in later.coverage)[:7], later.rows))
    return found


def schema_drift(snapshot: Snapshot) -> list[Example]:
    """Find sources whose unread headers differ between files, by the day they were received."""
    heads: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for delivery in snapshot.deliveries:
        for file in delivery.files:
            told = tuple(sorted(file.get("ignored_columns", ())))
            heads[delivery.source].setdefault(told, str(file.get("first_date") or delivery.received_on))
    return [
        Example(source, when, 1)
        for source, seen in sorted(heads.items())
        if len(seen) > 1
        for when in sorted(seen.values())[1:]
    ]


def unknown_offices(name: str) -> GroupRule:
    """Return the rule that every office of a table is on the list of offices."""

    def find(snapshot: Snapshot) -> list[Example]:
        if not snapshot.has("office"):
            return []
        known = sorted(snapshot.frame("office", ["office_id"])["office_id"])
        rows = snapshot.table(name)
        made = (
            rows.filter(rows.office_id.notnull() & ~rows.office_id.isin(known))
            .group_by("office_id")
            .aggregate(n=lambda t: t.count())
            .execute()
            .sort_values("office_id")
        )
        return [Example(str(r.office_id), "—", int(r.n)) for r in made.itertuples(index=False)]

    return GroupRule(
        rule(
            "office_known", name, "warning", "一覧にない所属コード", "office codes that are not on the list"
        ),
        find,
        lambda rows, example: rows.office_id == example.place,
    )


GROUPS = (
    GroupRule(rule("repeated_delivery", "*", "note", "同じ行をもう一度受領した", "rows received a second time, unchanged"), repeated),
    *(unknown_offices(name) for name in OFFICE_TABLES),
    GroupRule(rule("late_correction", "*", "note", "受領から14日より後に置き換わった職場・月", "places and months replaced over 14 days after they were received"), late_corrections),
    GroupRule(rule("schema_drift", "*", "note", "見出しの変わったファイル", "files whose headers changed"), schema_drift),
)  # fmt: skip
