"""Working time of city staff and teachers."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

HOURS_A_MONTH = Text("時間／人・月", "h per person-month")
RECORDED = Text(
    "命令・記録された時間であり、実際に働いた時間ではない。上限の前後では記録が控えられやすい。",
    "What was ordered and recorded, not what was worked; hours near a cap tend to go unrecorded.",
)
CITY = MappingProxyType({"role": "city", "overtime_eligible": True})

MEASURES = (
    Measure(
        id="ordered_overtime",
        theme="working_time",
        item="workplace",
        label=Text("時間外勤務命令時間", "ordered overtime"),
        unit=HOURS_A_MONTH,
        better="lower",
        table="person_day",
        value="ordered_overtime_min",
        grain="person_month",
        where=CITY,
        scale=60.0,
        numerator=Text("時間外勤務命令（分）の月の和", "ordered overtime of the month, in minutes"),
        denominator=Text("時間外勤務手当の対象者・月", "person-months of those eligible for overtime"),
        population="city",
        caveat=RECORDED,
        shock_outcome="overtime_city",
    ),
    Measure(
        id="overtime_over_45h",
        theme="working_time",
        item="workplace",
        label=Text("月45時間を超えた人・月の割合", "share of person-months over 45 h"),
        unit=Text("割合", "share"),
        better="lower",
        table="person_day",
        value="ordered_overtime_min",
        grain="person_month",
        where=CITY,
        scale=1.0,
        numerator=Text("時間外勤務命令が45時間を超えた人・月", "person-months with more than 45 h ordered"),
        denominator=Text("時間外勤務手当の対象者・月", "person-months of those eligible for overtime"),
        population="city",
        caveat=RECORDED,
        shock_outcome="overtime_city",
        over=45 * 60,
    ),
    Measure(
        id="overtime_any",
        theme="working_time",
        item="workplace",
        label=Text("時間外勤務のあった人・月の割合", "share of person-months with any overtime"),
        unit=Text("割合", "share"),
        better="lower",
        table="person_day",
        value="ordered_overtime_min",
        grain="person_month",
        where=CITY,
        scale=1.0,
        numerator=Text("時間外勤務命令が1分でもあった人・月", "person-months with any overtime ordered"),
        denominator=Text("時間外勤務手当の対象者・月", "person-months of those eligible for overtime"),
        population="city",
        caveat=RECORDED,
        shock_outcome="overtime_city",
        over=0,
    ),
    Measure(
        id="overtime_over_80h",
        theme="working_time",
        item="workplace",
        label=Text("月80時間を超えた人・月の割合", "share of person-months over 80 h"),
        unit=Text("割合", "share"),
        better="lower",
        table="person_day",
        value="ordered_overtime_min",
        grain="person_month",
        where=CITY,
        scale=1.0,
        numerator=Text("時間外勤務命令が80時間を超えた人・月", "person-months with more than 80 h ordered"),
        denominator=Text("時間外勤務手当の対象者・月", "person-months of those eligible for overtime"),
        population="city",
        caveat=RECORDED,
        shock_outcome="overtime_city",
        over=80 * 60,
    ),
    Measure(
        id="leave_time",
        theme="working_time",
        item="workplace",
        label=Text("休暇の時間", "leave taken"),
        unit=HOURS_A_MONTH,
        better="neither",
        table="person_day",
        value="leave_min",
        grain="person_month",
        where=CITY,
        scale=60.0,
        numerator=Text("休暇（分）の月の和", "leave of the month, in minutes"),
        denominator=Text("時間外勤務手当の対象者・月", "person-months of those eligible for overtime"),
        population="city",
        caveat=Text(
            "時間外勤務の分析では、影響を受けないはずの指標（陰性対照）として使う。",
            "Serves as a negative control: an outcome the change should not move.",
        ),
    ),
)
