"""Poisson from cells beside pyfixest's fepois and statsmodels, and separation."""

import numpy as np
import pytest
import statsmodels.api as sm
from panels import rows, snapshot
from test_moment_fit import Y, agrees, oracle

from kumastats.compare.ppml import fit_poisson
from kumastats.errors import CompareError
from kumastats.warehouse.moments import moments


def by_month(frame):
    """Make post constant within person-months, as an exact fit from cells needs."""
    return frame.assign(
        post=(frame["person_id"].str[1:].astype(int) % 3 == 0) & (frame["month"] >= "2018-07")
    )


@pytest.mark.parametrize("keep", [1.0, 0.4], ids=["balanced", "unbalanced"])
@pytest.mark.parametrize("cluster", ["person_id", "office_id"])
def test_agrees_with_fepois(tmp_path, keep, cluster):
    frame = by_month(rows(60, 150, keep=keep))
    frame.loc[frame["person_id"] == "p00007", "y"] = 0
    x = ("overtime_eligible",)
    groups = (
        dict(zip(frame["person_id"], frame["office_id"], strict=True)) if cluster == "office_id" else None
    )
    made = fit_poisson(moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=x), Y, x, cluster=groups)
    agrees(made, *oracle(frame, x, cluster=cluster, kind="fepois"))
    assert made.dropped["separated"] == (frame["person_id"] == "p00007").sum()


def test_agrees_with_statsmodels(tmp_path):
    frame = by_month(rows(15, 150, keep=0.5))
    x = ("overtime_eligible",)
    made = fit_poisson(moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=x), Y, x)
    dummies = [(frame[c].to_numpy()[:, None] == np.unique(frame[c])[None, :]) for c in ("person_id", "month")]
    design = np.column_stack([frame["post"], dummies[0], dummies[1][:, 1:]]).astype(float)
    theirs = sm.GLM(frame["y"].to_numpy(), design, family=sm.families.Poisson()).fit(tol=1e-13)
    assert made.beta[0] == pytest.approx(theirs.params[0], rel=1e-8)


def test_what_effects_separate_is_left_out(tmp_path):
    """First half: positive to June, 0 after. Second half: from July only. Zeros of the first after June are separated."""
    frame = by_month(rows(40, 150))
    early, before = frame["person_id"] < "p00020", frame["month"] < "2018-07"
    frame = frame.assign(
        post=frame["person_id"].str[1:].astype(int) * 7 % 11 + frame["date"].dt.month * 5 % 7 < 8
    )
    frame.loc[early & ~before, "y"] = 0
    frame = frame[early | ~before].reset_index(drop=True)
    connected = frame[~((frame["person_id"] < "p00020") & (frame["month"] >= "2018-07"))].reset_index(
        drop=True
    )
    found = []
    for name, part in (("whole", frame), ("connected", connected)):
        (tmp_path / name).mkdir()
        cells = moments(snapshot(part, tmp_path / name), "person_day", y=[Y], x=["overtime_eligible"])
        found.append(fit_poisson(cells, Y, ["overtime_eligible"]))
    assert found[0].n == found[1].n == len(connected)
    assert found[0].dropped["separated"] == len(frame) - len(connected)
    np.testing.assert_allclose(found[0].beta, found[1].beta, rtol=1e-10)
    np.testing.assert_allclose(found[0].se, found[1].se, rtol=1e-10)


def test_an_infinite_coefficient_is_not_identified(tmp_path):
    """The marked people have no overtime in August: the mark's coefficient would be −∞."""
    frame = by_month(rows(40, 150))
    frame.loc[(frame["person_id"].str[1:].astype(int) % 4 == 1) & (frame["month"] == "2018-08"), "y"] = 0
    cells = moments(snapshot(frame, tmp_path), "person_day", y=[Y], x=["overtime_eligible"])
    mark = ((cells.unit % 4 == 1) & (cells.period == 4)).astype(float)
    with pytest.raises(CompareError, match="identified"):
        fit_poisson(cells, Y, ["overtime_eligible"], constant={"mark": mark})


def test_what_varies_within_a_cell_is_refused(tmp_path):
    cells = moments(snapshot(rows(10, 90), tmp_path), "person_day", y=[Y], x=["telework"])
    with pytest.raises(CompareError, match="varies within"):
        fit_poisson(cells, Y, ["telework"])
