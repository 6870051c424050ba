"""A lesson made from an experiment shows that experiment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.painted.definition import LARGEST, PaintedDefinition
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.lessons.reading import parse_lesson
from optexplorer.lessons.writing import lesson_from
from optexplorer.text import LANGUAGES, Language
from tests.strategies import EXPERIMENTS


@settings(max_examples=60, deadline=None)
@given(EXPERIMENTS, st.sampled_from(LANGUAGES))
def test_a_new_lesson_shows_the_experiment_that_it_was_made_from(
    experiment: Experiment, language: Language
) -> None:
    lesson = parse_lesson(lesson_from(experiment, language))
    assert lesson.language == language
    (scene,) = lesson.scenes
    assert scene.experiment == experiment


def test_words_in_any_script_come_back() -> None:
    definition = FormulaDefinition(
        formula="a*x^2",
        domain={"x": (-2, 2)},
        parameters={"a": {"value": 2, "low": 0.1, "high": 9, "label": 'the "slope"\x7f\t\\'}},
        name={"en": "Mine\n", "ja": "自作の谷"},
    )
    experiment = Experiment(landscape=definition)
    assert parse_lesson(lesson_from(experiment, "ja")).scenes[0].experiment == experiment


def test_a_painted_landscape_comes_back() -> None:
    heights = np.random.default_rng(1).normal(size=(LARGEST, LARGEST))
    definition = PaintedDefinition.of(heights, {"x": (-2, 2), "y": (-1, 1)})
    experiment = Experiment(landscape=definition)
    assert parse_lesson(lesson_from(experiment, "en")).scenes[0].experiment == experiment


def test_only_what_is_not_usual_is_written() -> None:
    text = lesson_from(default_experiment(), "en")
    assert "lr = 0.001" in text
    assert "momentum = 0.9" not in text
    assert "colour" not in text
    assert "seed" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_lesson_says_what_to_do_in_the_persons_language(language: Language) -> None:
    scene = parse_lesson(lesson_from(default_experiment(), language)).scenes[0]
    assert scene.narration
    assert scene.notes
