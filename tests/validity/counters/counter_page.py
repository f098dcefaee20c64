"""The pages docs/validity_counters*.md from their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import outcome
import words
from counter_logs import DAYS, TRUTH_DAYS

from kumastats.text import Lang, Text

NAMES = {
    "change in the mean wait": Text("待ち時間の平均の前後差", "change in the mean wait"),
    "a weekday's factor on visitors": Text("曜日が来客に掛ける倍率", "a weekday's factor on visitors"),
    "visitors on a day to come": Text("これから来る日の来客数", "visitors on a day to come"),
    "what-if: services a fifth shorter": Text(
        "もし応対が2割短くなったら", "what-if: services a fifth shorter"
    ),
    "what-if: a third desk": Text("もし三つ目の窓口を開けたら", "what-if: a third desk"),
    "decomposition: the part of service times": Text(
        "変化のうち応対時間による分", "decomposition: the part of service times"
    ),
}
HEAD = Text(
    f"""# 窓口の区間はどれだけ当たるか

[English](validity_counters.md)。窓口の数も応対の分布も書かれていない番号札の記録（1期間{DAYS}日、1日およそ70人、窓口2つ、対数正規分布の応対、
ガンマ分布で日ごとに変わる混み具合、混む日には延び続ける列）から、記録だけを使って推定します。真の値は、別に{TRUTH_DAYS:,}日を
1人ずつ計算したものです。`make validity` が書きます。同じ数値は [validity_counters.json](validity_counters.json) にあります。
""",
    f"""# Counters: how often intervals hold the truth

[日本語](validity_counters.ja.md). Ticket logs that state neither desks nor the law of services ({DAYS} days a side, about 70 visitors a
day, two desks, lognormal services, days busier or calmer by a gamma factor, queues that only grow on busy days); every estimate starts
from the log alone. Truth comes from {TRUTH_DAYS:,} days played customer by customer. Made by `make validity`; the same numbers are in
[validity_counters.json](validity_counters.json).
""",
)
COLUMNS = (
    Text("問い", "question"), Text("記録の数", "logs"), Text("区間が真の値を含んだ割合（95％二項区間）", "coverage (95 % binomial interval)"),
    Text("結果", "outcome"),
)  # fmt: skip
ASKED = Text(
    "求める水準: 被覆率93～97％。結果の読み方は[方法の妥当性](validity.ja.md)と同じです。",
    "Asked: coverage 93–97 %. Outcomes read as on [the page of the designs](validity.md).",
)


def page(rows: Sequence[Mapping[str, Any]], lang: Lang, code: str | None = None) -> str:
    """Return the page; rows of another state of the code than `code` are marked."""
    found = [outcome.held(r["coverage_interval"], outcome.COVERAGE) for r in rows]
    lines = [f"| {' | '.join(c(lang) for c in COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    for r, f in zip(rows, found, strict=True):
        low, high = r["coverage_interval"]
        share = f"{100 * r['coverage']:.1f} % ({100 * low:.1f}–{100 * high:.1f})"
        name = NAMES[r["question"]](lang) + words.older(r, code)
        lines.append(f"| {name} | {r['logs']:,} | {share} | {words.OUTCOMES[f](lang)} |")
    summed = words.SUMMED(lang).format(
        rows=len(rows),
        held=found.count("as asked"),
        missed=found.count("not as asked"),
        open=found.count("cannot be told"),
    )
    parts = [HEAD(lang).strip(), "\n".join(lines), words.joined(lang, ASKED(lang), summed)]
    if any(words.older(r, code) for r in rows):
        parts.insert(1, words.OLDER(lang))
    return "\n\n".join(parts) + "\n"
