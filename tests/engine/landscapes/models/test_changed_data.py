"""Data of which only examples or settings change: a picture of one may stand in for the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.base import is_parameter_variant
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.data.line import Line
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.linear import Linear


def given(factor: float) -> ModelLandscape:
    """Return a line fitted to examples whose targets are `factor` times those of the catalogue."""
    data = Line().load()
    changed = replace(data, targets=factor * data.targets)
    return ModelDefinition(data=Given.of(changed), model=Linear()).landscape()


def test_moved_examples_leave_the_same_race_also_where_the_loss_is_framed_anew() -> None:
    here, there = given(1.0), given(30.0)
    assert here.domain != there.domain
    assert is_parameter_variant(here, there)


def test_data_of_another_kind_are_another_landscape() -> None:
    assert not is_parameter_variant(given(1.0), ModelDefinition(data=Line(), model=Linear()).landscape())


def test_numbers_of_any_size_frame_the_loss_without_a_warning() -> None:
    data = Line().load()
    ModelDefinition(data=Given.of(replace(data, inputs=1e200 * data.inputs)), model=Linear()).landscape()


def test_the_numbers_of_the_data_have_sliders_that_make_a_variant() -> None:
    moons = ModelDefinition(data={"id": "moons"}, model={"id": "mlp", "hidden": [3]})
    sliders = moons.sliders()
    assert {"noise", "examples", "seed"} <= set(sliders)
    assert all(slider.low <= slider.value <= slider.high for slider in sliders.values())
    noisier = moons.with_values({"noise": 0.45, "examples": 80.2})
    assert (noisier.data.noise, noisier.data.examples) == (0.45, 80)
    assert noisier.is_variant_of(moons)
    assert moons.with_values({name: slider.value for name, slider in sliders.items()}) == moons


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"noyse": 1.0}, "the data 'moons' have no setting 'noyse'; they have"),
        ({"noise": 1e9}, "noise"),
        ({"examples": -3.0}, "examples"),
    ],
)
def test_values_that_the_data_cannot_have_are_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModelDefinition(data="moons", model="mlp").with_values(values)


@pytest.mark.parametrize(
    "other",
    [
        {"data": "moons", "model": {"id": "mlp", "hidden": [4]}},
        {"data": "circles", "model": {"id": "mlp", "hidden": [3]}},
    ],
)
def test_another_model_or_kind_of_data_is_no_variant(other: dict[str, object]) -> None:
    moons = ModelDefinition(data="moons", model={"id": "mlp", "hidden": [3]})
    assert not moons.is_variant_of(ModelDefinition.model_validate(other))
    assert not moons.is_variant_of(landscapes.get("beale").definition)
