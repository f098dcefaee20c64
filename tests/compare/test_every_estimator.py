"""Every public estimator, walked by table: awkward input is a clear error or a named rule, and what must not move an answer does not."""

import copy
import datetime as dt
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from estimators import LIVE_DAY, PLAIN, SMALL, TRIED, TYPES, comparisons, figures, kept

import kumastats.compare as compare
from kumastats.errors import KumastatsError

NAN, INF = float("nan"), float("inf")


def at(values, place, value):
    """Return a copy with one value changed."""
    return np.where(np.arange(len(values)) == place, value, values)


def column(name, value, rows=4):
    """Return a change of the first rows of a column of the frame."""
    return lambda i: {**i, "frame": i["frame"].assign(**{name: i["frame"][name].astype(object).where(i["frame"].index >= rows, value).infer_objects()})}  # fmt: skip


def whole(name, value):
    return lambda i: {**i, "frame": i["frame"].assign(**{name: value})}


def rows(condition):
    return lambda i: {**i, "frame": i["frame"][condition(i["frame"])]}


def frame(change):
    return lambda i: {**i, "frame": change(i["frame"])}


def live(change):
    return lambda i: {**i, "live": change(i["live"], sorted(i["frame"].iloc[:, 0].unique()))}


ARRAYS = {
    "NaN outcome": lambda i: {**i, "x": at(i["x"], 3, NAN)}, "all NaN": lambda i: {**i, "x": i["x"] * NAN},
    "not numeric": lambda i: {**i, "x": np.array(["a"] * len(i["x"]))}, "inf": lambda i: {**i, "x": at(i["x"], 0, INF)},
    "complex": lambda i: {**i, "x": i["x"] + 1j}, "dates": lambda i: {**i, "x": pd.date_range("2018-01-01", periods=len(i["x"]))},
    "two-dimensional": lambda i: {**i, "x": np.column_stack([i["x"], i["x"]])},
    "empty": lambda i: {k: v[:0] for k, v in i.items()}, "one": lambda i: {k: v[:1] for k, v in i.items()},
    "constant": lambda i: {**i, "x": i["x"] * 0 + 0.1, "y": i["y"] * 0 + 0.1},
    "a constant change": lambda i: {**i, "x": i["x"] / 10, "y": i["x"] / 10 + 0.1},
}  # fmt: skip
CELLS = {
    "NaN outcome": column("s1", NAN), "NaN n": column("n", NAN), "no unit": column("office_id", None), "no period": column("period", None),
    "not numeric": whole("s1", "x"), "inf": column("s1", INF), "complex": whole("s1", 1j), "beyond integers": whole("s1", 1e30),
    "duplicate": frame(lambda f: pd.concat([f, f])), "empty": rows(lambda f: f["n"] < 0), "no column": frame(lambda f: f.drop(columns="n")),
    "no unit column": frame(lambda f: f.drop(columns="office_id")), "no month": whole("period", "2018"),
    "dates for months": frame(lambda f: f.assign(period=pd.to_datetime(f["period"]))), "negative n": frame(lambda f: f.assign(n=-f["n"])),
    "nobody": whole("n", 0), "constant": frame(lambda f: f.assign(s1=f["n"] * 5)),
    "additive": frame(lambda f: f.assign(s1=f["n"] * (f["office_id"].str[1:].astype(int) * 1000 + f["period"].str[5:].astype(int) * 100))),
    "a period missing for everyone": rows(lambda f: f["period"] != "2018-03"), "one unit": rows(lambda f: f["office_id"] == "U000"),
    "no control": rows(lambda f: f["office_id"] < "U006"), "none treated": live(lambda d, u: {}), "all treated": live(lambda d, u: dict.fromkeys(u, LIVE_DAY)),
    "one treated": live(lambda d, u: {u[0]: LIVE_DAY}), "one control": live(lambda d, u: dict.fromkeys(u[1:], LIVE_DAY)),
    "future dates": live(lambda d, u: dict.fromkeys(d, dt.date(2030, 1, 1))), "past dates": live(lambda d, u: dict.fromkeys(d, dt.date(2000, 1, 1))),
    "date in words": live(lambda d, u: {**d, u[0]: "soon"}), "date a number": live(lambda d, u: {**d, u[0]: 2018}),
    "NaN date": live(lambda d, u: {**d, u[0]: NAN}), "NaT date": live(lambda d, u: {**d, u[0]: pd.NaT}), "NA date": live(lambda d, u: {**d, u[0]: pd.NA}),
    "timestamps": live(lambda d, u: {k: pd.Timestamp(v) for k, v in d.items()}),
}  # fmt: skip
LONG = {
    "NaN outcome": column("y", NAN), "all NaN": whole("y", NAN), "inf": column("y", INF), "not numeric": whole("y", "x"), "complex": whole("y", 1j),
    "NaN date": frame(lambda f: f.assign(g=f["g"].where(f["g"] > 0))), "future dates": frame(lambda f: f.assign(g=f["g"].where(f["g"] == 0, 99))),
    "past dates": frame(lambda f: f.assign(g=f["g"].where(f["g"] == 0, 1))), "date in words": whole("g", "soon"), "dates change": frame(lambda f: f.assign(g=f["t"])),
    "empty": rows(lambda f: f["t"] < 0), "duplicate": frame(lambda f: pd.concat([f, f])), "no unit": column("u", None), "no period": column("t", NAN),
    "one unit": rows(lambda f: f["u"] == "u00"), "one treated": rows(lambda f: (f["u"] == "u00") | (f["g"] == 0)),
    "no control": rows(lambda f: f["g"] > 0), "all treated at once": whole("g", 4), "none treated": rows(lambda f: f["g"] == 0),
    "a period missing for everyone": rows(lambda f: f["t"] != 5), "one period": rows(lambda f: f["t"] == 4),
    "constant": whole("y", 0.1), "additive": frame(lambda f: f.assign(y=f["t"] * 0.1 + f["u"].str[1:].astype(int) * 0.3)),
    "no column": frame(lambda f: f.drop(columns="y")),
}  # fmt: skip
AWKWARD = {
    "pairs": ARRAYS, "groups": ARRAYS, "waits": {**ARRAYS, "no day": lambda i: {**i, "dx": [None, *i["dx"][1:]]}},
    "survey": {
        "NaN outcome": column("answer", NAN), "all NaN": whole("answer", NAN), "not numeric": whole("answer", "x"), "inf": column("answer", INF),
        "empty": rows(lambda f: f["c"] < 0), "one wave": rows(lambda f: f["wave"] == "2017"), "no wave": column("wave", None),
        "waves of two types": frame(lambda f: f.assign(wave=[1] * 40 + ["a"] * 40)), "clusters of two types": frame(lambda f: f.assign(c=[1, "a"] * 40)),
        "no column": frame(lambda f: f.drop(columns="answer")), "NaN weight": column("w", NAN), "negative weight": whole("w", -1.0), "no weight": whole("w", 0.0),
        "one cluster": whole("c", 1), "constant": whole("answer", 3.3),
    },
    "months": {
        "NaN outcome": column("value", NAN), "all NaN": whole("value", NAN), "not numeric": whole("value", "x"), "inf": column("value", INF),
        "empty": rows(lambda f: f["n"] < 0), "duplicate": frame(lambda f: pd.concat([f, f])), "no unit": column("unit", None), "no period": column("period", None),
        "no month": frame(lambda f: f.assign(period=np.arange(len(f)))), "one unit": rows(lambda f: f["unit"] == "U000"), "constant": whole("value", 0.1),
        "no column": frame(lambda f: f.drop(columns="value")), "a period missing for everyone": rows(lambda f: f["period"] != "2018-03"),
        **{k: v for k, v in CELLS.items() if "date" in k or k in ("none treated", "one treated", "timestamps")},
    },
    "cells": CELLS, "fit": CELLS, "long": LONG,
    "series": {
        "NaN outcome": lambda i: {"y": at(i["y"], 3, NAN)}, "all NaN": lambda i: {"y": i["y"] * NAN}, "inf": lambda i: {"y": at(i["y"], 3, INF)},
        "not numeric": lambda i: {"y": np.array(["a"] * 60)}, "complex": lambda i: {"y": i["y"] + 1j}, "dates": lambda i: {"y": pd.date_range("2018-01-01", periods=60)},
        "empty": lambda i: {"y": i["y"][:0]}, "one": lambda i: {"y": i["y"][:1]}, "two-dimensional": lambda i: {"y": np.column_stack([i["y"], i["y"]])},
        "constant": lambda i: {"y": i["y"] * 0 + 0.1}, "a step and nothing else": lambda i: {"y": (np.arange(60) >= 36) * 1.0},
    },
    "beside": {
        "NaN outcome": column("s00", NAN), "NaN donor": column("s05", NAN), "inf": column("s05", INF), "not numeric": whole("s05", "x"), "complex": whole("s05", 1j),
        "a period missing for everyone": rows(lambda f: f.index != 5), "a period NaN for everyone": frame(lambda f: f.assign(**dict.fromkeys(f.columns, f["s00"].where(f.index != 5)))),
        "empty": rows(lambda f: f.index < 0), "no donor": frame(lambda f: f[["s00"]]), "one donor": frame(lambda f: f[["s00", "s01"]]),
        "constant": frame(lambda f: f * 0 + 0.1), "dates": whole("s05", pd.Timestamp("2018-01-01")),
    },
    "moments": {
        "NaN outcome": lambda i: {**i, "late": at(i["late"], 0, NAN)}, "inf": lambda i: {**i, "late": at(i["late"], 0, INF)},
        "not numeric": lambda i: {**i, "late": np.array(["a"] * len(i["late"]))}, "too few": lambda i: {**i, "late": i["late"][:5]},
        "empty": lambda i: kept(i, i["cells"].unit < 0), "one unit": lambda i: kept(i, i["cells"].unit == 0), "one period": lambda i: kept(i, i["cells"].period == 4),
        "all treated": lambda i: {**kept(i, i["cells"].unit < 5)}, "none treated": lambda i: {**i, "late": i["late"] * 0, "cohort": {}},
        "a period missing for everyone": lambda i: kept(i, i["cells"].period != 5), "date in words": lambda i: {**i, "cohort": {**i["cohort"], "u00": "soon"}},
        "NaN date": lambda i: {**i, "cohort": {**i["cohort"], "u00": NAN}}, "NaT date": lambda i: {**i, "cohort": {**i["cohort"], "u00": pd.NaT}},
        "future dates": lambda i: {**i, "cohort": dict.fromkeys(i["cohort"], "2030-01")},
    },
}  # fmt: skip
# input that no answer may be made of, by any function of the kind
REFUSED = {
    "pairs": {"all NaN", "not numeric", "inf", "complex", "dates", "two-dimensional", "empty"},
    "groups": {"all NaN", "not numeric", "inf", "complex", "dates", "two-dimensional", "empty"},
    "waits": {"all NaN", "not numeric", "inf", "complex", "dates", "two-dimensional", "empty"},
    "survey": {"all NaN", "not numeric", "inf", "empty", "one wave", "waves of two types", "no column", "NaN weight", "negative weight", "no weight"},
    "months": {"all NaN", "not numeric", "inf", "empty", "duplicate", "no month", "one unit", "no column", "none treated", "one treated", "future dates", "past dates", "date in words", "date a number"},
    "cells": {"NaN outcome", "NaN n", "no unit", "no period", "not numeric", "inf", "complex", "beyond integers", "duplicate", "empty", "no column", "no unit column", "no month", "dates for months", "negative n", "nobody", "date in words", "date a number"},
    "long": {"all NaN", "not numeric", "complex", "past dates", "date in words", "dates change", "empty", "duplicate", "no unit", "no period", "one unit", "all treated at once", "none treated", "one period", "no column", "future dates"},
    "series": {"NaN outcome", "all NaN", "inf", "not numeric", "complex", "dates", "empty", "one", "two-dimensional"},
    "beside": {"NaN outcome", "not numeric", "complex", "a period NaN for everyone", "empty", "no donor", "dates"},
    "moments": {"empty", "one unit", "one period", "none treated"},
}  # fmt: skip
REFUSED["fit"] = REFUSED["cells"] | {
    "one unit",
    "no control",
    "none treated",
    "all treated",
    "future dates",
    "past dates",
}
# functions that say in their docstring that NaN is their answer where nothing can be told
NAN_IS_TOLD = {"crv3", "ward_mean", "detectable_drift", "wild_bootstrap", "event_study"}
# bounds that are infinite where nothing that large is ruled out, by their docstrings
INFINITE_IS_TOLD = {"randomisation", "compare_plans"}
# an interval and no p-value: what an effect size is
WITHOUT_P = {"d_z", "d_av", "hedges_g", "cliffs_delta", "rank_biserial"}
PAIRS = [(name, spoilt) for name, (kind, _) in TRIED.items() for spoilt in AWKWARD[kind]]


