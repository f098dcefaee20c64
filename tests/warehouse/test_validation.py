"""One query counts what breaks each rule; repeated keys are counted exactly."""

import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compare"))
from panels import rows, snapshot

from kumastats.warehouse.validation import validate

RULES = {
    "long": lambda t: t.worked_min > 590,
    "none": lambda t: t.worked_min < 0,
    "missing": lambda t: t.leave_min > 0,  # NULL everywhere: not broken
}


def test_counts_are_those_of_the_rows(tmp_path):
    frame = rows(20, 60, keep=0.7)
    made = validate(snapshot(frame, tmp_path), "person_day", RULES)
    long = frame[frame["worked_min"] > 590]
    assert made.rows == len(frame) and made.repeated == 0 and not made.passed
    assert made.broken == {"long": len(long), "missing": 0, "none": 0}
    places = long.groupby(["office_id", "date"]).size().reset_index(name="n")
    places = places.sort_values(["n", "office_id", "date"], ascending=[False, True, True]).head(5)
    wanted = [(r.office_id, str(r.date)[:10], r.n) for r in places.itertuples(index=False)]
    assert list(made.examples["long"]) == wanted and set(made.examples) == {"long"}


def test_repeated_days_are_counted_beyond_the_first(tmp_path):
    frame = rows(5, 40)
    again = pd.concat([frame, frame.iloc[[3, 3, 77]]])
    assert validate(snapshot(again, tmp_path), "person_day", {}).repeated == 3


def test_nothing_broken_passes(tmp_path):
    assert validate(snapshot(rows(5, 40), tmp_path), "person_day", {"none": RULES["none"]}).passed
