"""The loss of a model as a landscape: what it knows beside its value."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import gradient_sources, landscapes
from optexplorer.engine.evaluation import Evaluator
from optexplorer.engine.landscapes.base import Sample
from optexplorer.engine.landscapes.models.data.base import DataError, Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import MOST_HESSIAN, ModelLandscape

pytestmark = pytest.mark.numbers


def made(data: object, model: object, **options: Any) -> ModelLandscape:
    return ModelDefinition(data=data, model=model, **options).landscape()  # type: ignore[arg-type]


def with_columns(**columns: list[float]) -> Given:
    """Return data of these columns, whose target is the row's number."""
    inputs = np.array(list(columns.values())).T
    return Given.of(Dataset(inputs, np.arange(float(len(inputs))), "regression", tuple(columns), "row"))


@pytest.mark.parametrize(
    ("data", "model"),
    [
        ("line", "linear"),
        ("plane", "linear"),
        ({"id": "blobs", "classes": 2, "separation": 0.5}, "logistic"),
        ("line", {"id": "two-layer"}),
    ],
)
def test_a_minimum_that_is_known_is_one(data: object, model: object) -> None:
    landscape = made(data, model)
    (minimum,) = landscape.minima
    here = np.array(minimum.position)
    assert landscape.value(here) == pytest.approx(minimum.value)
    assert np.abs(landscape.gradient(here)).max() < 1e-8
    assert np.linalg.eigvalsh(landscape.hessian(here)).min() > -1e-9


@pytest.mark.parametrize(
    ("data", "model"),
    [
        # Classes that a line separates: the valley goes on without end.
        ({"id": "blobs", "classes": 2, "separation": 10.0}, "logistic"),
        ("line", {"id": "linear", "loss": "absolute"}),
        ("line", {"id": "two-layer", "activation": "tanh"}),
        ("moons", "mlp"),
    ],
)
def test_a_minimum_that_is_not_known_is_not_shown(data: object, model: object) -> None:
    assert made(data, model).minima == ()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_the_picture_of_two_layers_holds_their_start(activation: str) -> None:
    landscape = made("line", {"id": "two-layer", "activation": activation})
    for coordinate, (low, high) in zip(landscape.start, landscape.domain, strict=True):
        assert low < coordinate < high


def test_the_loss_of_a_sample_is_the_mean_of_its_examples() -> None:
    landscape = made("moons", {"id": "mlp", "hidden": [3]})
    points = np.random.default_rng(2).standard_normal((landscape.dimension, 4))
    places = np.array([0, 5, 9])
    whole = landscape.sample_value(points, Sample(places, 0))
    single = [landscape.sample_value(points, Sample(places[i : i + 1], 0)) for i in range(3)]
    np.testing.assert_allclose(whole, np.mean(single, axis=0), rtol=1e-12)
    losses, gradients = landscape.sample_loss_and_gradient(points, Sample(places, 0))
    np.testing.assert_allclose(losses, whole, rtol=1e-12)
    assert gradients.shape == points.shape


def test_whole_hessians_are_made_of_models_with_few_parameters_only() -> None:
    small, large = (made("moons", {"id": "mlp", "hidden": [units]}) for units in (3, MOST_HESSIAN))
    assert small.has_hessian
    assert not large.has_hessian
    with pytest.raises(NotImplementedError):
        large.hessian(np.array(large.start))
    products = [small.hessian_product(np.array(small.start), unit) for unit in np.eye(small.dimension)]
    np.testing.assert_allclose(small.hessian(np.array(small.start)), products, atol=1e-12)


def test_an_evaluator_knows_what_the_loss_of_a_model_knows() -> None:
    landscape = made("moons", {"id": "mlp", "hidden": [3]}, held_out=0.2)
    evaluator = Evaluator(landscape)
    here, direction = np.array(landscape.start), np.ones(landscape.dimension)
    assert (evaluator.examples, evaluator.measures) == (landscape.examples, landscape.measures)
    assert landscape.measures == ("accuracy", "held_out_loss", "held_out_accuracy")
    np.testing.assert_array_equal(evaluator.measure(here), landscape.measure(here))
    np.testing.assert_array_equal(
        evaluator.hessian_product(here, direction), landscape.hessian_product(here, direction)
    )
    evaluator.sample_loss_and_gradient(here, Sample(np.array([1]), 0))
    evaluator.count_gradients(5)
    # A product with the Hessian costs about two gradients.
    assert evaluator.counts.gradients == 2 + 1 + 5
    value, measured = evaluator.value_and_measures(here)
    np.testing.assert_array_equal(measured, landscape.measure(here))
    assert value == landscape.value(here)


def test_weights_that_are_no_numbers_have_no_accuracy() -> None:
    landscape = made("moons", {"id": "mlp", "hidden": [3]})
    assert np.isnan(landscape.measure(np.full(landscape.dimension, np.nan))[0])


def test_a_model_answers_inputs_as_they_are_in_the_data() -> None:
    landscape = made("plane", "linear", standardise=True)
    asked = landscape.data.inputs[:5]
    assert landscape.standardisation is not None
    here = np.array(landscape.minima[0].position)
    expected = landscape.standardisation.apply(asked) @ here[:2] + here[2]
    np.testing.assert_allclose(landscape.predict(here, asked)[:, 0], expected, rtol=1e-12)
    with pytest.raises(DataError, match=r"inputs of shape \(5, 1\) do not fit; right is \(examples, 2\)"):
        landscape.predict(here, asked[:, :1])


def test_constant_columns_are_left_as_they_are_when_others_are_standardised() -> None:
    landscape = made(with_columns(a=[1.0, 2.0, 3.0], b=[7.0, 7.0, 7.0]), "linear", standardise=True)
    assert landscape.standardisation is not None
    np.testing.assert_array_equal(landscape.standardisation.deviation[1], 1.0)


def test_of_constant_columns_alone_nothing_is_learned() -> None:
    with pytest.raises(ValueError, match=r"every column is constant \(a, b\)"):
        made(with_columns(a=[1.0, 1.0, 1.0], b=[7.0, 7.0, 7.0]), "linear", standardise=True)


def test_only_losses_of_data_have_mini_batches() -> None:
    moons = made("moons", "mlp")
    assert set(gradient_sources.fitting(moons)) == set(gradient_sources.ids())
    assert "mini-batch" not in gradient_sources.fitting(landscapes.get("beale"))


def test_it_goes_to_another_process_and_says_what_it_is() -> None:
    landscape = made("moons", "mlp")
    assert pickle.loads(pickle.dumps(landscape)) == landscape
    assert repr(landscape) == "ModelLandscape(mlp, moons)"
