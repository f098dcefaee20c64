"""Two computations a reader may move: a counter's desks and work, and what a year's savings rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kumastats.compare.answer import seed_of
from kumastats.compare.plot import estimates_figure
from kumastats.display import Explorer, Figure, HtmlTable, Slider, number, percent
from kumastats.report.chapters.costs import ANNOUNCED, Worth
from kumastats.report.chapters.counters import NEAR_ZERO, TARGET, WhatWouldHelp
from kumastats.report.session import Session
from kumastats.study.model import Range
from kumastats.text import Text
from kumastats.workload.counter.whatif import HEADS, what_if
from kumastats.workload.savings import savings

MINUTES, YEN = Text("分", "min"), Text("億円", "¥100 million")
DAYS = 200  # of simulation: a slider let go answers within a second
OKU = 100_000_000
SHARES = ("within", "utilisation")


def counter(session: Session, found: WhatWouldHelp) -> Explorer:
    """Let a reader choose desks and how much work goes away, at the office with the longest waits."""
    lang, now = session.lang, found.answer.desks
    key = ("explore desks", found.office.en, found.period.en)

    def scenario(desks: int, less: float) -> Mapping[str, Any]:
        made = what_if(
            found.profile, found.services, desks, rng=seed_of(*key), target=TARGET, near_zero=NEAR_ZERO, days=DAYS,
            most_desks=desks, cuts=(less / 100,),
        )  # fmt: skip
        return dict(made.by_work.iloc[0])

    def draw(desks: int, less: int) -> list[HtmlTable | Figure]:
        cases = [(_case(now, 0), scenario(now, 0)), (_case(desks, less), scenario(desks, less))]
        if (desks, less) == (now, 0):
            cases = cases[:1]
        rows = [
            [name(lang), *(percent(r[m], lang, 0) if m in SHARES else number(r[m], lang, 0) for m in HEADS)]
            for name, r in cases
        ]
        heads = [Text("場合", "case")(lang), *(h(lang) for h in HEADS.values())]
        title = Text(f"{found.office.ja}（{found.period.ja}）", f"{found.office.en}, {found.period.en}")(lang)
        note = Text(
            f"同じ来客の{DAYS}日の模擬計算。目標は{TARGET:.0f}分。試したものではない。",
            f"{DAYS} simulated days, the same customers in each case; target {TARGET:.0f} min. Nothing was tried.",
        )(lang)
        points = [(name(lang), r["p90"], r["p90_low"], r["p90_high"]) for name, r in cases]
        caption = Text(
            "10人に9人の待ち時間（分）と95％区間。", "The wait of nine in ten (min), with 95% intervals."
        )(lang)
        figure = estimates_figure(points, MINUTES, lang, decimals=0, caption=caption, signed=False)
        return [HtmlTable(heads, rows, title, lang, note), figure]

    sliders = [
        Slider("desks", Text("開ける窓口", "desks open"), 1, 3 * now + 3, 1, now + 1),
        Slider("less", Text("減らす仕事", "less work"), 0, 60, 5, 10, Text("％", "%")),
    ]  # fmt: skip
    return Explorer(draw, sliders, lang)


def _case(desks: int, less: float) -> Text:
    cut = f"{less:.0f}"
    return Text(
        f"{desks}窓口、仕事は{f'{cut}％減' if less else '今のまま'}",
        f"{desks} desks, {f'{cut}% less work' if less else 'work as now'}",
    )


def worth(session: Session, found: Worth) -> Explorer:
    """Let a reader choose the assumptions that a year's savings rest on; what was measured stays as measured."""
    lang, held = session.lang, found.assumptions

    def draw(**chosen: float) -> list[HtmlTable | Figure]:
        shares = {n: v / 100 if n in ("adoption", "realisation") else v for n, v in chosen.items()}
        fixed = replace(held, **{n: Range(v, v, v) for n, v in shares.items()})
        made = savings(
            found.freed.themes, assumptions=fixed, rng=seed_of(session.study.title.en, "explore", str(session.quarter)),
            overtime=found.freed.overtime,
        )  # fmt: skip
        points = [
            (name(lang), s.mean / OKU, s.low / OKU, s.high / OKU)
            for name, s in (
                (Text("余力", "capacity"), made.capacity_yen),
                (Text("支出の減", "cash"), made.cash_yen),
            )
        ]
        points.append(
            (Text("公表された額", "as announced")(lang), ANNOUNCED / OKU, ANNOUNCED / OKU, ANNOUNCED / OKU)
        )
        caption = Text(
            "一年の金額（億円）。選んだ前提のもとで、測った分と残りの前提の幅を線で示す。",
            "A year, in ¥100 million. Lines: what is left of uncertainty from measurement and the other assumptions.",
        )(lang)
        return [
            made.table(lang),
            estimates_figure(points, YEN, lang, decimals=1, caption=caption, signed=False),
        ]

    likely = held.likely()
    sliders = [
        Slider("people", Text("対象の人数", "people"), min(1_000, likely["people"]), max(15_000, likely["people"]), 500, likely["people"], Text("人", "")),
        Slider("adoption", Text("取組が届く割合", "reached"), 0, 100, 5, _share(likely["adoption"]), Text("％", "%")),
        Slider("realisation", Text("浮いた時間が活かされる割合", "put to use"), 0, 100, 5, _share(likely["realisation"]), Text("％", "%")),
        Slider("rate", Text("一時間の人件費", "an hour’s pay"), min(1_000, likely["rate"]), max(6_000, likely["rate"]), 100, likely["rate"], Text("円", "yen")),
        Slider(
            "overtime_rate", Text("時間外勤務の単価", "an hour of overtime"), min(1_000, likely["overtime_rate"]), max(6_000, likely["overtime_rate"]), 100,
            likely["overtime_rate"], Text("円", "yen"),
        ),
    ]  # fmt: skip
    return Explorer(draw, sliders, lang)


def _share(value: float) -> float:
    return float(round(100 * value))
