"""The command line: help that suffices, exit codes, errors without a traceback, both languages."""

import json
from pathlib import Path

import pytest

from kumastats import cli

COMMANDS = (
    "init", "sample", "request", "ingest", "check", "retract", "lock", "run", "publish", "attack", "explain", "lab", "status",
    "purge",
)  # fmt: skip


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_both_languages(command, capsys):
    assert call("--lang", "ja", command, "--help") == 0
    japanese = capsys.readouterr().out
    assert call(command, "--help", "--lang", "en") == 0
    english = capsys.readouterr().out
    kana = [any("\u3040" <= c <= "\u30ff" for c in told) for told in (japanese, english)]
    assert kana == [True, False] and "…\n" not in japanese + english
    assert "使い方" in japanese and "Usage" in english


def test_a_new_study_is_laid_out_and_never_over_another(tmp_path, capsys):
    root = tmp_path / "study"
    assert call("init", str(root)) == 0
    assert {p.name for p in root.iterdir()} == {
        "study.yml",
        "raw",
        "mappings",
        "keys",
        "warehouse",
        "runs",
        "releases",
        ".gitignore",
    }
    capsys.readouterr()
    assert call("--lang", "en", "init", str(root)) == 2
    assert "not empty" in capsys.readouterr().err


def test_errors_are_told_in_the_language_asked(tmp_path, capsys):
    assert call("--lang", "en", "status", "--study", str(tmp_path)) == 1
    told = capsys.readouterr().err
    assert "Not a study folder" in told and "Remedy" in told and "Traceback" not in told
    assert call("--lang", "ja", "status", "--study", str(tmp_path)) == 1
    assert "対処" in capsys.readouterr().err


def test_wrong_use_exits_with_two(tmp_path, capsys):
    root = tmp_path / "study"
    call("init", str(root))
    capsys.readouterr()
    for arguments in (
        ["run", "--study", str(root), "--quarter", "2018Q1"],
        ["ingest", "--study", str(root)],
        ["ingest", str(Path(__file__)), "--study", str(root), "--source", "payroll"],
        ["publish", "--study", str(root), "--quarter", "FY2018Q1", "--approve", "city"],
        ["lock", "--study", str(root), "--on", "1st of April"],
    ):
        assert call("--lang", "en", *arguments) == 2, arguments
        assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "ja", "en"),
    [
        (["pay"], "コマンド「pay」はありません", "No such command “pay”"),
        (["ingets"], "ingest のことですか", "Did you mean ingest?"),
        (["run", "--fast"], "オプション --fast はありません", "No such option: --fast"),
        (["run", "--quartre", "FY2018Q1"], "--quarter のことですか", "Did you mean --quarter?"),
        (["run", "--quarter"], "--quarter には値が要ります", "--quarter needs a value"),
        (["run", "--force=yes"], "--force に値は付けられません", "--force takes no value"),
        (["run", "twice"], "余分な語があります: twice", "More was given than the command takes: twice"),
        (["init"], "DIRECTORY が要ります", "DIRECTORY is missing"),
        (
            ["sample", "city", "--people", "5"],
            "--people は100以上に",
            "--people must be at least 100, not 5",
        ),
        (
            ["sample", "city", "--people", "few"],
            "--people は整数で",
            "--people must be a whole number, not few",
        ),
        (["run", "--jobs", "9"], "--jobs は8以下に", "--jobs must be at most 8, not 9"),
    ],
)
def test_a_mistyped_command_is_told_in_the_language_asked(words, ja, en, capsys):
    for lang, told in (("ja", ja), ("en", en)):
        assert call("--lang", lang, *words) == 2
        shown = capsys.readouterr().err
        assert told in shown and "--help" in shown
        assert "Invalid value" not in shown and "Input should" not in shown


def test_no_command_shows_the_help_and_the_version_is_told(capsys):
    assert call() == 2
    assert "kumastats init" in capsys.readouterr().out
    assert call("--version") == 0
    assert capsys.readouterr().out.startswith("kumastats ")


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    root = tmp_path / "study"
    call("init", str(root))
    capsys.readouterr()
    assert call("--lang", "en", "ingest", str(tmp_path / "nothing.csv"), "--study", str(root)) == 2
    assert "nothing.csv: There is no such file" in capsys.readouterr().err


def test_a_quarter_without_data_is_refused_before_anything_runs(small_study, capsys):
    assert call("--lang", "en", "run", "--study", str(small_study), "--quarter", "FY2030Q1") == 2
    told = capsys.readouterr().err
    assert "No data are held of FY2030Q1" in told and "to FY2022Q4" in told


def test_json_is_json(tmp_path, capsys):
    root = tmp_path / "study"
    call("init", str(root))
    capsys.readouterr()
    call("status", "--study", str(root), "--json")
    state = json.loads(capsys.readouterr().out)
    assert state["snapshot"] is None and len(state["items"]) == 6


def test_a_plan_is_locked_once(tmp_path, capsys):
    root = tmp_path / "study"
    call("init", str(root))
    assert call("lock", "--study", str(root), "--on", "2018-04-03") == 0
    assert call("lock", "--study", str(root)) == 2
    assert call("lock", "--study", str(root), "--force", "--on", "2018-05-01") == 0
