"""Meetings and collaboration: of people's weeks, and of the meetings an office organises."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

HELD = MappingProxyType({"cancelled": False})
RECURRING = MappingProxyType({"cancelled": False, "recurring": True})


def _week(id_: str, column: str, label: Text, numerator: Text, caveat: Text) -> Measure:
    """Return a measure of hours in a person's week."""
    return Measure(
        id=id_, theme="meetings", item="documents", label=label, unit=Text("時間／人・週", "h per person-week"),
        better="lower", table="person_week", value=column, grain="row", scale=60.0, numerator=numerator,
        denominator=Text("人・週", "person-weeks"), population="staff", caveat=caveat,
    )  # fmt: skip


MEASURES = (
    _week(
        "meeting_time",
        "meeting_min",
        Text("会議の時間", "meeting time"),
        Text("会議（分）の週の和", "meeting minutes of the week"),
        Text(
            "予定表に載った会議だけを数える。電話や立ち話は含まない。",
            "Counts meetings in the calendar only, not calls or talks in passing.",
        ),
    ),
    _week(
        "conflicting_time",
        "conflicting_meeting_min",
        Text("重なった会議の時間", "time in conflicting meetings"),
        Text("同じ時間に別の予定もある会議（分）の週の和", "minutes of meetings that overlap another, in the week"),
        Text(
            "予定表の上での重なりで、どちらに出たかは分からない。会議の時間に含まれる。",
            "They overlap in the calendar; which one was attended is not known. Part of meeting time.",
        ),
    ),
    _week(
        "multitasking_time",
        "multitasking_min",
        Text("会議中に別の作業をした時間", "multitasking in meetings"),
        Text("会議中にメールやチャットを送った会議（分）の週の和", "minutes of meetings in which mail or chat was sent, in the week"),
        Text(
            "会議中に送信した記録による。議事録を書く人も含まれる。会議の時間に含まれる。",
            "Told by what was sent meanwhile, which whoever takes the minutes does too. Part of meeting time.",
        ),
    ),
    _week(
        "large_long_time",
        "large_long_meeting_min",
        Text("大人数で長い会議の時間", "time in large and long meetings"),
        Text("9人以上で1時間を超える会議（分）の週の和", "minutes of meetings of more than eight people and over an hour, in the week"),
        Text(
            "説明会や研修も含まれる。会議の時間に含まれる。",
            "Briefings and training are among them. Part of meeting time.",
        ),
    ),
    _week(
        "after_hours_time",
        "after_hours_min",
        Text("勤務時間外の協働", "after-hours collaboration"),
        Text("勤務時間外の協働（分）の週の和", "after-hours collaboration minutes of the week"),
        Text(
            "メール・チャット・会議の記録による推計で、時間外勤務命令とは一致しない。",
            "Estimated from mail, chat and meetings; it is not ordered overtime.",
        ),
    ),
    Measure(
        id="attendee_hours",
        theme="meetings",
        item="documents",
        label=Text("会議の延べ時間", "attendee-hours of a meeting"),
        unit=Text("時間／会議", "h per meeting"),
        better="lower",
        table="meeting",
        value="attendee_min",
        grain="row",
        where=HELD,
        scale=60.0,
        numerator=Text("出席者ごとの分の和", "attendee-minutes"),
        denominator=Text("開かれた会議", "meetings held"),
        population="staff",
        caveat=Text(
            "主催した所属の会議を数える。長さと人数の積ではなく、出席の実績である。",
            "Meetings count at the office that organised them; what was attended, not length times invitees.",
        ),
        groupings=("organiser_office_id",),
    ),
    Measure(
        id="meeting_length",
        theme="meetings",
        item="documents",
        label=Text("会議の長さ", "length of a meeting"),
        unit=Text("分／会議", "min per meeting"),
        better="lower",
        table="meeting",
        value="duration_min",
        grain="row",
        where=HELD,
        scale=1.0,
        numerator=Text("会議の長さ（分）の和", "minutes of the meetings"),
        denominator=Text("開かれた会議", "meetings held"),
        population="staff",
        caveat=Text(
            "予定表の長さで、30分・60分に偏る。早く終わっても短くはならない。",
            "As booked, so it heaps at 30 and 60 minutes; ending early does not shorten it.",
        ),
        groupings=("organiser_office_id",),
    ),
    Measure(
        id="meeting_size",
        theme="meetings",
        item="documents",
        label=Text("会議の出席者", "people present at a meeting"),
        unit=Text("人／会議", "people per meeting"),
        better="lower",
        table="meeting",
        value="attended",
        grain="row",
        where=HELD,
        scale=1.0,
        numerator=Text("出席した人数の和", "people who attended"),
        denominator=Text("開かれた会議", "meetings held"),
        population="staff",
        caveat=Text(
            "庁外の出席者も含む。少ないほどよいとは限らない。",
            "Guests count too; fewer is not always better.",
        ),
        groupings=("organiser_office_id",),
    ),
    Measure(
        id="large_long_meetings",
        theme="meetings",
        item="documents",
        label=Text("大人数で長い会議の割合", "share of large and long meetings"),
        unit=Text("割合", "share"),
        better="lower",
        table="meeting",
        value="large_long",
        grain="row",
        where=HELD,
        scale=1.0,
        numerator=Text("9人以上で1時間を超える会議", "meetings of more than eight people and over an hour"),
        denominator=Text("開かれた会議", "meetings held"),
        population="staff",
        caveat=Text("説明会や研修も含まれる。", "Briefings and training are among them."),
        groupings=("organiser_office_id",),
        over=0,
    ),
    Measure(
        id="recurring_absent",
        theme="meetings",
        item="documents",
        label=Text("定例会議に招かれて来なかった人", "people invited to a recurring meeting who stayed away"),
        unit=Text("人／会議", "people per meeting"),
        better="lower",
        table="meeting",
        value="absent",
        grain="row",
        where=RECURRING,
        scale=1.0,
        numerator=Text("招待された人から出席した人を引いた数の和", "people invited less people who attended"),
        denominator=Text("開かれた定例会議", "recurring meetings held"),
        population="staff",
        caveat=Text(
            "出席の記録がない人（電話での参加など）も来なかったと数える。",
            "Whoever left no trace (joined by telephone) counts as away.",
        ),
        groupings=("organiser_office_id",),
    ),
    Measure(
        id="recurring_half_empty",
        theme="meetings",
        item="documents",
        label=Text("半分を超える人が来なかった定例会議の割合", "share of recurring meetings from which over half stayed away"),
        unit=Text("割合", "share"),
        better="lower",
        table="meeting",
        value="half_absent",
        grain="row",
        where=RECURRING,
        scale=1.0,
        numerator=Text("招待された人の半分を超える人が来なかった定例会議", "recurring meetings from which more than half of the invited stayed away"),
        denominator=Text("開かれた定例会議", "recurring meetings held"),
        population="staff",
        caveat=Text(
            "続ける意味を問い直す目安で、無駄だったと言うものではない。",
            "A reason to ask whether it is still needed, not a proof of waste.",
        ),
        groupings=("organiser_office_id",),
        over=0,
    ),
    Measure(
        id="meetings_held",
        theme="meetings",
        item="documents",
        label=Text("開かれた会議の数", "meetings held"),
        unit=Text("件／職場・月", "meetings per office-month"),
        better="neither",
        table="meeting",
        value="organiser_office_id",
        grain="unit_month",
        where=HELD,
        scale=1.0,
        numerator=Text("職場が主催した会議の件数", "meetings an office organised"),
        denominator=Text("職場・月", "office-months"),
        population="staff",
        caveat=Text(
            "一部だけを書き出した記録では意味がない。短い会議が増えても増える。",
            "Means nothing for an export of a part; more short meetings raise it too.",
        ),
        groupings=("organiser_office_id",),
    ),
)  # fmt: skip
