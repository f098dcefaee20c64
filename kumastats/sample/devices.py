"""The register of devices: tablets of the pilot counters, PCs of the cloud workplace, Wi-Fi of schools."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from kumastats.sample import config, files, schedule, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.overtime import Live

HEADS = ("管理番号", "種類", "所属コード", "配備日", "返却日", "対応室数", "利用者")
DONATED = 600  # at full size


def write(city: City, live: Live, raw: Path, defects: Defects) -> None:
    """Write the register of 2018 and that of 2020."""
    # the donated devices went to the pilots of remote support, then to the pilot offices
    pilots = [
        *config.REMOTE_SUPPORT_WARDS,
        *(city.offices[i].id for i, (_, piloted) in live.items() if piloted),
    ]
    tablets = [
        ("タブレット", pilots[i % len(pilots)], config.REMOTE_SUPPORT_ON, "")
        for i in range(max(20, round(DONATED * city.people / config.FULL_SIZE)))
    ]
    pcs = [("PC", city.offices[i].id, start, "") for i, (start, _) in live.items() for _ in range(3)]
    wifi = [
        ("無線AP", s.id, schedule.pupil_tablets(city)[s.id], str(8 + i % 9))
        for i, s in enumerate(city.schools)
    ]
    for year, first, made in ((2018, 1, [*tablets, *pcs]), (2020, 5001, wifi)):
        rows = [_row(first + i, *device) for i, device in enumerate(made)]
        rows[0][-1] = config.STAFF_CANARY_NAME
        name = f"devices_{year}.csv"
        files.put(raw / "devices" / name, [HEADS, *rows], "cp932")
        defects.note(
            "machine_dependent_characters", name, files.machine_dependent(rows), "users' names hold characters that Shift_JIS has not",
            source="devices", table="usage",
        )  # fmt: skip


def _row(number: int, kind: str, office: str, day: dt.date, rooms: str) -> list[str]:
    """Return a device; half of the days are written by era, and some tablets came back."""
    given = spelling.era_dots(day) if number % 2 else spelling.slashed(day)
    back = spelling.slashed(dt.date(2021, 3, 31)) if kind == "タブレット" and number % 11 == 0 else ""
    user = spelling.awkward_name(number) if kind != "無線AP" else ""
    return [f"{kind[:1]}{number:05d}", kind, office, given, back, rooms, user]
