"""Wrappers around any other optimizer: Lookahead, SAM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from pydantic import field_serializer, field_validator, model_validator

from optexplorer.engine import optimizers
from optexplorer.engine.declaration import read_flat
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Need,
    Optimizer,
    Probe,
    State,
    Term,
    Update,
    explained,
    gradient_term,
    hyperparameter,
    hyperparameters,
    learning_rate,
    step_term,
)
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.optimizers.linear_algebra import dot
from optexplorer.text import Text

DEEPEST = 3
"""Wrappers inside one another that are still allowed."""
_TOO_DEEP = f"no more than {DEEPEST} wrappers fit inside one another"

_ADAM = {"id": "adam", "lr": 0.05}
_BAD_INNER = (
    Example({"inner": {"id": "adm"}}, "did you mean 'adam'"),
    Example({"inner": {"id": "adam", "beta1": 2}}, "beta1"),
    Example({"inner": {"lr": 0.1}}, "id"),
    Example({"lr": 0.1, "inner": _ADAM}, "inner.lr"),
)


class Wrapper(Optimizer):
    """An optimizer around another.

    In files and on the command line the inner optimizer is its id with its settings beside it: `{"id":
    "adam", "beta1": 0.8}`, or just its id. The learning rate is one for both: it is `lr` here, may be given as the
    inner one's instead, and defaults to the inner one's default.
    """

    lr: float = learning_rate(1e-3)
    inner: Optimizer = hyperparameter(
        Adam(),
        r"\mathrm{inner}",
        Text("Inner optimizer", "内側の最適化手法"),
        Text("The optimizer whose steps are taken.", "実際に1歩1歩を決める最適化手法。"),
    )

    @field_validator("inner", mode="before")
    @classmethod
    def _read_inner(cls, inner: Any) -> Any:
        if isinstance(inner, str):
            inner = {"id": inner}
        if not isinstance(inner, Mapping):
            return inner
        # Counted before anything is made: a file may nest as deeply as it likes.
        nested, depth = inner, 1
        while isinstance(nested.get("inner"), Mapping):
            nested, depth = nested["inner"], depth + 1
            if depth > DEEPEST:
                raise ValueError(_TOO_DEEP)
        return read_flat(inner, optimizers.get)

    @field_serializer("inner")
    def _write_inner(self, inner: Optimizer) -> dict[str, Any]:
        return {"id": inner.id, **inner.model_dump(exclude={"lr"})}

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        mine, inner = "lr" in self.model_fields_set, "lr" in self.inner.model_fields_set
        if mine and inner and self.lr != self.inner.lr:
            raise ValueError(
                f"lr = {self.lr:g} and inner.lr = {self.inner.lr:g} contradict each other; give one of them"
            )
        if _depth(self) > DEEPEST:
            raise ValueError(_TOO_DEEP)
        self._share_rate(self.lr if mine else self.inner.lr)
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        copy = super().model_copy(update=update, deep=deep)
        from_inner = update is not None and "inner" in update and "lr" not in update
        copy._share_rate(copy.inner.lr if from_inner else copy.lr)
        return copy

    def _share_rate(self, lr: float) -> None:
        # Only on a value that nobody has seen yet; afterwards it is frozen.
        self.__dict__["lr"] = lr
        if self.inner.lr != lr:
            self.__dict__["inner"] = self.inner.model_copy(update={"lr": lr})

    @property
    def needs(self) -> frozenset[Need]:
        return self.inner.needs

    @property
    def evaluation_period(self) -> int | None:
        return self.inner.evaluation_period

    @property
    def ascends(self) -> bool:
        return self.inner.ascends

    def inner_terms(
        self, gradient: Array, state: State, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        """Return the terms of the inner optimizer's step; its hyperparameters become `<inner.name>`."""
        names = {parameter.name for parameter in hyperparameters(type(self.inner))} - {"lr"}

        def inside(name: str) -> str:
            return f"inner.{name}" if name in names or name.startswith("inner.") else name

        terms = explained(self.inner, gradient, state, x, lr, probe)
        return tuple(term.renamed(inside) for term in terms)


def _depth(optimizer: Optimizer) -> int:
    return 1 + _depth(optimizer.inner) if isinstance(optimizer, Wrapper) else 0


class LookaheadState(NamedTuple):
    """Steps since the slow point has moved, the slow point, and the inner optimizer's state."""

    t: int
    slow: Array
    inner: State


