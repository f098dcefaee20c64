"""Surveys of staff each November and of citizens every other year, as Microsoft Forms exports them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kumastats.sample import config, files, schedule
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

STAFF_YEARS, CITIZEN_YEARS = (2018, 2019, 2020, 2021), (2019, 2021)
NUMBERS_IN, RENAMED_IN = 2020, 2021
SCALE = ("とても不満", "不満", "どちらでもない", "満足", "とても満足")
ENGLISH = ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied")
WORK, PLACE, PLACE_RENAMED = (
    "Q1 仕事全体に満足していますか",
    "Q2 働く場所と時間に満足していますか",
    "働く場所・時間の満足度",
)
TOOLS, FREE = "Q3 使っているもの（複数選択）", "Q4 ご意見（自由記述）"
OPTIONS = ("チャット", "会議", "共有文書", "チャットボット")
STAFF = ("ID", "開始時刻", "完了時刻", "メール", "名前", "所属コード")
CITIZEN = ("ID", "Start time", "Completion time", "Email", "Name", "Ward", "Q1 How satisfied are you with the counters?", "Q2 How easy was it to ask a question?", "Q3 Anything else?")  # fmt: skip
ASKED, CITIZENS = 0.55, 180


@dataclass(frozen=True)
class Answer:
    """A member of staff's answers; `live` is whether telework was open to the office."""

    post: int
    office: str
    at: dt.datetime
    work: int
    place: int
    tools: str
    live: bool


def staff(city: City, year: int, off: Off = NONE) -> Iterator[Answer]:
    """Return the answers of a wave; with ``telework`` in `off`, of the twin without it."""
    since, y = schedule.telework(city), year - config.FIRST_YEAR
    mood = city.rng(43).standard_normal(int(city.person.max()) + 1)
    place_mood = city.rng(44).standard_normal(len(city.offices))
    for post in range(city.teachers_from):
        rng = city.rng(45, year, post)
        if rng.random() >= ASKED and post:
            continue
        office, person = int(city.office[post, y]), int(city.person[post, y])
        at = dt.datetime(year, 11, 5, 9) + dt.timedelta(minutes=int(rng.integers(0, 9 * 1440)))
        noise, coin = rng.standard_normal(2), rng.random(2)
        live = at.date() >= since[city.offices[office].id]
        base = 3.0 + 0.45 * mood[person] + 0.15 * place_mood[office]
        gain = config.TELEWORK_SATISFACTION if live and "telework" not in off else 0.0
        chosen = [o for o, c in zip(OPTIONS, rng.random(4), strict=True) if c < 0.5]
        yield Answer(
            post, city.offices[office].id, at, _score(base + 0.5 * noise[0], coin[0]),
            _score(base + 0.5 * noise[1] + gain, coin[1]), "".join(f"{o};" for o in chosen), live,
        )  # fmt: skip


def _score(latent: float, coin: float) -> int:
    """Return one to five, rounded by a coin so that a small gain shows in the mean."""
    return int(np.clip(np.floor(latent + coin), 1, 5))


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write the workbooks."""
    for year in STAFF_YEARS:
        rows = list(_staff_rows(city, year))
        place = PLACE if year < RENAMED_IN else PLACE_RENAMED
        name = f"survey_staff_FY{year}.xlsx"
        files.book(raw / "survey" / name, "Sheet1", [[*STAFF, WORK, place, TOOLS, FREE], *rows])
        if place != PLACE:
            defects.note(
                "renamed_column", name, len(rows), "a question was worded anew and lost its number",
                source="survey", table="survey_response",
            )  # fmt: skip
    for year in CITIZEN_YEARS:
        name = f"survey_citizen_FY{year}.xlsx"
        files.book(raw / "survey" / name, "Sheet1", [CITIZEN, *_citizen_rows(city, year)])


def _staff_rows(city: City, year: int) -> Iterator[list[object]]:
    for i, a in enumerate(staff(city, year)):
        scores: list[object] = (
            [a.work, a.place] if year == NUMBERS_IN else [SCALE[a.work - 1], SCALE[a.place - 1]]
        )
        canary = i == 0
        yield [
            i + 1, a.at, a.at + dt.timedelta(minutes=4), config.MAIL_CANARY if canary else "anonymous",
            config.STAFF_CANARY_NAME if canary else "", a.office, *scores, a.tools,
            config.TEXT_CANARY if canary else f"架空の意見その{i}" if i % 9 == 4 else "",
        ]  # fmt: skip


def _citizen_rows(city: City, year: int) -> Iterator[list[object]]:
    rng = city.rng(46, year)
    for i in range(CITIZENS):
        at = dt.datetime(year, 10, 1, 8) + dt.timedelta(minutes=int(rng.integers(0, 20 * 1440)))
        one, two = (_score(3.2 + 0.8 * float(rng.standard_normal()), float(rng.random())) for _ in range(2))
        canary = i == 0
        yield [
            i + 1, at, at + dt.timedelta(minutes=3), config.MAIL_CANARY if canary else "anonymous",
            config.STAFF_CANARY_NAME if canary else "", config.WARDS[i % 5][1], ENGLISH[one - 1], ENGLISH[two - 1],
            config.TEXT_CANARY if canary else f"made-up remark {i}" if i % 11 == 5 else "",
        ]  # fmt: skip
