"""The appearance of an experiment: camera, colours and marks. Nothing that is computed depends on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optexplorer.experiment.frozen_model import FrozenModel
from optexplorer.experiment.plane import Coordinate

Number = Annotated[int, Field(ge=0, le=10_000)]
"""The number of a racer or of a phase, from 0."""
Parameter = Annotated[int, Field(ge=0, le=1_000_000)]
"""The place of a weight in the vector of all parameters, from 0."""
ExampleRef = Number | Literal["mean"]
"""The place of an example in the mini-batch of the step, from 0; or the mean of all of them."""
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
    shows the quadratic model at the head of that racer, or of the first.

    `network` shows the network of the racer whose anatomy comes first, with the values of the example
    `network_example`. The weight `network_weight` is selected (None: the one with the largest gradient): its numbers
    are written out in the anatomy.
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
    network: bool = False
    network_example: ExampleRef = 0
    network_weight: Parameter | None = None
