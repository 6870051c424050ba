"""Quasi-hyperbolic momentum: a weighted mean of the gradient and its moving average (QHM, QHAdam)."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    StabilityLimit,
    Term,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    mean_decay,
    square_decay,
    weight_decay,
)
from optexplorer.engine.optimizers.terms import (
    corrected_mean_term,
    corrected_square_term,
    decay_terms,
    direction_term,
    effective_rates,
    mean_term,
    scale_term,
    scaled_step_term,
    square_term,
)
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")


def _weight(default: float, symbol: str, label: Text, help: Text) -> Any:
    return hyperparameter(default, symbol, label, help, ge=0, le=1)


class MeanState(NamedTuple):
    """The moving average of gradients."""

    mean: Array


class QHM(RuleOptimizer):
    """Quasi-hyperbolic momentum; `nu = 0` is plain SGD, `nu = beta` Nesterov's momentum."""

    id: ClassVar[str] = "qhm"
    group: ClassVar[str] = "gradient-descent"
    title: ClassVar[Text] = Text("QHM", "準双曲型モメンタム法(QHM)")
    idea: ClassVar[Text] = Text(
        "Steps along a weighted mean of the gradient itself and its long average; one knob joins SGD, momentum and Nesterov.",
        "勾配そのものと長い移動平均との加重平均に沿って進む。1つの係数でSGD・モメンタム法・ネステロフ法をつなぐ。",
    )
    shines: ClassVar[Text] = Text(
        "Ravines with noise: a very long average calms the noise, yet the newest gradient still steers.",
        "ノイズのある細長い谷。長い平均でノイズを抑えつつ、最新の勾配にも従う。",
    )
    fails: ClassVar[Text] = Text(
        "With a long average it keeps drifting where it went before, like any momentum.",
        "平均を長くすると、他のモメンタム法と同じく以前の向きへ流され続ける。",
    )
    reference: ClassVar[str] = (
        "Ma & Yarats (2019), Quasi-hyperbolic momentum and Adam for deep learning, ICLR"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta m_{t-1} + (1-\beta) g_t \\"
        r" x_{t+1} &= x_t - \eta\left((1-\nu)\, g_t + \nu\, m_t\right) \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.1}),
        Example({"lr": 0.05, "beta": 0.9, "nu": 0.9, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"nu": 1.5}, "nu"),
        Example({"beta": 1.0}, "beta"),
    )

    lr: float = learning_rate(1e-3)
    beta: float = mean_decay(0.999, r"\beta")
    nu: float = _weight(
        0.7,
        r"\nu",
        Text("Weight of the average", "平均の重み"),
        Text(
            "0: plain SGD; equal to beta: Nesterov; 1: momentum.",
            "0なら単なるSGD、βと等しければネステロフ法、1ならモメンタム法になる。",
        ),
    )
    weight_decay: float = weight_decay()

    def init(self, x: Array) -> MeanState:
        return MeanState(np.zeros_like(x))

    def update(self, gradient: Array, state: MeanState, x: Array, lr: Any) -> tuple[Array, MeanState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        mean = gradient * (1 - self.beta)
        mean += self.beta * state.mean
        step = gradient * (1 - self.nu)
        step += self.nu * mean
        step *= -lr
        return step, MeanState(mean)

    def stability(self, lr: float) -> StabilityLimit | None:
        # Where 1 + trace + determinant of the matrix of (x, m) vanishes.
        limit = 2 * (1 + self.beta) / (lr * (1 + self.beta - 2 * self.nu * self.beta))
        return StabilityLimit(limit, self.weight_decay)

    def explain(
        self, gradient: Array, state: MeanState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        direction = (1 - self.nu) * (decay[0].value if decay else gradient) + self.nu * after.mean
        return (
            gradient_term(gradient),
            *decay,
            mean_term(after.mean, state.mean, g, "beta"),
            direction_term(rf"(1-<nu>)*<{g}> + <nu>*<m>", direction),
            scaled_step_term("<p>", step, effective_rates(lr, direction)),
        )


class QHAdamState(NamedTuple):
    """Steps taken, moving averages of gradients and of squared gradients."""

    t: int
    mean: Array
    square: Array


class QHAdam(RuleOptimizer):
    """QHAdam: Adam with quasi-hyperbolic terms; `nu1 = nu2 = 1` is Adam."""

    id: ClassVar[str] = "qhadam"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("QHAdam", "QHAdam")
    idea: ClassVar[Text] = Text(
        "Adam in which gradient and average, and square and averaged square, are mixed by two weights.",
        "勾配とその平均、2乗とその平均を、2つの重みで混ぜ合わせるAdam。",
    )
    shines: ClassVar[Text] = Text(
        "Where Adam's long memory makes it sluggish or unstable.",
        "Adamの長い記憶が、鈍さや不安定さの原因になる場面。",
    )
    fails: ClassVar[Text] = Text("Two more knobs to tune.", "調整すべき係数が2つ増える。")
    reference: ClassVar[str] = (
        "Ma & Yarats (2019), Quasi-hyperbolic momentum and Adam for deep learning, ICLR"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \hat m_t &= \frac{m_t}{1-\beta_1^t},\quad \hat v_t = \frac{v_t}{1-\beta_2^t} \\"
        r" x_{t+1} &= x_t - \eta\, \frac{(1-\nu_1)\, g_t + \nu_1 \hat m_t}"
        r"{\sqrt{(1-\nu_2)\, g_t^2 + \nu_2 \hat v_t}+\epsilon} \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "beta1": 0.9, "nu1": 0.8, "nu2": 0.7, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"nu1": -0.1}, "nu1"),
        Example({"beta1": 1.0}, "beta1"),
    )

    lr: float = learning_rate(1e-3)
    beta1: float = mean_decay(0.995)
    beta2: float = square_decay(0.999)
    nu1: float = _weight(
        0.7,
        r"\nu_1",
        Text("Weight of the average", "平均の重み"),
        Text(
            "0: the newest gradient alone; 1: the average alone.",
            "0なら最新の勾配だけ、1なら平均だけを使う。",
        ),
    )
    nu2: float = _weight(
        1.0,
        r"\nu_2",
        Text("Weight of the averaged square", "2乗平均の重み"),
        Text(
            "0: the newest square alone; 1: the average alone.", "0なら最新の2乗だけ、1なら平均だけを使う。"
        ),
    )
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()

    def init(self, x: Array) -> QHAdamState:
        zeros = np.zeros_like(x)
        return QHAdamState(0, zeros, zeros)

    def update(self, gradient: Array, state: QHAdamState, x: Array, lr: Any) -> tuple[Array, QHAdamState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = gradient * gradient
        scale = square * (1 - self.nu2)
        square *= 1 - self.beta2
        square += self.beta2 * state.square
        scale += square * (self.nu2 / (1 - self.beta2**t))
        np.sqrt(scale, out=scale)
        scale += self.eps
        step = gradient * (1 - self.nu1)
        step += mean * (self.nu1 / (1 - self.beta1**t))
        step *= -lr
        step /= scale
        return step, QHAdamState(t, mean, square)

    def explain(
        self, gradient: Array, state: QHAdamState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        source = decay[0].value if decay else gradient
        mean = corrected_mean_term(after.mean, self.beta1, after.t)
        square = corrected_square_term(after.square, self.beta2, after.t)
        mixed = (1 - self.nu1) * source + self.nu1 * mean.value
        scale = np.sqrt((1 - self.nu2) * source * source + self.nu2 * square.value) + self.eps
        return (
            gradient_term(gradient),
            *decay,
            mean_term(after.mean, state.mean, g),
            square_term(after.square, state.square, g),
            mean,
            square,
            direction_term(rf"(1-<nu1>)*<{g}> + <nu1>*<mh>", mixed),
            scale_term(rf"\sqrt{{(1-<nu2>)*<{g}>^2 + <nu2>*<vh>}} + <eps>", scale),
            scaled_step_term(r"\frac{<p>}{<r>}", step, effective_rates(lr / scale, mixed)),
        )
