"""Teachers' hours: by year against the guideline's ceilings, print against log, and the city against the country."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumastats import measures
from kumastats.calendar import FiscalYear
from kumastats.compare.plot import estimates_figure, two_lines_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.levels import as_number, shown
from kumastats.report.chapters.school_arrivals import arrivals_held, school_levels
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.schools.national import (
    GUIDELINE_FROM,
    MONTHLY_CEILING_H,
    NATIONAL,
    YEARLY_CEILING_H,
)
from kumastats.workload.schools.printed import Agreement, agreement
from kumastats.workload.schools.trend import Trend, yearly_change

TEACHER: Mapping[str, object] = {"role": "teacher"}
A_DAY_AND_YEAR = Text("分／教員・日・年", "min per teacher-day and year")
MINUTES = Text("分", "min")
DRAWN = "time_beyond_regular"


@dataclass(frozen=True, eq=False)
class Hours:
    """Teachers' hours up to the end of the quarter.

    Attributes
    ----------
    years
        Fiscal year to its numbers by measure (``day``, ``beyond``, ``over_month``, ``over_year``), those that may not be told
        left out.
    trends
        School level to its yearly change; levels of too few schools left out.
    agreement
        Print against log; None without the printed table.
    months
        Monthly means by school level, to be drawn.
    schools
        Schools with a log.
    """

    years: Mapping[str, Mapping[str, PublishedNumber]]
    trends: Mapping[str, Trend]
    teachers: Mapping[str, int]
    agreement: Agreement | None
    months: pd.DataFrame
    schools: int

    def table(self, session: Session) -> HtmlTable:
        """Return the years, with the ceilings of the guideline."""
        lang = session.lang
        heads = [
            Text("年度", "year")(lang), Text("教員", "teachers")(lang), Text("在校等時間（分／日）", "in school (min a day)")(lang),
            Text("時間外（時間／月）", "beyond regular (h a month)")(lang),
            Text(f"月{MONTHLY_CEILING_H}時間超の割合", f"months over {MONTHLY_CEILING_H} h")(lang),
            Text(f"年{YEARLY_CEILING_H}時間超の割合（3月）", f"teachers over {YEARLY_CEILING_H} h a year")(lang),
        ]  # fmt: skip
        rows = []
        for year, told in self.years.items():
            people = told["day"].contributors if "day" in told else None
            rows.append(
                [
                    FiscalYear(int(year[2:])).label(lang) + ("" if int(year[2:]) >= GUIDELINE_FROM else "*"),
                    number(people, lang) if people else "—",
                    *(shown(told.get(k), lang) for k in ("day", "beyond", "over_month", "over_year")),
                ]
            )
        note = Text(
            f"*上限の指針（月{MONTHLY_CEILING_H}時間・年{YEARLY_CEILING_H}時間、2019年1月）より前の年度。—は、人数が少なく出せないか、年度の途中のもの。市職員の時間外勤務と足し合わせない。",
            f"* before the guideline of January 2019 ({MONTHLY_CEILING_H} h a month, {YEARLY_CEILING_H} h a year). — where too few people would be "
            "told, or the year is not over. Never added to city staff's overtime.",
        )(lang)
        caption = Text("教員の在校等時間と上限", "Teachers' time in school and its ceilings")(lang)
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 2, 3, 4, 5}))

    def course(self, session: Session) -> Figure | None:
        """Draw the months by school level, with what arrived when."""
        if not len(self.months):
            return None
        asked = measures.measure(DRAWN)
        label = {
            level: NATIONAL[level].label if level in NATIONAL else Text("ほかの学校", "other schools")
            for level in self.months["group"].unique()
        }
        events: dict[dt.date, Text] = {
            dt.date(2019, 1, 25): Text("上限の指針（2019-01）", "guideline on ceilings (2019-01)"),
            dt.date(2020, 3, 2): Text("臨時休業の始まり（2020-03）", "schools close (2020-03)"),
        }
        for reached in arrivals_held(session):
            first, name = min(reached.live.values()), reached.label
            events[first] = Text(f"{name.ja}の開始（{first:%Y-%m}）", f"{name.en} begins ({first:%Y-%m})")
        caption = Text(
            f"月ごとの平均。延べ{int(self.months['n'].sum()):,}人・月。{asked.caveat.ja}",
            f"Monthly means of {int(self.months['n'].sum()):,} teacher-months. {asked.caveat.en}",
        )(session.lang)
        frame = self.months.assign(group=self.months["group"].map(lambda x: label[x](session.lang)))
        return two_lines_figure(frame, asked.unit, asked.label, session.lang, events=events, caption=caption)

    def national_table(self, session: Session) -> HtmlTable:
        """Return the yearly change of each level beside the country's."""
        lang = session.lang
        rows = []
        for level, trend in self.trends.items():
            verdict = Text("区間がなく言えない", "no interval: cannot be said")
            if trend.beats is not None:
                verdict = (
                    Text("全国より早く減った", "fell faster than the country")
                    if trend.beats
                    else Text("全国の減り方と区別できない", "not told apart from the country")
                )
            rows.append(
                [
                    NATIONAL[level].label(lang), number(trend.schools, lang), f"{trend.first}–{trend.last}",
                    number(trend.change, lang, 1, signed=True), interval(trend.low, trend.high, lang, 1) if trend.beats is not None else "—",
                    number(trend.national, lang, 1, signed=True), verdict(lang),
                ]
            )  # fmt: skip
        heads = [
            Text("学校種", "level")(lang), Text("学校数", "schools")(lang), Text("年度", "fiscal years")(lang),
            Text("市の変化（分／日・年）", "city (min a day, a year)")(lang), Text("95％信頼区間", "95% CI")(lang),
            Text("全国（2016→2022年）", "country (2016 to 2022)")(lang), Text("比べると", "beside it")(lang),
        ]  # fmt: skip
        note = Text(
            "全国は文部科学省の教員勤務実態調査（教諭の平日）。調査の誤差は公表されておらず、ここでは0とみなした。",
            "Country: the education ministry's survey of teachers (weekdays); its sampling error is not published and taken as nil here.",
        )(lang)
        caption = Text("市の減り方は、全国の減り方を上回るか", "Did hours fall faster than in the country?")(
            lang
        )
        return HtmlTable(heads, rows, caption, lang, note, right=frozenset({1, 3, 4, 5}))

    def national_figure(self, session: Session) -> Figure | None:
        """Draw the city's yearly change and the country's, level by level."""
        rows = []
        for level, t in self.trends.items():
            name = NATIONAL[level].label(session.lang)
            rows.append((Text(f"市の{name}", f"city, {name}")(session.lang), t.change, t.low, t.high))
            rows.append((Text(f"全国の{name}", f"country, {name}")(session.lang), t.national, np.nan, np.nan))
        if not rows:
            return None
        caption = Text(
            "点は一年あたりの変化、線は学校を単位とした95％信頼区間。",
            "Points: change a year; lines: 95% intervals with schools as units.",
        )(session.lang)
        return estimates_figure(rows, A_DAY_AND_YEAR, session.lang, caption=caption)

    def agreement_table(self, session: Session) -> HtmlTable | None:
        """Return how the printed figures and the logs agree."""
        a = self.agreement
        if a is None:
            return None
        lang = session.lang
        rows = [
            [Text("比べられた学校・年度", "school-years compared")(lang), number(a.compared, lang)],
            [Text("差が1％以内", "within 1%")(lang), number(a.close, lang)],
            [Text("教員数が違う", "different head counts")(lang), number(a.headcount, lang)],
            [Text("公表で伏せられた", "held back in print")(lang), number(a.withheld, lang)],
            [Text("月の記録がない", "printed without a log")(lang), number(a.unlogged, lang)],
            [Text("公表がない", "logged without a print")(lang), number(a.unprinted, lang)],
        ]
        if a.compared:
            rows.insert(
                1,
                [
                    Text("差の平均（記録−公表、分／教員・年）", "mean difference (log − print, min a teacher and year)")(lang),
                    number(a.difference, lang, 0, signed=True),
                ],
            )  # fmt: skip
        heads = [Text("点検", "check")(lang), Text("値", "value")(lang)]
        caption = Text("公表された年間時間と月の記録", "Printed yearly hours and monthly logs")(lang)
        return HtmlTable(heads, rows, caption, lang)


