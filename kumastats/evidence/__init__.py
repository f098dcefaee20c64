"""One record per finding, how sure it is, and the register every figure is taken from."""

from typing import TYPE_CHECKING

from kumastats.evidence.certainty import Certainty, rate
from kumastats.evidence.record import CheckResult, EvidenceRecord
from kumastats.evidence.register import Register
from kumastats.evidence.sentence import sentence, show
from kumastats.lazy import later

if TYPE_CHECKING:
    from kumastats.evidence.claims import Verdict, claim_record
    from kumastats.evidence.findings import Origin, descriptive, from_comparison, model

__all__ = [
    "Certainty", "CheckResult", "EvidenceRecord", "Origin", "Register", "Verdict", "claim_record", "descriptive",
    "from_comparison", "model", "rate", "sentence", "show",
]  # fmt: skip
_FOUND = dict.fromkeys(("Origin", "descriptive", "from_comparison", "model"), "findings")
__getattr__ = later(__name__, {"Verdict": "claims", "claim_record": "claims", **_FOUND})
