"""What long runs keep outlives a kill and belongs to the code that made it."""

import json
import sys
from pathlib import Path

import kept
import pytest
from city_table import judged
from table import markdown

sys.path.append(str(Path(__file__).parent / "counters"))
from counter_page import NAMES, page


def test_a_line_cut_off_is_left_out_and_does_not_swallow_the_next(tmp_path):
    file = tmp_path / "build" / "lines.jsonl"
    with kept.adding(file) as add:
        add({"seed": 1})
    with file.open("a", encoding="utf-8") as out:
        out.write('{"seed": 2, "answ')
    assert list(kept.lines(file)) == [{"seed": 1}]
    with kept.adding(file) as add:
        add({"seed": 2})
    assert list(kept.lines(file)) == [{"seed": 1}, {"seed": 2}]


def test_a_file_is_replaced_whole(tmp_path):
    kept.put(tmp_path / "rows.json", [1])
    kept.put(tmp_path / "rows.json", [2])
    assert json.loads((tmp_path / "rows.json").read_text()) == [2]
    assert [p.name for p in tmp_path.iterdir()] == ["rows.json"]


def test_the_state_is_that_of_the_code_and_not_of_its_words(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    (tmp_path / "package").mkdir()
    for name in ("model.py", "words.py", "waits_plot.py", "test_model.py"):
        (tmp_path / "package" / name).write_text("a = 1\n")
    before = kept.state("package")
    for name in ("words.py", "waits_plot.py", "test_model.py"):
        (tmp_path / "package" / name).write_text("a = 2\n")
    assert kept.state("package") == before
    (tmp_path / "package" / "model.py").write_text('"""A model."""\n\na = 1  # one\n')
    assert kept.state("package") == before
    (tmp_path / "package" / "model.py").write_text("a = 2\n")
    assert kept.state("package") != before
    left_out = kept.state("package", without=["package/model.py"])
    (tmp_path / "package" / "model.py").write_text("a = 3\n")
    assert kept.state("package", without=["package/model.py"]) == left_out
    with pytest.raises(FileNotFoundError, match="holds no code"):
        kept.state("package", "renamed")


CITY = {
    "question": "search-documents", "cities": 1000, "people": 600, "null": False, "decided": 1000, "held": 950, "found": 700,
    "bias": 0.0, "bias_half": 0.1, "coverage": 0.95, "coverage_interval": [0.935, 0.963], "code": "b",
}  # fmt: skip
DESIGN = {
    "design": "two groups", "clusters": 34, "treated": 11, "process": "AR 0.5", "size": 0.05, "size_interval": [0.041, 0.055],
    "attainable": 0.05, "decidable_share": 1.0, "coverage": 0.95, "coverage_interval": [0.94, 0.96], "peer_size": {"naive t": 0.2},
    "repetitions": 4000, "seed": 1, "verdict_expected": True, "peer_repetitions": 400,
}  # fmt: skip


def test_questions_to_cities_are_judged_by_the_rule_of_the_designs():
    assert judged(CITY) == "as asked"
    assert judged(CITY | {"coverage_interval": [0.92, 0.96]}) == "cannot be told"
    assert judged(CITY | {"coverage_interval": [0.90, 0.92]}) == "not as asked"
    # where there is nothing, 6.5 % found is the most
    assert judged(CITY | {"null": True, "coverage_interval": [0.932, 0.96]}) == "cannot be told"
    assert judged(CITY | {"coverage_interval": None}) is None


@pytest.mark.parametrize(("lang", "told"), [("en", "another state of the code"), ("ja", "異なる版のコード")])
def test_rows_of_another_state_of_the_code_are_marked(lang, told):
    row = DESIGN | {"code": "a"}
    cities = {"questions": [CITY], "cap_watch": []}
    assert "†" not in markdown([row], cities, lang, {"designs": "a", "questions": "b"})
    page = markdown([row, row | {"code": "x"}], cities, lang, {"designs": "a", "questions": "c"})
    assert page.count(told) == 1
    assert [line.split("|")[1].strip()[-1] == "†" for line in page.splitlines() if line.startswith("| ")][
        1:3
    ] == [False, True]
    assert "`search-documents` †" in page


def test_a_seed_is_asked_once(tmp_path):
    with kept.adding(tmp_path / "made.jsonl") as add:
        add({"seed": 2, "answer": "kept"})
    assert kept.answered(tmp_path / "made.jsonl", _answer, (1, 2), jobs=1) == [
        {"seed": 1, "answer": "new"}, {"seed": 2, "answer": "kept"},
    ]  # fmt: skip


def _answer(seed):
    return {"seed": seed, "answer": "new"}


def test_the_page_of_counters_is_judged_by_the_same_rule():
    row = {
        "question": next(iter(NAMES)),
        "logs": 1000,
        "coverage": 0.95,
        "coverage_interval": [0.935, 0.963],
        "code": "a",
    }
    made = page([row, row | {"coverage_interval": [0.92, 0.96], "code": "x"}], "en", "a")
    assert "Of 2 rows 1 are as asked, 0 are not as asked, 1 cannot be told." in made
    assert made.count("†") == 2 and "validity_counters.ja.md" in made
    assert "判別不能" in page([row | {"coverage_interval": [0.92, 0.96]}], "ja", "a")
