"""Hours and yen: means by their closed form, the overlap rule, and assumptions that a study sets."""

from dataclasses import replace

import numpy as np
import pytest

from kumastats.errors import StudyError, WorkloadError
from kumastats.study import Study
from kumastats.study.model import Range
from kumastats.text import Text
from kumastats.workload.savings import Assumptions, Theme, savings

SEARCH = Theme("documents", Text("文書探し", "searching"), Range(1, 3, 5), measured=True)
MEETING = Theme("meetings", Text("会議", "meetings"), Range(2, 2, 2), Range(3_000, 3_000, 3_000))
FIXED = Assumptions(
    people=Range(7_000, 7_000, 7_000), days=Range(244, 244, 244), rate=Range(2_000, 2_000, 2_000),
    overtime_rate=Range(2_500, 2_500, 2_500), adoption=Range(1, 1, 1), realisation=Range(1, 1, 1),
)  # fmt: skip


def found(themes=(SEARCH,), assumptions=FIXED, overtime=None, seed=1):
    return savings(themes, assumptions=assumptions, rng=np.random.default_rng(seed), overtime=overtime)


def test_what_was_assumed_is_a_triangle_and_what_was_measured_is_normal():
    """Only the minutes vary: the mean of a triangular distribution is (low + likely + high) / 3; a 95 % interval stays one."""
    assumed = found((replace(SEARCH, minutes=Range(1, 3, 8), measured=False),))
    assert assumed.hours.mean == pytest.approx(7_000 * 244 * 4 / 60, rel=0.01)
    made = found()
    hours = 7_000 * 244 * 3 / 60
    assert (made.hours.low, made.hours.high) == pytest.approx((hours / 3, hours * 5 / 3), rel=0.03)
    sd = hours / 3 / 1.96 * 2
    assert made.hours.mean == pytest.approx(hours, abs=5 * sd / np.sqrt(made.draws))
    assert made.capacity_yen.mean == pytest.approx(2_000 * made.hours.mean, rel=1e-12)
    assert made.likely == pytest.approx(2_000 * hours, rel=1e-12) and made.cash_yen.mean == 0


def test_independent_assumptions_multiply():
    made = found(assumptions=Assumptions())
    a = Assumptions()
    mean = np.prod(
        [sum((r.low, r.likely, r.high)) / 3 for r in (a.people, a.days, a.adoption, a.realisation)]
    )
    assert made.hours.mean == pytest.approx(mean * 3 / 60, rel=0.02)
    everyone = found((replace(SEARCH, of_everyone=True),), Assumptions())
    share = sum((a.adoption.low, a.adoption.likely, a.adoption.high)) / 3
    assert everyone.hours.mean == pytest.approx(made.hours.mean / share, rel=0.02)
    assert everyone.likely == pytest.approx(made.likely / a.adoption.likely, rel=1e-12)


def test_no_minute_is_counted_twice():
    """Overtime that fell is where freed time went: cash at its own rate, and capacity only for the rest."""
    sure, cut = replace(SEARCH, minutes=Range(3, 3, 3)), 10_000.0
    alone = found((sure, MEETING))
    both = found((sure, MEETING), overtime=(cut, 0.0))
    assert both.hours.mean == pytest.approx(alone.hours.mean, rel=1e-12)
    assert both.cash_yen.mean == pytest.approx(cut * 2_500, rel=1e-12)
    assert both.capacity_yen.mean == pytest.approx((alone.hours.mean - cut) * 2_000, rel=1e-9)
    more = found((SEARCH,), overtime=(1e9, 0.0))
    assert more.capacity_yen.high == 0
    lost = found((replace(SEARCH, minutes=Range(-2, -2, -2)),), overtime=(cut, 0.0))
    assert lost.capacity_yen.mean == pytest.approx(
        -2 * 7_000 * 244 / 60 * 2_000, rel=1e-12
    )  # not hidden by a floor
    rose = found((SEARCH,), overtime=(-cut, 0.0))
    assert rose.cash_yen.mean < 0 and rose.capacity_yen.mean == pytest.approx(
        found().capacity_yen.mean, rel=1e-9
    )


def test_the_same_theme_twice_is_refused():
    with pytest.raises(WorkloadError, match="twice"):
        found((SEARCH, SEARCH))
    with pytest.raises(WorkloadError):
        found(())


def test_the_tornado_holds_the_likely_total_and_is_sorted():
    made = found((SEARCH, MEETING), Assumptions(), overtime=(5_000.0, 4_000.0))
    frame = made.tornado
    width = frame["high"] - frame["low"]
    assert (
        width.is_monotonic_decreasing
        and ((frame["low"] <= made.likely) & (made.likely <= frame["high"])).all()
    )
    assert {n.en for n in frame["name"]} >= {
        "people",
        "minutes saved: searching",
        "fall in overtime (95% interval)",
    }
    assert (
        made.plot("ja").svg.startswith(b"<?xml")
        and "capacity" in made.text("en")
        and "余力" in made.text("ja")
    )


def test_the_same_seed_gives_the_same_yen():
    assert found(seed=3).hours == found(seed=3).hours != found(seed=4).hours


@pytest.mark.parametrize(
    "given",
    [
        {"wage": Range(1, 1, 1)},
        {"adoption": Range(0, 0.5, 1.2)},
        {"rate": Range(0, 0, 0)},
        {"overtime_rate": Range(0, 2_000, 2_500)},
    ],
)
def test_assumptions_that_cannot_be_are_refused(given):
    with pytest.raises(WorkloadError):
        Assumptions.of(given)


def test_a_study_sets_its_own(small_study, tmp_path):
    original = (small_study / "study.yml").read_text(encoding="utf-8")
    path = tmp_path / "study.yml"
    path.write_text(
        original + "\nsavings:\n  people: {low: 6000, likely: 6500, high: 7000}\n  rate: 2108\n",
        encoding="utf-8",
    )
    study = Study.load(tmp_path)
    made = Assumptions.of(study.savings)
    assert made.people == Range(6000, 6500, 7000) and made.rate == Range(2108, 2108, 2108)
    assert made.days == Assumptions().days
    path.write_text(
        original + "\nsavings:\n  people: {low: 9000, likely: 6500, high: 7000}\n", encoding="utf-8"
    )
    with pytest.raises(StudyError, match=r"study\.yml"):
        Study.load(tmp_path)
