"""SGD with averaged iterates: ASGD."""

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
    weight_decay,
)
from optexplorer.engine.optimizers.terms import decay_terms, effective_rates, scaled_step_term
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")


class ASGDState(NamedTuple):
    """Steps taken, the rate of the next step (None before the first), its weight in the average, the average."""

    t: int
    rate: Any
    weight: float
    average: Array


class ASGD(RuleOptimizer):
    """Averaged SGD: a slowly fading rate, and beside the walk itself the average of its points.

    As in PyTorch, which keeps the rate in its default type: for float64 throughout,
    `torch.set_default_dtype(torch.float64)`.
    """

    id: ClassVar[str] = "asgd"
    group: ClassVar[str] = "automatic"
    title: ClassVar[Text] = Text("ASGD", "平均化SGD(ASGD)")
    idea: ClassVar[Text] = Text(
        "SGD with a slowly fading rate that also averages the points it visits: the average jitters far less.",
        "学習率をゆっくり下げるSGDで、通った点の平均も求める。平均の揺れはずっと小さい。",
    )
    shines: ClassVar[Text] = Text(
        "Noisy gradients near a minimum, where the average lies closer than any single point.",
        "最小点付近のノイズの多い勾配。平均は個々の点より最小点に近い。",
    )
    fails: ClassVar[Text] = Text(
        "Long ways: the average still drags the start along unless it begins late.",
        "長い道のり。平均を始めるのが早すぎると、出発点のあたりをいつまでも引きずる。",
    )
    reference: ClassVar[str] = (
        "Polyak & Juditsky (1992), Acceleration of stochastic approximation by averaging"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \eta_t &= \frac{\eta}{(1 + \ell \eta t)^{\alpha}},\quad \mu_t = \frac{1}{\max(1,\, t - t_0)} \\"
        r" x_{t+1} &= (1 - \ell \eta_t)\, x_t - \eta_t\, g_t \\"
        r" a_{t+1} &= a_t + \mu_t (x_{t+1} - a_t) \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "ASGD"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.1, "lambd": 0.01, "alpha": 0.5, "t0": 10, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"alpha": -1}, "alpha"),
    )

    lr: float = learning_rate(1e-2)
    lambd: float = hyperparameter(
        1e-4,
        r"\ell",
        Text("Decay", "減衰"),
        Text(
            "How quickly the rate fades; also pulls the parameters towards zero.",
            "学習率が下がる速さ。パラメータも0の方へ引き戻す。",
        ),
        ge=0,
        le=10,
    )
    alpha: float = hyperparameter(
        0.75,
        r"\alpha",
        Text("Power of the decay", "減衰の指数"),
        Text("The exponent with which the rate fades.", "学習率が下がるときの指数。"),
        ge=0,
        le=10,
    )
    t0: float = hyperparameter(
        1e6,
        "t_0",
        Text("Start of the average", "平均の開始"),
        Text("The step from which the points are averaged.", "点の平均をとり始めるステップ。"),
        ge=0,
        le=1e9,
        logarithmic=True,
    )
    weight_decay: float = weight_decay()
    maximize: bool = maximize()

    def init(self, x: Array) -> ASGDState:
        return ASGDState(0, None, 1.0, x)

    def update(self, gradient: Array, state: ASGDState, x: Array, lr: Any) -> tuple[Array, ASGDState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        # PyTorch makes the rate of a step at the end of the step before.
        rate = lr if state.rate is None else state.rate
        step = gradient * -rate
        if self.lambd:
            step -= (self.lambd * rate) * x
        t = state.t + 1
        moved = x + step
        average = moved if state.weight == 1 else state.average + state.weight * (moved - state.average)
        following = lr / np.power(1 + self.lambd * lr * t, self.alpha)
        return step, ASGDState(t, following, 1 / max(1.0, t - self.t0), average)

    def explain(
        self, gradient: Array, state: ASGDState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        rate = lr if state.rate is None else state.rate
        rates = effective_rates(rate, decay[0].value if decay else gradient, -rate * self.lambd * x)
        fading = rf"\frac{{<lr>}}{{(1 + {state.t}*<lambd>*<lr>)^{{<alpha>}}}}"
        average = rf"<a'> + {state.weight:.4g}*(<x> + <step> - <a'>)"
        rate_label, average_label = (
            Text("fading rate", "減衰した学習率"),
            Text("average of the points", "点の平均"),
        )
        return (
            gradient_term(gradient),
            *decay,
            Term("e", r"\eta_t", rate_label, fading, np.asarray(rate), "rate"),
            Term("a", "a", average_label, average, after.average, "point", state.average),
            scaled_step_term(rf"(<{g}> + <lambd>*<x>)", step, rates, rate="e"),
        )
