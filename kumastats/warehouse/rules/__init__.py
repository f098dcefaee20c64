"""Rules about what is held: impossible and suspicious values, gaps, overlaps, heaps, drift – each a count of rows."""

from kumastats.warehouse.rules.check import RULES, check_snapshot
from kumastats.warehouse.rules.model import CheckReport, Example, Rule, RuleResult
from kumastats.warehouse.rules.score import Score, score

__all__ = ["RULES", "CheckReport", "Example", "Rule", "RuleResult", "Score", "check_snapshot", "score"]
