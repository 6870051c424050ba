"""What every schedule declares: the learning rate, and for some the momentum, as functions of the step."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.declaration import Declared, hyperparameter
from optexplorer.text import Text

Array = NDArray[np.float64]


class Schedule(Declared):
    """Base of all schedules: hyperparameters as fields, words about it as class attributes.

    Names, defaults and numbers are PyTorch's. Where PyTorch wants a number of steps to be given, 0 stands for the
    length of the run.
    """

    family: ClassVar[Literal["schedule"]] = "schedule"
    id: ClassVar[str]
    title: ClassVar[Text]
    idea: ClassVar[Text]
    formula: ClassVar[str]
    torch_class: ClassVar[str | None] = None

    @abstractmethod
    def rates(self, lr: float, steps: int) -> Array:
        """Return the rates of the rows 0 … steps − 1, shape (steps,), for a base rate `lr`.

        The last row is the point where the run ends: no step leaves it, so the run is `steps` − 1 steps long.

        Of a closed-loop schedule, the rates while the loss keeps falling.
        """

    def rates_after(self, lr: float, steps: int) -> Array:
        """Return the rates as `rates` does, for the steps that follow a warm-up."""
        return self.rates(lr, steps)

    def warmed_up_rate(self, lr: float) -> float:
        """Return the rate to which a warm-up rises before this schedule takes over."""
        return lr

    def momenta(self, steps: int) -> Array | None:
        """Return the optimizer's `momentum` or `beta1` at the rows 0 … steps − 1, or None to leave it alone."""
        return None

    @property
    def closed_loop(self) -> bool:
        """Whether the rate depends on the losses on the way; then `begin`, `rate` and `observe` tell it."""
        return False

    def begin(self, lr: float, steps: int) -> Any:
        """Return what a closed-loop schedule remembers before the first step."""
        raise NotImplementedError(f"the schedule '{self.id}' does not watch the loss")

    def rate(self, state: Any) -> Any:
        """Return the rate of the next step: a number, or one per point of a batch, shape (...)."""
        raise NotImplementedError(f"the schedule '{self.id}' does not watch the loss")

    def observe(self, state: Any, loss: Array) -> Any:
        """Return the state after a step from points with losses of shape (...)."""
        raise NotImplementedError(f"the schedule '{self.id}' does not watch the loss")


class Constant(Schedule):
    """The same rate at every step (PyTorch's `ConstantLR`, whose factor is 1 unless asked for).

    As in PyTorch, `total_iters = 0` keeps the factor for good, except after a warm-up, where it leaves it out.
    """

    id: ClassVar[str] = "constant"
    title: ClassVar[Text] = Text("Constant", "一定")
    idea: ClassVar[Text] = Text("The rate stays as it is.", "学習率を変えない。")
    formula: ClassVar[str] = r"\eta_t = \eta"
    torch_class: ClassVar[str | None] = "ConstantLR"

    factor: float = hyperparameter(
        1.0,
        r"\phi",
        Text("First factor", "最初の係数"),
        Text("Multiplies the rate of the first steps.", "最初の数ステップの学習率に掛ける係数。"),
        gt=0,
        le=1,
    )
    total_iters: int = hyperparameter(
        5,
        "T",
        Text("First steps", "最初のステップ数"),
        Text(
            "How many steps the factor holds for; 0 stands for all of them.",
            "係数を掛けるステップ数。0なら最後まで掛ける。",
        ),
        ge=0,
        le=100_000,
    )

    def rates(self, lr: float, steps: int) -> Array:
        rates = np.full(steps, lr)
        rates[: self.total_iters or steps] *= self.factor
        return rates

    def rates_after(self, lr: float, steps: int) -> Array:
        # SequentialLR asks the closed form, whose factor ends at step 0 where `total_iters` is 0.
        return self.rates(lr, steps) if self.total_iters else np.full(steps, lr)


def step_count(default: int, symbol: str, label: Text, help: Text, *, ge: int = 1) -> Any:
    """Declare a number of steps."""
    return hyperparameter(default, symbol, label, help, ge=ge, le=100_000, logarithmic=True)


def decay_factor(default: float, help: Text, *, le: float = 1.0) -> Any:
    """Declare PyTorch's `gamma`, by which rates are multiplied."""
    return hyperparameter(default, r"\gamma", Text("Decay factor", "減衰係数"), help, gt=0, le=le)


def lowest_rate() -> Any:
    """Declare PyTorch's `eta_min`."""
    return hyperparameter(
        0.0,
        r"\eta_{\min}",
        Text("Lowest rate", "最小の学習率"),
        Text("The rate at the bottom of the curve.", "曲線の一番下での学習率。"),
        ge=0,
        le=1e6,
    )


def first_factor() -> Any:
    """Declare PyTorch's `start_factor`."""
    return hyperparameter(
        1 / 3,
        r"\phi_0",
        Text("Start factor", "開始係数"),
        Text("Multiplies the rate of the first step.", "最初のステップの学習率に掛ける係数。"),
        gt=0,
        le=1,
    )
