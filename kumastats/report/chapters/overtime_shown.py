"""The cap watch and the PC log as tables and figures; counts of too few people are not shown."""

from __future__ import annotations

from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, interval, number, percent, word
from kumastats.display.style import PALETTE, direct_label, figure_style, new_figure, svg_bytes
from kumastats.errors import WorkloadError
from kumastats.report.chapters.overtime import AFTER, BEFORE, ROUND, Caps, gap_truth, running_lines
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.overtime import CAPS, PcGap, Reliability

WITHHELD = "—"
LEAN = 1.25  # so many times more expected than came, or the reverse, is told


def people_told(count: float, of: int, session: Session) -> str:
    """Return a number of people to the nearest `ROUND`, or a dash where it or what is left is too small to be told.

    Rounded, because the differences between quarters, and between regimes and their sum, are of single people.
    """
    told = PublishedNumber("count", round(count), "count", n=of, numerator=round(count), contributors=of)
    if primary([told], session.thresholds):
        return WITHHELD
    return number(ROUND * round(count / ROUND), session.lang)


def _few(session: Session) -> str:
    least = session.thresholds.min_n
    return Text(
        f"超えた人や見込みは{ROUND}人単位に丸めた。「—」は、当てはまる人か残りの人が{least}人未満で示さないもの。",
        f"People over and expected are rounded to {ROUND}. A dash: those who count, or those left, are fewer than {least}.",
    )(session.lang)


def regimes_table(session: Session, found: Caps) -> HtmlTable:
    """Return the caps by regime: limits, whether work on holidays counts, people, and those over so far."""
    lang, rows = session.lang, []
    for regime, cap in CAPS.items():
        if cap.population != found.population:
            continue
        made = found.now.by_regime.get(regime)
        people = (
            number(len(made.people), lang)
            if made and len(made.people) >= session.thresholds.min_n
            else WITHHELD
        )
        over = people_told(int(made.already.sum()), len(made.people), session) if made else WITHHELD
        limits = Text("、", "; ")(lang).join(x.label(lang) for x in cap.limits) or WITHHELD
        rows.append([cap.label(lang), limits, cap.note(lang), people, over])
    heads = [
        Text(*h)(lang)
        for h in (("区分", "regime"), ("上限", "limits"), ("休日勤務", "work on holidays"), ("人数", "people"), ("超えた人", "over"))
    ]  # fmt: skip
    title = Text(
        f"上限の区分（{found.year}年度{found.now.month}か月目）", f"Caps by regime ({found.now.month} months into FY{found.year})"
    )  # fmt: skip
    return HtmlTable(heads, rows, title(lang), lang, note=_few(session), right=frozenset({3, 4}))


def lines_table(session: Session) -> HtmlTable | None:
    """Return how many people's running totals are over each line, whatever their regime; None without data."""
    lang = session.lang
    found = running_lines(session)
    if not found:
        return None
    rows = [
        [label(lang), number(people, lang), people_told(over, people, session)]
        for label, people, over in found
    ]
    heads = [Text(*h)(lang) for h in (("線", "line"), ("人数", "people"), ("超えた人", "over"))]
    title = Text(
        "累計が線を超えた人（四半期の最後の月）", "People over each line in the last month of the quarter"
    )
    note = Text(
        "区分にかかわらず全員を数えた。上限かどうかは区分による。",
        "Everyone is counted; which line is a cap depends on the regime.",
    )
    return HtmlTable(heads, rows, title(lang), lang, note=note(lang) + " " + _few(session), right=frozenset({1, 2}))  # fmt: skip


