"""Nine rules and uniqueness of a city's person-days."""

from __future__ import annotations

import city
from row import Row

MINUTES = ("scheduled_min", "worked_min", "ordered_overtime_min", "holiday_work_min", "late_night_min", "leave_min", "pc_on_min")  # fmt: skip


def ours():
    from kumastats.warehouse.validation import validate

    rules = {c: (lambda t, c=c: (t[c] < 0) | (t[c] > 1440)) for c in MINUTES}
    rules["ineligible"] = lambda t: t.ordered_overtime_min.isnull() & t.overtime_eligible
    rules["night"] = lambda t: t.late_night_min > t.worked_min
    held = city.snapshot("person_day", city.days())
    return lambda: validate(held, "person_day", rules)


def theirs():
    import pointblank
    import polars

    def run():
        asked = pointblank.Validate(
            polars.read_parquet(city.days(), columns=["person_id", "post_id", "date", *MINUTES])
        )
        for c in MINUTES:
            asked = asked.col_vals_between(c, 0, 1440, na_pass=True)
        return asked.rows_distinct(["person_id", "post_id", "date"]).interrogate()

    return run


def pandera():
    import pandera.polars as pa
    import polars

    minutes = {c: pa.Column(polars.Int32, pa.Check.in_range(0, 1440), nullable=True) for c in MINUTES}
    keys = {"person_id": pa.Column(str), "post_id": pa.Column(str), "date": pa.Column(polars.Date)}
    schema = pa.DataFrameSchema({**keys, **minutes}, unique=list(keys))
    return lambda: schema.validate(polars.read_parquet(city.days(), columns=[*keys, *MINUTES]), lazy=True)


ROWS = (
    Row(
        "validation", "nine rules and exact uniqueness, 22.8 M person-days", ours, peer=theirs, peer_name="pointblank",
        goal="at most 3.5 s", prepare=city.days, repeats=3, note="The peer checks seven ranges and uniqueness with polars.",
    ),
    Row(
        "validation_pandera", "the same beside pandera", ours, peer=pandera, peer_name="pandera",
        goal="at most 3.5 s", prepare=city.days, repeats=3, note="The peer checks seven ranges and uniqueness with polars.",
    ),
)  # fmt: skip
