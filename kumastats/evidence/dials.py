"""Effect, cost and security of a theme, each rated by itself: none of them moves another."""

from __future__ import annotations

from collections.abc import Iterable

from kumastats.disclosure.numbers import PublishedNumber
from kumastats.evidence.certainty import LEVELS
from kumastats.evidence.record import EvidenceRecord
from kumastats.text import Text

NO_EVIDENCE = Text("証拠なし", "no evidence yet")


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


def cost_of(
    money: Iterable[tuple[str, PublishedNumber]],
) -> tuple[Text, tuple[str, PublishedNumber] | None]:
    """Return what is known of the cost, and the sum that says so.

    Parameters
    ----------
    money
        Record id and number of what was recorded as cost.
    """
    for id_, x in money:
        if x.form == "money":
            return Text("記録あり（全体）", "recorded (whole reform)"), (id_, x)
    return Text("項目別の記録なし", "not recorded by item"), None


def security_of(record: EvidenceRecord | None) -> Text:
    """Return how secure the evidence is, from none to four of four locks, whatever the size of the effect."""
    if record is None:
        return NO_EVIDENCE
    locks = LEVELS.index(record.certainty.level) + 1
    shown = "●" * locks + "○" * (len(LEVELS) - locks)
    return Text(shown, shown)
