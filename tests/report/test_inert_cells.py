"""What is opened in a spreadsheet program is shown there and never run."""

import csv
import io
import json

import pytest

from kumastats.display import HtmlTable
from kumastats.report.sheets import register_csv

EVIL = ['=HYPERLINK("http://x")', "@SUM(A1)", "+cmd|' /C calc'!A0", "-cmd|x", "\t=A1"]


@pytest.mark.parametrize("cell", EVIL)
def test_a_formula_in_a_name_is_only_a_text(cell):
    number = {
        "name": "mean",
        "value": -1.5,
        "low": -2.0,
        "high": -1.0,
        "n": 300,
        "form": "mean",
        "unit": {"ja": cell, "en": cell},
    }
    record = {"id": "x", "design": "did", "certainty": {"level": "low"}, "item": cell, "quarter": "FY2018Q1", "numbers": [number],
              "series": []}  # fmt: skip
    text = register_csv(json.dumps({"records": [record]}).encode()).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["unit_ja"] == row["unit_en"] == row["item"] == f"'{cell}"
    assert (row["value"], row["low"], row["high"]) == ("-1.5", "-2.0", "-1.0")  # numbers stay numbers
    page = HtmlTable(["head", "value"], [[cell, cell]], "caption").html()
    assert page.count("&#x27;" + cell[0]) >= 2
    assert ">" + cell[0] not in page.replace("><", "> <")
