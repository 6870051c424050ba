"""What is shown of a network, against numbers calculated by hand and against its gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.gradient_sources import MiniBatch
from optexplorer.engine.landscapes.base import Sample
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.predictors.linear import Linear
from optexplorer.scene.computed import compute
from optexplorer.scene.network.drawn_units import MOST_UNITS, SOME_UNITS, drawn_units, most_varied
from optexplorer.scene.network.network_absence import absence_of_network
from optexplorer.scene.network.picture import NetworkPicture, largest_gradient
from optexplorer.scene.network.shown_example import chosen_place
from optexplorer.scene.network.tracing import trace_network
from optexplorer.scene.scene import Scene
from tests.shown_networks import corners, experiment_with, network, two_numbers

W1, B1, W2, B2 = 0.8, -0.3, 1.5, 0.2
"""One input, one tanh neuron, one output."""


def one_one_one(**appearance: Any) -> Scene:
    landscape = network(two_numbers(), (1,))
    return compute(experiment_with(landscape, (W1, B1, W2, B2), **appearance)).scene(0)


def picture_of(scene: Scene) -> NetworkPicture:
    assert scene.network is not None
    return scene.network.picture


def test_values_and_gradients_are_those_of_a_hand_calculation() -> None:
    x, y = 0.5, 1.0
    z = W1 * x + B1
    a = math.tanh(z)
    predicted = W2 * a + B2
    by_output = 2 * (predicted - y)
    by_a = by_output * W2
    by_z = by_a * (1 - a * a)
    picture = picture_of(one_one_one())
    inputs, hidden, output = (column.neurons[0] for column in picture.columns)
    assert inputs.value == x
    assert hidden.total == pytest.approx(z, rel=1e-14)
    assert hidden.value == pytest.approx(a, rel=1e-14)
    assert hidden.gradient == pytest.approx(by_a, rel=1e-13)
    assert output.value == pytest.approx(predicted, rel=1e-14)
    assert output.gradient == pytest.approx(by_output, rel=1e-13)
    first, second = picture.connections
    assert (first.weight, second.weight) == (W1, W2)
    assert first.gradient == pytest.approx(by_z * x, rel=1e-13)
    assert second.gradient == pytest.approx(by_output * a, rel=1e-13)
    assert (first.parameter, second.parameter) == (0, 2)
    assert picture.example.loss == pytest.approx((predicted - y) ** 2, rel=1e-13)
    assert inputs.label.en == "x"
    assert output.label.en == "y"


def test_the_mean_of_the_batch_shows_the_mean_gradient() -> None:
    landscape = network(two_numbers(), (1,))
    picture = picture_of(one_one_one(network_example="mean"))
    gradient = landscape.gradient(np.array([W1, B1, W2, B2]))
    shown = [connection.gradient for connection in picture.connections]
    np.testing.assert_allclose(shown, gradient[[0, 2]], rtol=1e-12)
    assert picture.example.place is None
    assert "2" in picture.example.title().en


def test_the_heaviest_gradient_is_selected_unless_another_weight_is_chosen() -> None:
    for example in (0, 1, "mean"):
        picture = picture_of(one_one_one(network_example=example))
        heaviest = max(picture.connections, key=lambda connection: abs(connection.gradient))
        assert picture.selected == heaviest.parameter
        assert not picture.chosen
    chosen = picture_of(one_one_one(network_weight=3))
    assert (chosen.selected, chosen.selected_name, chosen.chosen) == (3, "layer2.bias[0]", True)
    # Of another network there may have been more weights.
    assert not picture_of(one_one_one(network_weight=40)).chosen


@pytest.mark.parametrize(("example", "place"), [(0, 0), (3, 3), (99, 4), ("mean", None)])
def test_an_example_beyond_the_batch_is_the_last_one(example: Any, place: int | None) -> None:
    assert chosen_place(example, 5) == place


SETTINGS: list[dict[str, Any]] = [
    {},
    {"activation": "relu", "init": "he"},
    {"activation": "gelu", "weight_decay": 0.1},
    {"activation": "sigmoid", "dropout": 0.4},
    {"activation": "leaky-relu", "batch_norm": True},
]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("hidden", [(), (5,), (4, 3)])
def test_the_chain_rule_of_every_weight_gives_its_gradient(
    settings: dict[str, Any], hidden: tuple[int, ...]
) -> None:
    landscape = network(corners(), hidden, **settings)
    theta = landscape.predictor.initial() + 0.1 * np.sin(np.arange(landscape.dimension))
    sample = Sample(np.array([7, 1, 4, 9, 2]), 5)
    gradient = landscape.sample_loss_and_gradient(theta, sample)[1]
    seed = sample.mask_seed if landscape.predictor.has_masks else None
    trace = trace_network(landscape, theta, landscape.examples_of(sample), seed)
    for layer in trace.layers:
        decay = trace.weight_decay * layer.weight
        for unit in range(layer.units):
            for source in (*range(layer.weight.shape[1]), None):
                place = layer.parameter(unit, source)
                assert place is not None
                assert trace.place_of(place) == (trace.layers.index(layer), unit, source)
                penalty = 0.0 if source is None else decay[unit, source]
                product = trace.example_gradients(place).mean() + penalty
                assert product == pytest.approx(gradient[place], rel=1e-12, abs=1e-15)


def test_the_mini_batch_of_the_step_is_shown() -> None:
    landscape = network(corners(), (3,))
    experiment = experiment_with(landscape, source=MiniBatch(batch_size=4), network_example=2)
    computed = compute(experiment)
    (trajectory,) = computed.trajectories
    assert trajectory is not None
    picture = picture_of(computed.scene(3))
    sample = trajectory.sample_at(3)
    assert sample is not None
    np.testing.assert_array_equal(picture.example.inputs, landscape.training.inputs[sample.places[2]])
    assert (picture.example.place, picture.example.batch, picture.example.whole) == (2, 4, False)
    assert "3" in picture.example.title().en


def test_while_the_data_are_changed_the_mini_batch_is_one_of_the_data_that_the_path_saw() -> None:
    landscape = network(corners(), (3,))
    experiment = experiment_with(landscape, source=MiniBatch(batch_size=4), network_example=2)
    computed = compute(experiment)
    seen = picture_of(computed.scene(3)).example
    fewer = landscape.definition.model_copy(update={"held_out": 0.7})
    example = picture_of(computed.of(experiment.evolve(landscape=fewer)).scene(3)).example
    np.testing.assert_array_equal(example.inputs, seen.inputs)


def test_of_large_layers_some_neurons_are_drawn_and_the_rule_is_stated() -> None:
    landscape = network(corners(features=20), (30,))
    place = 20 * 27 + 19
    picture = picture_of(compute(experiment_with(landscape, network_weight=place)).scene(0))
    assert [len(column.neurons) for column in picture.columns] == [SOME_UNITS, SOME_UNITS, 2]
    assert [column.size for column in picture.columns] == [20, 30, 2]
    # Both ends of the selected weight are there.
    assert picture.neuron(1, 27) is not None
    assert picture.neuron(0, 19) is not None
    assert picture.rule is not None
    assert picture.rule in picture.notes()
    assert picture_of(one_one_one()).rule is None


def test_the_rule_takes_what_is_needed_then_the_first_in_order() -> None:
    assert drawn_units(MOST_UNITS) == tuple(range(MOST_UNITS))
    assert drawn_units(40, [33]) == (*range(SOME_UNITS - 1), 33)
    backwards = range(39, -1, -1)
    assert drawn_units(40, [0], order=backwards) == (0, *range(41 - SOME_UNITS, 40))
    assert most_varied(np.array([[0.0, 1.0, 5.0], [0.0, 3.0, 5.5]])) == (1, 2, 0)


def test_the_largest_gradient_is_a_finite_one() -> None:
    assert largest_gradient(np.array([1.0, -3.0, np.inf, np.nan, 2.0])) == 1


def test_what_is_no_network_says_why_it_is_not_drawn() -> None:
    formula = absence_of_network(landscapes.get("ravine"))
    assert formula is not None
    assert "formula" in formula.en
    linear = ModelDefinition(data=Given.of(two_numbers()), model=Linear()).landscape()
    without = absence_of_network(linear)
    assert without is not None
    assert "Linear regression" in without.en
    deep = absence_of_network(network(corners(), (2, 2, 2, 2, 2)))
    assert deep is not None
    assert "5 hidden layers" in deep.en
    assert absence_of_network(network(corners(), (2, 2, 2, 2))) is None
    experiment = experiment_with(network(two_numbers(), (1,))).evolve(landscape="ravine", start=())
    assert compute(experiment).scene(0).network is None


def test_without_being_asked_for_no_network_is_computed() -> None:
    assert one_one_one(network=False).network is None


def test_numbers_that_overflow_give_a_note() -> None:
    landscape = network(two_numbers(), (2,), activation="identity")
    start = (1e200, -1e200, 0.0, 0.0, 1e200, 1e200, 0.0)
    scene = compute(experiment_with(landscape, start, steps=1)).scene(0)
    picture = picture_of(scene)
    assert not picture.finite
    assert "no longer finite" in picture.notes()[0].en
    assert len(scene.anatomies) <= 1
