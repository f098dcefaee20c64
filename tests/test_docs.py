"""Every block of the documentation but those in the shell, which tests/e2e runs: Python runs on the small study, YAML is read
where it belongs, and commands that need more than a test has are at least taken by the command line."""

import importlib.util
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer
import yaml

from kumastats import cli
from kumastats.measures import MEASURES
from kumastats.report.reference import pages
from kumastats.sources.control import read_control
from kumastats.sources.mapping import Mapping
from kumastats.study import Study

DOCS = Path(__file__).resolve().parents[1] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted(p for p in DOCS.rglob("*.md") if BLOCK.search(p.read_text(encoding="utf-8")))
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
CSV = re.compile(r"^```csv\n(.*?)^```", re.MULTILINE | re.DOTALL)
TEXT = re.compile(r"^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
EVERY = re.compile(r"^```(\w*)\n.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def test_there_are_pages_with_code():
    assert {p.name for p in PAGES} >= {"plan-a-pilot.md", "plan-a-pilot.ja.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_code_runs(page: Path, small_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KUMASTATS_STUDY", str(small_study))
    monkeypatch.chdir(tmp_path)
    Path("population.csv").write_text("区,人口（千人）\n合計,300\n中央区,△100\n東区,x\n", encoding="utf-8")
    held: dict[str, object] = {"__name__": page.stem}
    for i, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
        exec(compile(block, f"{page.name}, block {i + 1}", "exec"), held)


def test_there_are_no_other_kinds_of_blocks():
    kinds = {k for p in DOCS.rglob("*.md") for k in EVERY.findall(p.read_text(encoding="utf-8"))}
    assert kinds == {"python", "sh", "yaml", "csv", "text"}


def blocks(pattern: re.Pattern[str]) -> list:
    found = [
        (p, b) for p in sorted(DOCS.rglob("*.md")) for b in pattern.findall(p.read_text(encoding="utf-8"))
    ]
    return [pytest.param(p, b, id=f"{p.name}-{i}") for i, (p, b) in enumerate(found)]


@pytest.mark.parametrize(("page", "block"), blocks(YAML))
def test_yaml_is_read_where_it_belongs(page: Path, block: str, small_study: Path, tmp_path: Path):
    told = yaml.safe_load(block)
    if "source" in told:
        path = tmp_path / "own.yml"
        path.write_text(block, encoding="utf-8")
        assert Mapping.load(path).source == told["source"]
        return
    for name in ("mappings", "keys"):
        shutil.copytree(small_study / name, tmp_path / name)
    register = yaml.safe_load((small_study / "study.yml").read_text(encoding="utf-8"))
    for key, entries in told.items():
        register[key] = entries if isinstance(entries, dict) else [*register.get(key, []), *entries]
    (tmp_path / "study.yml").write_text(yaml.safe_dump(register, allow_unicode=True), encoding="utf-8")
    study = Study.load(tmp_path)
    for key, entries in told.items():
        if isinstance(entries, dict):
            assert getattr(study, key), key
            continue
        known = MEASURES if key == "measures" else getattr(study, key)
        assert {e["id"] for e in entries} <= set(known), key


@pytest.mark.parametrize(("page", "block"), blocks(CSV))
def test_control_totals_are_read(page: Path, block: str, tmp_path: Path):
    path = tmp_path / "control_totals.csv"
    path.write_text(block, encoding="utf-8")
    assert [t.value for t in read_control(path)] == [24310, 10542 * 60 + 30]


@pytest.mark.parametrize(("page", "block"), blocks(TEXT))
def test_commands_that_are_not_run_are_taken_by_the_command_line(page: Path, block: str):
    lines = [shlex.split(x, comments=True) for x in block.splitlines() if not x.startswith("export ")]
    assert lines
    command = typer.main.get_command(cli.app)
    for words in lines:
        if words[:2] == ["python", "-m"]:
            assert importlib.util.find_spec(words[2]) is not None
            continue
        if words[0] == "pip":
            assert words[1:] == ["install", "kumastats[spark]"]
            continue
        assert words[0] == "kumastats"
        with command.make_context("kumastats", words[1:], resilient_parsing=False) as context:
            name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
            found.make_context(name, rest, parent=context)


@pytest.mark.parametrize(
    "page", sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]), ids=lambda p: p.name
)
def test_links_lead_somewhere(page: Path):
    lost = [to for to in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / to).exists()]
    assert lost == []


def test_reference_pages_are_those_the_code_writes():
    """`make docs` renews them."""
    assert [name for name, text in pages().items() if (DOCS / name).read_text(encoding="utf-8") != text] == []


@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.ja.md")), ids=lambda p: p.name)
def test_every_how_to_stands_in_both_languages(page: Path):
    assert page.with_name(page.name.replace(".ja.md", ".md")).exists()


@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.md")), ids=lambda p: p.name)
def test_no_how_to_is_in_english_only(page: Path):
    assert page.name.endswith(".ja.md") or page.with_name(page.name.replace(".md", ".ja.md")).exists()
