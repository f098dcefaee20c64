"""Enquiries by chatbot, telephone, counter and remote support."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

PEOPLE = MappingProxyType({"channel": ("phone", "counter", "remote")})
BOT = MappingProxyType({"channel": "chatbot"})

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
        where=PEOPLE,
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
        where=PEOPLE,
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
    Measure(
        id="chatbot_share",
        theme="enquiries",
        item="enquiries",
        label=Text("チャットボットに来た問い合わせの割合", "share of enquiries that went to the chatbot"),
        unit=Text("割合", "share"),
        better="higher",
        table="enquiry",
        value="to_people",
        grain="row",
        scale=1.0,
        numerator=Text("チャットボットとの会話", "conversations with the chatbot"),
        denominator=Text("すべての経路の問い合わせ", "enquiries by all channels"),
        population="citizen",
        caveat=Text(
            "会話の記録が一部だけなら低く出る。会話の後に人へ来た問い合わせは、二件と数える。",
            "Too low where only a part of the transcripts is held; whoever comes to a person afterwards counts twice.",
        ),
        groupings=("topic",),
        over=0,
    ),
    Measure(
        id="deflection",
        theme="enquiries",
        item="enquiries",
        label=Text("チャットボットで済んだ会話の割合", "share of conversations settled by the chatbot"),
        unit=Text("割合", "share"),
        better="higher",
        table="enquiry",
        value="came_back",
        grain="row",
        where=BOT,
        scale=1.0,
        numerator=Text(
            "引継ぎがなく、1日以内に次の問い合わせもなかった会話",
            "conversations neither handed over nor followed by another contact within a day",
        ),
        denominator=Text("チャットボットとの会話", "conversations with the chatbot"),
        population="citizen",
        caveat=Text(
            "同じ受付番号で結び付かない問い合わせは分からない。あきらめた人も済んだと数えるので、上限である。",
            "Contacts without the same reference are not seen, and whoever gave up counts as settled: an upper bound.",
        ),
        groupings=("topic",),
        over=0,
    ),
    Measure(
        id="leakage",
        theme="enquiries",
        item="enquiries",
        label=Text("引き継がれずに人へ戻った会話の割合", "share of conversations that came back though not handed over"),
        unit=Text("割合", "share"),
        better="lower",
        table="enquiry",
        value="leaked",
        grain="row",
        where=BOT,
        scale=1.0,
        numerator=Text("引き継がれなかったが、1日以内に次の問い合わせがあった会話", "conversations not handed over and yet followed by another contact within a day"),
        denominator=Text("引き継がれなかった会話", "conversations not handed over"),
        population="citizen",
        caveat=Text(
            "チャットボット自身は済んだと見なしている会話である。結び付かない問い合わせは分からないので、下限である。",
            "The chatbot itself takes these as settled. Contacts that cannot be linked are not seen: a lower bound.",
        ),
        groupings=("topic",),
        over=0,
    ),
    Measure(
        id="resolved_share",
        theme="enquiries",
        item="enquiries",
        label=Text("職員がその場で解決した割合", "share that people resolved at once"),
        unit=Text("割合", "share"),
        better="higher",
        table="enquiry",
        value="unresolved",
        grain="row",
        where=PEOPLE,
        scale=1.0,
        numerator=Text("解決と記録された問い合わせ", "enquiries recorded as resolved"),
        denominator=Text("職員に届いた問い合わせ", "enquiries that came to people"),
        population="citizen",
        caveat=Text(
            "受けた職員の記録であり、尋ねた人の判断ではない。",
            "As whoever answered recorded it, not as whoever asked saw it.",
        ),
        groupings=("topic", "office_id"),
        over=0,
    ),
)  # fmt: skip
