"""The study register of the synthetic city, and its mapping files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from kumastats.sample import config, surveys
from kumastats.sample.city import City
from kumastats.sample.overtime import Live

WINDOW = (dt.date(2017, 7, 1), dt.date(2019, 3, 31))
COHORTS = config.WAVES[:2]
HEADER = """# 架空の市の研究台帳。実在の市・人・数値とは関係ありません。
# The study register of a synthetic city. Nothing in it is about a real city, person or figure.
"""
TICKETS = {
    "source": "tickets",
    "columns": {
        "number": "受付番号",
        "office_id": "庁舎コード",
        "service": "業務",
        "issued_at": {"date": "発券日", "time": "発券時刻"},
        "called_at": {"date": "発券日", "time": "呼出時刻", "slack": 300},
        "finished_at": {"date": "発券日", "time": "終了時刻"},
        "desk_id": "窓口番号",
        "outcome": {"column": "状態", "values": {"完了": "served", "不在": "no_show", "取消": "void"}},
    },
}
ATTENDANCE = {
    "source": "attendance",
    # known faults of the old system, agreed with its owner: set aside and counted
    "quarantine": ["negative_duration", "conflicting_person_day", "impossible_time"],
}
# a cell that hides a day: what was meant cannot be told
SCHOOL_HOURS = {"source": "school_hours", "quarantine": ["lost_day"]}
# the wording of a wave, old and new
SURVEY = {"source": "survey", "columns": {"Q2": [surveys.PLACE, surveys.PLACE_RENAMED]}}
# the diary's header does not say that it is in minutes
DIARY = {"source": "document_diary", "columns": {"search_min": {"column": "探した時間", "unit": "minutes"}}}
MAPPINGS: dict[str, dict[str, Any]] = {
    "tickets": TICKETS, "attendance": ATTENDANCE, "school_hours": SCHOOL_HOURS, "survey": SURVEY, "document_diary": DIARY,
}  # fmt: skip


def write(root: Path, city: City, live: Live) -> None:
    """Write ``study.yml`` and ``mappings/``."""
    (root / "study.yml").write_text(HEADER + _dump(_register(city, live)), encoding="utf-8")
    for name, body in MAPPINGS.items():
        (root / "mappings" / f"{name}.yml").write_text(_dump(body), encoding="utf-8")


def _dump(body: dict[str, Any]) -> str:
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=120)


def _text(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja, "en": en}


def _register(city: City, live: Live) -> dict[str, Any]:
    return {
        "title": _text("働き方改革の事例研究（架空の市）", "A case study of a work-style reform (synthetic city)"),
        "city": _text("架空の市", "A synthetic city"),
        "synthetic": True,
        "term": {"start": dt.date(2018, 4, 1), "end": dt.date(2023, 3, 31), "due": dt.date(2023, 9, 30)},
        "partners": [
            {"id": "city", "name": _text("市", "The city")},
            {"id": "partner", "name": _text("連携企業", "The technology partner")},
        ],
        "thresholds": {"min_n": 10},
        "items": [
            {"id": "workplace", "label": _text("クラウドによる働き方", "One cloud workplace")},
            {"id": "counters", "label": _text("窓口の待ち時間", "Waits at the counters")},
            {"id": "documents", "label": _text("文書と会議", "Documents and meetings")},
            {"id": "enquiries", "label": _text("AIと問い合わせ", "AI and enquiries")},
            {"id": "schools", "label": _text("学校の働き方", "Work at schools")},
            {"id": "community", "label": _text("地域と防災", "Community and disasters")},
        ],
        "workshops": [
            {
                "date": dt.date(2018, 5, 15), "topic": _text("先行して試す取組", "What to pilot first"),
                "proposals": 12, "adopted": 3, "rejected": 9,
                "why": _text("効果を測れるものを選んだ", "Those whose effect can be measured were chosen"),
            },
        ],
        "pilots": [
            {
                "id": "cloud-pilot", "label": _text("クラウド環境の先行導入", "Cloud workplace, early offices"),
                "question": _text("日々の仕事に使えるか", "Is it usable in daily work?"),
                "members": [{"role": "情報政策課 係長", "joined_on": dt.date(2018, 6, 1)}],
            },
        ],
        "initiatives": [
            {
                "id": "cloud_workplace",
                "label": _text("クラウド環境の導入", "Cloud workplace"),
                "item": "workplace",
                "announced_on": config.ANNOUNCED,
                "waves": _waves(city, live),
            },
        ],
        "questions": [
            {
                "id": "overtime-cloud-workplace",
                "item": "workplace",
                "text": _text("クラウド環境の導入で、時間外勤務は減ったか", "Did the cloud workplace reduce overtime?"),
                "initiative": "cloud_workplace",
                "measure": "ordered_overtime",
                "negative_control": "leave_time",
                "population": "city",
                "design": "did",
                "comparison": "not_yet_live",
                "start": WINDOW[0],
                "end": WINDOW[1],
                "cohorts": list(COHORTS),
                "cluster": "office_id",
                "smallest_effect": 0.5,
                "kind": "confirmatory",
            },
        ],
        "claims": CLAIMS,
        "deviations": [],
    }  # fmt: skip


def _waves(city: City, live: Live) -> list[dict[str, Any]]:
    out = []
    for start, piloted in sorted(set(live.values()), key=lambda v: v[0]):
        units = [city.offices[i].id for i, v in live.items() if v == (start, piloted)]
        wave: dict[str, Any] = {"live_on": start, "units": units}
        if piloted:
            wave["piloted_on"] = piloted
        out.append(wave)
    return out


CLAIMS = [
    {
        "id": "search-600m", "announced_on": config.ANNOUNCED,
        "text": _text("文書を探す時間が一人一日10分なら、年に約6億円", "If each person searches 10 minutes a day, about ¥600 million a year"),
        "formula": _text("人数 × 10分 × 年間の勤務日数 × 時間単価", "people × 10 min × working days a year × hourly cost"),
    },
    {
        "id": "counter-40min", "announced_on": config.ANNOUNCED,
        "text": _text("窓口の待ち時間が4～5時間から40分に", "Counter waits fell from 4–5 hours to 40 minutes"),
        "formula": _text("繁忙期の待ち時間の90パーセント点、前と後", "90th percentile of waits in the peak weeks, before and after"),
    },
    {
        "id": "people-12500", "announced_on": config.ANNOUNCED,
        "text": _text("職員・教職員 12,500人が対象", "12,500 city staff and teachers take part"),
        "formula": _text("市職員 約7,000人 ＋ 教職員 約4,500人", "about 7,000 city staff + about 4,500 teachers"),
    },
    {
        "id": "cost-4-7bn", "announced_on": config.ANNOUNCED,
        "text": _text("5年で47億円", "¥4.7 billion over five years"),
        "formula": _text("47億円 ÷ 12,500人 ÷ 5年", "¥4.7 billion ÷ 12,500 people ÷ 5 years"),
    },
    {
        "id": "tablets-600", "announced_on": config.ANNOUNCED,
        "text": _text("遠隔支援のタブレット600台、学校136校", "600 tablets for remote support, 136 schools"),
        "formula": _text("600台 ÷ 136校", "600 tablets ÷ 136 schools"),
    },
]  # fmt: skip
