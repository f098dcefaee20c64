"""The community network and watching over neighbours: first replies, drills, households and activities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kumastats.calendar import FiscalYear
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number, percent
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.replies import SETTLED, Contrast, Replies, contrast, replies
from kumastats.workload.watching import Watched, by_area, by_year

KINDS: Mapping[str, Text] = {
    "request": Text("依頼", "requests"),
    "report": Text("報告", "reports"),
    "notice": Text("お知らせ", "notices"),
    "drill": Text("訓練", "drills"),
}
MINUTES = Text("分", "min")
AREAS = Text("地区", "areas")
SOON = 180


@dataclass(frozen=True, eq=False)
class Posts:
    """Posts up to the end of the quarter.

    Attributes
    ----------
    years, kinds
        First replies by fiscal year, and by kind of post; groups of too few posts left out.
    drill
        Drills against all other posts; None without both.
    """

    years: Mapping[str, Replies]
    kinds: Mapping[str, Replies]
    drill: Contrast | None

    def table(self, session: Session, which: str = "years") -> HtmlTable:
        """Return first replies by year or by kind."""
        lang = session.lang
        rows = []
        for key, r in (self.years if which == "years" else self.kinds).items():
            name = FiscalYear(int(key[2:])).label(lang) if which == "years" else KINDS[key](lang)
            soon = next(w for w in r.within if w.minutes == SOON)
            rows.append(
                [
                    name, number(r.posts, lang), _minutes(session, r), interval(r.low, r.high, lang) if math.isfinite(r.low) else "—",
                    percent(soon.share, lang, 0), percent(1 - r.answered / r.posts, lang, 0),
                ]
            )  # fmt: skip
        heads = [
            Text("年度", "year")(lang) if which == "years" else Text("種類", "kind")(lang), Text("投稿", "posts")(lang),
            Text("半分に返信があるまで（分）", "half answered within (min)")(lang), Text("95％区間", "95% interval")(lang),
            Text(f"{SOON // 60}時間以内の返信", f"answered in {SOON // 60} h")(lang), Text("返信なし", "never answered")(lang),
        ]  # fmt: skip
        note = Text(
            f"返信のない投稿は「いつまでも待った」と数える（平均からは抜け落ちる）。{SETTLED.days}日たたず返信のない投稿は除いた。区間は地区でまとめた。",
            f"A post nobody answered counts as waiting for ever (a mean would leave it out); unanswered posts younger than {SETTLED.days} days are left out. "
            "Intervals clustered by area.",
        )(lang)
        caption = Text("最初の返信まで（年度ごと）", "Until the first reply, by year")(lang)
        if which != "years":
            caption = Text("最初の返信まで（投稿の種類ごと）", "Until the first reply, by kind of post")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2, 3, 4, 5}))

    def figure(self, session: Session) -> Figure:
        """Draw the median by kind of post."""
        rows = [
            (KINDS[k](session.lang), r.median, r.low, r.high)
            for k, r in self.kinds.items()
            if math.isfinite(r.median)
        ]
        caption = Text(
            "点は半分の投稿に返信があるまでの時間、線は地区でまとめた95％区間。",
            "Points: minutes until half of the posts were answered; lines: 95% intervals clustered by area.",
        )(session.lang)
        return estimates_figure(rows, MINUTES, session.lang, decimals=0, caption=caption, signed=False)


def _minutes(session: Session, r: Replies) -> str:
    return number(r.median, session.lang) if math.isfinite(r.median) else "—"


def posts(session: Session) -> Posts | None:
    """Return first replies; None without the network's log or with too few posts."""
    if not session.snapshot.has("community_post"):
        return None
    held = session.snapshot.frame(
        "community_post", ("area", "posted_at", "kind", "first_reply_min"), end=session.quarter.end
    )
    least = 2 * session.thresholds.quantile_side
    if len(held) < least:
        return None
    until = pd.to_datetime(held["posted_at"]).max().to_pydatetime()
    year = pd.to_datetime(held["posted_at"]).map(lambda d: str(FiscalYear.of(d.date())))
    years = {str(y): replies(mine, until) for y, mine in held.groupby(year, sort=True) if len(mine) >= least}
    kinds = {k: replies(held[held["kind"] == k], until) for k in KINDS if (held["kind"] == k).sum() >= least}
    try:
        drill = contrast(held, (held["kind"] == "drill").to_numpy(dtype=bool), until, minutes=SOON)
    except WorkloadError:
        drill = None
    few = session.thresholds.min_n
    return Posts(years, kinds, drill if drill is not None and min(drill.posts, drill.others) >= few else None)


