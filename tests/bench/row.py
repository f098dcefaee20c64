"""A row of the benchmark table, and how a module brings one.

A module of this folder with a tuple ``ROWS`` is a family of rows; it is found by itself. A job is a function without
arguments that prepares (not timed) and returns the function that is timed::

    def ours():
        data = made()              # seeded; large data through city.py, cached in build/bench
        return lambda: work(data)

    ROWS = (Row("slug", "what is done, with its size", ours=ours, peer=theirs, peer_name="pyfixest", goal="at most 0.35 s"),)

A timed function may return a sentence, which is printed with the row. Every job runs in a process of its own, so that its peak memory is its own. Seconds show the scale, ratios count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Job = Callable[[], Callable[[], object]]


@dataclass(frozen=True)
class Row:
    """What is measured.

    Attributes
    ----------
    name
        Its slug for ``--only``; unique.
    work
        What is done and how large it is.
    ours, peer, floor
        Jobs; a peer or a floor that does not exist is None.
    peer_name, floor_name
        Of the peer its distribution (its version is written down), of the floor what it does.
    goal
        What it should reach, in words.
    prepare
        Makes what the jobs read, once, before them.
    repeats, peer_repeats
        Runs of which the fastest counts; a slow peer runs once.
    note
        What a reader must know.
    long
        Whether it takes so long that it is measured only when ``--only`` names it.
    """

    name: str
    work: str
    ours: Job
    peer: Job | None = None
    peer_name: str = ""
    floor: Job | None = None
    floor_name: str = ""
    goal: str = ""
    prepare: Callable[[], object] | None = None
    repeats: int = 5
    peer_repeats: int = 1
    note: str = ""
    long: bool = False
