"""The nonlinear conjugate gradient method."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    Term,
    gradient_term,
    hyperparameter,
    learning_rate,
    step_term,
)
from optexplorer.engine.optimizers.directed import (
    DirectedOptimizer,
    curvature_condition,
    first_length,
    length_term,
    line_search_choice,
)
from optexplorer.engine.optimizers.line_search import LineSearch
from optexplorer.engine.optimizers.linear_algebra import dot, everywhere
from optexplorer.engine.optimizers.terms import direction_term
from optexplorer.text import Text


class ConjugateState(NamedTuple):
    """Steps since the last planned restart; the last gradient, direction, and slope times length."""

    t: int
    gradient: Array | None
    direction: Array | None
    reach: Any


class ConjugateGradient(DirectedOptimizer):
    """Nonlinear conjugate gradients (Polak–Ribière+), restarted where the direction no longer goes down."""

    id: ClassVar[str] = "conjugate-gradient"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("Conjugate gradient", "共役勾配法")
    idea: ClassVar[Text] = Text(
        "Each direction keeps so much of the last one that it does not undo what was gained there.",
        "前の方向で得た成果を打ち消さないよう、前の方向をほどよく混ぜた方向に進む。",
    )
    shines: ClassVar[Text] = Text(
        "Ravines, with no matrix to store: n steps solve a quadratic in n coordinates.",
        "行列を持たずに細長い谷を下れる。n変数の2次関数ならnステップで解ける。",
    )
    fails: ClassVar[Text] = Text(
        "Inexact line searches and noise, which spoil the conjugacy of its directions.",
        "直線探索が粗いときやノイズがあるとき。方向の共役性が崩れる。",
    )
    reference: ClassVar[str] = (
        "Polak & Ribière (1969); Nocedal & Wright (2006), Numerical Optimization, section 5.2"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \beta_t &= \max\left(0,\, \frac{g_t^{\top}(g_t - g_{t-1})}{g_{t-1}^{\top} g_{t-1}}\right) \\"
        r" p_t &= -g_t + \beta_t\, p_{t-1} \\ x_{t+1} &= x_t + \alpha_t\, p_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"line_search": "exact", "restart_every": 2}),
        Example({"lr": 0.5, "line_search": "backtracking"}),
        Example({"lr": 0}, "lr"),
        Example({"restart_every": -1}, "restart_every"),
        Example({"c2": 1.0}, "c2"),
    )

    lr: float = learning_rate(1.0)
    restart_every: int = hyperparameter(
        0,
        "n",
        Text("Restart every", "再出発の間隔"),
        Text(
            "Forget the last direction every so many steps; 0: only where it no longer goes down.",
            "このステップ数ごとに前の方向を忘れる。0なら、下り方向でなくなったときだけ忘れる。",
        ),
        ge=0,
        le=10_000,
    )
    line_search: LineSearch = line_search_choice("strong-wolfe")
    c2: float = curvature_condition(0.1)

    def init(self, x: Array) -> ConjugateState:
        return ConjugateState(0, None, None, None)

    def _step(
        self, gradient: Array, state: ConjugateState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Any, Array, Any, ConjugateState]:
        """Return how much of the last direction is kept, the direction, the length along it, and the next state."""
        squared = dot(gradient, gradient)
        planned = bool(self.restart_every) and state.t == self.restart_every
        if state.gradient is None or state.direction is None:
            kept: Any = np.zeros(x.shape[1:])
            direction, slope = -gradient, -squared
            first = first_length(gradient, lr)
        else:
            before = dot(state.gradient, state.gradient)
            share = np.maximum(0.0, dot(gradient, gradient - state.gradient) / before)
            kept = np.where((before > 0) & (not planned), share, 0.0)
            direction = kept * state.direction - gradient
            slope = dot(gradient, direction)
            downhill = slope < 0
            if not everywhere(downhill):
                kept = np.where(downhill, kept, 0.0)
                direction, slope = (
                    np.where(downhill, direction, -gradient),
                    np.where(downhill, slope, -squared),
                )
            # As far as would bring the same decrease as last time (Nocedal & Wright, section 3.5).
            known = (slope < 0) & (state.reach < 0)
            first = lr * state.reach / slope
            if not everywhere(known):
                first = np.where(known, first, first_length(gradient, lr))
        if self.line_search == "none":
            first = lr
        length = self.length(x, direction, slope, first, probe)
        t = 1 if planned else state.t + 1
        return kept, direction, length, ConjugateState(t, gradient, direction, length * slope)

    def update(
        self, gradient: Array, state: ConjugateState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, ConjugateState]:
        _, direction, length, after = self._step(gradient, state, x, lr, probe)
        return length * direction, after

    def explain(
        self, gradient: Array, state: ConjugateState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        kept, direction, length, _ = self._step(gradient, state, x, lr, probe)
        label = Text("share of the last direction", "前の方向を残す割合")
        first = state.gradient is None
        share = r"\max\left(0,\, \frac{<g>^{\top}(<g> - <g'>)}{<g'>^{\top}<g'>}\right)"
        return (
            gradient_term(gradient, state.gradient),
            Term("b", r"\beta", label, "0" if first else share, np.asarray(kept), "factor"),
            direction_term("-<g>" if first else r"-<g> + <b>*<p'>", direction, state.direction),
            length_term(self.line_search, length),
            step_term(r"<a>*<p>", length * direction),
        )
