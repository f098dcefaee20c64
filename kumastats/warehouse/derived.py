"""Columns that tables carry beside those they hold: durations in seconds, and sums."""

from __future__ import annotations

from typing import Any

LARGE, LONG = 9, 60  # Viva Insights: more than eight people, over an hour
DERIVED = {
    "meeting": ("absent", "half_absent", "large_long"),
    "ticket": ("wait_sec", "service_sec"),
    "enquiry": ("handling_sec",),
    "print_day": ("sides",),
    "person_day": ("beyond_regular_min",),
}
REGULAR_MIN = 7 * 60 + 45  # a teacher's regular day, where the log does not say


def with_derived(name: str, rows: Any) -> Any:
    """Return the rows of a table with its derived columns.

    ``wait_sec`` is issued to called, ``service_sec`` called to finished, ``handling_sec`` start to end of an enquiry,
    ``sides`` black and colour together. Of a meeting: ``absent`` people invited who stayed away; 1 or 0 for
    ``half_absent``, whether these are over half of the invited, and ``large_long``, whether more than eight people met for over
    an hour. ``beyond_regular_min`` is time in school beyond the scheduled minutes of the day, or where these are not logged
    beyond 7 h 45 on weekdays and all of it at weekends. NULL where a part of it is.
    """
    if name == "ticket":
        return rows.mutate(
            wait_sec=_seconds(rows.issued_at, rows.called_at),
            service_sec=_seconds(rows.called_at, rows.finished_at),
        )
    if name == "enquiry":
        return rows.mutate(handling_sec=_seconds(rows.started_at, rows.ended_at))
    if name == "meeting":
        return rows.mutate(
            absent=(rows.invited > rows.attended).ifelse(rows.invited - rows.attended, rows.attended * 0).cast("int64"),
            half_absent=(rows.attended * 2 < rows.invited).cast("int64"),
            large_long=((rows.attended >= LARGE) & (rows.duration_min > LONG)).cast("int64"),
        )  # fmt: skip
    if name == "print_day":
        return rows.mutate(sides=(rows.pages_mono + rows.pages_colour).cast("int64"))
    if name == "person_day":
        import ibis as untyped

        ibis: Any = untyped
        at_weekend = rows.date.day_of_week.index() >= 5
        regular = ibis.coalesce(rows.scheduled_min, ibis.ifelse(at_weekend, 0, REGULAR_MIN)).cast("int64")
        beyond = rows.in_school_min.cast("int64") - regular
        return rows.mutate(beyond_regular_min=ibis.ifelse(beyond < 0, 0, beyond))
    return rows


def _seconds(first: Any, last: Any) -> Any:
    return (last.epoch_seconds() - first.epoch_seconds()).cast("int64")