def hours(session: Session) -> Hours | None:
    """Return teachers' hours; None without a log of time in school or with too few teachers."""
    if not session.snapshot.has("person_day"):
        return None
    end = session.quarter.end
    by_year = measures.cells(
        session.snapshot, "time_in_school_day", by=("office_id",), period="year", end=end
    ).frame
    if not len(by_year):
        return None
    levels = school_levels(session)
    by_year = by_year.assign(level=by_year["office_id"].map(levels).fillna(""))
    trends, teachers = {}, {}
    for level, national in NATIONAL.items():
        mine = by_year[by_year["level"] == level]
        frame = pd.DataFrame(
            {
                "school": mine["office_id"], "year": mine["period"].str[2:].astype(int), "minutes": mine["s1"] / mine["n"], "n": mine["n"],
            }
        )  # fmt: skip
        # a year that is not over has a season of its own
        frame = frame[frame["year"].map(lambda y: FiscalYear(int(y)).end <= end)]
        try:
            made = yearly_change(frame, national.a_year)
        except WorkloadError:
            continue
        people = int(mine[mine["period"] == mine["period"].max()]["contributors"].sum())
        if made.schools >= session.thresholds.min_units and people >= session.thresholds.min_n:
            trends[level], teachers[level] = made, people
    months = measures.cells(session.snapshot, DRAWN, by=("office_id",), end=end).frame
    months = months.assign(group=months["office_id"].map(levels).fillna(""))
    drawn = months.groupby(["group", "period"], as_index=False)[["n", "s1", "contributors"]].sum()
    drawn = drawn[drawn["contributors"] >= session.thresholds.min_n]
    return Hours(
        years=_years(session),
        trends=trends,
        teachers=teachers,
        agreement=_agreement(session),
        months=drawn.assign(value=drawn["s1"] / drawn["n"] / measures.measure(DRAWN).scale),
        schools=int(by_year["office_id"].nunique()),
    )


