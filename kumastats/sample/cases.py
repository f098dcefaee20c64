"""Applications handled: received, sometimes returned, completed; no initiative touches them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from kumastats.sample import config, days, files, spelling
from kumastats.sample.city import City

YEARS = (2016, 2022)
A_PERSON_A_YEAR = 0.45
# procedure, standard days, mean days taken, approvals
PROCEDURES = (("住民票の写し", 1, 0.6, 1), ("児童手当", 14, 9.0, 2), ("介護認定", 30, 26.0, 3), ("開発許可", 60, 48.0, 5), ("道路占用", 14, 8.0, 3))  # fmt: skip
CHANNELS = ("窓口", "郵送", "電子")
HEADS = ("受付番号", "所属コード", "手続", "経路", "受付日時", "差戻日時", "完了日時", "標準処理期間", "決裁段数", "申請者氏名", "電話番号", "摘要")  # fmt: skip
END = dt.datetime(config.LAST_YEAR + 1, 3, 31, 17)


def write(city: City, raw: Path) -> None:
    """Write a file a fiscal year of receipt, with the sender's count of rows."""
    totals: list[tuple[str, str, object]] = []
    for year in range(YEARS[0], YEARS[1] + 1):
        rows, name = _year(city, year), f"cases_FY{year}.csv"
        files.put(raw / "cases" / name, [HEADS, *rows], "utf-8-sig")
        totals += [(name, "件数", len(rows)), (name, "決裁段数", sum(int(r[8]) for r in rows))]
    files.control(raw / "cases", totals)


def _year(city: City, year: int) -> list[list[str]]:
    rng = city.rng(35, year)
    dates = days.workdays(*days.fiscal_year(year))
    count = int(rng.poisson(city.people * A_PERSON_A_YEAR))
    day, minute = np.sort(rng.integers(0, len(dates), count)), rng.integers(510, 1030, count)
    kind = rng.choice(len(PROCEDURES), count, p=[0.4, 0.25, 0.15, 0.05, 0.15])
    online = 0.05 + 0.04 * (year - YEARS[0])
    channel = rng.choice(3, count, p=[0.75 - online, 0.25, online])
    taken, returned = rng.gamma(3, 1 / 3, count), rng.random(count) < 0.06
    rows = []
    for i in range(count):
        procedure, standard, mean, approvals = PROCEDURES[kind[i]]
        at = dt.datetime.combine(dates[int(day[i])], dt.time()) + dt.timedelta(minutes=int(minute[i]))
        done = at + dt.timedelta(days=mean * float(taken[i]) + (5 if returned[i] else 0))
        back = at + (done - at) / 3 if returned[i] else None
        office = config.WARDS[i % 5][0] if kind[i] < 3 else city.offices[5 + i % (len(city.offices) - 5)].id
        rows.append(
            [
                f"{year}{i + 1:06d}", office, procedure, CHANNELS[channel[i]], spelling.stamp(at),
                spelling.stamp(back) if back and back <= END else "", spelling.stamp(done) if done <= END else "",
                str(standard), str(approvals), config.STAFF_CANARY_NAME if i == 0 else f"架空 申請{i % 50}",
                config.PHONE_CANARY if i == 0 else f"000-0000-{i % 10_000:04d}", config.TEXT_CANARY if i == 0 else "",
            ]
        )  # fmt: skip
    return rows
