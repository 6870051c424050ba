"""One racer: an optimizer with its settings, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import Field, field_serializer, field_validator, model_validator

from optexplorer.engine import gradient_sources, optimizers, schedules
from optexplorer.engine.declaration import checked, flat, read_flat
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.experiment.frozen_model import FrozenModel

RACE_COLOURS = ("#0072B2", "#D55E00", "#CC79A7", "#E69F00", "#009E73", "#7A4FBF")
"""The colours of racers that name none, by their places (Okabe & Ito 2008, and one more)."""


class Racer(FrozenModel):
    """One run of an experiment.

    In a file, optimizer, schedule and source are objects of an id and their settings; the id alone will do:
    `{"optimizer": {"id": "adam", "lr": 0.05}, "schedule": {"id": "step", "step_size": 7}, "source": "noisy"}`.

    Attributes
    ----------
    optimizer, schedule : the update rule, and how its learning rate changes
    source : where gradients come from; None for the optimizer's own way: noisy if it is stochastic, else exact
    start : where it begins; None for the experiment's start
    colour : as `#rrggbb`
    visible : whether it is drawn
    stream : the number of its own random stream; it stays the same when other racers come and go
    """

    optimizer: Optimizer
    schedule: Schedule = Constant()
    source: GradientSource | None = None
    start: tuple[float, ...] | None = None
    colour: str = Field(RACE_COLOURS[0], pattern=r"^#[0-9A-Fa-f]{6}$")
    visible: bool = True
    stream: int = Field(0, ge=0, le=2**31)

    @model_validator(mode="before")
    @classmethod
    def _refuse_settings_beside(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(id := data.get("optimizer"), str):
            for name in data:
                if name not in cls.model_fields and id in optimizers.CATALOGUE:
                    raise ValueError(
                        f"{str(name)[:60]} is not known beside the optimizer; hyperparameters stand in it, such as "
                        f'"optimizer": {{"id": "{id}", "lr": 0.01}}'
                    )
        return data

    @field_validator("optimizer", mode="before")
    @classmethod
    def _read_optimizer(cls, data: object) -> object:
        return checked(data) if isinstance(data, Optimizer) else read_flat(data, optimizers.get)

    @field_validator("schedule", mode="before")
    @classmethod
    def _read_schedule(cls, data: object) -> object:
        return checked(data) if isinstance(data, Schedule) else schedules.read(data)

    @field_validator("source", mode="before")
    @classmethod
    def _read_source(cls, data: object) -> object:
        if data is None:
            return None
        return checked(data) if isinstance(data, GradientSource) else gradient_sources.read(data)

    def suited_to(self, landscape: Landscape) -> Self:
        """Return the racer with the optimizer's own source, if its source needs data that `landscape` does not have."""
        lacks = self.source is not None and self.source.needs_data and not landscape.examples
        return self.evolve(source=None) if lacks else self

    @field_serializer("optimizer", "schedule", "source")
    def _write(self, part: Optimizer | Schedule | GradientSource | None) -> dict[str, Any] | None:
        return None if part is None else flat(part)


def placed(racers: Sequence[Racer]) -> tuple[Racer, ...]:
    """Return racers of which those without a colour or a random stream have one by their place in the list.

    A stream that another racer names is left to it.
    """
    taken = {racer.stream for racer in racers if "stream" in racer.model_fields_set}
    found = []
    for place, racer in enumerate(racers):
        given: dict[str, Any] = {}
        if "colour" not in racer.model_fields_set:
            given["colour"] = RACE_COLOURS[place % len(RACE_COLOURS)]
        if "stream" not in racer.model_fields_set:
            free = (stream for stream in (place, *range(2 * len(racers))) if stream not in taken)
            given["stream"] = next(free)
            taken.add(given["stream"])
        found.append(racer.evolve(**given) if given else racer)
    return tuple(found)
