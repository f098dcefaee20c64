"""Moment cells: the sums of the rows, one cache for every specification, the same integers on every engine."""

import datetime as dt
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compare"))
from panels import rows, snapshot

from kumastats.errors import UsageError, WarehouseError
from kumastats.warehouse import Snapshot
from kumastats.warehouse.engine import EngineSettings
from kumastats.warehouse.moments import moments

Y, X = ["ordered_overtime_min"], ["telework", "worked_min"]


def test_sums_are_those_of_the_rows(tmp_path):
    frame = rows(20, 70, keep=0.5)
    cells = moments(snapshot(frame, tmp_path), "person_day", y=Y, x=X, weight="pc_on_min")
    w, v = frame["weight"], [frame["y"], frame["telework"].astype(int), frame["worked_min"]]
    made = frame.assign(
        w=w,
        **{f"s{a}": w * v[a] for a in range(3)},
        **{f"s{a}_{b}": w * v[a] * v[b] for a in range(3) for b in range(a, 3)},
    )
    names = [c for c in made.columns if c == "w" or c.startswith("s")]
    wanted = made.groupby(["person_id", "month"])[names].sum()
    keys = [(cells.units[u], cells.periods[t]) for u, t in zip(cells.unit, cells.period, strict=True)]
    assert keys == wanted.index.tolist()
    assert cells.rows.tolist() == made.groupby(["person_id", "month"]).size().tolist()
    assert cells.weight.tolist() == wanted["w"].tolist()
    for a in range(3):
        assert cells.first[:, a].tolist() == wanted[f"s{a}"].tolist()
        for b in range(a, 3):
            assert cells.product(b, a).tolist() == wanted[f"s{a}_{b}"].tolist()


def test_sums_without_products_are_the_same_sums(tmp_path):
    held = snapshot(rows(6, 40), tmp_path)
    both = [
        moments(held, "person_day", y=Y, x=X, products=p, cache=tmp_path / "cells") for p in (True, False)
    ]
    assert both[0].first.tolist() == both[1].first.tolist() and both[1].second == {}
    with pytest.raises(UsageError, match="Products were not summed"):
        both[1].product(0, 1)


def test_units_of_several_columns_and_days(tmp_path):
    frame = rows(6, 40)
    cells = moments(snapshot(frame, tmp_path), "person_day", unit=("office_id", "role"), period="date", y=Y)
    assert cells.units[:2] == ("A000 city", "A001 city") and cells.periods[1] == "2018-04-02"
    assert len(cells) == 6 * 40 and cells.first.sum() == frame["y"].sum()


def test_expressions_and_conditions(tmp_path):
    frame = rows(6, 40)
    held = snapshot(frame, tmp_path)
    day = dt.date(2018, 4, 15)
    cells = moments(
        held, "person_day", y=Y, x={"late": lambda t: t.date >= day}, where={"office_id": ["A001", "A002"]}
    )
    part = frame[frame["office_id"].isin(["A001", "A002"])]
    assert cells.first[:, 1].sum() == (part["date"] >= "2018-04-15").sum()
    also = moments(held, "person_day", y=Y, where=lambda t: t.date >= day)
    assert also.n == (frame["date"] >= "2018-04-15").sum()


def test_a_second_specification_reads_the_cache(tmp_path):
    held = snapshot(rows(6, 40), tmp_path)
    first = moments(held, "person_day", y=Y, x=X, cache=tmp_path / "cells")
    stored = tmp_path / "cells" / f"moments-{first.id}.parquet"
    assert list((tmp_path / "cells").iterdir()) == [stored]
    (tmp_path / "days.parquet").write_bytes(b"no more rows")
    again = moments(held, "person_day", y=Y, x=X, cache=tmp_path / "cells")
    assert again.hash == first.hash and again.id == first.id
    with pytest.raises(Exception, match="parquet"):
        moments(held, "person_day", y=Y, x=X[:1], cache=tmp_path / "cells")


def test_what_cannot_be_summed_is_refused(tmp_path):
    held = snapshot(rows(3, 10), tmp_path)
    with pytest.raises(UsageError, match="neither an integer"):
        moments(held, "person_day", y=["office_id"])
    with pytest.raises(WarehouseError, match="No row"):
        moments(held, "person_day", y=Y, where={"office_id": "none"})
    with pytest.raises(UsageError, match="not summed"):
        moments(held, "person_day", y=Y).position("telework")
    with pytest.raises(WarehouseError, match="differently"):
        moments(held, "person_day", y={"rest": lambda t: t.ordered_overtime_min % 7})


def hashes(tmp_path, settings):
    frame = rows(40, 90, keep=0.5)
    held = snapshot(frame, tmp_path)
    opened = Snapshot(held.deliveries, [tmp_path / "days.parquet"], settings)
    return {
        moments(opened, "person_day", y=Y, x=X, weight="pc_on_min").hash,
        moments(opened, "person_day", unit=("office_id", "role"), period="date", y=Y).hash,
    }


def test_threads_change_no_integer(tmp_path):
    assert len({frozenset(hashes(tmp_path, EngineSettings(threads=n))) for n in (1, 2, 4)}) == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not on this machine")
def test_spark_gives_the_same_integers(tmp_path):
    pytest.importorskip("pyspark")
    assert hashes(tmp_path, EngineSettings("spark")) == hashes(tmp_path, EngineSettings())


def test_hash_knows_every_integer(tmp_path):
    cells = moments(snapshot(rows(3, 40), tmp_path), "person_day", y=Y, x=X)
    for pair in cells.second:
        one_more = cells.second[pair] + np.eye(1, len(cells), dtype=np.int64)[0]
        assert replace(cells, second={**cells.second, pair: one_more}).hash != cells.hash
