"""Use of what was rolled out."""

from __future__ import annotations

from types import MappingProxyType

from kumastats.measures.model import Measure
from kumastats.text import Text

MEASURES = (
    Measure(
        id="telework_share",
        theme="adoption",
        item="workplace",
        label=Text("テレワークの日の割合", "share of days worked elsewhere"),
        unit=Text("割合", "share"),
        better="neither",
        table="person_day",
        value="telework",
        grain="row",
        where=MappingProxyType({"role": "city"}),
        scale=1.0,
        numerator=Text("テレワークをした人・日", "person-days with telework"),
        denominator=Text("記録のある人・日", "person-days with a record"),
        population="city",
        caveat=Text(
            "利用の記録であり、多いほどよいとは限らない。利用は本人や仕事が選ぶので、利用者と非利用者の差は効果ではない。",
            "Use, of which more need not be better. Who uses it is chosen, so that users and others differ for other reasons.",
        ),
        over=0,
    ),
)
