"""Lights: each level from the register's own words, never from the estimate alone."""

import re
from dataclasses import replace

import numpy as np
import pytest

from kumastats.compare.clusters import undecidable
from kumastats.compare.spc import xmr
from kumastats.compare.subject import PLAIN
from kumastats.disclosure import PublishedNumber
from kumastats.evidence import Certainty, EvidenceRecord
from kumastats.evidence.record import CheckResult
from kumastats.measures import measure
from kumastats.report.quarterly.courses import Course, judged, without_season
from kumastats.report.quarterly.lights import SHAPES, WORDS, is_cap, of_cap, of_comparison, of_course
from kumastats.text import Text

HOURS = Text("時間", "h")
WHY = Text("抽選ではない", "not chosen by lot")


def record(value, low, high, *, level="moderate", name="ordered_overtime", **changes):
    effect = PublishedNumber(
        "effect", value, "coefficient", n=900, contributors=900, unit=HOURS, decimals=1, low=low, high=high
    )
    return EvidenceRecord(
        id="q", quarter="FY2022Q4", kind="comparison", title=Text("問い", "question"),
        statement=Text("{effect}。", "{effect}."), numbers=(effect,), certainty=Certainty(level, (WHY,)), measure=name, **changes,
    )  # fmt: skip


def test_the_better_direction_is_the_measures():
    assert of_comparison(record(-2.0, -3.0, -1.0)).level == "good"
    assert of_comparison(record(2.0, 1.0, 3.0)).level == "bad"
    assert of_comparison(record(0.2, 0.1, 0.3, name="counter_wait_within_40")).level == "good"


def test_an_interval_across_zero_is_no_change_shown():
    light = of_comparison(record(-2.0, -4.5, 0.5))
    assert light.level == "watch"
    assert "spans zero" in light.words("en")[3] and "ゼロをまたぎ" in light.words("ja")[3]


def test_low_certainty_or_a_failed_check_is_no_green():
    assert of_comparison(record(-2.0, -3.0, -1.0, level="low")).level == "watch"
    failed = CheckResult("trend", "fail", Text("事前の傾向が違う", "earlier trends differ"))
    light = of_comparison(replace(record(-2.0, -3.0, -1.0), checks=(failed,)))
    assert light.level == "watch" and "arlier trends differ" in light.words("en")[3]


@pytest.mark.parametrize("value", [-2.0, 2.0])
@pytest.mark.parametrize("level", ["low", "very_low"])
def test_low_certainty_keeps_better_and_worse_alike_at_watch(value, level):
    light = of_comparison(record(value, value - 1, value + 1, level=level))
    assert light.level == "watch"
    assert "ので、▲（注意）にとどめる。" in light.words("ja")[3]
    assert f"Kept at watch because certainty is {level.replace('_', ' ')}." in light.words("en")[3]


def test_a_failed_check_keeps_a_worse_comparison_at_watch_too():
    failed = CheckResult("trend", "fail", Text("事前の傾向が違う", "earlier trends differ"))
    light = of_comparison(replace(record(2.0, 1.0, 3.0), checks=(failed,)))
    assert light.level == "watch" and "Kept at watch because a check failed." in light.words("en")[3]


