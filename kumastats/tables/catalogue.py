"""Every canonical table that has a reader, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.errors import UsageError
from kumastats.tables.model import Column, Kind, Table
from kumastats.text import Text

REASONS = ("suppressed", "none", "not_applicable", "unknown")


def _column(
    name: str,
    kind: Kind,
    ja: str,
    en: str,
    *,
    required: bool = False,
    identity: bool = False,
    allowed: tuple[str, ...] | None = None,
) -> Column:
    return Column(name, kind, Text(ja, en), required, identity, allowed)


OFFICE = Table(
    "office",
    Text("職場・学校", "Offices and schools"),
    (
        _column("office_id", "text", "所属コード", "office code", required=True),
        _column("name_ja", "text", "所属名", "name in Japanese", required=True),
        _column("name_en", "text", "所属名（英語）", "name in English"),
        _column(
            "kind", "text", "区分", "kind", required=True,
            allowed=("head_office", "ward_office", "branch", "school"),
        ),
        _column("ward", "text", "区", "ward"),
        _column(
            "school_level", "text", "学校種別", "school level", allowed=("elementary", "junior_high", "high")
        ),
    ),
    ("office_id",),
)  # fmt: skip

PERSON_DAY = Table(
    "person_day",
    Text("勤務日（人・ポストごと）", "A person's day in a post"),
    (
        _column("person_id", "text", "個人（ハッシュ）", "person (keyed hash)", required=True, identity=True),
        _column("post_id", "text", "ポスト", "post", required=True),
        _column("date", "date", "日付", "date", required=True),
        _column("office_id", "text", "所属コード", "office code", required=True),
        _column("role", "text", "職種", "role", required=True, allowed=("city", "teacher")),
        _column(
            "employment", "text", "任用区分", "employment", allowed=("regular", "reappointed", "appointee")
        ),
        _column("overtime_eligible", "flag", "時間外勤務手当の対象", "eligible for overtime pay"),
        _column("scheduled_min", "minutes", "所定", "scheduled"),
        _column("worked_min", "minutes", "実働", "worked"),
        _column("ordered_overtime_min", "minutes", "時間外勤務命令", "ordered overtime"),
        _column("in_school_min", "minutes", "在校等時間", "time in school"),
        _column("holiday_work_min", "minutes", "休日勤務", "holiday work"),
        _column("late_night_min", "minutes", "深夜", "late night"),
        _column("leave_min", "minutes", "休暇", "leave"),
        _column("telework", "flag", "テレワーク", "telework"),
        _column("pc_on_min", "minutes", "PC使用", "PC on"),
        _column("missing_reason", "text", "欠測の理由", "why values are missing", allowed=REASONS),
    ),
    ("person_id", "post_id", "date"),
    "date",
)

PERSON_WEEK = Table(
    "person_week",
    Text("個人の週（Viva Insights）", "A person's week (Viva Insights)"),
    (
        _column("person_id", "text", "個人（ハッシュ）", "person (keyed hash)", required=True, identity=True),
        _column("week_start", "date", "週の初日", "first day of the week", required=True),
        _column("office_id", "text", "所属", "organisation"),
        *(
            _column(f"{name}_min", "minutes", ja, en)
            for name, ja, en in (
                ("meeting", "会議", "meetings"),
                ("collaboration", "協働", "collaboration"),
                ("email", "メール", "email"),
                ("chat", "チャット", "chat"),
                ("after_hours", "時間外の協働", "after-hours collaboration"),
                ("conflicting_meeting", "重複した会議", "conflicting meetings"),
                ("large_long_meeting", "大人数・長時間の会議", "large and long meetings"),
                ("multitasking", "会議中の内職", "multitasking in meetings"),
            )
        ),
    ),
    ("person_id", "week_start"),
    "week_start",
)

TICKET = Table(
    "ticket",
    Text("窓口の番号札", "Counter tickets"),
    (
        _column("ticket_id", "text", "受付番号", "ticket", required=True),
        _column("office_id", "text", "庁舎コード", "office code", required=True),
        _column("service", "text", "業務", "service"),
        _column("issued_at", "instant", "発券", "issued", required=True),
        _column("called_at", "instant", "呼出", "called"),
        _column("finished_at", "instant", "終了", "finished"),
        _column("left_at", "instant", "離脱", "left"),
        _column("desk_id", "text", "窓口", "desk"),
        _column(
            "outcome", "text", "結果", "outcome", required=True,
            allowed=("served", "left", "no_show", "transferred", "void", "unknown"),
        ),
    ),
    ("office_id", "ticket_id"),
    "issued_at",
)  # fmt: skip

CATALOGUE: Mapping[str, Table] = MappingProxyType(
    {t.name: t for t in (OFFICE, PERSON_DAY, PERSON_WEEK, TICKET)}
)


def table(name: str) -> Table:
    """Return the canonical table called `name`.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in CATALOGUE:
        known = ", ".join(CATALOGUE)
        raise UsageError(
            Text(f"表「{name}」はありません。", f"There is no table “{name}”."),
            remedy=Text(f"使えるのは {known}", f"Known: {known}"),
        )
    return CATALOGUE[name]
