"""Counter tickets of the five ward offices: arrivals overload the desks around 1 April.

Most of the fall in waits came a year before the reform: the counters were redesigned in April 2017. Remote support from
June 2018 shortens services a little at two of them.
"""

from __future__ import annotations

import csv
import datetime as dt
import heapq
import io
from pathlib import Path

import numpy as np

from kumastats.sample import config, days
from kumastats.sample.city import City
from kumastats.sample.defects import Defects

HEADS = ("受付番号", "庁舎コード", "業務", "発券日", "発券時刻", "呼出時刻", "終了時刻", "窓口番号", "状態")
SERVICES = ("転入・転出", "証明書", "国保・年金", "児童手当")
OPEN, CLOSE = 8 * 3600 + 1800, 17 * 3600 + 900
DRIFT_SECONDS = 150
HOURLY = np.array([1.0, 1.5, 1.6, 1.3, 0.9, 1.1, 1.2, 1.0, 0.7])  # from 8:30, an hour each


def write(city: City, year: int, raw: Path, defects: Defects) -> None:
    """Write four quarterly logs for each ward office."""
    folder = raw / "tickets"
    folder.mkdir(parents=True, exist_ok=True)
    for w, (ward, _, _) in enumerate(config.WARDS):
        for quarter in range(4):
            months = days.months(year)[quarter * 3 : quarter * 3 + 3]
            dates = days.workdays(months[0][0], months[2][1])
            text = io.StringIO()
            out = csv.writer(text, lineterminator="\r\n")
            out.writerow(HEADS)
            drifting = ward == "W3" and year == 2019 and quarter == 1
            unfinished = 0
            for day in dates:
                for row in _day(city, w, ward, day, drifting):
                    unfinished += row[-1] == "完了" and not row[6]
                    out.writerow(row)
            name = f"tickets_{ward}_FY{year}Q{quarter + 1}.csv"
            (folder / name).write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8"))
            if drifting:
                defects.note("clock_drift", name, 1, f"the issuing machine's clock is {DRIFT_SECONDS} s fast")
            if ward == "W5" and unfinished:
                defects.note("missing_finish", name, unfinished, "served without a time of finish")
            if ward == "W4" and year == 2018 and quarter == 0:
                defects.note("restart_at_noon", name, len(dates), "ticket numbers start again at noon")


def load(day: dt.date) -> float:
    """Return the busyness of a day: near 1 April, after days off, at the end of a month."""
    distance = (day - dt.date(day.year, 4, 1)).days
    peak = config.PEAK if -8 <= distance <= 9 else 1.6 if -16 <= distance <= 16 else 1.0
    return peak * (1.2 if day.weekday() == 0 else 0.95) * (1.1 if day.day >= 26 else 1.0)


def _day(city: City, w: int, ward: str, day: dt.date, drifting: bool) -> list[list[str]]:
    rng = city.rng(12, w, day.toordinal())
    redesigned = day >= config.REDESIGN_ON
    fiscal = day.year if day.month >= 4 else day.year - 1
    scale = max(1.0, city.people / config.FULL_SIZE * 4)
    rate = (
        config.TICKETS_A_DAY
        * scale
        * load(day)
        * (1 + config.CERTIFICATES_ELSEWHERE_A_YEAR) ** (fiscal - config.TICKETS_FROM)
    )
    rate *= (1 + config.REDESIGN_ARRIVALS) if redesigned else 1.0
    desks = max(config.DESKS, round(config.DESKS * scale))
    count = rng.poisson(rate * rng.gamma(30, 1 / 30))
    hour = rng.choice(len(HOURLY), count, p=HOURLY / HOURLY.sum())
    at = np.sort(np.minimum(OPEN + hour * 3600 + rng.integers(0, 3600, count), CLOSE - 60))
    mean = config.SERVICE_MINUTES * 60 * (1 + config.REDESIGN_SERVICE if redesigned else 1.0)
    if ward in config.REMOTE_SUPPORT_WARDS and day >= config.REMOTE_SUPPORT_ON:
        mean *= 1 + config.REMOTE_SUPPORT_SERVICE
    sd = config.SERVICE_LOG_SD
    service = np.maximum(np.exp(np.log(mean) - sd * sd / 2 + sd * rng.standard_normal(count)), 30).astype(int)
    patience = rng.exponential(config.PATIENCE_MEAN_MINUTES * 60, count)
    kind = rng.choice(len(SERVICES), count, p=[0.4, 0.3, 0.2, 0.1])
    unfinished = rng.random(count) < (0.004 if ward == "W5" else 0)
    free = [(OPEN, d) for d in range(1, desks + 1)]
    number, noon, rows = 0, False, []
    for i in range(count):
        if ward == "W4" and day.year == 2018 and 4 <= day.month <= 6 and not noon and at[i] >= 12 * 3600:
            number, noon = 0, True
        number += 1
        ready, desk = heapq.heappop(free)
        called = max(int(at[i]), ready)
        gone = called - at[i] > patience[i]
        done = called + (40 if gone else int(service[i]))
        heapq.heappush(free, (done, desk))
        issued = int(at[i]) + (DRIFT_SECONDS if drifting else 0)
        rows.append(
            [
                f"{number:03d}", ward, SERVICES[kind[i]], f"{day.year}/{day.month}/{day.day}", _time(issued), _time(called),
                "" if gone or unfinished[i] else _time(done), str(desk), "不在" if gone else "完了",
            ]
        )  # fmt: skip
    return rows


def _time(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
