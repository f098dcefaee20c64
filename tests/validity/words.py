"""The words of docs/validity.md and validity.ja.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kumastats.text import Lang, Text

HEAD = Text(
    """# 方法の妥当性: どれだけ誤るか

[English](validity.md)。`make validity` が書きます。同じ数値は [validity.json](validity.json) にあります。1行が1つの設計です。
何も起きていないデータで誤って「変化あり」とする割合（名目5％）と、職場ごとに異なり最初の数か月で大きくなる既知の効果を95％区間が
含む割合を、多数の反復で数えます。「判定」は何らかの判定が出た割合で、誤警報と被覆率はその中の割合です。区間は正確な二項区間です。
比較対象のソフトウェアには、同じデータの最初の反復だけを解かせます（回数は下に記します）。*naive t* は職場×月をすべて独立とみなす二元固定効果の回帰
（対のデータでは独立2群のt検定）、*pyfixest CRV1* はそのクラスター頑健なt検定、*diff-diff* はクラスターを指定した既定、*HAC* は系列でのニューイ・ウェスト
（12か月、短い系列は4か月）です。
""",
    """# Validity: how often the methods are wrong

[日本語](validity.ja.md). Made by `make validity`; the same numbers are in [validity.json](validity.json). Every row is a design
that is simulated many times with nothing happening (size: how often an effect is found all the same, nominal 5 %) and with a
known effect that differs between offices and grows over its first months (coverage: how often the 95 % interval holds it).
*Verdict* is how often anything was decided at all; size and coverage are among those. Intervals are exact binomial ones. Peers
answer the first repetitions of the same data (how many is told below): *naive t* is the two-way regression that takes
office-months as independent (for pairs, the t test of two groups), *pyfixest CRV1* is its clustered t test, *diff-diff* its
default with clusters, *HAC* Newey and West's error of a series (twelve months; four where it is short).
""",
)
ASKED = Text(
    "求める水準: 誤警報6.5％以下（検定が3.5％以上に届くなら3.5％以上）、被覆率93～97％、集団が10以上で各側3以上なら95％の反復で判定が出ること。"
    "「適合」は二項区間の全体がその中にあるとき、「不適合」は全体が外にあるとき、この反復数では決まらないその間が「判別不能」です。",
    "Asked: size at most 6.5 % (and at least 3.5 % where the test can attain that), coverage 93–97 %, a verdict in 95 % of runs with "
    "ten or more clusters and three or more on each side. A row is *as asked* where the whole binomial interval lies inside, *not as "
    "asked* where it lies outside, and *cannot be told* at this number of repetitions between.",
)
COLUMNS = (
    Text("設計", "design"), Text("集団", "clusters"), Text("導入", "treated"), Text("過程", "process"), Text("誤警報", "size"),
    Text("到達しうる水準", "attainable"), Text("判定", "verdict"), Text("被覆率", "coverage"), Text("結果", "outcome"),
)  # fmt: skip
OUTCOMES = {
    "as asked": Text("適合", "as asked"),
    "not as asked": Text("**不適合**", "**not as asked**"),
    "cannot be told": Text("判別不能", "cannot be told"),
}
PARTS = {
    "size": Text("誤警報", "size"),
    "coverage": Text("被覆率", "coverage"),
    "verdict": Text("判定の割合", "verdict"),
}
REPEATED = Text(
    "{ours}反復（比較対象は{peers}反復）、乱数の種{seed}。",
    "{ours} repetitions a row (peers {peers}), seed {seed}.",
)
SUMMED = Text(
    "{rows}行のうち、適合{held}、不適合{missed}、判別不能{open}。",
    "Of {rows} rows {held} are as asked, {missed} are not as asked, {open} cannot be told.",
)
ROW = Text(
    "{design}、集団{clusters}、導入{treated}、{process}: {what}",
    "{design}, {clusters} clusters, {treated} treated, {process}: {what}",
)
OLDER = Text(
    "† の行は、このページを書いた時点とは異なる版のコードで測った結果です。",
    "Rows with † were measured with another state of the code than the one that wrote this page.",
)
BEYOND = Text(
    """## 求める範囲の外

導入した集団の誤差だけが他より大きいデータです（標準偏差2倍、分散4倍）。導入した集団が少ないと、そのばらつきを知る手がかりもその少数しかなく、ここの
どの方法も見きわめられません。誤警報がどこまで増えるかを示します。適合・不適合は数えません。""",
    """## Beyond what is asked

Data in which the noise of the treated alone is larger (twice the standard deviation, four times the variance). Where few are treated, only
these few tell of their spread, and no method here makes it out. Shown is how far false positives rise; these rows are not judged.""",
)
DESIGNS = {
    "two groups": "2群",
    "staggered": "段階的導入",
    "interrupted series": "中断時系列",
    "pairs, t": "対のt検定",
    "pairs, signed rank": "対の符号順位検定",
    "synthetic control": "合成対照",
}
PROCESSES = (
    ("own seasons", "職場ごとの季節"), ("common shocks", "共通の衝撃"), ("unequal sizes", "規模が不ぞろい"), ("heavy tails", "裾の重い誤差"),
    ("noise of the treated", "導入した側の誤差"), ("normal", "正規分布"), ("season", "季節あり"),
)  # fmt: skip


def design(name: str) -> Text:
    """Return the name of a design in both languages."""
    return Text(DESIGNS[name], name)


def process(name: str) -> Text:
    """Return the words of a process in both languages."""
    told = re.sub(r"(\d+) points", r"\1時点", name).replace(", ", "、")
    for english, japanese in PROCESSES:
        told = told.replace(english, japanese)
    return Text(told, name)


def older(row: Mapping[str, Any], code: str | None) -> str:
    """Return the mark of a row measured with another state of the code than `code`; without one nothing is marked."""
    return "" if code is None or row.get("code") == code else " †"


def joined(lang: Lang, *sentences: str) -> str:
    """Return sentences in one paragraph: Japanese ones without a space between."""
    return ("" if lang == "ja" else " ").join(sentences)
