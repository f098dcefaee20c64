"""A CP932 attendance CSV of millions of rows, seeded, and its reading into a warehouse beside DuckDB's of the same in UTF-8."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from city import BENCH
from row import Row

HEADS = "職員番号,氏名,所属コード,所属名,任用区分,管理職,勤務日,勤務区分,所定,出勤,退勤,休憩,時間外命令,休日勤務,深夜,PCオン,PCオフ"
DAYS = 250
FAMILY, GIVEN = (
    ("髙橋", "佐藤", "田中", "山﨑", "鈴木", "中村"),
    ("一郎", "花子", "太郎", "次郎", "美咲", "翔太"),
)
ROWS_READ = 5_000_000


def write(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write a banner, the header, a row a person and day of FY2018, and a row of totals; and the rows in UTF-8 alone."""
    japanese, plain = folder / f"attendance_{rows}.csv", folder / f"plain_{rows}.csv"
    with japanese.open("wb") as first, plain.open("wb") as second:
        first.write(f"勤務実績一覧\r\n{HEADS}\r\n".encode("cp932"))
        second.write(f"{HEADS}\n".encode())
        held: list[str] = []
        for row in _rows(rows):
            held.append(row)
            if len(held) == 100_000:
                _put(held, first, second)
        _put(held, first, second)
        first.write(f"合計,,,,,,{rows}件,,,,,,,,,,\r\n".encode("cp932"))
    return japanese, plain


def _put(held: list[str], first, second) -> None:
    text = "".join(row + "\n" for row in held)
    first.write(text.replace("\n", "\r\n").encode("cp932"))
    second.write(text.encode())
    held.clear()


def _rows(rows: int) -> Iterator[str]:
    rng = np.random.default_rng(1)
    clock = [f"{m // 60}:{m % 60:02d}" for m in range(48 * 60)]
    workdays = [d for i in range(365) if (d := dt.date(2018, 4, 1) + dt.timedelta(i)).weekday() < 5][:DAYS]
    dates = [f"H{d.year - 1988}.{d.month}.{d.day}" for d in workdays]
    for p in range(rows // DAYS):
        kind, manager = "会計年度任用" if p % 5 == 0 else "正規", "該当" if p % 12 == 0 else ""
        who = f"{p:07d},{FAMILY[p % 6]} {GIVEN[p // 6 % 6]}{p % 97},A{p % 200:03d},架空第{p % 200}課,{kind},{manager},"
        early, late = rng.integers(0, 25, DAYS), np.maximum(rng.normal(60, 90, DAYS), 0).astype(int)
        on, off = rng.integers(-6, 12, DAYS), rng.integers(0, 14, DAYS)
        leave, blank = rng.random(DAYS) < 0.06, rng.random(DAYS) < 0.06
        for k, date in enumerate(dates):
            if leave[k]:
                yield f"{who}{date},年休,7:45,,,,,,,,"
                continue
            start, end = 510 - early[k], 1035 + late[k]
            pc = "," if blank[k] else f"{clock[start + on[k]]},{clock[end - off[k]]}"
            overtime, night = clock[late[k]] if late[k] > 14 else "", clock[end - 1320] if end > 1320 else ""
            yield f"{who}{date},出勤,7:45,{clock[start]},{clock[end]},1:00,{overtime},,{night},{pc}"


def ours(path: Path, warehouse: Path) -> None:
    """Read, check, and publish as a delivery of a new warehouse."""
    import shutil

    from kumastats.sources import IdentityKey, read
    from kumastats.warehouse import Warehouse

    shutil.rmtree(warehouse, ignore_errors=True)
    made = read("attendance", path, identity=IdentityKey(b"k" * 32))
    with Warehouse.open(warehouse).writing() as transaction:
        transaction.add(
            getattr(made.data, "path", made.data), source="attendance", table_name="person_day", period="2018",
            received_on=dt.date(2019, 4, 10), files=[made.report.to_dict()],
            origin=getattr(made.data, "origin_path", made.origin),
        )  # fmt: skip


def theirs(plain: Path, out: Path) -> None:
    """Read as text, unchecked, to Parquet."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 2}) as db:
        db.execute(f"COPY (SELECT * FROM read_csv('{plain}', all_varchar=true)) TO '{out}'")


def prepare() -> None:
    """Write the CSV once."""
    if not (BENCH / f"plain_{ROWS_READ}.csv").exists():
        BENCH.mkdir(parents=True, exist_ok=True)
        write(BENCH, ROWS_READ)


ROWS = (
    Row(
        "attendance_csv", "CP932 attendance CSV to Parquet, 5,000,000 rows, checked",
        lambda: lambda: ours(BENCH / f"attendance_{ROWS_READ}.csv", BENCH / "csv_warehouse"),
        peer=lambda: lambda: theirs(BENCH / f"plain_{ROWS_READ}.csv", BENCH / "duck.parquet"), peer_name="duckdb",
        peer_repeats=3, repeats=2, prepare=prepare, goal="at most 2 × the peer and 600 MiB",
        note="The peer reads the same rows in UTF-8 as text, unchecked.",
    ),
)  # fmt: skip
