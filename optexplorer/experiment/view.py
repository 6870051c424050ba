"""How an experiment is looked at: camera, height scale, colours."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, field_validator

Quantity = Literal["loss", "lr", "gradient"]
"""What is charted over the steps: loss, learning rate, or the norm of the gradient."""


Place = Annotated[float, Field(ge=-1e12, le=1e12)]
"""A coordinate that can be looked at."""
_NARROWEST = 1e-12
"""The narrowest part that can be drawn, as a share of the size of its coordinates."""


class Camera(BaseModel):
    """Where the surface is seen from.

    Angles in degrees: azimuth counter-clockwise from the x axis, elevation above the horizon. `distance` and
    `centre` in the units of the box in which the surface is drawn, whose sides run from −1 to 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    azimuth: float = Field(-120.0, ge=-1e6, le=1e6)
    elevation: float = Field(47.0, ge=-90, le=90)
    distance: float = Field(4.75, ge=0.5, le=50)
    centre: tuple[Place, Place, Place] = (0.0, 0.0, -0.26)


class View(BaseModel):
    """What is shown, and how.

    `window` is the part of the map that is seen: (x low, x high, y low, y high); `interval` that of a curve:
    (low, high). `anatomy` shows how a step is made, of the racers with the numbers `anatomy_racers` (the first if
    empty), up to its phase number `phase` (None: all of it). The racer `spotlight` stands out, the others are faint.
    With `fog`, the landscape is seen only that far, in its own units, around the points that racers have visited.
    `curvature` shows the quadratic model at the head of that racer, or of the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    camera: Camera = Camera()
    height_scale: Literal["auto", "linear", "log"] = "auto"
    colour_map: Literal["terrain", "viridis", "cividis", "grey"] = "terrain"
    gradient_arrows: bool = False
    minima: bool = True
    curvature: bool = False
    window: tuple[Place, Place, Place, Place] | None = None
    interval: tuple[Place, Place] | None = None
    chart: Quantity = "loss"
    anatomy: bool = False
    anatomy_racers: tuple[NonNegativeInt, ...] = Field((), max_length=2)
    phase: NonNegativeInt | None = None
    spotlight: NonNegativeInt | None = None
    fog: float = Field(0.0, ge=0, le=1e9)

    @field_validator("window", "interval")
    @classmethod
    def _has_room(cls, sides: tuple[float, ...] | None) -> tuple[float, ...] | None:
        for low, high in zip(*((sides or ())[place::2] for place in (0, 1)), strict=True):
            if high - low <= _NARROWEST * max(abs(low), abs(high)):
                raise ValueError(f"it needs low < high with room between them, not {low:g} and {high:g}")
        return sides
