"""Rows of people and days, kept as a snapshot holds them, and as a frame for oracles."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kumastats.tables import table
from kumastats.warehouse import Delivery, Snapshot

DAY = dt.date(2018, 4, 1)


def rows(people: int, days: int, *, keep: float = 1.0, seed: int = 1) -> pd.DataFrame:
    """Return person-days with a regressor that varies by day (telework), one by half (worked_min), and unbalance."""
    rng = np.random.default_rng(seed)
    person, day = np.repeat(np.arange(people), days), np.tile(np.arange(days), people)
    frame = pd.DataFrame(
        {
            "person_id": [f"p{i:05d}" for i in person],
            "date": pd.to_datetime(DAY) + pd.to_timedelta(day, "D"),
            "office_id": [f"A{i % 23:03d}" for i in person],
            "telework": rng.random(len(person)) < 0.2 + 0.2 * (person % 2),
            "worked_min": 400 + rng.integers(0, 200, len(person)),
            "weight": rng.integers(500, 3000, len(person)),
        }
    )
    frame["month"] = frame["date"].dt.strftime("%Y-%m")
    frame["post"] = (person % 3 == 0) & (day >= days // 2)
    lift = 10 * (person % 17) + 8 * (day // 30 % 5) - 7 * frame["post"] + 5 * frame["telework"]
    frame["y"] = rng.poisson(np.exp(2 + lift / 80)) * 3
    return frame[rng.random(len(frame)) < keep].reset_index(drop=True)


def snapshot(frame: pd.DataFrame, folder: Path) -> Snapshot:
    """Return a snapshot that holds the rows: y as ordered overtime, the weight as pc_on_min, post as eligibility."""
    columns = {
        "person_id": frame["person_id"], "post_id": ["1"] * len(frame), "date": frame["date"].dt.date,
        "office_id": frame["office_id"], "role": ["city"] * len(frame), "overtime_eligible": frame["post"],
        "ordered_overtime_min": frame["y"], "telework": frame["telework"], "worked_min": frame["worked_min"],
        "pc_on_min": frame["weight"],
    }  # fmt: skip
    schema = table("person_day").schema
    arrays = [
        pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(len(frame), f.type)
        for f in schema
    ]
    path = folder / "days.parquet"
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path)
    told = {
        "id": "test", "batch": 1, "table": "person_day", "source": "test", "period": "test", "received_on": "2019-04-01",
        "rows": len(frame), "first_date": str(DAY), "last_date": str(DAY), "files": [], "mapping_sha256": "",
        "parquet_sha256": "", "coverage": [],
    }  # fmt: skip
    return Snapshot([Delivery.from_dict(told)], [path])
