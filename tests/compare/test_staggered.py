"""Staggered roll-out: published values of mpdta, a second route, invariances and awkward input."""

import numpy as np
import pandas as pd
import pytest
from real_files import needs, real_file

from kumastats.compare import LongPanel, staggered_panel
from kumastats.compare.clusters import spread
from kumastats.errors import CompareError

MPDTA_FILE = "reference/mpdta.csv"
MPDTA = {"outcome": "lemp", "unit": "countyreal", "period": "year", "cohort": "first.treat"}
NAMES = {"outcome": "y", "unit": "u", "period": "t", "cohort": "g"}
KINDS = ("simple", "dynamic", "group", "calendar")


@pytest.fixture(scope="module")
def mpdta() -> pd.DataFrame:
    return pd.read_csv(real_file(MPDTA_FILE))


def figures(found, kind):
    made = found.aggregate(kind)
    return made.estimate, made.extra["se_influence"]


@needs(MPDTA_FILE)
def test_group_time_effects_of_mpdta(mpdta):
    """csdid, method reg, never treated, analytic errors; the effects are those of did's README."""
    frame = staggered_panel(LongPanel.from_frame(mpdta, **MPDTA), control="never").att_gt
    effect = [-.010503, -.070423, -.137259, -.100811, .006520, -.002751, -.004595, -.041224, .030507, -.002726, -.031087, -.026054]  # fmt: skip
    error = [.023251, .030985, .036436, .034359, .023327, .019559, .017755, .020229, .015034, .016396, .017878, .016655]  # fmt: skip
    assert frame["estimate"].to_numpy() == pytest.approx(effect, abs=6e-7)
    assert frame["std_error"].to_numpy() == pytest.approx(error, abs=6e-7)


@needs(MPDTA_FILE)
@pytest.mark.parametrize(
    ("control", "covariates", "method", "kind", "effect", "error"),
    [
        ("never", (), "reg", "simple", -0.039951, 0.012034), ("never", (), "reg", "dynamic", -0.077240, 0.019965),
        ("never", (), "reg", "group", -0.031018, 0.012446), ("never", (), "reg", "calendar", -0.041700, 0.015972),
        ("never", ("lpop",), "dr", "simple", -0.041752, 0.011503), ("never", ("lpop",), "ipw", "simple", -0.041777, 0.011500),
        ("never", ("lpop",), "reg", "simple", -0.041969, 0.011445), ("not_yet", (), "dr", "simple", -0.039764, 0.012052),
        ("not_yet", (), "dr", "dynamic", -0.077399, 0.019560), ("not_yet", (), "dr", "group", -0.030462, 0.012575),
        ("not_yet", (), "dr", "calendar", -0.044267, 0.015571), ("not_yet", ("lpop",), "dr", "simple", -0.041352, 0.011428),
    ],
)  # fmt: skip
def test_aggregates_of_mpdta(mpdta, control, covariates, method, kind, effect, error):
    """csdid 0.4.3 (the research page, rows 2, 4 and 5)."""
    panel = LongPanel.from_frame(mpdta, **MPDTA, covariates=covariates)
    found = staggered_panel(panel, control=control, method=method)
    assert figures(found, kind) == (pytest.approx(effect, abs=6e-7), pytest.approx(error, abs=6e-7))


@needs(MPDTA_FILE)
def test_the_oracle_agrees_to_eight_digits(mpdta):
    diff_diff = pytest.importorskip("diff_diff")
    made = diff_diff.CallawaySantAnna(control_group="never_treated").fit(
        mpdta, outcome="lemp", unit="countyreal", time="year", first_treat="first.treat"
    )
    ours = figures(staggered_panel(LongPanel.from_frame(mpdta, **MPDTA), control="never"), "simple")
    assert ours == (pytest.approx(made.overall_att, rel=1e-8), pytest.approx(made.overall_se, rel=1e-8))


