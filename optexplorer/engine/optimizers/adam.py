"""Adam, AdamW and Adamax."""

from __future__ import annotations

from abc import abstractmethod
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


class AdamState(NamedTuple):
    """Steps taken, moving averages of gradients and squared gradients, the largest of the latter (AMSGrad)."""

    t: int
    mean: Array
    square: Array
    largest: Array | None


class AdamRule(RuleOptimizer):
    """What Adam and AdamW share: everything but where the weight decay goes."""

    torch_class: ClassVar[str | None] = "Adam"

    lr: float = learning_rate(1e-3)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    amsgrad: bool = hyperparameter(
        False,
        r"\mathrm{ams}",
        Text("AMSGrad", "AMSGrad"),
        Text(
            "Never let the scale shrink again (Reddi et al. 2018).",
            "一度大きくなった尺度を小さく戻さない(Reddi et al. 2018)。",
        ),
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

    @abstractmethod
    def decouples(self) -> bool:
        """Return whether the weight decay acts on the parameters rather than on the gradient."""

    def torch_arguments(self) -> dict[str, Any] | None:
        arguments = super().torch_arguments()
        # PyTorch always corrects the bias.
        return arguments if arguments is not None and arguments.pop("bias_correction") else None

    def init(self, x: Array) -> AdamState:
        zeros = np.zeros_like(x)
        return AdamState(0, zeros, zeros, zeros if self.amsgrad else None)

    def update(self, gradient: Array, state: AdamState, x: Array, lr: Any) -> tuple[Array, AdamState]:
        decouples = self.weight_decay and self.decouples()
        if self.weight_decay and not decouples:
            gradient = gradient + self.weight_decay * x
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = gradient * gradient
        square *= 1 - self.beta2
        square += self.beta2 * state.square
        largest = None if state.largest is None else np.maximum(state.largest, square)
        scale = np.sqrt(square if largest is None else largest)
        eps, rate = self.eps, lr
        if self.bias_correction:
            # The correction of the squares goes into the two numbers rather than into every coordinate.
            correction = square_root(1 - self.beta2**t)
            eps, rate = eps * correction, lr * (correction / (1 - self.beta1**t))
        scale += eps
        step = mean * -rate
        step /= scale
        if decouples:
            step -= (lr * self.weight_decay) * x
        return step, AdamState(t, mean, square, largest)

    def stability(self, lr: float) -> StabilityLimit | None:
        beside, inside = (self.weight_decay, 0.0) if self.decouples() else (0.0, self.weight_decay)
        return StabilityLimit(average_threshold(lr, self.beta1, beside), inside, self._preconditioner)

    def _preconditioner(self, state: AdamState) -> Array:
        """Return by what the average of the gradients is divided (Cohen et al. 2022, section 2)."""
        square = state.square if state.largest is None else state.largest
        if not self.bias_correction:
            return np.sqrt(square) + self.eps
        scale: Array = np.sqrt(square / (1 - self.beta2**state.t)) + self.eps
        return (1 - self.beta1**state.t) * scale

    def explain(
        self, gradient: Array, state: AdamState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decouples = self.weight_decay and self.decouples()
        decay = () if decouples else decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        terms = [
            gradient_term(gradient),
            *decay,
            mean_term(after.mean, state.mean, g),
            square_term(after.square, state.square, g),
        ]
        mean, square, mean_name, square_name = after.mean, after.square, "m", "v"
        if after.largest is not None:
            label = Text("largest average so far", "これまでの最大の移動平均")
            terms.append(
                Term(
                    "u", r"v^{\max}", label, r"\max(<u'>, <v>)", after.largest, "second_moment", state.largest
                )
            )
            square, square_name = after.largest, "u"
        if self.bias_correction:
            terms.append(corrected_mean_term(after.mean, self.beta1, after.t))
            terms.append(corrected_square_term(square, self.beta2, after.t, square_name))
            mean, square, mean_name, square_name = terms[-2].value, terms[-1].value, "mh", "vh"
        scale = np.sqrt(square) + self.eps
        terms.append(scale_term(rf"\sqrt{{<{square_name}>}} + <eps>", scale))
        direction = rf"\frac{{<{mean_name}>}}{{<r>}}"
        if decouples:
            terms += pull_terms(self.weight_decay, x)
            direction = rf"\left({direction} + <w>\right)"
        rest = -lr * self.weight_decay * x if decouples else 0.0
        return *terms, scaled_step_term(direction, step, effective_rates(lr / scale, mean, rest))


class Adam(AdamRule):
    """Adam: momentum and per-coordinate rates together, with bias correction."""

    id: ClassVar[str] = "adam"
    group: ClassVar[str] = "adam"
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
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "amsgrad": True, "weight_decay": 0.01}),
        Example({"bias_correction": False}),
        Example({"weight_decay": 0.1, "decoupled_weight_decay": True}),
        _BAD_RATE,
        _BAD_MEAN,
        _BAD_SQUARE,
    )

    decoupled_weight_decay: bool = decoupled_decay()
    maximize: bool = maximize()

    def decouples(self) -> bool:
        return self.decoupled_weight_decay


