"""Columns that tables carry beside those they hold: durations in seconds, and sums."""

from __future__ import annotations

from typing import Any

A_DAY = 24 * 60
LARGE, LONG = 9, 60  # Viva Insights: more than eight people, over an hour
DERIVED = {
    "meeting": ("absent", "half_absent", "large_long"),
    "ticket": ("wait_sec", "service_sec"),
    "enquiry": ("handling_sec", "to_people", "unresolved", "next_contact_min", "came_back", "leaked"),
    "print_day": ("sides",),
    "person_day": ("beyond_regular_min",),
}
REGULAR_MIN = 7 * 60 + 45  # a teacher's regular day, where the log does not say


def with_derived(name: str, rows: Any) -> Any:
    """Return the rows of a table with its derived columns.

    ``wait_sec`` is issued to called, ``service_sec`` called to finished, ``handling_sec`` start to end of an enquiry,
    ``sides`` black and colour together. Of an enquiry, 1 or 0: ``to_people``, whether a person and not the chatbot was asked,
    and ``unresolved``; of a conversation with the chatbot ``next_contact_min``, the minutes from its end to the next contact –
    as the source states it, or to the first contact with a person under the same reference – and ``came_back`` (1 or 0),
    whether it was handed over or that contact came within a day, and ``leaked``, whether it came though not handed over.
    Of a meeting: ``absent`` people invited who stayed away; 1 or 0 for
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
        return _enquiries(rows)
    if name == "meeting":
        return rows.mutate(
            absent=(rows.invited <= rows.attended).ifelse(rows.invited * 0, rows.invited - rows.attended).cast("int64"),
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


def _enquiries(rows: Any) -> Any:
    import ibis

    bot = rows.channel == "chatbot"
    people = rows.filter(~bot).view()
    later = people.group_by(_reference=people.enquiry_id).aggregate(_later=people.started_at.min())
    made = rows.left_join(later, rows.enquiry_id == later._reference).drop("_reference")
    bot = made.channel == "chatbot"
    gap = _seconds(ibis.coalesce(made.ended_at, made.started_at), made._later)
    after = (bot & (made._later >= made.started_at)).ifelse(
        (gap < 0).ifelse(gap * 0, gap) // 60, ibis.null("int64")
    )
    stated = bot.ifelse(made.follow_up_within_min, ibis.null("int64"))
    first: Any = ibis.cases(
        (after.isnull(), stated), (stated.isnull(), after), (stated < after, stated), else_=after
    ).cast("int64")
    handed, soon = made.escalated_to.notnull(), (first <= A_DAY).fill_null(False)
    return made.mutate(
        handling_sec=_seconds(made.started_at, made.ended_at),
        to_people=(~bot).cast("int64"),
        unresolved=(~made.resolved).cast("int64"),
        next_contact_min=first,
        came_back=bot.ifelse((handed | soon).cast("int64"), ibis.null("int64")),
        leaked=(bot & ~handed).ifelse(soon.cast("int64"), ibis.null("int64")),
    ).drop("_later")


def _seconds(first: Any, last: Any) -> Any:
    return (last.epoch_seconds() - first.epoch_seconds()).cast("int64")
