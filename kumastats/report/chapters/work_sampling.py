"""Searching for documents as seen in rounds, beside what diaries tell, and how many rounds the next study needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kumastats import measures
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number, percent
from kumastats.display.dates import month_text
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.answered import Answers, answers
from kumastats.report.chapters.documents import Diaries
from kumastats.report.namespace import SEEN
from kumastats.report.session import Session
from kumastats.text import Lang, Text
from kumastats.workload.work_sampling import (
    COLUMNS,
    PAPER,
    Sampled,
    by_group,
    change,
    glances_for_change,
    glances_for_width,
    minutes_on_paper,
    minutes_searching,
    rounds,
)

TABLE, TOLD, MEASURE = "work_sample", "search_time", "search_time_seen"
MINUTES, A_DAY = Text("分", "min"), Text("分／人・日", "min per person-day")
SIZES = (1.0, 2.0, 3.0, 5.0)  # minutes: half-widths and changes planned for
DIARY, ROUNDS = Text("日記", "diary"), Text("観測", "rounds")
WHY = Text(
    "日記と観測は同じものを別の測り方で見ている。日記は本人の申告で、短い探し物を書き落としやすく、5分・10分に丸めやすい。"
    "観測は見回った場所にいた人だけを数え、いなかった人も同じように探すとみなす。探しているかどうかは見た人の判断による。"
    "二つが近ければ互いの裏づけになり、離れていればどちらか一方だけで語らない。",
    "Diaries and rounds look at one thing in two ways. Diaries are what people say: short searches are easily left out, and "
    "answers rounded to 5 or 10 minutes. Rounds count only those present where they went and take the absent to search as "
    "much; whether somebody is searching is for the observer to judge. Where the two are close they bear each other out; "
    "where they are apart, neither is to be quoted alone.",
)


@dataclass(frozen=True, eq=False)
class WorkSampling:
    """Rounds up to the end of the quarter.

    Attributes
    ----------
    waves
        Month to the weighted minutes a person a day, in order.
    change
        The last wave less the first; None with one wave.
    held
        The rounds behind each wave, as `kumastats.workload.work_sampling.rounds` gives them.
    on_duty
        Working minutes a day in the last wave, people weighted.
    left_out
        Rounds without a count, or in which nobody was seen.
    """

    waves: dict[str, Sampled]
    change: Sampled | None
    held: dict[str, pd.DataFrame]
    on_duty: float
    left_out: int

    def table(self, session: Session) -> HtmlTable:
        """Return the waves as a table."""
        lang = session.lang
        paper = {m: minutes_on_paper(part) for m, part in self.held.items()}
        rows = [
            [
                month, number(s.mean, lang, 1), _ends(s.low, s.high, lang), "—" if (p := paper[month]) is None else number(p.mean, lang, 1),
                percent(s.share, lang, 1), number(s.rounds, lang),
                number(s.glances, lang), number(s.offices, lang), number(s.design_effect, lang, 1),
            ]
            for month, s in self.waves.items()
        ]  # fmt: skip
        heads = [
            Text("観測の月", "rounds")(lang), Text("一人一日（分）", "minutes a person-day")(lang), Text("95％区間", "95% interval")(lang),
            Text("うち紙（分）", "of these, on paper")(lang), Text("探していた割合", "share searching")(lang), Text("観測の回数", "rounds made")(lang), Text("延べ人数", "people seen")(lang),
            Text("職場", "offices")(lang), Text("設計効果", "design effect")(lang),
        ]  # fmt: skip
        left = Text(
            f"数えられなかったか誰もいなかった観測{number(self.left_out, 'ja')}回は除く。",
            f" {number(self.left_out, 'en')} rounds without a count or a person are left out.",
        )
        note = Text(
            "割合×勤務時間。重みつきで、誤差は職場でまとめた。",
            "Share times working minutes, weighted; errors by office.",
        )(lang)
        note += left(lang) if self.left_out else ""
        caption = Text("観測による文書を探す時間", "Time spent searching, by work sampling")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset(range(1, 9)))

    def groups(self, session: Session) -> HtmlTable | None:
        """Return the first wave and the last one the register asks about, of offices reached in between beside those still waiting.

        None where the register asks nothing, one wave is held, or too few people may be told of.
        """
        live, until = _live(session)
        asked = {m: part for m, part in self.held.items() if m <= until}
        if len(asked) < 2:
            return None
        (first, before), (last, after) = next(iter(asked.items())), list(asked.items())[-1]
        begun, ended = (dt.date.fromisoformat(f"{m}-01") for m in (first, last))
        named = {o: "reached" if d <= ended else "not" for o, d in live.items() if d > begun}
        lang, rows = session.lang, []
        names = {
            "reached": Text("間に電子化した職場", "offices digitised in between"),
            "not": Text("まだの職場", "offices still waiting"),
        }
        found = [by_group(part, named) for part in (before, after)]
        for group, name in names.items():
            pair = [made[group] for made in found if group in made]
            if len(pair) == 2 and all(_may_be_told(session, s) for s in pair):
                rows.append(
                    [name(lang), *(f"{number(s.mean, lang, 1)} ({_ends(s.low, s.high, lang)})" for s in pair)]
                )
        if not rows:
            return None
        caption = Text(
            "電子化した職場とまだの職場（観測、分／人・日）",
            "Offices digitised and waiting (rounds, min per person-day)",
        )(lang)
        return HtmlTable(
            [Text("職場", "offices")(lang), first, last], rows, caption, lang, right=frozenset({1, 2})
        )

    def planner(self, session: Session) -> HtmlTable:
        """Return how many rounds the next study needs, for an interval and for a change, at the likeness seen last."""
        lang, last = session.lang, list(self.waves.values())[-1]
        a_round, effect = last.glances / last.rounds, max(last.design_effect, 1.0)
        rows = []
        for size in SIZES:
            n = [
                glances_for_width(last.share, self.on_duty, half_width=size, design_effect=effect),
                glances_for_change(last.share, self.on_duty, detect=size, design_effect=effect),
            ]
            rows.append([number(size, lang, 0), *(number(x, lang) for g in n for x in (g, -(-g // a_round)))])
        heads = [
            Text("分", "min")(lang),
            Text("±その幅: 延べ人数", "± that: people seen")(lang), Text("観測の回数", "rounds")(lang),
            Text("その変化（前後それぞれ）: 延べ人数", "that change, each time: people seen")(lang), Text("観測の回数", "rounds")(lang),
        ]  # fmt: skip
        note = Text(
            f"割合{percent(last.share, 'ja', 1)}、勤務{number(self.on_duty, 'ja')}分、1回に{number(a_round, 'ja', 1)}人、設計効果{number(effect, 'ja', 1)}。検出力80％。",
            f"At a share of {percent(last.share, 'en', 1)}, {number(self.on_duty, 'en')} working minutes, {number(a_round, 'en', 1)} people a round and a design effect of {number(effect, 'en', 1)}; power 80%.",
        )(lang)
        caption = Text("次の観測に要る回数", "Rounds the next study needs")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({0, 1, 2, 3, 4}))


def sampled(session: Session) -> WorkSampling | None:
    """Return the rounds up to the end of the session's quarter; None where there are none, or too few people were seen."""
    if not session.snapshot.has(TABLE):
        return None
    held = session.snapshot.frame(TABLE, (*COLUMNS, PAPER), end=session.quarter.end)
    if not ((held["observed"] > 0) & held["searching"].notna()).any():
        return None
    made = rounds(held)
    parts = {str(m): part for m, part in made.groupby(made["date"].dt.strftime("%Y-%m"), sort=True)}
    waves = {m: minutes_searching(part) for m, part in parts.items()}
    waves = {m: s for m, s in waves.items() if _may_be_told(session, s)}
    if not waves:
        return None
    first, last = min(waves), max(waves)
    people = parts[last]["weight"] * parts[last]["observed"]
    return WorkSampling(
        waves=waves,
        change=change(parts[first], parts[last]) if first != last else None,
        held={m: parts[m] for m in waves},
        on_duty=float((people * parts[last]["on_duty"]).sum() / people.sum()),
        left_out=len(held) - len(made),
    )


