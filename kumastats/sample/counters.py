"""Counter tickets of the five ward offices: arrivals overload the desks around 1 April.

Most of the fall in waits came a year before the reform: the counters were redesigned in April 2017. Remote support from
June 2018 shortens services a little at two of them.
"""

from __future__ import annotations

import datetime as dt
import heapq
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kumastats.sample import config, days, files
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

HEADS = ("受付番号", "庁舎コード", "業務", "発券日", "発券時刻", "呼出時刻", "終了時刻", "窓口番号", "状態")
SERVICES = ("転入・転出", "証明書", "国保・年金", "児童手当")
OPEN, CLOSE = 8 * 3600 + 1800, 17 * 3600 + 900
NOON, LAST_CALL = 12 * 3600, 22 * 3600
DAY_SHAPE = 120  # how much days alike differ
DRIFT_SECONDS = 150
REMOTE = [w for w, (ward, _, _) in enumerate(config.WARDS) if ward in config.REMOTE_SUPPORT_WARDS]
HOURLY = np.array([1.0, 1.5, 1.6, 1.3, 0.9, 1.1, 1.2, 1.0, 0.7])  # from 8:30, an hour each


@dataclass(frozen=True)
class Ticket:
    """A ticket, in seconds after midnight; `gone` is whether nobody answered the call."""

    number: int
    service: str
    issued: int
    called: int
    done: int
    desk: int
    gone: bool
    unfinished: bool

    @property
    def wait(self) -> int:
        """Seconds from issue to call."""
        return self.called - self.issued


def write(city: City, year: int, raw: Path, defects: Defects) -> None:
    """Write four quarterly logs for each ward office."""
    for w, (ward, _, _) in enumerate(config.WARDS):
        for quarter in range(4):
            months = days.months(year)[quarter * 3 : quarter * 3 + 3]
            dates = days.workdays(months[0][0], months[2][1])
            drifting = ward == "W3" and year == 2019 and quarter == 1
            restarting = ward == "W4" and year == 2018 and quarter == 0
            made = [(day, t) for day in dates for t in tickets(city, w, day)]
            name = f"tickets_{ward}_FY{year}Q{quarter + 1}.csv"
            noon = {
                day: next((t.number for t in of if t.issued >= NOON), 1) for day, of in _by_day(made).items()
            }
            rows = [
                _row(ward, day, t, DRIFT_SECONDS if drifting else 0, noon[day] if restarting else 1)
                for day, t in made
            ]
            files.put(raw / "tickets" / name, [HEADS, *rows], "utf-8-sig")
            for id_, rule, count, what in (
                ("clock_drift", None, len(rows) if drifting else 0, f"the issuing machine's clock is {DRIFT_SECONDS} s fast"),
                ("missing_finish", "no_finish", sum(t.unfinished and not t.gone for _, t in made), "served without a time of finish"),
                ("restart_at_noon", "restarted_numbers", len(dates) if restarting else 0, "ticket numbers start again at noon"),
            ):  # fmt: skip
                defects.note(
                    id_, name, count, what, source="tickets", table="ticket", found_by="rule", rule=rule
                )


def _by_day(made: list[tuple[dt.date, Ticket]]) -> dict[dt.date, list[Ticket]]:
    out: dict[dt.date, list[Ticket]] = {}
    for day, ticket in made:
        out.setdefault(day, []).append(ticket)
    return out


def _row(ward: str, day: dt.date, t: Ticket, drift: int, noon: int) -> list[str]:
    """Return a ticket as the log has it; numbers count from `noon` on when the machine starts again then."""
    number = t.number - noon + 1 if t.issued >= NOON and noon > 1 else t.number
    return [
        f"{number:03d}", ward, t.service, f"{day.year}/{day.month}/{day.day}", _time(t.issued + drift), _time(t.called),
        "" if t.gone or t.unfinished else _time(t.done), str(t.desk), "不在" if t.gone else "完了",
    ]  # fmt: skip


def at_peak(day: dt.date) -> bool:
    """Tell whether a day is among those around 1 April when people move."""
    return -8 <= (day - dt.date(day.year, 4, 1)).days <= 9


def load(day: dt.date) -> float:
    """Return the busyness of a day: near 1 April, after days off, at the end of a month."""
    if at_peak(day):
        return config.PEAK * (1.1 if day.weekday() == 0 else 1.0)
    near = 1.6 if abs((day - dt.date(day.year, 4, 1)).days) <= 16 else 1.0
    return near * (1.2 if day.weekday() == 0 else 0.95) * (1.1 if day.day >= 26 else 1.0)


def tickets(city: City, w: int, day: dt.date, off: Off = NONE) -> list[Ticket]:
    """Return a ward office's tickets of a day.

    Who would come without redesign and without certificates elsewhere is drawn once; both keep some of them away. With
    ``counter_redesign`` or ``remote_support`` in `off`, the twin without it.
    """
    rng = city.rng(12, w, day.toordinal())
    redesigned = day >= config.REDESIGN_ON and "counter_redesign" not in off
    fiscal = day.year if day.month >= 4 else day.year - 1
    scale = max(1.0, city.people / config.FULL_SIZE * 4)
    desks = max(config.DESKS, round(config.DESKS * scale))
    desks += round(desks * config.REDESIGN_PEAK_DESKS) if redesigned and at_peak(day) else 0
    count = int(rng.poisson(config.TICKETS_A_DAY * scale * load(day) * rng.gamma(DAY_SHAPE, 1 / DAY_SHAPE)))
    hour = rng.choice(len(HOURLY), count, p=HOURLY / HOURLY.sum())
    at = np.minimum(OPEN + hour * 3600 + rng.integers(0, 3600, count), CLOSE - 60)
    mean = config.SERVICE_MINUTES * 60 * (1 + config.REDESIGN_SERVICE if redesigned else 1.0)
    if w in REMOTE and day >= config.REMOTE_SUPPORT_ON and "remote_support" not in off:
        mean *= 1 + config.REMOTE_SUPPORT_SERVICE
    sd = config.SERVICE_LOG_SD
    service = np.maximum(np.exp(np.log(mean) - sd * sd / 2 + sd * rng.standard_normal(count)), 30).astype(int)
    patience = rng.exponential(config.PATIENCE_MEAN_MINUTES * 60, count)
    kind = rng.choice(len(SERVICES), count, p=[0.4, 0.3, 0.2, 0.1])
    unfinished = rng.random(count) < (0.004 if config.WARDS[w][0] == "W5" else 0)
    stays = (1 + config.CERTIFICATES_ELSEWHERE_A_YEAR) ** (fiscal - config.TICKETS_FROM)
    stays *= 1 + config.REDESIGN_ARRIVALS if redesigned else 1.0
    comes = np.flatnonzero(rng.random(count) < stays)
    free = [(OPEN, d) for d in range(1, desks + 1)]
    out = []
    for number, i in enumerate(comes[np.argsort(at[comes], kind="stable")], start=1):
        ready, desk = heapq.heappop(free)
        called = max(int(at[i]), ready)
        gone = bool(called - at[i] > patience[i]) or called > LAST_CALL
        done = called + (40 if gone else int(service[i]))
        heapq.heappush(free, (done, desk))
        out.append(
            Ticket(number, SERVICES[kind[i]], int(at[i]), called, done, desk, gone, bool(unfinished[i]))
        )
    return out


def _time(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
