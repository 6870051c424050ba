"""What a model refuses: one message that says what is wrong and what would be right, in both languages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import DataError, Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from tests.networks import dataset

IMAGES = Dataset(
    np.arange(8.0).reshape(2, 4), np.array([0.0, 1.0]), "regression", ("a", "b", "c", "d"), "y", (), (2, 2)
)
ONE_CLASS = Dataset(np.ones((3, 1)), np.ones(3), "classification", ("x",), "kind", ("cat", "dog"))


@pytest.mark.parametrize(
    ("model", "data", "words"),
    [
        (
            {"id": "logistic"},
            dataset(),
            "tells two classes apart, but the data have 3: class 0, class 1, class 2",
        ),
        ({"id": "logistic"}, ONE_CLASS, "all 3 examples to train on are of one class, 'dog'"),
        ({"id": "mlp"}, ONE_CLASS, "at least two classes are needed"),
        ({"id": "neuron"}, IMAGES, "the data are images of 2 × 2 pixels; 'mlp' takes images"),
        ({"id": "two-layer"}, dataset("regression"), "takes one feature, but the data have 3: x1, x2, x3"),
        ({"id": "factorisation"}, dataset("regression", features=2), "the entries of a 2×2 matrix"),
        (
            {"id": "mlp", "hidden": [512] * 6},
            dataset(examples=20_000, features=1),
            "3072 hidden neurons are too many for 20000 examples; right are at most 6510 examples, or 1000 neurons",
        ),
    ],
)
def test_data_that_do_not_fit_are_refused(model: dict[str, Any], data: Dataset, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        predictors.read(model).predictor(data)
    assert all(caught.value.message)


@pytest.mark.parametrize(("given", "hidden"), [("16,8", (16, 8)), (" 4 , 4", (4, 4)), ("", ())])
def test_layers_come_as_a_text_with_commas(given: str, hidden: tuple[int, ...]) -> None:
    assert predictors.read({"id": "mlp", "hidden": given}).model_dump()["hidden"] == hidden


@pytest.mark.parametrize("given", ["a", "4,", "1.5", "-1", "1e2", "9999999"])
def test_a_text_that_names_no_layers_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="hidden: up to 6 layers of 1 to 512 units each, such as 16,16"):
        predictors.read({"id": "mlp", "hidden": given})


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        ([4] * 7, "7 layers are too many; right are 0 to 6"),
        ([4, 0], "a layer of 0 neurons is not allowed; right are 1 to 512"),
        ([513], "a layer of 513 neurons is not allowed"),
        ([-1], "a layer of -1 neurons"),
    ],
)
def test_layers_out_of_bounds_are_refused(hidden: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        predictors.read({"id": "mlp", "hidden": hidden})


def made(data: Dataset, model: dict[str, Any], **settings: Any) -> ModelLandscape:
    return ModelDefinition(data=Given.of(data), model=model, **settings).landscape()


def test_a_network_that_is_too_large_says_how_large_it_may_be() -> None:
    with pytest.raises(ValueError, match=r"the model has 265211 parameters; at most 200000 are allowed"):
        made(dataset(), {"id": "mlp", "hidden": [510, 512]})


def test_parameters_and_examples_together_are_bounded() -> None:
    many = dataset(examples=12_000, features=3)
    with pytest.raises(
        ValueError,
        match=r"192094 parameters are too many for 12000 examples; right are at most 10411 examples",
    ):
        made(many, {"id": "mlp", "hidden": [192, 511, 180]})


def test_numbers_of_rows_and_columns_are_not_standardised() -> None:
    with pytest.raises(ValueError, match="right is standardise = false"):
        ModelDefinition(data={"id": "matrix"}, model={"id": "factorisation"}, standardise=True)


def test_one_class_left_for_training_is_refused() -> None:
    data = Dataset(
        np.arange(4.0)[:, np.newaxis], np.array([0, 0, 0, 1.0]), "classification", ("x",), "y", ("a", "b")
    )
    refused = []
    for seed in range(20):
        try:
            made(data, {"id": "mlp"}, held_out=0.5, split_seed=seed)
        except ValueError as error:
            refused.append(str(error))
    # Half of all ways to choose two of the four.
    assert 0 < len(refused) < 20
    assert all("all 2 examples to train on are of one class, 'a'" in words for words in refused)


def test_numbers_whose_squares_overflow_are_not_standardised() -> None:
    data = Dataset(np.array([[1e308], [-1e308], [0.0]]), np.arange(3.0), "regression", ("huge",), "y")
    with pytest.raises(ValueError, match="the column 'huge' holds numbers that are too large"):
        ModelDefinition(data=Given.of(data), model={"id": "linear"}, standardise=True)
