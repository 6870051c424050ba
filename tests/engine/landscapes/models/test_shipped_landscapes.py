"""Every landscape of the catalogue that is made of data: its file says all that is shown, and it can be descended."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.declaration import hyperparameters
from optexplorer.engine.landscapes import registry
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.pairing import fitting_models

FOUND = {
    id: entry for id in landscapes.catalogue_ids() if isinstance(entry := landscapes.get(id), ModelLandscape)
}


@pytest.fixture(params=FOUND)
def landscape(request: pytest.FixtureRequest) -> ModelLandscape:
    return FOUND[request.param]


def test_the_catalogue_has_the_models_of_the_textbooks() -> None:
    assert {entry.definition.model.id for entry in FOUND.values()} >= {
        "linear",
        "logistic",
        "neuron",
        "two-layer",
        "mlp",
        "factorisation",
    }
    assert sum(entry.dimension == 2 for entry in FOUND.values()) >= 5


def test_words_in_both_languages(landscape: ModelLandscape) -> None:
    for text in (landscape.definition.name, landscape.definition.lesson):
        assert text.en.strip()
        assert any(ord(character) > 0x3000 for character in text.ja)
    lesson = landscape.definition.lesson
    assert lesson.en.isascii()
    assert lesson.en.endswith(".")
    assert lesson.ja.endswith("。")
    assert landscape.source
    assert landscape.group == "learning"


def test_no_two_have_the_same_name() -> None:
    assert len({entry.name for entry in FOUND.values()}) == len(FOUND)


def test_the_loss_and_its_slope_are_numbers_where_the_descents_begin(landscape: ModelLandscape) -> None:
    loss, slope = landscape.value_and_gradient(np.array(landscape.start))
    assert np.isfinite(loss)
    assert np.isfinite(slope).all()
    assert np.any(slope != 0)


def test_a_small_step_downhill_makes_the_loss_smaller(landscape: ModelLandscape) -> None:
    start = np.array(landscape.start)
    slope = landscape.gradient(start)
    size = 1e-4 / (1 + float(np.linalg.norm(slope)))
    assert landscape.value(start - size * slope) < landscape.value(start)


def test_the_definition_is_written_and_read_back(landscape: ModelLandscape) -> None:
    definition = landscape.definition
    assert registry.read(definition.model_dump()) == definition
    assert ModelDefinition.model_validate_json(definition.model_dump_json()) == definition
    assert pickle.loads(pickle.dumps(landscape)) == landscape


def test_its_model_is_among_those_that_are_offered_for_its_data(landscape: ModelLandscape) -> None:
    assert landscape.definition.model.id in fitting_models(landscape.data)


def train(landscape: ModelLandscape, steps: int, rate: float) -> np.ndarray:
    """Return where Adam comes to; what the lessons of the catalogue say is checked there."""
    x = np.array(landscape.start)
    mean, square = np.zeros_like(x), np.zeros_like(x)
    for step in range(1, steps + 1):
        slope = landscape.gradient(x)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope * slope
        x = x - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return x


def accuracy(landscape: ModelLandscape, x: np.ndarray) -> float:
    return float(landscape.measure(x)[landscape.measures.index("accuracy")])


def test_penguins_need_standardised_inputs() -> None:
    standardised = FOUND["penguins-network"]
    raw = standardised.definition.model_copy(update={"standardise": False}).landscape()
    assert accuracy(standardised, train(standardised, 200, 0.01)) > 0.95
    assert accuracy(raw, train(raw, 200, 0.01)) < 0.8


def test_four_units_part_the_classes_of_xor() -> None:
    landscape = FOUND["xor-network"]
    assert accuracy(landscape, train(landscape, 800, 0.02)) > 0.97


def test_two_layers_follow_the_spirals() -> None:
    landscape = FOUND["spirals-network"]
    assert accuracy(landscape, train(landscape, 300, 0.01)) > 0.95


def test_standardising_makes_the_ravine_of_unequal_features_rounder() -> None:
    ravine = FOUND["unequal-scales"]
    rounder = ravine.definition.model_copy(update={"standardise": True}).landscape()

    def condition(landscape: ModelLandscape) -> float:
        return float(np.linalg.cond(landscape.hessian(np.array(landscape.start))))

    assert condition(ravine) > 10
    assert condition(rounder) < 3


def test_words_are_for_choices_that_there_are() -> None:
    kinds = [
        type(part) for entry in FOUND.values() for part in (entry.definition.data, entry.definition.model)
    ]
    for kind in dict.fromkeys(kinds):
        for setting in hyperparameters(kind):
            assert set(setting.choice_words) <= set(setting.choices)
