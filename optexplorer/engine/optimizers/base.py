"""The base class of optimizers: what each declares, and how one step is computed and explained.

An optimizer is a frozen pydantic model: its fields are its hyperparameters. From this one declaration
come the panel, the checks of the command line, the documentation, the file format and the code snippets.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

from optexplorer.engine.declaration import Declared
from optexplorer.engine.declaration import Hyperparameter as Hyperparameter
from optexplorer.engine.declaration import hyperparameter as hyperparameter
from optexplorer.engine.declaration import hyperparameters as hyperparameters
from optexplorer.engine.optimizers.stability_limit import StabilityLimit as StabilityLimit
from optexplorer.engine.optimizers.terms import Array as Array
from optexplorer.engine.optimizers.terms import Role as Role
from optexplorer.engine.optimizers.terms import Term as Term
from optexplorer.engine.optimizers.terms import gradient_term as gradient_term
from optexplorer.engine.optimizers.terms import step_term as step_term
from optexplorer.text import Text

State = Any
"""What an optimizer remembers between steps: a small named tuple of arrays and numbers."""


def state_like(kind: type, parts: Sequence[Any]) -> State:
    """Return a state of the kind of tuple that `kind` is, named or plain, made of these parts."""
    return kind(*parts) if hasattr(kind, "_fields") else tuple(parts)


Update = Callable[[Array, State, Array, Any], tuple[Array, State]]
"""`(gradient, state, x, lr) -> (step, state)`; arrays of shape (n, ...), lr a number or of shape (...)."""

Need = Literal["hessian", "residuals"]
"""What an optimizer asks of a landscape that not every landscape knows."""


GROUPS: dict[str, Text] = {
    "gradient-descent": Text("Gradient descent and momentum", "勾配降下法とモメンタム"),
    "adaptive": Text("A rate for each coordinate", "座標ごとの学習率"),
    "adam": Text("Adam and its kin", "Adamとその仲間"),
    "automatic": Text("Averages and automatic rates", "平均化と学習率の自動調整"),
    "second-order": Text("Curvature", "曲率を使う手法"),
    "wrappers": Text("Around another optimizer", "他の手法を包む手法"),
    "others": Text("Others", "その他"),
}
"""The groups of optimizers, in the order in which they are listed."""


class Probe(Protocol):
    """The evaluations that an optimizer may ask for beside the gradient at its current point."""

    def value(self, x: Array) -> Array: ...
    def gradient(self, x: Array) -> Array: ...
    def hessian(self, x: Array) -> Array: ...
    def residuals(self, x: Array) -> Array | None: ...
    def residual_jacobian(self, x: Array) -> Array | None: ...


class Example(NamedTuple):
    """Settings that work (`message` is None), or that must be refused with a message containing `message`."""

    settings: Mapping[str, Any]
    message: str | None = None


class Optimizer(Declared):
    """Base of all optimizers: hyperparameters as fields, words about it as class attributes."""

    id: ClassVar[str]
    group: ClassVar[str] = "others"
    """A key of `GROUPS`."""
    title: ClassVar[Text]
    idea: ClassVar[Text]
    shines: ClassVar[Text]
    fails: ClassVar[Text]
    reference: ClassVar[str]
    formula: ClassVar[str]
    torch_class: ClassVar[str | None] = None
    torch_tuples: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "betas": ("beta1", "beta2"),
        "etas": ("eta_minus", "eta_plus"),
        "step_sizes": ("step_size_min", "step_size_max"),
        "eps": ("eps1", "eps2"),
    }
    """PyTorch's names of hyperparameters that are several here."""
    stochastic: ClassVar[bool] = False
    """Whether its gradients are noisy unless the racer says otherwise."""
    examples: ClassVar[tuple[Example, ...]] = ()

    lr: float

    @property
    def needs(self) -> frozenset[Need]:
        """What it asks of the landscape beside value and gradient; `update` raises ValueError where that is missing."""
        return frozenset()

    @property
    def evaluation_period(self) -> int | None:
        """After how many steps the numbers of evaluations repeat; None if they depend on what the steps find."""
        return None

    @property
    def ascends(self) -> bool:
        """Whether it climbs to a maximum: the gradient is turned round before anything else is done with it."""
        return bool(getattr(self, "maximize", False))

    def torch_arguments(self) -> dict[str, Any] | None:
        """Return the arguments with which `torch_class` takes the same steps; None if it cannot."""
        if self.torch_class is None:
            return None
        arguments = {name: getattr(self, name) for name in type(self).model_fields}
        for joined, names in self.torch_tuples.items():
            if all(name in arguments for name in names):
                arguments[joined] = tuple(arguments.pop(name) for name in names)
        return arguments

    def init(self, x: Array) -> State:
        """Return the state before the first step from `x` of shape (n, ...)."""
        return ()

    @abstractmethod
    def bind(self, probe: Probe) -> Update:
        """Return the update as a function of gradient, state, x and lr alone."""

    def stability(self, lr: float) -> StabilityLimit | None:
        """Return up to which curvature steps at this rate do not swing out; None where no such limit is known."""
        return None

    def explain(self, gradient: Array, state: State, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        """Return the terms of the step that leaves `x`, in the order of their computation; the last is the step.

        `gradient` and `x` are of shape (n,), `state` is the state before the step. Unless an optimizer says more,
        the step is shown as a function of the gradient.
        """
        step, _ = self.bind(probe)(gradient, state, x, lr)
        return gradient_term(gradient), step_term(r"\mathrm{update}(<g>)", step)._replace(writing="value")


class RuleOptimizer(Optimizer):
    """An optimizer that uses only the gradient at its current point."""

    @property
    def evaluation_period(self) -> int | None:
        """Every step asks for one gradient."""
        return 1

    @abstractmethod
    def update(self, gradient: Array, state: State, x: Array, lr: Any) -> tuple[Array, State]:
        """Return the step to add to `x`, and the next state; a pure function, shapes (n, ...)."""

    def bind(self, probe: Probe) -> Update:
        return self._ascend if self.ascends else self.update

    def _ascend(self, gradient: Array, state: State, x: Array, lr: Any) -> tuple[Array, State]:
        return self.update(-gradient, state, x, lr)


class ProbingOptimizer(Optimizer):
    """An optimizer that evaluates loss, gradient or curvature at points of its choice."""

    @abstractmethod
    def update(self, gradient: Array, state: State, x: Array, lr: Any, probe: Probe) -> tuple[Array, State]:
        """Return the step to add to `x`, and the next state; a pure function, shapes (n, ...)."""

    def bind(self, probe: Probe) -> Update:
        return partial(self.update, probe=probe)


def learning_rate(default: float) -> Any:
    """Declare the learning rate with its default."""
    return hyperparameter(
        default,
        r"\eta",
        Text("Learning rate", "学習率"),
        Text(
            "How far one step goes. Large: fast, but it may overshoot or diverge. Small: precise, but slow.",
            "1ステップで進む大きさ。大きいと速いが、行き過ぎや発散が起こりうる。小さいと精密だが遅い。",
        ),
        gt=0,
        le=1e6,
        logarithmic=True,
    )


def weight_decay(default: float = 0.0) -> Any:
    """Declare PyTorch's `weight_decay`."""
    return hyperparameter(
        default,
        r"\lambda",
        Text("Weight decay", "重み減衰"),
        Text(
            "Pulls the parameters towards zero at each step (L2 penalty).",
            "毎ステップ、パラメータを0の方へ引き戻す(L2正則化)。",
        ),
        ge=0,
        le=1e3,
    )


def maximize() -> Any:
    """Declare PyTorch's `maximize`."""
    return hyperparameter(
        False,
        r"\mathrm{max}",
        Text("Maximize", "最大化"),
        Text(
            "Climb to a maximum: turn the gradient round before anything else is done with it.",
            "勾配の符号を最初に反転し、坂を上って最大点を目指す。",
        ),
    )


def epsilon(default: float) -> Any:
    """Declare PyTorch's `eps`."""
    return hyperparameter(
        default,
        r"\epsilon",
        Text("Epsilon", "ゼロ除算を防ぐ値"),
        Text("Keeps the division away from zero.", "分母が0になるのを防ぐ小さな値。"),
        ge=0,
        le=1,
        logarithmic=True,
    )


def momentum_factor(default: float, *, gt: float | None = None) -> Any:
    """Declare PyTorch's `momentum`."""
    return hyperparameter(
        default,
        r"\mu",
        Text("Momentum", "モメンタム係数"),
        Text("How much of the velocity is kept at each step.", "毎ステップ、速度をどれだけ保つか。"),
        ge=0 if gt is None else None,
        gt=gt,
        le=1,
    )


def decay_rate(default: float, symbol: str, label: Text, help: Text) -> Any:
    """Declare the decay rate of a moving average, in [0, 1)."""
    return hyperparameter(default, symbol, label, help, ge=0, lt=1)


def mean_decay(default: float = 0.9, symbol: str = r"\beta_1") -> Any:
    """Declare the decay rate of the moving average of gradients, PyTorch's first `betas`."""
    return decay_rate(
        default,
        symbol,
        Text("Decay of the mean", "平均の減衰率"),
        Text(
            "How slowly the moving average of gradients forgets.",
            "勾配の移動平均がどれだけゆっくり忘れるか。",
        ),
    )


def square_decay(default: float = 0.999, symbol: str = r"\beta_2") -> Any:
    """Declare the decay rate of the moving average of squared gradients, PyTorch's second `betas`."""
    return decay_rate(
        default,
        symbol,
        Text("Decay of the squares", "2乗平均の減衰率"),
        Text(
            "How slowly the moving average of squared gradients forgets.",
            "勾配の2乗の移動平均がどれだけゆっくり忘れるか。",
        ),
    )


def decoupled_decay() -> Any:
    """Declare PyTorch's `decoupled_weight_decay`."""
    return hyperparameter(
        False,
        r"\mathrm{dec}",
        Text("Decoupled decay", "分離型の重み減衰"),
        Text(
            "Apply the weight decay to the parameters themselves, not to the gradient (as AdamW does).",
            "重み減衰を勾配に加えず、AdamWのようにパラメータへ直接かける。",
        ),
    )


def explained(
    optimizer: Optimizer, gradient: Array, state: State, x: Array, lr: float, probe: Probe
) -> tuple[Term, ...]:
    """Return the terms of a step as `explain` does, of an optimizer that maximizes with the gradient turned round."""
    if not optimizer.ascends or not isinstance(optimizer, RuleOptimizer):
        return optimizer.explain(gradient, state, x, lr, probe)
    first, *others = optimizer.explain(-gradient, state, x, lr, probe)
    return first._replace(formula=rf"-{first.formula}"), *others
