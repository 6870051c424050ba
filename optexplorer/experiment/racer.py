"""One racer: an optimizer with its settings, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from optexplorer.engine import optimizers
from optexplorer.engine.gradient_sources import Exact, GradientSource
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules import Constant, Schedule


class Racer(BaseModel):
    """One run of an experiment.

    In a file the optimizer's hyperparameters stand beside its id: `{"optimizer": "adam", "lr": 0.05}`.
    `stream` numbers the racer's own random stream; it stays the same when others come and go.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    optimizer: Optimizer
    schedule: Schedule = Constant()
    source: GradientSource = Exact()
    start: tuple[float, ...] | None = None
    colour: str = Field("#0072B2", pattern=r"^#[0-9A-Fa-f]{6}$")
    visible: bool = True
    stream: int = Field(0, ge=0, le=2**31)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("optimizer"), str):
            return data
        kind = optimizers.get(data["optimizer"])
        settings = {key: value for key, value in data.items() if key in kind.model_fields}
        rest = {key: value for key, value in data.items() if key not in settings}
        return {**rest, "optimizer": kind(**settings)}

    @model_serializer(mode="plain")
    def _spread(self) -> dict[str, Any]:
        return {
            "optimizer": self.optimizer.id,
            **self.optimizer.model_dump(),
            "start": self.start,
            "colour": self.colour,
            "visible": self.visible,
            "stream": self.stream,
        }
