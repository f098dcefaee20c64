"""The heap at 45 hours as a table, a figure and a finding, beside round numbers and the PC log."""

from __future__ import annotations

import math

import numpy as np

from kumastats import measures
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable, decimals_by_error, interval, number
from kumastats.display.style import PALETTE, figure_style, mark_event, new_figure, svg_bytes
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.chapters.overtime import AFTER, BEFORE, HOURS, MONTHS, TABLE, Heaps
from kumastats.report.session import Session
from kumastats.text import LANGS, Text
from kumastats.workload.overtime import Bunching, PcGap
from kumastats.workload.overtime.bunching import ABOVE, BELOW, CAP

WITHHELD = "—"


def _digits(session: Session, found: Heaps) -> int:
    """Return the decimals that the excess after the caps is worth."""
    half = 1.96 * found.after.per_thousand_se
    return min(session.thresholds.decimals(found.after.people, 1), decimals_by_error(-half, half, 1, 0))


def record(session: Session, found: Heaps, gap: PcGap | Text) -> EvidenceRecord | None:
    """Return the finding: the heap after the caps, at the same hours before, at round hours without a cap, and the PC log's gap."""
    named = [("excess", found.after), *((f"at_{b.at}", b) for b in found.placebos)]
    if found.before is not None:
        named.insert(1, ("before", found.before))
    digits = _digits(session, found)
    numbers = [_excess(name, b, digits) for name, b in named]
    beside = _gap(session, gap)
    if primary(numbers, session.thresholds):
        return None
    if beside is not None and primary([beside], session.thresholds):
        beside = None
    before = (
        Text("上限の前の同じ所は{before.signed}（{before.range}）、", "{before.signed} ({before.range}) at the same hours before the caps, ")
        if found.before is not None
        else Text("", "")
    )  # fmt: skip
    rounds = Text(
        "、".join(
            f"{{={b.at}時間}}のあたりは{{at_{b.at}.signed}}（{{at_{b.at}.range}}）" for b in found.placebos
        ),
        " and ".join(
            f"{{at_{b.at}.signed}} ({{at_{b.at}.range}}) about {{={b.at} hours}}" for b in found.placebos
        ),
    )
    verdict = _verdict([b for _, b in named])
    ending = Text("", "") if beside is None else _beside(beside)
    return descriptive(
        "cap-bunching", session.origin_of(TABLE), item="workplace",
        title=Text("上限のところへの集中", "Heaping at the cap"),
        statement=Text(
            f"上限が始まってから、{{={CAP - BELOW}時間以上{CAP + ABOVE}時間未満}}の人・月は、前後の並びから見込まれるより{{=千人・月}}あたり{{excess.abs}}{'多い' if found.after.excess > 0 else '少ない'}"
            f"（{{=95％信頼区間}} {{excess.interval}}）。同じように測ると、{before.ja}上限のない{rounds.ja}で、{verdict.ja}{ending.ja}。",
            f"Since the caps began, {{excess.abs}} in {{=a thousand}} {'more' if found.after.excess > 0 else 'fewer'} lie from {{={CAP - BELOW} to under {CAP + ABOVE} hours}} than their neighbours suggest "
            f"({{=95% CI}} {{excess.interval}}). Measured alike there are {before.en}and, where no cap is, {rounds.en}: {verdict.en}{ending.en}.",
        ),
        numbers=[*numbers, *([beside] if beside is not None else [])], measure="ordered_overtime", unit=MONTHS, n=found.after.n,
        reasons=(measures.measure("ordered_overtime").caveat,),
    )  # fmt: skip


def _excess(name: str, b: Bunching, digits: int) -> PublishedNumber:
    half = 1.96 * b.per_thousand_se
    return PublishedNumber(
        name, b.per_thousand, "coefficient", n=b.n, contributors=b.people, unit=MONTHS, decimals=digits,
        low=b.per_thousand - half, high=b.per_thousand + half, units=b.people,
    )  # fmt: skip


