"""What is said of awkward input, word for word, and which rule counts it; and a data set nobody tuned anything on."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain, panel

from kumastats.compare import (
    LongPanel,
    did,
    event_study,
    goodman_bacon,
    hedges_g,
    imputation,
    interrupted_series,
    paired_t,
    rank_sum,
    staggered_panel,
    staggered_rollout,
    sun_abraham,
    synthetic_control,
    xmr,
)
from kumastats.errors import CompareError

LIVE_DAY = dt.date(2018, 1, 1)
NAMES = {"outcome": "y", "unit": "u", "period": "t", "cohort": "g"}
FIRST = slice(0, 4)


def cells() -> pd.DataFrame:
    return panel(np.random.default_rng(1), 20, 24, 10, 12, -1000)


def live_of(frame: pd.DataFrame) -> dict[str, object]:
    return dict.fromkeys(sorted(frame["office_id"].dropna().unique())[:10], LIVE_DAY)


def by(function, frame: pd.DataFrame, live=None, **more):
    draws = {"rng": np.random.default_rng(1)} if function is did else {}
    checks = {} if function is event_study else {"run_checks": False}
    return function(
        frame, live=live_of(cells()) if live is None else live, start=dt.date(2017, 1, 1), end=dt.date(2018, 12, 31),
        measure=Plain(scale=1000.0), **{**draws, **checks, **more},
    )  # fmt: skip


@pytest.fixture(params=[did, staggered_rollout, event_study], ids=lambda f: f.__name__)
def design(request):
    return request.param


def without(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Make the first four values of a column missing."""
    return frame.assign(**{column: frame[column].where(frame.index > 3)})


@pytest.mark.parametrize(
    ("spoilt", "match"),
    [
        (lambda f: without(f, "s1"), "s1 is not all integers"), (lambda f: without(f, "n"), "n is not all integers"),
        (lambda f: without(f, "office_id"), "office_id has missing"), (lambda f: without(f, "period"), "period has missing"),
        (lambda f: f.assign(s1="x"), "not all integers"), (lambda f: pd.concat([f, f]), "480 cells repeat"),
        (lambda f: f.iloc[:0], "no cells"), (lambda f: f.drop(columns="n"), "lack the column n"),
        (lambda f: f.assign(period="2018"), "not a month"), (lambda f: f.assign(n=-f["n"]), "negative n"),
    ],
)  # fmt: skip
def test_spoilt_cells_are_refused(design, spoilt, match):
    frame = cells()
    kept = frame.copy()
    with pytest.raises(CompareError, match=match):
        by(design, spoilt(frame))
    pd.testing.assert_frame_equal(frame, kept)


@pytest.mark.parametrize(
    ("live", "match"),
    [
        ({}, "before and after"),
        (dict.fromkeys(sorted(cells()["office_id"].unique()), LIVE_DAY), "nobody to compare with"),
        (dict.fromkeys(sorted(cells()["office_id"].unique())[:10], dt.date(2030, 1, 1)), "before and after"),
        ({"U000": "soon"}, "no date"),
    ],
)
def test_dates_that_decide_nothing_are_refused(design, live, match):
    with pytest.raises(CompareError, match=match):
        by(design, cells(), live=live)


def test_missing_dates_mean_never_and_timestamps_are_days(design):
    plain = by(design, cells())
    others = {"U015": pd.NaT, "U016": float("nan"), "U017": None}
    same = by(design, cells(), live={k: pd.Timestamp(v) for k, v in live_of(cells()).items()} | others)
    if design is event_study:
        pd.testing.assert_frame_equal(same.frame, plain.frame)
    else:
        assert same.to_dict() == plain.to_dict()


def test_cells_of_nobody_may_have_no_sum():
    frame = cells()
    empty = frame.assign(n=frame["n"].where(frame.index > 3, 0), s1=frame["s1"].where(frame.index > 3))
    assert by(did, empty).to_dict() == by(did, frame.drop(index=range(4))).to_dict()


def test_one_cluster_or_one_treated_office_is_not_decided():
    frame = cells()
    one = by(did, frame, cluster=dict.fromkeys(frame["office_id"].unique(), "city"))
    single = by(did, frame, live={"U000": LIVE_DAY})
    assert not one.decidable and not single.decidable
    assert np.isnan(one.p) and np.isnan(single.ci[0]) and np.isfinite(single.estimate)


