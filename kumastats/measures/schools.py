"""Schools: time in school, printing."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

MEASURES = (
    Measure(
        id="time_in_school",
        theme="schools",
        item="schools",
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
        id="time_in_school_day",
        theme="schools",
        item="schools",
        label=Text("一日の在校等時間", "time in school a day"),
        unit=Text("分／教員・日", "min per teacher-day"),
        better="lower",
        table="person_day",
        value="in_school_min",
        grain="row",
        where=MappingProxyType({"role": "teacher"}),
        scale=1.0,
        numerator=Text("在校等時間（分）の和", "minutes in school"),
        denominator=Text("出勤した教員・日", "teacher-days at work"),
        population="teacher",
        caveat=Text(
            "持ち帰り仕事を含まない。市職員の時間外勤務とは別の指標で、足し合わせない。",
            "Excludes work taken home. Not the overtime of city staff, and never added to it.",
        ),
        shock_outcome="overtime_teacher",
    ),
    Measure(
        id="printed_sides",
        theme="schools",
        item="schools",
        label=Text("一日の印刷面数", "sides printed a day"),
        unit=Text("面／職場・日", "sides per office-day"),
        better="lower",
        table="print_day",
        value="sides",
        grain="row",
        scale=1.0,
        numerator=Text("白黒とカラーの面の和", "sides in black and in colour"),
        denominator=Text("印刷のあった職場・日", "office-days with printing"),
        population="staff",
        caveat=Text(
            "記録のある職場と月に限る。印刷が減っても仕事が減ったとは限らない。",
            "Only offices and months that were logged; fewer prints need not mean less work.",
        ),
        decimals=0,
    ),
)
