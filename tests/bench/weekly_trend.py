"""A weekly trend by group of a city's person-weeks: mean and number of people of each office and week."""

from __future__ import annotations

import city
from row import Row


def ours():
    from kumastats.warehouse.cells import restrict

    held = city.snapshot("person_week", city.weeks())

    def run():
        from kumastats.tables import table

        rows = restrict(held.table("person_week"), table("person_week"), None, None, None)
        asked = rows.group_by(["office_id", "week_start"]).aggregate(
            n=rows.count(), s=rows.meeting_min.sum().cast("int64")
        )
        made = held.engine.integers(asked, ["office_id", "week_start"])
        return made["s"] / made["n"]

    return run


def theirs():
    import pandas as pd
    import vivainsights

    def run():
        frame = pd.read_parquet(city.weeks(), columns=["person_id", "week_start", "office_id", "meeting_min"])
        frame = frame.set_axis(["PersonId", "MetricDate", "Organization", "Meeting_hours"], axis=1)
        frame["MetricDate"] = frame["MetricDate"].astype(str)
        return vivainsights.create_trend(frame, "Meeting_hours", return_type="table")

    return run


ROWS = (
    Row(
        "weekly_trend", "weekly trend table by office, 3.25 M person-weeks", ours, peer=theirs, peer_name="vivainsights",
        goal="at most 1 CPU-s and 300 MiB", prepare=city.weeks,
    ),
)  # fmt: skip
