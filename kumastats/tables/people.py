"""Offices, people in posts, and how they spend days, weeks and meetings, as logged, told or seen in passing."""

from __future__ import annotations

from kumastats.tables.column import column, person, reason
from kumastats.tables.model import Table
from kumastats.text import Text

EMPLOYMENT = ("regular", "reappointed", "appointee")
CAP_REGIMES = ("ordinary", "heteronomous", "special", "article36", "manager")

OFFICE = Table(
    "office",
    Text("職場・学校", "Offices and schools"),
    (
        column("office_id", "text", "所属コード", "office code", required=True),
        column("name_ja", "text", "所属名", "name in Japanese", required=True),
        column("name_en", "text", "所属名（英語）", "name in English"),
        column(
            "kind", "text", "区分", "kind", required=True,
            allowed=("head_office", "ward_office", "branch", "school"),
        ),
        column("ward", "text", "区", "ward"),
        column(
            "school_level", "text", "学校種別", "school level", allowed=("elementary", "junior_high", "high")
        ),
    ),
    ("office_id",),
)  # fmt: skip

PERSON = Table(
    "person",
    Text("人の在籍（ポストごと）", "A person in a post for a while"),
    (
        person(),
        column("post_id", "text", "ポスト", "post", required=True),
        column("valid_from", "date", "発令日", "from", required=True),
        column("valid_to", "date", "終了日", "to"),
        column("office_id", "text", "所属コード", "office code", required=True),
        column("role", "text", "職種", "role", required=True, allowed=("city", "teacher")),
        column("employment", "text", "任用区分", "employment", allowed=EMPLOYMENT),
        column("grade_band", "text", "職級帯", "grade band"),
        column("overtime_eligible", "flag", "時間外勤務手当の対象", "eligible for overtime pay"),
        # 原則 ・ 他律的業務 ・ 特例業務 ・ 36協定 ・ 管理職
        column("cap_regime", "text", "上限の区分", "cap regime", allowed=CAP_REGIMES),
    ),
    ("person_id", "post_id", "valid_from"),
)

PERSON_DAY = Table(
    "person_day",
    Text("勤務日（人・ポストごと）", "A person's day in a post"),
    (
        person(),
        column("post_id", "text", "ポスト", "post", required=True),
        column("date", "date", "日付", "date", required=True),
        column("office_id", "text", "所属コード", "office code", required=True),
        column("role", "text", "職種", "role", required=True, allowed=("city", "teacher")),
        column("employment", "text", "任用区分", "employment", allowed=EMPLOYMENT),
        column("overtime_eligible", "flag", "時間外勤務手当の対象", "eligible for overtime pay"),
        column("scheduled_min", "minutes", "所定", "scheduled"),
        column("worked_min", "minutes", "実働", "worked"),
        column("ordered_overtime_min", "minutes", "時間外勤務命令", "ordered overtime"),
        column("in_school_min", "minutes", "在校等時間", "time in school"),
        column("holiday_work_min", "minutes", "休日勤務", "holiday work"),
        column("late_night_min", "minutes", "深夜", "late night"),
        column("leave_min", "minutes", "休暇", "leave"),
        column("telework", "flag", "テレワーク", "telework"),
        column("pc_on_min", "minutes", "PC使用", "PC on"),
        reason(),
    ),
    ("person_id", "post_id", "date"),
    "date",
)

SCHOOL_YEAR = Table(
    "school_year",
    Text("学校の年間時間（公表値）", "A school's printed yearly hours"),
    (
        column("office_id", "text", "学校コード", "school code", required=True),
        column("year_start", "date", "年度の初日", "first day of the fiscal year", required=True),
        column("teachers", "count", "教員数", "teachers"),
        column("beyond_regular_min", "minutes", "一人当たり時間外在校等時間", "time in school beyond regular hours, a teacher"),
        column("over_45h", "count", "月45時間を超えた人", "teachers over 45 hours a month"),
        reason(),
    ),
    ("office_id", "year_start"),
    "year_start",
)  # fmt: skip

PERSON_WEEK = Table(
    "person_week",
    Text("個人の週（Viva Insights）", "A person's week (Viva Insights)"),
    (
        person(),
        column("week_start", "date", "週の初日", "first day of the week", required=True),
        column("office_id", "text", "所属", "organisation"),
        *(
            column(f"{name}_min", "minutes", ja, en)
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

MEETING = Table(
    "meeting",
    Text("会議", "Meetings"),
    (
        column("meeting_id", "text", "会議（ハッシュ）", "meeting (keyed hash)", required=True),
        column("start", "instant", "開始", "start", required=True),
        column("duration_min", "minutes", "長さ", "length"),
        column("organiser_office_id", "text", "主催した所属", "organiser's office"),
        column("invited", "count", "招待された人", "people invited"),
        column("attended", "count", "出席した人", "people who attended"),
        column("multitasking", "count", "内職をした人", "people multitasking"),
        column("recurring", "flag", "定例", "recurring"),
        column("cancelled", "flag", "取り消し", "cancelled"),
        column("attendee_min", "integer", "延べ時間（分）", "attendee-minutes"),
    ),
    ("meeting_id",),
    "start",
    place_column="organiser_office_id",
)

DOCUMENT_DIARY = Table(
    "document_diary",
    Text("文書を探した時間の日記", "A diary of searching for documents"),
    (
        person(),
        column("date", "date", "日付", "date", required=True),
        column("office_id", "text", "所属コード", "office code"),
        column("search_min", "minutes", "探した時間", "time spent searching"),
        column("searches", "count", "探した回数", "searches"),
        column("medium", "text", "媒体", "medium", required=True, allowed=("paper", "digital", "both")),
        column("weight", "thousandths", "重み（千分率）", "survey weight, thousandths"),
        reason(),
    ),
    ("person_id", "date", "medium"),
    "date",
)

# nobody is named: a round counts who is there and who of them searches
WORK_SAMPLE = Table(
    "work_sample",
    Text(
        "文書を探す人の観測（ワークサンプリング）", "Rounds of work sampling: who is searching for documents"
    ),
    (
        column("office_id", "text", "所属コード", "office code", required=True),
        column("observed_at", "instant", "観測日時", "time of the round", required=True),
        column("observed", "count", "観測した人", "people seen"),
        column("searching", "count", "文書を探していた人", "of them searching for documents"),
        column("searching_paper", "count", "うち紙の文書を探していた人", "of these, searching on paper"),
        column("on_duty_min", "minutes", "割合を掛ける勤務時間", "working minutes the share stands for"),
        column("weight", "thousandths", "重み（千分率）", "survey weight, thousandths"),
        reason(),
    ),
    ("office_id", "observed_at"),
    "observed_at",
    people_column="observed",
    counting_column="searching",
)
