"""The learning rate as a function of the step."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from optexplorer.text import Text


class Schedule(BaseModel):
    """Base of all schedules: hyperparameters as fields, like an optimizer."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: ClassVar[str]
    title: ClassVar[Text]
    idea: ClassVar[Text]
    torch_class: ClassVar[str | None] = None

    def rates(self, lr: float, steps: int) -> NDArray[np.float64]:
        """Return the rates of the steps 0 … steps − 1, shape (steps,), for a base rate `lr`."""
        raise NotImplementedError


class Constant(Schedule):
    """The same rate at every step."""

    id: ClassVar[str] = "constant"
    title: ClassVar[Text] = Text("Constant", "一定")
    idea: ClassVar[Text] = Text("The rate stays as it is.", "学習率を変えない。")

    def rates(self, lr: float, steps: int) -> NDArray[np.float64]:
        return np.full(steps, lr)
