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
)
