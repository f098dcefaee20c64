"""Fits from moment cells beside pyfixest on the rows and a dense solve, and invariances."""

import numpy as np
import pyfixest
import pytest
from panels import rows, snapshot

from kumastats.compare.moment_fit import event_study_moments, fit_moments
from kumastats.errors import CompareError
from kumastats.warehouse.moments import moments

Y, X = "ordered_overtime_min", ("overtime_eligible", "telework", "worked_min")
NAMES = {"overtime_eligible": "post", "telework": "telework", "worked_min": "worked_min"}


def oracle(frame, x, *, weights=None, cluster="person_id", kind="feols"):
    data = frame.assign(post=frame["post"].astype(float), telework=frame["telework"].astype(float))
    tight = {"fixef_tol": 1e-12, "fixef_maxiter": 100_000}
    if kind == "fepois":
        tight["iwls_tol"] = 1e-13
    else:
        tight["weights"] = weights
    formula = f"y ~ {' + '.join(NAMES[n] for n in x)} | person_id + month"
    made = getattr(pyfixest, kind)(formula, data, vcov={"CRV1": cluster}, **tight)
    return made.coef().to_numpy(), made.se().to_numpy(), made._N


def agrees(made, coef, se, n, rel=1e-8):
    np.testing.assert_allclose(made.beta, coef, rtol=rel)
    np.testing.assert_allclose(made.se, se, rtol=rel)
    assert made.n == n


@pytest.mark.parametrize("keep", [1.0, 0.4], ids=["balanced", "unbalanced"])
@pytest.mark.parametrize("x", [X[:1], X], ids=["one", "three"])
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
@pytest.mark.parametrize("cluster", ["person_id", "office_id"])
def test_agrees_with_pyfixest(tmp_path, keep, x, weighted, cluster):
    frame = rows(90, 150, keep=keep)
    weight = {"weight": "pc_on_min", "weight_scale": 1000} if weighted else {}
    cells = moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=x, **weight)
    groups = (
        dict(zip(frame["person_id"], frame["office_id"], strict=True)) if cluster == "office_id" else None
    )
    made = fit_moments(cells, Y, x, cluster=groups)
    agrees(made, *oracle(frame, x, weights="weight" if weighted else None, cluster=cluster))


def test_the_jackknife_is_that_of_leaving_each_cluster_out(tmp_path):
    frame = rows(12, 60, keep=0.6)
    groups = dict(zip(frame["person_id"], frame["office_id"], strict=True))
    cells = moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=X)
    made = fit_moments(cells, Y, X, cluster=groups, jackknife=True)
    offices = sorted(set(groups.values()))
    without = []
    for i, office in enumerate(offices):
        part, folder = frame[frame["person_id"].map(groups) != office], tmp_path / str(i)
        folder.mkdir()
        held = moments(snapshot(part, folder), "person_day", y=[Y], x=X)
        without.append(fit_moments(held, Y, X, drop_singletons=False).beta)
    g = len(offices)
    expected = np.sqrt((g - 1) / g * ((np.array(without) - made.beta) ** 2).sum(axis=0))
    np.testing.assert_allclose(made.se, expected, rtol=1e-8)
    plain = fit_moments(cells, Y, X, cluster=groups)
    assert made.clusters == tuple(offices) and (made.beta == plain.beta).all() and (made.se != plain.se).all()


def test_the_jackknife_refuses_an_effect_that_one_cluster_alone_tells(tmp_path):
    frame = rows(12, 60, keep=0.6)
    groups = dict(zip(frame["person_id"], frame["office_id"], strict=True))
    cells = moments(snapshot(frame, tmp_path), "person_day", y=[Y])
    first = min(groups.values())
    mine = np.array([groups[cells.units[u]] == first for u in cells.unit.tolist()])
    late = (mine & (cells.period > cells.period.mean())).astype(float)
    assert fit_moments(cells, Y, constant={"late": late}, cluster=groups).se[0] > 0
    with pytest.raises(CompareError, match="cannot be identified"):
        fit_moments(cells, Y, constant={"late": late}, cluster=groups, jackknife=True)


