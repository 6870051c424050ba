"""What a third party may bring: an optimizer, a landscape as a formula, and one as a class."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from optexplorer.engine.landscapes.base import Array, Landscape, Minimum
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.base import Example, RuleOptimizer, State, learning_rate
from optexplorer.text import Text


class SignDescent(RuleOptimizer):
    """Steps of one length along the sign of each gradient component."""

    id: ClassVar[str] = "sign-descent"
    title: ClassVar[Text] = Text("Sign descent", "符号降下法")
    idea: ClassVar[Text] = Text("Only the signs of the gradient count.", "勾配の符号だけを使う。")
    shines: ClassVar[Text] = Text("Gradients of very different sizes.", "大きさのまちまちな勾配。")
    fails: ClassVar[Text] = Text("It never settles.", "いつまでも落ち着かない。")
    reference: ClassVar[str] = "Bernstein et al. (2018), signSGD, ICML"
    formula: ClassVar[str] = r"x_{t+1} = x_t - \eta\,\mathrm{sign}(g_t)"
    examples: ClassVar[tuple[Example, ...]] = (Example({"lr": 0.1}), Example({"lr": 0}, "lr"))

    lr: float = learning_rate(0.01)

    def update(self, gradient: Array, state: State, x: Array, lr: Any) -> tuple[Array, State]:
        return np.sign(gradient) * -lr, state


EGG_BOX = FormulaDefinition(
    formula="2 - cos(x) - cos(y)", domain={"x": (-6, 6), "y": (-6, 6)}, name=Text("Egg box", "卵ケース")
)


class RoundedCone(Landscape):
    """The cone sqrt(1 + x^2 + y^2), whose gradient nears length one far away."""

    id = "rounded-cone"
    name = Text("Rounded cone", "丸めた円錐")
    group = "convex"
    lesson = Text("Far away the slope no longer grows.", "遠くでは傾きがもう増えない。")
    source = ""
    variables = ("x", "y")
    domain = ((-4.0, 4.0), (-4.0, 4.0))
    minima = (Minimum((0.0, 0.0), 1.0),)
    start = (3.0, 2.0)
    height_scale = "linear"

    @property
    def latex(self) -> str:
        return r"\sqrt{1 + x^2 + y^2}"

    def value(self, x: Array) -> Array:
        return np.sqrt(1 + x[0] * x[0] + x[1] * x[1])

    def gradient(self, x: Array) -> Array:
        return x / self.value(x)


ROUNDED_CONE = RoundedCone()
