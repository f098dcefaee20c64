"""The programme itself – roll-out and cost – and what it means for disasters and neighbours."""

from __future__ import annotations

from kumastats.tables.column import column, reason
from kumastats.tables.model import Table
from kumastats.text import Text

ROLLOUT = Table(
    "rollout",
    Text("展開", "Roll-out"),
    (
        column("initiative_id", "text", "取組", "initiative", required=True),
        column("unit_id", "text", "所属・学校", "unit", required=True),
        column("announced_on", "date", "発表日", "announced"),
        column("piloted_on", "date", "先行導入日", "piloted"),
        column("live_on", "date", "本稼働日", "live"),
        column("devices", "count", "端末", "devices"),
    ),
    ("initiative_id", "unit_id"),
)

COST = Table(
    "cost",
    Text("費用", "Cost"),
    (
        column("fiscal_year", "text", "年度", "fiscal year", required=True),
        column("initiative_id", "text", "取組", "initiative", required=True),
        column("item", "text", "費目", "item", required=True),
        column("kind", "text", "区分", "kind", required=True, allowed=("budget", "contract", "actual")),
        column("yen", "yen", "金額", "amount"),
        reason(),
    ),
    ("fiscal_year", "initiative_id", "item", "kind"),
)

SHELTER_DAY = Table(
    "shelter_day",
    Text("避難所の一日", "A shelter's day"),
    (
        column("site_id", "text", "避難所", "shelter", required=True),
        column("date", "date", "日付", "date", required=True),
        column("area", "text", "地区", "area"),
        column("evacuees", "count", "避難者", "evacuees"),
        column("staff", "count", "従事職員", "staff on duty"),
        column("staff_needed", "count", "必要職員", "staff needed"),
        reason(),
    ),
    ("site_id", "date"),
    "date",
    place_column="site_id",
    span="day",
)

COMMUNITY_POST = Table(
    "community_post",
    Text("地域ネットワークの投稿", "Posts in the community network"),
    (
        column("post_id", "text", "投稿（ハッシュ）", "post (keyed hash)", required=True),
        column("area", "text", "地区", "area", required=True),
        column("posted_at", "instant", "投稿", "posted", required=True),
        column("kind", "text", "種類", "kind", required=True, allowed=("request", "report", "notice", "drill")),
        column("first_reply_min", "integer", "最初の返信まで（分）", "minutes until the first reply"),
        column("replies", "count", "返信", "replies"),
    ),
    ("post_id",),
    "posted_at",
    place_column="area",
    span="day",
)  # fmt: skip

WATCH_OVER = Table(
    "watch_over",
    Text("見守り", "Watching over neighbours"),
    (
        column("area", "text", "地区", "area", required=True),
        column("month", "date", "月の初日", "first day of the month", required=True),
        column("households_due", "count", "訪問予定の世帯", "households due"),
        column("households_visited", "count", "訪問した世帯", "households visited"),
        column("households_overdue", "count", "期限を過ぎた世帯", "households overdue"),
        column("activities_held", "count", "開いた活動", "activities held"),
        column("activities_attended", "count", "参加者", "people who attended"),
        reason(),
    ),
    ("area", "month"),
    "month",
    place_column="area",
)
