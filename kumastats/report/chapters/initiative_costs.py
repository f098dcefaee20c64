"""What each initiative has cost so far, beside the whole reform: one of three things rated apart."""

from __future__ import annotations

from collections.abc import Mapping

from kumastats.disclosure import PublishedNumber
from kumastats.display import HtmlTable, number, yen
from kumastats.evidence import EvidenceRecord, descriptive
from kumastats.evidence.dials import COST_RECORD
from kumastats.evidence.template import literal_text
from kumastats.report.chapters import costs
from kumastats.report.session import Session
from kumastats.text import Text

OTHER = "other"  # what is booked for no initiative of the register
PERCENT = Text("％", "%")


def by_initiative(session: Session) -> dict[str, float]:
    """Return yen to date by initiative, the dearest first: of each year actual, or else contracts, or else the budget.

    What is booked under no initiative of the register stands under ``other``.
    """
    known = session.study.initiatives
    out: dict[str, float] = {}
    held = costs.paid(session)
    for name, yen_ in zip(held["initiative_id"], held["yen"], strict=True):
        key = str(name) if name in known else OTHER
        out[key] = out.get(key, 0.0) + float(yen_)
    return dict(sorted(out.items(), key=lambda kv: (-kv[1], kv[0]))) if sum(out.values()) else {}


def table(session: Session, paid: Mapping[str, float]) -> HtmlTable | None:
    """Return costs by initiative; None where nothing was booked."""
    if not paid:
        return None
    lang, total = session.lang, sum(paid.values())
    rows = [
        [_label(session, k)(lang), yen(v, lang), f"{number(100 * v / total, lang, 1)}{PERCENT(lang)}"]
        for k, v in paid.items()
    ]
    heads = [Text("取組", "initiative")(lang), Text("これまでの費用", "cost to date")(lang), Text("全体に占める割合", "share of all")(lang)]  # fmt: skip
    caption = Text("取組ごとの費用", "Costs by initiative")(lang)
    return HtmlTable(heads, rows, caption, lang, right=frozenset({1, 2}))


def record(session: Session, paid: Mapping[str, float]) -> EvidenceRecord | None:
    """Return the record of what each initiative has cost and its share; None where nothing was booked for any."""
    named = [k for k in paid if k != OTHER]
    if not named:
        return None
    total = sum(paid.values())
    numbers = [PublishedNumber("total", total, "money")]
    for k, v in paid.items():
        name = k.replace("-", "_")
        numbers.append(PublishedNumber(name, v, "money"))
        numbers.append(
            PublishedNumber(f"{name}_share", 100 * v / total, "constant", unit=PERCENT, decimals=1)
        )
    most, key = literal_text(_label(session, named[0])), named[0].replace("-", "_")
    return descriptive(
        COST_RECORD, session.origin_of("cost"), item="workplace", title=Text("取組ごとの費用", "Costs by initiative"),
        statement=Text(
            f"これまでの費用{{total}}のうち、最も大きいのは「{most.ja}」の{{{key}}}（{{{key}_share}}）である。",
            f"Of the {{total}} spent so far, the largest part is “{most.en}”: {{{key}}} ({{{key}_share}}).",
        ),
        numbers=numbers, reasons=(Text("決算、なければ契約・予算の額である", "actual spending, else contracts or budgets"),),
    )  # fmt: skip


def _label(session: Session, id_: str) -> Text:
    held = session.study.initiatives.get(id_)
    return held.label if held is not None else Text("どの取組にも属さない費用", "booked for no initiative")
