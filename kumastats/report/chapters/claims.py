"""The announced figures, each looked into: what was said, formula, range, verdict, and what would settle it.

They are claims, not results; `claimed_figures` and `claimed_waits` hold how each is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kumastats.display import HtmlTable, word
from kumastats.evidence import EvidenceRecord, claim_record, sentence
from kumastats.evidence.claims import said, settles
from kumastats.report.chapters import claimed_figures, claimed_waits
from kumastats.report.session import Session
from kumastats.study.model import AnnouncedClaim
from kumastats.text import Lang, Text

_Rule = Callable[[Session, AnnouncedClaim], EvidenceRecord | Text]
_BY_ID: Mapping[str, _Rule] = MappingProxyType(
    {
        "search-600m": claimed_figures.search,
        "people-12500": claimed_figures.people,
        "cost-4-7bn": claimed_figures.cost,
        "tablets-600": claimed_figures.tablets,
        "schools-136": claimed_figures.schools,
        "counter-40min": claimed_waits.forty_minutes,
        "counter-near-zero": claimed_waits.near_zero,
    }
)
NO_RULE = Text("確かめ方がまだ決められていない", "no way to check it has been laid down yet")


def examined(session: Session) -> tuple[EvidenceRecord, ...]:
    """Look into every claim of the study register."""
    return tuple(_examined(session, c) for c in session.study.claims)


def _examined(session: Session, claim: AnnouncedClaim) -> EvidenceRecord:
    found = _BY_ID[claim.id](session, claim) if claim.id in _BY_ID else NO_RULE
    if isinstance(found, EvidenceRecord):
        return found
    return claim_record(
        claim, session.origin_of(), item=session.study.items[0].id, verdict="not_identifiable",
        statement=Text("この資料では確かめられない。", "It cannot be checked with these data."), numbers=[], reasons=(found,),
    )  # fmt: skip


def table(session: Session, found: tuple[EvidenceRecord, ...]) -> HtmlTable:
    """Return claims as announced, formulas, findings, verdicts and what would settle them as a table."""
    lang = session.lang
    heads = [
        word("claim", lang),
        Text("公表の内容", "as announced")(lang),
        word("source", lang),
        word("formula", lang),
        Text("確かめた結果", "what was found")(lang),
        word("verdict", lang),
        word("reason", lang),
        Text("決め手になる資料", "what would settle it")(lang),
    ]
    claims = {f"claim-{c.id}": c for c in session.study.claims}
    rows = []
    for r in found:
        c = claims[r.id]
        apart = {*said(c), *settles(c)}
        rows.append(
            [
                r.title(lang), *(_or_dash(t, lang) for t in (c.wording, c.source, r.formula)), sentence(r, lang),
                word(r.verdict or "", lang), Text("。", "; ")(lang).join(t(lang) for t in r.reasons if t not in apart),
                _or_dash(c.settled_by, lang),
            ]
        )  # fmt: skip
    return HtmlTable(
        heads, rows, Text("公表された主張の検証", "Announced claims examined")(lang), lang, right=frozenset()
    )


def _or_dash(text: Text | None, lang: Lang) -> str:
    return text(lang) if text is not None else "―"
