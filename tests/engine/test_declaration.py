"""Settings as they are declared: their bounds in words, and numbers that are brought within them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine import optimizers
from optexplorer.engine.declaration import Hyperparameter, hyperparameters, with_clamped
from optexplorer.engine.landscapes.models import data, predictors
from optexplorer.text import Text

EVERY = [
    pytest.param(kind, parameter, id=f"{kind.id}.{parameter.name}")
    for catalogue in (optimizers, data, predictors)
    for kind in map(catalogue.get, catalogue.ids())
    for parameter in hyperparameters(kind)
    if parameter.kind == "float"
]


def parameter(kind: type, name: str) -> Hyperparameter:
    return next(found for found in hyperparameters(kind) if found.name == name)


@given(st.data(), st.floats(allow_nan=False))
def test_any_number_is_brought_within_the_bounds(drawn: st.DataObject, value: float) -> None:
    kind, declared = drawn.draw(st.sampled_from([case.values for case in EVERY]))
    nearest = declared.clamped(value)
    found = with_clamped(kind(), declared.name, value)
    assert getattr(found, declared.name) == nearest
    if math.isfinite(nearest):
        # What is within the bounds can be had, and stays as it is.
        assert getattr(kind(**{declared.name: nearest}), declared.name) == nearest
        assert declared.clamped(nearest) == nearest


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        (optimizers.get("adam"), "beta1", "0 <= beta1 < 1"),
        (optimizers.get("adam"), "lr", "0 < lr <= 1e+06"),
        (predictors.get("linear"), "loss", "loss is one of squared, absolute, huber"),
        (predictors.get("linear"), "bias", ""),
    ],
)
def test_bounds_are_told_in_words(kind: type, name: str, words: str) -> None:
    assert parameter(kind, name).bounds() == words


def test_choices_have_words_or_are_called_as_in_files() -> None:
    loss = parameter(predictors.get("linear"), "loss")
    assert loss.named("absolute") == Text("absolute error", "絶対誤差")
    assert loss.named("adam") == Text("adam", "adam")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("hidden", [4.5], "hidden"),
        ("batch_norm", "perhaps", "batch_norm = perhaps is not allowed; batch_norm is true or false"),
        ("seed", 1.5, "seed = 1.5 is not allowed; it must be a whole number, 0 <= seed"),
        ("sigma", "wide", "sigma = wide is not allowed; it must be a finite number"),
        ("activation", "step", "activation = step is not allowed; activation is one of"),
    ],
)
def test_what_a_setting_cannot_be_is_told_with_what_it_can_be(name: str, given: object, message: str) -> None:
    with pytest.raises(ValueError, match="mlp: ") as caught:
        predictors.get("mlp")(**{name: given})
    assert message in str(caught.value)
