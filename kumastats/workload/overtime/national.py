"""What happened to teachers' hours everywhere: the bar that a local effect must beat.

Time in school on a working day by the national surveys of 2016 and 2022 (MEXT; elementary 11:15 to 10:45, junior high 11:32 to
11:01). Between and beyond the surveys a straight line is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping

from kumastats.errors import WorkloadError
from kumastats.text import Text

FIRST, LAST = 2016, 2022
# minutes on a working day in FIRST and LAST
SURVEYS: Mapping[str, tuple[int, int]] = {
    "elementary": (11 * 60 + 15, 10 * 60 + 45),
    "junior_high": (11 * 60 + 32, 11 * 60 + 1),
}
LEVELS = {
    "elementary": Text("小学校", "elementary"),
    "junior_high": Text("中学校", "junior high"),
}


def national_change(level: str, first: int, last: int) -> float:
    """Return the change in minutes a working day that happened nationally between two fiscal years.

    Raises
    ------
    WorkloadError
        If no survey is known of the level of school.

    >>> national_change("elementary", 2016, 2022), round(national_change("junior_high", 2018, 2020), 1)
    (-30.0, -10.3)
    """
    if level not in SURVEYS:
        raise WorkloadError(
            Text(
                f"学校種別「{level}」の全国調査の値がありません。",
                f"No national survey is known of “{level}” schools.",
            ),
            remedy=Text(f"使えるのは {', '.join(SURVEYS)}", f"Known: {', '.join(SURVEYS)}"),
        )
    then, now = SURVEYS[level]
    return (now - then) / (LAST - FIRST) * (last - first)
