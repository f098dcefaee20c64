"""A quarter's change in overtime taken apart: the parts as steps, as a table, and as a record, each with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kumastats import measures
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number, word
from kumastats.display.style import PALETTE, figure_style, new_figure, svg_bytes
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, model
from kumastats.report.chapters.overtime_models import HOURS, Modelled
from kumastats.report.session import Session
from kumastats.text import LANGS, Text
from kumastats.workload.overtime.decomposition import GROUPS, LABELS, Parts, decompose, office_months
from kumastats.workload.overtime.rollout import ELIGIBLE

COUNTED = ("days", "mix")  # not estimated
# the parts told in a record: names of `LABELS` put together
TOLD = {
    "calendar": (Text("暦", "the calendar"), ("days", "season")),
    "trend": (LABELS["trend"], ("trend",)),
    "shocks": (Text("上限と出来事", "caps and shocks"), (*GROUPS, "caps")),
    "rollout": (LABELS["rollout"], ("rollout",)),
    "rest": (Text("その他", "the rest"), ("mix", "unexplained")),
}


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