def test_agrees_with_dense_normal_equations(tmp_path):
    frame = rows(12, 100, keep=0.5)
    made = fit_moments(moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=X), Y, X)
    dummies = [(frame[c].to_numpy()[:, None] == np.unique(frame[c])[None, :]) for c in ("person_id", "month")]
    design = np.column_stack([*(frame[NAMES[n]] for n in X), dummies[0], dummies[1][:, 1:]]).astype(float)
    normal = design.T @ design
    beta = np.linalg.solve(normal, design.T @ frame["y"].to_numpy())
    scores = design * (frame["y"].to_numpy() - design @ beta)[:, None]
    by_person = dummies[0].T.astype(float) @ scores
    inverse = np.linalg.inv(normal)
    g, n, k = 12, len(frame), len(X) + dummies[1].shape[1]
    v = g / (g - 1) * (n - 1) / (n - k) * inverse @ by_person.T @ by_person @ inverse
    np.testing.assert_allclose(made.beta, beta[:3], rtol=1e-10)
    np.testing.assert_allclose(made.covariance, v[:3, :3], rtol=1e-10, atol=1e-12)


def test_singletons_go_as_pyfixest_lets_them(tmp_path):
    frame = rows(40, 90, keep=0.5)
    frame = frame[(frame["person_id"] != "p00003") | ~frame["person_id"].duplicated()].reset_index(drop=True)
    made = fit_moments(moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=X), Y, X)
    agrees(made, *oracle(frame, X))
    assert made.dropped == {"singleton": 1}


def test_event_study_from_cohorts_alone(tmp_path):
    frame = rows(60, 150, keep=0.6)
    cells = moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=["telework"])
    number = frame["person_id"].str[1:].astype(int)
    cohort = {f"p{i:05d}": [None, "2018-06", "2018-07"][i % 3] for i in range(60)}
    made = event_study_moments(cells, Y, ["telework"], cohort=cohort)
    start = np.array([0, 6, 7])[number % 3]
    event = np.where(start > 0, frame["date"].dt.month - start, -1)
    data = frame.assign(event=event, telework=frame["telework"].astype(float))
    theirs = pyfixest.feols(
        "y ~ i(event, ref=-1) + telework | person_id + month", data, vcov={"CRV1": "person_id"}, fixef_tol=1e-12,
        fixef_maxiter=100_000,
    )  # fmt: skip
    assert made.names == (*(f"event_{t}" for t in (-3, -2, 0, 1, 2)), "telework")
    agrees(made, theirs.coef().to_numpy(), theirs.se().to_numpy(), len(frame))


def test_labels_and_order_change_nothing(tmp_path):
    frame = rows(30, 100, keep=0.5)
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    first = fit_moments(moments(snapshot(frame, tmp_path / "a"), "person_day", y=[Y], x=X), Y, X)
    turned = frame.assign(person_id="q" + (99_999 - frame["person_id"].str[1:].astype(int)).astype(str))
    turned = turned.sample(frac=1, random_state=1)
    again = fit_moments(moments(snapshot(turned, tmp_path / "b"), "person_day", y=[Y], x=X), Y, X)
    np.testing.assert_allclose(again.beta, first.beta, rtol=1e-12)
    np.testing.assert_allclose(again.se, first.se, rtol=1e-12)


def test_what_the_effects_explain_is_refused(tmp_path):
    frame = rows(20, 90)
    cells = moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=["telework"])
    with pytest.raises(CompareError, match="identified"):
        fit_moments(cells, Y, constant={"female": (cells.unit % 2).astype(float)})
    with pytest.raises(CompareError, match="no cluster"):
        fit_moments(cells, Y, ["telework"], cluster={"p00001": "a"})


@pytest.mark.slow
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
@pytest.mark.parametrize("cluster", ["person_id", "office_id"])
def test_agrees_with_pyfixest_on_two_million_rows(tmp_path, weighted, cluster):
    frame = rows(4000, 700, keep=0.75)
    weight = {"weight": "pc_on_min", "weight_scale": 1000} if weighted else {}
    cells = moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=X, **weight)
    groups = (
        dict(zip(frame["person_id"], frame["office_id"], strict=True)) if cluster == "office_id" else None
    )
    made = fit_moments(cells, Y, X, cluster=groups)
    agrees(made, *oracle(frame, X, weights="weight" if weighted else None, cluster=cluster))
