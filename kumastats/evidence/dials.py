"""Effect, cost and security of a finding, each rated by itself: none of them moves another."""

from __future__ import annotations

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.evidence.certainty import LEVELS
from kumastats.evidence.record import EvidenceRecord
from kumastats.text import Text

NO_EVIDENCE = Text("証拠なし", "no evidence yet")
COST_RECORD = "costs-by-initiative"  # what each initiative has cost, and its share of all
LARGE, MEDIUM = 30.0, 10.0  # percent of the whole reform's cost


def effect_of(record: EvidenceRecord | None, x: PublishedNumber | None, smallest: float | None) -> Text:
    """Return the size of an effect in words, whatever its certainty.

    Parameters
    ----------
    smallest
        The smallest effect of interest, fixed with the question; None where none was.
    """
    if record is None or x is None:
        return NO_EVIDENCE
    if record.kind != "comparison":
        return Text("効果は測っていない（記録の集計）", "no effect measured (a summary of records)")
    if not record.decidable:
        return Text("判断できない", "cannot be decided")
    if x.low is None or x.high is None or x.low <= 0 <= x.high:
        return Text("増減とも示されない", "neither a rise nor a fall is shown")
    if smallest is None:
        return Text("変化が示された", "a change is shown")
    if min(abs(x.low), abs(x.high)) >= smallest:
        return Text("意味のある大きさ", "of a size that matters")
    if max(abs(x.low), abs(x.high)) < smallest:
        return Text("意味のある大きさより小さい", "smaller than what matters")
    return Text("変化はあるが大きさは定まらない", "a change, its size uncertain")


def cost_of(share: PublishedNumber | None) -> Text:
    """Return how dear an initiative is among those of the reform, whatever it achieved.

    Parameters
    ----------
    share
        Percent of the whole reform's cost so far; None where nothing was booked for it.
    """
    if share is None:
        return Text("単独の費用の記録なし", "no cost booked for it alone")
    if share.value >= LARGE:
        return Text("大きい", "large")
    return Text("中くらい", "medium") if share.value >= MEDIUM else Text("小さい", "small")


def security_of(record: EvidenceRecord | None) -> Text:
    """Return how secure the evidence is, from none to four of four locks, whatever the size of the effect."""
    if record is None:
        return NO_EVIDENCE
    locks = LEVELS.index(record.certainty.level) + 1
    shown = "●" * locks + "○" * (len(LEVELS) - locks)
    return Text(shown, shown)