def test_no_public_function_is_left_out():
    """A new public estimator belongs into the table of `estimators.py`, with its kind of input."""
    assert set(compare.__all__) == set(TRIED) | set(SMALL) | TYPES
    assert all(isinstance(getattr(compare, name), type) for name in TYPES)
    assert not any(isinstance(getattr(compare, name), type) for name in {**TRIED, **SMALL})
    assert set(AWKWARD) == set(PLAIN) == set(REFUSED) == {kind for kind, _ in TRIED.values()}
    assert all(REFUSED[kind] <= set(AWKWARD[kind]) for kind in REFUSED)


@pytest.mark.parametrize(("name", "spoilt"), PAIRS, ids=lambda v: str(v).replace(" ", "-"))
def test_awkward_input_is_refused_or_answered_by_a_rule(name, spoilt):
    kind, ask = TRIED[name]
    given = AWKWARD[kind][spoilt](PLAIN[kind]())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            made = ask(given)
            told = figures(made)
        except KumastatsError as error:
            assert error.found.ja and error.found.en and error.found.ja != error.found.en
            return
    assert spoilt not in REFUSED[kind], "answered"
    found = comparisons(made)
    for c in found:
        assert math.isfinite(c.estimate)
        assert (c.undecidable_reason is None) == c.decidable
        if c.decidable:
            assert not any(math.isnan(end) for end in c.ci)
            assert 0 <= c.p <= 1 or (math.isnan(c.p) and name in WITHOUT_P)
        elif c.design != "descriptive":
            assert math.isnan(c.p) and math.isnan(c.ci[0])
        assert all(isinstance(n, int) and n > 0 for n in c.dropped.values())
        assert c.text("ja") and c.text("en")
        if spoilt in ("NaN outcome", "NaN donor", "no unit", "no period", "no wave", "no day"):
            assert c.dropped, "something is missing, and nothing is counted"
        if spoilt == "additive":
            assert not c.decidable or c.design == "descriptive", "rounding is taken for variation"
    if name in INFINITE_IS_TOLD:
        assert not np.isnan(told).any()
    elif not found and name not in NAN_IS_TOLD:
        assert np.isfinite(told).all()


