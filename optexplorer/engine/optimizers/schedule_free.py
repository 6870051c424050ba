"""Schedule-Free SGD and AdamW: iterate averaging in place of a schedule."""

from __future__ import annotations

import math
from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    ProbingOptimizer,
    Term,
    decay_rate,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    square_decay,
    step_term,
    weight_decay,
)
from optexplorer.engine.optimizers.terms import (
    corrected_square_term,
    direction_term,
    scale_term,
    square_term,
)
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")


class ScheduleFreeState(NamedTuple):
    """Steps taken, the fast point, the sum of weights, the largest rate so far, the average of squares."""

    t: int
    fast: Array
    total: Any
    largest: Any
    square: Array | None


class ScheduleFree(ProbingOptimizer):
    """What both schedule-free optimizers share.

    The point that descends is the average; the gradient is taken between it and a fast point. Defazio et al.
    (2024), The road less scheduled, equations 2–4, 22 and Algorithm 1.
    """

    @property
    def evaluation_period(self) -> int | None:
        """Every step asks for two gradients."""
        return 1

    warmup_steps: int = hyperparameter(
        0,
        r"T_w",
        Text("Warm-up steps", "ウォームアップのステップ数"),
        Text("Steps over which the rate rises to its value.", "学習率が本来の値まで上がるステップ数。"),
        ge=0,
        le=100_000,
    )
    r: float = hyperparameter(
        0.0,
        "r",
        Text("Power of the weights", "重みの指数"),
        Text(
            "Later points weigh more: the step's number to this power.",
            "ステップ番号のこの乗で、後の点ほど重く平均する。",
        ),
        ge=0,
        le=10,
    )
    weight_lr_power: float = hyperparameter(
        2.0,
        "q",
        Text("Power of the rate", "学習率の指数"),
        Text(
            "During warm-up a point weighs as the rate to this power.",
            "ウォームアップ中の点の重みは、学習率のこの乗とする。",
        ),
        ge=0,
        le=10,
    )
    weight_decay: float = weight_decay()

    def _between(self) -> float:
        """Return how near the average the gradient is taken: 1 is at the average, 0 at the fast point."""
        raise NotImplementedError

    def init(self, x: Array) -> ScheduleFreeState:
        return ScheduleFreeState(0, x, 0.0, 0.0, None)

    def _step(
        self, state: ScheduleFreeState, x: Array, rate: Any, direction: Array, square: Array | None
    ) -> tuple[Array, ScheduleFreeState, Any]:
        """Return the step, the state after it, and the weight of the new fast point in the average."""
        largest = np.maximum(rate, state.largest)
        weight = np.power(largest, self.weight_lr_power) * math.pow(state.t + 1, self.r)
        total = state.total + weight
        # While a schedule has not let the rate rise above zero, there is nothing to average.
        share = np.where(total > 0, weight / total, 0.0)
        fast = state.fast - rate * direction
        return share * (fast - x), ScheduleFreeState(state.t + 1, fast, total, largest, square), share

    def _rate(self, state: ScheduleFreeState, lr: Any) -> Any:
        return lr * ((state.t + 1) / self.warmup_steps) if state.t < self.warmup_steps else lr

    def _ahead(self, state: ScheduleFreeState, x: Array) -> Array:
        return x + (1 - self._between()) * (state.fast - x)

    def _terms(self, state: ScheduleFreeState, x: Array, gradient: Array, name: str) -> tuple[Term, ...]:
        label = Text("point between average and fast point", "平均点と先行点の間の点")
        ahead = self._ahead(state, x)
        return (
            Term("y", "y", label, rf"(1-<{name}>)*<z'> + <{name}>*<x>", ahead, "look_around_point"),
            gradient_term(gradient)._replace(formula=r"\nabla f<(y)>"),
        )

    def _last_terms(
        self,
        state: ScheduleFreeState,
        after: ScheduleFreeState,
        step: Array,
        share: Any,
        rate: Any,
        direction: str,
    ) -> tuple[Term, ...]:
        fast = Text("fast point", "先行点")
        weight = Text("weight of the fast point", "先行点の重み")
        warm = rf"\tfrac{{{state.t + 1}}}{{<warmup_steps>}}*<lr>" if state.t < self.warmup_steps else "<lr>"
        return (
            Term("z", "z", fast, f"<z'> - {warm}*{direction}", after.fast, "point", state.fast),
            Term("c", "c", weight, r"\frac{w_t}{\sum_i w_i}", np.asarray(share), "factor", writing="value"),
            step_term(r"<c>*(<z> - <x>)", step),
        )