def _may_be_told(session: Session, s: Sampled) -> bool:
    return s.people >= session.thresholds.min_n and s.offices >= session.thresholds.min_units


def _live(session: Session) -> tuple[dict[str, dt.date], str]:
    """Return when what is asked about searching reached each office, and the last month asked about; nothing without a question."""
    for q in session.study.questions_on(TOLD):
        reached = session.study.initiatives[q.initiative].live_dates()
        return {u: d for u, d in reached.items() if d}, f"{q.end:%Y-%m}"
    return {}, ""


def record(session: Session, found: WorkSampling) -> EvidenceRecord | None:
    """Return the record of the first and the last wave of rounds."""
    (first, then), (last, now) = next(iter(found.waves.items())), list(found.waves.items())[-1]
    numbers = [_number(session, "now", now)]
    begun, ended = (dt.date.fromisoformat(f"{m}-01") for m in (first, last))
    statement = Text(
        f"見回って観測した文書を探す時間は、{{={month_text(ended)}}}に一人一日平均{{now}}（{{=95％信頼区間}} {{now.interval}}）。",
        f"By work sampling, people searched for documents {{now}} a day in {{={month_text(ended, 'en')}}} ({{=95% CI}} {{now.interval}}).",
    )
    if found.change is not None:
        numbers.append(_number(session, "before", then))
        statement = Text(
            f"見回って観測した文書を探す時間は、{{={month_text(begun)}}}に一人一日平均{{before}}、{{={month_text(ended)}}}に{{now}}（{{=95％信頼区間}} {{now.interval}}）。比べる職場のない前後の差である。",
            f"By work sampling, people searched for documents {{before}} a day in {{={month_text(begun, 'en')}}}, and {{now}} in {{={month_text(ended, 'en')}}} ({{=95% CI}} {{now.interval}}); a difference without comparison offices.",
        )
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "documents-search-seen", session.origin_of(TABLE), item="documents",
        title=Text("観測による文書を探す時間", "Time spent searching, by work sampling"), statement=statement, numbers=numbers,
        measure=MEASURE, unit=MINUTES, design="descriptive" if found.change else "measurement", n=now.glances,
        reasons=(WHY,),
    )  # fmt: skip


