"""Means, deviations and quantiles from integers equal NumPy's; running totals equal a loop over months."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from test_warehouse import add, person_days

from kumastats.errors import UsageError
from kumastats.warehouse import Warehouse

MONTHS = ["2018-02", "2018-03", "2018-04", "2018-05", "2018-07", "2018-08"]


@pytest.fixture(scope="module")
def data() -> pa.Table:
    return person_days({"A": 4, "B": 7}, MONTHS)


@pytest.fixture(scope="module")
def snapshot(data, tmp_path_factory):
    return add(Warehouse.open(tmp_path_factory.mktemp("w") / "w"), data, "one")


def test_statistics_equal_numpy(snapshot, data):
    frame = data.to_pandas()
    frame["period"] = pd.to_datetime(frame["date"]).dt.strftime("%Y-%m")
    groups = {k: g["ordered_overtime_min"].to_numpy() for k, g in frame.groupby(["office_id", "period"])}
    made = snapshot.summary("person_day", "ordered_overtime_min")
    for told, wanted in (
        (made.mean(), lambda v: v.mean()),
        (made.sd(), lambda v: v.std(ddof=1)),
        (made.quantile(0.5), lambda v: np.quantile(v, 0.5)),
        (made.quantile(0.9), lambda v: np.quantile(v, 0.9)),
        (made.quantile(1), lambda v: v.max()),
    ):
        found = dict(zip(zip(told["office_id"], told["period"], strict=True), told["value"], strict=True))
        assert found.keys() == groups.keys()
        for key, values in groups.items():
            assert found[key] == pytest.approx(wanted(values), rel=1e-12)
    assert made.mean()["contributors"].tolist() == [4] * 6 + [7] * 6
    assert made.counts.groupby(["office_id", "period"])["n"].sum().tolist() == made.cells.frame["n"].tolist()


def test_bins_tell_no_quantile(snapshot):
    binned = snapshot.summary("person_day", "ordered_overtime_min", width=60)
    with pytest.raises(UsageError, match="Bins of 60"):
        binned.quantile(0.5)


def _totals(data: pa.Table) -> dict[tuple[str, int], int]:
    frame = data.to_pandas()
    days = pd.to_datetime(frame["date"])
    months = frame.groupby([frame["person_id"], days.dt.year * 12 + days.dt.month])[
        "ordered_overtime_min"
    ].sum()
    return {(str(p), int(m)): int(v) for (p, m), v in months.items()}


@pytest.mark.parametrize("running", ["fiscal_year", 2, 3])
def test_running_totals_equal_a_loop(snapshot, data, running):
    month = _totals(data)
    wanted: dict[str, list[int]] = {}
    for person, index in month:
        if running == "fiscal_year":
            april = index - (index - 4) % 12
            held = [month[person, m] for m in range(april, index + 1) if (person, m) in month]
        else:
            held = [month[person, m] for m in range(index - running + 1, index + 1) if (person, m) in month]
            if len(held) < running:
                continue
        year, number = divmod(index - 1, 12)
        wanted.setdefault(f"{year}-{number + 1:02d}", []).append(sum(held))
    made = snapshot.cells(
        "person_day", value="ordered_overtime_min", grain="person_month", by=(), running=running, over=3000
    ).frame
    assert made["period"].tolist() == sorted(wanted)
    for _, cell in made.iterrows():
        values = wanted[cell["period"]]
        assert (cell["n"], cell["s1"], cell["over"]) == (
            len(values),
            sum(values),
            sum(v > 3000 for v in values),
        )


def test_a_running_total_follows_a_transfer(tmp_path):
    before, after = person_days({"A": 1}, ["2018-04"]), person_days({"A": 1}, ["2018-05"], seed=2)
    moved = after.set_column(
        after.schema.get_field_index("office_id"),
        after.schema.field("office_id"),
        pa.array(["B"] * len(after)),
    )
    snapshot = add(Warehouse.open(tmp_path / "w"), pa.concat_tables([before, moved]), "one")
    made = snapshot.cells(
        "person_day", value="ordered_overtime_min", grain="person_month", running="fiscal_year"
    ).frame
    first, second = (sum(t["ordered_overtime_min"].to_pylist()) for t in (before, moved))
    assert made[["office_id", "period", "s1"]].values.tolist() == [
        ["A", "2018-04", first],
        ["B", "2018-05", first + second],
    ]
    with pytest.raises(UsageError):
        snapshot.cells("person_day", value="ordered_overtime_min", running="fiscal_year")


def test_repeated_days_are_counted_exactly(snapshot, data, tmp_path):
    from kumastats.warehouse.native import repeated_days, where_days_repeat

    assert snapshot.repeated_days("person_day") == 0
    rows = snapshot.engine.connection.create_table("twice", pa.concat_tables([data, data.slice(5, 3)]))
    assert repeated_days(snapshot.engine, rows, ["person_id", "post_id"], "date") == 3
    found = where_days_repeat(snapshot.engine, rows, ["person_id", "post_id"], "date", "office_id")
    again = data.slice(5, 3).to_pandas()
    months = pd.to_datetime(again["date"])
    wanted = (
        again.assign(year=months.dt.year, month=months.dt.month)
        .groupby(["office_id", "year", "month"])
        .size()
    )
    assert [(*key, n) for key, n in wanted.items()] == [tuple(r) for r in found.itertuples(index=False)]
    with pytest.raises(UsageError):
        snapshot.repeated_days("ticket")
