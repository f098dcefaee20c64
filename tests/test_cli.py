"""The command line: help that suffices, exit codes, errors without a traceback, both languages."""

import json
from pathlib import Path

import pytest

from kumastats import cli

COMMANDS = ("init", "sample", "ingest", "check", "lock", "run", "publish", "explain", "lab", "status")


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_both_languages(command, capsys):
    assert call(command, "--help") == 0
    told = capsys.readouterr().out
    assert any("\u3040" <= c <= "\u30ff" for c in told) and "help" in told.lower()


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