class Lookahead(Wrapper):
    """Lookahead: every k steps of another optimizer, go back part of the way."""

    id: ClassVar[str] = "lookahead"
    group: ClassVar[str] = "wrappers"
    title: ClassVar[Text] = Text("Lookahead", "Lookahead")
    idea: ClassVar[Text] = Text(
        "Lets another optimizer run k steps ahead, then moves a slow point part of the way after it and starts anew there.",
        "別の最適化手法にkステップ先を走らせ、遅い点をその途中まで動かして、そこからまた走らせる。",
    )
    shines: ClassVar[Text] = Text(
        "Optimizers that oscillate or whose rate is a little too large: the slow point cuts the swings short.",
        "振動する手法や、学習率がやや大きすぎる手法。遅い点が揺れを打ち消す。",
    )
    fails: ClassVar[Text] = Text(
        "Where the inner optimizer goes straight: going back only costs time.",
        "内側の手法がまっすぐ進める場面。戻る分だけ遅くなる。",
    )
    reference: ClassVar[str] = (
        "Zhang, Lucas, Hinton & Ba (2019), Lookahead optimizer: k steps forward, 1 step back, NeurIPS"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} x_{t+1} &= x_t + A(x_t) \\ \text{every } k \text{ steps:}\quad"
        r" \phi &\leftarrow \phi + \alpha\,(x_{t+1} - \phi),\quad x_{t+1} \leftarrow \phi \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"inner": _ADAM}),
        Example({"k": 3, "alpha": 0.8, "lr": 0.01, "inner": {"id": "momentum", "momentum": 0.95}}),
        Example({"inner": "bfgs"}),
        *_BAD_INNER,
        Example({"k": 0}, "k"),
        Example({"alpha": 1.5}, "alpha"),
    )

    k: int = hyperparameter(
        5,
        "k",
        Text("Steps ahead", "先行するステップ数"),
        Text(
            "Steps of the inner optimizer between two moves of the slow point.",
            "遅い点が動くまでの内側のステップ数。",
        ),
        ge=1,
        le=10_000,
    )
    alpha: float = hyperparameter(
        0.5,
        r"\alpha",
        Text("Slow step", "遅い点の歩幅"),
        Text(
            "Which part of the way the slow point follows.", "遅い点が先行点までの道のりのどれだけを進むか。"
        ),
        gt=0,
        le=1,
    )

    def init(self, x: Array) -> LookaheadState:
        return LookaheadState(0, x, self.inner.init(x))

    def bind(self, probe: Probe) -> Update:
        inner = self.inner.bind(probe)

        def update(gradient: Array, state: LookaheadState, x: Array, lr: Any) -> tuple[Array, LookaheadState]:
            step, after = inner(gradient, state.inner, x, lr)
            return self._finish(step, after, state, x)

        return update

    def _finish(
        self, step: Array, after: State, state: LookaheadState, x: Array
    ) -> tuple[Array, LookaheadState]:
        if state.t + 1 < self.k:
            return step, LookaheadState(state.t + 1, state.slow, after)
        slow = state.slow + self.alpha * (x + step - state.slow)
        return slow - x, LookaheadState(0, slow, after)

    def explain(
        self, gradient: Array, state: LookaheadState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        *terms, last = self.inner_terms(gradient, state.inner, x, lr, probe)
        step, after = self._finish(last.value, state.inner, state, x)
        label = Text("step of the inner optimizer", "内側の手法の更新量")
        ahead = last._replace(
            name=_free("i", terms),
            symbol=r"\Delta_{\mathrm{in}}",
            label=label,
            role="direction",
            scaling=None,
            effective_rates=None,
        )
        if after.t:
            return *terms, ahead, step_term(f"<{ahead.name}>", step)
        slow = Text("slow point", "遅い点")
        name = _free("f", terms)
        formula = rf"<{name}'> + <alpha>*(<x> + <{ahead.name}> - <{name}'>)"
        moved = Term(name, r"\phi", slow, formula, after.slow, "point", state.slow)
        return *terms, ahead, moved, step_term(f"<{name}> - <x>", step)


def _free(name: str, terms: list[Term]) -> str:
    """Return `name`, repeated until none of the terms is called so."""
    taken = {term.name for term in terms}
    free = name
    while free in taken:
        free += name
    return free


class _WorstNearby:
    """A landscape whose gradient is that of the worst point nearby."""

    def __init__(self, sam: SAM, probe: Probe) -> None:
        self._sam, self._gradient = sam, probe.gradient
        self.value, self.hessian = probe.value, probe.hessian
        self.residuals, self.residual_jacobian = probe.residuals, probe.residual_jacobian
        self.among = getattr(probe, "among", None)
        self.blocks = getattr(probe, "blocks", ())

    def gradient(self, x: Array) -> Array:
        return self.gradient_from(x, self._gradient(x))

    def gradient_from(self, x: Array, gradient: Array) -> Array:
        return self._gradient(x + self._sam.perturbation(gradient, x))


class SAM(Wrapper):
    """SAM: the inner optimizer is given the gradient of the worst point nearby."""

    id: ClassVar[str] = "sam"
    group: ClassVar[str] = "wrappers"
    title: ClassVar[Text] = Text("SAM", "SAM(鋭さを考慮した最小化)")
    idea: ClassVar[Text] = Text(
        "First climbs a little way up, takes the gradient there, and steps with it from where it stood: sharp valleys repel it.",
        "まず少しだけ坂を登った点で勾配を求め、元の点からその勾配で進む。鋭い谷を避けるようになる。",
    )
    shines: ClassVar[Text] = Text(
        "Sharp and flat valleys side by side: it prefers the flat one, which generalises better.",
        "鋭い谷と平らな谷が並ぶ地形。汎化しやすい平らな谷を選ぶ。",
    )
    fails: ClassVar[Text] = Text(
        "It does not come to rest at a minimum but circles it at a distance of about rho; two gradients per step.",
        "最小点には止まらず、ρ程度離れて動き続ける。1ステップに勾配が2回必要になる。",
    )
    reference: ClassVar[str] = (
        "Foret, Kleiner, Mobahi & Neyshabur (2021), Sharpness-aware minimization for efficiently improving "
        "generalization, ICLR; adaptive: Kwon et al. (2021), ASAM, ICML"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} e_t &= \rho\, \frac{\nabla f(x_t)}{\lVert \nabla f(x_t) \rVert} \\"
        r" g_t &= \nabla f(x_t + e_t) \\ x_{t+1} &= x_t + A(g_t) \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({"inner": "gd"}),
        Example({"inner": _ADAM}),
        Example({"rho": 0.2, "adaptive": True, "inner": {"id": "gd", "lr": 0.01}}),
        *_BAD_INNER,
        Example({"rho": -0.1}, "rho"),
    )

    inner: Optimizer = hyperparameter(
        GradientDescent(),
        r"\mathrm{inner}",
        Text("Inner optimizer", "内側の最適化手法"),
        Text(
            "The optimizer that is given the gradient found nearby.",
            "近くの点で求めた勾配を受け取る最適化手法。",
        ),
    )
    rho: float = hyperparameter(
        0.05,
        r"\rho",
        Text("Radius", "半径"),
        Text("How far up it looks for the worst point nearby.", "近くの最も悪い点をどれだけ離れて探すか。"),
        ge=0,
        le=1e3,
    )
    adaptive: bool = hyperparameter(
        False,
        r"\mathrm{ad}",
        Text("Adaptive", "適応的"),
        Text(
            "Scale the radius with each parameter's size (ASAM).",
            "各パラメータの大きさに応じて半径を変える(ASAM)。",
        ),
    )

    def perturbation(self, gradient: Array, x: Array) -> Array:
        """Return the way from `x` to the worst point nearby, shape (n, ...)."""
        sized = np.abs(x) * gradient if self.adaptive else gradient
        norm = np.sqrt(dot(sized, sized)) + 1e-12
        direction = x * x * gradient if self.adaptive else gradient
        radius = -self.rho if self.ascends else self.rho
        perturbation: Array = direction * (radius / norm)
        return perturbation

    def init(self, x: Array) -> State:
        return self.inner.init(x)

    def bind(self, probe: Probe) -> Update:
        nearby = _WorstNearby(self, probe)
        inner = self.inner.bind(nearby)

        def update(gradient: Array, state: State, x: Array, lr: Any) -> tuple[Array, State]:
            return inner(nearby.gradient_from(x, gradient), state, x, lr)

        return update

    def explain(self, gradient: Array, state: State, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        nearby = _WorstNearby(self, probe)
        terms = list(self.inner_terms(nearby.gradient_from(x, gradient), state, x, lr, nearby))
        here, perturbation = _free("o", terms), _free("e", terms)
        rise = Text("way up to the worst point nearby", "近くの最も悪い点への移動")
        formula = rf"<rho>*\frac{{<{here}>}}{{\lVert <{here}> \rVert}}"
        if self.adaptive:
            formula = rf"<rho>*\frac{{<x>^2*<{here}>}}{{\lVert\, |<x>|*<{here}> \rVert}}"
        label = Text("gradient at the worst point nearby", "近くの最も悪い点での勾配")
        there = [
            term._replace(
                symbol=r"\tilde g", label=label, formula=rf"\nabla f(<x> + <{perturbation}>)", equals=""
            )
            if term.role == "gradient" and term.sources == ("x",)
            else term
            for term in terms
        ]
        return (
            gradient_term(gradient)._replace(name=here),
            Term(
                perturbation, "e", rise, formula, self.perturbation(gradient, x), "direction", writing="whole"
            ),
            *there,
        )
