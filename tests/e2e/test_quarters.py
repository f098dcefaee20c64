"""Quarter after quarter of the sample city, with a corrected delivery in the middle: what is told of it is what was planted."""

import datetime as dt
import html
import json
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from quarters import FIRST, Arriving
from required import missing

from kumastats.calendar import Quarter
from kumastats.report import runner
from kumastats.tables import table
from kumastats.warehouse import Warehouse, revisions
from kumastats.warehouse.derived import DERIVED
from kumastats.warehouse.revisions import ROWS

COUNT = int(os.environ.get("KUMASTATS_E2E_QUARTERS", "4"))  # twenty, all five years, in `make e2e-full`
EVERY = COUNT > 4
# of four quarters, one that reads what is corrected and one that does not
ONLY = None if EVERY else ("00", "11")
SUMS = ("rows_before", "rows_after", "sum_before", "sum_after", "changed")
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("quarters")]


def quarters() -> list[Quarter]:
    found = [FIRST]
    while len(found) < COUNT:
        found.append(Quarter.of(found[-1].end + dt.timedelta(days=1)))
    return found


@pytest.fixture(scope="module")
def planted(small_study: Path) -> list[dict]:
    truth = json.loads((small_study / "truth.json").read_text(encoding="utf-8"))
    if not (small_study / "raw").is_dir() or "corrections" not in truth:
        missing("the small study has no raw files, or is of an earlier version: make it anew")
    return truth["corrections"]


@pytest.fixture(scope="module")
def told(small_study: Path, planted, tmp_path_factory) -> Path:
    """The study after all quarters were reported; the correction came after half of them."""
    arriving = Arriving.of(small_study, tmp_path_factory.mktemp("quarters") / "study")
    asked = quarters()
    for i, quarter in enumerate(asked):
        assert arriving.quarter(quarter) > 0
        if i == COUNT // 2:
            assert arriving.correction(asked[i - 1].end + dt.timedelta(days=40)) == [
                c["file"] for c in planted
            ]
        made = runner.run(arriving.study, str(quarter), only=ONLY)
        assert made.succeeded, made.text.en
    return arriving.study


def snapshot_of(study: Path, quarter: Quarter) -> str:
    return json.loads((study / "runs" / str(quarter) / "run.json").read_text(encoding="utf-8"))["snapshot"]


def corrected_rows(study: Path, quarter: Quarter) -> list[list[str]]:
    """The table of corrected data of a report, cell by cell; empty where it has none."""
    page = (study / "runs" / str(quarter) / "report_en.html").read_text(encoding="utf-8")
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    found = [t for t in tables if re.search(r"Corrected data\s*(</span>)?</caption>", t)]
    assert len(found) <= 1
    rows = re.findall(r"<tr>(.*?)</tr>", "".join(found), re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]+>", "", c)) for c in row] for row in cells]


def by_quarter(planted: list[dict]) -> list[dict]:
    """What the files planted, summed by quarter as a revision tells it."""
    made: dict[tuple, dict] = {}
    for c in planted:
        key = (c["table"], c["column"], c["quarter"])
        sums = made.setdefault(key, dict.fromkeys(SUMS, 0))
        for name in SUMS:
            sums[name] += c[name]
    return [dict(zip(("table", "column", "quarter"), k, strict=True)) | v for k, v in sorted(made.items())]


def test_the_revisions_are_exactly_what_was_planted(told: Path, planted):
    held = Warehouse.open(told / "warehouse")
    truth = by_quarter(planted)
    assert truth and all(c["sum_after"] > c["sum_before"] and c["changed"] > 0 for c in truth)
    for i, (before, after) in enumerate(pairwise(quarters()), 1):
        found = revisions(held.find(snapshot_of(told, before)), held.find(snapshot_of(told, after)))
        if i != COUNT // 2:  # what comes once a year adds rows to quarters told before, and changes none
            assert all((r.changed, r.removed) == (0, 0) for r in found), str(after)
            assert not [r for r in found if r.column == truth[0]["column"]], str(after)
            continue
        columns = [r for r in found if r.column in table(r.table).names]
        made = [
            {
                "table": r.table, "column": r.column, "quarter": r.quarter, "rows_before": r.n_before, "rows_after": r.n_after,
                "sum_before": r.sum_before, "sum_after": r.sum_after, "changed": r.changed,
            }
            for r in columns
        ]  # fmt: skip
        assert made == truth
        rows = [(r.table, r.quarter, r.changed, r.added, r.removed) for r in found if r.column == ROWS]
        assert rows == [(c["table"], c["quarter"], c["changed"], 0, 0) for c in truth]
        assert {r.column for r in found} - {ROWS, *(c["column"] for c in truth)} <= set(DERIVED["person_day"])


def test_the_report_after_the_correction_tells_it_and_no_other_does(told: Path, planted):
    expected = []
    for c in by_quarter(planted):
        change = f"+{100 * (c['sum_after'] - c['sum_before']) / c['sum_before']:.1f}%"
        expected.append(
            [
                Quarter(c["quarter"]).label("en"), f"{c['rows_before']:,}", f"{c['rows_after']:,}", f"{c['changed']:,}", "", "", change,
            ]
        )  # fmt: skip
    for i, quarter in enumerate(quarters()):
        rows = corrected_rows(told, quarter)
        label = table(planted[0]["table"]).column(planted[0]["column"]).label("en")
        told_here = [r[2:] for r in rows if r[1] == label]
        assert told_here == (expected if i == COUNT // 2 else []), str(quarter)


def test_each_report_tells_of_the_one_before(told: Path):
    for i, quarter in enumerate(quarters()):
        page = (told / "runs" / str(quarter) / "report_en.html").read_text(encoding="utf-8")
        assert ("Since the report of" in page) == (i > 0)
        if i:
            assert f"Since the report of {quarters()[i - 1].label('en')}" in page
