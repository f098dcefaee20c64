"""The contract every design returns: columns of a tidy row, the sentence, and a figure for each."""

import math

import numpy as np
import pandas as pd
import pytest
from outcomes import Plain

from kumastats.compare import Comparison
from kumastats.display import Figure
from kumastats.text import Text


def made(**changes: object) -> Comparison:
    plain = Plain()
    values: dict = {
        "measure": plain.id, "label": plain.label, "unit": plain.unit, "decimals": 1, "design": "did",
        "estimand": Text("差", "the difference"), "estimate": -2.0, "se": 0.5, "df": 9.0, "ci": (-3.0, -1.0), "level": 0.95,
        "p": 0.01, "n": 1200, "n_units": 10, "n_clusters": 10, "n_treated_clusters": 4, "dropped": {}, "inference": "t",
        "decidable": True, "undecidable_reason": None,
    }  # fmt: skip
    return Comparison(**{**values, **changes})


def test_tidy_names_columns_as_broom_and_pyfixest_do():
    row = made().tidy().iloc[0]
    assert list(row.index[:7]) == [
        "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high",
    ]  # fmt: skip
    assert row["statistic"] == pytest.approx(-4.0) and (row["conf_low"], row["conf_high"]) == (-3.0, -1.0)
    assert math.isnan(made(se=math.nan).statistic) and made(se=math.nan).to_dict()["statistic"] is None


def test_the_sentence_counts_what_the_design_counts():
    counted = made(counted=Text("区", "wards"))
    assert "10区" in counted.text("ja") and "10 wards" in counted.text("en")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_comparison_can_be_drawn(lang):
    for comparison in (made(), made(ci=(math.nan, math.nan), se=math.nan, p=math.nan, decidable=False)):
        figure = comparison.plot(lang)
        assert isinstance(figure, Figure) and "1,200" in figure.caption


def test_a_design_may_draw_itself():
    class Own:
        def draw(self, comparison: Comparison, lang: str) -> Figure:
            return Figure(b"", f"{comparison.estimate} {lang}", "")

    assert made(drawing=Own()).plot("en").alt == "-2.0 en"
    path = pd.DataFrame({"time": [0], "estimate": np.array([1.0])})
    assert made(path=path).path is path
