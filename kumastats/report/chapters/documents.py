"""Searching for documents: what diaries tell, how round the answers are, and how many the next diary needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from kumastats import measures
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number
from kumastats.display.dates import month_text
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.documents import (
    Components,
    Estimate,
    Heaping,
    change,
    components,
    diary_days,
    heaping,
    mean_minutes,
    people_needed,
)

MINUTES = Text("分", "min")
DETECT = (1.0, 2.0, 3.0, 5.0)


@dataclass(frozen=True, eq=False)
class Diaries:
    """Diaries up to the end of the quarter.

    Attributes
    ----------
    waves
        Month to the weighted mean of its diaries, in order.
    change
        The last wave less the first; None with one wave.
    """

    waves: dict[str, Estimate]
    change: Estimate | None
    heaping: tuple[Heaping, ...]
    components: Components

    def table(self, session: Session) -> HtmlTable:
        """Return the waves as a table."""
        lang = session.lang
        rows = [
            [
                month,
                number(e.mean, lang, 1),
                interval(e.low, e.high, lang, 1),
                number(e.days, lang),
                number(e.people, lang),
            ]
            for month, e in self.waves.items()
        ]
        heads = [
            Text("日記の月", "diary")(lang), Text("一日あたり（分）", "minutes a day")(lang), Text("95％区間", "95% interval")(lang),
            Text("日数", "days")(lang), Text("人数", "people")(lang),
        ]  # fmt: skip
        caption = Text("文書を探した時間（重みつき）", "Time spent searching (weighted)")(lang)
        return HtmlTable(heads, rows, caption, lang)

    def figure(self, session: Session) -> Figure:
        """Draw the waves with their intervals."""
        rows = [(month, e.mean, e.low, e.high) for month, e in self.waves.items()]
        caption = Text(
            "重みつきの平均と95％区間（人でまとめた誤差）。比べる職場のない推移であり、取組の効果ではない。",
            "Weighted means with 95% intervals (errors by person). A course without comparison, not an effect.",
        )(session.lang)
        unit = Text("分／人・日", "min per diary day")
        return estimates_figure(rows, unit, session.lang, decimals=1, caption=caption, signed=False)

    def flaws(self, session: Session) -> HtmlTable:
        """Return how round the answers are, and where they vary."""
        lang = session.lang
        rows = [
            [
                Text(f"{h.step}分の倍数の答え（期待の何倍か）", f"answers at multiples of {h.step} (times expected)")(lang),
                number(h.ratio, lang, 2),
            ]
            for h in self.heaping
        ]  # fmt: skip
        rows.append(
            [
                Text("ばらつきのうち人による割合", "share of variance between people")(lang),
                f"{number(100 * self.components.intraclass, lang)}%",
            ]
        )
        heads = [Text("点検", "check")(lang), Text("値", "value")(lang)]
        return HtmlTable(heads, rows, Text("答えのくせ", "How people answer")(lang), lang)

    def planner(self, session: Session) -> HtmlTable:
        """Return how many people the next diary needs."""
        lang = session.lang
        rows = [
            [
                number(d, lang, 0),
                *(number(people_needed(self.components, days=k, detect=d), lang) for k in (3, 5, 10)),
            ]
            for d in DETECT
        ]
        heads = [
            Text("見つけたい変化（分）", "change to be seen (min)")(lang),
            *(Text(f"{k}日の日記", f"{k} days")(lang) for k in (3, 5, 10)),
        ]
        caption = Text(
            "次の日記に要る人数（同じ人に前後で）", "People the next diary needs (the same before and after)"
        )(lang)
        return HtmlTable(heads, rows, caption, lang)


def diaries(session: Session) -> Diaries | None:
    """Return the diaries up to the end of the session's quarter; None where there are none, or too few people kept one."""
    if not session.snapshot.has("document_diary"):
        return None
    held = session.snapshot.frame(
        "document_diary", ("person_id", "date", "search_min", "weight"), end=session.quarter.end
    )
    if held["person_id"].nunique() < session.thresholds.min_n:
        return None
    days = diary_days(held)
    month = pd.to_datetime(days["date"]).dt.strftime("%Y-%m")
    waves = {
        str(m): part
        for m, part in days.groupby(month, sort=True)
        if part["person_id"].nunique() >= session.thresholds.min_n
    }
    first, last = min(waves), max(waves)
    return Diaries(
        waves={m: mean_minutes(part) for m, part in waves.items()},
        change=change(waves[first], waves[last]) if first != last else None,
        heaping=tuple(heaping(days["minutes"].tolist(), step=s) for s in (5, 10)),
        components=components(waves[last]),
    )


def record(session: Session, found: Diaries) -> EvidenceRecord | None:
    """Return the record of the first and the last diary."""
    (first, then), (last, now) = next(iter(found.waves.items())), list(found.waves.items())[-1]
    numbers = [_number(session, "now", now)]
    begun, ended = (dt.date.fromisoformat(f"{m}-01") for m in (first, last))
    statement = Text(
        f"文書を探した時間は、{{={month_text(ended)}}}の日記で一日平均{{now}}（{{=95％信頼区間}} {{now.interval}}）。",
        f"In the diaries of {{={month_text(ended, 'en')}}} people searched for documents {{now}} a day ({{=95% CI}} {{now.interval}}).",
    )
    if found.change is not None:
        numbers.append(_number(session, "before", then))
        statement = Text(
            f"文書を探した時間は、{{={month_text(begun)}}}の日記で一日平均{{before}}、{{={month_text(ended)}}}に{{now}}（{{=95％信頼区間}} {{now.interval}}）。比べる職場のない前後の差である。",
            f"In the diaries of {{={month_text(begun, 'en')}}} people searched for documents {{before}} a day; in {{={month_text(ended, 'en')}}}, {{now}} ({{=95% CI}} {{now.interval}}); a difference without comparison offices.",
        )
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "documents-search-time", session.origin_of("document_diary"), item="documents", title=Text("文書を探した時間", "Time spent searching for documents"),
        statement=statement, numbers=numbers, measure="search_time", unit=MINUTES, design="descriptive" if found.change else "measurement", n=now.days,
        reasons=(measures.measure("search_time").caveat,),
    )  # fmt: skip


def _number(session: Session, name: str, e: Estimate) -> PublishedNumber:
    return PublishedNumber(
        name, e.mean, "mean", n=e.days, contributors=e.people, unit=MINUTES, decimals=session.thresholds.decimals(e.people, 1),
        low=e.low, high=e.high, rows_per_person=-(-e.days // e.people),
    )  # fmt: skip
