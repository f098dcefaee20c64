"""Writes a synthetic city as a study folder: raw exports, mappings, the register, and the truth."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kumastats.beside import Beside
from kumastats.errors import Place, UsageError
from kumastats.sample import (
    attendance,
    cases,
    chatbot,
    community,
    config,
    counters,
    devices,
    diaries,
    enquiries,
    identities,
    lessons,
    meetings,
    overtime,
    panel,
    printing,
    programme,
    register,
    roster,
    rounds,
    schools,
    surveys,
    usage,
    viva,
)  # fmt: skip
from kumastats.sample import truth as true
from kumastats.sample.city import City, build, live_dates
from kumastats.sample.defects import Defects
from kumastats.text import Text

Progress = Callable[[int, int, str], None]
FOLDERS = ("mappings", "keys", "warehouse", "runs", "releases")


@dataclass(frozen=True)
class SampleReport:
    """What was written."""

    folder: Path
    people: int
    seed: int
    files: int
    bytes: int

    @property
    def text(self) -> Text:
        """What was written, in words."""
        size = self.bytes / 1e6
        return Text(
            f"架空の市（{self.people:,}人、種 {self.seed}）を作りました: {self.folder}（{self.files:,}ファイル、{size:,.0f} MB）。"
            "すべて合成データです。真の効果は truth.json にあります。",
            f"Made a synthetic city of {self.people:,} people (seed {self.seed}): {self.folder} ({self.files:,} files, {size:,.0f} MB). "
            "Everything in it is invented; its true effects are in truth.json.",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {**vars(self), "folder": str(self.folder), "synthetic": True}


def write(
    directory: Path | str, *, people: int = 1250, seed: int = 1, progress: Progress | None = None
) -> SampleReport:
    """Write a synthetic city.

    Parameters
    ----------
    directory
        A new or empty folder.
    people
        Staff and teachers; at least 100.
    seed
        The same seed and size give the same bytes.
    progress
        Called with (done, total, what is being written).

    Raises
    ------
    UsageError
        If the folder is not empty, or there are too few people.
    """
    root = Path(directory)
    if people < 100:
        raise UsageError(Text("100人以上にしてください。", "Make it at least 100 people."))
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(
            Text("フォルダーが空ではありません。", "The folder is not empty."),
            place=Place(file=root.resolve().name),
            remedy=Text("新しい名前を指定してください。", "Give a new name."),
        )
    beside = root.resolve().parent
    beside.mkdir(parents=True, exist_ok=True)
    # made beside its place and moved in when whole, so that a broken run leaves nothing behind
    staging = Path(tempfile.mkdtemp(prefix=f".{root.resolve().name}-", dir=beside))
    try:
        _fill(staging, build(people, seed), progress or (lambda *_: None))
        root.mkdir(exist_ok=True)
        for made in sorted(staging.iterdir(), key=lambda p: (p.name == "study.yml", p.name)):
            made.rename(root / made.name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    written = [p for p in root.rglob("*") if p.is_file()]
    return SampleReport(root, people, seed, len(written), sum(p.stat().st_size for p in written))


def _fill(root: Path, city: City, progress: Progress) -> None:
    for name in FOLDERS:
        (root / name).mkdir()
    raw, defects = root / "raw", Defects()
    (raw / "offices").mkdir(parents=True)
    (raw / "offices" / "offices.csv").write_bytes(_office_list(city))
    total = len(city.years) + 3
    live = live_dates(city, overtime.busiest_offices(city))
    made, twin, exact = [], [], 0
    school_years = [y for y in city.years if y >= config.SCHOOL_HOURS_FROM]

    def school_books(i: int) -> Defects:
        noted = Defects()
        schools.write(city, school_years[i], raw, noted)
        return noted

    with Beside(school_books, len(school_years), processes=1) as books:
        offices: list[tuple[Defects, Defects]] = []
        for done, year in enumerate(city.years):
            progress(done, total, f"FY{year}")
            simulated = overtime.simulate(city, year, live)
            at_work, at_counters = Defects(), Defects()
            attendance.write(city, simulated, raw, at_work)
            exact += overtime.exact_months(city, simulated)
            made.append(panel.monthly(city, simulated))
            twin.append(panel.monthly(city, overtime.simulate(city, year, None)))
            if year >= config.TICKETS_FROM:
                counters.write(city, year, raw, at_counters)
            offices.append((at_work, at_counters))
        at_schools = dict(zip(school_years, books, strict=True))
    for year, (at_work, at_counters) in zip(city.years, offices, strict=True):
        for noted in (at_work, at_schools.get(year, Defects()), at_counters):
            defects.take(noted)
    office = city.offices[overtime.exact_office(city)].id
    defects.note(
        "exactly_44_59", f"office {office}", exact, "person-months over 45 h recorded as 44:59", source="attendance",
        table="person_day", found_by="rule", rule="exactly_at_cap",
    )  # fmt: skip
    progress(total - 3, total, "Viva Insights")
    viva.write(city, raw, defects)
    progress(total - 2, total, "other systems")
    _others(raw, city, live, defects)
    register.write(root, city, live)
    # a synthetic city keeps a key made from its seed, so that the demo is the same everywhere; a real key is random
    key = hashlib.sha256(f"synthetic key {city.seed}".encode()).hexdigest()
    (root / "keys" / "identity.key").write_text(key + "\n", encoding="ascii")
    (root / ".gitignore").write_text("raw/\nkeys/\nwarehouse/\nruns/\n", encoding="utf-8")
    truth = _truth(city, live, pd.concat(made), pd.concat(twin), defects)
    (root / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    progress(total, total, "")


def _others(raw: Path, city: City, live: overtime.Live, defects: Defects) -> None:
    """Write the systems whose exports are small."""
    identities.write(city, raw)
    roster.write(city, raw, defects)
    programme.write(city, live, raw, defects)
    community.write(city, raw, defects)
    devices.write(city, live, raw, defects)
    usage.write(city, live, raw, defects)
    enquiries.write(city, raw, defects)
    printing.write(city, raw, defects)
    surveys.write(city, raw, defects)
    rounds.write(city, raw, defects)
    for source in (diaries, cases, lessons, meetings, chatbot):
        source.write(city, raw)
    defects.note(
        "canaries", "every source", len(config.CANARIES), "names, numbers and texts in columns that are never read: nobody may see them",
        source="all", table="all", found_by="not_visible",
    )  # fmt: skip


def _office_list(city: City) -> bytes:
    kinds = {"head_office": "本庁", "ward_office": "区役所", "branch": "出先", "school": "学校"}
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(["所属コード", "所属名", "所属名英語", "区分", "区", "学校種別"])
    out.writerows([o.id, o.ja, o.en, kinds[o.kind], o.ward, o.level] for o in (*city.offices, *city.schools))
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _truth(
    city: City, live: overtime.Live, made: pd.DataFrame, twin: pd.DataFrame, defects: Defects
) -> dict[str, Any]:
    ids = {o.id: live[i][0] for i, o in enumerate(city.offices)}
    first, last = f"{register.WINDOW[0]:%Y-%m}", f"{register.WINDOW[1]:%Y-%m}"
    window = made[made["period"].between(first, last)], twin[twin["period"].between(first, last)]
    value = panel.effect(window[0], window[1], ids, register.COHORTS)
    totals = made["s1"].sum() / 60 / made["n"].sum()
    return {
        "synthetic": True,
        "people": city.people,
        "seed": city.seed,
        "questions": {
            "overtime-cloud-workplace": {
                "measure": "ordered_overtime",
                "value": round(float(value), 6),
                "unit": "h per person-month",
                "window": [first, last],
                "cohorts": [d.isoformat() for d in register.COHORTS],
                "formula": "mean over treated office-months, weighted by person-months, of recorded overtime in this city "
                "minus recorded overtime in its twin from the same random draws without the cloud workplace",
            },
            **true.questions(city, live),
        },
        "levels": {"search_time_seen": {f"{y}-11": round(rounds.level(city, y), 6) for y in rounds.YEARS}},
        "checks": {
            "mean_overtime_hours": round(float(totals), 6),
            "offices": len(city.offices),
            "schools": len(city.schools),
        },
        "defects": defects.sorted(),
        "corrections": defects.corrected,
        "canaries": list(config.CANARIES),
        "never_moves": int(np.sum(city.office[0] == city.office[0, 0])),
    }
