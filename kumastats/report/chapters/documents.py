"""Searching for documents: what diaries tell, how round the answers are, and offices digitised against offices waiting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from kumastats import measures
from kumastats.calendar import Month
from kumastats.compare import Comparison, did
from kumastats.compare.answer import seed_of
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number, word
from kumastats.errors import CompareError
from kumastats.evidence import EvidenceRecord, descriptive, from_comparison
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
INITIATIVE = "documents"
ASKED = Text(
    "書類の電子化で、文書を探す時間は減ったか", "Did digitising documents shorten the search for them?"
)
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
        return estimates_figure(rows, unit, session.lang, decimals=1, caption=caption)

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
    statement = Text(
        f"文書を探した時間は、{{={last}}}の日記で一日平均{{now}}（{{=95％信頼区間}} {{now.interval}}）。",
        f"In the diaries of {{={last}}} people searched for documents {{now}} a day ({{=95% CI}} {{now.interval}}).",
    )
    if found.change is not None:
        numbers.append(_number(session, "before", then))
        statement = Text(
            f"文書を探した時間は、{{={first}}}の日記で一日平均{{before}}、{{={last}}}に{{now}}（{{=95％信頼区間}} {{now.interval}}）。比べる職場のない前後の差である。",
            f"In the diaries of {{={first}}} people searched for documents {{before}} a day, in {{={last}}} {{now}} ({{=95% CI}} {{now.interval}}); a difference without comparison offices.",
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


@dataclass(frozen=True)
class Question:
    """What the roll-out lets one ask, though the register did not: exploratory."""

    id: str = "documents-search-digitised"
    item: str = "documents"
    kind: str = "exploratory"
    text: Text = ASKED
    smallest_effect: float | None = None


def compared(session: Session) -> Comparison | None:
    """Compare offices digitised with offices still waiting, where the roll-out table tells who was when.

    Months after the last office went live have nobody left to compare with and are not used. None where the data do
    not allow it.
    """
    if not (session.snapshot.has("document_diary") and session.snapshot.has("rollout")):
        return None
    rollout = session.snapshot.frame(
        "rollout", ("unit_id", "live_on"), where={"initiative_id": INITIATIVE}
    ).dropna()
    cells = measures.cells(session.snapshot, "search_time", end=session.quarter.end).frame
    live: dict[str, dt.date | None] = {
        str(u): pd.Timestamp(d).date() for u, d in zip(rollout["unit_id"], rollout["live_on"], strict=True)
    }
    cells = cells[cells["office_id"].isin(live)]
    last = max((d for u, d in live.items() if d and u in set(cells["office_id"])), default=None)
    waiting = sorted(m for m in cells["period"].unique() if last and Month(m) < Month.of(last))
    if not waiting:
        return None
    try:
        return did(
            cells, live=live, start=Month(waiting[0]).start, end=Month(waiting[-1]).end,
            measure=measures.measure("search_time"),
            rng=seed_of(session.study.title.en, Question().id),
        )  # fmt: skip
    except CompareError:
        return None


def compared_record(session: Session, found: Comparison) -> EvidenceRecord:
    """Return the record of that comparison."""
    held = session.snapshot.frame("document_diary", ("person_id",), end=session.quarter.end)
    return from_comparison(
        found, Question(), session.origin_of("document_diary", "rollout"), contributors=held["person_id"].nunique() // 2,
        retrospective=False, thresholds=session.thresholds,
    )  # fmt: skip


def beside_truth(session: Session, found: Comparison, diaries: Diaries) -> HtmlTable:
    """Return the comparison, the naive difference and, of a synthetic city, the truth."""
    lang = session.lang
    rows = []
    truth = session.truth.get("search-documents", {}).get("value")
    if truth is not None:
        rows.append([word("truth", lang), number(truth, lang, 2, signed=True), "—"])
    rows.append(
        [word(found.design, lang), number(found.estimate, lang, 2, signed=True), interval(*found.ci, lang, 2) if found.decidable else "—"]
    )  # fmt: skip
    if diaries.change is not None:
        c = diaries.change
        rows.append(
            [word("naive", lang), number(c.mean, lang, 2, signed=True), interval(c.low, c.high, lang, 2)]
        )
    heads = [Text("方法", "method")(lang), MINUTES(lang), word("interval", lang)]
    return HtmlTable(heads, rows, Question().text(lang), lang)
