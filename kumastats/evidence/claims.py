"""Announced figures are claims to be checked: each with its formula, the range the formula allows, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, get_args

from kumastats.disclosure.numbers import PublishedNumber, PublishedSeries
from kumastats.errors import EvidenceError
from kumastats.evidence.certainty import rate
from kumastats.evidence.findings import Origin
from kumastats.evidence.record import EvidenceRecord
from kumastats.text import Text

Verdict = Literal["holds", "holds_under_assumptions", "not_identifiable", "contradicted"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class Announced(Protocol):
    """A claim of the study register."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> Text: ...
    @property
    def formula(self) -> Text: ...
    @property
    def wording(self) -> Text | None: ...
    @property
    def source(self) -> Text | None: ...
    @property
    def settled_by(self) -> Text | None: ...


def claim_record(
    claim: Announced,
    origin: Origin,
    *,
    item: str,
    verdict: Verdict,
    statement: Text,
    numbers: Sequence[PublishedNumber],
    reasons: Sequence[Text],
    design: str = "arithmetic",
    measure: str = "",
    series: Sequence[PublishedSeries] = (),
) -> EvidenceRecord:
    """Return the record of a claim looked into; what was said and what would settle it stand among its reasons.

    Raises
    ------
    EvidenceError
        If the verdict is unknown, or no reason is given.
    """
    if verdict not in VERDICTS or not reasons:
        raise EvidenceError(
            Text(
                f"主張「{claim.id}」の判定か理由がありません。",
                f"The claim “{claim.id}” lacks a verdict or a reason.",
            ),
            remedy=Text(f"判定は {', '.join(VERDICTS)}", f"A verdict is one of {', '.join(VERDICTS)}"),
        )
    return EvidenceRecord(
        id=f"claim-{claim.id}",
        kind="claim",
        title=claim.text,
        statement=statement,
        numbers=tuple(numbers),
        certainty=rate(design=design, decidable=verdict != "not_identifiable"),
        item=item,
        measure=measure,
        design=design,
        verdict=verdict,
        formula=claim.formula,
        reasons=(*said(claim), *reasons, *settles(claim)),
        series=tuple(series),
        **origin.fields(),  # type: ignore[arg-type]
    )


def said(claim: Announced) -> tuple[Text, ...]:
    """Return what the announcement said and where, as a reason; nothing where the study gives no wording."""
    if claim.wording is None:
        return ()
    where = claim.source or Text("出典の記載なし", "no source given")
    return (
        Text(
            f"公表の内容: {claim.wording.ja}（{where.ja}）",
            f"as announced: {claim.wording.en} ({where.en})",
        ),
    )


def settles(claim: Announced) -> tuple[Text, ...]:
    """Return the data that would settle it, as a reason; nothing where the study names none."""
    if claim.settled_by is None:
        return ()
    return (Text(f"決め手になる資料: {claim.settled_by.ja}", f"what would settle it: {claim.settled_by.en}"),)
