"""The arrows of the house: imports point one way, modules stay small, importing is cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kumastats"
# from the roof to the ground; a room may import from rooms below it only
GROUND = ("errors", "text", "lazy", "scratch", "beside")
FLOORS = (
    "cli", "report", "evidence", "disclosure", "workload", "compare", "study", "measures", "warehouse", "tables",
    "calendar", *GROUND,
)  # fmt: skip
BESIDE = {
    "sources": {"display", "tables", "calendar", *GROUND},
    "keys": {"sources", "study", "warehouse", "tables", "calendar", *GROUND},
    "request": {"sources", "study", "tables", "calendar", *GROUND},
    "ingest": {"keys", "sources", "study", "measures", "warehouse", "tables", "calendar", *GROUND},
    "display": {"calendar", *GROUND},
    "sample": set(GROUND),
}
EXTRA = {
    "cli": {"sample", "ingest", "keys", "request", "sources", "display"},
    "report": {"sample", "ingest", "display"},
}
WITH_DISPLAY = {
    "evidence",
    "disclosure",
    "workload",
    "compare",
    "study",
    "measures",
    "warehouse",
    "tables",
    "ingest",
}
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400


def room(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(module: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            parts = node.module.split(".")
            if parts[0] == "kumastats":
                rooms |= (
                    {parts[1]} if len(parts) > 1 else {a.name for a in node.names if a.name != "__version__"}
                )
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"{module}: relative import; write the whole name")
        elif isinstance(node, ast.Import):
            rooms |= {a.name.split(".")[1] for a in node.names if a.name.startswith("kumastats.")}
    return rooms


def allowed(name: str) -> set[str]:
    if name in BESIDE:
        below = set(BESIDE[name])
    else:
        below = set(FLOORS[FLOORS.index(name) + 1 :]) | EXTRA.get(name, set())
    return below | {name} | ({"display"} if name in WITH_DISPLAY else set())


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_imports_point_one_way(module: Path):
    if room(module) == "__init__":
        return
    assert imported_rooms(module) <= allowed(room(module))


def test_every_room_has_its_floor():
    assert {room(m) for m in MODULES} - {"__init__", "__main__"} <= set(FLOORS) | set(BESIDE)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_modules_stay_readable(module: Path):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST


HEAVY = {
    "duckdb", "ibis", "jupyter_client", "matplotlib", "nbformat", "numpy", "pandas", "papermill", "pyarrow", "scipy",
    "statsmodels",
}  # fmt: skip
MAIN = "from kumastats.cli import main; main(sys.argv[1:])"


def imported_by(code: str, *words: str, heavy: set[str] = HEAVY) -> tuple[set[str], int]:
    """Return which heavy modules a program loads, and its exit code."""
    program = f"import sys\ntry:\n    {code}\nfinally:\n    print('\\n', *sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False
    )
    return heavy & set(done.stderr.splitlines()[-1].split()), done.returncode


def test_importing_kumastats_is_cheap():
    assert imported_by("import kumastats") == (set(), 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["status", "--study"], 0),
        (["key", "status", "--study"], 0),
        (["run", "--quarter", "2022Q4", "--study"], 2),
        (["run", "--study"], 2),
        (["ingest", "--received-on", "14.4.2023", "--study"], 2),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else str(x),
)
def test_status_and_a_refused_command_wait_for_no_estimator(words, code, small_study):
    given = [*words, str(small_study)] if words[-1] == "--study" else words
    assert imported_by(MAIN, *given) == (set(), code)


@pytest.mark.parametrize("words", [["--help"], ["--lang", "en", "run", "--help"], ["key", "map", "-h"]])
def test_help_waits_for_no_estimator_and_no_validator(words):
    slow = HEAVY | {"pydantic", "rich._emoji_codes", "kumastats.calendar", "kumastats.study"}
    assert imported_by(MAIN, *words, heavy=slow) == (set(), 0)


def test_every_public_name_resolves():
    import kumastats

    for name in kumastats.__all__:
        assert getattr(kumastats, name) is not None


def test_no_two_modules_of_tests_share_a_name():
    """pytest imports them by their bare names."""
    tests = Path(__file__).parent
    names = [p.name for p in tests.rglob("*.py") if p.name not in ("conftest.py", "__main__.py")]
    assert sorted(names) == sorted(set(names))
