"""Ticket logs with a known truth: days at a counter played by a heap, whose desks the log need not state."""

import heapq
from typing import Any

import numpy as np
import pandas as pd

OPEN, CLOSE = 510.0, 1035.0  # minutes after midnight


def played_day(
    rng: np.random.Generator,
    *,
    mean: float,
    desks: int,
    service: float,
    spread: float = 20.0,
    sd_log: float = 0.8,
) -> tuple[list[float], list[float], list[float], list[int]]:
    """Return issues, calls, finishes (minutes) and desks of a day: gamma-Poisson visitors, evenly over the day, lognormal services, in order."""
    count = int(rng.poisson(mean * rng.gamma(spread, 1 / spread)))
    issued = np.sort(rng.uniform(OPEN, CLOSE - 60, count)).tolist()
    needs = rng.lognormal(np.log(service) - sd_log**2 / 2, sd_log, count).tolist()
    free, called, finished, who = [(OPEN, k) for k in range(desks)], [], [], []
    for at, held in zip(issued, needs, strict=True):
        ready, desk = heapq.heappop(free)
        begin = max(at, ready)
        heapq.heappush(free, (begin + held, desk))
        called.append(begin)
        finished.append(begin + held)
        who.append(desk)
    return issued, called, finished, who


def log(rng: np.random.Generator, start: str, days: int, office: str = "W1", **truth: Any) -> pd.DataFrame:
    """Return the tickets of weekdays from `start` on."""
    dates = pd.bdate_range(start, periods=days)
    made = [played_day(rng, **truth) for _ in range(days)]
    day = np.repeat(dates.to_numpy(), [len(d[0]) for d in made])
    stamp = [
        pd.Series(day + (np.concatenate([d[k] for d in made]) * 60e9).astype("timedelta64[ns]"))
        for k in range(3)
    ]
    names = [f"{date:%Y-%m-%d}-" for date in dates]
    return pd.DataFrame(
        {
            "ticket_id": [f"{name}{i + 1:03d}" for name, d in zip(names, made, strict=True) for i in range(len(d[0]))], "office_id": office,
            "service": "証明書", "issued_at": stamp[0], "called_at": stamp[1], "finished_at": stamp[2], "left_at": pd.NaT,
            "desk_id": [str(k) for d in made for k in d[3]], "outcome": "served",
        }
    )  # fmt: skip
