"""Quasi-Newton methods: BFGS, L-BFGS."""

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
    first_length,
    length_term,
    line_search_choice,
)
from optexplorer.engine.optimizers.line_search import LineSearch
from optexplorer.engine.optimizers.linear_algebra import (
    anywhere,
    dot,
    everywhere,
    identity_like,
    outer,
    product,
)
from optexplorer.engine.optimizers.terms import direction_term
from optexplorer.text import Text

MOST_PARAMETERS = 1000
"""Most parameters of BFGS, whose matrix then takes 8 MB and each change of it several times as much."""
_BAD_RATE = Example({"lr": 0}, "lr")
_BAD_SEARCH = Example({"line_search": "thorough"}, "line_search")
_CHANGE = Text("change of the gradient", "勾配の変化")
_MOVE = Text("last move", "直前の移動")


class BFGSState(NamedTuple):
    """The last point and its gradient (None before the first step), the inverse Hessian, and what it is worth.

    `inverse` is of shape (n, n, ...); `initial`, of shape (...), says where it has learned nothing yet.
    """

    x: Array | None
    gradient: Array | None
    inverse: Array
    initial: Any


class BFGS(DirectedOptimizer):
    """BFGS: Newton's method with an inverse Hessian learned from the gradients on the way."""

    id: ClassVar[str] = "bfgs"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("BFGS", "BFGS法")
    idea: ClassVar[Text] = Text(
        "Learns the curvature from how the gradient changes from step to step, and then steps as Newton would.",
        "1歩ごとの勾配の変化から曲率を学び、ニュートン法のように進む。",
    )
    shines: ClassVar[Text] = Text(
        "Smooth landscapes with exact gradients: superlinear, and blind to how narrow the ravine is.",
        "正確な勾配が得られる滑らかな関数。超1次収束し、谷の細さに左右されない。",
    )
    fails: ClassVar[Text] = Text(
        "Noise, which it takes for curvature; kinks; many parameters, as its matrix is n by n.",
        "ノイズを曲率と取り違える。折れ目のある関数や、n×n行列を持てないほど多いパラメータも苦手である。",
    )
    reference: ClassVar[str] = (
        "Broyden, Fletcher, Goldfarb & Shanno (1970); Nocedal & Wright (2006), Numerical Optimization, section 6.1"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} s &= x_t - x_{t-1},\quad y = g_t - g_{t-1},\quad \rho = 1/(y^{\top} s) \\"
        r" B_t &= (I - \rho s y^{\top})\, B_{t-1}\, (I - \rho y s^{\top}) + \rho s s^{\top} \\"
        r" x_{t+1} &= x_t - \alpha_t\, B_t\, g_t \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"line_search": "exact"}),
        Example({"lr": 0.5, "line_search": "backtracking"}),
        _BAD_RATE,
        _BAD_SEARCH,
    )

    lr: float = learning_rate(1.0)
    line_search: LineSearch = line_search_choice("strong-wolfe")

    def init(self, x: Array) -> BFGSState:
        if len(x) > MOST_PARAMETERS:
            raise ValueError(
                f"bfgs keeps a matrix of {len(x):,} x {len(x):,} numbers; at most {MOST_PARAMETERS:,} parameters are "
                "allowed; choose l-bfgs, which keeps none"
            )
        return BFGSState(None, None, identity_like(x), np.ones(x.shape[1:], dtype=bool))

    def _guess(self, gradient: Array, state: BFGSState, x: Array) -> Array:
        """Return the inverse Hessian before it learns from the last step."""
        if state.x is None or state.gradient is None:
            return state.inverse
        if not anywhere(state.initial):
            return state.inverse
        s, y = x - state.x, gradient - state.gradient
        # Before the first update, give it the size of the curvature just seen (Nocedal & Wright, equation 6.20).
        return np.where(state.initial, state.inverse * (dot(y, s) / dot(y, y)), state.inverse)

    def _learned(self, gradient: Array, state: BFGSState, x: Array) -> tuple[Array, Any]:
        """Return the inverse Hessian with what the last step has taught, and where it has learned nothing yet."""
        if state.x is None or state.gradient is None:
            return state.inverse, state.initial
        s, y = x - state.x, gradient - state.gradient
        curvature, change = dot(y, s), dot(y, y)
        inverse = self._guess(gradient, state, x)
        column = product(inverse, y)
        # The sum of a matrix and its transpose, so that the inverse stays symmetric to the bit.
        half = outer(((1 + dot(y, column) / curvature) / 2 * s - column) / curvature, s)
        learned = inverse + (half + np.swapaxes(half, 0, 1))
        # Without positive curvature along the step the matrix would lose its definiteness.
        learns = curvature > 1e-10 * np.sqrt(change * dot(s, s))
        if everywhere(learns):
            return learned, np.zeros_like(state.initial)
        return np.where(learns, learned, state.inverse), state.initial & ~learns

    def _step(
        self, gradient: Array, state: BFGSState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, Any, BFGSState]:
        """Return the direction, how far to go along it, and the next state."""
        inverse, initial = self._learned(gradient, state, x)
        direction = -product(inverse, gradient)
        slope = dot(gradient, direction)
        downhill = slope < 0
        if not everywhere(downhill):
            inverse, initial = np.where(downhill, inverse, identity_like(x)), initial | ~downhill
            direction = np.where(downhill, direction, -gradient)
            slope = np.where(downhill, slope, -dot(gradient, gradient))
        first = np.where(initial, first_length(gradient, lr), lr) if anywhere(initial) else lr
        length = self.length(x, direction, slope, first, probe)
        return direction, length, BFGSState(x, gradient, inverse, initial)

    def update(
        self, gradient: Array, state: BFGSState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, BFGSState]:
        direction, length, after = self._step(gradient, state, x, lr, probe)
        return length * direction, after

    def explain(
        self, gradient: Array, state: BFGSState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        direction, length, after = self._step(gradient, state, x, lr, probe)
        label = Text("learned inverse Hessian", "学習した逆ヘッセ行列")
        learned = (
            r"(I - \rho <s><y>^{\top})*<B'>*(I - \rho <y><s>^{\top}) + \rho <s><s>^{\top},"
            r"\quad \rho = 1/(<y>^{\top}<s>)"
        )
        formula = "I" if state.x is None else learned
        return (
            gradient_term(gradient, state.gradient),
            *_secant_terms(gradient, x, state.gradient, state.x),
            Term(
                "B",
                "B",
                label,
                formula,
                after.inverse,
                "curvature",
                self._guess(gradient, state, x),
                writing="whole" if state.x is None else "value",
            ),
            direction_term("-<B><g>", direction, writing="whole"),
            length_term(self.line_search, length, bool(after.initial)),
            step_term(r"<a>*<p>", length * direction),
        )


def _secant_terms(gradient: Array, x: Array, before: Array | None, from_x: Array | None) -> tuple[Term, ...]:
    if before is None or from_x is None:
        return ()
    return (
        Term("s", "s", _MOVE, r"<x> - <x'>", x - from_x, "last_step"),
        Term("y", "y", _CHANGE, "<g> - <g'>", gradient - before, "derived_gradient"),
    )


class Pair(NamedTuple):
    """A move, the change of the gradient over it (shape (n, ...)), and 1 / (move · change), zero if unused."""

    move: Array
    change: Array
    weight: Any


class LBFGSState(NamedTuple):
    """The last point and its gradient, the pairs learned from, newest first, and the size of the first guess."""

    x: Array | None
    gradient: Array | None
    pairs: tuple[Pair, ...]
    size: Any


class LBFGS(DirectedOptimizer):
    """L-BFGS: BFGS that keeps only the last moves, as in PyTorch with one iteration per step.

    Equal to `torch.optim.LBFGS(max_iter=1)`, and with `line_search="strong-wolfe"` to
    `LBFGS(max_iter=1, max_eval=26, line_search_fn="strong_wolfe")`: one step here is one iteration there.
    """

    id: ClassVar[str] = "l-bfgs"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("L-BFGS", "L-BFGS法")
    idea: ClassVar[Text] = Text(
        "BFGS with a short memory: the direction is made from the last few moves and changes of the gradient.",
        "記憶を限ったBFGS法。直近の数回の移動と勾配の変化だけから探索方向を作る。",
    )
    shines: ClassVar[Text] = Text(
        "Smooth landscapes with many parameters and exact gradients.",
        "パラメータが多く、正確な勾配が得られる滑らかな関数。",
    )
    fails: ClassVar[Text] = Text(
        "Noise and kinks; without a line search also a rate that is too large.",
        "ノイズや折れ目。直線探索なしでは、大きすぎる学習率にも弱い。",
    )
    reference: ClassVar[str] = (
        "Liu & Nocedal (1989), On the limited memory BFGS method for large scale optimization"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} q &\leftarrow g_t; \quad \text{newest to oldest: } \alpha_i = \rho_i s_i^{\top} q,"
        r"\ q \leftarrow q - \alpha_i y_i \\ r &\leftarrow \frac{s^{\top} y}{y^{\top} y}\, q;"
        r" \quad \text{oldest to newest: } r \leftarrow r + s_i (\alpha_i - \rho_i y_i^{\top} r) \\"
        r" x_{t+1} &= x_t - \alpha_t\, r \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "LBFGS"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.1, "history_size": 2}),
        Example({"line_search": "strong-wolfe"}),
        Example({"lr": 0.5, "tolerance_grad": 0.1, "tolerance_change": 0.0}),
        _BAD_RATE,
        Example({"history_size": 0}, "history_size"),
        Example({"tolerance_grad": -1}, "tolerance_grad"),
        _BAD_SEARCH,
    )

    lr: float = learning_rate(1.0)
    history_size: int = hyperparameter(
        100,
        "m",
        Text("History size", "履歴の長さ"),
        Text("How many past moves the curvature is learned from.", "曲率を学ぶのに使う過去の移動の数。"),
        ge=1,
        le=1000,
    )
    line_search: LineSearch = line_search_choice("none")
    tolerance_grad: float = hyperparameter(
        1e-7,
        r"\tau_g",
        Text("Gradient tolerance", "勾配の許容値"),
        Text(
            "Stands still where no component of the gradient is larger than this.",
            "勾配のどの成分もこの値以下なら動かない。",
        ),
        ge=0,
        le=1,
        logarithmic=True,
    )
    tolerance_change: float = hyperparameter(
        1e-9,
        r"\tau_p",
        Text("Slope tolerance", "方向微分の許容値"),
        Text(
            "Stands still where the loss falls less steeply than this along the direction.",
            "探索方向に沿った損失の減り方がこの値より緩やかなら動かない。",
        ),
        ge=0,
        le=1,
        logarithmic=True,
    )

    def torch_arguments(self) -> dict[str, Any] | None:
        shared = ("lr", "history_size", "tolerance_grad", "tolerance_change")
        arguments = {"max_iter": 1, **{name: getattr(self, name) for name in shared}}
        if self.line_search == "none":
            return arguments
        if self.line_search == "strong-wolfe" and (self.c1, self.c2) == (1e-4, 0.9):
            return {**arguments, "max_eval": 26, "line_search_fn": "strong_wolfe"}
        return None

    def init(self, x: Array) -> LBFGSState:
        return LBFGSState(None, None, (), np.ones(x.shape[1:]))

    def _learned(self, gradient: Array, state: LBFGSState, x: Array) -> tuple[tuple[Pair, ...], Any]:
        """Return pairs and size with what the last step has taught, where its curvature was positive."""
        if state.x is None or state.gradient is None:
            return state.pairs, state.size
        s, y = x - state.x, gradient - state.gradient
        curvature = dot(y, s)
        learns = curvature > 1e-10
        if everywhere(learns):
            pairs = (Pair(s, y, 1.0 / curvature), *state.pairs)
            return self._remembered(pairs), curvature / dot(y, y)
        size = np.where(learns, curvature / dot(y, y), state.size)
        if not anywhere(learns):
            return state.pairs, size
        new = Pair(np.where(learns, s, 0.0), np.where(learns, y, 0.0), np.where(learns, 1.0 / curvature, 0.0))
        return self._remembered((new, *state.pairs)), size

    def _remembered(self, pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
        """Return the pairs, newest first, without the oldest of each point if there is one too many.

        In a batch some points may have learned nothing where others did; such a pair is forgotten first.
        """
        if len(pairs) <= self.history_size:
            return pairs
        unused = np.array([pair.weight for pair in pairs]) == 0
        if not unused.any():
            return pairs[:-1]
        unused[-1] = True
        forgotten = unused.argmax(axis=0)
        same = int(forgotten.min())
        return pairs[:same] + tuple(
            Pair(
                *(
                    np.where(forgotten <= place, b, a)
                    for a, b in zip(pairs[place], pairs[place + 1], strict=True)
                )
            )
            for place in range(same, len(pairs) - 1)
        )

    def _direction(self, gradient: Array, pairs: tuple[Pair, ...], size: Any) -> Array:
        """Return minus the learned inverse Hessian times the gradient (the two-loop recursion)."""
        q = -gradient
        weights = []
        for s, y, weight in pairs:
            alpha = dot(s, q) * weight
            weights.append(alpha)
            q -= alpha * y
        r: Array = q * size
        for (s, y, weight), alpha in zip(reversed(pairs), reversed(weights), strict=True):
            r += s * (alpha - dot(y, r) * weight)
        return r

    def _step(
        self, gradient: Array, state: LBFGSState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, Any, LBFGSState]:
        """Return the direction, how far to go along it, and the next state."""
        pairs, size = self._learned(gradient, state, x)
        direction = self._direction(gradient, pairs, size)
        slope = dot(gradient, direction)
        first = first_length(gradient, lr) if state.x is None else lr
        length = self.length(x, direction, slope, first, probe)
        largest = np.abs(gradient).max(axis=0)
        still = (largest <= self.tolerance_grad) | (slope > -self.tolerance_change)
        return direction, np.where(still, 0.0, length), LBFGSState(x, gradient, pairs, size)

    def update(
        self, gradient: Array, state: LBFGSState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, LBFGSState]:
        direction, length, after = self._step(gradient, state, x, lr, probe)
        return length * direction, after

    def explain(
        self, gradient: Array, state: LBFGSState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        direction, length, after = self._step(gradient, state, x, lr, probe)
        scale = Text("size of the first guess", "初期行列の大きさ")
        size = "1" if state.x is None else r"\frac{<s>^{\top}<y>}{<y>^{\top}<y>}"
        remembered = rf"-B_{{{len(after.pairs)}}}*<g>,\quad B_0 = <c>\,I"
        return (
            gradient_term(gradient, state.gradient),
            *_secant_terms(gradient, x, state.gradient, state.x),
            Term("c", r"\gamma", scale, size, np.asarray(after.size), "factor"),
            direction_term(remembered, direction, writing="value"),
            length_term(self.line_search, length, state.x is None),
            step_term(r"<a>*<p>", length * direction),
        )
