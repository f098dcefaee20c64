"""``make bench``: each job of DESIGN's table that exists so far, with its peer and its floor, the least of five, in one run.

Seconds show the scale only; the ratio is what counts. Peers run on the same rows in the same process.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
import attendance_csv

REPEATS = 5
ROWS = {"days": 3_000_000, "attendance": 5_000_000}


def least(job: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Return wall and CPU seconds of the fastest of some runs."""
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        job()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def line(what: str, ours: float, other: str, theirs: float, goal: str) -> None:
    print(
        f"{what:<52} ours {ours:8.4f} s   {other:<28} {theirs:8.4f} s   ratio {ours / theirs:7.3f}   {goal}"
    )


def person_days(people: int, days: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(people), days)
    day = np.tile(np.arange(days), people)
    office = person % 200
    return pd.DataFrame(
        {
            "person": person,
            "office": office,
            "month": day // 20,
            "y": rng.integers(0, 180, people * days).astype(np.int32),
        }
    )


def comparison(folder: Path) -> None:
    """Two-way fixed effects on person-days in Parquet: ours from integer cells, pyfixest on the rows."""
    import duckdb

    from kumastats.compare.cells import read_panel
    from kumastats.compare.twfe import Regressors, solve
    from kumastats.measures import measure

    days = 480
    frame = person_days(ROWS["days"] // days, days)
    path = folder / "days.parquet"
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    outcome = measure("ordered_overtime")

    def ours() -> float:
        with duckdb.connect(":memory:", config={"threads": 2}) as db:
            cells = db.execute(
                f"SELECT office, month, count(*) n, sum(y)::BIGINT s1 FROM '{path}' GROUP BY 1, 2 ORDER BY 1, 2"
            ).df()
        cells = cells.assign(
            office_id=cells["office"].map("{:03d}".format),
            period=[f"{2015 + m // 12}-{m % 12 + 1:02d}" for m in cells["month"]],
        )
        panel = read_panel(cells, outcome)
        post = (panel.unit < 100) & (panel.month >= 12)
        return solve(panel, Regressors.indicator(post)).se()

    def scan() -> None:
        with duckdb.connect(":memory:", config={"threads": 2}) as db:
            db.execute(f"SELECT sum(office), sum(month), sum(y) FROM '{path}'").fetchall()

    mine, _ = least(ours)
    floor, _ = least(scan)
    line(
        f"two-way FE, clustered, {len(frame):,} person-days",
        mine,
        "floor: column scan",
        floor,
        "goal: at most 6 x the scan",
    )
    try:
        import pyfixest
    except ImportError:
        print("  peer pyfixest is not installed")
        return
    frame["post"] = ((frame["office"] < 100) & (frame["month"] >= 12)).astype(float)
    theirs, _ = least(lambda: pyfixest.feols("y ~ post | office + month", frame, vcov={"CRV1": "office"}), 1)
    line("  the same", mine, f"peer: pyfixest {pyfixest.__version__}", theirs, "")


def bootstrap() -> None:
    """Restricted wild cluster bootstrap, ten clusters, from cells of 100,000 rows."""
    from kumastats.compare.bootstrap import wild_bootstrap
    from kumastats.compare.cells import read_panel
    from kumastats.compare.twfe import Regressors, solve
    from kumastats.measures import measure

    rng = np.random.default_rng(1)
    rows = pd.DataFrame(
        {
            "office_id": [f"{i % 10:02d}" for i in range(100_000)],
            "m": rng.integers(0, 24, 100_000),
            "y": rng.integers(0, 6000, 100_000),
        }
    )
    rows["period"] = [f"{2017 + m // 12}-{m % 12 + 1:02d}" for m in rows["m"]]
    cells = rows.groupby(["office_id", "period"])["y"].agg(n="size", s1="sum").reset_index()
    panel = read_panel(cells, measure("ordered_overtime"))
    fit = solve(panel, Regressors.indicator((panel.unit < 5) & (panel.month >= 12)))
    mine, _ = least(lambda: wild_bootstrap(fit, weights="webb", draws=9999, rng=np.random.default_rng(1)).p())
    print(
        f"{'wild cluster bootstrap, 10 clusters, 9,999 draws':<52} ours {mine:8.4f} s   goal: at most 0.05 s"
    )


def counters() -> None:
    """1,000 days x 2,000 customers, 20 desks."""
    import heapq

    from kumastats.workload.counter import queue_waits

    rng = np.random.default_rng(1)
    arrival = np.sort(rng.random((2000, 1000)) * 525, axis=0)
    service = rng.lognormal(1.36, 0.7, (2000, 1000))
    mine, _ = least(lambda: queue_waits(arrival, service, 20))

    def heap() -> None:
        for day in range(20):
            free = [0.0] * 20
            for i in range(2000):
                begin = max(arrival[i, day], heapq.heappop(free))
                heapq.heappush(free, begin + service[i, day])

    theirs, _ = least(heap)
    line(
        "counter, 2,000,000 customers, 20 desks",
        mine,
        "floor: heap in plain Python x50",
        theirs * 50,
        "goal: at least 12 M customers/s",
    )
    print(f"{'':<52} {2_000_000 / mine / 1e6:.1f} M customers/s")


def reading(folder: Path) -> None:
    """CP932 attendance CSV into a warehouse, beside DuckDB on the same rows in UTF-8; memory at two sizes."""
    rows = ROWS["attendance"]
    path, plain = attendance_csv.write(folder, rows)
    mine, my_cpu = least(lambda: attendance_csv.ours(path, folder / "warehouse"), 3)
    theirs, their_cpu = least(lambda: attendance_csv.theirs(plain, folder / "duck.parquet"), 3)
    what = f"CP932 attendance CSV, {rows:,} rows, checked"
    line(what, mine, "DuckDB, UTF-8, unchecked text", theirs, "goal: at most 2 x")
    line("  the same, CPU", my_cpu, "DuckDB, CPU", their_cpu, "goal: at most 2 x")
    small, _ = attendance_csv.write(folder, rows // 5)
    peaks = {n: attendance_csv.peak(p, folder / "warehouse") for n, p in ((rows // 5, small), (rows, path))}
    told = ", ".join(f"{n:,} rows {mib:,} MiB" for n, mib in peaks.items())
    print(f"{'  the same, peak memory':<52} {told}   goal: at most 600 MiB")


def main() -> None:
    print(f"Python {sys.version.split()[0]}, the least of {REPEATS} runs, two threads")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        comparison(folder)
        bootstrap()
        counters()
        reading(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, peers included: {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
