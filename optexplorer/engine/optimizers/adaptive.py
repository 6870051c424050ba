"""Optimizers that give each coordinate its own rate: Adagrad, RMSprop, Adam."""

from __future__ import annotations

import math
from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    Term,
    decay_rate,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    step_term,
    weight_decay,
)
from optexplorer.engine.optimizers.gradient_descent import decay_terms
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")
_MOMENT_LABEL = Text("Decay of the mean", "平均の減衰率")
_MOMENT_HELP = Text("How slowly the moving average of gradients forgets.", "勾配の移動平均がどれだけゆっくり忘れるか。")
_SQUARE_LABEL = Text("Decay of the squares", "2乗平均の減衰率")
_SQUARE_HELP = Text(
    "How slowly the moving average of squared gradients forgets.", "勾配の2乗の移動平均がどれだけゆっくり忘れるか。"
)


class AdagradState(NamedTuple):
    """Steps taken, and the sum of squared gradients."""

    t: int
    squares: Array


class Adagrad(RuleOptimizer):
    """Adagrad: each coordinate's rate shrinks with the sum of its squared gradients."""

    id: ClassVar[str] = "adagrad"
    title: ClassVar[Text] = Text("Adagrad", "AdaGrad")
    idea: ClassVar[Text] = Text(
        "Coordinates that have seen large gradients take smaller steps, the others larger ones.",
        "大きな勾配を受けてきた座標ほど小さく、そうでない座標ほど大きく動く。",
    )
    shines: ClassVar[Text] = Text("Sparse gradients; ravines along an axis.", "疎な勾配や、軸に沿った細長い谷。")
    fails: ClassVar[Text] = Text(
        "The sum only grows, so on long ways the steps fade before it arrives.",
        "2乗和は増える一方なので、道のりが長いと到着前に歩幅が尽きてしまう。",
    )
    reference: ClassVar[str] = "Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12"
    formula: ClassVar[str] = (
        r"\begin{aligned} s_t &= s_{t-1} + g_t^2 \\ x_{t+1} &= x_t - \eta\, \frac{g_t}{\sqrt{s_t}+\epsilon} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Adagrad"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.1, "lr_decay": 0.01, "initial_accumulator_value": 0.1, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"initial_accumulator_value": -1}, "initial_accumulator_value"),
    )

    lr: float = learning_rate(1e-2)
    lr_decay: float = hyperparameter(
        0.0,
        r"\kappa",
        Text("Rate decay", "学習率の減衰"),
        Text("Divides the rate by 1 + decay × step.", "学習率を 1 + 減衰 × ステップ数 で割る。"),
        ge=0,
        le=10,
    )
    weight_decay: float = weight_decay()
    initial_accumulator_value: float = hyperparameter(
        0.0,
        "s_0",
        Text("Initial sum of squares", "2乗和の初期値"),
        Text("Where the sum of squared gradients begins.", "勾配の2乗和の初期値。"),
        ge=0,
        le=1e6,
    )
    eps: float = epsilon(1e-10)

    def init(self, x: Array) -> AdagradState:
        return AdagradState(0, np.full_like(x, self.initial_accumulator_value))

    def update(self, gradient: Array, state: AdagradState, x: Array, lr: Any) -> tuple[Array, AdagradState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        squares = gradient * gradient
        squares += state.squares
        scale = np.sqrt(squares)
        scale += self.eps
        step = gradient * (-lr / (1 + state.t * self.lr_decay))
        step /= scale
        return step, AdagradState(state.t + 1, squares)

    def explain(self, gradient: Array, state: AdagradState, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        rate = rf"\frac{{<lr>}}{{1 + {state.t} \cdot <lr_decay>}}" if self.lr_decay else "<lr>"
        return (
            gradient_term(gradient),
            *decay,
            Term("s", "s", Text("sum of squared gradients", "勾配の2乗和"), f"<s'> + <{g}>^2", after.squares, "square"),
            scale_term(r"\sqrt{<s>} + <eps>", np.sqrt(after.squares) + self.eps),
            step_term(rf"-{rate}\,\frac{{<{g}>}}{{<r>}}", step),
        )


class RMSpropState(NamedTuple):
    """Moving averages of squared gradients and, where asked for, of gradients, and a velocity."""

    square: Array
    mean: Array | None
    velocity: Array | None


class RMSprop(RuleOptimizer):
    """RMSprop: each coordinate's rate is divided by a moving root mean square of its gradients."""

    id: ClassVar[str] = "rmsprop"
    title: ClassVar[Text] = Text("RMSprop", "RMSprop")
    idea: ClassVar[Text] = Text(
        "Adagrad that forgets: an exponential average of squared gradients in place of their sum.",
        "忘れることのできるAdaGrad。2乗和の代わりに、勾配の2乗の指数移動平均を使う。",
    )
    shines: ClassVar[Text] = Text("Changing slopes, ravines, plateaus.", "傾きが変化する地形、細長い谷、平坦な台地。")
    fails: ClassVar[Text] = Text(
        "Near the minimum it hops about with steps as large as the rate.",
        "最小点の近くでも学習率ほどの歩幅で跳ね続ける。",
    )
    reference: ClassVar[str] = "Tieleman & Hinton (2012), Lecture 6.5, Neural Networks for Machine Learning"
    formula: ClassVar[str] = (
        r"\begin{aligned} s_t &= \alpha s_{t-1} + (1-\alpha) g_t^2 \\"
        r" x_{t+1} &= x_t - \eta\, \frac{g_t}{\sqrt{s_t}+\epsilon} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "RMSprop"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"alpha": 0.9, "momentum": 0.5, "centered": True, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"alpha": 1}, "alpha"),
    )

    lr: float = learning_rate(1e-2)
    alpha: float = decay_rate(0.99, r"\alpha", _SQUARE_LABEL, _SQUARE_HELP)
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    momentum: float = hyperparameter(
        0.0,
        r"\mu",
        Text("Momentum", "モメンタム係数"),
        Text("How much of the velocity is kept at each step.", "毎ステップ、速度をどれだけ保つか。"),
        ge=0,
        le=1,
    )
    centered: bool = hyperparameter(
        False,
        r"\mathrm{c}",
        Text("Centered", "中心化"),
        Text("Divide by the variance of the gradients rather than their mean square.", "2乗平均の代わりに勾配の分散で割る。"),
    )

    def init(self, x: Array) -> RMSpropState:
        zeros = np.zeros_like(x)
        return RMSpropState(zeros, zeros if self.centered else None, zeros if self.momentum else None)

    def update(self, gradient: Array, state: RMSpropState, x: Array, lr: Any) -> tuple[Array, RMSpropState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        square = gradient * gradient
        square *= 1 - self.alpha
        square += self.alpha * state.square
        mean = None
        if state.mean is not None:
            mean = self.alpha * state.mean + (1 - self.alpha) * gradient
            scale = np.sqrt(square - mean * mean)
        else:
            scale = np.sqrt(square)
        scale += self.eps
        direction = gradient / scale
        velocity = None
        if state.velocity is not None:
            velocity = direction = self.momentum * state.velocity + direction
        return direction * -lr, RMSpropState(square, mean, velocity)

    def explain(self, gradient: Array, state: RMSpropState, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        label = Text("average of squared gradients", "勾配の2乗の移動平均")
        square = Term("s", "s", label, rf"<alpha>\,<s'> + (1-<alpha>)\,<{g}>^2", after.square, "square")
        terms = [gradient_term(gradient), *decay, square]
        variance = after.square
        if after.mean is not None:
            mean_label = Text("average of gradients", "勾配の移動平均")
            terms.append(Term("m", "m", mean_label, rf"<alpha>\,<m'> + (1-<alpha>)\,<{g}>", after.mean, "velocity"))
            variance = after.square - after.mean * after.mean
        root = r"\sqrt{<s> - <m>^2}" if after.mean is not None else r"\sqrt{<s>}"
        terms.append(scale_term(root + " + <eps>", np.sqrt(variance) + self.eps))
        direction = rf"\frac{{<{g}>}}{{<r>}}"
        if after.velocity is not None:
            formula = rf"<momentum>\,<v'> + {direction}"
            terms.append(Term("v", "v", Text("velocity", "速度"), formula, after.velocity, "velocity"))
            direction = "<v>"
        return *terms, step_term(rf"-<lr>\,{direction}", step)


class AdamState(NamedTuple):
    """Steps taken, moving averages of gradients and squared gradients, the largest of the latter (AMSGrad)."""

    t: int
    mean: Array
    square: Array
    largest: Array | None


class Adam(RuleOptimizer):
    """Adam: momentum and per-coordinate rates together, with bias correction."""

    id: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("Adam", "Adam")
    idea: ClassVar[Text] = Text(
        "Momentum for the direction, RMSprop for the size of the step, both corrected for their start at zero.",
        "向きはモメンタム、歩幅はRMSpropで決め、どちらも0から始まることによる偏りを補正する。",
    )
    shines: ClassVar[Text] = Text(
        "Almost everywhere with little tuning: ravines, plateaus, noise.",
        "ほとんど調整なしで、細長い谷、平坦な台地、ノイズのある勾配など広い場面で働く。",
    )
    fails: ClassVar[Text] = Text(
        "It may circle the minimum at a constant rate, and some problems make it diverge (Reddi et al. 2018).",
        "学習率が一定だと最小点のまわりを回り続けることがあり、収束しない例も知られている(Reddi et al. 2018)。",
    )
    reference: ClassVar[str] = "Kingma & Ba (2015), Adam: a method for stochastic optimization, ICLR"
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\ v_t &= \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\"
        r" x_{t+1} &= x_t - \eta\, \frac{m_t/(1-\beta_1^t)}{\sqrt{v_t/(1-\beta_2^t)}+\epsilon} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Adam"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "amsgrad": True, "weight_decay": 0.01}),
        Example({"bias_correction": False}),
        _BAD_RATE,
        Example({"beta1": 1.0}, "beta1"),
        Example({"beta2": -0.1}, "beta2"),
    )

    lr: float = learning_rate(1e-3)
    beta1: float = decay_rate(0.9, r"\beta_1", _MOMENT_LABEL, _MOMENT_HELP)
    beta2: float = decay_rate(0.999, r"\beta_2", _SQUARE_LABEL, _SQUARE_HELP)
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    amsgrad: bool = hyperparameter(
        False,
        r"\mathrm{ams}",
        Text("AMSGrad", "AMSGrad"),
        Text("Never let the scale shrink again (Reddi et al. 2018).", "一度大きくなった尺度を小さく戻さない(Reddi et al. 2018)。"),
    )
    bias_correction: bool = hyperparameter(
        True,
        r"\mathrm{bc}",
        Text("Bias correction", "バイアス補正"),
        Text(
            "Correct the averages for their start at zero; switch it off to see why it is there.",
            "移動平均が0から始まる偏りを補正する。切ってみると、その必要性がわかる。",
        ),
    )

    def init(self, x: Array) -> AdamState:
        zeros = np.zeros_like(x)
        return AdamState(0, zeros, zeros, zeros if self.amsgrad else None)

    def update(self, gradient: Array, state: AdamState, x: Array, lr: Any) -> tuple[Array, AdamState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = gradient * gradient
        square *= 1 - self.beta2
        square += self.beta2 * state.square
        largest = None if state.largest is None else np.maximum(state.largest, square)
        scale = np.sqrt(square if largest is None else largest)
        if self.bias_correction:
            scale *= 1 / math.sqrt(1 - self.beta2**t)
            lr = lr / (1 - self.beta1**t)
        scale += self.eps
        step = mean * -lr
        step /= scale
        return step, AdamState(t, mean, square, largest)

    def explain(self, gradient: Array, state: AdamState, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        mean_label = Text("average of gradients", "勾配の移動平均")
        square_label = Text("average of squared gradients", "勾配の2乗の移動平均")
        terms = [
            gradient_term(gradient),
            *decay,
            Term("m", "m", mean_label, rf"<beta1>\,<m'> + (1-<beta1>)\,<{g}>", after.mean, "velocity"),
            Term("v", "v", square_label, rf"<beta2>\,<v'> + (1-<beta2>)\,<{g}>^2", after.square, "square"),
        ]
        mean, square, names = after.mean, after.square, ("m", "v")
        if after.largest is not None:
            label = Text("largest average so far", "これまでの最大の移動平均")
            terms.append(Term("w", r"v^{\max}", label, r"\max(<w'>, <v>)", after.largest, "square"))
            square, names = after.largest, ("m", "w")
        if self.bias_correction:
            mean = mean / (1 - self.beta1**after.t)
            square = square / (1 - self.beta2**after.t)
            corrected = Text("bias-corrected average", "バイアス補正した移動平均")
            mean_formula = rf"\frac{{<m>}}{{1-<beta1>^{{{after.t}}}}}"
            square_formula = rf"\frac{{<{names[1]}>}}{{1-<beta2>^{{{after.t}}}}}"
            terms.append(Term("mh", r"\hat m", corrected, mean_formula, mean, "velocity"))
            terms.append(Term("vh", r"\hat v", corrected, square_formula, square, "square"))
            names = ("mh", "vh")
        terms.append(scale_term(rf"\sqrt{{<{names[1]}>}} + <eps>", np.sqrt(square) + self.eps))
        return *terms, step_term(rf"-<lr>\,\frac{{<{names[0]}>}}{{<r>}}", step)


def scale_term(formula: str, value: Array) -> Term:
    """Return the term `r`, by which each coordinate of the step is divided."""
    return Term("r", "r", Text("scale of each coordinate", "座標ごとの尺度"), formula, value, "scale")