def _verdict(seen: list[Bunching]) -> Text:
    """Return what the heap is, given the same measurement where there should be none."""
    lows = [b.per_thousand - 1.96 * b.per_thousand_se for b in seen]
    highs = [b.per_thousand + 1.96 * b.per_thousand_se for b in seen]
    if not lows[0] > 0:
        return Text(
            "集まっているとは言えない",
            "a heap is not shown",
        )
    if all(low <= 0 <= high for low, high in zip(lows[1:], highs[1:], strict=True)):
        return Text(
            "切りのよい数への偏りでは説明できない",
            "a liking for round numbers does not explain it",
        )
    return Text(
        "集まるはずのない所にも過不足があるので、大きさは当てにならない",
        "there is a heap or a hole where none should be, so its size is not to be relied on",
    )


def _gap(session: Session, gap: PcGap | Text) -> PublishedNumber | None:
    """Return the change of the PC log's gap at the caps; None where it cannot be told."""
    if isinstance(gap, Text):
        return None
    try:
        c = gap.change(BEFORE, AFTER, "gap")
    except WorkloadError:
        return None
    return PublishedNumber(
        "gap", c.value, "coefficient", n=c.people, contributors=c.people, unit=HOURS,
        decimals=session.thresholds.decimals(c.people, 2), low=c.low, high=c.high, units=c.offices, rows_per_person=24,
    )  # fmt: skip


def _beside(gap: PublishedNumber) -> Text:
    """Return what the PC log says of the heap."""
    told = Text(
        f"。PCの使用時間から見た時間外と記録との差は、{{={BEFORE}年度}}から{{={AFTER}年度}}に{{gap.signed}}変わった（{{gap.interval}}）。",
        f". From {{=FY{BEFORE}}} to {{=FY{AFTER}}} the gap between overtime by PC logs and recorded overtime changed by {{gap.signed}} ({{gap.interval}}): ",
    )
    if gap.low is not None and gap.low > 0:
        what = Text(
            "集まりの一部は、働いても書かれなくなった時間とみられる",
            "part of the heap looks like hours worked and no longer written down",
        )
    else:
        what = Text(
            "そこで働くのをやめたのか、書くのをやめたのかは判断できない",
            "whether people stopped working there or stopped writing cannot be decided",
        )
    return Text(told.ja + what.ja, told.en + what.en)


def table(session: Session, found: Heaps) -> HtmlTable:
    """Return the excess at the cap before and after, and at hours where there should be none."""
    lang, digits = session.lang, _digits(session, found)
    rows = []
    named: list[tuple[Text, Bunching]] = [(Text("45時間、上限の後", "45 h, after the caps"), found.after)]
    if found.before is not None:
        named.insert(0, (Text("45時間、上限の前", "45 h, before the caps"), found.before))
    for b in found.placebos:
        named.append((Text(f"{b.at}時間（上限ではない）", f"{b.at} h (no cap)"), b))
    for b in found.widths:
        label = Text(
            f"45時間、上限の後、窓を{b.above}時間上まで", f"45 h, after the caps, window to {b.above} above"
        )
        named.append((label, b))
    for label, b in named:
        half = 1.96 * b.per_thousand_se
        rows.append(
            [
                label(lang),
                number(b.per_thousand, lang, digits, signed=True),
                interval(b.per_thousand - half, b.per_thousand + half, lang, digits),
                number(b.relative, lang, digits, signed=True) if math.isfinite(b.relative) else WITHHELD,
                number(b.n, lang),
                number(b.people, lang),
            ]
        )
    heads = [
        Text(*h)(lang)
        for h in (
            ("どこで", "where"), ("多すぎる人・月（千人・月あたり）", "excess per 1,000 person-months"), ("95％区間", "95% interval"),
            ("1時間分の何倍か", "in hours’ worth"), ("人・月", "person-months"), ("人", "people"),
        )
    ]  # fmt: skip
    note = Text(
        f"前後の並びを5次の多項式で、5時間・10時間の切りのよい数への偏りを別の項で表し、窓（{BELOW}時間下から{ABOVE}時間上まで）に余る人・月を数えた。誤差は人ごと。窓の幅で大きさが大きく変わるときや、上限でない時間に集まりがあるときは、並びの当てはまりを疑うこと。",
        f"The course of the neighbours is a polynomial of degree 5, with terms for multiples of 5 and 10 hours; counted is what stands beyond it from {BELOW} hours below to {ABOVE} above. Errors are between people. Where the width of the window changes the size much, or a heap appears where no cap is, doubt the course.",
    )(lang)
    title = Text("45時間のあたりに集まっているか", "Is there a heap at 45 hours?")
    return HtmlTable(heads, rows, title(lang), lang, note=note, right=frozenset(range(1, 6)))


