"""Ticket logs with a known truth: days at a counter played by a heap, whose desks the log need not state."""

import heapq

import numpy as np
import pandas as pd

OPEN, CLOSE = 510.0, 1035.0  # minutes after midnight


def day_at_a_counter(
    rng: np.random.Generator, day: pd.Timestamp, *, mean: float, desks: int, service: float, spread: float = 20.0, sd_log: float = 0.8
) -> pd.DataFrame:  # fmt: skip
    """Return the tickets of a day: gamma-Poisson visitors, evenly over the day, lognormal services, first come, first served."""
    count = int(rng.poisson(mean * rng.gamma(spread, 1 / spread)))
    at = np.sort(rng.uniform(OPEN, CLOSE - 60, count))
    held = rng.lognormal(np.log(service) - sd_log**2 / 2, sd_log, count)
    free, rows = [(OPEN, d) for d in range(desks)], []
    for i in range(count):
        ready, desk = heapq.heappop(free)
        begin = max(at[i], ready)
        heapq.heappush(free, (begin + held[i], desk))
        rows.append((begin, begin + held[i], desk))
    begin, end, desk = np.array(rows).reshape(-1, 3).T
    stamp = [day + pd.to_timedelta(v, unit="min") for v in (at, begin, end)]
    return pd.DataFrame(
        {
            "ticket_id": [f"{day:%Y-%m-%d}-{i + 1:03d}" for i in range(count)], "office_id": "W1", "service": "証明書",
            "issued_at": stamp[0], "called_at": stamp[1], "finished_at": stamp[2], "left_at": pd.NaT, "desk_id": desk.astype(int).astype(str), "outcome": "served",
        }
    )  # fmt: skip


def log(rng: np.random.Generator, start: str, days: int, office: str = "W1", **truth: float) -> pd.DataFrame:
    """Return the tickets of weekdays from `start` on."""
    made = [day_at_a_counter(rng, d, **truth) for d in pd.bdate_range(start, periods=days)]  # type: ignore[arg-type]
    return pd.concat(made, ignore_index=True).assign(office_id=office)
