"""Enquiries by chatbot, telephone, counter and remote support."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

MEASURES = (
    Measure(
        id="enquiries",
        theme="enquiries",
        item="enquiries",
        label=Text("職員に届いた問い合わせ", "enquiries that came to people"),
        unit=Text("件／分類・月", "enquiries per topic-month"),
        better="lower",
        table="enquiry",
        value="topic",
        grain="unit_month",
        where=MappingProxyType({"channel": ("phone", "counter", "remote")}),
        scale=1.0,
        numerator=Text(
            "電話・窓口・遠隔に来た問い合わせの件数", "enquiries by telephone, at the counter and remotely"
        ),
        denominator=Text("分類・月", "topic-months"),
        population="citizen",
        caveat=Text(
            "同じ人の再度の問い合わせも一件と数える。",
            "A further enquiry of the same person counts again.",
        ),
        groupings=("topic",),
    ),
    Measure(
        id="enquiry_time",
        theme="enquiries",
        item="enquiries",
        label=Text("問い合わせ一件の時間", "time of an enquiry"),
        unit=Text("分／件", "min per enquiry"),
        better="lower",
        table="enquiry",
        value="handling_sec",
        grain="row",
        where=MappingProxyType({"channel": ("phone", "counter", "remote")}),
        scale=60.0,
        numerator=Text("開始から終了まで（秒）の和", "seconds from start to end"),
        denominator=Text("職員に届いた問い合わせ", "enquiries that came to people"),
        population="citizen",
        caveat=Text(
            "易しい問い合わせがチャットボットに移ると、残る一件は長くなる。",
            "When easy enquiries go to the chatbot, those left are longer.",
        ),
        groupings=("topic", "office_id"),
    ),
)
