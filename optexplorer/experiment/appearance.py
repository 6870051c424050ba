"""The appearance of an experiment: camera, colours and marks. Nothing that is computed depends on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optexplorer.experiment.frozen_model import FrozenModel
from optexplorer.experiment.plane import Coordinate

Number = Annotated[int, Field(ge=0, le=10_000)]
"""The number of a racer or of a phase, from 0."""
Quantity = Literal["loss", "lr", "gradient"]
"""What is charted over the steps: loss, learning rate, or the norm of the gradient."""


class Camera(FrozenModel):
    """Where the surface is seen from.

    Angles in degrees: azimuth counter-clockwise from the x axis, elevation above the horizon. `distance` and
    `centre` in the units of the box in which the surface is drawn, whose sides run from −1 to 1.
    """

    azimuth: float = Field(-120.0, ge=-1e6, le=1e6)
    elevation: float = Field(47.0, ge=-90, le=90)
    distance: float = Field(4.75, ge=0.5, le=50)
    centre: tuple[Coordinate, Coordinate, Coordinate] = (0.0, 0.0, -0.26)


class Appearance(FrozenModel):
    """How an experiment is drawn.

    `anatomy` shows how a step is made, of the racers with the numbers `anatomy_racers` (the first if empty), up to
    its phase number `phase` (None: all of it). The racer `spotlight` stands out, the others are faint. `curvature`
    shows the quadratic model at the head of that racer, or of the first. `fit` shows the data and what is predicted of
    them; None where there are data.
    """

    camera: Camera = Camera()
    colour_map: Literal["terrain", "viridis", "cividis", "grey"] = "terrain"
    gradient_arrows: bool = False
    minima: bool = True
    curvature: bool = False
    chart: Quantity = "loss"
    anatomy: bool = False
    anatomy_racers: tuple[Number, ...] = Field((), max_length=2)
    phase: Number | None = None
    spotlight: Number | None = None
    fit: bool | None = None
