"""Shared code of optimizers that choose a direction and then a step length by line search."""

from __future__ import annotations

from typing import Any

import numpy as np

from optexplorer.engine.optimizers import line_search
from optexplorer.engine.optimizers.base import Array, Probe, ProbingOptimizer, Term, hyperparameter
from optexplorer.engine.optimizers.line_search import LineSearch
from optexplorer.engine.optimizers.linear_algebra import sum_of_sizes
from optexplorer.engine.optimizers.terms import Writing
from optexplorer.text import Text


def line_search_choice(default: LineSearch) -> Any:
    """Declare how far to go along the direction."""
    return hyperparameter(
        default,
        r"\mathrm{ls}",
        Text("Line search", "直線探索"),
        Text(
            "How far to go along the direction: the learning rate itself, halved until the loss falls enough, "
            "until the slope has flattened too, or to the minimum along the line.",
            "探索方向にどこまで進むか。学習率のまま、損失が十分下がるまで半減、傾きも十分ゆるむまで、"
            "直線上の最小点まで、から選ぶ。",
        ),
    )


def sufficient_decrease() -> Any:
    """Declare `c1`, the part of the promised decrease that a step must bring."""
    return hyperparameter(
        1e-4,
        "c_1",
        Text("Sufficient decrease", "十分な減少の係数"),
        Text(
            "The part of the decrease promised by the slope that a step must bring (Armijo's condition).",
            "傾きから見込まれる減少のうち、実際に必要な割合(アルミホ条件)。",
        ),
        gt=0,
        lt=0.5,
        logarithmic=True,
    )


def curvature_condition(default: float) -> Any:
    """Declare `c2`, the part of the slope that may be left after a step."""
    return hyperparameter(
        default,
        "c_2",
        Text("Curvature condition", "曲率条件の係数"),
        Text(
            "The part of the slope that may be left after a step (strong Wolfe condition).",
            "1歩進んだ後に残ってよい傾きの割合(強ウルフ条件)。",
        ),
        gt=0,
        lt=1,
    )


def first_length(gradient: Array, lr: Any) -> Any:
    """Return the length to try first when nothing is known of the scale, as PyTorch's LBFGS does."""
    return np.minimum(1.0, 1.0 / sum_of_sizes(gradient)) * lr


_FIRST = r"\min\left(1,\, \frac{1}{\lVert <g> \rVert_1}\right)*<lr>"
_DECREASE = r"\alpha: f(<x> + \alpha\,<p>) \le f(<x>) + <c1>\,\alpha\,<g>^{\top}<p>"
_FLATTER = r"|\nabla f(<x> + \alpha\,<p>)^{\top}<p>| \le <c2>\,|<g>^{\top}<p>|"
_CONDITIONS: dict[str, tuple[str, Writing]] = {
    "none": ("<lr>", "coordinates"),
    "backtracking": (_DECREASE, "condition"),
    "strong-wolfe": (rf"{_DECREASE},\quad {_FLATTER}", "condition"),
    "exact": (r"\arg\min_{\alpha} f(<x> + \alpha\,<p>)", "value"),
}


def length_term(kind: LineSearch, length: Any, first: bool = False) -> Term:
    """Return the term `a`, how far the step goes along its direction; `first` if that was `first_length`."""
    formula, writing = _CONDITIONS[kind]
    if kind == "none" and not length:
        formula = "0"
    elif kind == "none" and first:
        formula, writing = _FIRST, "whole"
    label = Text("step length", "ステップ幅")
    return Term("a", r"\alpha", label, formula, np.asarray(length), "rate", writing=writing)


class DirectedOptimizer(ProbingOptimizer):
    """An optimizer with a direction and a line search; `lr` is the first length tried, or the length itself."""

    line_search: LineSearch = line_search_choice("backtracking")
    c1: float = sufficient_decrease()
    c2: float = curvature_condition(0.9)

    @property
    def evaluation_period(self) -> int | None:
        """Without a line search every step asks for the same."""
        return 1 if self.line_search == "none" else None

    def length(self, x: Array, direction: Array, slope: Any, first: Any, probe: Probe) -> Any:
        """Return how far to go along `direction`, whose slope is given: a number or shape (...)."""
        if self.line_search == "backtracking":
            return line_search.backtracking(probe, x, direction, slope, first, self.c1)
        if self.line_search == "strong-wolfe":
            return line_search.strong_wolfe(probe, x, direction, slope, first, self.c1, self.c2)
        if self.line_search == "exact":
            return line_search.exact(probe, x, direction, slope, first)
        return first