@pytest.mark.parametrize("name", sorted(SMALL))
def test_plain_numbers_that_mean_nothing_are_refused(name):
    for ask in SMALL[name]:
        with pytest.raises(KumastatsError) as told:
            ask()
        assert told.value.found.ja != told.value.found.en


# ---------------------------------------------------------------- what must not move an answer


def shuffled(i):
    return {**i, "frame": i["frame"].sample(frac=1, random_state=3)}


def turned(i):
    return {k: v[::-1] for k, v in i.items()}


def renamed(name):
    def change(i):
        order = {u: f"{(k * 7) % 101:03d}課" for k, u in enumerate(sorted(i["frame"][name].unique()))}
        made = {**i, "frame": i["frame"].assign(**{name: i["frame"][name].map(order)})}
        return {**made, "live": {order[u]: d for u, d in i["live"].items()}} if "live" in i else made

    return change


def early(i):
    """Add a unit that was live long before the window."""
    f = i["frame"]
    more = f[f["office_id"] == "U001"].assign(office_id="X", s1=lambda g: g["s1"] * 3)
    return {**i, "frame": pd.concat([f, more]), "live": {**i["live"], "X": dt.date(2015, 4, 1)}}


def early_long(i):
    f = i["frame"]
    return {**i, "frame": pd.concat([f, f[f["u"] == "u00"].assign(u="z", g=1, y=lambda g: g["y"] * 9)])}


