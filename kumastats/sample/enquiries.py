"""Enquiries by phone, at the counter and by tablet, and those the chatbot took from July 2019, topic by topic.

What people wanted to ask is drawn once. Where the chatbot knows the topic, it takes some of it; of these three in ten come
back by phone or at the counter, so that on balance there are eight in a hundred fewer, each taking a little longer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kumastats.sample import config, days, files, spelling
from kumastats.sample.city import City
from kumastats.sample.defects import Defects
from kumastats.sample.schedule import NONE, Off

YEARS = (2018, 2022)
A_PERSON_A_MONTH = 0.22
TOPIC_SHARE = (0.25, 0.2, 0.2, 0.12, 0.13, 0.1)
DEFLECTED = -config.CHATBOT_NET / (1 - config.CHATBOT_COME_BACK)
HEADS = (
    "受付番号",
    "経路",
    "所属コード",
    "分類",
    "開始日時",
    "終了日時",
    "解決",
    "引継先",
    "発信者番号",
    "内容",
)


@dataclass(frozen=True)
class Enquiry:
    """What someone wanted to know. `bot` is whether the chatbot was asked, `came` whether a person was."""

    id: str
    channel: str
    office: str
    topic: str
    at: dt.datetime
    seconds: int
    resolved: bool
    passed: str
    live: bool
    bot: bool
    came: bool


def month(city: City, first: dt.date, off: Off = NONE) -> list[Enquiry]:
    """Return a month of enquiries, by time; with ``chatbot`` in `off`, of the twin without it."""
    out = []
    dates = days.workdays(first, days.month_end(first))
    season = 1.5 if first.month in (3, 4) else 1.0
    for t, (topic, since) in enumerate(config.TOPICS.items()):
        rng = city.rng(33, first.toordinal(), t)
        count = int(rng.poisson(city.people * A_PERSON_A_MONTH * TOPIC_SHARE[t] * season))
        day, minute = rng.integers(0, len(dates), count), rng.integers(8 * 60 + 30, 17 * 60, count)
        phone, ward = rng.random(count) < 0.7, rng.integers(0, len(config.WARDS), count)
        seconds = np.exp(np.log(360) + 0.6 * rng.standard_normal(count))
        mark, back = rng.random(count), rng.random(count) < config.CHATBOT_COME_BACK
        resolved, passed = rng.random(count) < 0.86, rng.random(count) < 0.08
        for i in range(count):
            date = dates[int(day[i])]
            live = since is not None and date >= since
            on = live and "chatbot" not in off
            bot = on and bool(mark[i] < DEFLECTED)
            channel = "電話" if phone[i] else "窓口"
            out.append(
                Enquiry(
                    f"E{first:%y%m}-{t}{i:05d}", channel, config.WARDS[int(ward[i])][0], topic,
                    dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=int(minute[i])),
                    int(seconds[i] * (1 + config.CHATBOT_LONGER if on else 1)), bool(resolved[i]),
                    ("窓口" if phone[i] else "電話") if passed[i] and not resolved[i] else "", live, bot,
                    not bot or bool(back[i]),
                )
            )  # fmt: skip
    return sorted(out, key=lambda e: (e.at, e.id))


def _remote(city: City, first: dt.date, last: dt.date) -> list[Enquiry]:
    """Return calls by tablet from the pilot counters."""
    rng = city.rng(34, first.toordinal())
    out = []
    dates = days.workdays(max(first, config.REMOTE_SUPPORT_ON), last)
    for i in range(int(rng.poisson(city.people * 0.008)) if dates else 0):
        date = dates[int(rng.integers(0, len(dates)))]
        at = dt.datetime.combine(date, dt.time(9)) + dt.timedelta(minutes=int(rng.integers(0, 450)))
        ward = config.REMOTE_SUPPORT_WARDS[i % len(config.REMOTE_SUPPORT_WARDS)]
        seconds = int(rng.gamma(4, 120))
        out.append(Enquiry(f"R{first:%y%m}-{i:05d}", "遠隔", ward, "国保・年金", at, seconds, True, "", False, False, True))  # fmt: skip
    return out


def write(city: City, raw: Path, defects: Defects) -> None:
    """Write a file a quarter of what people in offices answered."""
    for year in range(YEARS[0], YEARS[1] + 1):
        months = days.months(year)
        for quarter in range(4):
            rows: list[list[str]] = []
            for first, last in months[quarter * 3 : quarter * 3 + 3]:
                made = [e for e in (*month(city, first), *_remote(city, first, last)) if e.came]
                rows += [
                    _row(e, len(rows) + i) for i, e in enumerate(sorted(made, key=lambda e: (e.at, e.id)))
                ]
            name = f"enquiries_FY{year}Q{quarter + 1}.csv"
            files.put(raw / "enquiries" / name, [HEADS, *rows], "cp932")
            defects.note(
                "machine_dependent_characters", name, files.machine_dependent(rows), "notes hold characters that Shift_JIS has not",
                source="enquiries", table="enquiry",
            )  # fmt: skip


def _row(e: Enquiry, i: int) -> list[str]:
    # who came back after the chatbot comes later the same day
    at = (
        min(e.at + dt.timedelta(minutes=40), dt.datetime.combine(e.at.date(), dt.time(17))) if e.bot else e.at
    )
    note = config.TEXT_CANARY if i == 0 else "㈱架空商店～手続①" if i % 61 == 5 else ""
    phone = config.PHONE_CANARY if i == 0 else f"000-0000-{i % 10_000:04d}" if e.channel == "電話" else ""
    return [
        e.id, e.channel, e.office, e.topic, spelling.stamp(at), spelling.stamp(at + dt.timedelta(seconds=e.seconds)),
        "済" if e.resolved else "未", e.passed, phone, note,
    ]  # fmt: skip
