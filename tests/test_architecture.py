"""The arrows of the house: imports point one way, modules stay small, importing is cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kumastats"
# from the roof to the ground; a room may import from rooms below it only
FLOORS = (
    "cli", "report", "evidence", "disclosure", "workload", "compare", "study", "measures", "warehouse", "tables",
    "calendar", "errors", "text",
)  # fmt: skip
BESIDE = {
    "sources": {"tables", "calendar", "errors", "text"},
    "keys": {"sources", "study", "warehouse", "tables", "calendar", "errors", "text"},
    "request": {"sources", "study", "tables", "calendar", "errors", "text"},
    "ingest": {"keys", "sources", "study", "measures", "warehouse", "tables", "calendar", "errors", "text"},
    "display": {"calendar", "errors", "text"},
    "sample": {"errors", "text"},
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


def test_importing_kumastats_is_cheap():
    code = (
        "import sys, kumastats; "
        "heavy = {'matplotlib', 'statsmodels', 'pandas', 'ibis', 'papermill', 'scipy', 'duckdb'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_public_name_resolves():
    import kumastats

    for name in kumastats.__all__:
        assert getattr(kumastats, name) is not None


def test_no_two_modules_of_tests_share_a_name():
    """pytest imports them by their bare names."""
    tests = Path(__file__).parent
    names = [p.name for p in tests.rglob("*.py") if p.name not in ("conftest.py", "__main__.py")]
    assert sorted(names) == sorted(set(names))
