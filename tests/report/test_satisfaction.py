"""The chapter on surveys: what it shows of the synthetic city, what it withholds, what it says when there is nothing."""

import dataclasses
import re

import numpy as np
import pytest
from lacking import empty

from kumastats.disclosure import Thresholds, check
from kumastats.display import decimals_by_error, interval, number
from kumastats.report import open_session
from kumastats.report.chapters import satisfaction, satisfaction_figures, satisfaction_shown


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="test")


@pytest.fixture(scope="module")
def surveys(session):
    return satisfaction.surveys(session)


def test_waves_and_response_are_those_of_the_files(surveys):
    staff, citizen = surveys
    assert (staff.population, citizen.population) == ("staff", "citizen")
    assert staff.waves == ("FY2018", "FY2019", "FY2020", "FY2021") and citizen.waves == ("FY2019", "FY2021")
    # of 320 posts of city staff, each answers with a chance of 0.55: within four standard errors of it
    for held in staff.responses.values():
        assert held.asked == 320 and abs(held.rate - 0.55) < 4 * np.sqrt(0.55 * 0.45 / 320)
    assert not citizen.responses


def test_weights_for_response_change_little_where_response_is_by_chance(surveys):
    for q in surveys[0].questions:
        assert q.balanced.sum() == pytest.approx(len(q.held))
        assert abs(q.balanced_change.mean.estimate - q.change.mean.estimate) < 0.1
        assert q.change.clustered and q.change.odds.parallel > 0.01  # no wave bends the scale in the city


def test_records_may_be_told_and_everything_is_shown_in_both_languages(session, surveys):
    for survey in surveys:
        for record in satisfaction_shown.records(session, survey):
            assert not check(record.published, session.thresholds, "internal")
            assert "{" not in re.sub(r"\{[^{}]*\}", "", record.statement.ja)
    ids = [r.id for s in surveys for r in satisfaction_shown.records(session, s)]
    assert ids == [
        "response-staff", "waves-satisfaction-place", "waves-satisfaction-work", "waves-satisfaction-counters",
        "waves-satisfaction-asking",
    ]  # fmt: skip
    japanese = dataclasses.replace(session, lang="ja")
    for draw in (satisfaction_shown.who_answered, satisfaction_shown.checks, satisfaction_shown.planner):
        one, other = draw(session, surveys[0]), draw(japanese, surveys[0])
        figures = [re.findall(r"\d+", " ".join(r[1:])) for t in (one, other) for r in t.rows]
        assert figures[: len(one.rows)] == figures[len(one.rows) :] and any(figures)


def test_digits_are_those_the_error_allows(session, surveys):
    """No difference is written finer than its interval is worth, and the record and the table write it alike."""
    for survey in surveys:
        cells = [r[1] for r in satisfaction_shown.waves_table(session, survey).rows]
        for q, cell in zip([q for q in survey.questions if q.change is not None], cells, strict=True):
            mean = q.change.mean
            digits = decimals_by_error(*mean.ci, 2, 0)
            assert (
                cell
                == f"{number(mean.estimate, 'en', digits, signed=True)} ({interval(*mean.ci, 'en', digits)})"
            )
            assert 10.0**-digits < (mean.ci[1] - mean.ci[0]) / 2  # the last digit is smaller than the error
        for record in satisfaction_shown.records(session, survey):
            for x in record.numbers:
                if x.name == "change":
                    assert x.decimals <= decimals_by_error(x.low, x.high, 2, 0)


def test_few_answers_are_not_told(session, surveys):
    strict = dataclasses.replace(session)
    vars(strict)["thresholds"] = Thresholds.of({"min_n": 60})
    staff = surveys[0]
    assert all(
        row[2:] == ["—"] * 3 or "—" in row for row in satisfaction_shown.who_answered(strict, staff).rows
    )
    assert all(
        row[1:] == ["—"] * 5
        for row in satisfaction_shown.checks(strict, staff).rows
        if row[0].startswith("Satisfaction with work")
    )
    drawn = satisfaction_figures.distribution(strict, staff).alt
    assert "%" not in drawn and "%" in satisfaction_figures.distribution(session, staff).alt
    assert [r.id for r in satisfaction_shown.records(strict, staff)] == ["response-staff"]


def test_a_missing_table_is_named(session):
    none = empty(session)
    assert satisfaction.surveys(none) == ()
    assert "survey_response" in satisfaction.missing(none).en
    assert satisfaction.missing(session) is None


def test_waves_after_the_quarter_are_not_looked_at(small_study):
    early = open_session(str(small_study), "FY2019Q3", "ja", notebook="test")
    assert satisfaction.surveys(early)[0].waves == ("FY2018", "FY2019")
