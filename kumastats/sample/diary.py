"""What the study register of the synthetic city tells of workshops, pilots, money and authors. All of it is invented."""

from __future__ import annotations

import datetime as dt
from typing import Any


def _text(ja: str, en: str) -> dict[str, str]:
    return {"ja": ja, "en": en}


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _member(ja: str, en: str, joined: str) -> dict[str, Any]:
    return {"role": _text(ja, en), "joined_on": _day(joined)}


def _done(on: str, ja: str, en: str) -> dict[str, Any]:
    return {"date": _day(on), "what": _text(ja, en)}


def _workshop(
    on: str, topic: dict[str, str], counts: tuple[int, int, int], why: dict[str, str]
) -> dict[str, Any]:
    proposals, adopted, rejected = counts
    return {
        "date": _day(on), "topic": topic, "proposals": proposals, "adopted": adopted, "rejected": rejected, "why": why,
    }  # fmt: skip


PROGRAMME: dict[str, Any] = {
    "workshops": [
        _workshop(
            "2018-05-15", _text("先行して試す取組", "What to pilot first"), (12, 3, 9),
            _text("効果を測れるものを選んだ", "Those whose effect can be measured were chosen"),
        ),
        _workshop(
            "2018-11-20", _text("窓口の混雑", "Queues at the counters"), (14, 4, 8),
            _text("残りは記録がなく、測れるようになるまで保留", "The rest wait until there is a record to measure them by"),
        ),
        _workshop(
            "2019-08-06", _text("学校の記録と授業準備", "Records and lesson sharing at schools"), (11, 3, 8),
            _text("教員の時間を増やす案は採らなかった", "Ideas that would cost teachers time were not adopted"),
        ),
    ],
    "pilots": [
        {
            "id": "cloud-pilot", "label": _text("クラウド環境の先行導入", "Cloud workplace, early offices"),
            "question": _text("日々の仕事に使えるか", "Is it usable in daily work?"),
            "members": [
                _member("情報政策課 係長", "Information policy, section chief", "2018-06-01"),
                _member("先行課の庶務担当", "General affairs of the pilot offices", "2018-06-01"),
                _member("連携企業の導入支援", "Partner, roll-out support", "2018-06-15"),
            ],
            "activities": [
                _done("2018-06-01", "先行課への導入", "Roll-out to the pilot offices"),
                _done("2018-06-12", "使い方の研修", "Training"),
                _done("2018-08-28", "聞き取りと設定の見直し", "Interviews; settings changed"),
            ],
            "outcome": _text("順次の導入に進めた", "The staggered roll-out went ahead"),
        },
        {
            "id": "counter-pilot", "label": _text("窓口の遠隔支援", "Remote support at counters"),
            "question": _text("専門の職員に画面越しに尋ねられるか", "Can counters ask specialists over a screen?"),
            "members": [
                _member("区役所 区民課 主査", "Ward office, residents' section", "2018-12-03"),
                _member("連携企業の技術者", "Partner, engineer", "2018-12-03"),
            ],
            "activities": [
                _done("2018-12-03", "端末の設置", "Devices installed"),
                _done("2019-02-18", "繁忙期の前の試行", "Trial before the busy season"),
            ],
            "outcome": _text("続けている", "It goes on"),
        },
    ],
    "publication": {
        "authors": [
            {"party": "city", "role": _text("改革の担当課", "Reform office"), "part": _text("問い・データ・本文", "Questions, data and text")},
            {"party": "partner", "role": _text("技術担当", "Technical lead"), "part": _text("分析の仕組み・図・本文の一部", "Analysis software, figures and parts of the text")},
        ],
        "funding": [
            {"party": "city", "what": _text("端末、回線、職員の時間", "Devices, lines and staff time")},
            {"party": "partner", "what": _text("分析にあたった人の時間（無償）", "Time of its analysts, free of charge")},
        ],
        "consultations": [
            {
                "date": _day("2018-05-10"), "whom": _text("職員団体", "Staff union"),
                "topic": _text("勤務の記録を分析に使うこと", "Use of working-time records for analysis"),
                "outcome": _text("個人の評価に使わず、少人数の数値を出さないことで合意", "Agreed: nobody is rated, and no number of few people leaves"),
            },
            {
                "date": _day("2023-04-20"), "whom": _text("職員団体と校長会", "Staff union and head teachers"),
                "topic": _text("公表する内容", "What is to be published"),
                "outcome": _text("職場の順位を示さないこととした", "Offices are not to be ranked"),
            },
        ],
        "reviews": [
            {
                "date": _day("2023-05-08"), "by": _text("外部の統計家（架空）", "Outside statistician (invented)"),
                "outcome": _text("比較のない前後差を効果と呼ばないよう改めた", "Before/after differences are no longer called effects"),
            },
        ],
        "errata": [],
        "contact": _text("架空の市 改革の担当課", "Reform office of the synthetic city"),
        "licence": _text("自由に使えます（出典を示すこと）", "Free to use with attribution"),
    },
}  # fmt: skip
