"""Data of which only examples or settings change: a picture of one may stand in for the other."""

from __future__ import annotations

from dataclasses import replace

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