def figure_of(session: Session, found: Heaps) -> Figure:
    """Draw person-months by hour before and after the caps, per thousand, and the course; bins of too few people are left out."""
    lang = session.lang
    hours, least = found.after.hours, session.thresholds.min_n
    people, early = found.contributors
    shown = people >= least
    with figure_style(lang):
        figure, ax = new_figure(lang, height_mm=72)
        scale = 1000 / found.after.n
        heights = np.where(shown, found.after.counts * scale, 0)
        ax.bar(
            hours,
            heights,
            width=0.9,
            align="edge",
            color=PALETTE["sky"],
            label=Text("上限の後", "after the caps")(lang),
        )
        ax.plot(
            hours + 0.5,
            found.after.course * scale,
            color=PALETTE["blue"],
            linewidth=1.2,
            label=Text("前後の並びからの見込み", "suggested by the neighbours")(lang),
        )
        if found.before is not None and early is not None:
            line = np.where(early >= least, found.before.counts * 1000 / found.before.n, np.nan)
            ax.step(
                hours,
                line,
                where="post",
                color=PALETTE["orange"],
                linewidth=1.1,
                label=Text("上限の前の3年度", "three years before")(lang),
            )
        ax.axvspan(CAP - BELOW, CAP + ABOVE, color=PALETTE["light"], alpha=0.3, linewidth=0, zorder=0)
        mark_event(ax, CAP, Text("月45時間", "45 h a month")(lang), color=PALETTE["ink"])
        ax.set_xlim(20, 70)
        ax.set_ylim(bottom=0)
        ax.set_xlabel(Text("月の時間外勤務命令（時間）", "ordered overtime in a month (hours)")(lang))
        ax.set_ylabel(Text("千人・月あたり", "per 1,000 person-months")(lang))
        ax.set_title(Text("45時間の前後に人・月がどう並ぶか", "Person-months around 45 hours")(lang))
        ax.legend(loc="upper right", fontsize=8)
        svg = svg_bytes(figure)  # fmt: skip
    half, digits = 1.96 * found.after.per_thousand_se, _digits(session, found)
    size = {
        x: f"{number(found.after.per_thousand, x, digits, signed=True)}{Text('（', ' (')(x)}{interval(found.after.per_thousand - half, found.after.per_thousand + half, x, digits)}{Text('）', ')')(x)}"
        for x in LANGS
    }
    near = hours >= CAP - 10
    top = int(hours[near][np.argmax(found.after.counts[near])])
    alt = Text(
        f"月45時間の前後の人・月の分布。上限の後は、{CAP - BELOW}時間以上{CAP + ABOVE}時間未満が見込みより千人・月あたり{size['ja']}。最も高い棒は{top}時間台。",
        f"Person-months around 45 hours; after the caps, {CAP - BELOW} to under {CAP + ABOVE} hours hold {size['en']} in a thousand more than suggested. The tallest bar from {CAP - 10} hours on is that of {top}.",
    )(lang)
    caption = Text(
        f"1時間ごとの人・月（上限の後 {found.after.n:,}人・月、{found.after.people:,}人）。{least}人未満の棒と線は描かない。灰色の帯は、余る人・月を数えた所。",
        f"Person-months by hour (after the caps {found.after.n:,} of {found.after.people:,} people); bins of fewer than {least} people are not drawn. Grey: where the excess is counted.",
    )(lang)
    return Figure(svg, alt, caption)
