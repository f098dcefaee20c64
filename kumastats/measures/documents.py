"""Searching for documents."""

from __future__ import annotations

from kumastats.measures.model import Measure
from kumastats.text import Text

MEASURES = (
    Measure(
        id="search_time",
        theme="documents",
        item="documents",
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
        id="search_time_seen",
        theme="documents",
        item="documents",
        label=Text("観測による文書を探す時間", "observed time searching for documents"),
        unit=Text("分／人・日", "min per person-day"),
        better="lower",
        table="work_sample",
        value="on_duty_min",
        grain="glance",
        scale=1.0,
        numerator=Text("探していた人×勤務時間の和", "people seen searching times working minutes"),
        denominator=Text("観測した延べ人数", "people seen"),
        population="staff",
        caveat=Text(
            "見回った場所にいた人だけの割合に勤務時間を掛けたもので、不在の人も同じように探すとみなす。重みは使わない（重みつきの推定は04にある）。",
            "The share of those present where rounds went, times working minutes; the absent are taken to search as much. "
            "Unweighted (notebook 04 has the weighted estimate).",
        ),
    ),
)
