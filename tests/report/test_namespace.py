"""The ids the words may ask for are those the chapters write."""

import ast
from pathlib import Path

import kumastats.report.chapters as chapters
from kumastats.evidence.dials import COST_RECORD
from kumastats.measures import MEASURES
from kumastats.report.namespace import CHAPTERS, CLAIMS, PLANNED
from kumastats.study import Study

MAKERS = ("descriptive", "model")


def written() -> set[str]:
    """Return the ids that stand as text where a chapter makes a record."""
    found = set()
    for path in Path(chapters.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(first.value)
    return found


def test_every_id_a_chapter_writes_is_listed_and_none_besides():
    made = {f"waves-{m.replace('_', '-')}" for m in MEASURES if m.startswith("satisfaction")}
    made |= {f"pilot-{m}" for m in ("counter-wait", "service-time")}
    made |= {f"response-{p}" for p in ("staff", "citizens")} | {
        f"cap-{what}-{p}" for what in ("broken", "expected") for p in ("city", "teacher")
    }
    made |= {f"teachers-against-nation-{s}" for s in ("elementary", "junior-high")}
    assert written() | made | {COST_RECORD} == set(CHAPTERS)


def test_the_plan_is_that_of_the_city(small_study: Path):
    city = Study.load(small_study)
    assert set(PLANNED) == set(city.questions)
    assert set(CLAIMS) == {c.id for c in city.claims}