def halved(i):
    """Give the two halves of the rows in the other order, with the same labels of rows in both."""
    f = i["frame"]
    cut = len(f) // 2
    return {**i, "frame": pd.concat([f.iloc[cut:].reset_index(drop=True), f.iloc[:cut]])}


FRAMES = {"order of rows": shuffled, "halves": halved}
SAME = {
    "pairs": {}, "groups": {"order": turned}, "waits": {"order": turned}, "survey": FRAMES,
    "months": {**FRAMES, "names": renamed("unit")},
    "cells": {**FRAMES, "names": renamed("office_id"), "units live from the start": early},
    "fit": {**FRAMES, "names": renamed("office_id"), "units live from the start": early},
    "long": {**FRAMES, "names": renamed("u"), "units live from the start": early_long},
    "series": {}, "moments": {}, "beside": {"order of rows": shuffled},
}  # fmt: skip
# placebo roll-outs are drawn from the sorted names: other names, other draws
DRAWN_BY_NAME = {("compare_plans", "names"), ("compare_plans", "units live from the start")}
SHIFTED = {
    "pairs": lambda i: {"x": i["x"] + 1000, "y": i["y"] + 1000},
    "groups": lambda i: {"x": i["x"] + 1000, "y": i["y"] + 1000},
    "waits": lambda i: {**i, "x": i["x"] + 1000, "y": i["y"] + 1000},
    "survey": frame(lambda f: f.assign(answer=f["answer"] + 1000)),
    "months": frame(lambda f: f.assign(value=f["value"] + 1000)),
    "cells": frame(lambda f: f.assign(s1=f["s1"] + 5000 * f["n"])),
    "fit": frame(lambda f: f.assign(s1=f["s1"] + 5000 * f["n"])),
    "long": frame(lambda f: f.assign(y=f["y"] + 1000)),
    "series": lambda i: {"y": i["y"] + 1000},
    "beside": frame(lambda f: f + 1000),
}
SCALED = {
    "pairs": lambda i: {"x": i["x"] * 4, "y": i["y"] * 4}, "groups": lambda i: {"x": i["x"] * 4, "y": i["y"] * 4},
    "waits": lambda i: {**i, "x": i["x"] * 4, "y": i["y"] * 4}, "survey": frame(lambda f: f.assign(answer=f["answer"] * 4)),
    "months": frame(lambda f: f.assign(value=f["value"] * 4)), "cells": frame(lambda f: f.assign(s1=f["s1"] * 4)), "fit": frame(lambda f: f.assign(s1=f["s1"] * 4)),
    "long": frame(lambda f: f.assign(y=f["y"] * 4)), "series": lambda i: {"y": i["y"] * 4}, "beside": frame(lambda f: f * 4),
}  # fmt: skip
UNIT_FREE = {
    "d_z",
    "d_av",
    "hedges_g",
    "cliffs_delta",
    "rank_biserial",
    "simplex_weights",
}  # no unit to scale
IN_LEVELS = {"xmr", "newey_west"}  # their first figure is the level itself
OF_A_SIZE = {"compare_plans"}  # answers for an effect of a size given beside the data
SQUARED = {"local_level"}  # its first figure is a variance


