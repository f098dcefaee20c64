"""Satisfaction of staff and citizens, by survey."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

POINTS = Text("点（5点満点）", "points of five")
UNWEIGHTED = Text(
    "答えた人だけの、重みをつけない平均。答えなかった人のことは分からない（重みつきは08にある）。",
    "Unweighted mean of those who answered; of the others nothing is known (notebook 08 has weights).",
)


def _asked(id_: str, item: str, population: str, question: str, label: Text, by: str) -> Measure:
    """Return the mean score of a question."""
    return Measure(
        id=id_,
        theme="satisfaction",
        item=item,
        label=label,
        unit=POINTS,
        better="higher",
        table="survey_response",
        value="score",
        grain="row",
        where=MappingProxyType({"population": population, "question_id": question}),
        scale=1.0,
        numerator=Text("点の和", "points"),
        denominator=Text("回答", "answers"),
        population=population,
        groupings=(by,),
        caveat=UNWEIGHTED,
        decimals=2,
    )


MEASURES = (
    _asked(
        "satisfaction_place", "workplace", "staff", "Q2",
        Text("働く場所と時間への満足", "satisfaction with place and time of work"), "office_id",
    ),
    _asked(
        "satisfaction_work", "workplace", "staff", "Q1",
        Text("仕事全体への満足", "satisfaction with work as a whole"), "office_id",
    ),
    _asked(
        "satisfaction_counters", "counters", "citizen", "Q1",
        Text("窓口への満足（市民）", "citizens' satisfaction with the counters"), "ward",
    ),
    _asked(
        "satisfaction_asking", "enquiries", "citizen", "Q2",
        Text("問い合わせのしやすさ（市民）", "how easy citizens find it to ask"), "ward",
    ),
)  # fmt: skip
