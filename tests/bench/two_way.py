"""Two-way fixed effects of a city's person-days, from Parquet to standard error."""

from __future__ import annotations

import datetime as dt

import city
from row import Row

LIVE, TREATED = dt.date(2020, 10, 1), "A150"
Y = "ordered_overtime_min"


def ours():
    from kumastats.compare.moment_fit import fit_moments
    from kumastats.warehouse.moments import moments

    held = city.snapshot("person_day", city.days())

    def run():
        post = {"post": lambda t: (t.office_id < TREATED) & (t.date >= LIVE)}
        return fit_moments(moments(held, "person_day", y=[Y], x=post), Y, ["post"]).se[0]

    return run


def scan():
    held = city.snapshot("person_day", city.days())
    t = held.table("person_day")
    asked = t.aggregate(a=t.person_id.max(), b=t.office_id.max(), c=t.date.max(), d=t[Y].sum())
    return asked.execute


def theirs():
    import duckdb
    import pyfixest

    def run():
        frame = duckdb.sql(
            f"SELECT dense_rank() OVER (ORDER BY person_id) AS person, year(date) * 12 + month(date) AS month, {Y} AS y, "
            f"(office_id < '{TREATED}' AND date >= DATE '{LIVE}')::INT AS post FROM '{city.days()}'"
        ).df()
        return pyfixest.feols("y ~ post | person + month", frame, vcov={"CRV1": "person"})

    return run


ROWS = (
    Row(
        "two_way", "two-way FE before/after, clustered by person, 22.8 M person-days in Parquet", ours, peer=theirs,
        peer_name="pyfixest", floor=scan, floor_name="scan of its columns", goal="at most 6 × the scan, 1 GB", prepare=city.days,
    ),
)  # fmt: skip
