"""Processing of applications: days to a decision, and the share decided within the standard period."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import pandas as pd

from kumastats.compare import Comparison
from kumastats.compare.answer import seed_of
from kumastats.compare.plot import estimates_figure
from kumastats.disclosure import PublishedNumber, primary
from kumastats.display import Figure, HtmlTable
from kumastats.display.procedures import procedure_name
from kumastats.errors import WorkloadError
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.report.session import Session
from kumastats.text import Text
from kumastats.workload.processing import Processing, ProcessingTime, change_in_processing, processing

YEAR = dt.timedelta(days=364)
DAYS = Text("日", "days")
PERCENT = Text("％", "%")


@dataclass(frozen=True)
class Cases:
    """Applications received in the year up to the quarter's end."""

    found: Processing
    change: Comparison | None = None

    def change_sentence(self, session: Session) -> str:
        """Say how the share within the standard period changed since the year before the reform; empty where it cannot be told."""
        return "" if self.change is None else self.change.text(session.lang)

    def table(self, session: Session) -> HtmlTable:
        """Return days and shares by procedure."""
        return self.found.table(session.lang)

    def figure(self, session: Session) -> Figure | None:
        """Draw the share decided within the standard period; None where no procedure has one."""
        lang = session.lang
        rows = [
            (procedure_name(r.procedure)(lang), 100 * r.within, 100 * r.within_low, 100 * r.within_high) for r in self._with_standard()
        ]  # fmt: skip
        if not rows:
            return None
        caption = Text(
            "標準処理期間内に処理した割合（％）と95％区間。処理中の申請は、まだ終わっていないものとして数える。",
            "Share decided within the standard period (%), with 95% intervals; open cases count as open.",
        )(lang)
        return estimates_figure(rows, PERCENT, lang, decimals=0, caption=caption, signed=False)

    def _with_standard(self) -> list[ProcessingTime]:
        return [r for r in self.found.rows if math.isfinite(r.within_low) and math.isfinite(r.within_high)]

    def record(self, session: Session) -> EvidenceRecord | None:
        """Return the record of the most frequent procedure; None where it may not be told."""
        held = sorted(self._with_standard(), key=lambda r: (-r.n, r.procedure))
        if not held:
            return None
        r = held[0]
        decimals = session.thresholds.decimals(r.n, 1)
        numbers = [
            PublishedNumber(
                "within", r.within, "share", n=r.n, numerator=round(r.within * r.n), contributors=r.n, decimals=decimals,
                low=r.within_low, high=r.within_high,
            ),
            PublishedNumber("standard", r.standard, "constant", unit=DAYS),
        ]  # fmt: skip
        if primary(numbers, session.thresholds):
            return None
        named = procedure_name(r.procedure)
        one = Text("標準処理期間{standard}以内に", "within the standard {standard}")
        if r.standard == 1:
            one = Text("標準処理期間の{=1日}以内に", "within the standard of {=one day}")
        return descriptive(
            "processing-within", session.origin_of("case"), item="counters", title=Text("申請の処理", "Processing of applications"),
            statement=Text(
                f"{{={named.ja}}}の申請のうち、{one.ja}処理したのは{{within}}（{{=95％信頼区間}} {{within.interval}}、{{within.n}}件）。",
                f"Of applications for {{={named.en}}}, {{within}} were decided {one.en} ({{=95% CI}} {{within.interval}}; n = {{within.n}}).",
            ),
            numbers=numbers, unit=PERCENT, n=r.n,
            reasons=(Text("差戻し中の日数も含む。", "Days with the applicant are included."),),
        )  # fmt: skip


def cases(session: Session) -> Cases | None:
    """Return processing times of cases received in the year up to the quarter's end, or None where there are none."""
    if not session.snapshot.has("case"):
        return None
    end = session.quarter.end
    held = session.snapshot.frame("case", start=end - YEAR, end=end)
    try:
        found = processing(held, end)
    except WorkloadError:
        return None
    return Cases(found, _change(session, held))


def _change(session: Session, held: pd.DataFrame) -> Comparison | None:
    """Compare with the last year before the reform, each year seen up to its own end."""
    before_end = session.study.term.start - dt.timedelta(days=1)
    if before_end >= session.quarter.end - YEAR:
        return None
    before = session.snapshot.frame("case", start=before_end - YEAR, end=before_end)
    rng = seed_of("processing-before", str(session.quarter))
    try:
        return change_in_processing(before, held, ends=(before_end, session.quarter.end), rng=rng)
    except WorkloadError:
        return None
