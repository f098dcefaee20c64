"""Differences across offices in the small city: told by quartile and kind, by no rank and no name."""

from pathlib import Path

from kumastats.disclosure import primary
from kumastats.evidence import sentence
from kumastats.report import open_session
from kumastats.report.chapters import distribution, initiative_costs


def test_overtime_by_quartile_and_kind_of_office(small_study: Path):
    session = open_session(str(small_study), "FY2022Q4", "en")
    found = distribution.spread_of(session, "ordered_overtime")
    made = distribution.record(session, "ordered_overtime", found)
    assert made.id == "distribution-ordered-overtime" and made.item == "workplace"
    assert not primary(made.published, session.thresholds)
    offices = session.snapshot.frame("office", ("office_id", "name_ja"))
    whole = made.to_json()
    assert not any(f'"{o}"' in whole for o in offices["office_id"]) and not any(
        n in whole for n in offices["name_ja"]
    )
    assert "middle half of 20 offices" in sentence(made, "en")
    (series,) = made.series
    assert set(series.x) == {"branch", "head_office", "ward_office"} and series.units >= 3
    low, high = (made.number(n).value for n in ("low", "high"))
    assert low <= made.number("median").value <= high


def test_few_schools_and_an_early_quarter_are_not_told(small_study: Path):
    assert distribution.spread_of(open_session(str(small_study), "FY2022Q4", "ja"), "time_in_school") is None
    assert (
        distribution.spread_of(open_session(str(small_study), "FY2018Q1", "ja"), "ordered_overtime") is None
    )


def test_costs_by_initiative_add_up_to_the_costs_to_date(small_study: Path):
    session = open_session(str(small_study), "FY2022Q4", "en")
    paid = initiative_costs.by_initiative(session)
    made = initiative_costs.record(session, paid)
    assert list(paid) == sorted(paid, key=lambda k: -paid[k])
    each = [made.number(k.replace("-", "_")).value for k in paid]
    assert sum(each) == made.number("total").value == sum(paid.values())
    assert abs(sum(made.number(f"{k}_share").value for k in paid) - 100) < 1e-9
    earlier = initiative_costs.by_initiative(open_session(str(small_study), "FY2018Q4", "en"))
    assert 0 < sum(earlier.values()) < sum(paid.values())
