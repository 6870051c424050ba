"""The plane or line in parameter space on which a landscape of many coordinates is drawn."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator


class Plane(BaseModel):
    """A point and one or two directions: the points origin + Σ u_k · direction_k are drawn at (u_1, u_2).

    Raises
    ------
    ValueError
        If a direction has another number of coordinates than the origin, or the directions span no line or plane.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    origin: tuple[float, ...]
    directions: tuple[tuple[float, ...], ...]

    @model_validator(mode="after")
    def _spans(self) -> Self:
        if not 1 <= len(self.directions) <= 2:
            raise ValueError(f"a plane has one or two directions, not {len(self.directions)}")
        if any(len(direction) != len(self.origin) for direction in self.directions):
            raise ValueError(f"each direction needs {len(self.origin)} coordinates, as the origin has")
        if np.linalg.matrix_rank(np.array(self.directions)) < len(self.directions):
            raise ValueError("the directions must not be zero or parallel")
        return self
