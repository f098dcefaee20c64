"""The measures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kumastats.errors import MeasureError
from kumastats.measures.model import Measure
from kumastats.text import Text

HOURS_A_MONTH = Text("時間／人・月", "h per person-month")
RECORDED = Text(
    "命令・記録された時間であり、実際に働いた時間ではない。上限の前後では記録が控えられやすい。",
    "What was ordered and recorded, not what was worked; hours near a cap tend to go unrecorded.",
)
CITY = MappingProxyType({"role": "city", "overtime_eligible": True})
SERVED = MappingProxyType({"outcome": "served"})

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        m.id: m
        for m in (
            Measure(
                id="ordered_overtime",
                label=Text("時間外勤務命令時間", "ordered overtime"),
                unit=HOURS_A_MONTH,
                better="lower",
                table="person_day",
                value="ordered_overtime_min",
                grain="person_month",
                where=CITY,
                scale=60.0,
                numerator=Text("時間外勤務命令（分）の月の和", "ordered overtime of the month, in minutes"),
                denominator=Text(
                    "時間外勤務手当の対象者・月", "person-months of those eligible for overtime"
                ),
                population="city",
                caveat=RECORDED,
                shock_outcome="overtime_city",
            ),
            Measure(
                id="overtime_over_45h",
                label=Text("月45時間を超えた人・月の割合", "share of person-months over 45 h"),
                unit=Text("割合", "share"),
                better="lower",
                table="person_day",
                value="ordered_overtime_min",
                grain="person_month",
                where=CITY,
                scale=1.0,
                numerator=Text(
                    "時間外勤務命令が45時間を超えた人・月", "person-months with more than 45 h ordered"
                ),
                denominator=Text(
                    "時間外勤務手当の対象者・月", "person-months of those eligible for overtime"
                ),
                population="city",
                caveat=RECORDED,
                shock_outcome="overtime_city",
                over=45 * 60,
            ),
            Measure(
                id="leave_time",
                label=Text("休暇の時間", "leave taken"),
                unit=HOURS_A_MONTH,
                better="neither",
                table="person_day",
                value="leave_min",
                grain="person_month",
                where=CITY,
                scale=60.0,
                numerator=Text("休暇（分）の月の和", "leave of the month, in minutes"),
                denominator=Text(
                    "時間外勤務手当の対象者・月", "person-months of those eligible for overtime"
                ),
                population="city",
                caveat=Text(
                    "時間外勤務の分析では、影響を受けないはずの指標（陰性対照）として使う。",
                    "Serves as a negative control: an outcome the change should not move.",
                ),
            ),
            Measure(
                id="time_in_school",
                label=Text("在校等時間", "time in school"),
                unit=Text("時間／教員・月", "h per teacher-month"),
                better="lower",
                table="person_day",
                value="in_school_min",
                grain="person_month",
                where=MappingProxyType({"role": "teacher"}),
                scale=60.0,
                numerator=Text("在校等時間（分）の月の和", "time in school of the month, in minutes"),
                denominator=Text("教員・月", "teacher-months"),
                population="teacher",
                caveat=Text(
                    "持ち帰り仕事を含まない。市職員の時間外勤務とは別の指標で、足し合わせない。",
                    "Excludes work taken home. Not the overtime of city staff, and never added to it.",
                ),
                shock_outcome="overtime_teacher",
            ),
            Measure(
                id="counter_wait",
                label=Text("窓口の待ち時間", "wait at the counter"),
                unit=Text("分／件", "min per ticket"),
                better="lower",
                table="ticket",
                value="wait_sec",
                grain="row",
                where=SERVED,
                scale=60.0,
                numerator=Text("発券から呼出まで（秒）の和", "seconds from issue to call"),
                denominator=Text("応対した番号札", "tickets served"),
                population="counter",
                caveat=Text(
                    "番号札を取る前の列と、途中で帰った人の待ち時間は含まない。",
                    "Leaves out queueing before the ticket and the waits of those who left.",
                ),
                groupings=("office_id", "service"),
                shock_outcome="counter_load",
            ),
            Measure(
                id="counter_wait_within_40",
                label=Text("40分以内に呼ばれた割合", "share called within 40 min"),
                unit=Text("割合", "share"),
                better="higher",
                table="ticket",
                value="wait_sec",
                grain="row",
                where=SERVED,
                scale=1.0,
                numerator=Text(
                    "待ち時間が40分を超えた番号札（補数を使う）",
                    "tickets that waited over 40 min (the complement is used)",
                ),
                denominator=Text("応対した番号札", "tickets served"),
                population="counter",
                caveat=Text("途中で帰った人は含まない。", "Leaves out those who left."),
                groupings=("office_id", "service"),
                shock_outcome="counter_load",
                over=40 * 60,
            ),
            Measure(
                id="meeting_time",
                label=Text("会議の時間", "meeting time"),
                unit=Text("時間／人・週", "h per person-week"),
                better="lower",
                table="person_week",
                value="meeting_min",
                grain="row",
                scale=60.0,
                numerator=Text("会議（分）の週の和", "meeting minutes of the week"),
                denominator=Text("人・週", "person-weeks"),
                population="staff",
                caveat=Text(
                    "予定表に載った会議だけを数える。電話や立ち話は含まない。",
                    "Counts meetings in the calendar only, not calls or talks in passing.",
                ),
            ),
            Measure(
                id="search_time",
                label=Text("文書を探した時間", "time spent searching for documents"),
                unit=Text("分／人・日", "min per diary day"),
                better="lower",
                table="document_diary",
                value="search_min",
                grain="row",
                scale=1.0,
                numerator=Text("日記に書かれた分の和", "minutes written in the diaries"),
                denominator=Text("日記の日数", "diary days"),
                population="staff",
                caveat=Text(
                    "本人の申告で、5分・10分の切りのよい値に偏りやすい。重みは使わない（重みつきの平均は04にある）。",
                    "As told by those asked, who prefer round answers; unweighted (notebook 04 has the weighted mean).",
                ),
            ),
            Measure(
                id="after_hours_time",
                label=Text("勤務時間外の協働", "after-hours collaboration"),
                unit=Text("時間／人・週", "h per person-week"),
                better="lower",
                table="person_week",
                value="after_hours_min",
                grain="row",
                scale=60.0,
                numerator=Text(
                    "勤務時間外の協働（分）の週の和", "after-hours collaboration minutes of the week"
                ),
                denominator=Text("人・週", "person-weeks"),
                population="staff",
                caveat=Text(
                    "メール・チャット・会議の記録による推計で、時間外勤務命令とは一致しない。",
                    "Estimated from mail, chat and meetings; it is not ordered overtime.",
                ),
            ),
        )
    }
)


def measure(id_: str) -> Measure:
    """Return the measure called `id_`.

    Raises
    ------
    MeasureError
        If there is none.

    >>> measure("ordered_overtime").unit("en")
    'h per person-month'
    """
    if id_ not in MEASURES:
        known = ", ".join(MEASURES)
        raise MeasureError(
            Text(f"指標「{id_}」はありません。", f"There is no measure “{id_}”."),
            remedy=Text(f"使えるのは {known}", f"Known: {known}"),
        )
    return MEASURES[id_]
