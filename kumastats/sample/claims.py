"""The figures announced in April 2018, as the register holds them: what was said, where, how it is computed, what would settle it."""

from __future__ import annotations

from typing import Any

from kumastats.sample import config

_Pair = tuple[str, str]
PRESS = ("2018年4月3日の共同発表についての報道", "press reports on the joint announcement of 3 April 2018")
ZDNET = ("ZDNet Japanによる2018年4月3日の発表の報道", "ZDNet Japan on the announcement of 3 April 2018")
PARTS = ("businessnetwork.jpによる2018年の発表の報道", "businessnetwork.jp on the announcement of 2018")


def _claim(
    id_: str, *, text: _Pair, formula: _Pair, wording: _Pair, settled_by: _Pair, source: _Pair = PRESS
) -> dict[str, Any]:
    pairs = {"text": text, "formula": formula, "wording": wording, "source": source, "settled_by": settled_by}
    return {
        "id": id_,
        "announced_on": config.ANNOUNCED,
        **{key: dict(zip(("ja", "en"), pair, strict=True)) for key, pair in pairs.items()},
    }


CLAIMS = [
    _claim(
        "search-600m",
        text=("文書を探す時間が一人一日10分なら、年に約6億円", "If each person searches 10 minutes a day, about ¥600 million a year"),
        formula=("人数 × 10分 × 年間の勤務日数 × 時間単価", "people × 10 min × working days a year × hourly cost"),
        wording=("仮に一人が一日10分を文書探しに使えば、年に約6億円に当たる", "if each person spent 10 minutes a day searching for documents, it would come to about ¥600 million a year"),
        settled_by=("導入前後に測った探す時間と、試算に使った人数・勤務日・時間単価", "search time measured before and after, and the people, days and hourly cost that were used"),
    ),
    _claim(
        "counter-40min",
        text=("窓口の待ち時間が4～5時間から40分に", "Counter waits fell from 4–5 hours to 40 minutes"),
        formula=("繁忙期の待ち時間の90パーセント点、前と後", "90th percentile of waits in the peak weeks, before and after"),
        wording=("繁忙期に4～5時間だった窓口の待ち時間が、4月1日の時点で40分になった", "counter waits of 4–5 hours at the busiest time were 40 minutes as of 1 April"),
        settled_by=("改革前後の同じ時期の番号札と、見直しを受けなかった窓口の記録、何の統計かの説明", "tickets of the same weeks before and after, those of counters left as they were, and what statistic it was"),
        source=ZDNET,
    ),
    _claim(
        "counter-near-zero",
        text=("窓口の待ち時間を限りなくゼロに近づけたい", "Counter waits should come near zero"),
        formula=("繁忙期の待ち時間の90パーセント点、最も新しい年", "90th percentile of waits in the peak weeks of the latest year"),
        wording=("待ち時間を限りなくゼロに近づけたいという希望で、期限や基準は示されていない", "a wish that waits come near zero; neither a date nor a yardstick is given"),
        settled_by=("「ゼロに近い」とみなす分数と期限、その後の番号札", "the minutes that count as near zero, by when, and the tickets since"),
    ),
    _claim(
        "people-12500",
        text=("職員・教職員 12,500人が対象", "12,500 city staff and teachers take part"),
        formula=("市職員 約7,000人 ＋ 教職員 約4,500人", "about 7,000 city staff + about 4,500 teachers"),
        wording=("市職員約7,000人と教職員約4,500人、合わせて12,500人が対象", "some 7,000 city staff and some 4,500 teachers, 12,500 people in all, take part"),
        settled_by=("対象者の任用区分ごとの人数（発表日現在）", "head counts of those concerned by kind of appointment, on the day of the announcement"),
        source=PARTS,
    ),
    _claim(
        "cost-4-7bn",
        text=("5年で47億円", "¥4.7 billion over five years"),
        formula=("47億円 ÷ 12,500人 ÷ 5年、予算と決算の比較", "¥4.7 billion ÷ 12,500 people ÷ 5 years; budget against outturn"),
        wording=("5年間の事業費は約47億円", "the programme costs about ¥4.7 billion over 5 years"),
        settled_by=("対象とした費目ごとの予算・契約・決算（5年分）", "budget, contract and outturn of every item counted, for all 5 years"),
    ),
    _claim(
        "tablets-600",
        text=("遠隔支援などのタブレット600台", "600 tablets, for remote support among others"),
        formula=("展開の表にある端末数の合計と600台の比較", "devices in the roll-out table against 600"),
        wording=("震災後に寄贈されたタブレット600台を使っている", "600 tablets donated after the earthquakes are in use"),
        settled_by=("600台の配布先と台数、起動や利用の記録", "where the 600 devices went, how many to each, and records of their use"),
    ),
    _claim(
        "schools-136",
        text=("学校136校が対象", "136 schools take part"),
        formula=("小学校92校 ＋ 中学校42校 ＋ 高等学校2校", "92 elementary + 42 junior high + 2 high schools"),
        wording=("市立の学校136校が対象に含まれる", "136 schools of the city are among those concerned"),
        settled_by=("対象校の一覧と、学校ごとの本稼働日", "the list of schools concerned and the day each went live"),
    ),
]  # fmt: skip
