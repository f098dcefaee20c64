"""Every workload effect of the sample on many synthetic cities: does the interval hold the truth, and is nothing found where
nothing happened?

Each city is made from its seed, its rows go from the sample's processes straight to cells, and the register's own design, or the
workload's own model, answers. Truth is the city minus its twin without the initiative. Every seed from 1 on is used. What a
city answered is kept in ``build/validity``, by the state of the code, so a run that was stopped goes on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import city_models
import kept
import numpy as np
from city_questions import ASKED, Made
from scipy import stats

PEOPLE, SCHOOL_PEOPLE = 600, 2000
FEW_CITIES = 5  # for questions that no city decides
READ = (
    "kumastats/calendar", "kumastats/compare", "kumastats/measures", "kumastats/sample", "kumastats/warehouse/cells.py",
    "kumastats/warehouse/moments.py", "kumastats/workload/overtime", "kumastats/workload/schools",
    "tests/validity/city_models.py", "tests/validity/city_questions.py", "tests/validity/synthetic_cities.py",
)  # fmt: skip
# the cap watch answers none of these questions (`city_caps` asks it), nor does what refuses wrong arguments
APART = (
    "kumastats/compare/arguments.py",
    *(f"kumastats/workload/overtime/{name}.py" for name in ("calibration", "caps", "counts", "forecast", "watch")),
)  # fmt: skip


@dataclass(frozen=True)
class CityRow:
    """How often a question's interval held the truth, among cities in which a verdict was given."""

    question: str
    cities: int
    people: int
    null: bool
    decided: int
    held: int
    found: int
    bias: float
    bias_half: float
    coverage: float | None
    coverage_interval: tuple[float, float] | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, rounded."""
        told = asdict(self)
        for name in ("bias", "bias_half", "coverage"):
            told[name] = None if told[name] is None else round(told[name], 4)
        if self.coverage_interval is not None:
            told["coverage_interval"] = [round(x, 4) for x in self.coverage_interval]
        return told


def one(seed: int) -> dict[str, Any]:
    """Return a city's answers by question."""
    made = Made(seed, PEOPLE, SCHOOL_PEOPLE)
    asked = [a for a in ASKED if not a.few or seed <= FEW_CITIES]
    known: dict[str, dict[str, Any]] = {}
    for told in {a.truth for a in asked if a.truth is not None}:
        known |= told(made)
    answers = {a.id: a.answer(made, known) for a in asked}
    answers |= city_models.rollout(made, known) | city_models.arrivals(made, known)
    return {
        "seed": seed,
        "answers": {k: [float(x) for x in v] for k, v in answers.items() if v is not None},
    }


def on_cities(cities: int) -> list[CityRow]:
    """Answer every question on this many cities; return a row a question."""
    return tallied(kept.answered(kept.BUILD / f"cities-{state()}.jsonl", one, range(1, cities + 1)))


def state() -> str:
    """Return the state of the code that answers."""
    return kept.state(*READ, without=APART)


def tallied(made: list[dict[str, Any]]) -> list[CityRow]:
    """Count how often intervals held the truth."""
    rows = []
    for id_ in dict.fromkeys(k for m in made for k in m["answers"]):
        mine = [m["answers"][id_] for m in made if id_ in m["answers"]]
        verdicts = [m for m in mine if m[4]]
        held = sum(low <= value <= high for value, _, low, high, _ in verdicts)
        found = sum(not low <= 0 <= high for _, _, low, high, _ in verdicts)
        errors = np.array([estimate - value for value, estimate, *_ in mine])
        ends = stats.binomtest(held, len(verdicts)).proportion_ci(0.95, "exact") if verdicts else (0.0, 1.0)
        people = SCHOOL_PEOPLE if id_.startswith("in-school") else PEOPLE
        rows.append(
            CityRow(
                id_, len(mine), people, all(m[0] == 0 for m in mine), len(verdicts), held, found, float(errors.mean()),
                float(1.96 * errors.std(ddof=1) / np.sqrt(len(errors))), held / len(verdicts) if verdicts else None,
                (float(ends[0]), float(ends[1])) if verdicts else None,
            )
        )  # fmt: skip
    return rows
