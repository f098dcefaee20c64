"""The meeting log: what it holds, where the person-hours go, who comes, and what changes would save."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from kumastats.compare.answer import seed_of
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, number, percent
from kumastats.display.dates import months_text
from kumastats.evidence import EvidenceRecord, descriptive, model
from kumastats.report.chapters.meeting_weeks import PERCENT, Weeks
from kumastats.report.chapters.spans import ends, year_up_to
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.documents import heaping
from kumastats.workload.meetings import (
    Grid,
    MeetingLog,
    Ratio,
    Saving,
    Use,
    meetings_held,
    savings,
    size_by_length,
    uses,
)
from kumastats.workload.meetings.log import COLUMNS, REASONS
from kumastats.workload.meetings.plot import grid_figure

SLOT = 30
UPTAKES = (1.0, 0.5)
WORKDAYS = 244
TABLES = {
    "person_week": Text("個人の週（person_week、Viva Insights の person query）", "people's weeks (`person_week`, the person query of Viva Insights)"),
    "meeting": Text("会議（meeting、meeting query）", "meetings (`meeting`, the meeting query)"),
}  # fmt: skip


def missing_tables(session: Session) -> Text | None:
    """Say which tables of this page the study does not hold; None where it holds both."""
    absent = [name for name in TABLES if not session.snapshot.has(name)]
    if not absent:
        return None
    return Text(
        f"この研究にない表: {'、'.join(TABLES[n].ja for n in absent)}。その節は短くなります。",
        f"Tables this study does not hold: {', '.join(TABLES[n].en for n in absent)}. Their sections are shorter.",
    )


@dataclass(frozen=True, eq=False)
class Meetings:
    """A year of the meeting log.

    Attributes
    ----------
    start, end
        First and last day, the latest year held up to the end of the quarter.
    savings
        Uptake to what each change would save.
    """

    start: dt.date
    end: dt.date
    log: MeetingLog
    grid: Grid
    uses: tuple[Use, ...]
    savings: dict[float, tuple[Saving, ...]]

    def flaws(self, session: Session) -> HtmlTable:
        """Return what the log holds, what was left out, and how round its lengths are."""
        lang = session.lang
        f = self.log.frame
        months = f.groupby(["office", f["start"].dt.strftime("%Y-%m")]).size()
        rows = [
            [Text("数えた会議", "meetings counted")(lang), number(len(f), lang)],
            *([Text(f"除いた: {REASONS[r].ja}", f"left out: {REASONS[r].en}")(lang), number(n, lang)] for r, n in self.log.dropped.items()),
            [Text("職場・月あたりの会議（ある月だけ）", "meetings per office-month (where there is one)")(lang), number(float(months.mean()), lang, 1)],
            [
                Text(f"長さが{SLOT}分の倍数の会議（期待の何倍か）", f"lengths at multiples of {SLOT} min (times expected)")(lang),
                _times(heaping(f["minutes"].tolist(), step=SLOT).ratio, session),
            ],
        ]  # fmt: skip
        heads = [Text("点検", "check")(lang), Text("値", "value")(lang)]
        note = Text(
            f"{self.start:%Y-%m-%d}～{self.end:%Y-%m-%d}、{self.log.offices}職場。職場・月あたりの件数がごく少なければ、記録は会議の一部であり、数ではなく割合を読む。",
            f"{self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}; {self.log.offices} offices. With very few a month and office the log is a part of all meetings: read shares, not counts.",
        )(lang)
        return HtmlTable(heads, rows, Text("会議の記録とそのくせ", "The meeting log and its flaws")(lang), lang, note)  # fmt: skip

    def grid_figure(self, session: Session) -> Figure:
        """Draw where the person-hours go."""
        hidden = Text("", "")
        if self.grid.hidden:
            hidden = Text(f"—は会議が少なく示せない{self.grid.hidden}区分。", f" — marks {self.grid.hidden} cells of too few meetings.")  # fmt: skip
        caption = Text(
            f"{len(self.log):,}件の会議の延べ時間に占める割合。箱の広さも同じ割合。{hidden.ja}",
            f"Shares of the person-hours of {len(self.log):,} meetings; the areas of the boxes are the same shares.{hidden.en}",
        )(session.lang)
        return grid_figure(self.grid, session.lang, caption=caption)

    def uses_table(self, session: Session) -> HtmlTable:
        """Return booked against attended, and the like."""
        lang, least = session.lang, session.thresholds.min_n
        rows = []
        for use in self.uses:
            if use.n < least:
                continue
            if use.hits is not None and use.hits < least:
                few = Text(f"{least}件未満", f"fewer than {least}")(lang)
                rows.append([use.label(lang), few, "—", number(use.n, lang)])
                continue
            rows.append([use.label(lang), percent(use.ratio.value, lang), ends(use.ratio.times(100), lang, 1), number(use.n, lang)])  # fmt: skip
        heads = [
            Text("使われ方", "use")(lang), Text("割合", "share")(lang), Text("95％区間（％）", "95% interval (%)")(lang),
            Text("会議", "meetings")(lang),
        ]  # fmt: skip
        note = Text(
            "別の作業には、議事録の作成も含まれる。来なかった人には、電話で参加した人も含まれる。区間は主催した職場を引き直すブートストラップ。",
            "Something else includes taking the minutes; away includes joining by telephone. Intervals from a bootstrap over organising offices.",
        )(lang)
        return HtmlTable(heads, rows, Text("予定と実際", "Booked and attended")(lang), lang, note, right=frozenset({1, 2, 3}))  # fmt: skip

    def savings_figure(self, session: Session) -> Figure:
        """Draw what each change would save if everyone kept to it."""
        lang = session.lang
        rows = [
            (s.label(lang), -100 * s.share.value, -100 * s.share.high, -100 * s.share.low)
            for s in self.savings[UPTAKES[0]]
            if s.touched >= session.thresholds.min_n
        ]
        caption = Text(
            f"全員が守った場合の延べ時間の増減（％）と95％区間（主催した{self.log.offices}職場を引き直すブートストラップ）。{len(self.log):,}件の会議の記録の上での計算で、試した結果ではない。",
            f"Change in person-hours (%) if everyone kept to it, with 95% intervals (bootstrap over {self.log.offices} organising offices). Computed on {len(self.log):,} meetings; nobody tried it.",
        )(lang)
        unit = Text("延べ時間の増減（％）", "change in person-hours (%)")
        return estimates_figure(rows, unit, lang, decimals=1, caption=caption)

    def savings_table(self, session: Session, weeks: Weeks | None) -> HtmlTable:
        """Return the changes at full and half uptake, and in minutes a day where people's weeks are held."""
        lang = session.lang
        rows = []
        for whole, half in zip(self.savings[UPTAKES[0]], self.savings[UPTAKES[1]], strict=True):
            if whole.touched < session.thresholds.min_n:
                rows.append([whole.label(lang), *_few(session, 4 if weeks is None else 6)])
                continue
            row = [
                whole.label(lang), number(whole.touched, lang), percent(whole.share.value, lang), ends(whole.share.times(100), lang, 1),
                percent(half.share.value, lang),
            ]  # fmt: skip
            if weeks is not None:
                row += [_minutes_a_day(s.share, weeks, session) for s in (whole, half)]
            rows.append(row)
        heads = [
            Text("変えること", "change")(lang), Text("関わる会議", "meetings touched")(lang), Text("全員が守れば", "if all keep to it")(lang),
            Text("95％区間（％）", "95% interval (%)")(lang), Text("半分が守れば", "if half do")(lang),
        ]  # fmt: skip
        if weeks is not None:
            heads += [
                Text("分／人・日（全員）", "min per person-day (all)")(lang),
                Text("（半分）", "(half)")(lang),
            ]
        apart = sum(s.share.value for s in self.savings[UPTAKES[0]][:-1])
        note = Text(
            f"一つずつの和は{percent(apart, 'ja')}だが、同じ分を二度減らすことはできない。午後を空ける場合は、その会議が別の日に移れば何も浮かず、なくなった分だけが浮く。"
            f"分／人・日は、個人の週の会議の時間にこの割合を掛け、年{WORKDAYS}日で割ったもの。",
            f"Added up they make {percent(apart, 'en')}, but a minute cannot be taken away twice. Of a free afternoon only meetings that lapse save anything; one that moves saves nothing. "
            f"Minutes a day: people's own meeting time times this share, over {WORKDAYS} days a year.",
        )(lang)
        return HtmlTable(heads, rows, Text("何を変えれば、どれだけ浮くか", "What changes would save")(lang), lang, note, right=frozenset(range(1, len(heads))))  # fmt: skip


