"""The engine's settings, what it refuses, and the same integers with one thread, four, or little memory."""

import ibis
import pytest

from kumastats.errors import UsageError, WarehouseError
from kumastats.warehouse import Warehouse
from kumastats.warehouse.engine import EngineSettings, refuse, refused
from kumastats.warehouse.engine.settings import ENGINE, MASTER, MEMORY, SPILL, THREADS

T = ibis.table({"office_id": "string", "date": "date", "minutes": "int64", "score": "float64"}, name="t")
NEGATIVE = T.minutes - 1_000_000


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        (T.aggregate(x=T.minutes.sum() / 60), "Divide"),
        (T.aggregate(x=(T.minutes % 60).sum()), "Modulus"),
        (T.aggregate(x=(NEGATIVE // T.minutes).sum()), "FloorDivide"),
        (T.aggregate(x=(T.minutes // -60).sum()), "FloorDivide"),
        (T.aggregate(x=(T.minutes // 0).sum()), "FloorDivide"),
        (T.aggregate(x=T.minutes.mean()), "Mean"),
        (T.aggregate(x=T.minutes.std()), "StandardDev"),
        (T.aggregate(x=T.minutes.approx_nunique()), "ApproxCountDistinct"),
        (T.aggregate(x=T.minutes.quantile(0.9)), "Quantile"),
        (T.aggregate(x=T.office_id.hash().sum()), "Hash"),
        (T.aggregate(x=T.minutes.arbitrary()), "Arbitrary"),
        (T.aggregate(n=T.score.isnan().sum()), "IsNan"),
        (T.aggregate(x=T.score.sum().cast("int64")), "Sum (floating point)"),
        (T.aggregate(x=T.minutes.cast("float64").sum().cast("int64")), "Cast (floating point)"),
    ],
)
def test_what_engines_answer_differently_is_refused(expression, named):
    assert named in refused(expression)
    with pytest.raises(WarehouseError, match="differently"):
        refuse(expression)


def test_outputs_beside_the_keys_are_integers():
    made = T.group_by("office_id").aggregate(n=T.count(), low=(T.minutes // 60).min(), first=T.date.min())
    assert refused(made) == ()
    assert refused(made, ["office_id"]) == ("first: date",)
    assert refused(T.group_by("score").aggregate(n=T.count()), ["score"]) == ("score: float64",)


def test_settings_come_from_the_environment(tmp_path):
    wanted = EngineSettings("spark", 3, "750MB", tmp_path, "spark://host:7077")
    given = {
        ENGINE: "spark",
        THREADS: "3",
        MEMORY: "750MB",
        SPILL: str(tmp_path),
        MASTER: "spark://host:7077",
    }
    assert EngineSettings.from_environment(given) == wanted
    assert EngineSettings.from_environment({}) == EngineSettings()
    assert wanted.mebibytes == 750 and EngineSettings(memory="2GB").mebibytes == 2048


@pytest.mark.parametrize(
    "given",
    [{"KUMASTATS_ENGINE": "oracle"}, {"KUMASTATS_THREADS": "many"}, {"KUMASTATS_THREADS": "0"}, {"KUMASTATS_MEMORY": "lots"}],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(UsageError):
        EngineSettings.from_environment(given)


def test_threads_and_memory_change_no_byte(small_study):
    root = small_study / "warehouse"
    found = set()
    for threads, memory in ((1, "2GB"), (2, "2GB"), (4, "2GB"), (2, "500MB")):
        snapshot = Warehouse.open(root, EngineSettings(threads=threads, memory=memory)).snapshot()
        asked = snapshot.connection.sql(
            "SELECT current_setting('threads') AS n, current_setting('temp_directory') AS t"
        )
        told = asked.execute().iloc[0]
        assert told["n"] == threads and "kumastats-" in told["t"]
        hashes = [
            snapshot.cells("person_day", value="ordered_overtime_min", grain="person_month", over=2700).hash,
            snapshot.cells("person_day", value="worked_min", by=("office_id", "role"), period="quarter").hash,
            snapshot.cells("ticket", value="wait_sec", by=(), period="date").hash,
            snapshot.histogram("ticket", "wait_sec", width=60).to_csv(index=False),
        ]  # fmt: skip
        found.add(tuple(hashes))
    assert len(found) == 1
