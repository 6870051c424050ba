"""Adafactor: steps in proportion to the parameters themselves."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    Term,
    gradient_term,
    hyperparameter,
    learning_rate,
    maximize,
    step_term,
    weight_decay,
)
from optexplorer.engine.optimizers.linear_algebra import dot
from optexplorer.engine.optimizers.terms import (
    SQUARES,
    direction_term,
    effective_rates,
    scale_term,
    scaled_step_term,
)
from optexplorer.text import Text


class AdafactorState(NamedTuple):
    """Steps taken, and the moving average of squared gradients."""

    t: int
    square: Array


class Adafactor(RuleOptimizer):
    """Adafactor, as in PyTorch for a parameter that is one vector: its average of squares is not factored."""

    id: ClassVar[str] = "adafactor"
    group: ClassVar[str] = "adaptive"
    title: ClassVar[Text] = Text("Adafactor", "Adafactor")
    idea: ClassVar[Text] = Text(
        "Scales each coordinate like RMSprop, cuts outsized steps short, and goes as far as the parameters are large.",
        "RMSpropのように座標ごとに尺度を変え、大きすぎる更新を縮め、パラメータの大きさに比例した幅で進む。",
    )
    shines: ClassVar[Text] = Text(
        "Very large networks: for a matrix it remembers row and column averages only, and it needs no tuned rate.",
        "巨大なネットワーク。行列では行と列の平均だけを覚えればよく、学習率の調整もほぼ要らない。",
    )
    fails: ClassVar[Text] = Text(
        "Near the origin its steps become tiny, and minima there are reached slowly.",
        "原点の近くでは歩幅がごく小さくなり、そこにある最小点にはなかなか着かない。",
    )
    reference: ClassVar[str] = (
        "Shazeer & Stern (2018), Adafactor: adaptive learning rates with sublinear memory cost, ICML"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} v_t &= (1 - t^{\tau})\, v_{t-1} + t^{\tau} g_t^2 \\"
        r" u_t &= \frac{g_t}{\max(\sqrt{v_t},\, \epsilon_1)},\quad"
        r" \alpha_t = \max(\epsilon_2,\, \mathrm{RMS}(x_t))\, \min\left(\eta,\, \tfrac{1}{\sqrt t}\right) \\"
        r" x_{t+1} &= (1 - \eta\lambda)\, x_t - \alpha_t\, \frac{u_t}{\max(1,\, \mathrm{RMS}(u_t)/d)} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Adafactor"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.1}),
        Example({"lr": 0.1, "beta2_decay": -0.5, "eps1": 1e-3, "eps2": 0.1, "d": 2.0, "weight_decay": 0.01}),
        Example({"lr": 0}, "lr"),
        Example({"beta2_decay": 0.5}, "beta2_decay"),
        Example({"d": 0.5}, "d"),
    )

    lr: float = learning_rate(1e-2)
    beta2_decay: float = hyperparameter(
        -0.8,
        r"\tau",
        Text("Exponent of the decay", "減衰の指数"),
        Text(
            "The newest squared gradient weighs the step's number to this power.",
            "最新の勾配の2乗に、ステップ番号のこの乗の重みをかける。",
        ),
        ge=-10,
        le=0,
    )
    eps1: float = hyperparameter(
        float(np.finfo(np.float64).eps),
        r"\epsilon_1",
        Text("Smallest scale", "尺度の下限"),
        Text("Keeps the division away from zero.", "分母が0になるのを防ぐ小さな値。"),
        ge=0,
        le=1,
        logarithmic=True,
    )
    eps2: float = hyperparameter(
        1e-3,
        r"\epsilon_2",
        Text("Smallest size", "大きさの下限"),
        Text(
            "Parameters count as no smaller than this when they set the length of the step.",
            "歩幅を決めるとき、パラメータの大きさをこれより小さいとはみなさない。",
        ),
        ge=0,
        le=1e3,
        logarithmic=True,
    )
    d: float = hyperparameter(
        1.0,
        "d",
        Text("Clipping threshold", "クリッピングのしきい値"),
        Text(
            "Directions whose root mean square is larger are shortened to it.",
            "2乗平均平方根がこれより大きい更新方向は、この値まで縮める。",
        ),
        ge=1,
        le=1e6,
        logarithmic=True,
    )
    weight_decay: float = weight_decay()
    maximize: bool = maximize()

    def init(self, x: Array) -> AdafactorState:
        return AdafactorState(0, np.zeros_like(x))

    def _step(
        self, gradient: Array, state: AdafactorState, x: Array, lr: Any
    ) -> tuple[Array, Array, Any, Array, AdafactorState]:
        """Return the scale, the direction, how far to go along it, the step, and the next state."""
        t, n = state.t + 1, len(x)
        newest = float(t) ** self.beta2_decay
        square = gradient * gradient
        square *= newest
        square += (1 - newest) * state.square
        scale = np.maximum(np.sqrt(square), self.eps1)
        direction = gradient / scale
        length = np.maximum(self.eps2, np.sqrt(dot(x, x) / n)) * np.minimum(lr, 1 / t**0.5)
        length = length / np.maximum(1.0, np.sqrt(dot(direction, direction) / n) / self.d)
        step = direction * -length
        if self.weight_decay:
            step -= (lr * self.weight_decay) * x
        return scale, direction, length, step, AdafactorState(t, square)

    def update(
        self, gradient: Array, state: AdafactorState, x: Array, lr: Any
    ) -> tuple[Array, AdafactorState]:
        _, _, _, step, after = self._step(gradient, state, x, lr)
        return step, after

    def explain(
        self, gradient: Array, state: AdafactorState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        scale, direction, length, step, after = self._step(gradient, state, x, lr)
        newest = rf"{after.t}^{{<beta2_decay>}}"
        averaged = f"(1 - {newest})*<v'> + {newest}*<g>^2"
        reach = rf"\frac{{\max(<eps2>,\, \mathrm{{RMS}}(<x>))*\min(<lr>,\, {after.t}^{{-1/2}})}}"
        reach += r"{\max(1,\, \mathrm{RMS}(<p>)/<d>)}"
        label, length = Text("step length", "ステップ幅"), np.asarray(length)
        rates = effective_rates(length / scale, gradient, -lr * self.weight_decay * x)
        last = scaled_step_term("<p>", step, rates, rate="a")
        if self.weight_decay:
            last = step_term("-<a>*<p> - <lr>*<weight_decay>*<x>", step, rates)
        return (
            gradient_term(gradient),
            Term("v", "v", SQUARES, averaged, after.square, "second_moment", state.square),
            scale_term(r"\max(\sqrt{<v>},\, <eps1>)", scale),
            direction_term(r"\frac{<g>}{<r>}", direction),
            Term("a", r"\alpha", label, reach, length, "rate", writing="value"),
            last,
        )