@dataclass(frozen=True)
class TooFew:
    """A log with too few meetings to tell anything, and what was left out."""

    dropped: Mapping[str, int]
    least: int

    @property
    def text(self) -> Text:
        """Say so."""
        ja = "、".join(f"{REASONS[r].ja} {n:,}件" for r, n in self.dropped.items())
        en = "; ".join(f"{n:,} {REASONS[r].en}" for r, n in self.dropped.items())
        return Text(
            f"数えられる会議が{self.least}件に満たないので、会議の記録の節は書けません（除いた記録: {ja or 'なし'}）。",
            f"Fewer than {self.least} meetings are left to count, so the log tells nothing here (rows left out: {en or 'none'}).",
        )


def _few(session: Session, cells: int) -> list[str]:
    """Return the cells of a change that touches too few meetings."""
    least = session.thresholds.min_n
    return [Text(f"{least}件未満", f"fewer than {least}")(session.lang), *["—"] * (cells - 1)]


def _times(ratio: float, session: Session) -> str:
    return number(ratio, session.lang, 2) if math.isfinite(ratio) else "—"


def _minutes_a_day(share: Ratio, weeks: Weeks, session: Session) -> str:
    made = weeks.hours_a_year * 60 / WORKDAYS * share.value
    return number(made, session.lang, 1)


