"""The chapter on enquiries: the synthetic city's truth, what may be told, and pages with tables missing."""

import math

import pytest
from lacking import without

from kumastats import measures
from kumastats.disclosure import check
from kumastats.display import number
from kumastats.report import open_session
from kumastats.report.chapters import enquiries, enquiry_channels, enquiry_load, remote_support
from kumastats.workload.enquiries import WINDOWS


@pytest.fixture(scope="module")
def session(small_study):
    return open_session(str(small_study), "FY2022Q4", "en", notebook="test")


@pytest.fixture(scope="module")
def chatbot(session):
    return enquiries.chatbot(session)


@pytest.fixture(scope="module")
def pilots(session):
    return {r.measure: r for r in remote_support.pilots(session)}


def told(session, made):
    assert not check(made.published, session.thresholds, "internal"), made.id
    return made


def test_three_in_ten_come_back_and_the_rest_takes_six_percent_longer(chatbot):
    """The truths of the sample city; the bot hands over half of those who come back, and believes the others answered."""
    assert chatbot.outcome.settled.low <= 0.70 <= chatbot.outcome.settled.high
    h = chatbot.hours
    assert h.change.low <= 0.06 * h.before.value <= h.change.high
    assert chatbot.told == chatbot.outcome.not_handed > chatbot.outcome.hits
    at_once, later = chatbot.windows[0], chatbot.windows[-1]
    assert at_once.settled.value > later.settled.value  # they come back after forty minutes
    assert h.net.value < h.gross.value and h.net.low < h.net.value < h.net.high


def test_the_measure_and_the_chapter_count_alike(session, chatbot):
    made = measures.cells(
        session.snapshot, "deflection", by=(), period="all", start=chatbot.start, end=chatbot.end
    )
    row = measures.series(made, measures.measure("deflection")).iloc[0]
    assert (row["n"], row["numerator"]) == (chatbot.outcome.n, chatbot.outcome.hits)
    leaked = measures.cells(
        session.snapshot, "leakage", by=(), period="all", start=chatbot.start, end=chatbot.end
    )
    assert leaked.frame["over"].iloc[0] == chatbot.outcome.leaked
    assert leaked.frame["n"].iloc[0] == chatbot.outcome.not_handed
    everyone = session.snapshot.frame("enquiry", ("channel",), start=chatbot.start, end=chatbot.end)
    share = measures.series(
        measures.cells(
            session.snapshot, "chatbot_share", by=(), period="all", start=chatbot.start, end=chatbot.end
        ),
        measures.measure("chatbot_share"),
    ).iloc[0]
    assert share["value"] == pytest.approx((everyone["channel"] == "chatbot").mean())


def test_tablets_cannot_be_decided_but_the_difference_is_near_the_truth(session, pilots):
    service = pilots["service_time"]
    truth = session.truth["service-remote-support"]["value"]
    assert service.pilot.difference == pytest.approx(truth, abs=0.3)
    made = told(session, remote_support.record(session, service))
    assert not made.decidable and made.certainty.level == "very_low"
    assert "cannot be decided" in made.statement.en and "判断できない" in made.statement.ja
    assert "10 ways only" in service.bias_table(session).note
    asked = remote_support.questions(session)
    assert {f.answer.question.id for f in asked.found} == {"service-remote-support", "wait-remote-support"}
    assert not any(f.answer.comparison.decidable for f in asked.found)


def test_two_estimates_of_one_measure_say_why_and_which_counts(session, pilots):
    asked = remote_support.questions(session)
    made = remote_support.why_two(session, list(pilots.values()), asked)
    assert len(made) == 2
    wait = next(a.answer for a in asked.found if a.answer.question.measure == "counter_wait")
    told = next(t for t in made if t.en.startswith("Wait at the counter"))
    for lang in ("ja", "en"):
        for value in (pilots["counter_wait"].pilot.difference, wait.comparison.estimate):
            assert number(value, lang, 1, signed=True) in told(lang)
    assert "the 12 months after going live" in told.en and "the 4 months to 30 September 2018" in told.en
    assert (
        "どちらによっても" in told.ja
        and "{" not in told.ja + told.en
        and "By neither" in told.en
        and "台帳の問い" in told.ja
    )
    assert remote_support.why_two(session, [], asked) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_records_may_be_told_and_pages_read(small_study, lang, pilots):
    session = open_session(str(small_study), "FY2022Q4", lang, notebook="test")
    channels, chatbot, load = (
        enquiry_channels.channels(session),
        enquiries.chatbot(session),
        enquiry_load.expected(session),
    )
    record = enquiries.outcome_record(session, chatbot)
    told(session, record)
    # an upper bound is not known as surely as what was counted
    assert record.certainty.level == "moderate" and "only a bound" in record.certainty.reasons[-1].en
    told(session, enquiries.hours_record(session, chatbot))
    forecast = told(session, enquiry_load.record(session, load))
    assert forecast.kind == "model" and forecast.reasons
    shown = [channels.table(session), chatbot.windows_table(session), chatbot.lengths_table(session), chatbot.hours_table(session), load.table(session)]  # fmt: skip
    shown += [t for p in pilots.values() for t in (p.changes_table(session), p.bias_table(session))]
    assert all("nan" not in t.html() for t in shown)
    figure = channels.figure(session)
    assert figure.alt and "2019-07" in figure.caption


def test_small_quarters_are_not_drawn(session):
    frame = enquiry_channels.channels(session).frame
    assert (frame["n"].dropna() >= session.thresholds.min_n).all() and frame["n"].isna().any()


def test_the_window_is_a_parameter(session):
    short = enquiries.chatbot(session, 20)
    assert short.outcome.window == 20 and [o.window for o in short.windows] == sorted({20, *WINDOWS})
    assert short.outcome.settled.value > enquiries.chatbot(session, WINDOWS[2]).outcome.settled.value
    assert "20 min" in enquiries.outcome_record(session, short).statement.en


def test_the_page_gets_shorter_without_a_table(session):
    none = without(session, "enquiry", "ticket")
    assert enquiry_channels.channels(none) is None and enquiries.chatbot(none) is None
    assert enquiry_load.expected(none) is None and remote_support.pilots(none) == ()
    assert "`enquiry`" in enquiry_channels.NEEDS.en and "enquiry" in enquiry_channels.NEEDS.ja
    assert all("ticket" in r.why.en for r in remote_support.questions(none).refused)
    assert len(enquiries.questions(none).refused) == 2


def test_before_the_chatbot_nothing_is_said_of_it(small_study):
    early = open_session(str(small_study), "FY2018Q2", "en", notebook="test")
    assert enquiries.chatbot(early) is None
    channels = enquiry_channels.channels(early)
    assert set(channels.frame["channel"]) <= {"phone", "counter", "remote"}
    assert "AI chatbot" not in channels.figure(early).caption
    (service, *_) = remote_support.pilots(early)
    assert max(c.months for c in service.pilot.changes) == 4
    assert math.isfinite(service.pilot.difference)
