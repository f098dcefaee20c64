"""Printing at schools and what it costs; lesson content that schools share; teachers working at home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kumastats.calendar import FiscalYear
from kumastats.compare.plot import two_lines_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, by_error, interval, number, percent, yen, yen_interval
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.school_arrivals import school_levels, school_names
from kumastats.report.session import Session
from kumastats.study.model import Range
from kumastats.text import LANGS, Lang, Text
from kumastats.workload.ratio_linearised import TotalsRatio, ratio_of_totals
from kumastats.workload.savings import Assumptions
from kumastats.workload.schools.lessons import ACTIONS, Concentration, by_school, concentration

SIDES = Text("面", "sides")
SHOWN = 20  # schools in a table
FEWEST_SCHOOLS = 10  # below, how uneven schools are would tell of single ones


@dataclass(frozen=True, eq=False)
class Printing:
    """Printing at schools up to the end of the quarter.

    Attributes
    ----------
    schools
        A row a school: days logged, sides a day, colour's share, yen a day with its lower and upper end (``yen_low``, ``yen_high``).
    years
        A row a fiscal year, schools together.
    cost
        ``recorded``, ``part`` (days without a recorded cost are priced) or ``assumed``.
    prices
        Yen a side, black and colour, of days without a recorded cost.
    given
        Whether the reader of the notebook gave the prices; else they are the study's assumptions.
    """

    schools: pd.DataFrame
    years: pd.DataFrame
    cost: str
    prices: tuple[Range, Range]
    given: bool

    def table(self, session: Session) -> HtmlTable:
        """Return printing by school."""
        lang = session.lang
        shown = self.schools.sort_values("sides", ascending=False, kind="stable").head(SHOWN)
        names = school_names(session)
        rows = [
            [names.get(str(s), str(s)), number(r.days, lang), number(r.sides, lang), percent(r.colour, lang, 0), self._cost(r, lang)]
            for s, r in shown.iterrows()
        ]  # fmt: skip
        note = self._note()
        heads = [
            Text("学校", "school")(lang), Text("記録のある日", "days logged")(lang), Text("一日の面数", "sides a day")(lang),
            Text("カラーの割合", "colour")(lang), Text("一日の費用", "cost a day")(lang),
        ]  # fmt: skip
        caption = Text("学校ごとの印刷と費用", "Printing and its cost by school")(lang)
        told = note(lang)
        if len(self.schools) > SHOWN:
            more = Text(
                f"印刷の多い{SHOWN}校（全{len(self.schools)}校）。",
                f"The {SHOWN} that print most, of {len(self.schools)}. ",
            )
            told = more(lang) + told
        return HtmlTable(heads, rows, caption, lang, told, right=frozenset({1, 2, 3, 4}))

    @staticmethod
    def _cost(row: Any, lang: Lang) -> str:
        if row.yen_low == row.yen_high:
            return yen(row.yen, lang)
        middle, low, high = by_error(row.yen, row.yen_low, row.yen_high)
        return f"{yen(middle, lang)}{Text('（', ' (')(lang)}{yen_interval(low, high, lang)}{Text('）', ')')(lang)}"

    def _note(self) -> Text:
        if self.cost == "recorded":
            return Text("費用は印刷サーバーの記録による。", "Cost as the print server records it.")
        mono, colour = (
            Text(*(number(r.likely, x, 1) if r.low == r.high else f"{number(r.likely, x, 1)}{Text('（', ' (')(x)}{interval(r.low, r.high, x, 1)}{Text('）', ')')(x)}" for x in LANGS))
            for r in self.prices
        )  # fmt: skip
        whose = (
            Text("このノートブックの yen_mono・yen_colour", "this notebook's yen_mono and yen_colour")
            if self.given
            else Text("study.yml の savings の side_mono・side_colour。販売店の公表する目安が既定", "side_mono and side_colour under savings in study.yml; by default what dealers publish as usual")
        )  # fmt: skip
        which = (
            Text("費用の記録がない日は、", "Days without a recorded cost are priced at ")
            if self.cost == "part"
            else Text("印刷の記録に費用がないので、", "The logs hold no cost; it is assumed at ")
        )
        return Text(
            f"{which.ja}1面あたり白黒{mono.ja}円、カラー{colour.ja}円と仮定した（{whose.ja}）。契約の料金が分かれば書き換えること。紙代とリース料は含まない。",
            f"{which.en}¥{mono.en} a side in black and ¥{colour.en} in colour ({whose.en}). Put in what the contract says where it is known; paper and leases are not in it.",
        )


def printing(session: Session, yen_mono: float = 0.0, yen_colour: float = 0.0) -> Printing | None:
    """Return printing at schools; None without print logs of schools.

    Parameters
    ----------
    yen_mono, yen_colour
        Prices a side where the logs hold no cost; 0: as the study's savings assume.
    """
    levels = school_levels(session)
    if not session.snapshot.has("print_day") or not levels:
        return None
    names = ("office_id", "date", "pages_mono", "pages_colour", "cost_yen")
    held = session.snapshot.frame(
        "print_day", names, end=session.quarter.end, where={"office_id": sorted(levels)}
    )
    if not len(held):
        return None
    recorded = held["cost_yen"].astype("float64")
    cost = "recorded" if recorded.notna().all() else "part" if recorded.notna().any() else "assumed"
    assumed = Assumptions.of(session.study.savings)
    mono = Range(yen_mono, yen_mono, yen_mono) if yen_mono > 0 else assumed.side_mono
    colour = Range(yen_colour, yen_colour, yen_colour) if yen_colour > 0 else assumed.side_colour
    spent = {
        name: recorded.fillna(held["pages_mono"] * getattr(mono, end) + held["pages_colour"] * getattr(colour, end))
        for name, end in (("yen", "likely"), ("yen_low", "low"), ("yen_high", "high"))
    }  # fmt: skip
    days = held.assign(sides=held["pages_mono"] + held["pages_colour"], **spent)
    year = pd.to_datetime(days["date"]).map(lambda d: str(FiscalYear.of(d.date())))

    def together(key: pd.Series) -> pd.DataFrame:
        made = days.groupby(key, sort=True).agg(
            days=("sides", "size"),
            total=("sides", "sum"),
            in_colour=("pages_colour", "sum"),
            yen=("yen", "mean"),
            yen_low=("yen_low", "mean"),
            yen_high=("yen_high", "mean"),
        )
        return made.assign(sides=made["total"] / made["days"], colour=made["in_colour"] / made["total"])

    by_school_ = together(days["office_id"])
    told = by_school_[by_school_["days"] >= session.thresholds.min_n]
    return Printing(told, together(year), cost, (mono, colour), yen_mono > 0 and yen_colour > 0)


def printing_record(session: Session, found: Printing) -> EvidenceRecord | None:
    """Return the record of printing in the first and the last year logged."""
    if len(found.years) < 2:
        return None
    (first, a), (last, b) = next(iter(found.years.iterrows())), list(found.years.iterrows())[-1]
    numbers = [
        PublishedNumber(
            name,
            float(row["sides"]),
            "mean",
            n=int(row["days"]),
            contributors=int(row["days"]),
            unit=SIDES,
            decimals=0,
        )
        for name, row in (("before", a), ("now", b))
    ]
    if primary(numbers, session.thresholds):
        return None
    return descriptive(
        "schools-printing", session.origin_of("print_day"), item="schools", title=Text("学校の印刷", "Printing at schools"),
        statement=Text(
            f"記録のある学校の一日の印刷は、{{={str(first)[2:]}年度}}の{{before}}（{{before.n}}学校・日）から{{={str(last)[2:]}年度}}の{{now}}（{{now.n}}学校・日）になった。記録のある月が違い、効果ではない。",
            f"Logged schools printed {{before}} a day in {{={first}}} ({{before.n}} school-days) and {{now}} in {{={last}}} ({{now.n}}); the months logged differ, and this is no effect.",
        ),
        numbers=numbers, measure="printed_sides", unit=SIDES, design="descriptive", n=int(b["days"]), n_units=len(found.schools),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lessons:
    """Shared lesson content up to the end of the quarter.

    Attributes
    ----------
    years
        Fiscal year to uploads, downloads and reuses, and the schools that used the site.
    reuse
        Reuses for each time something was taken, over all schools, in the last full year.
    uneven
        How unevenly schools share; None with fewer than ten schools.
    months
        Monthly totals a school, to be drawn.
    """

    years: Mapping[str, Mapping[str, int]]
    schools: int
    year: str
    reuse: TotalsRatio | None
    uneven: Concentration | None
    months: pd.DataFrame

    def table(self, session: Session) -> HtmlTable:
        """Return the years."""
        lang = session.lang
        heads = [
            Text("年度", "year")(lang), Text("使った学校", "schools using it")(lang), Text("登録", "uploads")(lang),
            Text("取得", "downloads")(lang), Text("再利用", "reuses")(lang), Text("取得あたりの再利用", "reuses a download")(lang),
        ]  # fmt: skip
        rows = [
            [
                FiscalYear(int(y[2:])).label(lang), number(t["schools"], lang), *(number(t[a], lang) for a in ACTIONS),
                number(t["reuses"] / t["downloads"], lang, 2) if t["downloads"] else "—",
            ]
            for y, t in self.years.items()
        ]  # fmt: skip
        note = Text(
            f"学校は{self.schools}校。学校ごとの数は、どの学校の誰が使ったかに近づくので示さない。",
            f"{self.schools} schools in all; counts of single schools come close to who used it and are not shown.",
        )(lang)
        caption = Text("教材の共有", "Shared lessons")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2, 3, 4, 5}))

    def figure(self, session: Session) -> Figure:
        """Draw what a school puts up, takes and uses again, by month."""
        names = {
            "uploads": Text("登録", "uploads"),
            "downloads": Text("取得", "downloads"),
            "reuses": Text("再利用", "reuses"),
        }
        parts = [
            self.months.assign(group=names[a](session.lang), value=self.months[a] / self.schools)[
                ["group", "period", "value"]
            ]
            for a in ACTIONS
        ]
        caption = Text(
            f"{self.schools}校の平均（使わなかった学校は0）。",
            f"Mean of {self.schools} schools (those that did not use it count 0).",
        )(session.lang)
        return two_lines_figure(
            pd.concat(parts, ignore_index=True), Text("件／学校・月", "per school-month"), Text("教材の共有", "shared lessons"), session.lang,
            caption=caption,
        )  # fmt: skip

    def spread(self, session: Session) -> HtmlTable:
        """Return the reuse ratio and how uneven schools are, or why that is not told."""
        lang = session.lang
        rows = []
        if self.reuse is not None:
            r = self.reuse
            ends = interval(r.low, r.high, lang, 2) if r.low == r.low else "—"
            rows.append(
                [
                    Text("取得一回あたりの再利用", "reuses for each download")(lang),
                    number(r.value, lang, 2),
                    ends,
                ]
            )
        if self.uneven is not None:
            u = self.uneven
            ends = interval(u.low, u.high, lang, 2) if u.low == u.low else "—"
            rows.append([Text("偏り（ジニ係数）", "unevenness (Gini)")(lang), number(u.gini, lang, 2), ends])
            rows.append(
                [
                    Text("多く使う1割の学校が占める割合", "share of the busiest tenth of schools")(lang),
                    percent(u.top_tenth, lang, 0),
                    "—",
                ]
            )
        note = ""
        if self.uneven is None:
            note = Text(
                f"学校が{FEWEST_SCHOOLS}校に満たず、偏りは一校のことになるので示さない。",
                f"With fewer than {FEWEST_SCHOOLS} schools, how uneven they are would tell of single ones.",
            )(lang)
        heads = [
            Text("見るもの", "what")(lang),
            Text("値", "value")(lang),
            Text("95％区間", "95% interval")(lang),
        ]
        caption = Text(f"再利用と偏り（{self.year}）", f"Reuse and unevenness ({self.year})")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2}))


def lessons(session: Session) -> Lessons | None:
    """Return shared lessons; None without the log of the sharing site."""
    if not session.snapshot.has("lesson_share"):
        return None
    held = session.snapshot.frame("lesson_share", ("school_id", "date", *ACTIONS), end=session.quarter.end)
    if not len(held):
        return None
    held = held.assign(**{a: held[a].fillna(0).astype("int64") for a in ACTIONS})
    day = pd.to_datetime(held["date"])
    schools = sorted({*school_levels(session), *held["school_id"]})
    years = {}
    by_year = held.groupby(day.map(lambda d: str(FiscalYear.of(d.date()))), sort=True)
    for year, mine in by_year:
        years[str(year)] = {
            **{a: int(mine[a].sum()) for a in ACTIONS},
            "schools": mine["school_id"].nunique(),
        }
    full = [y for y in years if FiscalYear(int(y[2:])).end <= session.quarter.end] or list(years)
    last = by_school(by_year.get_group(full[-1]), schools)
    taken, again = last["downloads"].to_numpy(dtype=np.float64), last["reuses"].to_numpy(dtype=np.float64)
    total = last.sum(axis=1).to_numpy(dtype=np.float64)
    months = (
        held.groupby(day.dt.strftime("%Y-%m"), sort=True)[list(ACTIONS)]
        .sum()
        .rename_axis("period")
        .reset_index()
    )
    return Lessons(
        years=years,
        schools=len(schools),
        year=full[-1],
        reuse=ratio_of_totals(again, taken) if taken.sum() else None,
        uneven=concentration(total) if len(schools) >= FEWEST_SCHOOLS and total.sum() else None,
        months=months,
    )


def lessons_record(session: Session, found: Lessons) -> EvidenceRecord | None:
    """Return the record of reuse in the last full year."""
    r = found.reuse
    if r is None or r.low != r.low or r.units < session.thresholds.min_units:
        return None
    made = PublishedNumber(
        "reuse", r.value, "coefficient", n=r.below, contributors=r.below, low=r.low, high=r.high, units=r.units,
        decimals=session.thresholds.decimals(r.below, 2),
    )  # fmt: skip
    if primary([made], session.thresholds):
        return None
    return descriptive(
        "schools-lessons", session.origin_of("lesson_share"), item="schools", title=Text("教材の再利用", "Reuse of shared lessons"),
        statement=Text(
            f"{{={found.year[2:]}年度}}に共有サイトの教材は、取得{{=一回}}あたり{{reuse}}回再利用された（{{=95％区間}} {{reuse.interval}}、取得{{reuse.n}}件）。",
            f"In {{={found.year}}} shared lessons were reused {{reuse}} times for each download ({{=95% interval}} {{reuse.interval}}; {{reuse.n}} downloads).",
        ),
        numbers=[made], measure="lesson_reuses", design="measurement", n=r.below, n_units=r.units,
        reasons=(Text("操作の記録であり、授業がよくなったかは分からない", "what was done on the site; not whether lessons became better"),),
    )  # fmt: skip


def telework(session: Session) -> Any:
    """Return what is known of teachers working at home: the share of days, or that the logs do not say."""
    made = None
    if session.snapshot.has("person_day"):
        held = session.snapshot.cells(
            "person_day",
            value="telework",
            by=(),
            period="year",
            end=session.quarter.end,
            where={"role": "teacher"},
            over=0,
        ).frame
        if len(held):
            row = held.iloc[-1]
            n, at_home = int(row["n"]), int(row["over"])
            made = PublishedNumber(
                "telework", at_home / n, "share", n=n, numerator=at_home, contributors=int(row["contributors"]), rows_per_person=250
            )  # fmt: skip
    if made is None or primary([made], session.thresholds):
        return session.say(
            "学校の記録にテレワークの欄がないか、人数が少なく、ここでは言えません。在校等時間の指針は、テレワークの時間も数えるよう求めています。",
            "School logs hold no telework, or too few people did it: nothing can be told. The guideline asks that such hours be counted.",
        )
    return session.say(
        f"教員の勤務日の{percent(made.value, 'ja')}がテレワークでした（{made.n:,}教員・日）。",
        f"{percent(made.value, 'en')} of teacher-days were worked at home (n = {made.n:,}).",
    )
