"""Rules of quality on the sample city: its planted defects are found, and nothing else fails."""

from kumastats.warehouse import Warehouse
from kumastats.warehouse.quality import RULES, check_snapshot


def test_the_sample_city_passes_with_its_known_warnings(small_study):
    report = check_snapshot(Warehouse.open(small_study / "warehouse").snapshot())
    assert report.passed and len(report.results) == len(RULES)
    warned = {r.rule.id for r in report.results if r.result == "warn"}
    assert warned == {"no_finish"}
    assert report.to_dict()["passed"] and "○" in report.text.ja
