"""Which part of a landscape is computed for its picture, and how its heights are scaled."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from optexplorer.experiment.plane import Plane

Place = Annotated[float, Field(ge=-1e12, le=1e12)]
"""A coordinate that can be looked at."""
_NARROWEST = 1e-12
"""The narrowest part that can be drawn, as a share of the size of its coordinates."""


class ComputationView(BaseModel):
    """The part of the landscape that is sampled for map, surface and curve.

    `window` is the part of the map that is seen: (x low, x high, y low, y high); `interval` that of a curve:
    (low, high). `plane` is what is drawn of a landscape of many coordinates; None draws the coordinates themselves
    where there are at most two. Window and interval are then in the plane's own coordinates.
    With `fog`, the landscape is seen only that far, in its own units, around the points that racers
    have visited.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    height_scale: Literal["auto", "linear", "log"] = "auto"
    window: tuple[Place, Place, Place, Place] | None = None
    interval: tuple[Place, Place] | None = None
    plane: Plane | None = None
    fog: float = Field(0.0, ge=0, le=1e9)

    @field_validator("window", "interval")
    @classmethod
    def _has_room(cls, sides: tuple[float, ...] | None) -> tuple[float, ...] | None:
        for low, high in zip(*((sides or ())[place::2] for place in (0, 1)), strict=True):
            if high - low <= _NARROWEST * max(abs(low), abs(high)):
                raise ValueError(f"it needs low < high with room between them, not {low:g} and {high:g}")
        return sides