@pytest.fixture(scope="module")
def plain():
    """The answer of every function to its plain input."""
    return {name: figures(ask(PLAIN[kind]())) for name, (kind, ask) in TRIED.items()}


def near(ours, theirs):
    assert np.asarray(theirs) == pytest.approx(np.asarray(ours), rel=1e-6, abs=1e-8, nan_ok=True)


MOVES = [
    (name, change)
    for name, (kind, _) in TRIED.items()
    for change in SAME[kind]
    if (name, change) not in DRAWN_BY_NAME
]


@pytest.mark.parametrize(("name", "change"), MOVES, ids=lambda v: str(v).replace(" ", "-"))
def test_order_names_and_units_long_live_do_not_move_an_answer(plain, name, change):
    kind, ask = TRIED[name]
    near(plain[name], figures(ask(SAME[kind][change](PLAIN[kind]()))))


@pytest.mark.parametrize("name", [n for n, (k, _) in TRIED.items() if k in SHIFTED and n not in IN_LEVELS])
def test_a_constant_added_to_every_outcome_does_not_move_an_answer(plain, name):
    kind, ask = TRIED[name]
    near(plain[name], figures(ask(SHIFTED[kind](PLAIN[kind]()))))


@pytest.mark.parametrize("name", [n for n, (k, _) in TRIED.items() if k in SCALED and n not in OF_A_SIZE])
def test_an_answer_is_in_the_unit_of_the_outcome(plain, name):
    kind, ask = TRIED[name]
    factor = 1 if name in UNIT_FREE else 16 if name in SQUARED else 4
    near([factor * plain[name][0]], figures(ask(SCALED[kind](PLAIN[kind]())))[:1])


@pytest.mark.parametrize("name", TRIED)
def test_nothing_given_is_changed_and_the_answer_is_the_same_twice(plain, name):
    kind, ask = TRIED[name]
    given = PLAIN[kind]()
    before = copy.deepcopy(given)
    again = figures(ask(given))
    assert np.array_equal(again, plain[name], equal_nan=True)
    for key, value in before.items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(value, given[key])
        elif key == "cells":
            assert value.hash == given[key].hash
        else:
            assert np.array_equal(value, given[key]) if isinstance(value, np.ndarray) else value == given[key]
