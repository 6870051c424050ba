"""Terms that the explanations of many optimizers share."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.optimizers.base import Array, Term
from optexplorer.text import Text

AVERAGE = Text("average of gradients", "勾配の移動平均")
SQUARES = Text("average of squared gradients", "勾配の2乗の移動平均")
CORRECTED = Text("bias-corrected average of gradients", "バイアス補正した勾配の移動平均")
CORRECTED_SQUARE = Text("bias-corrected average of squares", "バイアス補正した2乗の移動平均")


def decay_terms(rate: float, gradient: Array, x: Array) -> tuple[Term, ...]:
    """Return the term `d`, the gradient with weight decay; none if the rate is zero."""
    if not rate:
        return ()
    label = Text("gradient with weight decay", "重み減衰を加えた勾配")
    return (Term("d", "d", label, r"<g> + <weight_decay>\,<x>", gradient + rate * x, "decay"),)


def pull_terms(rate: float, x: Array) -> tuple[Term, ...]:
    """Return the term `w`, a weight decay that is kept apart from the gradient; none if the rate is zero."""
    if not rate:
        return ()
    term = Term("w", "w", Text("weight decay", "重み減衰"), r"<weight_decay>\,<x>", rate * x, "decay")
    return (term,)


def velocity_term(velocity: Array, before: Array | None, source: str, dampened: bool) -> Term:
    """Return the term `v`, the velocity after this step's gradient has been added."""
    if before is None:
        formula = f"<{source}>"
    elif dampened:
        formula = rf"<momentum>\,<v'> + (1-<dampening>)\,<{source}>"
    else:
        formula = rf"<momentum>\,<v'> + <{source}>"
    return Term("v", "v", Text("velocity", "速度"), formula, np.asarray(velocity), "velocity", before)


def mean_term(mean: Array, before: Array | None, source: str = "g", decay: str = "beta1") -> Term:
    """Return the term `m`, the moving average of gradients."""
    return Term("m", "m", AVERAGE, rf"<{decay}>\,<m'> + (1-<{decay}>)\,<{source}>", mean, "velocity", before)


def square_term(
    square: Array, before: Array, source: str = "g", decay: str = "beta2", name: str = "v"
) -> Term:
    """Return the term `v`, the moving average of squared gradients (`source` may be a formula)."""
    source = f"<{source}>" if source.isalpha() else source
    formula = rf"<{decay}>\,<{name}'> + (1-<{decay}>)\,{source}^2"
    return Term(name, name, SQUARES, formula, square, "square", before)


def corrected_mean_term(mean: Array, beta1: float, t: int) -> Term:
    """Return the term `mh`, the average `m` corrected for its start at zero, after `t` steps."""
    value = mean / (1 - beta1**t)
    return Term("mh", r"\hat m", CORRECTED, rf"\frac{{<m>}}{{1-<beta1>^{{{t}}}}}", value, "velocity")


def corrected_square_term(square: Array, beta2: float, t: int, source: str = "v") -> Term:
    """Return the term `vh`, the average `v` corrected for its start at zero, after `t` steps."""
    value = square / (1 - beta2**t)
    return Term(
        "vh", r"\hat v", CORRECTED_SQUARE, rf"\frac{{<{source}>}}{{1-<beta2>^{{{t}}}}}", value, "square"
    )


def scale_term(formula: str, value: Array) -> Term:
    """Return the term `r`, by which each coordinate of the step is divided."""
    return Term("r", "r", Text("scale of each coordinate", "座標ごとの尺度"), formula, value, "scale")


def direction_term(formula: str, value: Array, before: Array | None = None) -> Term:
    """Return the term `p`, the direction in which the step goes."""
    return Term("p", "p", Text("direction", "探索方向"), formula, value, "direction", before)
