"""Cells that a spreadsheet program shows and never runs."""

from __future__ import annotations

import re

_RUNS = re.compile(r"[=@\t\r]|[+-](?!\d|$)")


def inert(cell: str) -> str:
    """Return `cell` so that no spreadsheet program takes it for a formula: with an apostrophe before what would start one.

    >>> inert("=HYPERLINK(A1)"), inert("+0.9 h"), inert("-1.5"), inert("@SUM(A1)"), inert("-")
    ("'=HYPERLINK(A1)", '+0.9 h', '-1.5', "'@SUM(A1)", '-')
    """
    return f"'{cell}" if _RUNS.match(cell) else cell
