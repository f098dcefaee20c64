"""Rolling windows: which of those pulled may stand side by side, so that no day is counted twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

# windows of 30 days taken at the ends of months overlap by up to three days; closer ones are left out
TOLERATED = 10

Window = tuple[dt.date, dt.date]


def side_by_side(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Choose windows of one length, the latest first, each beginning when the one before has ended.

    Parameters
    ----------
    windows
        First and last day of each. Windows of another length than a chosen one are looked at on their own.

    Returns
    -------
    tuple
        The windows that stay, sorted. Two of them share at most a tenth of their days.

    Examples
    --------
    >>> day = dt.date.fromisoformat
    >>> pulled = [(day("2019-04-01"), day("2019-04-30")), (day("2019-04-02"), day("2019-05-01")), (day("2019-05-02"), day("2019-05-31"))]
    >>> [str(last) for _, last in side_by_side(pulled)]
    ['2019-05-01', '2019-05-31']
    """
    pulled = set(windows)
    kept: list[Window] = []
    for length in sorted({(last - first).days + 1 for first, last in pulled}):
        mine = sorted((w for w in pulled if (w[1] - w[0]).days + 1 == length), reverse=True)
        free_until: dt.date | None = None
        for first, last in mine:
            shared = dt.timedelta(days=length // TOLERATED)
            if free_until is None or last < free_until + shared:
                kept.append((first, last))
                free_until = first
    return tuple(sorted(kept))
