"""Which part of a landscape is computed for its picture, and how its heights are scaled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from optexplorer.experiment.frozen_model import FrozenModel
from optexplorer.experiment.plane import NARROWEST, Coordinate, Plane
from optexplorer.experiment.plane_rule import PlaneRule


def _which(given: object) -> str:
    """Return which of the two ways to give a plane this is: the plane itself, or the rule that finds it."""
    is_rule = isinstance(given, PlaneRule) or (isinstance(given, Mapping) and "origin" not in given)
    return "PlaneRule" if is_rule else "Plane"


GivenPlane = Annotated[
    Annotated[Plane, Tag("Plane")] | Annotated[PlaneRule, Tag("PlaneRule")], Discriminator(_which)
]
"""A plane, or the rule that finds it."""


class ComputationView(FrozenModel):
    """The part of the landscape that is sampled for map, surface and curve.

    Attributes
    ----------
    height_scale : whether the logarithm of the loss is drawn; "auto" as the landscape has it
    plane : the part of parameter space that is drawn, or the rule that finds it; None for the coordinates themselves
    window : the part of the map that is seen: (x low, x high, y low, y high), along the plane's directions if
        there is a plane; None for all of the domain
    interval : the part of a curve that is seen: (low, high), likewise
    fog : if not 0, the landscape is seen only that far around the points that racers have visited, in the units of
        its coordinates
    """

    height_scale: Literal["auto", "linear", "log"] = "auto"
    plane: GivenPlane | None = None
    window: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = None
    interval: tuple[Coordinate, Coordinate] | None = None
    fog: float = Field(0.0, ge=0, le=1e9)

    @field_validator("window", "interval")
    @classmethod
    def _has_room(cls, sides: tuple[float, ...] | None) -> tuple[float, ...] | None:
        for low, high in zip(*((sides or ())[place::2] for place in (0, 1)), strict=True):
            if high - low <= NARROWEST * max(abs(low), abs(high)):
                raise ValueError(f"it needs low < high with room between them, not {low:g} and {high:g}")
        return sides
