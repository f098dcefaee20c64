"""What every formula refuses: negative or missing numbers, no desk, and a load that only grows."""

from __future__ import annotations

import math

from kumastats.errors import WorkloadError
from kumastats.text import Text


def refuse_below_zero(**given: float) -> None:
    """Refuse values that are negative, infinite or not a number; they are named in the error."""
    for name, value in given.items():
        if not (math.isfinite(value) and value >= 0):
            raise WorkloadError(
                Text(
                    f"{name}は0以上の有限の数でなければなりません（{value}）。",
                    f"{name} must be finite and not negative (it is {value}).",
                )
            )


def refuse_no_desk(desks: int) -> None:
    """Refuse a number of desks that is not a whole number from 1 on."""
    if desks < 1 or desks != int(desks):
        raise WorkloadError(
            Text(
                f"窓口の数は1以上の整数でなければなりません（{desks}）。",
                f"The number of desks must be whole and at least 1 (it is {desks}).",
            )
        )


def refuse_overload(load: float, desks: int) -> None:
    """Refuse a load ratio of 1 or more, and name what answers instead."""
    if load >= desks:
        raise WorkloadError(
            Text(
                f"仕事量{load:.2f}が窓口{desks}以上なので、定常の公式は使えません（列が伸び続けます）。",
                f"The load of {load:.2f} is no less than {desks} desks: stationary formulas do not apply, the queue only grows.",
            ),
            remedy=Text(
                "一日の経過を計算してください：forward（時刻ごとの厳密な確率）、last_wait_fluid（過負荷の法則）、またはシミュレーション（simulate、what_if、simulate_days）。",
                "Ask for the course of a day: forward (exact probabilities by time), last_wait_fluid (law of overload), or the simulation of whole days (simulate, what_if, simulate_days).",
            ),
        )


def checked(load: float, desks: int) -> None:
    """Apply all three."""
    refuse_below_zero(load=load)
    refuse_no_desk(desks)
    refuse_overload(load, desks)