def watch_table(session: Session, found: Caps) -> HtmlTable:
    """Return the watch at the end of each quarter: over so far, expected by March with its range, and how it came out."""
    lang, rows = session.lang, []
    for step in found.steps:
        expected = people_told(step.expected, step.people, session)
        sure = step.month == 12
        low, high = ROUND * (step.interval[0] // ROUND), ROUND * -(-step.interval[1] // ROUND)
        ends = f"{number(low, lang)}–{number(high, lang)}"
        came = step.came_out if found.now.month == 12 else None
        likely = int(((step.chance >= 0.5) & (step.chance < 1)).sum())
        rows.append(
            [
                Text(f"{step.month}か月目", f"{step.month} months in")(lang),
                number(step.people, lang),
                people_told(step.already, step.people, session),
                WITHHELD if sure else expected,
                WITHHELD if sure or expected == WITHHELD else ends,
                WITHHELD if sure else people_told(likely, step.people, session),
                people_told(came, step.people, session) if came is not None else WITHHELD,
            ]
        )
    heads = [
        Text(*h)(lang)
        for h in (
            ("いつの時点で", "seen"), ("上限のある人", "people with a cap"), ("すでに超えた", "over already"), ("3月までの見込み", "expected by March"),
            ("95％の幅", "95% range"), ("うち5割以上の見込みで、まだの人", "not yet, chance of half or more"), ("実際", "came out"),
        )
    ]  # fmt: skip
    label = {"city": Text("市職員", "City staff"), "teacher": Text("教員", "Teachers")}[found.population]
    title = Text(
        f"上限の見守り（{label.ja}、{found.year}年度）", f"The cap watch ({label.en.lower()}, FY{found.year})"
    )
    return HtmlTable(heads, rows, title(lang), lang, note=_few(session), right=frozenset(range(1, 7)))


def merged(tested: Reliability, years: int, session: Session) -> list[tuple[float, int, int, int, int]]:
    """Return tenths put together from the top until each may be told: (mean chance, people, broken, low, high)."""
    out: list[tuple[float, int, int, int, int]] = []
    chance = people = broken = low = high = 0.0
    for band in reversed(tested.bands):
        chance += band.predicted * band.people
        people, broken, low, high = (
            people + band.people,
            broken + band.broken,
            low + band.low,
            high + band.high,
        )
        told = PublishedNumber(
            "share",
            broken / people,
            "share",
            n=int(people),
            numerator=int(broken),
            contributors=int(people),
            rows_per_person=years,
        )
        if not primary([told], session.thresholds):
            out.append((chance / people, int(people), int(broken), int(low), int(high)))
            chance = people = broken = low = high = 0.0
    return out[::-1]


def reliability_figure(session: Session, found: Caps) -> Figure | None:
    """Draw chances beside what happened, with the band of all tenths; None where too few people may be told of."""
    if found.tested is None:
        return None
    lang = session.lang
    points = merged(found.tested, len(found.tested_years), session)
    if len(points) < 2:
        return None
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=90)
        ax.plot([0, 1], [0, 1], color=PALETTE["grey"], linewidth=0.8)
        for chance, people, broken, low, high in points:
            ax.plot(
                [chance, chance], [low / people, high / people], color=PALETTE["light"], linewidth=6, zorder=1
            )
            ax.plot([chance], [broken / people], "o", color=PALETTE["blue"], markersize=6)
        ax.set_xlim(-0.03, 1.03)
        ax.set_ylim(-0.03, 1.03)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda v, _: percent(v, lang, 0))
        ax.set_xlabel(Text("見込み（平均）", "chance (mean)")(lang))
        ax.set_ylabel(Text("実際に超えた人の割合", "share who broke the cap")(lang))
        ax.set_title(Text("見込みは当たったか", "Did chances come true?")(lang))
        svg = svg_bytes(figure)
    told = "; ".join(
        f"{percent(c, lang, 0)} → {percent(b / n, lang, 0)} (n={n:,})" for c, n, b, _, _ in points
    )
    alt = Text(f"見込みと実際。{told}", f"Chances and what happened. {told}")(lang)
    caption = Text(
        f"{_years(found, 'ja')}、{found.tested_month}か月目の時点でまだ超えていない延べ{found.tested.people:,}人。灰色は、見込みが正しいときに実際が入る幅（全階級同時に95％）。人数が足りるまで階級をまとめた。",
        f"{_years(found, 'en')}, {found.tested.people:,} person-years not over {found.tested_month} months in. Grey: where what happens falls if chances are right (95%, all tenths at once). Tenths are merged until enough people are in them.",
    )(lang)
    return Figure(svg, alt, caption)


def _years(found: Caps, lang: str) -> str:
    first, last = min(found.tested_years), max(found.tested_years)
    return f"{first}～{last}年度" if lang == "ja" else f"FY{first}–FY{last}"


def reliability_sentence(session: Session, found: Caps) -> str:
    """Return how the chances of closed years came true, in a sentence."""
    if found.tested is None:
        return Text(
            "上限が始まってから閉じた年度が足りず、見込みが当たるかはまだ確かめられません。",
            "Too few years since the caps began are closed to tell whether chances come true.",
        )(session.lang)
    t = found.tested
    inside = sum(b.inside for b in t.bands)
    shown = people_told(
        t.broken, t.people, session
    ) != WITHHELD and t.broken >= session.thresholds.min_n * len(found.tested_years)
    ja = f"、超えた人は見込み{t.expected:.0f}人に対して{t.broken:,}人" if shown else ""
    en = f"; {t.expected:.0f} were expected over, {t.broken:,} were" if shown else ""
    lean = Text("", "")
    if shown and t.expected > LEAN * t.broken:
        lean = Text("全体としては高めの見込みでした。", " On the whole chances were too high.")
    elif shown and t.broken > LEAN * t.expected:
        lean = Text("全体としては低めの見込みでした。", " On the whole chances were too low.")
    return Text(
        f"見込みを十の階級に分けると、人のいる{len(t.bands)}階級のうち{inside}で、実際が95％の帯（全階級同時）に入りました（{_years(found, 'ja')}、{found.tested_month}か月目、延べ{t.people:,}人{ja}）。二乗誤差は、全員に同じ割合を当てるより{100 * t.skill:.0f}％小さくなります。{lean.ja}",
        f"In {inside} of the {len(t.bands)} tenths of chance with anybody in them what happened lies in the 95% band of all tenths at once ({_years(found, 'en')}, {found.tested_month} months in, {t.people:,} person-years{en}). The squared error is {100 * t.skill:.0f}% smaller than with the same share for everyone.{lean.en}",
    )(session.lang)


