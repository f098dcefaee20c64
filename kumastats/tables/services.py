"""Counters, applications, enquiries, printing, use of systems, shared lessons, and surveys."""

from __future__ import annotations

from kumastats.tables.column import column, reason
from kumastats.tables.model import Table
from kumastats.text import Text

CHANNELS = ("chatbot", "phone", "counter", "remote")

TICKET = Table(
    "ticket",
    Text("窓口の番号札", "Counter tickets"),
    (
        column("ticket_id", "text", "受付番号", "ticket", required=True),
        column("office_id", "text", "庁舎コード", "office code", required=True),
        column("service", "text", "業務", "service"),
        column("issued_at", "instant", "発券", "issued", required=True),
        column("called_at", "instant", "呼出", "called"),
        column("finished_at", "instant", "終了", "finished"),
        column("left_at", "instant", "離脱", "left"),
        column("desk_id", "text", "窓口", "desk"),
        column(
            "outcome", "text", "結果", "outcome", required=True,
            allowed=("served", "left", "no_show", "transferred", "void", "unknown"),
        ),
    ),
    ("office_id", "ticket_id"),
    "issued_at",
    span="day",
)  # fmt: skip

CASE = Table(
    "case",
    Text("申請の処理", "Applications handled"),
    (
        column("case_id", "text", "受付番号（ハッシュ）", "case (keyed hash)", required=True),
        column("office_id", "text", "所属コード", "office code", required=True),
        column("procedure", "text", "手続", "procedure", required=True),
        column("channel", "text", "経路", "channel", allowed=("counter", "post", "online")),
        column("received_at", "instant", "受付", "received", required=True),
        column("returned_at", "instant", "差戻し", "returned"),
        column("completed_at", "instant", "完了", "completed"),
        column("standard_days", "count", "標準処理期間（日）", "standard processing days"),
        column("approvals", "count", "決裁の段数", "approvals"),
    ),
    ("office_id", "case_id"),
    "received_at",
)

ENQUIRY = Table(
    "enquiry",
    Text("問い合わせ", "Enquiries"),
    (
        column("enquiry_id", "text", "問い合わせ（ハッシュ）", "enquiry (keyed hash)", required=True),
        column("channel", "text", "経路", "channel", required=True, allowed=CHANNELS),
        column("office_id", "text", "所属コード", "office code"),
        column("topic", "text", "分類", "topic"),
        column("started_at", "instant", "開始", "started", required=True),
        column("ended_at", "instant", "終了", "ended"),
        column("resolved", "flag", "解決", "resolved"),
        column("escalated_to", "text", "引継ぎ先", "handed over to", allowed=CHANNELS),
        column(
            "follow_up_within_min", "integer", "次の問い合わせまで（分）", "minutes until the next contact"
        ),
    ),
    ("channel", "enquiry_id"),
    "started_at",
    place_column="channel",
    span="day",
)

# a day, not a month: print servers write a log a day, and one more day must not replace its month
PRINT_DAY = Table(
    "print_day",
    Text("職場の印刷", "An office's printing"),
    (
        column("office_id", "text", "所属コード", "office code", required=True),
        column("date", "date", "日付", "date", required=True),
        column("pages_mono", "integer", "白黒（面）", "sides in black"),
        column("pages_colour", "integer", "カラー（面）", "sides in colour"),
        column("sheets", "integer", "用紙（枚）", "sheets of paper"),
        column("jobs", "count", "印刷の回数", "jobs"),
        column("cost_yen", "yen", "費用", "cost"),
    ),
    ("office_id", "date"),
    "date",
    span="day",
)

USAGE = Table(
    "usage",
    Text("利用と普及", "Use and coverage"),
    (
        column("unit_kind", "text", "単位の種類", "kind of unit", required=True, allowed=("person", "office", "concealed")),
        column("unit_id", "text", "単位（人はハッシュ）", "unit (a person as a keyed hash)", required=True, identity=True),
        column("period_start", "date", "期間の初日", "first day", required=True),
        column("period_end", "date", "期間の末日", "last day", required=True),
        column("product", "text", "製品", "product", required=True),
        column("metric", "text", "指標", "metric", required=True),
        column("value", "integer", "値", "value"),
        reason(),
    ),
    ("unit_kind", "unit_id", "product", "metric", "period_start", "period_end"),
    "period_end",
    place_column="product",
    span="day",
)  # fmt: skip

LESSON_SHARE = Table(
    "lesson_share",
    Text("授業の共有", "Shared lessons"),
    (
        column("school_id", "text", "学校コード", "school code", required=True),
        column("date", "date", "日付", "date", required=True),
        column("uploads", "count", "登録", "uploads"),
        column("downloads", "count", "取得", "downloads"),
        column("reuses", "count", "再利用", "reuses"),
    ),
    ("school_id", "date"),
    "date",
    place_column="school_id",
    span="day",
)

SURVEY_RESPONSE = Table(
    "survey_response",
    Text("アンケートの回答", "Survey answers"),
    (
        column("response_id", "text", "回答（ハッシュ）", "response (keyed hash)", required=True),
        column("population", "text", "対象", "population", required=True, allowed=("staff", "citizen", "teacher")),
        column("wave", "text", "回", "wave", required=True),
        column("answered_on", "date", "回答日", "day of the answer", required=True),
        column("office_id", "text", "所属コード", "office code"),
        column("ward", "text", "区", "ward"),
        column("question_id", "text", "設問", "question", required=True),
        column("score", "count", "点", "score"),
        column("scale_max", "count", "最高点", "highest score"),
        column("weight", "thousandths", "重み（千分率）", "survey weight, thousandths"),
        reason(),
    ),
    ("population", "wave", "response_id", "question_id"),
    "answered_on",
    place_column="wave",
)  # fmt: skip
