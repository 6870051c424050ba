"""Which models learn from which data, and what becomes of one when the other is changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.pairing import (
    changed,
    fitting_models,
    misfit,
    problem_of,
    synthetic_and_shipped,
    with_data,
)
from optexplorer.text import Text


def definition(data: object, model: object, **options: Any) -> ModelDefinition:
    return ModelDefinition(data=data, model=model, **options)  # type: ignore[arg-type]


def numbers(examples: int = 12, features: int = 1) -> Dataset:
    inputs = np.random.default_rng(0).standard_normal((examples, features))
    return Dataset(inputs, inputs.sum(axis=1), "regression", tuple("abc"[:features]), "y")


@pytest.mark.parametrize("id", synthetic_and_shipped())
def test_some_model_learns_from_every_data_set_that_is_offered(id: str) -> None:
    data = data_sources.get(id)().load()
    fitting = fitting_models(data)
    assert fitting
    for model in predictors.ids():
        assert (misfit(predictors.get(model)(), data) is None) == (model in fitting)


def test_data_of_ones_own_are_not_among_those_that_need_nothing() -> None:
    assert set(synthetic_and_shipped()) == set(data_sources.ids()) - {Given.id}


@pytest.mark.parametrize(
    ("model", "data", "words"),
    [
        ("linear", "moons", Text("predicts numbers, but these data have classes", "クラスである")),
        ("logistic", "line", Text("predicts classes, but these data have numbers", "数値である")),
        ("two-layer", "plane", Text("feature", "特徴量")),
    ],
)
def test_why_a_model_cannot_learn_is_said_in_both_languages(model: str, data: str, words: Text) -> None:
    reason = misfit(predictors.get(model)(), data_sources.get(data)().load())
    assert reason is not None
    assert words.en in reason.en
    assert words.ja in reason.ja


def test_other_data_keep_a_model_that_can_learn_from_them() -> None:
    old = definition("moons", {"id": "mlp", "hidden": [3]}, held_out=0.25, standardise=True)
    new, note = with_data(old, data_sources.get("circles")())
    assert (new.model, new.held_out, new.standardise) == (old.model, 0.25, True)
    assert new.data.id == "circles"
    assert not any(note)


def test_other_data_bring_another_model_where_theirs_cannot_learn_and_say_so() -> None:
    new, note = with_data(definition("line", "linear"), data_sources.get("moons")())
    assert new.model.id == "logistic"
    assert "the model is now Logistic regression" in note.en
    assert "ロジスティック回帰" in note.ja


def test_a_name_stays_while_only_settings_change() -> None:
    words = Text("Mine", "私の")
    old = definition("line", "linear", name=words, lesson=words, source="a book")
    same = changed(old, data=data_sources.get("line")(noise=0.7))
    assert (same.name, same.lesson, same.source) == (words, words, "a book")
    other = changed(old, model=predictors.get("neuron")(), data=data_sources.get("curve")())
    assert not any(other.name)
    assert not any(other.lesson)
    assert other.source == ""


def test_a_table_of_ones_own_is_called_by_its_file_whatever_learns_from_it() -> None:
    words = Text("sales.csv", "sales.csv")
    old = definition(Given.of(numbers()), "linear", name=words)
    assert changed(old, model=predictors.get("mlp")()).name == words
    assert not any(changed(old, data=data_sources.get("line")()).name)


def test_a_change_that_does_not_fit_is_refused_and_says_why() -> None:
    with pytest.raises(ValidationError) as caught:
        changed(definition("line", "linear"), data="moons")
    words = problem_of(caught.value)
    assert "ask for classification" in words.en
    assert "分類" in words.ja


def test_what_pydantic_refuses_is_told_with_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        changed(definition("line", "linear"), held_out=2)
    assert problem_of(caught.value).en.startswith("held_out: ")


def test_an_error_without_two_languages_is_told_as_it_is() -> None:
    assert problem_of(ValueError("no such thing")).en == "no such thing"
