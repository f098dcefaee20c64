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

Verdict = Literal["supported", "partly_supported", "not_supported", "cannot_be_decided", "arithmetic_only"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class Announced(Protocol):
    """A claim of the study register."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> Text: ...
    @property
    def formula(self) -> Text: ...


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
    """Return the record of a claim looked into.

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
        certainty=rate(design=design, decidable=verdict != "cannot_be_decided"),
        item=item,
        measure=measure,
        design=design,
        verdict=verdict,
        formula=claim.formula,
        reasons=tuple(reasons),
        series=tuple(series),
        **origin.fields(),  # type: ignore[arg-type]
    )