class AdamW(AdamRule):
    """AdamW: Adam whose weight decay is not scaled by the gradients' size."""

    id: ClassVar[str] = "adamw"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("AdamW", "AdamW")
    idea: ClassVar[Text] = Text(
        "Adam, with the weight decay taken out of the gradient and applied to the parameters themselves.",
        "重み減衰を勾配から切り離し、パラメータそのものに直接かけるAdam。",
    )
    shines: ClassVar[Text] = Text(
        "Training networks, where the same decay for every weight generalises better.",
        "ニューラルネットワークの学習。どの重みにも同じ強さの減衰がかかり、汎化しやすい。",
    )
    fails: ClassVar[Text] = Text(
        "It ends a little off the minimum, pulled towards the origin by its decay.",
        "重み減衰によって原点の方へ引かれるため、最小点から少しずれた所に落ち着く。",
    )
    reference: ClassVar[str] = "Loshchilov & Hutter (2019), Decoupled weight decay regularization, ICLR"
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\ v_t &= \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\"
        r" x_{t+1} &= x_t - \eta \left( \frac{m_t/(1-\beta_1^t)}{\sqrt{v_t/(1-\beta_2^t)}+\epsilon}"
        r" + \lambda x_t \right) \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "AdamW"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "weight_decay": 0.1, "amsgrad": True}),
        _BAD_RATE,
        _BAD_MEAN,
        Example({"weight_decay": -1}, "weight_decay"),
    )

    weight_decay: float = weight_decay(1e-2)
    maximize: bool = maximize()

    def decouples(self) -> bool:
        return True


class AdamaxState(NamedTuple):
    """Steps taken, the moving average of gradients, and the fading maximum of their sizes."""

    t: int
    mean: Array
    largest: Array


class Adamax(RuleOptimizer):
    """Adamax: Adam whose scale is a fading maximum instead of a root mean square."""

    id: ClassVar[str] = "adamax"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("Adamax", "AdaMax")
    idea: ClassVar[Text] = Text(
        "Adam that divides by the largest recent gradient of each coordinate rather than by its root mean square.",
        "2乗平均平方根の代わりに、各座標で最近見た最大の勾配で割るAdam。",
    )
    shines: ClassVar[Text] = Text(
        "Gradients with rare bursts: no step exceeds the rate.",
        "勾配がまれに急増する場面。1歩の大きさが学習率でほぼ抑えられる。",
    )
    fails: ClassVar[Text] = Text(
        "After one steep wall it remembers the steepness long and creeps on the flat beyond.",
        "一度急な壁に出会うとその大きさを長く覚えているため、続く平坦部では少しずつしか進まない。",
    )
    reference: ClassVar[str] = "Kingma & Ba (2015), Adam: a method for stochastic optimization, section 7.1"
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\ u_t &= \max(\beta_2 u_{t-1},\, |g_t| + \epsilon) \\"
        r" x_{t+1} &= x_t - \frac{\eta}{1-\beta_1^t}\, \frac{m_t}{u_t} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Adamax"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "weight_decay": 0.01}),
        _BAD_RATE,
        _BAD_MEAN,
        _BAD_SQUARE,
    )

    lr: float = learning_rate(2e-3)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    maximize: bool = maximize()

    def init(self, x: Array) -> AdamaxState:
        zeros = np.zeros_like(x)
        return AdamaxState(0, zeros, zeros)

    def update(self, gradient: Array, state: AdamaxState, x: Array, lr: Any) -> tuple[Array, AdamaxState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        largest = np.abs(gradient)
        largest += self.eps
        np.maximum(largest, self.beta2 * state.largest, out=largest)
        step = mean * (-lr / (1 - self.beta1**t))
        step /= largest
        return step, AdamaxState(t, mean, largest)

    def stability(self, lr: float) -> StabilityLimit | None:
        return StabilityLimit(
            average_threshold(lr, self.beta1),
            self.weight_decay,
            lambda state: (1 - self.beta1**state.t) * state.largest,
        )

    def explain(
        self, gradient: Array, state: AdamaxState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        label = Text("fading maximum of the gradients' sizes", "勾配の大きさの減衰付き最大値")
        mean = corrected_mean_term(after.mean, self.beta1, after.t)
        return (
            gradient_term(gradient),
            *decay,
            mean_term(after.mean, state.mean, g),
            Term(
                "u",
                "u",
                label,
                rf"\max(<beta2>*<u'>, |<{g}>| + <eps>)",
                after.largest,
                "scale",
                state.largest,
            ),
            mean,
            scaled_step_term(r"\frac{<mh>}{<u>}", step, effective_rates(lr / after.largest, mean.value)),
        )
