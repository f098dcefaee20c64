"""What a nation would cost: the person-month sums of a city on each engine, extrapolated."""

from __future__ import annotations

import city
from row import Row

PEOPLE, YEARS = 2_800_000, 5  # local-government employees of the country, and the term


def job(engine: str):
    """Return the job of an engine: Spark's start is not timed."""

    def prepare():
        from kumastats.warehouse import Snapshot
        from kumastats.warehouse.engine import EngineSettings
        from kumastats.warehouse.rate import Rate, measure_rate

        settings = EngineSettings(engine, threads=2, memory="4GB")
        held = city.snapshot("person_day", city.days())
        opened = Snapshot(held.deliveries, [city.days()], settings)
        assert opened.connection is not None  # started before the clock

        def run() -> str:
            made: Rate = measure_rate(opened)
            return made.text(PEOPLE, YEARS)

        return run

    return prepare


ROWS = tuple(
    Row(
        f"nation-{engine}",
        f"sums by person and month on {label}, 22.8 M person-days, three times; what 2.8 M people would take",
        job(engine),
        prepare=city.days,
        repeats=1,
        note=extra
        + "An extrapolation from one machine: time grows with rows, the shuffle stays in memory, data come as fast as "
        "from a warm local disk, cores do not wait for each other.",
    )
    for engine, label, extra in (
        ("duckdb", "DuckDB", ""),
        (
            "spark",
            "a local Spark",
            "Memory and CPU seconds in the table are without Spark's own process, core-seconds here are with it. ",
        ),
    )
)