def meeting_log(session: Session) -> Meetings | TooFew | None:
    """Return a year of the meeting log, or what was left out of it where too little remains; None where there is none."""
    window = year_up_to(session, "meeting")
    if window is None:
        return None
    start, end = window
    log = meetings_held(session.snapshot.frame("meeting", COLUMNS, start=start, end=end))
    if len(log) < session.thresholds.min_n:
        return TooFew(log.dropped, session.thresholds.min_n)
    rng = seed_of("meeting-log", str(session.quarter))
    return Meetings(
        start, end, log, size_by_length(log, fewest=session.thresholds.min_n), uses(log, rng=rng),
        {u: savings(log, rng=rng, uptake=u) for u in UPTAKES},
    )  # fmt: skip


def use_record(session: Session, found: Meetings) -> EvidenceRecord | None:
    """Return the record of booked against attended time; None where the export tells no invitations."""
    told = {u.id: u for u in found.uses}
    if "attended" not in told:
        return None
    span = months_text(found.start, found.end)
    numbers = [_number(session, "attended", told["attended"].ratio.times(100), told["attended"].n)]
    statement = Text(
        f"{{={span.ja}}}の会議では、招待した時間の{{attended}}に出席があった{_ends('attended', numbers[0])[0]}。",
        f"In meetings from {{={span.en}}}, {{attended}} of the invited time was attended{_ends('attended', numbers[0])[1]}.",
    )
    if "multitasking" in told:
        numbers.append(
            _number(session, "multitasking", told["multitasking"].ratio.times(100), told["multitasking"].n)
        )
        statement = Text(
            f"{statement.ja}出席者の{{multitasking}}は会議中に別の作業をしていた。",
            f"{statement.en} {{multitasking}} of those present did something else meanwhile.",
        )
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "meetings-attended", session.origin_of("meeting"), item="documents", title=Text("会議の予定と実際", "Meetings booked and attended"),
        statement=statement, numbers=numbers, unit=PERCENT, n=len(found.log), n_units=found.log.offices,
        reasons=(Text("会議の記録は一部のことがある。割合は読めるが、総数は読めない", "the log may hold a part of all meetings: shares can be read, totals cannot"),),
    )  # fmt: skip


def savings_record(session: Session, found: Meetings) -> EvidenceRecord | None:
    """Return the record of what the changes would save, if everyone kept to them."""
    made = found.savings[UPTAKES[0]]
    if min(s.touched for s in made) < session.thresholds.min_n:
        return None
    numbers = [_number(session, s.id, s.share.times(100), len(found.log)) for s in made]
    if primary(numbers, session.thresholds):
        return None
    ends_ja, ends_en = _ends("together", numbers[-1])
    return model(
        "meetings-changes", session.origin_of("meeting"), item="documents",
        title=Text("会議の変え方と浮く時間", "Changes to meetings and the time they would free"),
        statement=Text(
            f"全員が守れば、会議の延べ時間は{{=30分ごとに5分}}短くして{{slots}}、出席を{{=8人}}までにして{{people}}、水曜の午後を空けてその会議をやめれば{{afternoon}}減る。三つともで{{together}}{ends_ja}。記録の上での計算であり、試した結果ではない。",
            f"If everyone kept to it, person-hours in meetings would fall by {{slots}} with {{=five minutes}} off each half-hour, {{people}} with at most {{=eight}} people, and {{afternoon}} with Wednesday afternoons free and their meetings dropped; {{together}} with all three{ends_en}. Computed on the log, not tried.",
        ),
        numbers=numbers,
        reasons=(Text("守られる割合は前提であり、データからは分からない", "how many would keep to it is an assumption, not in the data"),),
    )  # fmt: skip


def _ends(name: str, x: PublishedNumber) -> tuple[str, str]:
    if x.low is None:
        return "", ""
    return f"（{{=95％信頼区間}} {{{name}.interval}}）", f" ({{=95% CI}} {{{name}.interval}})"


def _number(session: Session, name: str, ratio: Ratio, n: int) -> PublishedNumber:
    sure = math.isfinite(ratio.low)
    return PublishedNumber(
        name, ratio.value, "mean", n=n, contributors=n, unit=PERCENT, decimals=session.thresholds.decimals(n, 1),
        low=max(ratio.low, 0.0) if sure else None, high=ratio.high if sure else None,
    )  # fmt: skip
