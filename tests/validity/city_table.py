"""The part of the validity page on synthetic cities, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import outcome
import words

from kumastats.text import Lang, Text

Rows = Sequence[Mapping[str, Any]]
HEAD = Text(
    """## 架空の市での業務の効果

市は種ごとに作り直し、その行を集計して、登録した設計か、（コロンの後に名を記す）業務のモデルで答えます。真の値は、その施策だけがない同じ市との差です。
「検出」は区間が0を含まない割合です。コンマのある問いは、その施策が動かすはずのない指標を問うものです。区間のない行は、導入した単位が少なく
（5区、6項目、印刷記録のある学校5校）どの検定も成り立たないため、答えは常に「判断できない」です。種は1から順に使います。""",
    """## Workload effects on synthetic cities

Each city is made anew from its seed; its rows go to cells, and the register's own design, or the workload's own model (named after a
colon), answers. Truth is the city minus its twin without the initiative. *Found* is how often zero lies outside the interval. Questions
with a comma ask an initiative about an outcome it cannot touch. Where no interval is given, too few units carry the initiative
for any test (five wards, six topics, five schools with a print log), and the answer is always "cannot be decided". Seeds from 1 on.""",
)
COLUMNS = (
    Text("問い", "question"), Text("市の数", "cities"), Text("人数", "people"), Text("真の値", "truth"), Text("判定", "verdict"),
    Text("被覆率（95％二項区間）", "coverage (95 % binomial interval)"), Text("検出", "found"), Text("結果", "outcome"), Text("偏り（±95％）", "bias (± 95 %)"),
)  # fmt: skip
NOTHING, EFFECT = Text("なし", "nothing"), Text("効果あり", "an effect")
ASKED = Text(
    "求める水準: 被覆率93～97％、何も起きていない問いで検出6.5％以下。結果の読み方は上の表と同じです。",
    "Asked: coverage 93–97 %, and nothing found in more than 6.5 % where there is nothing. Outcomes read as in the table above.",
)
WATCH = Text(
    """### 上限の見通しの確率

このうち{cities}市の、その時点までの月では決まっていなかった人を、見込みの確率の10分の1ごとに分け、3月までに上限を超えると見込まれた人数と実際に
超えた人数を、すべての市を合わせた95％の帯とともに示します。最後の列は、それぞれの市の帯に入った市の数です。""",
    """### Chances of the cap watch

People of {cities} of these cities whose months so far did not decide it, by tenth of their chance: how many were expected to break a cap by
March and how many did, with the 95 % band of all cities together; and in how many cities the tenth lay in its own band.""",
)
WATCH_COLUMNS = (
    Text("確率", "chance"), Text("人数", "people"), Text("見込み", "expected"), Text("実際", "broke it"), Text("95％の帯", "95 % band"),
    Text("帯に入った市（95％二項区間）", "cities inside (95 % binomial interval)"),
)  # fmt: skip
ONCE = Text(
    """どの市でも、感染症が2020年3月に一部の職場を襲い、2021年9月末に去ります。襲われた職場のその年度の人は手がかりに使わないので、繰り返さない月が低い確率に
入ることはありません。いつ去るかは前もって分からないため、2021年度の高い確率は高すぎます。帯は市どうしを独立とみなしますが、どの市も同じ年度を経るので、ある年度の外れは
市を集めても消えません。人が見通しを確かめるのは一つの市なので、問うべきは最後の列です。""",
    """In every one of these cities the epidemic strikes some offices in March 2020 and leaves them at the end of September 2021. People of the offices
struck do not stand in with that year, so a month that does not come again is not in the small chances. When it will leave cannot be known
before, so large chances of FY2021 are too high. The bands take cities as independent, but all live through the same years, and what one year
does to the chances does not even out over them. Who checks the chances has one city; the last column tells how that goes.""",
)
OF = Text("{cities}中{inside}（{low:.0f}–{high:.0f} %）", "{inside} of {cities} ({low:.0f}–{high:.0f} %)")


def section(made: Mapping[str, Rows] | None, lang: Lang, code: Mapping[str, str]) -> str:
    """Return the section on questions and the cap watch; empty without any. Rows of another state of the code are marked."""
    cities = (made or {}).get("questions", ())
    if not cities:
        return ""
    found = [o for r in cities if (o := judged(r)) is not None]
    told = words.SUMMED(lang).format(
        rows=len(found),
        held=found.count("as asked"),
        missed=found.count("not as asked"),
        open=found.count("cannot be told"),
    )
    table = _table(COLUMNS, [_question(r, lang, code.get("questions")) for r in cities], lang)
    parts = [
        HEAD(lang),
        table,
        words.joined(lang, ASKED(lang), told),
        _watch((made or {}).get("cap_watch", ()), lang, code.get("caps")),
    ]
    return "\n\n".join(p for p in parts if p)


def judged(r: Mapping[str, Any]) -> outcome.Outcome | None:
    """Tell whether a question is as asked, by the rule of the designs; None where nothing is ever decided.

    Where there is nothing, what is found is what is not covered, so its interval is the other side of the coverage's.
    """
    if r["coverage_interval"] is None:
        return None
    low, high = r["coverage_interval"]
    covered = outcome.held((low, high), outcome.COVERAGE)
    return outcome.worst(
        (covered, outcome.held((1 - high, 1 - low), (0.0, outcome.SIZE[1])) if r["null"] else None)
    )


def _question(r: Mapping[str, Any], lang: Lang, code: str | None) -> list[str]:
    coverage = found = told = "–"
    if (judgement := judged(r)) is not None:
        low, high = r["coverage_interval"]
        coverage = f"{_share(r['coverage'])} ({100 * low:.1f}–{100 * high:.1f})"
        found, told = _share(r["found"] / r["decided"]), words.OUTCOMES[judgement](lang)
    truth = (NOTHING if r["null"] else EFFECT)(lang)
    return [
        f"`{r['question']}`{words.older(r, code)}", str(r["cities"]), f"{r['people']:,}", truth, _share(r["decided"] / r["cities"]),
        coverage, found, told, f"{r['bias']:+.3f} ± {r['bias_half']:.3f}",
    ]  # fmt: skip


def _watch(tenths: Rows, lang: Lang, code: str | None) -> str:
    if not tenths:
        return ""
    rows = [
        [
            f"{int(t['tenth']) / 10:.1f}–{(int(t['tenth']) + 1) / 10:.1f}{words.older(t, code)}", f"{t['people']:,}", f"{t['expected']:,.1f}",
            f"{t['broken']:,}", f"{t['low']:,.1f}–{t['high']:,.1f}",
            OF(lang).format(cities=t["cities"], inside=t["inside"], low=100 * t["inside_low"], high=100 * t["inside_high"]),
        ]
        for t in tenths
    ]  # fmt: skip
    head = WATCH(lang).format(cities=max(t["cities"] for t in tenths))
    return f"{head}\n\n{_table(WATCH_COLUMNS, rows, lang)}\n\n{ONCE(lang)}"


def _table(heads: Sequence[Text], rows: Sequence[Sequence[str]], lang: Lang) -> str:
    lines = [f"| {' | '.join(h(lang) for h in heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(r)} |" for r in rows)])


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"
