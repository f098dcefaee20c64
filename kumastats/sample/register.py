"""The study register of the synthetic city, and its mapping files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from kumastats.sample import config, schedule, surveys
from kumastats.sample.city import City
from kumastats.sample.claims import CLAIMS
from kumastats.sample.diary import PROGRAMME
from kumastats.sample.overtime import Live

# windows end before too few are left to compare with; those of schools also before the pupils' tablets of September 2020
LABELS = {
    "documents": ("documents", {"ja": "書類の電子化", "en": "Digitised documents"}),
    "meeting_rules": ("documents", {"ja": "会議の決まり", "en": "Rules for meetings"}),
    "telework": ("workplace", {"ja": "テレワーク", "en": "Telework"}),
    "school_affairs": ("schools", {"ja": "校務支援システム", "en": "School affairs system"}),
    "chatbot": ("enquiries", {"ja": "AIチャットボット", "en": "AI chatbot"}),
    "community_network": ("community", {"ja": "地域ネットワーク", "en": "Community network"}),
    "remote_support": ("counters", {"ja": "タブレットによる遠隔支援", "en": "Remote support by tablet"}),
}
STAGGERED = ("meetings-rules",)  # its effect builds up, which two-way effects would weigh wrongly
NEVER = ("chatbot", "remote_support")  # compared with what they never reached
QUESTIONS = {
    "overtime-telework": (
        "workplace", "telework", "ordered_overtime", (dt.date(2018, 7, 1), dt.date(2019, 12, 31)), 0.5, "exploratory",
        "テレワークで、時間外勤務は減ったか", "Did telework reduce overtime?",
    ),
    "meetings-rules": (
        "documents", "meeting_rules", "meeting_time", (dt.date(2019, 1, 1), dt.date(2020, 3, 31)), 0.25, "confirmatory",
        "会議の決まりで、会議の時間は減ったか", "Did the rules for meetings reduce meeting time?",
    ),
    "attendee-hours-rules": (
        "documents", "meeting_rules", "attendee_hours", (dt.date(2019, 4, 1), dt.date(2020, 3, 31)), 0.5, "exploratory",
        "会議の決まりで、会議の延べ時間は減ったか", "Did the rules for meetings reduce attendee-hours?",
    ),
    "search-documents": (
        "documents", "documents", "search_time", (dt.date(2018, 11, 1), dt.date(2019, 12, 31)), 1.0, "confirmatory",
        "書類の電子化で、文書を探す時間は減ったか", "Did digitising documents shorten the search for them?",
    ),
    "enquiries-chatbot": (
        "enquiries", "chatbot", "enquiries", (dt.date(2018, 7, 1), dt.date(2020, 2, 29)), 1.0, "exploratory",
        "チャットボットで、職員に届く問い合わせは減ったか", "Did the chatbot reduce the enquiries that come to people?",
    ),
    "enquiry-time-chatbot": (
        "enquiries", "chatbot", "enquiry_time", (dt.date(2018, 7, 1), dt.date(2020, 2, 29)), 0.5, "exploratory",
        "チャットボットの後、残った問い合わせは長くなったか", "Are the enquiries left by the chatbot longer?",
    ),
    "service-remote-support": (
        "counters", "remote_support", "service_time", (dt.date(2017, 7, 1), dt.date(2018, 9, 30)), 0.5, "exploratory",
        "遠隔支援で、窓口の応対は短くなったか", "Did remote support shorten service at the counter?",
    ),
    "wait-remote-support": (
        "counters", "remote_support", "counter_wait", (dt.date(2017, 7, 1), dt.date(2018, 9, 30)), 2.0, "exploratory",
        "遠隔支援で、窓口の待ち時間は短くなったか", "Did remote support shorten waits at the counter?",
    ),
    "in-school-school-affairs": (
        "schools", "school_affairs", "time_in_school_day", (dt.date(2018, 7, 1), dt.date(2020, 6, 30)), 5.0, "confirmatory",
        "校務支援システムで、在校等時間は減ったか", "Did the school affairs system reduce time in school?",
    ),
    "printing-school-affairs": (
        "schools", "school_affairs", "printed_sides", (dt.date(2019, 5, 1), dt.date(2020, 6, 30)), 20.0, "exploratory",
        "校務支援システムで、学校の印刷は減ったか", "Did the school affairs system reduce printing at schools?",
    ),
    "satisfaction-telework": (
        "workplace", "telework", "satisfaction_place", (dt.date(2018, 11, 1), dt.date(2019, 12, 31)), 0.2, "confirmatory",
        "テレワークで、働く場所と時間への満足は上がったか", "Did telework raise satisfaction with place and time of work?",
    ),
    "work-satisfaction-telework": (
        "workplace", "telework", "satisfaction_work", (dt.date(2018, 11, 1), dt.date(2019, 12, 31)), 0.2, "exploratory",
        "テレワークで、仕事全体への満足は上がったか", "Did telework raise satisfaction with work as a whole?",
    ),
    "first-reply-community": (
        "community", "community_network", "first_reply", (dt.date(2018, 4, 1), dt.date(2019, 11, 30)), 15.0, "confirmatory",
        "地域ネットワークで、最初の返信は早くなったか", "Did the community network bring first replies sooner?",
    ),
    "replies-community": (
        "community", "community_network", "replies", (dt.date(2018, 4, 1), dt.date(2019, 11, 30)), 0.3, "exploratory",
        "地域ネットワークで、返信は増えたか", "Did the community network bring more replies?",
    ),
    "visits-community": (
        "community", "community_network", "visits", (dt.date(2018, 4, 1), dt.date(2019, 11, 30)), 3.0, "exploratory",
        "地域ネットワークで、見守りの訪問は増えたか", "Did the community network bring more visits to neighbours?",
    ),
}  # fmt: skip
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
# two counts swapped: which is which cannot be told
WORK_SAMPLE = {"source": "work_sample", "quarantine": ["more_searching_than_seen"]}
MAPPINGS: dict[str, dict[str, Any]] = {
    "tickets": TICKETS, "attendance": ATTENDANCE, "school_hours": SCHOOL_HOURS, "survey": SURVEY, "document_diary": DIARY,
    "work_sample": WORK_SAMPLE,
}  # fmt: skip


def window(question: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day that a question of `QUESTIONS` is asked about."""
    return QUESTIONS[question][3]


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
        "workshops": PROGRAMME["workshops"],
        "pilots": PROGRAMME["pilots"],
        "initiatives": _initiatives(city, live),
        "questions": _questions(),
        "claims": CLAIMS,
        "publication": PROGRAMME["publication"],
        "deviations": [],
    }  # fmt: skip


