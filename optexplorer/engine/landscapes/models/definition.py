"""A landscape made of data and a model: the mean loss of the model's predictions, as a function of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, field_serializer, field_validator, model_validator

from optexplorer.engine.declaration import Hyperparameter, checked, flat, hyperparameters
from optexplorer.engine.landscapes.base import Group, HeightScale, LandscapeDefinition
from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import DataSource
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.base import Model
from optexplorer.engine.landscapes.parameter import Parameter
from optexplorer.engine.landscapes.words import Words
from optexplorer.text import Text


class ModelDefinition(LandscapeDefinition):
    """Data and a model that learns from them, as an experiment's file holds them.

    In a file, data and model are objects of an id and their settings; the id alone will do:
    `{"kind": "model", "data": {"id": "moons", "noise": 0.2}, "model": {"id": "mlp", "hidden": [16]}}`.

    Attributes
    ----------
    data, model : what is learned from, and what learns
    standardise : whether inputs are shifted and scaled to mean 0 and standard deviation 1 of the training examples
    held_out : the part of the examples that is kept from training
    split_seed : which examples these are
    """

    title: ClassVar[Text] = Text("Learning from data", "データからの学習")
    own_id: ClassVar[str] = "model"
    keeps_domain: ClassVar[bool] = False
    """It is framed anew around start and minimum, which move with each example."""

    kind: Literal["model"] = "model"
    data: DataSource
    model: Model
    standardise: bool = False
    held_out: float = Field(0.0, ge=0, le=0.9)
    split_seed: int = Field(0, ge=0, le=9999)
    scale: HeightScale = "log"
    group: Group = "learning"
    lesson: Words = Text("", "")
    source: str = ""

    @field_validator("data", mode="before")
    @classmethod
    def _read_data(cls, given: object) -> object:
        return checked(given) if isinstance(given, DataSource) else data_sources.read(given)

    @field_validator("model", mode="before")
    @classmethod
    def _read_model(cls, given: object) -> object:
        return checked(given) if isinstance(given, Model) else predictors.read(given)

    @field_serializer("data", "model")
    def _write(self, part: DataSource | Model) -> dict[str, Any]:
        return flat(part)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        # Made once here, so that what does not fit is said where it is read.
        self.landscape()
        return self

    def landscape(self, id: str | None = None) -> ModelLandscape:
        return ModelLandscape.of(self, id or self.own_id)

    def sliders(self) -> Mapping[str, Parameter]:
        found = {}
        for parameter, value in self._numbers():
            low, high = parameter.low, parameter.high
            if low is not None and high is not None and low <= value <= high:
                found[parameter.name] = Parameter(value=value, low=low, high=high, label=parameter.label)
        return found

    def with_values(self, values: Mapping[str, float]) -> Self:
        known = {parameter.name: parameter for parameter, _ in self._numbers()}
        given: dict[str, float] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(
                    f"the data '{self.data.id}' have no setting '{name}'; they have {', '.join(known) or 'none'}"
                )
            given[name] = round(value) if known[name].kind == "int" else value
        # Read anew, so that bounds are checked.
        return type(self).model_validate({**self.model_dump(), "data": {**flat(self.data), **given}})

    def _numbers(self) -> list[tuple[Hyperparameter, float]]:
        """Return the settings of the data that are numbers."""
        return [
            (parameter, getattr(self.data, parameter.name))
            for parameter in hyperparameters(type(self.data))
            if parameter.kind in ("float", "int")
        ]

    def is_variant_of(self, other: LandscapeDefinition) -> bool:
        """Whether only numbers of the data differ: the parameters mean the same."""
        return (
            isinstance(other, ModelDefinition)
            and (self.model, type(self.data)) == (other.model, type(other.data))
            and self.landscape().blocks == other.landscape().blocks
        )