def synthetic(units: int = 40, count: int = 8, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    first = np.array([0, 4, 6, 0])[np.arange(units) % 4]
    t = np.arange(1, count + 1)
    y = rng.normal(0, 1, (units, 1)) + 0.3 * t + rng.normal(0, 0.5, (units, count))
    y += np.where((first > 0)[:, None] & (t >= first[:, None]), 1.0 * (t - first[:, None] + 1), 0)
    return pd.DataFrame(
        {"u": np.repeat(np.arange(units), count), "t": np.tile(t, units), "g": np.repeat(first, count), "y": y.ravel()}
    )  # fmt: skip


def test_what_must_not_matter(subtests):
    frame = synthetic()
    whole = staggered_panel(LongPanel.from_frame(frame, **NAMES))
    reference = [figures(whole, k) for k in KINDS]
    copy = frame.copy()
    always = pd.DataFrame({"u": np.repeat([90, 91], 8), "t": np.tile(range(1, 9), 2), "g": 1, "y": 77.0})
    months = frame.assign(
        t=[f"2018-{t:02d}" for t in frame["t"]], g=[f"2018-{g:02d}" if g else None for g in frame["g"]]
    )
    same = {
        "order": frame.sample(frac=1, random_state=1),
        "names": frame.assign(u=frame["u"].map("office {:03d}".format)),
        "always treated": pd.concat([frame, always]),
        "a constant": frame.assign(y=frame["y"] + 1000),
        "never as missing": frame.assign(g=frame["g"].replace(0, np.nan)),
        "never as a date to come": frame.assign(g=frame["g"].replace(0, 99)),
        "months": months,
        "dates": frame.assign(t=pd.to_datetime(months["t"]), g=pd.to_datetime(months["g"])),
    }
    for name, changed in same.items():
        with subtests.test(name):
            made = staggered_panel(LongPanel.from_frame(changed, **NAMES))
            assert [figures(made, k) for k in KINDS] == [pytest.approx(r, rel=1e-9) for r in reference]
    pd.testing.assert_frame_equal(frame, copy)
    doubled = pd.concat([frame, frame.assign(u=frame["u"] + 500)])
    made = staggered_panel(LongPanel.from_frame(doubled, **NAMES))
    for kind, (effect, error) in zip(KINDS, reference, strict=True):
        assert figures(made, kind) == (pytest.approx(effect), pytest.approx(error / np.sqrt(2)))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda f: f.iloc[:0], "empty"), (lambda f: f.assign(y="a"), "not numeric"),
        (lambda f: pd.concat([f, f.iloc[:3]]), "several rows"), (lambda f: f.assign(g=0), "No unit is treated"),
        (lambda f: f.assign(g=4), "nobody to compare"), (lambda f: f.assign(y=np.nan), "No usable row"),
        (lambda f: f.drop(columns="g"), "missing: g"), (lambda f: f.assign(g=f["t"]), "changes within"),
        (lambda f: f[f["t"] == 3], "only one period"), (lambda f: f.iloc[1:], "not seen in every period"),
        (lambda f: f.assign(g=f["g"].astype(str)), "scale of the period"), (lambda f: f.assign(u=None), "missing values"),
    ],
)  # fmt: skip
def test_awkward_frames_are_refused_by_name(change, found):
    with pytest.raises(CompareError, match=found):
        staggered_panel(LongPanel.from_frame(change(synthetic()), **NAMES))


def test_a_missing_outcome_is_counted_and_the_rule_is_named():
    frame = synthetic()
    frame.loc[[5, 100], "y"] = np.nan
    panel = LongPanel.from_frame(frame, **NAMES)
    assert panel.dropped == {"missing_value": 2}
    kept = staggered_panel(panel, missing="complete_units").simple
    assert kept.dropped == {"missing_value": 2, "incomplete_unit": 14} and kept.n_units == 38
    without = frame[~frame["u"].isin([0, 12])]
    assert kept.estimate == pytest.approx(
        staggered_panel(LongPanel.from_frame(without, **NAMES)).simple.estimate
    )
    answers = {staggered_panel(panel, missing=m).simple.estimate for m in ("complete_units", "pairs", "cross_sections")}  # fmt: skip
    assert len(answers) == 3


def test_a_period_missing_for_everyone_is_no_error():
    frame = synthetic()
    made = staggered_panel(LongPanel.from_frame(frame[frame["t"] != 5], **NAMES))
    assert 5.0 not in made.att_gt["time"].to_numpy() and np.isfinite(made.dynamic.estimate)


def test_bands_hold_more_than_intervals_and_agree_with_the_analytic_error():
    panel = LongPanel.from_frame(synthetic(units=200), **NAMES)
    plain = staggered_panel(panel).dynamic
    made = staggered_panel(panel, draws=1999, rng=np.random.default_rng(1)).dynamic
    assert (made.path["band_high"] > made.path["conf_high"]).all()
    assert made.path["std_error"].to_numpy() == pytest.approx(plain.path["std_error"].to_numpy(), rel=0.12)
    assert made.extra["se_bootstrap"] == pytest.approx(plain.extra["se_influence"], rel=0.12)
    assert "同時" in made.plot("ja").caption


def test_few_clusters_give_no_verdict_and_say_what_would():
    frame = synthetic(units=8)
    found = staggered_panel(LongPanel.from_frame(frame, **NAMES)).simple
    assert not found.decidable and np.isnan(found.p) and "2 more" in found.text("en")


def test_two_groups_are_tested_as_welch_does():
    """The CR2 error of a difference of means is Welch's; its degrees of freedom those of Bell and McCaffrey."""
    x, y = np.array([1.0, 4, 2]), np.array([3.0, 1, 7, 5, 2, 2, 9])
    parts = np.concatenate([(x - x.mean()) / 3, -(y - y.mean()) / 7])
    made = spread(parts, np.repeat([1, 0], [3, 7]), np.ones(10), np.array([1]))
    assert made.se == pytest.approx(np.sqrt(x.var(ddof=1) / 3 + y.var(ddof=1) / 7))
    assert made.df == pytest.approx((1 / 3 + 1 / 7) ** 2 / (1 / 9 / 2 + 1 / 49 / 6))
