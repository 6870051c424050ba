"""Adam with Nesterov momentum: NAdam, Adan."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    Term,
    decay_rate,
    decoupled_decay,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    maximize,
    mean_decay,
    square_decay,
    step_term,
    weight_decay,
)
from optexplorer.engine.optimizers.terms import (
    SQUARES,
    Average,
    corrected_square_term,
    decay_terms,
    effective_rates,
    mean_term,
    pull_terms,
    scale_term,
    scaled_step_term,
    square_term,
)
from optexplorer.engine.recorded_arithmetic import power, square_root
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")


class NAdamState(NamedTuple):
    """Steps taken, moving averages of gradients and squared gradients, the product of all momenta so far."""

    t: int
    mean: Array
    square: Array
    product: float


class NAdam(RuleOptimizer):
    """NAdam: Adam with Nesterov momentum, as in PyTorch.

    PyTorch keeps the product of the momenta in its default type: for float64 throughout,
    `torch.set_default_dtype(torch.float64)`.
    """

    id: ClassVar[str] = "nadam"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("NAdam", "NAdam")
    idea: ClassVar[Text] = Text(
        "Adam that looks ahead: the average it steps along already holds the gradient of the step to come.",
        "先を見越すAdam。次の一歩で使うはずの勾配をあらかじめ平均に織り込んで進む。",
    )
    shines: ClassVar[Text] = Text(
        "Ravines where Adam overshoots: it reacts one step sooner.",
        "Adamが行き過ぎる細長い谷。1ステップ早く反応する。",
    )
    fails: ClassVar[Text] = Text(
        "Noisy gradients: the newest one, noise and all, weighs more.",
        "ノイズの多い勾配。最新の勾配をノイズごと重く見てしまう。",
    )
    reference: ClassVar[str] = "Dozat (2016), Incorporating Nesterov momentum into Adam, ICLR workshop"
    formula: ClassVar[str] = (
        r"\begin{aligned} \mu_t &= \beta_1 \left(1 - \tfrac12\, 0.96^{\,t\psi}\right) \\"
        r" \hat m_t &= \frac{\mu_{t+1} m_t}{1-\prod_{i=1}^{t+1}\mu_i} + \frac{(1-\mu_t) g_t}{1-\prod_{i=1}^{t}\mu_i} \\"
        r" x_{t+1} &= x_t - \eta\, \frac{\hat m_t}{\sqrt{v_t/(1-\beta_2^t)}+\epsilon} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "NAdam"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "momentum_decay": 0.1, "weight_decay": 0.01, "decoupled_weight_decay": True}),
        _BAD_RATE,
        Example({"beta1": 1.0}, "beta1"),
        Example({"momentum_decay": -1}, "momentum_decay"),
    )

    lr: float = learning_rate(2e-3)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    momentum_decay: float = hyperparameter(
        4e-3,
        r"\psi",
        Text("Momentum decay", "モメンタムの増加率"),
        Text(
            "How quickly the momentum rises from half of beta1 to beta1.",
            "モメンタムがβ1の半分からβ1へ上がる速さ。",
        ),
        ge=0,
        le=10,
    )
    decoupled_weight_decay: bool = decoupled_decay()
    maximize: bool = maximize()

    def init(self, x: Array) -> NAdamState:
        zeros = np.zeros_like(x)
        return NAdamState(0, zeros, zeros, 1.0)

    def _momentum(self, t: int) -> float:
        now: float = self.beta1 * (1 - 0.5 * power(0.96, t * self.momentum_decay))
        return now

    def _weights(self, t: int, product: float) -> tuple[float, float]:
        """Return the weights of the gradient and of the average in step `t`."""
        now, following = self._momentum(t), self._momentum(t + 1)
        return (1 - now) / (1 - product), following / (1 - product * following)

    def update(self, gradient: Array, state: NAdamState, x: Array, lr: Any) -> tuple[Array, NAdamState]:
        if self.weight_decay and not self.decoupled_weight_decay:
            gradient = gradient + self.weight_decay * x
        t = state.t + 1
        product = state.product * self._momentum(t)
        new, old = self._weights(t, product)
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = gradient * gradient
        square *= 1 - self.beta2
        square += self.beta2 * state.square
        scale = np.sqrt(square)
        scale *= 1 / square_root(1 - self.beta2**t)
        scale += self.eps
        step = new * gradient
        step += old * mean
        step *= -lr
        step /= scale
        if self.weight_decay and self.decoupled_weight_decay:
            step -= (lr * self.weight_decay) * x
        return step, NAdamState(t, mean, square, product)

    def explain(
        self, gradient: Array, state: NAdamState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decouples = self.weight_decay and self.decoupled_weight_decay
        decay = () if decouples else decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        new, old = self._weights(after.t, after.product)
        ahead = new * (decay[0].value if decay else gradient) + old * after.mean
        label = Text("average with the look ahead", "先読みを加えた平均")
        corrected = corrected_square_term(after.square, self.beta2, after.t)
        scale = np.sqrt(corrected.value) + self.eps
        pull = self.weight_decay if decouples else 0.0
        direction = r"\frac{<n>}{<r>}"
        if decouples:
            direction = rf"\left({direction} + <w>\right)"
        return (
            gradient_term(gradient),
            *decay,
            mean_term(after.mean, state.mean, g),
            square_term(after.square, state.square, g),
            Term("n", r"\hat m", label, rf"{new:.4g}*<{g}> + {old:.4g}*<m>", ahead, "corrected_first_moment"),
            corrected,
            scale_term(r"\sqrt{<vh>} + <eps>", scale),
            *pull_terms(pull, x),
            scaled_step_term(direction, step, effective_rates(lr / scale, ahead, -lr * pull * x)),
        )


class AdanState(NamedTuple):
    """Steps taken, moving averages of gradients, of their changes and of squares, and the last gradient."""

    t: int
    mean: Array
    change: Array
    square: Array
    before: Array | None


class Adan(RuleOptimizer):
    """Adan: Adam with Nesterov momentum made of the changes of the gradient.

    Its decay rates are those of the authors' code, one minus the paper's.
    """

    id: ClassVar[str] = "adan"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("Adan", "Adan")
    idea: ClassVar[Text] = Text(
        "Averages the gradients and, apart from them, their changes, and adds both: momentum that foresees the slope.",
        "勾配の平均とは別に勾配の変化も平均し、両者を足す。傾きの変化を見越すモメンタムである。",
    )
    shines: ClassVar[Text] = Text(
        "Large rates and curved valleys: the change of the gradient warns it early.",
        "学習率が大きいときや曲がった谷。勾配の変化からいち早く兆しをつかむ。",
    )
    fails: ClassVar[Text] = Text(
        "Noise: differences of noisy gradients are noisier still.",
        "ノイズのある勾配。差分をとるとノイズがいっそう大きくなる。",
    )
    reference: ClassVar[str] = (
        "Xie, Zhou, Li, Lin & Yan (2024), Adan: adaptive Nesterov momentum algorithm, IEEE TPAMI 46 (arXiv:2208.06677)"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\"
        r" c_t &= \beta_2 c_{t-1} + (1-\beta_2)(g_t - g_{t-1}) \\"
        r" v_t &= \beta_3 v_{t-1} + (1-\beta_3)\left(g_t + \beta_2 (g_t - g_{t-1})\right)^2 \\"
        r" x_{t+1} &= \frac{1}{1+\eta\lambda} \left( x_t - \eta\, \frac{\hat m_t + \beta_2 \hat c_t}"
        r"{\sqrt{\hat v_t}+\epsilon} \right) \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "beta1": 0.9, "beta2": 0.8, "beta3": 0.95, "weight_decay": 0.02}),
        _BAD_RATE,
        Example({"beta3": 1.0}, "beta3"),
    )

    lr: float = learning_rate(1e-3)
    beta1: float = mean_decay(0.98)
    beta2: float = decay_rate(
        0.92,
        r"\beta_2",
        Text("Decay of the changes", "変化の減衰率"),
        Text(
            "How slowly the moving average of the gradient's changes forgets.",
            "勾配の変化の移動平均がどれだけゆっくり忘れるか。",
        ),
    )
    beta3: float = square_decay(0.99, r"\beta_3")
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()

    def init(self, x: Array) -> AdanState:
        zeros = np.zeros_like(x)
        return AdanState(0, zeros, zeros, zeros, None)

    def update(self, gradient: Array, state: AdanState, x: Array, lr: Any) -> tuple[Array, AdanState]:
        t = state.t + 1
        difference = np.zeros_like(gradient) if state.before is None else gradient - state.before
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        change = difference * (1 - self.beta2)
        change += self.beta2 * state.change
        square = self.beta2 * difference
        square += gradient
        square *= square
        square *= 1 - self.beta3
        square += self.beta3 * state.square
        scale = np.sqrt(square)
        scale *= 1 / square_root(1 - self.beta3**t)
        scale += self.eps
        step = mean * (1 / (1 - self.beta1**t))
        step += change * (self.beta2 / (1 - self.beta2**t))
        step *= -lr
        step /= scale
        if self.weight_decay:
            # The decay is a proximal step: (x + step) / (1 + lr * decay).
            pull = lr * self.weight_decay
            step -= pull * x
            step /= 1 + pull
        return step, AdanState(t, mean, change, square, gradient)

    def explain(
        self, gradient: Array, state: AdanState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        t = after.t
        difference = np.zeros_like(gradient) if state.before is None else gradient - state.before
        change_label = Text("change of the gradient", "勾配の変化")
        changes_label = Text("average of the changes", "変化の移動平均")
        ahead_label = Text("average with the look ahead", "先読みを加えた平均")
        ahead = after.mean / (1 - self.beta1**t) + self.beta2 * after.change / (1 - self.beta2**t)
        square = corrected_square_term(after.square, self.beta3, t, decay="beta3")
        scale = np.sqrt(square.value) + self.eps
        last = scaled_step_term(r"\frac{<n>}{<r>}", step, effective_rates(lr / scale, ahead))
        if self.weight_decay:
            pull = lr * self.weight_decay
            rates = effective_rates(lr / (scale * (1 + pull)), ahead, -pull * x / (1 + pull))
            formula = rf"\frac{{{last.formula} - <lr>*<weight_decay>*<x>}}{{1 + <lr>*<weight_decay>}}"
            last = step_term(formula, step, rates)
        changes, squares = Average("beta2", "y"), Average("beta3", "y")
        return (
            gradient_term(gradient, state.before),
            Term(
                "y",
                "y",
                change_label,
                "0" if state.before is None else "<g> - <g'>",
                difference,
                "first_moment",
            ),
            mean_term(after.mean, state.mean),
            Term(
                "c",
                "c",
                changes_label,
                f"{changes.kept('c')} + (1-<beta2>)*<y>",
                after.change,
                "first_moment",
                state.change,
                average=changes,
            ),
            Term(
                "v",
                "v",
                SQUARES,
                f"{squares.kept('v')} + (1-<beta3>)*(<g> + <beta2>*<y>)^2",
                after.square,
                "second_moment",
                state.square,
                average=squares,
            ),
            Term(
                "n",
                "n",
                ahead_label,
                rf"\frac{{<m>}}{{1-<beta1>^{{{t}}}}} + <beta2>*\frac{{<c>}}{{1-<beta2>^{{{t}}}}}",
                ahead,
                "corrected_first_moment",
            ),
            square,
            scale_term(r"\sqrt{<vh>} + <eps>", scale),
            last,
        )
