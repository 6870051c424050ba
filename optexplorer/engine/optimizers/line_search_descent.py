"""Gradient descent with a line search: backtracking or exact."""

from __future__ import annotations

from typing import Any, ClassVar

from optexplorer.engine.optimizers import line_search
from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    ProbingOptimizer,
    State,
    Term,
    gradient_term,
    hyperparameter,
    learning_rate,
    step_term,
)
from optexplorer.engine.optimizers.directed import length_term, sufficient_decrease
from optexplorer.engine.optimizers.linear_algebra import dot
from optexplorer.engine.optimizers.terms import direction_term
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")


class GradientDescentBacktracking(ProbingOptimizer):
    """Gradient descent whose rate is halved, at each step anew, until the loss falls enough (Armijo)."""

    id: ClassVar[str] = "gd-backtracking"
    group: ClassVar[str] = "gradient-descent"
    title: ClassVar[Text] = Text("GD with backtracking", "バックトラック付き勾配降下法")
    idea: ClassVar[Text] = Text(
        "Try a large step; as long as the loss does not fall enough, halve it.",
        "まず大きな一歩を試し、損失が十分に下がらない間は歩幅を縮めていく。",
    )
    shines: ClassVar[Text] = Text(
        "No rate fits everywhere: steep walls and gentle floors. It cannot diverge.",
        "急な壁と緩い谷底が混在し、どこでも通用する学習率がない場面。発散することがない。",
    )
    fails: ClassVar[Text] = Text(
        "Narrow ravines, where it still zigzags; each trial costs one more look at the loss.",
        "細長い谷ではやはり振動する。また、試すたびに損失の計算が1回余計にかかる。",
    )
    reference: ClassVar[str] = (
        "Armijo (1966), Minimization of functions having Lipschitz continuous first partial derivatives"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \alpha_t &= \max \left\{ \eta \rho^k : f(x_t - \eta\rho^k g_t)"
        r" \le f(x_t) - c_1 \eta \rho^k \lVert g_t \rVert^2 \right\} \\ x_{t+1} &= x_t - \alpha_t\, g_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.5, "shrink": 0.8, "c1": 0.1}),
        _BAD_RATE,
        Example({"shrink": 1.0}, "shrink"),
        Example({"c1": 0.7}, "c1"),
    )

    lr: float = learning_rate(1.0)
    shrink: float = hyperparameter(
        0.5,
        r"\rho",
        Text("Shrink factor", "縮小率"),
        Text("Multiplies the length after each failed trial.", "試みが失敗するたびに歩幅に掛ける係数。"),
        gt=0,
        lt=1,
    )
    c1: float = sufficient_decrease()

    def _length(self, gradient: Array, x: Array, lr: Any, probe: Probe) -> Any:
        slope = -dot(gradient, gradient)
        return line_search.backtracking(probe, x, -gradient, slope, lr, self.c1, self.shrink)

    def update(self, gradient: Array, state: State, x: Array, lr: Any, probe: Probe) -> tuple[Array, State]:
        return -self._length(gradient, x, lr, probe) * gradient, state

    def explain(self, gradient: Array, state: State, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        length = self._length(gradient, x, lr, probe)
        return (
            gradient_term(gradient),
            direction_term("-<g>", -gradient),
            length_term("backtracking", length),
            step_term(r"<a>*<p>", -length * gradient),
        )


class GradientDescentExact(ProbingOptimizer):
    """Gradient descent that goes, at each step, to the lowest point straight ahead: the textbook zigzag."""

    id: ClassVar[str] = "gd-exact"
    group: ClassVar[str] = "gradient-descent"
    title: ClassVar[Text] = Text("GD with exact line search", "最急降下法(正確な直線探索)")
    idea: ClassVar[Text] = Text(
        "Go straight downhill until it no longer goes down; there turn by a right angle and go on.",
        "勾配の逆向きに、下りが終わる所までまっすぐ進む。そこで直角に曲がり、また進む。",
    )
    shines: ClassVar[Text] = Text("Round bowls: one step is enough.", "丸い谷。1歩で底に着く。")
    fails: ClassVar[Text] = Text(
        "Narrow ravines: each turn is a right angle, so it zigzags, the slower the worse the condition number κ.",
        "細長い谷。毎回直角に曲がるため、条件数κが大きいほどひどくジグザグし、遅くなる。",
    )
    reference: ClassVar[str] = (
        "Cauchy (1847); Nocedal & Wright (2006), Numerical Optimization, section 3.3 (rate ((κ−1)/(κ+1))² per step)"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \alpha_t &= \arg\min_{\alpha > 0} f(x_t - \alpha\, g_t) \\ x_{t+1} &= x_t - \alpha_t\, g_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (Example({}), Example({"lr": 0.5}), _BAD_RATE)

    lr: float = learning_rate(1e-3)

    def _length(self, gradient: Array, x: Array, lr: Any, probe: Probe) -> Any:
        return line_search.exact(probe, x, -gradient, -dot(gradient, gradient), lr)

    def update(self, gradient: Array, state: State, x: Array, lr: Any, probe: Probe) -> tuple[Array, State]:
        return -self._length(gradient, x, lr, probe) * gradient, state

    def explain(self, gradient: Array, state: State, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        length = self._length(gradient, x, lr, probe)
        return (
            gradient_term(gradient),
            direction_term("-<g>", -gradient),
            length_term("exact", length),
            step_term(r"<a>*<p>", -length * gradient),
        )