def test_a_month_nobody_has_is_no_month(design):
    made = by(design, cells().query("period != '2018-03'"))
    assert np.isfinite(made.n) and made.n == int(cells().query("period != '2018-03'")["n"].sum())


@pytest.mark.parametrize("level", [0, 1, 2, -0.5])
def test_a_level_that_is_none_is_refused(design, level):
    with pytest.raises(CompareError, match="between 0 and 1"):
        by(design, cells(), level=level)


def test_series_take_any_whole_number_and_frames_any_labels():
    y = np.random.default_rng(1).normal(size=60)
    assert interrupted_series(y, np.int64(30)).to_dict() == interrupted_series(y, 30).to_dict()
    frame = pd.DataFrame(np.random.default_rng(2).normal(size=(20, 30)))
    named = frame.set_axis([str(c) for c in frame.columns], axis=1)
    assert (
        synthetic_control(frame, 0, 12).comparison.to_dict()
        == synthetic_control(named, "0", 12).comparison.to_dict()
    )


@pytest.mark.parametrize(
    "job",
    [
        lambda: paired_t(["a", "b"], [1, 2]), lambda: paired_t([1, 2], [1]), lambda: paired_t([], []),
        lambda: rank_sum([], [1]), lambda: hedges_g([1], [2]), lambda: xmr([]), lambda: interrupted_series([1, 2, 3], 1),
    ],
)  # fmt: skip
def test_plain_numbers_that_cannot_be_compared_are_refused(job):
    with pytest.raises(CompareError):
        job()


# ---------------------------------------------------------------- castle-doctrine laws


@pytest.fixture(scope="module")
def castle() -> pd.DataFrame:
    """Log homicide of 50 states, 2000 to 2010, and the first full year of a castle law (Cheng and Hoekstra 2013)."""
    raw = pytest.importorskip("causaldata").castle.load_pandas().data
    first = raw[raw["post"] > 0].groupby("sid")["year"].min()
    return pd.DataFrame(
        {
            "u": raw["sid"],
            "t": raw["year"],
            "y": raw["l_homicide"].astype(float),
            "g": raw["sid"].map(first).fillna(0),
        }
    )


@pytest.mark.parametrize(("control", "name"), [("never", "never_treated"), ("not_yet", "not_yet_treated")])
def test_castle_laws_by_callaway_and_santanna(castle, control, name):
    diff_diff = pytest.importorskip("diff_diff")
    made = staggered_panel(LongPanel.from_frame(castle, **NAMES), control=control).simple
    told = diff_diff.CallawaySantAnna(control_group=name).fit(
        castle, outcome="y", unit="u", time="t", first_treat="g"
    )
    assert made.estimate == pytest.approx(told.overall_att, rel=1e-8)
    assert made.extra["se_influence"] == pytest.approx(told.overall_se, rel=1e-8)


def test_castle_laws_by_the_cross_checks_and_two_way_effects(castle):
    diff_diff, pyfixest = pytest.importorskip("diff_diff"), pytest.importorskip("pyfixest")
    panel = LongPanel.from_frame(castle, **NAMES)
    for ours, name in ((sun_abraham, "SunAbraham"), (imputation, "ImputationDiD")):
        told = getattr(diff_diff, name)().fit(castle, outcome="y", unit="u", time="t", first_treat="g")
        assert ours(panel) == (
            pytest.approx(told.overall_att, rel=1e-8),
            pytest.approx(told.overall_se, rel=1e-8),
        )
    rows = castle.assign(post=((castle["g"] > 0) & (castle["t"] >= castle["g"])).astype(int))
    told = pyfixest.feols("y ~ post | u + t", rows, vcov={"CRV1": "u"})
    assert goodman_bacon(panel).estimate == pytest.approx(told.coef().iloc[0], rel=1e-8)


def test_castle_laws_with_missing_rows_need_a_named_rule(castle):
    gone = castle.copy()
    gone.loc[FIRST, "y"] = np.nan
    panel = LongPanel.from_frame(gone, **NAMES)
    with pytest.raises(CompareError, match="1 of 50 units are not seen in every period"):
        staggered_panel(panel)
    kept = {
        rule: staggered_panel(panel, missing=rule).simple
        for rule in ("complete_units", "pairs", "cross_sections")
    }
    assert all(c.dropped["missing_value"] == int(gone["y"].isna().sum()) for c in kept.values())
    assert kept["complete_units"].n_units == 49 and kept["pairs"].n_units == 50
