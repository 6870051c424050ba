"""One racer: an optimizer with its settings, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_serializer, model_validator

from optexplorer.engine import gradient_sources, optimizers, schedules
from optexplorer.engine.declaration import flat, make
from optexplorer.engine.gradient_sources import GradientSource
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules.base import Constant, Schedule

DEFAULT_COLOUR = "#0072B2"


class Racer(BaseModel):
    """One run of an experiment.

    In a file the optimizer's hyperparameters stand beside its id, those of schedule and source beside theirs:
    `{"optimizer": "adam", "lr": 0.05, "schedule": {"id": "step", "step_size": 7}, "source": {"id": "noisy"}}`.
    `source` None is the optimizer's own: noisy gradients if it is stochastic, else exact ones. `stream` numbers
    the racer's own random stream; it stays the same when others come and go.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    optimizer: Optimizer
    schedule: Schedule = Constant()
    source: GradientSource | None = None
    start: tuple[float, ...] | None = None
    colour: str = Field(DEFAULT_COLOUR, pattern=r"^#[0-9A-Fa-f]{6}$")
    visible: bool = True
    stream: int = Field(0, ge=0, le=2**31)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("optimizer"), str):
            return data
        settings = {key: value for key, value in data.items() if key not in cls.model_fields}
        rest = {key: value for key, value in data.items() if key not in settings}
        return {**rest, "optimizer": make(optimizers.get(data["optimizer"]), settings)}

    @field_validator("schedule", mode="before")
    @classmethod
    def _read_schedule(cls, data: object) -> object:
        return data if isinstance(data, Schedule) else schedules.read(data)

    @field_validator("source", mode="before")
    @classmethod
    def _read_source(cls, data: object) -> object:
        return data if data is None or isinstance(data, GradientSource) else gradient_sources.read(data)

    @model_serializer(mode="plain")
    def _spread(self) -> dict[str, Any]:
        return {
            "optimizer": self.optimizer.id,
            **self.optimizer.model_dump(),
            "schedule": flat(self.schedule),
            "source": None if self.source is None else flat(self.source),
            "start": self.start,
            "colour": self.colour,
            "visible": self.visible,
            "stream": self.stream,
        }