def cap_record(id_, name, value, **more):
    told = PublishedNumber(name, value, "count", n=450, contributors=450, unit=Text("人", "people"), **more)
    return EvidenceRecord(
        id=id_, quarter="FY2022Q4", kind="descriptive", title=Text("上限を超えた人", "People over their cap"),
        statement=Text(f"{{{name}}}。", f"{{{name}}}."), numbers=(told,), certainty=Certainty("high", (WHY,)), reasons=(WHY,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("id_", "name", "value", "level", "words"),
    [
        ("cap-broken-teacher", "broken", 410.0, "bad", "There are people over the ceiling of the guideline"),
        ("cap-broken-city", "broken", 80.0, "bad", "article 36"),
        ("cap-broken-city", "broken", 0.0, "good", "Nobody, as rounded,"),
        ("cap-expected-city", "expected", 12.0, "watch", "are expected to be over the legal cap"),
        ("cap-expected-city", "expected", 0.0, "good", "Nobody, as rounded,"),
    ],
)
def test_a_cap_is_red_once_broken_and_amber_when_expected(id_, name, value, level, words):
    light = of_cap(cap_record(id_, name, value))
    assert light.level == level and words in light.words("en")[3] and light.id == id_


def test_only_the_watch_over_the_caps_is_a_cap():
    assert is_cap(cap_record("cap-broken-city", "broken", 0.0))
    assert not is_cap(cap_record("cap-bunching", "excess", 40.0))


def test_what_cannot_be_decided_says_why():
    why = Text("5つの区では足りません", "five wards are too few")
    light = of_comparison(record(-2.0, -3.0, -1.0, decidable=False, undecidable_reason=why))
    assert light.level == "unknown" and light.words("en")[3] == "Five wards are too few."


def test_every_light_has_a_shape_a_word_and_a_reason():
    assert (
        len(set(SHAPES.values()))
        == len({w.ja for w in WORDS.values()})
        == len({w.en for w in WORDS.values()})
        == 5
    )
    for made in (record(-2.0, -3.0, -1.0), record(-2.0, None, None), record(1.0, 0.5, 2.0)):
        for lang in ("ja", "en"):
            assert all(of_comparison(made).words(lang))


def course(values, name="ordered_overtime"):
    last = PublishedNumber("last", values[-1], "mean", n=900, contributors=900, unit=HOURS, decimals=1)
    months = tuple(f"{2020 + m // 12}-{m % 12 + 1:02d}" for m in range(len(values)))
    return Course(measure(name), months, xmr(values, judged=3), 3, last, False)


def test_a_course_without_its_season_says_both_figures():
    plain = course([*QUIET, 10.1, 9.9, 12.0])
    values = (*QUIET, 10.1, 9.9, 11.0)
    apart = replace(plain, chart=xmr(values, judged=3), seasonal=True)
    assert "2020年12月に12.0時間、季節の動きを除くと11.0時間。" in of_course(apart).said.ja
    assert "was 12.0 h in December 2020, 11.0 h without the season." in of_course(apart).said.en
    assert "季節の動きを除くと" not in of_course(plain).said.ja


QUIET = [10.0, 10.4, 9.8, 10.1, 9.7, 10.2, 10.0, 9.9, 10.3]


@pytest.mark.parametrize(
    ("end", "name", "level"),
    [
        ([10.1, 9.9, 10.0], "ordered_overtime", "steady"),
        ([10.1, 9.9, 14.0], "ordered_overtime", "bad"),
        ([10.1, 9.9, 6.0], "ordered_overtime", "good"),
        ([10.1, 9.9, 6.0], "counter_wait_within_40", "bad"),
    ],
)
def test_a_course_signals_in_the_measures_direction(end, name, level):
    assert of_course(course([*QUIET, *end], name)).level == level


def test_an_earlier_signal_is_no_light_of_this_quarter():
    values = [10 + (-1) ** i for i in range(30)]
    values[4] = 18.0
    made = course(values)
    assert 4 in made.chart.signals.index and of_course(made).level == "steady"


def test_a_season_taken_out_leaves_its_mean_and_its_sign():
    rng = np.random.default_rng(5)
    season = np.exp(np.sin(np.arange(60) * 2 * np.pi / 12) * 1.5)
    values = (5 * season * np.exp(rng.normal(0, 0.01, 60))).tolist()
    made = np.array(without_season(values, 57))
    assert made.min() > 0 and made.std() / made.mean() < 0.02
    assert made.mean() == pytest.approx(np.mean(values), rel=1e-3)


def test_what_is_judged_had_no_part_in_its_limits_nor_in_its_season():
    rng = np.random.default_rng(7)
    values = (10 + np.tile(np.sin(np.arange(12)), 5) + rng.normal(0, 0.3, 60)).tolist()
    for seasonal in (True, False):
        quiet = judged(values, 3, PLAIN, seasonal=seasonal)
        moved = judged([*values[:-3], *(v + 50 for v in values[-3:])], 3, PLAIN, seasonal=seasonal)
        limits = ["centre", "low", "high"]
        assert quiet.frame[limits].equals(moved.frame[limits])
        assert quiet.frame["value"][:-3].equals(moved.frame["value"][:-3])
        assert list(moved.signals.index[-3:]) == [57, 58, 59]
    assert judged(values[:10], 3, PLAIN, seasonal=False) is None


def test_a_season_from_few_years_gives_no_more_false_alarms():
    """Of independent months, one in 370 lies beyond three sigma; with a season from two years the limits widen for it."""
    rng, alarms, narrow = np.random.default_rng(11), [], []
    for _ in range(200):
        values = (100 + rng.normal(0, 1, 27)).tolist()
        made = judged(values, 3, PLAIN, seasonal=True)
        alarms.append(made.frame["beyond_3_sigma"].iloc[-3:].mean())
        plain = xmr(without_season(values, 24), judged=3)
        narrow.append(plain.frame["beyond_3_sigma"].iloc[-3:].mean())
    assert np.mean(alarms) < 0.03 < 0.08 < np.mean(narrow)


@pytest.mark.parametrize(
    ("units", "treated", "ja", "en"),
    [
        (
            6,
            5,
            "未導入の単位を2つ以上含め、あと4単位が加われば",
            "With 4 more, at least 2 of them without it, it can",
        ),
        (
            5,
            2,
            "導入した単位を1つ以上含め、あと5単位が加われば",
            "With 5 more, at least 1 of them with it, it can",
        ),
        (12, 11, "。未導入の単位があと2つ加われば", "With 2 more without it, it can"),
        (7, 3, "。あと3単位が加われば", "With 3 more, it can"),
    ],
)
def test_too_few_units_say_what_to_add_and_no_p(units, treated, ja, en):
    why = undecidable(units, treated)
    light = of_comparison(record(-2.0, -3.0, -1.0, decidable=False, undecidable_reason=why, n_clusters=units))
    told = light.words("ja")[3], light.words("en")[3]
    assert ja in told[0] and en in told[1]
    assert f"導入{treated}、未導入{units - treated}" in told[0] and f"{treated} with it" in told[1]
    assert "p値" not in told[0] and " p " not in told[1]


def test_months_are_written_as_a_sentence_writes_them():
    light = of_course(course([*QUIET, 10.1, 9.9, 14.0]))
    assert light.words("ja")[3].startswith("2020年12月に合図があり") and "2020年12月に" in light.said.ja
    assert "Signals in December 2020," in light.words("en")[3] and "in December 2020." in light.said.en


def test_reasons_are_in_one_register():
    signalled = of_course(course([*QUIET, 10.1, 9.9, 14.0]))
    quiet = of_course(course([*QUIET, 10.1, 9.9, 10.0]))
    across = of_comparison(record(-2.0, -4.5, 0.5))
    for light in (signalled, quiet, across, of_comparison(record(-2.0, -3.0, -1.0))):
        assert not re.search("(です|ます|ません)。", light.words("ja")[3])