def _years(session: Session) -> dict[str, dict[str, PublishedNumber]]:
    end, out = session.quarter.end, dict[str, dict[str, PublishedNumber]]()
    for name, id_ in (
        ("day", "time_in_school_day"), ("beyond", "time_beyond_regular"), ("over_month", "teachers_over_45h"),
    ):  # fmt: skip
        asked = measures.measure(id_)
        frame = measures.series(measures.cells(session.snapshot, id_, by=(), period="year", end=end), asked)
        for _, row in frame.iterrows():
            _keep(session, out, str(row["period"]), name, as_number(row, asked, name, session))
    yearly = session.snapshot.cells(
        "person_day", value="beyond_regular_min", grain="person_month", by=(), end=end, where=TEACHER, running="fiscal_year",
        over=YEARLY_CEILING_H * 60,
    ).frame  # fmt: skip
    for _, row in yearly[yearly["period"].str.endswith("-03")].iterrows():
        n, over = int(row["n"]), int(row["over"])
        made = PublishedNumber(
            "over_year",
            over / n,
            "share",
            n=n,
            numerator=over,
            contributors=int(row["contributors"]),
            decimals=0,
        )
        _keep(session, out, f"FY{int(row['period'][:4]) - 1}", "over_year", made)
    return dict(sorted(out.items()))


def _keep(
    session: Session, out: dict[str, dict[str, PublishedNumber]], year: str, name: str, made: PublishedNumber
) -> None:
    mine = out.setdefault(year, {})
    if not primary([made], session.thresholds):
        mine[name] = made


def _agreement(session: Session) -> Agreement | None:
    if not session.snapshot.has("school_year"):
        return None
    end = session.quarter.end
    print_ = session.snapshot.frame(
        "school_year", ("office_id", "year_start", "teachers", "beyond_regular_min")
    )
    year = pd.to_datetime(print_["year_start"]).dt.year
    printed = pd.DataFrame(
        {
            "office_id": print_["office_id"], "year": year, "teachers": print_["teachers"],
            "minutes": print_["beyond_regular_min"].astype("float64"),
        }
    )  # fmt: skip
    printed = printed[[FiscalYear(int(y)).end <= end for y in year]]
    logs = measures.cells(
        session.snapshot, "time_beyond_regular", by=("office_id",), period="year", end=end
    ).frame
    logs = logs.assign(year=logs["period"].str[2:].astype(int))
    logs = logs[[FiscalYear(int(y)).end <= end for y in logs["year"]]]
    return agreement(
        printed, logs.rename(columns={"contributors": "teachers", "s1": "minutes"})[list(printed.columns)]
    )


