"""Microsoft 365 usage reports of a sample of users: one a quarter of each kind, and a week of Teams pulled daily."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kumastats.sample import config, files, identities, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.overtime import Live
from kumastats.sample.usage_heads import ACTIVE, EMAIL, ONEDRIVE, SKYPE, TEAMS_NEW, TEAMS_OLD

USERS = 90
FIRST, LAST = dt.date(2018, 12, 31), dt.date(2023, 3, 31)
NEW_TEAMS_FROM, SKYPE_ENDS, CONCEALED_FROM = dt.date(2020, 4, 1), dt.date(2021, 7, 31), dt.date(2021, 9, 1)
DAILY = tuple(dt.date(2019, 6, d) for d in range(3, 8))
PRODUCTS = "MICROSOFT 365 E3"


@dataclass(frozen=True)
class User:
    """A user in a report; names are concealed from September 2021."""

    upn: str
    display: str
    last: str
    live: bool
    deleted: bool


Line = Callable[[str, User, np.random.Generator, int], Sequence[object]]


def write(city: City, live: Live, raw: Path, defects: Defects) -> None:
    """Write every report."""
    folder = raw / "m365"
    for day in quarter_ends():
        old = day < NEW_TEAMS_FROM
        skype = day <= SKYPE_ENDS
        for kind, heads, line in (
            (
                "TeamsUserActivityUserDetail",
                TEAMS_OLD if old else TEAMS_NEW,
                _teams_old if old else _teams_new,
            ),
            ("EmailActivityUserDetail", EMAIL, _email),
            ("OneDriveUsageAccountDetail", ONEDRIVE, _onedrive),
            ("Office365ActiveUserDetail", ACTIVE, _active),
            *((("SkypeForBusinessActivityUserDetail", SKYPE, _skype),) if skype else ()),
        ):
            _report(city, live, folder, f"{kind}_{day:%Y%m%d}.csv", heads, line, day, 30, defects)
        if day == min(d for d in quarter_ends() if d >= NEW_TEAMS_FROM):
            _break(f"TeamsUserActivityUserDetail_{day:%Y%m%d}.csv", "12 columns became 33", defects)
    last = max(d for d in quarter_ends() if d <= SKYPE_ENDS)
    _break(
        f"SkypeForBusinessActivityUserDetail_{last:%Y%m%d}.csv",
        "the product ended: there are no later reports",
        defects,
    )
    for i, day in enumerate(DAILY):
        name = f"TeamsUserActivityUserDetail_daily_{day:%Y%m%d}.csv"
        rows = _report(city, live, folder, name, TEAMS_OLD, _teams_old, day, 7, defects)
        if i:
            defects.note(
                "overlapping_window", name, rows, "a window of seven days pulled again a day later",
                source="m365", table="usage",
            )  # fmt: skip


def quarter_ends() -> list[dt.date]:
    """Return the days of the quarterly reports."""
    return [
        dt.date(y, m, d) for y in range(FIRST.year, LAST.year + 1) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))
        if FIRST <= dt.date(y, m, d) <= LAST
    ]  # fmt: skip


def _break(name: str, what: str, defects: Defects) -> None:
    defects.note("schema_break", name, 1, what, source="m365", table="usage")


def _users(city: City, live: Live, day: dt.date) -> list[User]:
    year = day.year if day.month >= 4 else day.year - 1
    out = []
    hidden = day >= CONCEALED_FROM
    for place, post in enumerate(np.unique(np.linspace(0, city.teachers_from - 1, USERS).astype(int))):
        who = identities.of(city, int(post), year)
        office = int(city.office[post, year - config.FIRST_YEAR])
        upn, display = who.upn, who.name
        if hidden:
            upn, display = spelling.concealed(who.upn), spelling.concealed(who.name)
        last = (day - dt.timedelta(days=place % 13)).isoformat()
        out.append(User(upn, display, last, live[office][0] <= day, place % 40 == 39))
    return out


def _report(
    city: City, live: Live, folder: Path, name: str, heads: Sequence[str], line: Line, day: dt.date, window: int, defects: Defects
) -> int:  # fmt: skip
    rows: list[Sequence[object]] = []
    for user in _users(city, live, day):
        rng = city.rng(39, day.toordinal(), len(heads), len(rows))
        rows.append(line(day.isoformat(), user, rng, window))
    files.put(folder / name, [heads, *rows], "utf-8-sig")
    if day >= CONCEALED_FROM:
        defects.note(
            "concealed_user", name, len(rows), "user names are concealed", source="m365", table="usage"
        )
    return len(rows)


def _deleted(user: User) -> tuple[str, str]:
    return ("True", user.last) if user.deleted else ("False", "")


def _counts(rng: np.random.Generator, user: User, means: Sequence[float], window: int) -> list[int]:
    scale = window / 30 * (1.0 if user.live else 0.1)
    return [int(n) for n in rng.poisson(np.array(means) * scale)]


def _teams_old(day: str, user: User, rng: np.random.Generator, window: int) -> Sequence[object]:
    counts = _counts(rng, user, (20, 60, 4, 12), window)
    return [day, user.upn, user.last, *_deleted(user), PRODUCTS, *counts, "No", window]


def _teams_new(day: str, user: User, rng: np.random.Generator, window: int) -> Sequence[object]:
    counts = _counts(rng, user, (20, 60, 4, 18, 6, 9, 0.2), window)
    held = _counts(rng, user, (1, 4, 1, 3, 1, 3), window)
    seconds = [60 * n for n in _counts(rng, user, (300, 120, 40), window)]
    told = [f"PT{s // 3600}H{s // 60 % 60}M" for s in seconds]
    organised, attended = sum(held[::2]), sum(held[1::2])
    return [
        day, "架空市", "", "", user.upn, user.last, *_deleted(user), PRODUCTS, *counts, organised, attended, *held, *told,
        *seconds, "No", "Yes", window,
    ]  # fmt: skip


def _email(day: str, user: User, rng: np.random.Generator, window: int) -> Sequence[object]:
    counts = rng.poisson(np.array([80, 240, 200, 4, 8]) * window / 30)
    return [day, user.upn, user.display, *_deleted(user), user.last, *map(int, counts), PRODUCTS, window]


def _onedrive(day: str, user: User, rng: np.random.Generator, window: int) -> Sequence[object]:
    stored, active = _counts(rng, user, (400, 40), 30)
    return [
        day, "", user.display, _deleted(user)[0], user.last, stored, min(active, stored), stored * 350_000, 2**40, user.upn,
        window,
    ]  # fmt: skip


def _active(day: str, user: User, rng: np.random.Generator, window: int) -> Sequence[object]:
    has = ["True", "True", "True", str(dt.date.fromisoformat(day) <= SKYPE_ENDS), "False", str(user.live)]
    last = [user.last if h == "True" and rng.random() < 0.9 else "" for h in has]
    assigned = ["2018-06-01" if h == "True" else "" for h in has]
    return [day, user.upn, user.display, *_deleted(user), *has, *last, *assigned, PRODUCTS]


def _skype(day: str, user: User, rng: np.random.Generator, window: int) -> Sequence[object]:
    totals = _counts(rng, user, (9, 1, 4), window)
    counts = _counts(
        rng, user, (5, 3, 25, 2, 15, 1, 0.2, 1, 1, 20, 0.5, 0.1, 0, 0, 0, 0, 2, 2, 40, 1, 0.3, 0), window
    )
    return [
        day,
        user.upn,
        *_deleted(user),
        user.last,
        *totals,
        user.last,
        "",
        user.last,
        *counts,
        PRODUCTS,
        window,
    ]