class ScheduleFreeSGD(ScheduleFree):
    """Schedule-Free SGD: averaging in place of a schedule."""

    id: ClassVar[str] = "schedule-free-sgd"
    group: ClassVar[str] = "automatic"
    title: ClassVar[Text] = Text("Schedule-Free SGD", "スケジュールフリーSGD")
    idea: ClassVar[Text] = Text(
        "A fast point strides on at a constant rate; what counts is the average of its way, so no schedule is needed.",
        "先行点が一定の学習率で大きく動き、その道のりの平均を解とする。だから学習率スケジュールが要らない。",
    )
    shines: ClassVar[Text] = Text(
        "Noise and large rates, without knowing beforehand when to stop.",
        "ノイズがあり学習率が大きい場面。いつ止めるかを前もって決めなくてよい。",
    )
    fails: ClassVar[Text] = Text(
        "The average follows slowly once the fast point has gone round a bend.",
        "先行点が曲がり角を過ぎても、平均はゆっくりとしか追いつかない。",
    )
    reference: ClassVar[str] = "Defazio et al. (2024), The road less scheduled, NeurIPS"
    formula: ClassVar[str] = (
        r"\begin{aligned} y_t &= (1-\mu) z_t + \mu x_t \\ z_{t+1} &= z_t - \eta\, \nabla f(y_t) \\"
        r" x_{t+1} &= (1-c_{t+1}) x_t + c_{t+1} z_{t+1},\quad c_{t+1} = \tfrac{1}{t+1} \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({"lr": 0.1}),
        Example({"lr": 0.05, "momentum": 0.8, "warmup_steps": 5, "r": 1.0, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"momentum": 1.0}, "momentum"),
    )

    lr: float = learning_rate(1.0)
    momentum: float = hyperparameter(
        0.9,
        r"\mu",
        Text("Momentum", "モメンタム係数"),
        Text(
            "How near the average the gradient is taken (0: at the fast point).",
            "勾配をどれだけ平均点の近くで計算するか(0なら先行点)。",
        ),
        gt=0,
        lt=1,
    )

    def _between(self) -> float:
        return self.momentum

    def update(
        self, gradient: Array, state: ScheduleFreeState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, ScheduleFreeState]:
        ahead = self._ahead(state, x)
        direction = probe.gradient(ahead)
        if self.weight_decay:
            direction = direction + self.weight_decay * ahead
        step, after, _ = self._step(state, x, self._rate(state, lr), direction, None)
        return step, after

    def explain(
        self, gradient: Array, state: ScheduleFreeState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        ahead, rate = self._ahead(state, x), self._rate(state, lr)
        slope = probe.gradient(ahead)
        direction = slope + self.weight_decay * ahead if self.weight_decay else slope
        step, after, share = self._step(state, x, rate, direction, None)
        pull = direction_term(r"<g> + <weight_decay>*<y>", direction)
        return (
            *self._terms(state, x, slope, "momentum"),
            *((pull,) if self.weight_decay else ()),
            *self._last_terms(state, after, step, share, rate, "<p>" if self.weight_decay else "<g>"),
        )


class ScheduleFreeAdamW(ScheduleFree):
    """Schedule-Free AdamW: Adam's rates per coordinate, averaging in place of momentum and schedule."""

    id: ClassVar[str] = "schedule-free-adamw"
    group: ClassVar[str] = "automatic"
    title: ClassVar[Text] = Text("Schedule-Free AdamW", "スケジュールフリーAdamW")
    idea: ClassVar[Text] = Text(
        "Schedule-Free SGD with Adam's rate for each coordinate: the average replaces both momentum and schedule.",
        "座標ごとにAdamの学習率を使うスケジュールフリー法。平均がモメンタムとスケジュールの両方を兼ねる。",
    )
    shines: ClassVar[Text] = Text(
        "Training of unknown length: stop at any time and keep the average.",
        "長さを決めない学習。いつ止めても平均点を解として使える。",
    )
    fails: ClassVar[Text] = Text(
        "Short runs: the average still remembers the start.",
        "短い実行。平均にまだ出発点の影響が残っている。",
    )
    reference: ClassVar[str] = "Defazio et al. (2024), The road less scheduled, NeurIPS, Algorithm 1"
    formula: ClassVar[str] = (
        r"\begin{aligned} y_t &= (1-\beta_1) z_t + \beta_1 x_t,\quad g_t = \nabla f(y_t) \\"
        r" v_t &= \beta_2 v_{t-1} + (1-\beta_2) g_t^2 \\"
        r" z_{t+1} &= z_t - \eta \left( \frac{g_t}{\sqrt{v_t/(1-\beta_2^t)}+\epsilon} + \lambda y_t \right) \\"
        r" x_{t+1} &= (1-c_{t+1}) x_t + c_{t+1} z_{t+1} \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "warmup_steps": 5, "r": 1.0, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"beta1": 1.0}, "beta1"),
        Example({"warmup_steps": -1}, "warmup_steps"),
    )

    lr: float = learning_rate(2.5e-3)
    beta1: float = decay_rate(
        0.9,
        r"\beta_1",
        Text("Nearness to the average", "平均点への近さ"),
        Text(
            "How near the average the gradient is taken (0: at the fast point).",
            "勾配をどれだけ平均点の近くで計算するか(0なら先行点)。",
        ),
    )
    beta2: float = square_decay()
    eps: float = epsilon(1e-8)

    def _between(self) -> float:
        return self.beta1

    def _scaled_direction(
        self, state: ScheduleFreeState, x: Array, slope: Array
    ) -> tuple[Array, Array, Array]:
        """Return the direction of the fast point, the average of squares, and the scale."""
        square = slope * slope
        square *= 1 - self.beta2
        if state.square is not None:
            square += self.beta2 * state.square
        scale = np.sqrt(square)
        scale *= 1 / math.sqrt(1 - self.beta2 ** (state.t + 1))
        scale += self.eps
        direction = slope / scale
        if self.weight_decay:
            direction += self.weight_decay * self._ahead(state, x)
        return direction, square, scale

    def update(
        self, gradient: Array, state: ScheduleFreeState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, ScheduleFreeState]:
        direction, square, _ = self._scaled_direction(state, x, probe.gradient(self._ahead(state, x)))
        step, after, _ = self._step(state, x, self._rate(state, lr), direction, square)
        return step, after

    def explain(
        self, gradient: Array, state: ScheduleFreeState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        slope, rate = probe.gradient(self._ahead(state, x)), self._rate(state, lr)
        direction, square, scale = self._scaled_direction(state, x, slope)
        step, after, share = self._step(state, x, rate, direction, square)
        pull = r" + <weight_decay>*<y>" if self.weight_decay else ""
        return (
            *self._terms(state, x, slope, "beta1"),
            square_term(square, np.zeros_like(x) if state.square is None else state.square),
            corrected_square_term(square, self.beta2, after.t),
            scale_term(r"\sqrt{<vh>} + <eps>", scale),
            direction_term(rf"\frac{{<g>}}{{<r>}}{pull}", direction),
            *self._last_terms(state, after, step, share, rate, "<p>"),
        )
