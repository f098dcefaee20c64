"""The roll-out by other models, a quarter's change taken apart, and teachers' hours beside the national trend."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from kumastats import measures
from kumastats.calendar import FiscalYear
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import HtmlTable, interval, number, word
from kumastats.errors import CompareError, WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.lacking import tables_lacking
from kumastats.report.session import Session
from kumastats.study import Question
from kumastats.text import Text
from kumastats.workload.overtime.rollout import RolloutModels, rollout_models
from kumastats.workload.schools.national import NATIONAL

HOURS = Text("時間／人・月", "h per person-month")
MINUTES = Text("分", "min")
MODELS = {
    "office": Text("ポアソン、職場の効果", "Poisson, office effects"),
    "person": Text("ポアソン、人（職場ごと）の効果", "Poisson, effects of each person in each office"),
    "hurdle_mean": Text("ハードル、平均", "hurdle, the mean"),
    "hurdle_any": Text("　うち、ある日のオッズ", "  its odds of any"),
    "hurdle_length": Text("　うち、ある日の長さ", "  its minutes where any"),
}


@dataclass(frozen=True, eq=False)
class Modelled:
    """A question on overtime by three models.

    Attributes
    ----------
    truth
        The true effect in per cent, in a synthetic city; None in a real study.
    """

    question: Question
    models: RolloutModels
    truth: float | None


def modelled(session: Session) -> tuple[Modelled, ...]:
    """Return the register's questions on ordered overtime whose window has closed, by three models; those that cannot be
    fitted are left to the comparison above, which says why.
    """
    out = []
    for question in session.study.questions.values():
        if question.measure != "ordered_overtime" or question.end > session.quarter.end:
            continue
        live = dict(session.study.initiatives[question.initiative].live_dates())
        cohorts = question.cohorts or tuple(
            sorted({d for d in live.values() if question.start < d <= question.end})
        )
        try:
            made = rollout_models(session.snapshot, live, question.start, question.end, cohorts)
        except (WorkloadError, CompareError):
            continue
        if min(made.treated, made.offices - made.treated) >= session.thresholds.min_units:
            out.append(Modelled(question, made, _truth(session, question, live, cohorts)))
    return tuple(out)


def _truth(
    session: Session, question: Question, live: dict[str, dt.date], cohorts: tuple[dt.date, ...]
) -> float | None:
    value = session.truth.get(question.id, {}).get("value")
    if value is None:
        return None
    frame = measures.cells(
        session.snapshot, question.measure, by=("office_id",), start=question.start, end=question.end
    ).frame
    began = frame["office_id"].map(live)
    at = frame[[d in cohorts and f"{d:%Y-%m}" <= p for d, p in zip(began, frame["period"], strict=True)]]
    if at.empty:
        return None
    mean = at["s1"].sum() / at["n"].sum() / measures.measure(question.measure).scale
    return 100 * float(value) / (mean - float(value))


def models_table(session: Session, found: Modelled) -> HtmlTable:
    """Return the effect in per cent by each model."""
    lang, rows = session.lang, []
    if found.truth is not None:
        rows.append([word("truth", lang), number(found.truth, lang, 1, signed=True), "—"])
    for name, effect in found.models.effects().items():
        value, low, high = effect.percent
        rows.append([MODELS[name](lang), number(value, lang, 1, signed=True), interval(low, high, lang, 1)])
    m = found.models
    heads = [
        Text("モデル", "model")(lang),
        Text("変化（％）", "change (%)")(lang),
        word("interval", lang),
    ]
    note = Text(
        f"{m.offices}職場（うち期間中に導入{m.treated}）、{m.people:,}人。どのモデルも月と職場の効果を含む。誤差は職場間のばらつきから（職場が少なくても狭くなりすぎない方法: CR2 と、その統計量の正確な分布）。",
        f"{m.offices} offices ({m.treated} gone live in the window), {m.people:,} people. Every model has effects for month and office; errors are between offices, by the rule of few (CR2 and the exact law of its statistic).",
    )
    return HtmlTable(heads, rows, found.question.text(lang), lang, note=note(lang), right=frozenset({1, 2}))


@dataclass(frozen=True)
class Beside:
    """A level of school beside the nation, from the first to the last whole fiscal year.

    Attributes
    ----------
    ours, national
        Changes in minutes a working day; ours is the mean of the schools.
    error
        Of ours, between schools.
    """

    level: str
    first: str
    last: str
    ours: float
    error: float
    national: float
    schools: int
    people: int


def against_national(session: Session) -> tuple[Beside, ...] | Text:
    """Return the change in time in school by level, ours and the nation's; or why it cannot be told."""
    if (missing := tables_lacking(session.snapshot.has, "person_day", "office")) is not None:
        return missing
    asked = measures.measure("time_in_school_day")
    frame = measures.cells(
        session.snapshot, asked.id, by=("office_id",), period="year", end=session.quarter.end
    ).frame
    whole = [y for y in frame["period"].unique() if FiscalYear(int(y[2:])).end <= session.quarter.end]
    if len(whole) < 2:
        return Text(
            "在校等時間のある年度が2年に足りません。", "Time in school is held for fewer than two years."
        )
    levels = session.snapshot.frame("office", ("office_id", "school_level")).dropna()
    frame = frame.merge(levels, on="office_id")
    first, last = min(whole), max(whole)
    rows = []
    for level, nation in NATIONAL.items():
        mine = frame[frame["school_level"] == level]
        wide = mine.assign(mean=mine["s1"] / mine["n"] / asked.scale).pivot(
            index="office_id", columns="period", values="mean"
        )
        if not {first, last} <= set(wide.columns):
            continue
        change = (wide[last] - wide[first]).dropna().to_numpy()
        people = int(mine[mine["period"] == last]["contributors"].sum())
        if len(change) < session.thresholds.min_units or people < session.thresholds.min_n:
            continue
        rows.append(
            Beside(
                level, first, last, float(change.mean()), float(change.std(ddof=1) / np.sqrt(len(change))),
                nation.change(int(first[2:]), int(last[2:])), len(change), people,
            )
        )  # fmt: skip
    if not rows:
        return Text(
            "学校が少なく、学校種別ごとの推移は示せません。",
            "There are too few schools to show levels of school apart.",
        )
    return tuple(rows)


