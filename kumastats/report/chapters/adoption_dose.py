"""Telework: what going live did to use and to overtime, and – exploratory – overtime for each day of use."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from kumastats import measures
from kumastats.compare.clusters import undecidable
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import HtmlTable, interval, number
from kumastats.errors import CompareError, WarehouseError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.warehouse.moments import moments
from kumastats.workload.adoption import Dose, dose, uses

TELEWORK, OUTCOME, SCALE = "telework", "ordered_overtime_min", 600
POINTS, A_DAY = Text("ポイント", "points"), Text("分／テレワーク一日", "min for each day of telework")


@dataclass(frozen=True, eq=False)
class Dosed:
    """Overtime for each day of telework: exploratory."""

    found: Dose
    start: dt.date
    end: dt.date
    people: int

    def table(self, session: Session) -> HtmlTable:
        """Return intention to treat, first stage and dose."""
        lang, d = session.lang, self.found
        first, itt = d.interval(d.first, d.first_se), d.interval(d.itt, d.itt_se)
        rows = [
            [
                Text("導入がテレワークを増やした分（ポイント）", "going live raised telework by (points)")(lang), number(100 * d.first, lang, 2, signed=True),
                interval(100 * first[0], 100 * first[1], lang, 2),
            ],
            [
                Text("導入が時間外を変えた分（分／人・日、導入の効果）", "going live changed overtime by (min a person-day; intention to treat)")(lang),
                number(d.itt, lang, 2, signed=True), interval(*itt, lang, 2),
            ],
            [
                Text("テレワーク一日あたりの時間外（分、探索的）", "overtime for each day of telework (min, exploratory)")(lang),
                number(d.ratio, lang, 0, signed=True) if d.trusted else "—", interval(d.low, d.high, lang, 0) if d.trusted else "—",
            ],
        ]  # fmt: skip
        note = Text(
            f"探索的。第一段階のF値は{number(d.f, 'ja', 1)}（10未満なら一日あたりは示さない）。導入の日から利用を見ており、利用した人としない人の比較ではない。{self.start:%Y-%m}～{self.end:%Y-%m}、{d.units}職場、{d.n:,}人・日。",
            f"Exploratory. First-stage F = {number(d.f, 'en', 1)} (below 10 the dose is not told). Use follows from live dates; users are not compared with others. "
            f"{self.start:%Y-%m} to {self.end:%Y-%m}, {d.units} offices, {d.n:,} person-days.",
        )(lang)
        heads = [
            Text("見るもの", "what")(lang),
            Text("推定値", "estimate")(lang),
            Text("95％区間", "95% interval")(lang),
        ]
        return HtmlTable(
            heads, rows, Text("導入と利用", "Going live and use")(lang), lang, note, right=frozenset({1, 2})
        )


def telework_dose(session: Session) -> Dosed | Text:
    """Return overtime for each day of telework in the window of the register's question on it, or why it cannot be told."""
    if not session.snapshot.has("person_day"):
        return Text("勤務日（person_day）がありません。", "No person-days are held (table person_day).")
    asked = [
        q
        for q in session.study.questions.values()
        if q.initiative == TELEWORK and q.measure == "ordered_overtime"
    ]
    if not asked:
        return Text("台帳にテレワークの問いがありません。", "The register asks nothing about telework.")
    q = asked[0]
    if q.end > session.quarter.end:
        return Text(
            "テレワークの問いの期間が終わっていません。",
            "The window of the question on telework has not closed yet.",
        )
    live = session.study.initiatives[TELEWORK].live_dates()
    few = undecidable(len(live), sum(d <= q.end for d in live.values()))
    if few is not None:
        return few

    def gone_live(rows: Any) -> Any:
        import ibis as untyped

        ibis: Any = untyped
        made = ibis.literal(False)
        for day in sorted(set(live.values())):
            made |= rows.office_id.isin(sorted(o for o, d in live.items() if d == day)) & (rows.date >= day)
        return made.cast("int64")

    def wanted(rows: Any) -> Any:
        return (
            (rows.role == "city")
            & rows.overtime_eligible
            & rows.office_id.isin(sorted(live))
            & rows.date.between(q.start, q.end)
        )

    try:
        cells = moments(
            session.snapshot,
            "person_day",
            unit="office_id",
            y=uses(OUTCOME, TELEWORK, SCALE),
            x={"live": gone_live},
            where=wanted,
        )
        found = dose(cells, "live", SCALE)
    except (CompareError, WarehouseError) as error:
        return error.found
    held = measures.cells(
        session.snapshot,
        "ordered_overtime",
        by=(),
        period="all",
        start=q.start,
        end=q.end,
        where={"office_id": sorted(live)},
    ).frame
    people = int(held["contributors"].iloc[0]) if len(held) else 0
    if people < session.thresholds.min_n:
        return Text("人数が少なく、出せません。", "Too few people to tell.")
    return Dosed(found, q.start, q.end, people)


def dose_record(session: Session, made: Dosed) -> EvidenceRecord | None:
    """Return the record of going live and use; the dose itself only where the first stage is strong."""
    d = made.found
    rules = session.thresholds
    low, high = d.interval(d.first, d.first_se)
    first = PublishedNumber(
        "first", 100 * d.first, "coefficient", n=d.n, contributors=made.people, unit=POINTS, decimals=rules.decimals(made.people, 2), units=d.clusters,
        low=100 * low, high=100 * high,
    )  # fmt: skip
    numbers = [first]
    end = Text(
        "一日あたりの効果は、この資料では言えない。", "what a day of it did cannot be told from these data."
    )
    if d.trusted:
        numbers.append(
            PublishedNumber(
                "dose",
                d.ratio,
                "coefficient",
                n=d.n,
                contributors=made.people,
                unit=A_DAY,
                decimals=0,
                units=d.clusters,
                low=d.low,
                high=d.high,
            )
        )
        shown = d.low > 0 or d.high < 0
        how = (
            Text("", "")
            if shown
            else Text("で、増えたとも減ったとも言えない", ", and neither a rise nor a fall is shown")
        )
        end = Text(
            f"時間外の変化は{{dose.signed}}（{{=95％区間}} {{dose.interval}}）{how.ja}。",
            f"overtime differed by {{dose.signed}} ({{=95% interval}} {{dose.interval}}){how.en}.",
        )
    if primary(numbers, rules) or not math.isfinite(d.first_se):
        return None
    return descriptive(
        "adoption-dose-overtime", session.origin_of("person_day"), item="workplace", title=Text("テレワークの導入と利用（探索的）", "Telework: going live and use (exploratory)"),
        statement=Text(
            f"テレワークの導入で、テレワークの日は{{first.signed}}（{{=95％区間}} {{first.interval}}）変わった。{end.ja}探索的な分析である。",
            f"Going live changed days of telework by {{first.signed}} ({{=95% interval}} {{first.interval}}); {end.en} Exploratory.",
        ),
        numbers=numbers, design="model", n=d.n, n_units=d.units,
        reasons=(
            Text("導入が利用のほかの道で結果を動かさないと仮定する", "it is assumed that going live has no other road to the outcome"),
            Text("利用は本人が選ぶもので、決めたのは導入の日である", "use is chosen; what was decided is the day of going live"),
        ),
    )  # fmt: skip
