"""One record per finding, how sure it is, and the register every figure is taken from."""

from kumastats.evidence.certainty import Certainty, rate
from kumastats.evidence.claims import Verdict, claim_record
from kumastats.evidence.findings import Origin, descriptive, from_comparison, model
from kumastats.evidence.record import CheckResult, EvidenceRecord
from kumastats.evidence.register import Register
from kumastats.evidence.sentence import sentence, show

__all__ = [
    "Certainty", "CheckResult", "EvidenceRecord", "Origin", "Register", "Verdict", "claim_record", "descriptive",
    "from_comparison", "model", "rate", "sentence", "show",
]  # fmt: skip
