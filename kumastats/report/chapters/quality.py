"""What is held, what was left out, and how far recorded time can be trusted."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from kumastats.disclosure import PublishedSeries
from kumastats.display import HtmlTable, number, word
from kumastats.display.reasons import reason
from kumastats.measures import measure
from kumastats.report.session import Session
from kumastats.tables import table as canonical
from kumastats.text import Lang, Text
from kumastats.warehouse import Delivery
from kumastats.warehouse.rules import CheckReport, Score, score


def deliveries_table(session: Session) -> HtmlTable:
    """Return what was received: the deliveries of a table that came on one day share a row."""
    lang = session.lang
    heads = [
        Text(*h)(lang)
        for h in (("表", "table"), ("受領日", "received"), ("年度", "years"), ("受領", "deliveries"), ("ファイル", "files"), ("行", "rows"), ("隔離", "set aside"), ("置き換えられた分", "replaced since"))
    ]  # fmt: skip
    groups: dict[tuple[str, dt.date], list[Delivery]] = {}
    for d in session.snapshot.deliveries:
        groups.setdefault((d.table, d.received_on), []).append(d)
    rows = []
    for (table, day), mine in sorted(groups.items()):
        years = sorted({d.period for d in mine if d.period.startswith("FY")})
        span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}" if years else "—"
        aside = sum(sum(f["quarantined"].values()) for d in mine for f in d.files)
        replaced = sum(len(session.snapshot.superseded(d)) for d in mine)
        rows.append(
            [canonical(table).label(lang), day.isoformat(), span, number(len(mine), lang), number(sum(len(d.files) for d in mine), lang),
             number(sum(d.rows for d in mine), lang), number(aside, lang),
             Text(f"{replaced:,}職場月", f"{replaced:,} office-months")(lang) if replaced else "—"]
        )  # fmt: skip
    note = Text(
        "受領一つひとつの番号と元のファイルは `kumastats explain` と倉庫の manifest.json で分かる。",
        "The number and the files of each delivery: `kumastats explain`, and manifest.json of the warehouse.",
    )(lang)
    title = Text("受領したデータ", "Data received")(lang)
    return HtmlTable(heads, rows, title, lang, note.replace("`", ""), right=frozenset({3, 4, 5, 6, 7}))


def left_out_table(session: Session) -> HtmlTable:
    """Return rows left out on reading, by reason."""
    lang = session.lang
    counts: Counter[tuple[str, str, str]] = Counter()
    for d in session.snapshot.deliveries:
        for f in d.files:
            for how in ("dropped", "quarantined"):
                for why, n in f[how].items():
                    counts[d.table, how, why] += n
    words = {"dropped": Text("除外", "dropped"), "quarantined": Text("隔離", "set aside")}
    rows = [
        [canonical(t).label(lang), words[h](lang), reason(why, lang), number(n, lang)]
        for (t, h, why), n in sorted(counts.items())
    ]
    heads = [
        Text(*h)(lang) for h in (("表", "table"), ("扱い", "treatment"), ("理由", "reason"), ("行", "rows"))
    ]
    note = Text(
        "除外は、どの読み込みでも除く行。隔離は、対応表（mappings）の quarantine に挙げた不具合の行。",
        "Dropped: rows that every reading leaves out. Set aside: rows with a defect that the mapping lists under quarantine.",
    )(lang)
    title = Text("読み込みで除いた行", "Rows left out on reading")(lang)
    return HtmlTable(heads, rows or [["—", "—", "—", "0"]], title, lang, note, right=frozenset({3}))


def rules_table(session: Session, report: CheckReport) -> HtmlTable:
    """Return the rules that rows break, how many, and where; of the rest their number."""
    lang = session.lang
    told = [r for r in report.results if r.rows]
    rows = [
        [
            r.rule.meaning(lang),
            _table_label(r.rule.table, lang),
            word(r.result, lang),
            number(r.rows, lang),
            number(r.of, lang),
            "; ".join(e.text() for e in r.examples[:3]) if r.rule.severity != "note" else "—",
        ]
        for r in told
    ]
    heads = [
        Text(*h)(lang)
        for h in (
            ("規則", "rule"),
            ("表", "table"),
            ("結果", "result"),
            ("当てはまる行", "rows"),
            ("全行", "of"),
            ("場所", "where"),
        )
    ]
    rest = len(report.results) - len(told)
    note = Text(f"ほかの{rest:,}の規則に触れる行はない。", f"No row breaks any of the other {rest:,} rules.")(
        lang
    )
    title = Text("品質の規則", "Rules of quality")(lang)
    return HtmlTable(
        heads, rows or [["—"] * len(heads)], title, lang, note if rest else "", right=frozenset({3, 4})
    )


def _table_label(name: str, lang: Lang) -> str:
    return Text("受領", "deliveries")(lang) if name == "*" else canonical(name).label(lang)


def scored(session: Session, report: CheckReport) -> Score | None:
    """Return how many planted defects were found, for a synthetic study; None where there is no truth."""
    if not session.told_truth.get("defects"):
        return None
    return score(session.told_truth, report, session.snapshot.deliveries)


def score_table(session: Session, found: Score) -> HtmlTable:
    """Return the planted defects by kind: planted, found, missed, not visible; false alarms below."""
    lang = session.lang
    words = {
        "found": Text("発見", "found"),
        "missed": Text("見逃し", "missed"),
        "not_visible": Text("見えない", "not visible"),
    }
    kinds = sorted({d.id for d in found.defects})
    rows = []
    for kind in kinds:
        mine = [d for d in found.defects if d.id == kind]
        rows.append(
            [
                reason(kind, lang),
                number(len(mine), lang),
                *(number(sum(d.outcome == o for d in mine), lang) for o in words),
            ]
        )
    totals = [
        Text("合計", "all")(lang),
        number(len(found.defects), lang),
        *(number(found.count(o), lang) for o in words),
    ]
    rows.append(totals)
    heads = [
        Text("不具合", "defect")(lang),
        Text("仕込み", "planted")(lang),
        *(w(lang) for w in words.values()),
    ]
    title = Text(
        f"仕込んだ不具合のうち見えるものの{found.share_found:.0%}を発見。誤報は1,000行に{found.false_alarms_per_1000:.2f}行（{found.false_alarms:,}／{found.rows:,}行）",
        f"{found.share_found:.0%} of the visible planted defects found; {found.false_alarms_per_1000:.2f} false alarms per 1,000 rows "
        f"({found.false_alarms:,} of {found.rows:,})",
    )(lang)
    return HtmlTable(heads, rows, title, lang, right=frozenset({1, 2, 3, 4}))


def series_by_year(session: Session, id_: str) -> PublishedSeries | None:
    """Return a measure by fiscal year, points that may not be told withheld."""
    from kumastats import measures
    from kumastats.disclosure import safe_series
    from kumastats.report.chapters.levels import as_number

    asked = measure(id_)
    if not session.snapshot.has(asked.table):
        return None
    frame = measures.series(measures.cells(session.snapshot, id_, by=(), period="year"), asked)
    points = [as_number(row, asked, "x", session) for _, row in frame.iterrows()]
    if not points:
        return None
    series = PublishedSeries(
        name="by_year", x=tuple(frame["period"]), y=tuple(p.value for p in points), n=tuple(int(p.n or 0) for p in points),
        contributors=tuple(int(p.contributors or 0) for p in points),
        numerator=tuple(int(p.numerator or 0) for p in points) if asked.is_share else (), form=points[0].form, unit=asked.unit,
        decimals=min(p.decimals for p in points), rows_per_person=max(max(p.rows_per_person for p in points), 12), label=asked.label,
    )  # fmt: skip
    return safe_series(series, session.thresholds)
