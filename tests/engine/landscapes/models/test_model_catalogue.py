"""Every model on all data that fit it: what each promises, whatever it computes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import DataError
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.base import Examples

pytestmark = pytest.mark.numbers

MODELS: list[dict[str, Any]] = [
    {"id": "linear"},
    {"id": "linear", "loss": "absolute"},
    {"id": "linear", "loss": "huber", "delta": 0.4, "bias": False},
    {"id": "logistic"},
    {"id": "logistic", "bias": False},
    {"id": "neuron"},
    {"id": "neuron", "activation": "sigmoid"},
    {"id": "neuron", "activation": "relu"},
    {"id": "two-layer"},
    {"id": "two-layer", "activation": "gelu"},
    {"id": "two-layer", "activation": "relu"},
    {"id": "factorisation"},
    {"id": "mlp", "hidden": []},
    {"id": "mlp", "hidden": [5, 4], "activation": "sigmoid"},
    {"id": "mlp", "hidden": [5], "activation": "relu", "init": "he"},
    {"id": "mlp", "hidden": [4, 3], "activation": "gelu", "weight_decay": 0.1, "batch_norm": True},
    {"id": "mlp", "hidden": [5], "activation": "leaky-relu", "dropout": 0.3},
]
SMALL: dict[str, dict[str, Any]] = {"digits": {"examples": 60}}


def sources() -> list[dict[str, Any]]:
    """Return every data source of the catalogue that makes examples by itself, made small where it is large."""
    return [{"id": id, **SMALL.get(id, {})} for id in data_sources.ids() if id != "given"]


def landscape_of(source: dict[str, Any], model: dict[str, Any], **settings: Any) -> ModelLandscape | None:
    """Return the landscape, None if the model cannot learn from these data."""
    try:
        read, made = data_sources.read(source), predictors.read(model)
        if read.load().task not in made.tasks:
            return None
        made.predictor(read.load())
    except DataError:
        return None
    return ModelDefinition(data=source, model=model, **settings).landscape()


PAIRS = [
    pytest.param(source, model, id=f"{'-'.join(map(str, itertools.chain(model.values())))}-on-{source['id']}")
    for model in MODELS
    for source in sources()
    if landscape_of(source, model) is not None
]


def test_every_model_of_the_catalogue_learns_from_some_data() -> None:
    learned = {param.values[1]["id"] for param in PAIRS}  # type: ignore[index]
    assert set(predictors.ids()) == learned == {model["id"] for model in MODELS}


def points(landscape: ModelLandscape, count: int, seed: int = 0) -> np.ndarray:
    """Return points around the start, shape (n, count)."""
    random = np.random.default_rng(seed)
    start = np.array(landscape.start)[:, np.newaxis]
    return np.ascontiguousarray(start + random.normal(0, 0.5, (landscape.dimension, count)))


def few(landscape: ModelLandscape) -> Examples:
    """Return at most 12 of the training examples."""
    return Examples(*(np.ascontiguousarray(values[:12]) for values in landscape.training))


@pytest.mark.parametrize(("source", "model"), PAIRS)
class TestEveryModel:
    def test_a_batch_agrees_with_its_points_to_the_bit(
        self, source: dict[str, Any], model: dict[str, Any]
    ) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        for count in (1, 2, 7):
            x = points(landscape, count)
            value, gradient = landscape.value(x), landscape.gradient(x)
            assert value.shape == (count,)
            assert gradient.shape == x.shape
            for i in range(count):
                alone_value, alone_gradient = landscape.value_and_gradient(x[:, i].copy())
                np.testing.assert_array_equal(value[i], alone_value)
                np.testing.assert_array_equal(value[i], landscape.value(x[:, i].copy()))
                np.testing.assert_array_equal(gradient[:, i], alone_gradient)

    def test_nothing_given_is_modified_and_equal_questions_get_equal_answers(
        self, source: dict[str, Any], model: dict[str, Any]
    ) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        predictor, examples = landscape.predictor, few(landscape)
        theta, direction = points(landscape, 2).T.copy()
        for array in (theta, direction, *examples):
            array.flags.writeable = False

        def answers() -> list[Any]:
            found = [
                predictor.loss(theta, examples),
                *predictor.loss_and_gradient(theta, examples, mask_seed=5),
                predictor.hessian_product(theta, direction, examples),
                predictor.predict(theta, examples.inputs),
                predictor.predict(theta, examples.inputs[:3], examples.inputs),
                predictor.losses(theta[:, np.newaxis], examples),
                predictor.gradients(theta[:, np.newaxis], examples),
            ]
            if not predictor.couples_examples:
                found.append(predictor.example_gradients(theta, examples))
            return found

        for first, second in zip(answers(), answers(), strict=True):
            np.testing.assert_array_equal(first, second)

    def test_equal_settings_make_equal_bits(self, source: dict[str, Any], model: dict[str, Any]) -> None:
        made = data_sources.read(source).make(), data_sources.read(source).make()
        first, second = (predictors.read(model).predictor(data).initial() for data in made)
        np.testing.assert_array_equal(first, second)

    def test_the_gradient_is_that_of_the_loss(self, source: dict[str, Any], model: dict[str, Any]) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        theta, direction = points(landscape, 2).T.copy()
        predictor, examples = landscape.predictor, few(landscape)
        step = 1e-6
        ahead, behind = (predictor.loss(theta + s * step * direction, examples) for s in (1, -1))
        along = float(predictor.loss_and_gradient(theta, examples)[1] @ direction)
        assert (ahead - behind) / (2 * step) == pytest.approx(along, rel=1e-5, abs=1e-6)

    def test_the_product_with_the_hessian_is_how_the_gradient_changes(
        self, source: dict[str, Any], model: dict[str, Any]
    ) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        theta, direction = points(landscape, 2).T.copy()
        predictor, examples = landscape.predictor, few(landscape)
        step = 1e-6
        ahead, behind = (
            predictor.loss_and_gradient(theta + s * step * direction, examples)[1] for s in (1, -1)
        )
        product = predictor.hessian_product(theta, direction, examples)
        scale = max(1.0, float(np.abs(product).max()))
        np.testing.assert_allclose((ahead - behind) / (2 * step), product, atol=1e-5 * scale)

    def test_the_whole_hessian_is_its_products(self, source: dict[str, Any], model: dict[str, Any]) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        if not landscape.has_hessian:
            return
        theta, direction = points(landscape, 2).T.copy()
        product = landscape.hessian_product(theta, direction)
        scale = max(1.0, float(np.abs(product).max()))
        np.testing.assert_allclose(landscape.hessian(theta) @ direction, product, rtol=0, atol=1e-10 * scale)

    def test_the_gradient_is_the_mean_of_those_of_the_examples(
        self, source: dict[str, Any], model: dict[str, Any]
    ) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        predictor, examples = landscape.predictor, few(landscape)
        theta = points(landscape, 1)[:, 0]
        if predictor.couples_examples:
            with pytest.raises(ValueError, match="depends on the others"):
                predictor.example_gradients(theta, examples)
            return
        each = predictor.example_gradients(theta, examples)
        gradient = predictor.loss_and_gradient(theta, examples)[1]
        np.testing.assert_allclose(each.mean(axis=0), gradient, rtol=1e-10, atol=1e-12)

    def test_the_picture_holds_start_and_minimum(self, source: dict[str, Any], model: dict[str, Any]) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        low, high = np.array(landscape.domain).T
        assert (low < np.array(landscape.start)).all()
        assert (np.array(landscape.start) < high).all()
        for minimum in landscape.minima:
            position = np.array(minimum.position)
            assert (low < position).all()
            assert (position < high).all()
            assert np.abs(landscape.gradient(position)).max() < 1e-9
            assert (landscape.value(points(landscape, 50)) >= minimum.value - 1e-12).all()

    def test_what_is_predicted_has_the_promised_shape(
        self, source: dict[str, Any], model: dict[str, Any]
    ) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        predicted = landscape.predict(points(landscape, 1)[:, 0], landscape.data.inputs[:3])
        columns = len(landscape.data.classes) if landscape.data.task == "classification" else 1
        assert predicted.shape == (3, columns)
        if columns > 1:
            np.testing.assert_allclose(predicted.sum(axis=1), 1.0)
            assert (predicted >= 0).all()

    def test_the_blocks_are_all_parameters(self, source: dict[str, Any], model: dict[str, Any]) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        assert sum(int(np.prod(shape)) for _, shape in landscape.blocks) == landscape.dimension
        assert len(landscape.start) == len(landscape.domain) == landscape.dimension
        assert len(set(landscape.variables)) == landscape.dimension

    def test_points_far_out_give_numbers_or_infinity_without_a_warning(
        self, source: dict[str, Any], model: dict[str, Any]
    ) -> None:
        landscape = landscape_of(source, model)
        assert landscape is not None
        for size in (1e3, 1e160, 1e308):
            landscape.value_and_gradient(np.full(landscape.dimension, size))
            landscape.value(np.full((landscape.dimension, 2), -size))
