"""Optimizers for sums of squares: Gauss–Newton, Levenberg–Marquardt."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Need,
    Probe,
    ProbingOptimizer,
    State,
    Term,
    gradient_term,
    hyperparameter,
    learning_rate,
    step_term,
)
from optexplorer.engine.optimizers.curvature import normal_matrix, residuals_at
from optexplorer.engine.optimizers.directed import DirectedOptimizer, length_term
from optexplorer.engine.optimizers.line_search_of_many import asking_about, columns_of
from optexplorer.engine.optimizers.linear_algebra import divide_in_eigenbasis, dot, eigen
from optexplorer.engine.optimizers.terms import direction_term
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")
NEGLIGIBLE = 1e-14
"""Parts of the largest eigenvalue below which an eigenvalue counts as zero."""
MOST_DAMPINGS = 40
_NORMAL = Text("Gauss–Newton matrix", "ガウス・ニュートン行列")


class GaussNewton(DirectedOptimizer):
    """Gauss–Newton: Newton's method on a sum of squares, with the residuals' own curvature left out."""

    id: ClassVar[str] = "gauss-newton"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("Gauss–Newton", "ガウス・ニュートン法")
    idea: ClassVar[Text] = Text(
        "Make each residual a straight line and solve the least-squares problem that is left.",
        "各残差を1次式で近似し、残った線形最小2乗問題を解く。",
    )
    shines: ClassVar[Text] = Text(
        "Fitting data with small residuals: almost Newton's speed without second derivatives.",
        "残差の小さいデータへの当てはめ。2階微分なしでニュートン法に近い速さを出す。",
    )
    fails: ClassVar[Text] = Text(
        "Large or strongly curved residuals, and directions that no residual sees.",
        "残差が大きいか強く曲がっている場合や、どの残差にも現れない方向がある場合。",
    )
    reference: ClassVar[str] = (
        "Gauss (1809), Theoria motus; Nocedal & Wright (2006), Numerical Optimization, section 10.3"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} f(x) &= \lVert r(x) \rVert^2,\quad J_t = r'(x_t) \\"
        r" p_t &= -(J_t^{\top} J_t)^{-1} J_t^{\top} r(x_t) \\ x_{t+1} &= x_t + \alpha_t\, p_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.5, "line_search": "none"}),
        _BAD_RATE,
        Example({"line_search": "thorough"}, "line_search"),
    )

    lr: float = learning_rate(1.0)

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"residuals"})

    def _step(self, gradient: Array, x: Array, lr: Any, probe: Probe) -> tuple[Array, Array, Any]:
        """Return the Gauss–Newton matrix, the direction, and how far to go along it."""
        _, jacobian = residuals_at(self, x, probe)
        matrix = normal_matrix(jacobian)
        values, vectors = eigen(matrix)
        # Directions that no residual sees are left alone: the shortest of all solutions.
        values = np.where(values > NEGLIGIBLE * values.max(axis=0), values, np.inf)
        direction = -divide_in_eigenbasis(values, vectors, gradient * 0.5)
        return matrix, direction, self.length(x, direction, dot(gradient, direction), lr, probe)

    def update(self, gradient: Array, state: State, x: Array, lr: Any, probe: Probe) -> tuple[Array, State]:
        _, direction, length = self._step(gradient, x, lr, probe)
        return length * direction, state

    def explain(self, gradient: Array, state: State, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        matrix, direction, length = self._step(gradient, x, lr, probe)
        return (
            gradient_term(gradient)._replace(equals=r"2 J^{\top} r"),
            Term("A", "A", _NORMAL, r"J^{\top} J", matrix, "curvature", writing="value"),
            direction_term(r"-\tfrac12*<A>^{-1}<g>", direction, writing="whole"),
            length_term(self.line_search, length),
            step_term(r"<a>*<p>", length * direction),
        )


class Damped(NamedTuple):
    """Points, and the normal equations of their steps: eigenvalues and eigenvectors, right-hand side, scales.

    Also the learning rate, the losses that must not rise, and the damping to try first.
    """

    values: Array
    vectors: Array
    target: Array
    scales: Array
    x: Array
    lr: Any
    loss: Array
    damping: Any


def _direction(problem: Damped, damping: Any) -> Array:
    """Return the step with this damping, before the learning rate."""
    return divide_in_eigenbasis(problem.values + damping, problem.vectors, problem.target) / problem.scales


class DampingState(NamedTuple):
    """The damping of the next step, shape (...)."""

    damping: Any


class LevenbergMarquardt(ProbingOptimizer):
    """Levenberg–Marquardt: Gauss–Newton, damped until the loss falls."""

    id: ClassVar[str] = "levenberg-marquardt"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("Levenberg–Marquardt", "レーベンバーグ・マーカート法")
    idea: ClassVar[Text] = Text(
        "Between Gauss–Newton and gradient descent: bolder after each success, more careful after each failure.",
        "ガウス・ニュートン法と勾配降下法の間を行く。うまくいけば大胆に、失敗すれば慎重になる。",
    )
    shines: ClassVar[Text] = Text(
        "Fitting data from a poor start: it turns into gradient descent where Gauss–Newton would go astray.",
        "出発点の悪い当てはめ。ガウス・ニュートン法が迷う所では勾配降下法に変わる。",
    )
    fails: ClassVar[Text] = Text(
        "Curved narrow valleys, along which it advances in many small steps.",
        "曲がった細い谷では、小さな歩みを数多く重ねる。",
    )
    reference: ClassVar[str] = (
        "Levenberg (1944); Marquardt (1963), An algorithm for least-squares estimation of nonlinear parameters"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} f(x) &= \lVert r(x) \rVert^2,\quad J_t = r'(x_t) \\"
        r" p_t &= -(J_t^{\top} J_t + \mu_t D)^{-1} J_t^{\top} r(x_t) \\ x_{t+1} &= x_t + \eta\, p_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.5, "damping": 1.0, "factor": 2.0, "scaling": "diagonal"}),
        _BAD_RATE,
        Example({"damping": 0}, "damping"),
        Example({"factor": 1.0}, "factor"),
    )

    lr: float = learning_rate(1.0)
    damping: float = hyperparameter(
        1e-3,
        r"\mu_0",
        Text("First damping", "減衰の初期値"),
        Text(
            "Small: Gauss–Newton steps; large: short steps along the gradient.",
            "小さいとガウス・ニュートン法、大きいと勾配に沿った短い歩みになる。",
        ),
        gt=0,
        le=1e9,
        logarithmic=True,
    )
    factor: float = hyperparameter(
        10.0,
        r"\nu",
        Text("Damping factor", "減衰の倍率"),
        Text(
            "Divides the damping after a success and multiplies it after a failure.",
            "成功すれば減衰をこの数で割り、失敗すれば掛ける。",
        ),
        gt=1,
        le=100,
    )
    scaling: Literal["identity", "diagonal"] = hyperparameter(
        "identity",
        "D",
        Text("Scaling", "尺度"),
        Text(
            "Damp all coordinates alike (Levenberg), or by their own curvature (Marquardt).",
            "すべての座標を同じように減衰させる(レーベンバーグ)か、座標ごとの曲率に応じて減衰させる(マーカート)か。",
        ),
    )

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"residuals"})

    def init(self, x: Array) -> DampingState:
        return DampingState(np.zeros(x.shape[1:]) + self.damping)

    def _step(
        self, gradient: Array, state: DampingState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, Array, Any, DampingState]:
        """Return the Gauss–Newton matrix, the step before `lr`, the damping it used, and the next state."""
        _, jacobian = residuals_at(self, x, probe)
        matrix = normal_matrix(jacobian)
        scales = np.ones_like(x)
        if self.scaling == "diagonal":
            index = np.arange(len(x))
            scales = np.sqrt(matrix[index, index])
            scales = np.where(scales > 0, scales, 1.0)
        values, vectors = eigen(matrix / (scales[:, np.newaxis] * scales[np.newaxis]))
        target = gradient * -0.5 / scales
        problem = Damped(values, vectors, target, scales, x, lr, probe.value(x), state.damping)
        if x.ndim > 1:
            found, used, following = self._damped_of_many(problem, probe)
        else:
            found, used, following = self._damped(problem, probe)
        return matrix, found, used, DampingState(following)

    def _damped(self, problem: Damped, probe: Probe) -> tuple[Array, Any, Any]:
        """Return the step with the first damping whose loss is no higher, that damping, and the next one."""
        damping = problem.damping
        for _ in range(MOST_DAMPINGS):
            direction = _direction(problem, damping)
            if probe.value(problem.x + problem.lr * direction) <= problem.loss:
                # A damping that underflows would never grow again.
                return direction, damping, np.maximum(damping / self.factor, 1e-300)
            damping = damping * self.factor
        return np.zeros_like(problem.x), problem.damping, damping

    def _damped_of_many(self, problem: Damped, probe: Probe) -> tuple[Array, Array, Array]:
        """Return what `_damped` does, for each of many points: those that have succeeded are left out."""
        x, factor = problem.x, self.factor
        found, used, following = np.zeros_like(x), problem.damping.copy(), problem.damping.copy()
        points = np.arange(x[0].size)
        damping = problem.damping
        for _ in range(MOST_DAMPINGS):
            direction = _direction(problem, damping)
            with asking_about(probe, points):
                success = probe.value(problem.x + problem.lr * direction) <= problem.loss
            done = np.flatnonzero(success)
            found[:, points[done]] = direction[:, done]
            used[points[done]] = damping[done]
            rest = np.flatnonzero(~success)
            following[points] = np.maximum(damping / factor, 1e-300)
            damping = damping * factor
            following[points[rest]] = damping[rest]
            if not rest.size:
                break
            points, damping, factor = columns_of(rest, points, damping, factor)
            problem = Damped(*columns_of(rest, *problem))
        return found, used, following

    def update(
        self, gradient: Array, state: DampingState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, DampingState]:
        _, direction, _, after = self._step(gradient, state, x, lr, probe)
        return lr * direction, after

    def explain(
        self, gradient: Array, state: DampingState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        matrix, direction, used, _ = self._step(gradient, state, x, lr, probe)
        damping = Text("damping with which the loss fell", "損失が下がった減衰")
        condition = r"\min \left\{ <u'>*<factor>^k : f(<x> + <lr>\,p) \le f(<x>) \right\}"
        scaling = r"\,I" if self.scaling == "identity" else r"*\mathrm{diag}(<A>)"
        return (
            gradient_term(gradient)._replace(equals=r"2 J^{\top} r"),
            Term("A", "A", _NORMAL, r"J^{\top} J", matrix, "curvature", writing="value"),
            Term(
                "u",
                r"\mu",
                damping,
                condition,
                np.asarray(used),
                "factor",
                np.asarray(state.damping),
                writing="value",
            ),
            direction_term(rf"-\tfrac12*(<A> + <u>{scaling})^{{-1}}<g>", direction, writing="whole"),
            step_term(r"<lr>*<p>", lr * direction),
        )
