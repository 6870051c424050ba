"""Newton's method."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Need,
    Probe,
    State,
    Term,
    gradient_term,
    hyperparameter,
    learning_rate,
    step_term,
)
from optexplorer.engine.optimizers.curvature import hessian_at
from optexplorer.engine.optimizers.directed import DirectedOptimizer, length_term
from optexplorer.engine.optimizers.linear_algebra import divide_in_eigenbasis, dot, eigen, everywhere
from optexplorer.engine.optimizers.terms import direction_term
from optexplorer.text import Text

FLATTEST = 1e-8
"""No curvature is taken for smaller than this part of the largest one."""


class Newton(DirectedOptimizer):
    """Newton's method, damped by a line search; at saddles it follows the absolute curvatures.

    Where the Hessian is indefinite, Newton's step leads to the saddle, or even uphill. With `indefinite="absolute"`
    each eigenvalue is replaced by its absolute value (Dauphin et al. 2014), which makes the direction one of descent
    and leaves it Newton's own where the landscape is convex; with `"attracted"` the step is Newton's own everywhere.
    """

    id: ClassVar[str] = "newton"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("Newton's method", "ニュートン法")
    idea: ClassVar[Text] = Text(
        "Fit a parabola to slope and curvature and jump to its lowest point.",
        "勾配と曲率から2次式で近似し、その最小点へ跳ぶ。",
    )
    shines: ClassVar[Text] = Text(
        "Near a minimum: quadratic convergence, in any ravine; one step solves a quadratic bowl.",
        "最小点の近くでは細長い谷でも2次収束する。2次関数なら1歩で解ける。",
    )
    fails: ClassVar[Text] = Text(
        "At saddles, left to itself, it is attracted instead of repelled; far from a minimum its leaps mean little.",
        "そのままでは鞍点に引き寄せられる。最小点から遠いと、跳ぶ先にあまり意味がない。",
    )
    reference: ClassVar[str] = (
        "Nocedal & Wright (2006), Numerical Optimization, chapter 3; saddles: Dauphin et al. (2014), "
        "Identifying and attacking the saddle point problem, NeurIPS"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \nabla^2 f(x_t) &= V \Lambda V^{\top} \\ p_t &= -V\, |\Lambda|^{-1}\, V^{\top} g_t \\"
        r" x_{t+1} &= x_t + \alpha_t\, p_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.5, "line_search": "none"}),
        Example({"line_search": "none", "indefinite": "attracted"}),
        Example({"line_search": "strong-wolfe"}),
        Example({"lr": 0}, "lr"),
        Example({"indefinite": "ignored"}, "indefinite"),
    )

    lr: float = learning_rate(1.0)
    indefinite: Literal["absolute", "attracted"] = hyperparameter(
        "absolute",
        r"|\Lambda|",
        Text("At saddles", "鞍点での扱い"),
        Text(
            "Where curvature is negative: use its absolute value and leave the saddle, or be attracted to it as is.",
            "曲率が負の所で、絶対値に置き換えて鞍点から離れるか、そのまま鞍点に引き寄せられるか。",
        ),
    )

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"hessian"})

    def _step(self, gradient: Array, x: Array, lr: Any, probe: Probe) -> tuple[Array, Array, Array, Any]:
        """Return the Hessian, its eigenvalues as they are used, the direction, and how far to go along it."""
        hessian = hessian_at(self, x, probe)
        values, vectors = eigen(hessian)
        sizes = np.abs(values)
        largest = sizes.max(axis=0)
        floor = FLATTEST * largest
        if not everywhere(largest > 0):
            floor = np.where(largest > 0, floor, 1.0)
        sizes = np.maximum(sizes, floor)
        if self.indefinite == "attracted":
            sizes = np.copysign(sizes, values)
        direction = -divide_in_eigenbasis(sizes, vectors, gradient)
        slope = dot(gradient, direction)
        length = self.length(x, direction, slope, lr, probe)
        if self.indefinite == "attracted" and self.line_search != "none":
            # No line search can make an uphill direction go down.
            length = np.where(slope <= 0, length, lr)
        return hessian, sizes, direction, length

    def update(self, gradient: Array, state: State, x: Array, lr: Any, probe: Probe) -> tuple[Array, State]:
        _, _, direction, length = self._step(gradient, x, lr, probe)
        return length * direction, state

    def explain(self, gradient: Array, state: State, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        hessian, sizes, direction, length = self._step(gradient, x, lr, probe)
        curvatures = Text("curvatures along the principal axes", "主軸方向の曲率")
        mark = r"|\Lambda|" if self.indefinite == "absolute" else r"\Lambda"
        decomposed = r"|V^{\top} <H>\, V|" if self.indefinite == "absolute" else r"V^{\top} <H>\, V"
        return (
            gradient_term(gradient),
            Term("H", "H", Text("Hessian", "ヘッセ行列"), r"\nabla^2 f<(x)>", hessian, "curvature"),
            Term("L", mark, curvatures, decomposed, sizes, "scale", writing="value"),
            direction_term(r"-V\, <L>^{-1}\, V^{\top} <g>", direction, writing="value"),
            length_term(self.line_search, length),
            step_term(r"<a>*<p>", length * direction),
        )
