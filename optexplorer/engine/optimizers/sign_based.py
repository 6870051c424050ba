"""Optimizers that use only the signs of gradients: Rprop, Lion."""

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
    mean_decay,
    step_term,
    weight_decay,
)
from optexplorer.engine.optimizers.terms import (
    direction_term,
    mean_term,
    pull_terms,
    scaled_step_term,
)
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")


class RpropState(NamedTuple):
    """The last gradient (zero where its sign had changed) and each coordinate's step size."""

    before: Array
    sizes: Array | None


class Rprop(RuleOptimizer):
    """Rprop: each coordinate has its own step size, which grows while the gradient keeps its sign."""

    id: ClassVar[str] = "rprop"
    group: ClassVar[str] = "adaptive"
    title: ClassVar[Text] = Text("Rprop", "Rprop")
    idea: ClassVar[Text] = Text(
        "Same sign as before: go faster. Other sign: the minimum was passed, stay and halve the step.",
        "勾配の符号が前回と同じなら歩幅を広げ、変わったら谷を越えたとみなして止まり、歩幅を半分にする。",
    )
    shines: ClassVar[Text] = Text(
        "Exact gradients of very different sizes: plateaus, ravines along an axis.",
        "大きさが極端に異なる正確な勾配。平坦な台地や、軸に沿った細長い谷。",
    )
    fails: ClassVar[Text] = Text(
        "Noisy gradients, whose signs flip at random, and diagonal ravines.",
        "符号がでたらめに変わるノイズの多い勾配や、軸に対して斜めの谷。",
    )
    reference: ClassVar[str] = (
        "Riedmiller & Braun (1993), A direct adaptive method for faster backpropagation learning: the RPROP algorithm"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \Delta_t &= \begin{cases} \min(\eta^+ \Delta_{t-1},\, \Delta_{\max}) & g_t g_{t-1} > 0 \\"
        r" \max(\eta^- \Delta_{t-1},\, \Delta_{\min}),\ g_t \leftarrow 0 & g_t g_{t-1} < 0 \\"
        r" \Delta_{t-1} & g_t g_{t-1} = 0 \end{cases} \\"
        r" x_{t+1} &= x_t - \mathrm{sign}(g_t)\, \Delta_t \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Rprop"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.1, "eta_minus": 0.4, "eta_plus": 1.3, "step_size_min": 1e-8, "step_size_max": 1.0}),
        _BAD_RATE,
        Example({"eta_minus": 1.0}, "eta_minus"),
        Example({"eta_plus": 1.0}, "eta_plus"),
    )

    lr: float = learning_rate(1e-2)
    eta_minus: float = hyperparameter(
        0.5,
        r"\eta^-",
        Text("Shrink factor", "縮小率"),
        Text("Multiplies a step size when the sign has changed.", "符号が変わったときに歩幅に掛ける係数。"),
        gt=0,
        lt=1,
    )
    eta_plus: float = hyperparameter(
        1.2,
        r"\eta^+",
        Text("Growth factor", "拡大率"),
        Text("Multiplies a step size when the sign has stayed.", "符号が同じときに歩幅に掛ける係数。"),
        gt=1,
        le=100,
    )
    step_size_min: float = hyperparameter(
        1e-6,
        r"\Delta_{\min}",
        Text("Smallest step", "最小の歩幅"),
        Text("No step size shrinks below it.", "歩幅はこれより小さくならない。"),
        gt=0,
        le=1e6,
        logarithmic=True,
    )
    step_size_max: float = hyperparameter(
        50.0,
        r"\Delta_{\max}",
        Text("Largest step", "最大の歩幅"),
        Text("No step size grows above it.", "歩幅はこれより大きくならない。"),
        gt=0,
        le=1e6,
        logarithmic=True,
    )
    maximize: bool = maximize()

    def init(self, x: Array) -> RpropState:
        return RpropState(np.zeros_like(x), None)

    def update(self, gradient: Array, state: RpropState, x: Array, lr: Any) -> tuple[Array, RpropState]:
        agreement = gradient * state.before
        turned = agreement < 0
        sizes = np.where(agreement > 0, self.eta_plus, 1.0)
        sizes[turned] = self.eta_minus
        sizes *= lr if state.sizes is None else state.sizes
        np.maximum(sizes, self.step_size_min, out=sizes)
        np.minimum(sizes, self.step_size_max, out=sizes)
        before = np.where(turned, 0.0, gradient)
        step = np.sign(before)
        step *= sizes
        return np.negative(step, out=step), RpropState(before, sizes)

    def explain(
        self, gradient: Array, state: RpropState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        assert after.sizes is not None
        agreement = Text("agreement of signs", "符号の一致")
        heeded = Text("gradient, where its sign has not changed", "符号の変わらなかった座標の勾配")
        size = "<lr>" if state.sizes is None else "<u'>"
        growth = rf"{size}\cdot\left\{{<eta_plus>,\, 1,\, <eta_minus>\right\}}"
        label = Text("step size of each coordinate", "座標ごとの歩幅")
        return (
            gradient_term(gradient),
            Term("a", "a", agreement, r"\mathrm{sign}(<g>*<h'>)", np.sign(gradient * state.before), "scale"),
            Term("u", r"\Delta", label, growth, after.sizes, "scale", state.sizes),
            Term(
                "h",
                r"\tilde g",
                heeded,
                r"<g>\ (0 \text{ where } <a> < 0)",
                after.before,
                "derived_gradient",
                state.before,
            ),
            step_term(r"-\mathrm{sign}(<h>)*<u>", step),
        )


class LionState(NamedTuple):
    """The moving average of gradients."""

    mean: Array


class Lion(RuleOptimizer):
    """Lion: every coordinate steps by the rate, in the direction of the sign of an averaged gradient."""

    id: ClassVar[str] = "lion"
    group: ClassVar[str] = "adam"
    title: ClassVar[Text] = Text("Lion", "Lion")
    idea: ClassVar[Text] = Text(
        "Only the sign of momentum counts: each coordinate moves by exactly the rate, up or down.",
        "モメンタムの符号だけを使い、どの座標もちょうど学習率の分だけ上下に動く。",
    )
    shines: ClassVar[Text] = Text(
        "Plateaus, where small gradients count as much as large; large networks.",
        "小さな勾配も大きな勾配と同じに扱うため、平坦な台地に強い。大規模なネットワーク。",
    )
    fails: ClassVar[Text] = Text(
        "It never slows down: at a constant rate it hops around the minimum for ever.",
        "減速することがなく、学習率が一定なら最小点のまわりを跳ね続ける。",
    )
    reference: ClassVar[str] = "Chen et al. (2023), Symbolic discovery of optimization algorithms, NeurIPS"
    formula: ClassVar[str] = (
        r"\begin{aligned} c_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\"
        r" x_{t+1} &= x_t - \eta\,\left(\mathrm{sign}(c_t) + \lambda x_t\right) \\"
        r" m_t &= \beta_2 m_{t-1} + (1-\beta_2) g_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.01}),
        Example({"lr": 0.01, "beta1": 0.95, "beta2": 0.98, "weight_decay": 0.1}),
        _BAD_RATE,
        Example({"beta2": 1.0}, "beta2"),
    )

    lr: float = learning_rate(1e-4)
    beta1: float = mean_decay(0.9)
    beta2: float = mean_decay(0.99, r"\beta_2")
    weight_decay: float = weight_decay()

    def init(self, x: Array) -> LionState:
        return LionState(np.zeros_like(x))

    def update(self, gradient: Array, state: LionState, x: Array, lr: Any) -> tuple[Array, LionState]:
        direction = gradient * (1 - self.beta1)
        direction += self.beta1 * state.mean
        mean = gradient * (1 - self.beta2)
        mean += self.beta2 * state.mean
        step = np.sign(direction)
        if self.weight_decay:
            step += self.weight_decay * x
        step *= -lr
        return step, LionState(mean)

    def explain(
        self, gradient: Array, state: LionState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        mixed = self.beta1 * state.mean + (1 - self.beta1) * gradient
        label = Text("gradient mixed with its average", "勾配とその平均の混合")
        pull = pull_terms(self.weight_decay, x)
        decay = " + <w>" if pull else ""
        return (
            gradient_term(gradient),
            Term("c", "c", label, "<beta1>*<m'> + (1-<beta1>)*<g>", mixed, "first_moment"),
            mean_term(after.mean, state.mean, decay="beta2"),
            *pull,
            direction_term(rf"\mathrm{{sign}}(<c>){decay}", np.sign(mixed) + self.weight_decay * x),
            scaled_step_term("<p>", step),
        )
