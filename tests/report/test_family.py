"""The confirmatory family: every question a member, silent ones with p = 1, adjusted as statsmodels does."""

import pytest
from statsmodels.stats.multitest import multipletests

from kumastats.report import open_session
from kumastats.report.chapters import family


def test_every_confirmatory_question_is_a_member(small_study):
    session = open_session(str(small_study), "FY2022Q4", "en", notebook="test")
    made = family.members(session)
    assert [m.question.id for m in made] == [
        q.id for q in session.study.questions.values() if q.kind == "confirmatory"
    ]
    p = [m.p for m in made]
    assert all(m.p == 1 for m in made if m.comparison is None or not m.comparison.decidable)
    assert [m.holm for m in made] == pytest.approx(multipletests(p, method="holm")[1])
    assert [m.benjamini_hochberg for m in made] == pytest.approx(multipletests(p, method="fdr_bh")[1])
    told = family.table(session, made)
    assert len(told.rows) == len(made) >= 5
    silent = [
        r for r, m in zip(told.rows, made, strict=True) if m.comparison is None or not m.comparison.decidable
    ]
    assert all(r[1:] == ["—", "—", "—", "cannot be decided"] for r in silent)
