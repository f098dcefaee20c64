"""Satisfaction of staff, by survey."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

MEASURES = (
    Measure(
        id="satisfaction_place",
        theme="satisfaction",
        item="workplace",
        label=Text("働く場所と時間への満足", "satisfaction with place and time of work"),
        unit=Text("点（5点満点）", "points of five"),
        better="higher",
        table="survey_response",
        value="score",
        grain="row",
        where=MappingProxyType({"population": "staff", "question_id": "Q2"}),
        scale=1.0,
        numerator=Text("点の和", "points"),
        denominator=Text("回答", "answers"),
        population="staff",
        caveat=Text(
            "答えた人だけの、重みをつけない平均。答えなかった人のことは分からない（重みつきは08にある）。",
            "Unweighted mean of those who answered; of the others nothing is known (notebook 08 has weights).",
        ),
        decimals=2,
    ),
    Measure(
        id="satisfaction_work",
        theme="satisfaction",
        item="workplace",
        label=Text("仕事全体への満足", "satisfaction with work as a whole"),
        unit=Text("点（5点満点）", "points of five"),
        better="higher",
        table="survey_response",
        value="score",
        grain="row",
        where=MappingProxyType({"population": "staff", "question_id": "Q1"}),
        scale=1.0,
        numerator=Text("点の和", "points"),
        denominator=Text("回答", "answers"),
        population="staff",
        caveat=Text(
            "答えた人だけの、重みをつけない平均。答えなかった人のことは分からない（重みつきは08にある）。",
            "Unweighted mean of those who answered; of the others nothing is known (notebook 08 has weights).",
        ),
        decimals=2,
    ),
)
