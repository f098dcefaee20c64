"""The parts of a two-way estimate: published weights, the regression they sum to, and the oracles of the cross-checks."""

import numpy as np
import pandas as pd
import pytest
from real_files import needs, real_file

from kumastats.compare import LongPanel
from kumastats.compare.goodman_bacon import goodman_bacon
from kumastats.compare.staggered.cross_checks import imputation, sun_abraham
from kumastats.errors import CompareError

MPDTA_FILE = "reference/mpdta.csv"
NAMES = {"outcome": "y", "unit": "u", "period": "t", "cohort": "g"}


@pytest.fixture(scope="module")
def mpdta() -> pd.DataFrame:
    columns = {"countyreal": "u", "year": "t", "first.treat": "g", "lemp": "y"}
    return pd.read_csv(real_file(MPDTA_FILE)).rename(columns=columns)


@needs(MPDTA_FILE)
def test_mpdta_is_taken_apart_as_published(mpdta):
    """The research page, row 7: weights by kind and the two-way estimate they sum to."""
    made = goodman_bacon(LongPanel.from_frame(mpdta, **NAMES))
    assert made.estimate == pytest.approx(-0.0365489, abs=5e-8)
    assert made.by_kind()["weight"].to_numpy() == pytest.approx([0.86278, 0.08330, 0.05392], abs=1e-5)
    assert made.forbidden == pytest.approx(0.05392, abs=1e-5)
    assert made.frame["weight"].sum() == pytest.approx(1, abs=1e-12)


@needs(MPDTA_FILE)
def test_every_part_agrees_with_the_oracle(mpdta):
    diff_diff = pytest.importorskip("diff_diff")
    told = diff_diff.BaconDecomposition().fit(mpdta, outcome="y", unit="u", time="t", first_treat="g")
    oracle = {
        (c.treated_group, np.inf if c.control_group == "never_treated" else c.control_group): (c.weight, c.estimate)
        for c in told.comparisons
    }  # fmt: skip
    ours = goodman_bacon(LongPanel.from_frame(mpdta, **NAMES)).frame.set_index(["treated", "control"])
    assert set(ours.index) == set(oracle)
    for key, parts in oracle.items():
        assert tuple(ours.loc[key, ["weight", "estimate"]]) == pytest.approx(parts, rel=1e-8)


@pytest.mark.parametrize("never", [True, False])
def test_parts_sum_to_the_weighted_regression(never):
    """A second route: least squares with all dummies, units of unequal weight."""
    rng = np.random.default_rng(4)
    units, count = 12, 7
    first = np.array([3, 5, 6, 0 if never else 3])[np.arange(units) % 4]
    frame = pd.DataFrame(
        {
            "u": np.repeat(np.arange(units), count), "t": np.tile(np.arange(1, count + 1), units), "g": np.repeat(first, count),
            "y": rng.normal(size=units * count), "w": np.repeat(rng.uniform(0.5, 4, units), count),
        }
    )  # fmt: skip
    made = goodman_bacon(LongPanel.from_frame(frame, **NAMES, weights="w"))
    d = ((frame["g"] > 0) & (frame["t"] >= frame["g"])).to_numpy(float)
    x = np.column_stack([d, np.eye(units)[frame["u"]], np.eye(count)[frame["t"] - 1][:, 1:]])
    root = np.sqrt(frame["w"].to_numpy())
    beta = np.linalg.lstsq(x * root[:, None], frame["y"].to_numpy() * root, rcond=None)[0]
    assert made.estimate == pytest.approx(beta[0], rel=1e-10)
    assert ("treated_vs_never" in set(made.frame["kind"])) is never


def test_a_gap_or_a_single_date_is_refused():
    frame = pd.DataFrame({"u": [1, 1, 2, 2], "t": [1, 2, 1, 2], "g": [2, 2, 2, 2], "y": [1.0, 2.0, 3.0, 5.0]})
    with pytest.raises(CompareError, match="treated alike"):
        goodman_bacon(LongPanel.from_frame(frame, **NAMES))
    with pytest.raises(CompareError, match="every period"):
        goodman_bacon(LongPanel.from_frame(frame.assign(g=[2, 2, 0, 0]).iloc[:3], **NAMES))


@needs(MPDTA_FILE)
@pytest.mark.parametrize(
    ("ours", "oracle", "estimate", "se"),
    [
        (sun_abraham, "SunAbraham", -0.039951, 0.011796),
        (imputation, "ImputationDiD", -0.047710, 0.013222),
    ],
)
def test_cross_checks_of_mpdta(mpdta, ours, oracle, estimate, se):
    """The research page, row 8, and the oracle itself to eight digits where it is installed."""
    made = ours(LongPanel.from_frame(mpdta, **NAMES))
    assert made == (pytest.approx(estimate, abs=6e-7), pytest.approx(se, abs=6e-7))
    diff_diff = pytest.importorskip("diff_diff")
    told = getattr(diff_diff, oracle)().fit(mpdta, outcome="y", unit="u", time="t", first_treat="g")
    assert made == (pytest.approx(told.overall_att, rel=1e-8), pytest.approx(told.overall_se, rel=1e-8))
