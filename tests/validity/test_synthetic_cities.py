"""One city of the simulation over cities, whole: every question is answered, and its cap watch has its tenths."""

import city_caps
import pytest
import synthetic_cities
from city_questions import ASKED


@pytest.mark.slow
def test_a_city_answers_every_question_asked_of_it():
    made = synthetic_cities.one(1)
    assert made["seed"] == 1
    assert set(made["answers"]) & {a.id for a in ASKED}


@pytest.mark.slow
def test_the_caps_of_a_city_are_watched():
    made = city_caps.one(city_caps.EVERY)
    assert made["seed"] == city_caps.EVERY and made["tenths"]
