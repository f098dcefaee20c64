"""Overtime by premium rate: 時間外100, 125 and 150, 休日135 and 160, 深夜25, in any of their spellings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from kumastats.sources.columns import MISSING
from kumastats.sources.fields import Fields
from kumastats.text import Text

# which rates each canonical column adds up; here 150 is overtime at night, 160 work on a holiday at night
RATES = {
    "ordered_overtime_min": (100, 125, 150),
    "holiday_work_min": (135, 160),
    "late_night_min": (150, 160, 25),
}
_RATE = re.compile(
    r"(?P<word>(?:普通)?(?:時間外|超過|超勤|休日|深夜)(?:勤務|労働)?)?[(]?(?P<rate>25|100|125|135|150|160|175)"
    r"(?P<of>/100|%)?[)]?(?:時間数?|\(?(?:分|時間)\)?)?"
)


def rate_of(head: str) -> int | None:
    """Return the premium rate in a header, or None.

    >>> rate_of("時間外125"), rate_of("125/100"), rate_of("休日(135/100)"), rate_of("125")
    (125, 125, 135, None)
    """
    found = _RATE.fullmatch(head)
    return int(found["rate"]) if found and (found["word"] or found["of"]) else None


def by_rate(heads: Sequence[str]) -> dict[int, str]:
    """Return the header of each premium rate."""
    return {rate: h for h in heads if (rate := rate_of(h)) is not None}


def add_up(fields: Fields, columns: dict[str, Any]) -> None:
    """Fill overtime, holiday and night work from columns by rate, where no column or mapping gives them whole."""
    rates = by_rate(fields.raw.heads)
    for name, parts in RATES.items():
        there = [rates[r] for r in parts if r in rates]
        if columns.get(name) is None and there:
            columns[name] = fields.sum_of(name, there)
    if 175 in rates and rates[175] not in fields.used:
        _refuse_175(fields, rates[175])


def _refuse_175(fields: Fields, head: str) -> None:
    """Refuse a rate beyond 60 hours: beside it 150 no longer tells night from day."""
    held = fields.sum_of("ordered_overtime_min", [head])
    fields.defects.add(
        "unknown_rate", np.flatnonzero((held != MISSING) & (held != 0)), head,
        Text("割増率175の時間があり、150が深夜か60時間超か決められません。", "With hours at 175, those at 150 may be night work or hours beyond 60."),
        Text("対応表の columns に、どの列の合計か sum で書いてください。", "Write which columns add up under columns, as a sum, in the mapping."),
    )  # fmt: skip
