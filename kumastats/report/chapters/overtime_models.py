"""The roll-out by other models, a quarter's change taken apart, and teachers' hours beside the national trend."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kumastats import measures
from kumastats.calendar import FiscalYear
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number, word
from kumastats.display.style import PALETTE, figure_style, new_figure, svg_bytes
from kumastats.errors import CompareError, WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive, model
from kumastats.report.chapters.lacking import tables_lacking
from kumastats.report.session import Session
from kumastats.study import Question
from kumastats.text import LANGS, Text
from kumastats.workload.overtime.decomposition import GROUPS, LABELS, Parts, decompose, office_months
from kumastats.workload.overtime.rollout import ELIGIBLE, RolloutModels, rollout_models
from kumastats.workload.schools.national import NATIONAL

HOURS = Text("時間／人・月", "h per person-month")
MINUTES = Text("分", "min")
COUNTED = ("days", "mix")  # not estimated
MODELS = {
    "office": Text("ポアソン、職場の効果", "Poisson, office effects"),
    "person": Text("ポアソン、人（職場ごと）の効果", "Poisson, effects of each person in each office"),
    "hurdle_mean": Text("ハードル、平均", "hurdle, the mean"),
    "hurdle_any": Text("　うち、ある日のオッズ", "  its odds of any"),
    "hurdle_length": Text("　うち、ある日の長さ", "  its minutes where any"),
}
# the parts told in a record: names of `LABELS` put together
TOLD = {
    "calendar": (Text("暦", "the calendar"), ("days", "season")),
    "trend": (LABELS["trend"], ("trend",)),
    "shocks": (Text("上限と出来事", "caps and shocks"), (*GROUPS, "caps")),
    "rollout": (LABELS["rollout"], ("rollout",)),
    "rest": (Text("その他", "the rest"), ("mix", "unexplained")),
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


def quarter_parts(session: Session, found: tuple[Modelled, ...]) -> Parts | Text:
    """Return the change of the quarter against a year earlier, taken apart; or why it cannot be.

    The roll-out's effect is that of the first question, by Poisson with office effects.
    """
    if not found:
        return Text(
            "導入の効果を見積もれる問いがまだないので、変化を分けられません。",
            "No question tells the roll-out's effect yet, so the change cannot be taken apart.",
        )
    main = found[0]
    live = dict(session.study.initiatives[main.question.initiative].live_dates())
    asked = measures.measure(main.question.measure)
    end = session.quarter.end
    people = measures.cells(session.snapshot, asked.id, by=("office_id",), end=end).frame
    days = session.snapshot.cells(
        asked.table, value=asked.value, by=("office_id",), end=end, where=ELIGIBLE
    ).frame
    fit = main.models.office
    try:
        held = office_months(people, days, dict(live))
        error = main.models.error
        return decompose(held, float(fit.beta[0]), error.se, error.df, session.quarter)
    except WorkloadError as error:
        return error.found


def parts_table(session: Session, found: Parts) -> HtmlTable:
    """Return the parts, which add up to the change."""
    lang = session.lang
    rows = []
    for name, label in LABELS.items():
        value = found.parts[name]
        if value == 0 and name not in ("rollout", "days"):
            continue
        ends = interval(*found.interval((name,)), lang, 2) if _sure(found, (name,)) else _unsure(name)(lang)
        rows.append([label(lang), number(value, lang, 2, signed=True), ends])
    rows.append([Text("合計（前年同期からの変化）", "sum (change on a year earlier)")(lang), number(found.change, lang, 2, signed=True), "—"])  # fmt: skip
    heads = [Text("部分", "part")(lang), HOURS(lang), word("interval", lang)]
    together = close_sentence(found)
    title = Text(
        f"時間外勤務命令 {found.before:.2f}→{found.after:.2f}時間／人・月の内訳",
        f"Ordered overtime, {found.before:.2f} to {found.after:.2f} h per person-month, taken apart",
    )
    note = Text(
        f"部分の和は変化にちょうど一致する（対数平均による分解）。比べる職場があるのは「導入」だけで、ほかは記述である。季節は前年同期との比較では打ち消し合う。区間は、月ごとの動き（隣り合う月は似る）と導入の効果の誤差による。変化そのものは実績なので誤差はなく、ある部分が過大ならほかの部分が過小になる。{together.ja}",
        f"Parts add up to the change exactly (logarithmic means). Only the roll-out rests on a comparison of offices; the others describe. The season cancels against the same quarter a year earlier. Intervals come from the months' own movements (neighbours are alike) and the error of the roll-out's effect. The change itself is what happened and has no error: what one part has too much, another lacks. {together.en}".rstrip(),
    )
    return HtmlTable(heads, rows, title(lang), lang, note=note(lang), right=frozenset({1, 2}))


def _sure(found: Parts, names: Sequence[str]) -> bool:
    """Tell whether the sum of some parts has an interval: not where they are counted, cannot be told, or reached nobody new."""
    low, high = found.interval(names)
    return math.isfinite(low) and low < high


def _unsure(name: str) -> Text:
    return Text("集計値", "counted") if name in COUNTED else Text("—", "—")


def close_sentence(found: Parts) -> Text:
    """Return which parts cannot be told apart, and what is known of their sums; nothing where there are none."""
    ja, en = [], []
    for one, other in found.close():
        sums = sum(found.parts[n] for n in (one, other))
        told = {
            lang: (
                f"{number(sums, lang, 2, signed=True)}",
                interval(*found.interval((one, other)), lang, 2),
            )
            for lang in LANGS
        }
        ja.append(
            f"「{LABELS[one].ja}」と「{LABELS[other].ja}」は、このデータでは見分けられない。分かるのは両者の和だけで、{told['ja'][0]}（95％区間 {told['ja'][1]}）である。"
        )
        en.append(
            f"“{LABELS[one].en}” and “{LABELS[other].en}” cannot be told apart in these data; only their sum is known: {told['en'][0]} (95% interval {told['en'][1]})."
        )
    return Text("".join(ja), " ".join(en))


def parts_figure(session: Session, found: Parts) -> Figure:
    """Draw the parts as steps from last year's mean to this year's."""
    lang = session.lang
    shown = [(n, v) for n, v in found.parts.items() if abs(v) >= 0.005]
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=30 + 7 * len(shown))
        at = found.before
        reach = [found.before, found.after]
        names = [Text("前年同期", "a year earlier")(lang)]
        ax.plot([found.before], [0], "o", color=PALETTE["ink"], markersize=5)
        for i, (name, value) in enumerate(shown, start=1):
            color = PALETTE["blue"] if value < 0 else PALETTE["orange"]
            ax.barh(i, value, left=at, color=color, height=0.6)
            ends = [at, at + value]
            if _sure(found, (name,)):
                whisker = [at + end for end in found.interval((name,))]
                ax.plot(whisker, [i, i], color=PALETTE["ink"], linewidth=1, marker="|", markersize=5)
                ends += whisker
            reach += ends
            ax.annotate(
                number(value, lang, 2, signed=True), (max(ends), i), xytext=(4, 0), textcoords="offset points",
                va="center", fontsize=8, color=color,
            )  # fmt: skip
            at += value
            names.append(LABELS[name](lang))
        ax.plot([found.after], [len(shown) + 1], "o", color=PALETTE["ink"], markersize=5)
        names.append(Text("この四半期", "this quarter")(lang))
        ax.set_yticks(range(len(names)))
        ax.set_yticklabels(names)
        ax.set_ylim(len(names) - 0.4, -0.6)
        room = 0.12 * max(max(reach) - min(reach), 0.1)
        ax.set_xlim(min(reach) - room, max(reach) + 1.5 * room)
        ax.grid(visible=True, axis="x")
        ax.set_xlabel(HOURS(lang))
        ax.set_title(Text("前年同期からの変化の内訳", "The change on a year earlier, taken apart")(lang))
        svg = svg_bytes(figure)
    told = "; ".join(
        f"{LABELS[n](lang)} {number(v, lang, 2, signed=True)}"
        + (f" ({interval(*found.interval((n,)), lang, 2)})" if _sure(found, (n,)) else "")
        for n, v in shown
    )
    alt = Text(f"変化の内訳（時間／人・月）: {told}", f"Parts of the change (h per person-month): {told}")
    caption = Text(
        f"青は減、橙は増。線は各部分の95％区間（線のない部分は集計値）。{found.people:,}人・月。",
        f"Blue: less; orange: more. Lines: each part's 95% interval (parts without one are counted). {found.people:,} person-months.",
    )
    return Figure(svg, alt(lang), caption(lang))


def _ends(found: Parts, names: Sequence[str]) -> tuple[float, float] | None:
    return found.interval(names) if _sure(found, names) else None


def _mixed(found: Parts) -> tuple[str, str] | None:
    """Return two of the parts told in a record that hold what cannot be told apart."""
    home = {p: name for name, (_, parts) in TOLD.items() for p in parts}
    return next(((home[a], home[b]) for a, b in found.close() if home[a] != home[b]), None)


def parts_record(session: Session, found: Parts) -> EvidenceRecord | None:
    """Return the record of the change and its parts."""
    quarter = session.quarter
    frame = measures.cells(
        session.snapshot, "ordered_overtime", by=(), period="quarter", start=quarter.start, end=quarter.end
    ).frame
    people = int(frame["contributors"].iloc[0])
    decimals = session.thresholds.decimals(people, 2)

    def told(name: str, value: float, ends: tuple[float, float] | None = None) -> PublishedNumber:
        return PublishedNumber(
            name, value, "coefficient", n=found.people, contributors=people, unit=HOURS, decimals=decimals, units=people,
            rows_per_person=3, low=ends[0] if ends else None, high=ends[1] if ends else None,
        )  # fmt: skip

    numbers = [told("change", found.change)]
    for name, (_, parts) in TOLD.items():
        numbers.append(told(name, sum(found.parts[p] for p in parts), _ends(found, parts)))
    mixed = _mixed(found)
    if mixed is not None:
        both = [p for name in mixed for p in TOLD[name][1]]
        numbers.append(told("together", sum(found.parts[p] for p in both), _ends(found, both)))
    if primary(numbers, session.thresholds):
        return None
    doubt = Text("", "")
    if mixed is not None:
        one, other = (TOLD[name][0] for name in mixed)
        ends = _ends(found, both) is not None
        doubt = Text(
            f"ただし「{one.ja}」と「{other.ja}」は見分けられず、分かるのは両者の和{{together.signed}}{'（{=95％信頼区間} {together.interval}）' if ends else ''}だけである。",
            f" But “{one.en}” and “{other.en}” cannot be told apart; only their sum is known: {{together.signed}}{' ({=95% CI} {together.interval})' if ends else ''}.",
        )
    ja = "、".join(f"{label.ja}{{{name}.signed}}" for name, (label, _) in TOLD.items())
    en = ", ".join(f"{label.en} {{{name}.signed}}" for name, (label, _) in TOLD.items())
    return model(
        "overtime-change-parts", session.origin_of("person_day"), item="workplace",
        title=Text("時間外勤務命令の前年同期からの変化の内訳", "Ordered overtime: the change on a year earlier, taken apart"),
        statement=Text(
            f"時間外勤務命令は前年同期から{{change.signed}}変わった。内訳は{ja}である。{doubt.ja}",
            f"Ordered overtime changed by {{change.signed}} on a year earlier: {en}.{doubt.en}",
        ),
        numbers=numbers,
        reasons=(Text("導入のほかは比べる職場のない記述", "all but the roll-out describe, without comparison"),),
    )  # fmt: skip


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
