"""A named parameter of a landscape, set by a slider."""

from __future__ import annotations

import math
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from optexplorer.engine.landscapes.words import Words
from optexplorer.text import Text

FAR = 1e9

Number = Annotated[float, Field(allow_inf_nan=False, ge=-FAR, le=FAR)]
Interval = tuple[Number, Number]


class Parameter(BaseModel):
    """A named number in a formula, with the bounds of the slider that sets it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: Number
    low: Number
    high: Number
    label: Words = Text("", "")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high or self.low == self.high:
            raise ValueError(
                f"a parameter needs low <= value <= high and low < high, not {self.low} {self.value} {self.high}"
            )
        return self

    @classmethod
    def around(cls, value: float) -> Parameter:
        """Return a parameter of `value` with bounds that leave room on both sides of it."""
        far = 4 * value
        if abs(value) <= FAR < abs(far):
            far = math.copysign(FAR, value)
        low, high = (-1.0, 1.0) if value == 0 else sorted((0.0, far))
        return cls(value=value, low=low, high=high)