def _number(session: Session, name: str, s: Sampled) -> PublishedNumber:
    return PublishedNumber(
        name, s.mean, "mean", n=s.glances, contributors=s.people, unit=MINUTES, decimals=session.thresholds.decimals(s.people, 1),
        low=s.low, high=s.high, rows_per_person=max(s.most_rounds, -(-s.glances // s.people)),
    )  # fmt: skip


def compared(session: Session) -> Answers:
    """Answer what the register asks of diaries by the rounds as well: same offices, window and design, always exploratory."""
    if not session.snapshot.has(TABLE):
        return Answers((), ())
    asked = [
        replace(
            q, id=f"{q.id}{SEEN}", measure=MEASURE, kind="exploratory", negative_control=None, smallest_effect=None,
            text=Text(f"{q.text.ja}（観測による）", f"{q.text.en} (by work sampling)"),
        )
        for q in session.study.questions_on(TOLD)
    ]  # fmt: skip
    return answers(session, asked)


def beside(
    session: Session, told: Diaries | None, seen: WorkSampling | None
) -> tuple[HtmlTable, Figure] | None:
    """Return what diaries and rounds say, wave by wave and as a change, as a table and a figure; None unless both are held."""
    if told is None or seen is None:
        return None
    lang = session.lang
    months = sorted({*told.waves, *seen.waves})
    pairs: list[tuple[str, Any, Any]] = [(m, told.waves.get(m), seen.waves.get(m)) for m in months]
    drawn = [
        (kind, (f"{m} {name(lang)}", e.mean, e.low, e.high))
        for m, *both in pairs
        for kind, (name, e) in enumerate(zip((DIARY, ROUNDS), both, strict=True))
        if e is not None
    ]
    if told.change is not None and seen.change is not None:
        pairs.append((Text("最後－最初", "last less first")(lang), told.change, seen.change))
    rows = [[label, *(_cell(e, lang) for e in both)] for label, *both in pairs]
    heads = [
        Text("月", "month")(lang),
        Text("日記では（分／人・日）", "diaries say (min per person-day)")(lang),
        Text("観測では（分／人・日）", "rounds say (min per person-day)")(lang),
    ]
    table = HtmlTable(
        heads, rows, Text("日記と観測", "Diaries and rounds")(lang), lang, right=frozenset({1, 2})
    )
    caption = Text(
        "日記（人でまとめた誤差）と観測（職場でまとめた誤差）。いずれも重みつき、95％区間。",
        "Diaries (errors by person) and rounds (errors by office); both weighted, 95% intervals.",
    )(lang)
    kinds, points = [k for k, _ in drawn], [p for _, p in drawn]
    return table, estimates_figure(
        points, A_DAY, lang, decimals=1, caption=caption, signed=False, kinds=kinds
    )


def changes(session: Session, told: Answers, seen: Answers) -> Figure | None:
    """Draw the register's comparisons by diaries beside those by rounds; None unless both are answered."""
    lang = session.lang
    rows = []
    for name, found in ((DIARY, told), (ROUNDS, seen)):
        for a in found.found:
            if measures.measure(a.answer.question.measure).id in (TOLD, MEASURE):
                c = a.answer.comparison
                rows.append((name(lang), c.estimate, *c.ci))
    if len({r[0] for r in rows}) < 2:
        return None
    caption = Text(
        "電子化した職場の変化から、まだの職場の変化を差し引いたもの。同じ問いを日記と観測で。95％区間。",
        "The change at digitised offices net of that at offices still waiting: one question, by diaries and by rounds; 95% intervals.",
    )(lang)
    return estimates_figure(rows, A_DAY, lang, decimals=1, caption=caption)


def why(session: Session) -> Any:
    """Say why diaries and rounds may differ."""
    return session.say(WHY.ja, WHY.en)


def _cell(e: Any, lang: Lang) -> str:
    return "—" if e is None else f"{number(e.mean, lang, 1)} ({_ends(e.low, e.high, lang)})"


def _ends(low: float, high: float, lang: Lang) -> str:
    return interval(low, high, lang, 1) if low == low else "—"
