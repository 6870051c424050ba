"""The plane, or line, through parameter space that is drawn."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from optexplorer.experiment.frozen_model import FrozenModel

Array = NDArray[np.float64]
Coordinate = Annotated[float, Field(ge=-1e12, le=1e12)]
"""A coordinate that can be looked at."""

NARROWEST = 1e-12
"""The narrowest part that can be drawn, as a share of the size of its coordinates."""
_PARALLEL = 1e-9
"""Sine of the smallest angle between two directions that span a plane."""


class Plane(FrozenModel):
    """The points origin + s·directions[0] + t·directions[1] of parameter space; of a line without the last term.

    Attributes
    ----------
    origin : one number for each coordinate of the landscape
    directions : two vectors of that length for a plane, one for a line; not zero, and not parallel
    extent : the part that is looked at first: (low, high) along each direction, in units of its length; None for
        the part that lies in the landscape's domain
    axes : what the coordinates along the directions are called; () for u and v
    """

    origin: Annotated[tuple[Coordinate, ...], Field(min_length=1)]
    directions: Annotated[tuple[tuple[Coordinate, ...], ...], Field(min_length=1, max_length=2)]
    extent: tuple[tuple[Coordinate, Coordinate], ...] | None = None
    axes: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(max_length=2)] = ()

    @model_validator(mode="after")
    def _spans(self) -> Self:
        for direction in self.directions:
            if len(direction) != self.dimension:
                raise ValueError(
                    f"the origin has {self.dimension} coordinate(s), but a direction has {len(direction)}"
                )
        lengths = np.linalg.norm(self._basis, axis=0)
        if not lengths.all():
            raise ValueError("a direction is zero; it needs a length")
        if len(self.directions) == 2:
            first, second = (self._basis / lengths).T
            if np.linalg.norm(second - first * (first @ second)) < _PARALLEL:
                raise ValueError("the two directions are parallel; they need to span a plane")
        for name, given in (("extent", self.extent), ("axes", self.axes or None)):
            if given is not None and len(given) != len(self.directions):
                raise ValueError(f"{name}: {len(given)} given for {len(self.directions)} direction(s)")
        for low, high in self.extent or ():
            if high - low <= NARROWEST * max(abs(low), abs(high)):
                raise ValueError(
                    f"extent: it needs low < high with room between them, not {low:g} and {high:g}"
                )
        return self

    @property
    def dimension(self) -> int:
        """The number of coordinates of a point in parameter space."""
        return len(self.origin)

    @property
    def _basis(self) -> Array:
        """The directions as columns, shape (n, 1) or (n, 2)."""
        return np.array(self.directions).T

    def points(self, along: Array) -> Array:
        """Return the points of parameter space, shape (n, ...), at `along`, shape (k, ...).

        `along` holds how far to go along each of the k directions, in units of their lengths.
        """
        along = np.asarray(along, dtype=np.float64)
        origin = np.array(self.origin).reshape(-1, *(1,) * (along.ndim - 1))
        points: Array = origin + np.tensordot(self._basis, along, axes=1)
        return points

    def project(self, x: Array) -> Array:
        """Return where in the plane the points `x`, shape (n, ...), are nearest, shape (k, ...) as in `points`."""
        x = np.asarray(x, dtype=np.float64)
        origin = np.array(self.origin).reshape(-1, *(1,) * (x.ndim - 1))
        along: Array = np.tensordot(np.linalg.pinv(self._basis), x - origin, axes=1)
        return along
