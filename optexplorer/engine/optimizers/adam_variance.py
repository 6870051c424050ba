"""Adam with another second-moment estimate: RAdam, AdaBelief, Yogi."""

from __future__ import annotations

import math
from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    StabilityLimit,
    Term,
    decoupled_decay,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    maximize,
    mean_decay,
    square_decay,
    weight_decay,
)
from optexplorer.engine.optimizers.stability_limit import average_threshold
from optexplorer.engine.optimizers.terms import (
    Average,
    corrected_mean_term,
    corrected_square_term,
    decay_terms,
    effective_rates,
    mean_term,
    pull_terms,
    scale_term,
    scaled_step_term,
    square_term,
)
from optexplorer.engine.recorded_arithmetic import square_root
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")
_BAD_MEAN = Example({"beta1": 1.0}, "beta1")
_BAD_SQUARE = Example({"beta2": -0.1}, "beta2")


class MomentState(NamedTuple):
    """Steps taken, the moving average of gradients, and the measure of their scale."""

    t: int
    mean: Array
    square: Array


class RAdam(RuleOptimizer):
    """RAdam: Adam that trusts its scale only once it has seen enough gradients."""

    id: ClassVar[str] = "radam"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("RAdam", "RAdam")
    idea: ClassVar[Text] = Text(
        "Adam with a built-in warm-up: plain momentum at first, then adaptive rates as their variance becomes known.",
        "ウォームアップを内蔵したAdam。最初は単なるモメンタム法で、分散が見積もれるようになると適応的な学習率に移る。",
    )
    shines: ClassVar[Text] = Text(
        "Where Adam's first steps go astray and would need a warm-up.",
        "Adamの最初の数歩が乱れ、ウォームアップが必要になる場面。",
    )
    fails: ClassVar[Text] = Text(
        "Its first five steps are not scaled at all: on steep walls they fling it away.",
        "最初の5ステップは勾配の大きさで割らないため、急な壁では遠くへ飛ばされる。",
    )
    reference: ClassVar[str] = (
        "Liu et al. (2020), On the variance of the adaptive learning rate and beyond, ICLR"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \rho_t &= \rho_\infty - \frac{2t\beta_2^t}{1-\beta_2^t},\quad"
        r" \rho_\infty = \frac{2}{1-\beta_2} - 1 \\ r_t &= \sqrt{\frac{(\rho_t-4)(\rho_t-2)\rho_\infty}"
        r"{(\rho_\infty-4)(\rho_\infty-2)\rho_t}} \\ x_{t+1} &= x_t - \begin{cases}"
        r" \eta\, r_t\, \hat m_t \,\big/ \left(\sqrt{\hat v_t} + \epsilon\right) & \rho_t > 5 \\"
        r" \eta\, \hat m_t & \rho_t \le 5 \end{cases} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "RAdam"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "beta2": 0.9, "weight_decay": 0.01, "decoupled_weight_decay": True}),
        _BAD_RATE,
        _BAD_MEAN,
        _BAD_SQUARE,
    )

    lr: float = learning_rate(1e-3)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    decoupled_weight_decay: bool = decoupled_decay()
    maximize: bool = maximize()

    def init(self, x: Array) -> MomentState:
        zeros = np.zeros_like(x)
        return MomentState(0, zeros, zeros)

    def _rectification(self, t: int) -> float | None:
        """Return the factor that makes up for the scale's variance, or None while that is not known."""
        most = 2 / (1 - self.beta2) - 1
        length = most - 2 * t * self.beta2**t / (1 - self.beta2**t)
        if length <= 5:
            return None
        return math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length))

    def update(self, gradient: Array, state: MomentState, x: Array, lr: Any) -> tuple[Array, MomentState]:
        if self.weight_decay and not self.decoupled_weight_decay:
            gradient = gradient + self.weight_decay * x
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = gradient * gradient
        square *= 1 - self.beta2
        square += self.beta2 * state.square
        step = mean * (-lr / (1 - self.beta1**t))
        factor = self._rectification(t)
        if factor is not None:
            scale = np.sqrt(square)
            scale += self.eps
            step *= factor * math.sqrt(1 - self.beta2**t)
            step /= scale
        if self.weight_decay and self.decoupled_weight_decay:
            step -= (lr * self.weight_decay) * x
        return step, MomentState(t, mean, square)

    def explain(
        self, gradient: Array, state: MomentState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decouples = self.weight_decay and self.decoupled_weight_decay
        decay = () if decouples else decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        terms = [
            gradient_term(gradient),
            *decay,
            mean_term(after.mean, state.mean, g),
            square_term(after.square, state.square, g),
            corrected_mean_term(after.mean, self.beta1, after.t),
        ]
        mean, rate = terms[-1].value, np.asarray(lr)
        direction = "<mh>"
        factor = self._rectification(after.t)
        if factor is not None:
            label = Text("trust in the scale", "尺度の信頼度")
            formula = r"\sqrt{\frac{(\rho_t-4)(\rho_t-2)\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\rho_t}}"
            # PyTorch adds epsilon before it corrects the bias.
            root = math.sqrt(1 - self.beta2**after.t)
            scale = (np.sqrt(after.square) + self.eps) / root
            terms.append(
                scale_term(rf"\frac{{\sqrt{{<v>}} + <eps>}}{{\sqrt{{1-<beta2>^{{{after.t}}}}}}}", scale)
            )
            terms.append(Term("k", "k", label, formula, np.asarray(factor), "factor", writing="value"))
            direction, rate = r"<k>*\frac{<mh>}{<r>}", lr * factor / scale
        rest: Array | float = 0.0
        if decouples:
            terms += pull_terms(self.weight_decay, x)
            direction, rest = rf"\left({direction} + <w>\right)", -lr * self.weight_decay * x
        return *terms, scaled_step_term(direction, step, effective_rates(rate, mean, rest))


class AdaBelief(RuleOptimizer):
    """AdaBelief: Adam whose scale is how much the gradients deviate from their average."""

    id: ClassVar[str] = "adabelief"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("AdaBelief", "AdaBelief")
    idea: ClassVar[Text] = Text(
        "Large steps where gradients are as foreseen, small ones where they surprise.",
        "勾配が予想どおりなら大きく、予想から外れたら小さく動く。",
    )
    shines: ClassVar[Text] = Text(
        "Long even slopes: a steady gradient makes the steps long.",
        "一様な長い斜面。勾配が安定していると歩幅が大きくなる。",
    )
    fails: ClassVar[Text] = Text(
        "On a perfectly even slope the deviation vanishes and the steps grow without bound.",
        "完全に一様な斜面では偏差がなくなり、歩幅が際限なく大きくなる。",
    )
    reference: ClassVar[str] = (
        "Zhuang et al. (2020), AdaBelief optimizer: adapting stepsizes by the belief in observed gradients, NeurIPS"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\"
        r" s_t &= \beta_2 s_{t-1} + (1-\beta_2)(g_t - m_t)^2 + \epsilon \\"
        r" x_{t+1} &= x_t - \eta \left( \frac{m_t/(1-\beta_1^t)}{\sqrt{s_t/(1-\beta_2^t)}+\epsilon}"
        r" + \lambda x_t \right) \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "eps": 1e-8, "weight_decay": 0.01}),
        _BAD_RATE,
        _BAD_MEAN,
        _BAD_SQUARE,
    )

    lr: float = learning_rate(1e-3)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-16)
    weight_decay: float = weight_decay()

    def init(self, x: Array) -> MomentState:
        zeros = np.zeros_like(x)
        return MomentState(0, zeros, zeros)

    def update(self, gradient: Array, state: MomentState, x: Array, lr: Any) -> tuple[Array, MomentState]:
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = gradient - mean
        square *= square
        square *= 1 - self.beta2
        square += self.beta2 * state.square
        square += self.eps
        scale = np.sqrt(square)
        scale *= 1 / square_root(1 - self.beta2**t)
        scale += self.eps
        step = mean * (-lr / (1 - self.beta1**t))
        step /= scale
        if self.weight_decay:
            step -= (lr * self.weight_decay) * x
        return step, MomentState(t, mean, square)

    def stability(self, lr: float) -> StabilityLimit | None:
        return StabilityLimit(
            average_threshold(lr, self.beta1, self.weight_decay), preconditioner=self._preconditioner
        )

    def _preconditioner(self, state: MomentState) -> Array:
        scale: Array = np.sqrt(state.square / (1 - self.beta2**state.t)) + self.eps
        return (1 - self.beta1**state.t) * scale

    def explain(
        self, gradient: Array, state: MomentState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        label = Text("average of squared deviations", "偏差の2乗の移動平均")
        average = Average("beta2", "m")
        formula = f"{average.kept('s')} + (1-<beta2>)*(<g> - <m>)^2 + <eps>"
        mean = corrected_mean_term(after.mean, self.beta1, after.t)
        corrected = corrected_square_term(after.square, self.beta2, after.t, "s")
        scale = np.sqrt(corrected.value) + self.eps
        direction = r"\frac{<mh>}{<r>}"
        if self.weight_decay:
            direction = rf"\left({direction} + <w>\right)"
        return (
            gradient_term(gradient),
            mean_term(after.mean, state.mean),
            Term("s", "s", label, formula, after.square, "second_moment", state.square, average=average),
            mean,
            corrected,
            scale_term(r"\sqrt{<vh>} + <eps>", scale),
            *pull_terms(self.weight_decay, x),
            scaled_step_term(
                direction, step, effective_rates(lr / scale, mean.value, -lr * self.weight_decay * x)
            ),
        )


class Yogi(RuleOptimizer):
    """Yogi: Adam whose scale changes by steps that do not depend on how far it is off.

    The average of gradients starts at zero, as in the paper; optax starts it, too, at the initial accumulator.
    """

    id: ClassVar[str] = "yogi"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("Yogi", "Yogi")
    idea: ClassVar[Text] = Text(
        "Adam whose scale adds or subtracts, so that it cannot forget large gradients all at once.",
        "尺度を足し引きで更新し、大きな勾配を一度に忘れないようにしたAdam。",
    )
    shines: ClassVar[Text] = Text(
        "Sparse or rare large gradients, on which Adam may fail to converge.",
        "疎な勾配や、まれに大きくなる勾配。Adamが収束しないことのある場面である。",
    )
    fails: ClassVar[Text] = Text(
        "After steep walls the scale falls slowly where gradients are small, and so do the steps.",
        "急な壁のあと勾配が小さくなっても尺度がなかなか下がらず、歩みが遅い。",
    )
    reference: ClassVar[str] = (
        "Zaheer, Reddi, Sachan, Kale & Kumar (2018), Adaptive methods for nonconvex optimization, NeurIPS"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\"
        r" v_t &= v_{t-1} - (1-\beta_2)\, \mathrm{sign}(v_{t-1} - g_t^2)\, g_t^2 \\"
        r" x_{t+1} &= x_t - \eta\, \frac{m_t/(1-\beta_1^t)}{\sqrt{v_t/(1-\beta_2^t)}+\epsilon} \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "weight_decay": 0.01}),
        _BAD_RATE,
        _BAD_MEAN,
        _BAD_SQUARE,
    )

    lr: float = learning_rate(1e-2)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-3)
    initial_accumulator: float = hyperparameter(
        1e-6,
        "v_0",
        Text("Initial average of squares", "2乗平均の初期値"),
        Text("Where the average of squared gradients begins.", "勾配の2乗の平均の初期値。"),
        ge=0,
        le=1e6,
        logarithmic=True,
    )
    weight_decay: float = weight_decay()

    def init(self, x: Array) -> MomentState:
        return MomentState(0, np.zeros_like(x), np.full_like(x, self.initial_accumulator))

    def update(self, gradient: Array, state: MomentState, x: Array, lr: Any) -> tuple[Array, MomentState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = gradient * gradient
        change = np.sign(state.square - square)
        change *= square
        change *= 1 - self.beta2
        square = state.square - change
        scale = np.sqrt(square)
        scale *= 1 / square_root(1 - self.beta2**t)
        scale += self.eps
        step = mean * (-lr / (1 - self.beta1**t))
        step /= scale
        return step, MomentState(t, mean, square)

    def stability(self, lr: float) -> StabilityLimit | None:
        return StabilityLimit(average_threshold(lr, self.beta1), self.weight_decay, self._preconditioner)

    def _preconditioner(self, state: MomentState) -> Array:
        scale: Array = np.sqrt(state.square / (1 - self.beta2**state.t)) + self.eps
        return (1 - self.beta1**state.t) * scale

    def explain(
        self, gradient: Array, state: MomentState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        label = Text("scale that adds or subtracts", "足し引きで変わる尺度")
        formula = rf"<v'> - (1-<beta2>)*\mathrm{{sign}}(<v'> - <{g}>^2)*<{g}>^2"
        mean = corrected_mean_term(after.mean, self.beta1, after.t)
        corrected = corrected_square_term(after.square, self.beta2, after.t)
        scale = np.sqrt(corrected.value) + self.eps
        return (
            gradient_term(gradient),
            *decay,
            mean_term(after.mean, state.mean, g),
            Term("v", "v", label, formula, after.square, "second_moment", state.square),
            mean,
            corrected,
            scale_term(r"\sqrt{<vh>} + <eps>", scale),
            scaled_step_term(r"\frac{<mh>}{<r>}", step, effective_rates(lr / scale, mean.value)),
        )
