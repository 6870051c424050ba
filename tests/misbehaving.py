"""Optimizers, schedules and landscapes as careless plugins bring them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.base import Probe, State, Update
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.schedules.base import Constant
from optexplorer.text import Text

Array = NDArray[np.float64]


class RaisesAtStep17(GradientDescent):
    """Counts its steps in its state, and gives up at the seventeenth."""

    id: ClassVar[str] = "raises-at-17"
    title: ClassVar[Text] = Text("Raises at 17", "17で例外")

    def init(self, x: Array) -> State:
        return (0,)

    def update(self, gradient: Array, state: State, x: Array, lr: Any) -> tuple[Array, State]:
        (count,) = state
        if count == 16:
            raise AttributeError("no attribute 'momentum_buffer'")
        return -lr * gradient, (count + 1,)


class RaisesInBind(GradientDescent):
    """Looks for something that is not there before its first step."""

    id: ClassVar[str] = "raises-in-bind"
    title: ClassVar[Text] = Text("Raises in bind", "bindで例外")

    def bind(self, probe: Probe) -> Update:
        settings: dict[str, float] = {}
        settings["rho"]
        return super().bind(probe)


class NotANumber(Constant):
    """Gives a rate that is no number from its fifth step on."""

    id: ClassVar[str] = "not-a-number"

    def rates(self, lr: float, steps: int) -> Array:
        rates = np.full(steps, lr)
        rates[5:] = np.nan
        return rates


def bowl(names: str) -> FormulaDefinition:
    """Return a bowl of as many coordinates as there are letters in `names`, steeper along each than the one before."""
    formula = " + ".join(f"{k}*{name}^2" for k, name in enumerate(names, start=1))
    return FormulaDefinition(formula=formula, domain=dict.fromkeys(names, (-2.0, 3.0)))


def landscape_of(names: str) -> Landscape:
    """Return the bowl itself."""
    return FormulaLandscape("own-formula", bowl(names))