def gap_table(session: Session, found: PcGap) -> HtmlTable | None:
    """Return the change at the caps in recorded hours, hours by PC and their gap; None where a year has no PC logs."""
    lang, rows = session.lang, []
    names = {
        "recorded": Text("記録された時間外", "recorded overtime"),
        "by_pc": Text("PCから見た時間外", "overtime by PC logs"),
        "gap": Text("差（PC − 記録）", "gap (PC less recorded)"),
    }
    try:
        for what, label in names.items():
            c = found.change(BEFORE, AFTER, what)
            rows.append([f"{label(lang)}", number(c.value, lang, 2, signed=True), interval(c.low, c.high, lang, 2), number(c.people, lang)])  # fmt: skip
    except WorkloadError:
        return None
    truth = gap_truth(session)
    if truth is not None:
        rows.append([Text("差の真の変化（架空の市）", "true change of the gap (synthetic city)")(lang), number(truth, lang, 2, signed=True), "—", "—"])  # fmt: skip
    try:
        c = found.change(BEFORE - 1, BEFORE, "gap")
        label = Text(
            f"差、上限の前（{BEFORE - 1}→{BEFORE}年度）",
            f"gap, before the caps (FY{BEFORE - 1} to FY{BEFORE})",
        )
        rows.append([label(lang), number(c.value, lang, 2, signed=True), interval(c.low, c.high, lang, 2), number(c.people, lang)])  # fmt: skip
    except WorkloadError:
        pass
    heads = [
        "", Text("変化（時間／人・月）", "change (h per person-month)")(lang), word("interval", lang), Text("人", "people")(lang),
    ]  # fmt: skip
    title = Text(
        f"{BEFORE}年度から{AFTER}年度への変化、同じ人",
        f"Change from FY{BEFORE} to FY{AFTER}, the same people",
    )
    note = Text(
        f"PCから見た時間外は、PCの使用時間から所定の時間と、時間外のない日の余分（一日{found.usual:.0f}分。昼休みなど）を引いた時間。誤差は職場でまとめた。",
        f"Overtime by PC logs: the time a PC was on, less regular hours and the excess of days without overtime ({found.usual:.0f} minutes a day, such as lunch). Errors are clustered by office.",
    )
    return HtmlTable(heads, rows, title(lang), lang, note=note(lang), right=frozenset({1, 2, 3}))


def gap_figure(session: Session, found: PcGap) -> Figure | None:
    """Draw recorded hours against hours by PC, a line for the year before the caps and one for the first year after."""
    lang, least = session.lang, session.thresholds.min_n
    lines = {}
    for year in (BEFORE, AFTER):
        bands = found.by_band(year)
        bands = bands[bands["people"] >= least]
        if len(bands) > 1:
            lines[year] = bands
    if len(lines) < 2:
        return None
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=90)
        top = max(float(b["by_pc"].max()) for b in lines.values())
        ax.plot([0, top], [0, top], color=PALETTE["light"], linewidth=0.9)
        ax.axhline(45, color=PALETTE["grey"], linewidth=0.8, linestyle=(0, (3, 2)))
        for (year, bands), color in zip(lines.items(), (PALETTE["orange"], PALETTE["blue"]), strict=True):
            ax.plot(bands["by_pc"], bands["recorded"], "o-", color=color, markersize=4)
            name = Text(f"{year}年度", f"FY{year}")(lang)
            direct_label(
                ax, float(bands["by_pc"].iloc[-1]), float(bands["recorded"].iloc[-1]), name, color, dy=3
            )
        ax.annotate(Text("上限 45時間", "cap of 45 h")(lang), (0, 45), xytext=(2, 3), textcoords="offset points", fontsize=7.5, color=PALETTE["grey"])  # fmt: skip
        ax.set_xlim(0, top * 1.15)
        ax.set_ylim(bottom=0)
        ax.set_xlabel(Text("PCから見た時間外（時間／月）", "overtime by PC logs (h a month)")(lang))
        ax.set_ylabel(Text("記録された時間外（時間／月）", "recorded overtime (h a month)")(lang))
        ax.set_title(Text("働いた時間は記録されているか", "Are hours worked written down?")(lang))
        svg = svg_bytes(figure)
    ends = {y: (float(b["by_pc"].iloc[-1]), float(b["recorded"].iloc[-1])) for y, b in lines.items()}
    alt = Text(
        "；".join(f"{y}年度: PCで{a:.0f}時間の人・月の記録は{b:.0f}時間" for y, (a, b) in ends.items()),
        "; ".join(
            f"FY{y}: person-months of {a:.0f} h by PC are recorded as {b:.0f} h" for y, (a, b) in ends.items()
        ),
    )(lang)
    caption = Text(
        f"PCから見た時間外10時間ごとの平均。薄い線は両方が等しいところ。{least}人未満の点は描かない。",
        f"Means by 10 hours of overtime by PC; the pale line is where both are equal. Points of fewer than {least} people are not drawn.",
    )(lang)
    return Figure(svg, alt, caption)
