"""Wrong arguments of the public comparisons: each is named, with what was found and what is allowed; no bare traceback."""

import datetime as dt
import inspect

import numpy as np
import pandas as pd
import pytest

from kumastats import compare
from kumastats.compare.arguments import watched
from kumastats.errors import CompareError
from kumastats.measures import measure

CELLS = pd.DataFrame({"office_id": ["a", "b"] * 6, "period": [f"2018-{m:02d}" for m in range(1, 7) for _ in "ab"], "n": 12, "s1": 60})  # fmt: skip
ROLLOUT = {
    "live": {"a": dt.date(2018, 4, 1), "b": None}, "start": dt.date(2018, 1, 1), "end": dt.date(2018, 6, 30),
    "measure": measure("ordered_overtime"), "rng": np.random.default_rng(1),
}  # fmt: skip
SERIES = list(range(24))
PAIR = ([1.0, 2.0, 4.0], [2.0, 2.0, 3.0])

WRONG = [
    ("did", (CELLS,), ROLLOUT | {"live": "2018-04-01"}, "live", "a mapping"),
    ("did", ("cells.csv",), ROLLOUT, "cells", "DataFrame"),
    ("did", (CELLS,), ROLLOUT | {"start": "2018-01-01"}, "start", "datetime.date"),
    ("did", (CELLS,), ROLLOUT | {"measure": "ordered_overtime"}, "measure", "kumastats.measure"),
    ("did", (CELLS,), ROLLOUT | {"rng": 1}, "rng", "numpy.random.default_rng"),
    ("did", (CELLS,), ROLLOUT | {"level": 95}, "level", "between 0 and 1"),
    ("did", (CELLS,), ROLLOUT | {"control_cells": "x"}, "control_cells", "DataFrame"),
    ("did", (CELLS,), ROLLOUT | {"cohorts": "2018-04-01"}, "cohorts", "a sequence"),
    ("did", (CELLS,), ROLLOUT | {"run_checks": "no"}, "run_checks", "True or False"),
    ("event_study", (CELLS,), {k: v for k, v in ROLLOUT.items() if k != "rng"} | {"before": 1.5}, "before", "a whole number"),
    ("staggered_rollout", (CELLS,), ROLLOUT | {"aggregate": "mean"}, "aggregate", "'simple'"),
    ("staggered_panel", ("panel",), {}, "panel", "LongPanel"),
    ("before_after", (CELLS,), {"live": [], "end": dt.date(2018, 6, 30), "measure": ROLLOUT["measure"], "cohorts": ()}, "live", "a mapping"),
    ("interrupted_series", (SERIES, 12), {"control": "x"}, "control", "a sequence of numbers"),
    ("interrupted_series", (SERIES, "2018-04"), {}, "interruption", "a whole number, or a sequence"),
    ("interrupted_series", (SERIES, 12), {"what": "jump"}, "what", "'level'"),
    ("synthetic_control", (SERIES, "a", 3), {}, "outcomes", "DataFrame"),
    ("synthetic_control", (CELLS, "a", 3), {"donors": "b"}, "donors", "a sequence"),
    ("paired_t", ("x", PAIR[1]), {}, "before", "a sequence of numbers"),
    ("paired_t", (["one", "two"], [1, 2]), {}, "before", "a sequence of numbers"),
    ("paired_t", PAIR, {"level": "0.95"}, "level", "between 0 and 1"),
    ("paired_t", PAIR, {"subject": "overtime"}, "subject", "Subject"),
    ("signed_rank", (None, PAIR[1]), {}, "before", "a sequence of numbers"),
    ("ancova", (*PAIR, "treated"), {}, "treated", "a sequence of numbers"),
    ("welch", (3.0, PAIR[1]), {}, "first", "a sequence of numbers"),
    ("rank_sum", (PAIR[0], {"a": 1}), {}, "second", "a sequence of numbers"),
    ("risk_difference", (5, (3, 20)), {}, "before", "a sequence of 2 values"),
    ("risk_difference", ((5, 20, 1), (3, 20)), {}, "before", "a sequence of 2 values"),
    ("same_month", (SERIES, {}), {}, "frame", "DataFrame"),
    ("wave_change", (CELLS,), {"statistic": "median"}, "statistic", "'mean', 'top_two'"),
    ("quantile_change", (PAIR, PAIR), {"rng": "seed"}, "rng", "numpy.random.default_rng"),
    ("xmr", ("values",), {}, "values", "a sequence of numbers"),
    ("local_level", (SERIES,), {"interruption": "12"}, "interruption", "a whole number, or None"),
    ("adjusted", ([0.1, 0.2],), {"method": "bonferroni"}, "method", "'holm'"),
    ("hedges_g", ("x", PAIR[1]), {}, "first", "a sequence of numbers"),
    ("cliffs_delta", (PAIR[0], "x"), {}, "second", "a sequence of numbers"),
    ("goodman_bacon", (CELLS,), {}, "panel", "LongPanel"),
    ("randomisation", (CELLS,), {"rng": ROLLOUT["rng"]}, "design", "Design"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "kwargs", "argument", "allowed"), WRONG, ids=[f"{w[0]}-{w[3]}-{i}" for i, w in enumerate(WRONG)])  # fmt: skip
def test_a_wrong_argument_is_told_by_name(name, args, kwargs, argument, allowed):
    with pytest.raises(CompareError) as caught:
        getattr(compare, name)(*args, **kwargs)
    error = caught.value
    assert (
        f"“{argument}”" in error.found.en and f"「{argument}」" in error.found.ja and name in error.found.en
    )
    assert allowed in error.remedy.en and error.remedy.ja.startswith(f"{argument} に渡せるのは")


def functions():
    found = {n: getattr(compare, n) for n in compare.__all__}
    return {n: f for n, f in found.items() if inspect.isfunction(f)}


@pytest.mark.parametrize("name", sorted(functions()))
def test_every_public_function_refuses_what_none_of_its_arguments_can_be(name):
    """An object of no kind at all, as the first argument, is refused by name: nothing fails within."""
    function = functions()[name]
    parameters = list(inspect.signature(function).parameters.values())
    wrong = {p.name: object() for p in parameters if p.default is p.empty}
    with pytest.raises(CompareError, match="cannot be object"):
        function(**wrong)


def test_whatever_stands_for_a_kind_is_let_through():
    assert compare.paired_t(pd.Series([3.0, None, 5, 7]), (2, 2, 4, 4)).dropped
    assert compare.paired_t(np.array([3, 4, 5, 7]), [2, 2, 4, 4], level=np.float64(0.9)).estimate == -1.75
    made = compare.did(CELLS, **(ROLLOUT | {"start": pd.Timestamp("2018-01-01"), "live": pd.Series(ROLLOUT["live"], dtype=object), "draws": np.int64(99)}))  # fmt: skip
    assert made.design == "did"


def test_the_functions_keep_their_names_and_words():
    from kumastats.compare.paired import paired_t

    assert compare.paired_t.__wrapped__ is paired_t and compare.paired_t.__doc__ == paired_t.__doc__
    assert inspect.signature(compare.paired_t) == inspect.signature(paired_t)


def test_an_alias_and_a_list_of_words_are_read_alike():
    def take(x: "Literal['a', 2] | None", y: "tuple[int, ...]" = ()) -> object:  # noqa: F821
        return x, y

    watching = watched(take)
    assert watching("a") and watching(2, (1, 2, 3)) and watching(None)
    with pytest.raises(CompareError, match="'a', 2, or None"):
        watching("b")
