"""Prodigy: estimates its learning rate."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    Term,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    mean_decay,
    square_decay,
    step_term,
    weight_decay,
)
from optexplorer.engine.optimizers.linear_algebra import dot, sum_of_sizes
from optexplorer.engine.optimizers.terms import (
    AVERAGE,
    SQUARES,
    Average,
    effective_rates,
    scale_term,
    scaled_step_term,
)
from optexplorer.engine.recorded_arithmetic import square_root
from optexplorer.text import Text


class ProdigyState(NamedTuple):
    """Steps taken, the estimated distance and its numerator (shape (...)), the start, and moving averages."""

    t: int
    distance: Any
    numerator: Any
    start: Array
    mean: Array
    square: Array
    sum: Array


class Prodigy(RuleOptimizer):
    """Prodigy: Adam whose rate is an estimate of the distance from start to minimum."""

    id: ClassVar[str] = "prodigy"
    group: ClassVar[str] = "automatic"
    title: ClassVar[Text] = Text("Prodigy", "Prodigy")
    idea: ClassVar[Text] = Text(
        "Adam that finds its own rate: from how gradients agree with the way come so far it estimates how far there is to go.",
        "学習率を自分で見つけるAdam。これまでの道のりと勾配の一致度から、解までの距離を見積もる。",
    )
    shines: ClassVar[Text] = Text(
        "Convex landscapes of unknown scale: leave the rate at 1.",
        "大きさの見当がつかない凸関数。学習率は1のままでよい。",
    )
    fails: ClassVar[Text] = Text(
        "The estimate never shrinks: having once gone far astray it overshoots.",
        "距離の推定値は小さくならない。一度大きく外れると行き過ぎが続く。",
    )
    reference: ClassVar[str] = (
        "Mishchenko & Defazio (2024), Prodigy: an expeditiously adaptive parameter-free learner, ICML"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, d_t g_t,\quad"
        r" v_t = \beta_2 v_{t-1} + (1-\beta_2)\, d_t^2 g_t^2 \\"
        r" r_t &= \sqrt{\beta_2}\, r_{t-1} + \eta\, d_t^2\, g_t^{\top}(x_0 - x_t),\quad"
        r" s_t = \sqrt{\beta_2}\, s_{t-1} + \eta\, d_t^2\, g_t \\"
        r" d_{t+1} &= \max\left(d_t,\, \frac{r_t}{\lVert s_t \rVert_1}\right) \\"
        r" x_{t+1} &= x_t - \eta\, d_t\, \frac{m_t}{\sqrt{v_t} + d_{t+1}\epsilon} \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"d0": 0.01}),
        Example({"lr": 0.5, "use_bias_correction": True, "safeguard_warmup": True, "weight_decay": 0.01}),
        Example({"lr": 0}, "lr"),
        Example({"d0": 0}, "d0"),
    )

    lr: float = learning_rate(1.0)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    d0: float = hyperparameter(
        1e-6,
        "d_0",
        Text("First distance", "距離の初期値"),
        Text(
            "The first guess of the distance to the minimum; too small only costs steps.",
            "最小点までの距離の最初の見積もり。小さすぎてもステップ数が増えるだけである。",
        ),
        gt=0,
        le=1e3,
        logarithmic=True,
    )
    d_coef: float = hyperparameter(
        1.0,
        "c",
        Text("Distance factor", "距離の係数"),
        Text("Multiplies the estimated distance.", "推定した距離に掛ける係数。"),
        gt=0,
        le=1e3,
        logarithmic=True,
    )
    use_bias_correction: bool = hyperparameter(
        False,
        r"\mathrm{bc}",
        Text("Bias correction", "バイアス補正"),
        Text("Correct the averages for their start at zero.", "移動平均が0から始まる偏りを補正する。"),
    )
    safeguard_warmup: bool = hyperparameter(
        False,
        r"\mathrm{sw}",
        Text("Safeguard the warm-up", "ウォームアップの保護"),
        Text(
            "Keep the rate out of the estimate's denominator, so that a warm-up does not inflate it.",
            "推定式の分母に学習率を入れず、ウォームアップで推定値が膨らむのを防ぐ。",
        ),
    )

    def init(self, x: Array) -> ProdigyState:
        zeros = np.zeros_like(x)
        points = np.zeros(x.shape[1:])
        return ProdigyState(0, points + self.d0, points, x, zeros, zeros, zeros)

    def update(self, gradient: Array, state: ProdigyState, x: Array, lr: Any) -> tuple[Array, ProdigyState]:
        t, distance, fade = state.t + 1, state.distance, square_root(self.beta2)
        rate = distance * lr
        if self.use_bias_correction:
            rate = rate * (square_root(1 - self.beta2**t) / (1 - self.beta1**t))
        relative = distance / self.d0
        numerator = fade * state.numerator + relative * rate * dot(gradient, state.start - x)
        mean = self.beta1 * state.mean + (distance * (1 - self.beta1)) * gradient
        square = self.beta2 * state.square + (distance * distance * (1 - self.beta2)) * gradient * gradient
        sum = fade * state.sum + (relative * (distance if self.safeguard_warmup else rate)) * gradient
        denominator = sum_of_sizes(sum)
        estimate = np.where(denominator > 0, self.d_coef * numerator / denominator, distance)
        following = np.maximum(distance, estimate)
        scale = np.sqrt(square) + following * self.eps
        step = mean * -rate
        # Before any gradient has been seen, both are zero.
        step /= np.where(scale > 0, scale, 1.0)
        if self.weight_decay:
            step -= (self.weight_decay * rate) * x
        return step, ProdigyState(t, following, numerator, state.start, mean, square, sum)

    def explain(
        self, gradient: Array, state: ProdigyState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        rate = state.distance * lr
        correction = ""
        if self.use_bias_correction:
            rate = rate * (square_root(1 - self.beta2**after.t) / (1 - self.beta1**after.t))
            correction = rf"*\frac{{\sqrt{{1-<beta2>^{{{after.t}}}}}}}{{1-<beta1>^{{{after.t}}}}}"
        inflow = "<d'>" if self.safeguard_warmup else "<e>"
        means, squares, sums = Average("beta1", "g"), Average("beta2", "g"), Average("beta2", "g", root=True)
        scale = np.sqrt(after.square) + after.distance * self.eps
        # The average holds gradients times the distance; before any gradient has been seen, the scale is zero.
        rates = effective_rates(
            rate * state.distance / np.where(scale > 0, scale, 1.0),
            after.mean / state.distance,
            -self.weight_decay * rate * x,
        )
        last = scaled_step_term(r"\frac{<m>}{<r>}", step, rates, rate="e")
        if self.weight_decay:
            last = step_term(rf"{last.formula} - <weight_decay>*<e>*<x>", step, rates)
        return (
            gradient_term(gradient),
            Term(
                "e",
                r"\eta_t",
                Text("learning rate times distance", "学習率×距離"),
                rf"<lr>*<d'>{correction}",
                np.asarray(rate),
                "rate",
            ),
            Term(
                "m",
                "m",
                AVERAGE,
                f"{means.kept('m')} + (1-<beta1>)*<d'>*<g>",
                after.mean,
                "first_moment",
                state.mean,
                average=means,
            ),
            Term(
                "v",
                "v",
                SQUARES,
                f"{squares.kept('v')} + (1-<beta2>)*<d'>^2*<g>^2",
                after.square,
                "second_moment",
                state.square,
                average=squares,
            ),
            Term(
                "n",
                "n",
                Text("agreement of gradients with the way come", "来た道のりと勾配の一致度"),
                rf"{sums.kept('n')} + \frac{{<d'>}}{{<d0>}}*<e>*<g>^{{\top}}(<start> - <x>)",
                np.asarray(after.numerator),
                "factor",
                np.asarray(state.numerator),
                average=sums,
            ),
            Term(
                "s",
                "s",
                Text("weighted sum of gradients", "勾配の重み付き和"),
                rf"{sums.kept('s')} + \frac{{<d'>}}{{<d0>}}*{inflow}*<g>",
                after.sum,
                "first_moment",
                state.sum,
                average=sums,
            ),
            Term(
                "d",
                "d",
                Text("estimated distance", "推定した距離"),
                r"\max\left(<d'>,\, <d_coef>*\frac{<n>}{\lVert <s> \rVert_1}\right)",
                np.asarray(after.distance),
                "factor",
                np.asarray(state.distance),
            ),
            scale_term(r"\sqrt{<v>} + <d>*<eps>", scale),
            last,
        )
