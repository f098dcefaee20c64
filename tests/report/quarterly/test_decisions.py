"""Decisions: each from a light or the run, with its figures and its reason."""

from types import SimpleNamespace

from kumastats.report.quarterly.decisions import decisions
from kumastats.report.quarterly.lights import Light
from kumastats.text import Text
from kumastats.warehouse.rules import CheckReport

STUDY = SimpleNamespace(items=())


def light(level, id_):
    return Light(level, Text("題", "subject"), Text("約410人。", "About 410."), (Text("わけ", "why"),), id_)


def made(*lights, records=()):
    return decisions(STUDY, records, lights, CheckReport("s", ()), (), True, None)


def test_a_broken_cap_is_decided_first_and_once():
    rows = made(light("bad", "q"), light("bad", "cap-broken-teacher"))
    assert [r.id for r in rows] == ["cap-broken-teacher", "q"]
    assert rows[0].what.en == "Subject: find out why, and decide how to cut or share the work"
    assert rows[0].why.ja == "約410人。わけ。" and rows[0].why.en == "About 410. Why."


def test_a_cap_kept_or_only_expected_to_break_needs_no_decision():
    assert made(light("good", "cap-broken-city"), light("watch", "cap-expected-city")) == ()


def test_a_claims_reasons_are_sentences():
    reasons = (Text("差がある", "there is a gap"), Text("日曜だった。", "it was a Sunday."))
    claim = SimpleNamespace(
        kind="claim", verdict="contradicted", title=Text("主張", "claim"), reasons=reasons, id="claim-x"
    )
    (row,) = made(records=(claim,))
    assert row.why.ja == "差がある。日曜だった。" and row.why.en == "There is a gap. It was a Sunday."