def national_table(session: Session, found: tuple[Beside, ...]) -> HtmlTable:
    """Return ours beside the nation's change, and what is beyond it."""
    from scipy.special import stdtrit

    lang, rows = session.lang, []
    for r in found:
        half = float(stdtrit(r.schools - 1, 0.975)) * r.error
        beyond = r.ours - r.national
        rows.append(
            [
                NATIONAL[r.level].label(lang),
                number(r.ours, lang, 0, signed=True),
                number(r.national, lang, 0, signed=True),
                number(beyond, lang, 0, signed=True),
                interval(beyond - half, beyond + half, lang, 0),
                number(r.schools, lang),
            ]
        )
    heads = [
        Text(*h)(lang)
        for h in (
            ("学校", "schools"), ("この市（分／日）", "here (min a day)"), ("全国（分／日）", "nation (min a day)"), ("全国を超える分", "beyond the nation"),
            ("95％区間", "95% interval"), ("校数", "number"),
        )
    ]  # fmt: skip
    first, last = found[0].first, found[0].last
    title = Text(
        f"平日の在校等時間の変化（{first[2:]}→{last[2:]}年度）",
        f"Time in school on a working day, {first} to {last}",
    )
    note = Text(
        "全国は文部科学省の2016年度と2022年度の調査を直線で結んだもの。全国でも減っているので、前後の差がこれを超えなければ取組の成果とは言えない。超えても、比べる学校のない差である。",
        "The nation: MEXT's surveys of FY2016 and FY2022, joined by a straight line. Hours fell everywhere, so a fall that does not exceed this is no achievement; one that does is still a difference without comparison schools.",
    )
    return HtmlTable(heads, rows, title(lang), lang, note=note(lang), right=frozenset(range(1, 6)))


def national_records(session: Session, found: tuple[Beside, ...]) -> list[EvidenceRecord]:
    """Return a record by level of school."""
    out = []
    for r in found:
        people = r.people
        ours = PublishedNumber(
            "ours", r.ours, "coefficient", n=people, contributors=people, unit=MINUTES,
            decimals=session.thresholds.decimals(people, 0), units=r.schools,
        )  # fmt: skip
        nation = PublishedNumber("nation", r.national, "constant", unit=MINUTES)
        if primary([ours, nation], session.thresholds):
            continue
        label = NATIONAL[r.level].label
        first, last = r.first[2:], r.last[2:]
        out.append(
            descriptive(
                f"teachers-against-nation-{r.level.replace('_', '-')}", session.origin_of("person_day", "office"), item="schools",
                title=Text(f"{label.ja}の在校等時間と全国の推移", f"Time in school beside the nation ({label.en})"),
                statement=Text(
                    f"{label.ja}教員の平日の在校等時間は{{={first}年度}}から{{={last}年度}}に{{ours.signed}}変わった。同じ間の全国の変化は{{nation.signed}}である。",
                    f"Time in school on a working day of teachers at {label.en} changed by {{ours.signed}} from {{=FY{first}}} to {{=FY{last}}}; nationally by {{nation.signed}}.",
                ),
                numbers=[ours, nation], measure="time_in_school_day", unit=MINUTES, design="descriptive", n=people, n_units=r.schools,
            )
        )  # fmt: skip
    return out
