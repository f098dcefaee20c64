"""Waits and service at the counters."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

SERVED = MappingProxyType({"outcome": "served"})

MEASURES = (
    Measure(
        id="counter_wait",
        theme="counters",
        item="counters",
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
        theme="counters",
        item="counters",
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
        id="service_time",
        theme="counters",
        item="counters",
        label=Text("窓口の応対時間", "service time at the counter"),
        unit=Text("分／件", "min per ticket"),
        better="lower",
        table="ticket",
        value="service_sec",
        grain="row",
        where=SERVED,
        scale=60.0,
        numerator=Text("呼出から終了まで（秒）の和", "seconds from call to finish"),
        denominator=Text("応対した番号札", "tickets served"),
        population="counter",
        caveat=Text(
            "終了の記録がない番号札は含まない。",
            "Leaves out tickets without a time of finish.",
        ),
        groupings=("office_id", "service"),
        shock_outcome="counter_load",
    ),
)