def posts_records(session: Session, found: Posts) -> list[EvidenceRecord]:
    """Return the records: the last year's first replies, and drills against other posts."""
    out = []
    if found.years:
        year, r = list(found.years.items())[-1]
        if math.isfinite(r.median) and math.isfinite(r.high):
            median = PublishedNumber(
                "median", r.median, "quantile", n=r.posts, contributors=r.posts, unit=MINUTES, low=r.low, high=r.high, below=r.below, above=r.above,
            )  # fmt: skip
            soon = next(w for w in r.within if w.minutes == SOON)
            share = PublishedNumber(
                "soon", soon.share, "share", n=soon.posts, numerator=soon.answered, contributors=soon.posts, low=soon.low, high=soon.high
            )  # fmt: skip
            if not primary([median, share], session.thresholds):
                out.append(
                    descriptive(
                        "community-first-reply", session.origin_of("community_post"), item="community",
                        title=Text("最初の返信までの時間", "Time until the first reply"),
                        statement=Text(
                            f"{{={year[2:]}年度}}の投稿は、半分に{{median}}（{{=95％区間}} {{median.interval}}）以内に返信があり、{{={SOON // 60}時間}}以内の返信は{{soon}}だった（{{soon.n}}件、返信のない投稿を含む）。",
                            f"Of posts in {{={year}}} half were answered within {{median}} ({{=95% interval}} {{median.interval}}) and {{soon}} within {{={SOON // 60} hours}} (n = {{soon.n}}, posts never answered included).",
                        ),
                        numbers=[median, share], measure="first_reply", unit=MINUTES, n=r.posts, n_units=r.areas, dropped={"too_young": r.young} if r.young else {},
                    )
                )  # fmt: skip
    d = found.drill
    if d is not None and math.isfinite(d.low):
        gap = PublishedNumber(
            "gap", 100 * d.difference, "difference", n=min(d.posts, d.others), contributors=min(d.posts, d.others), low=100 * d.low, high=100 * d.high,
            unit=Text("ポイント", "points"), decimals=session.thresholds.decimals(min(d.posts, d.others), 1),
        )  # fmt: skip
        apart = d.low > 0 or d.high < 0
        end = (
            Text("訓練と本番で返信の速さが違う", "replies in drills come at another pace")
            if apart
            else Text("訓練と本番の速さに違いは見えない", "no difference in pace is shown")
        )
        if not primary([gap], session.thresholds):
            out.append(
                descriptive(
                    "community-drills", session.origin_of("community_post"), item="community", title=Text("訓練での返信", "Replies in drills"),
                    statement=Text(
                        f"{{={SOON // 60}時間}}以内に返信のあった割合は、訓練とほかの投稿で{{gap.signed}}の差（{{=95％区間}} {{gap.interval}}、訓練{{gap.n}}件）で、{end.ja}。",
                        f"The share answered within {{={SOON // 60} hours}} differs between drills and other posts by {{gap.signed}} ({{=95% interval}} {{gap.interval}}; {{gap.n}} drills): {end.en}.",
                    ),
                    numbers=[gap], measure="first_reply", design="measurement", n=d.posts + d.others,
                )
            )  # fmt: skip
    return out


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Watching over neighbours up to the end of the quarter, by fiscal year and by area."""

    years: Mapping[str, Watched]
    areas: Mapping[str, Watched]

    def table(self, session: Session) -> HtmlTable:
        """Return the fiscal years."""
        lang = session.lang
        rows = [
            [
                FiscalYear(int(y[2:])).label(lang), number(w.due, lang), _share(session, w.visited, w.due), _share(session, w.overdue, w.due),
                number(w.held, lang), number(w.attended / w.held, lang, 1) if w.held and w.attended >= session.thresholds.min_n else "—",
                number(w.unknown, lang), number(w.missing, lang),
            ]
            for y, w in self.years.items()
        ]  # fmt: skip
        heads = [
            Text("年度", "year")(lang), Text("訪問予定（延べ世帯）", "households due")(lang), Text("訪問した割合", "visited")(lang),
            Text("期限超過の割合", "overdue")(lang), Text("開いた活動", "activities")(lang), Text("一回の参加者", "people at each")(lang),
            Text("活動の不明な地区・月", "area-months without word")(lang), Text("届いていない地区・月", "not delivered")(lang),
        ]  # fmt: skip
        note = Text(
            "訪問予定は月ごとの延べ。活動が0回の月と、回数が不明の月は別のもの。",
            "Households due are counted each month. A month without activities is not a month without word of them.",
        )(lang)
        caption = Text("見守りと地域の活動", "Watching over neighbours, and activities")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset(range(1, 8)))

    def area_table(self, session: Session) -> HtmlTable:
        """Return the areas, small cells left out."""
        lang = session.lang
        rows = [
            [
                a, number(w.due, lang), _share(session, w.visited, w.due), _share(session, w.overdue, w.due), number(w.held, lang),
                number(w.attended, lang) if w.attended >= session.thresholds.min_n else "—",
            ]
            for a, w in self.areas.items()
            if w.due >= session.thresholds.min_n
        ]  # fmt: skip
        heads = [
            Text("地区", "area")(lang), Text("訪問予定（延べ世帯）", "households due")(lang), Text("訪問した割合", "visited")(lang),
            Text("期限超過の割合", "overdue")(lang), Text("開いた活動", "activities")(lang), Text("参加者（延べ）", "people at them")(lang),
        ]  # fmt: skip
        caption = Text("地区ごとの見守りと活動", "By area")(lang)
        return HtmlTable(heads, rows, caption, lang, right=frozenset(range(1, 6)))


def _share(session: Session, part: int, whole: int) -> str:
    """Return a share whose part and remainder both hold enough households, else a dash."""
    few = session.thresholds.min_n
    if not whole or min(part, whole - part) < few:
        return "—"
    return percent(part / whole, session.lang, 0)


def neighbours(session: Session) -> Neighbours | None:
    """Return watching over neighbours; None without the log."""
    if not session.snapshot.has("watch_over"):
        return None
    names = (
        "area", "month", "households_due", "households_visited", "households_overdue", "activities_held", "activities_attended",
    )  # fmt: skip
    held = session.snapshot.frame("watch_over", names, end=session.quarter.end)
    if not len(held) or held["households_due"].fillna(0).sum() < session.thresholds.min_n:
        return None
    return Neighbours(by_year(held), by_area(held))


def neighbours_record(session: Session, found: Neighbours) -> EvidenceRecord | None:
    """Return the record of the last fiscal year."""
    year, w = list(found.years.items())[-1]
    made = [
        PublishedNumber(
            name, r.value, "share", n=r.below, numerator=r.above, contributors=math.ceil(r.below / 12), rows_per_person=12,
            low=max(0.0, r.low) if math.isfinite(r.low) else None, high=min(1.0, r.high) if math.isfinite(r.high) else None,
        )
        for name, r in (("visited", w.visited_share), ("overdue", w.overdue_share))
    ]  # fmt: skip
    if primary(made, session.thresholds):
        return None
    return descriptive(
        "watch-over", session.origin_of("watch_over"), item="community", title=Text("見守りの訪問", "Visits to neighbours"),
        statement=Text(
            f"{{={year[2:]}年度}}に訪問予定の世帯（延べ{{visited.n}}）のうち{{visited}}を訪問し、{{overdue}}が期限を過ぎた。",
            f"In {{={year}}} {{visited}} of households due ({{visited.n}} counted monthly) were visited; {{overdue}} went overdue.",
        ),
        numbers=made, measure="visits", n=w.due, n_units=w.visited_share.units,
        reasons=(Text("訪問の中身や、家族・地域による見守りは分からない", "what a visit was like, and what family and neighbours do, is not told"),),
    )  # fmt: skip