def records(session: Session, found: Hours) -> list[EvidenceRecord]:
    """Return the records: the last full year against the ceilings, and the city against the country."""
    out = []
    full = [y for y in found.years if FiscalYear(int(y[2:])).end <= session.quarter.end]
    if full and {"beyond", "over_month"} <= set(found.years[full[-1]]):
        year, told = full[-1], found.years[full[-1]]
        numbers = [told[k] for k in ("beyond", "over_month", "over_year") if k in told]
        more = Text("", "")
        if "over_year" in told:
            more = Text(
                f"。年間で{{={YEARLY_CEILING_H}時間}}を超えた教員は{{over_year}}だった",
                f"; {{over_year}} of teachers passed {{={YEARLY_CEILING_H} hours}} in the year",
            )
        out.append(
            descriptive(
                "schools-ceilings", session.origin_of("person_day"), item="schools",
                title=Text("教員の時間外在校等時間と上限", "Teachers' hours and the ceilings"),
                statement=Text(
                    f"{{={year[2:]}年度}}の教員の時間外在校等時間は{{beyond}}で、教員・月の{{over_month}}が{{={MONTHLY_CEILING_H}時間}}を超えた{more.ja}。",
                    f"In {{={year}}} teachers were in school {{beyond}} beyond regular hours; {{over_month}} of teacher-months passed {{={MONTHLY_CEILING_H} hours}}{more.en}.",
                ),
                numbers=numbers, measure="time_beyond_regular", unit=measures.measure("time_beyond_regular").unit, n=told["beyond"].n,
                n_units=found.schools, reasons=(measures.measure("time_beyond_regular").caveat,),
            )
        )  # fmt: skip
    national = _national_record(session, found)
    if national is not None:
        out.append(national)
    return out


def _national_record(session: Session, found: Hours) -> EvidenceRecord | None:
    numbers, ja, en = [], [], []
    for level, t in found.trends.items():
        if t.beats is None:
            continue
        people = found.teachers[level]
        numbers += [
            PublishedNumber(
                f"change_{level}", t.change, "coefficient", n=t.n, contributors=people, unit=MINUTES, low=t.low, high=t.high,
                decimals=session.thresholds.decimals(people, 1), units=t.schools,
            ),
            PublishedNumber(f"national_{level}", t.national, "constant", unit=MINUTES, decimals=1),
        ]  # fmt: skip
        name = NATIONAL[level].label
        ja.append(
            f"{name.ja}で一年あたり{{change_{level}.signed}}（{{=95％信頼区間}} {{change_{level}.interval}}、全国は{{national_{level}.signed}}）"
        )
        en.append(
            f"{{change_{level}.signed}} a year at {name.en} ({{=95% CI}} {{change_{level}.interval}}; country {{national_{level}.signed}})"
        )
    if not numbers or primary(numbers, session.thresholds):
        return None
    faster = [NATIONAL[k].label for k, t in found.trends.items() if t.beats]
    end = (
        Text(
            f"{'・'.join(t.ja for t in faster)}では全国より早く減ったが、何によるかは分からない。",
            f"At {' and '.join(t.en for t in faster)} they fell faster than in the country; why is not told.",
        )
        if faster
        else Text("全国の減り方と区別できない。", "That is not told apart from the country.")
    )
    return descriptive(
        "schools-national", session.origin_of("person_day", "office"), item="schools",
        title=Text("在校等時間の減り方と全国", "The fall of time in school, and the country's"),
        statement=Text(
            f"教員の一日の在校等時間の変化は、{'、'.join(ja)}。{end.ja}", f"Teachers' time in school a day changed by {', '.join(en)}. {end.en}"
        ),
        numbers=numbers, measure="time_in_school_day", unit=A_DAY_AND_YEAR, design="descriptive",
        n=sum(t.n for t in found.trends.values()), n_units=sum(t.schools for t in found.trends.values()),
        reasons=(
            Text("全国の調査の誤差は公表されていない", "the sampling error of the national survey is not published"),
            measures.measure("time_in_school_day").caveat,
        ),
    )  # fmt: skip
