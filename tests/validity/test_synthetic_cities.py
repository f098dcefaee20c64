"""One city of the simulation over cities, whole: every question is answered, and its cap watch has its ten tenths."""

import pytest
import synthetic_cities
from city_questions import ASKED


@pytest.mark.slow
def test_a_city_answers_every_question_asked_of_it():
    made = synthetic_cities.one(synthetic_cities.CAPS_EVERY)
    assert made["seed"] == synthetic_cities.CAPS_EVERY and made["tenths"]
    assert set(made["answers"]) & {a.id for a in ASKED}
