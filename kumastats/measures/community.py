"""The community network and watching over neighbours."""

from __future__ import annotations

from kumastats.measures.model import Measure
from kumastats.text import Text

MEASURES = (
    Measure(
        id="first_reply",
        theme="community",
        item="community",
        label=Text("最初の返信までの時間", "time until the first reply"),
        unit=Text("分／投稿", "min per post"),
        better="lower",
        table="community_post",
        value="first_reply_min",
        grain="row",
        scale=1.0,
        numerator=Text("最初の返信までの分の和", "minutes until the first reply"),
        denominator=Text("返信のあった投稿", "posts with a reply"),
        population="area",
        caveat=Text(
            "返信のなかった投稿は含まない。",
            "Leaves out posts nobody replied to.",
        ),
        groupings=("area",),
    ),
    Measure(
        id="replies",
        theme="community",
        item="community",
        label=Text("返信の数", "replies"),
        unit=Text("件／投稿", "replies per post"),
        better="higher",
        table="community_post",
        value="replies",
        grain="row",
        scale=1.0,
        numerator=Text("返信の数の和", "replies"),
        denominator=Text("投稿", "posts"),
        population="area",
        caveat=Text(
            "返信の質は問わない。",
            "Says nothing of how good a reply was.",
        ),
        groupings=("area",),
        decimals=2,
    ),
    Measure(
        id="visits",
        theme="community",
        item="community",
        label=Text("見守りで訪問した世帯", "households visited"),
        unit=Text("世帯／地区・月", "households per area-month"),
        better="higher",
        table="watch_over",
        value="households_visited",
        grain="row",
        scale=1.0,
        numerator=Text("訪問した世帯の和", "households visited"),
        denominator=Text("地区・月", "area-months"),
        population="area",
        caveat=Text(
            "訪問予定の世帯数は地区で違う。",
            "Areas differ in how many households are due.",
        ),
        groupings=("area",),
    ),
)