def _initiatives(city: City, live: Live) -> list[dict[str, Any]]:
    """Return every initiative with the units it reached; the chatbot reached topics, the network areas."""
    topics = {topic: day for topic, day in config.TOPICS.items() if day is not None}
    reached = {
        "documents": schedule.documents(city), "meeting_rules": schedule.meeting_rules(city), "telework": schedule.telework(city),
        "school_affairs": schedule.school_affairs(city), "chatbot": topics, "community_network": schedule.community(),
        "remote_support": dict.fromkeys(config.REMOTE_SUPPORT_WARDS, config.REMOTE_SUPPORT_ON),
    }  # fmt: skip
    made = [
        {
            "id": "cloud_workplace", "label": _text("クラウド環境の導入", "Cloud workplace"), "item": "workplace",
            "announced_on": config.ANNOUNCED, "waves": _waves(city, live),
        },
    ]  # fmt: skip
    for name, units in reached.items():
        item, label = LABELS[name]
        made.append(
            {
                "id": name,
                "label": label,
                "item": item,
                "announced_on": config.ANNOUNCED,
                "waves": _by_day(units),
            }
        )
    return made


def _by_day(units: Mapping[str, dt.date]) -> list[dict[str, Any]]:
    return [
        {"live_on": day, "units": sorted(u for u, d in units.items() if d == day)} for day in sorted(set(units.values()))
    ]  # fmt: skip


def _questions() -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {
            "id": "overtime-cloud-workplace",
            "item": "workplace",
            "text": _text(
                "クラウド環境の導入で、時間外勤務は減ったか", "Did the cloud workplace reduce overtime?"
            ),
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
    ]
    for id_, (item, initiative, measure, window, smallest, kind, ja, en) in QUESTIONS.items():
        made.append(
            {
                "id": id_, "item": item, "text": _text(ja, en), "initiative": initiative, "measure": measure,
                "design": "staggered" if id_ in STAGGERED else "did",
                "comparison": "never" if initiative in NEVER else "not_yet_live", "start": window[0], "end": window[1],
                "smallest_effect": smallest, "kind": kind,
            }
        )  # fmt: skip
    return made


def _waves(city: City, live: Live) -> list[dict[str, Any]]:
    out = []
    for start, piloted in sorted(set(live.values()), key=lambda v: v[0]):
        units = [city.offices[i].id for i, v in live.items() if v == (start, piloted)]
        wave: dict[str, Any] = {"live_on": start, "units": units}
        if piloted:
            wave["piloted_on"] = piloted
        out.append(wave)
    return out
