"""Every design a register may name: answered under one contract, named in both languages, rated, and written as a finding."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from outcomes import Plain, panel

from kumastats.compare import did, staggered_rollout
from kumastats.compare.asked import DESIGNS, Asked
from kumastats.compare.its import interrupted_series
from kumastats.display import word
from kumastats.errors import CompareError
from kumastats.evidence.certainty import STARTS
from kumastats.study import register

HOURS = Plain(scale=1000.0)
START, END = dt.date(2017, 1, 1), dt.date(2019, 12, 31)


def asked(
    offices: int = 33, *, dates: int = 1, day: int = 1, seed: int = 1, comparison: str = "not_yet_live"
) -> Asked:
    cells = panel(np.random.default_rng(seed), offices, 36, offices // 3, 24, -4000)
    units = sorted(cells["office_id"].unique())
    live = {u: dt.date(2019, 1, day) if i < offices // 3 else None for i, u in enumerate(units)}
    if dates > 1:
        live |= dict.fromkeys(units[2:4], dt.date(2019, 4, 1))
    cohorts = sorted({d for d in live.values() if d})
    return Asked(cells, live, cohorts, START, END, HOURS, "office_id", 1, comparison)


def test_the_register_and_the_designs_name_the_same():
    assert set(DESIGNS) == set(register.DESIGNS)


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_every_design_answers_under_the_contract(design):
    made = asked().by(design)
    assert made.design in STARTS and word(made.design) != word(made.design, "en")
    assert made.estimate == pytest.approx(-4, abs=1.5)
    assert made.n > 0 and len(made.tidy()) == 1 and made.text("ja") and made.text("en")
    assert "<svg" in made.plot("en")._repr_html_() and "<p>" in made._repr_html_()
    assert made.decidable == (design != "before_after")
    assert not (made.headline and design in ("its", "paired", "before_after"))
    assert made.ci[0] < made.estimate < made.ci[1]
    assert bool(made.undecidable_reason) != made.decidable
    assert np.isfinite(made.minimal_detectable_effect) == (design != "before_after")


def test_did_and_staggered_are_the_functions_themselves():
    a = asked(dates=2)
    arguments = {
        "live": a.live,
        "start": START,
        "end": END,
        "measure": HOURS,
        "rng": np.random.default_rng(1),
    }
    assert a.is_staggered and not asked().is_staggered
    assert a.by("did").to_dict() == did(a.cells, **arguments).to_dict()
    ours = a.by("staggered")
    assert ours.estimate == staggered_rollout(a.cells, **arguments).estimate
    assert np.isfinite(ours.path["band_low"]).any() and {c.name for c in ours.checks} >= {
        "pre_trend",
        "shocks",
    }


def test_a_series_is_the_mean_of_those_gone_live_less_that_of_the_others():
    a = asked(day=15)
    months = a.cells.assign(side=a.cells["office_id"].map(lambda u: a.live[u] is not None)).groupby(
        ["side", "period"]
    )
    mean = (months["s1"].sum() / months["n"].sum() / 1000).unstack("side")
    by_hand = interrupted_series(mean[True], 24, control=mean[False], transition=1)
    made = a.by("its")
    assert made.estimate == pytest.approx(by_hand.estimate, rel=1e-10) and made.design == "comparative_its"
    assert made.dropped == {"transition": 1} and made.path.index[0] == "2017-01"
    alone = dataclasses.replace(a, comparison="none").by("its")
    assert alone.design == "its" and alone.estimate != made.estimate


@pytest.mark.parametrize("design", ["its", "synthetic"])
def test_a_series_takes_one_date_and_no_gap(design):
    with pytest.raises(CompareError, match="one live date"):
        asked(dates=2).by(design)
    a = asked()
    with pytest.raises(CompareError, match="month is missing"):
        dataclasses.replace(a, cells=a.cells[a.cells["period"] != "2018-05"]).by(design)


def test_every_public_name_loads():
    from kumastats import compare

    assert all(callable(getattr(compare, name)) for name in compare.__all__)
    assert set(compare._MODULE) < set(compare.__all__)
    with pytest.raises(AttributeError):
        _ = compare.nothing
