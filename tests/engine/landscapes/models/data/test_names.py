"""The names of features, targets and classes are shown in both languages, also of examples that were changed by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optexplorer.engine.landscapes.models import data
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.data.moons import Moons
from optexplorer.engine.landscapes.models.data.names import SHORT, shown_names

BUILT_IN = [
    id for id in data.ids() if id != "given" and data.get(id).__module__.startswith("optexplorer.engine.")
]


@pytest.mark.parametrize("id", BUILT_IN)
def test_every_name_of_a_built_in_set_has_words(id: str) -> None:
    source = data.get(id)
    found = source().load()
    names = [*found.input_names, found.target_name, *found.classes]
    assert {name for name in names if len(name) > SHORT} <= source.words.keys()


@pytest.mark.parametrize("id", BUILT_IN)
def test_the_english_name_is_the_one_in_the_data(id: str) -> None:
    found = data.get(id)().load()
    shown = shown_names(found)
    assert tuple(name.en for name in shown.inputs) == found.input_names
    assert shown.target.en == found.target_name
    assert tuple(name.en for name in shown.classes) == found.classes


def test_examples_of_a_built_in_set_keep_its_words_when_they_become_ones_own() -> None:
    moons = Moons(examples=20).load()
    own = Given.of(moons).load()
    assert [name.ja for name in shown_names(own).classes] == ["上の三日月", "下の三日月"]


def test_a_persons_own_names_are_shown_as_they_are(plain: Dataset) -> None:
    shown = shown_names(replace(plain, target_name="grade", input_names=("hours",)))
    assert shown.target == ("grade", "grade")
    assert shown.inputs == (("hours", "hours"),)


@pytest.fixture
def plain() -> Dataset:
    return data.get("line")().load()
