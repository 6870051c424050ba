"""ReduceLROnPlateau: lowers the rate when the loss no longer falls."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.schedules.base import Array, Schedule, step_count
from optexplorer.text import Text


class PlateauState(NamedTuple):
    """Rate, lowest loss so far, steps without a lower one, steps of rest left; each of shape (...)."""

    rate: Any
    best: Any
    bad: Any
    rest: Any


class Plateau(Schedule):
    """The rate drops when the loss has stopped falling (PyTorch's `ReduceLROnPlateau`).

    It watches the loss at the point whose gradient was taken.
    """

    id: ClassVar[str] = "plateau"
    title: ClassVar[Text] = Text("Reduce on plateau", "停滞時に減衰")
    idea: ClassVar[Text] = Text(
        "As long as the loss falls, nothing; when it stalls, smaller steps.",
        "損失が下がっている間は変えず、停滞したら学習率を下げる。",
    )
    formula: ClassVar[str] = r"\eta_{t+1} = \max(\phi\,\eta_t, \eta_{\min})"
    torch_class: ClassVar[str | None] = "ReduceLROnPlateau"

    mode: Literal["min", "max"] = hyperparameter(
        "min",
        r"\mathrm{goal}",
        Text("Goal", "目標"),
        Text("Whether the loss should fall or rise.", "損失を下げたいか、上げたいか。"),
    )
    factor: float = hyperparameter(
        0.1,
        r"\phi",
        Text("Factor", "係数"),
        Text("What the rate is multiplied by at each plateau.", "停滞するたびに学習率に掛ける係数。"),
        ge=0,
        lt=1,
    )
    patience: int = step_count(
        10,
        "p",
        Text("Patience", "待つステップ数"),
        Text(
            "How many steps without a lower loss are put up with.",
            "損失が下がらないステップを何回まで待つか。",
        ),
        ge=0,
    )
    threshold: float = hyperparameter(
        1e-4,
        r"\theta",
        Text("Threshold", "しきい値"),
        Text("By how much the loss must fall to count.", "損失がどれだけ下がれば改善とみなすか。"),
        ge=0,
        lt=1e9,
        logarithmic=True,
    )
    threshold_mode: Literal["rel", "abs"] = hyperparameter(
        "rel",
        r"\mathrm{mode}",
        Text("Threshold counts", "しきい値の意味"),
        Text("As a share of the loss, or in its own units.", "損失に対する割合か、損失そのものの値か。"),
    )
    cooldown: int = step_count(
        0,
        "c",
        Text("Rest", "休止ステップ数"),
        Text("How many steps after a drop nothing is counted.", "下げた直後、数えずに休むステップ数。"),
        ge=0,
    )
    min_lr: float = hyperparameter(
        0.0,
        r"\eta_{\min}",
        Text("Lowest rate", "最小の学習率"),
        Text("The rate never falls below this.", "学習率の下限。"),
        ge=0,
        le=1e6,
    )
    eps: float = hyperparameter(
        1e-8,
        r"\epsilon",
        Text("Smallest change", "最小の変化"),
        Text("A drop smaller than this is left out.", "これより小さな変化は行わない。"),
        ge=0,
        le=1,
        logarithmic=True,
    )

    def rates(self, lr: float, steps: int) -> Array:
        return np.full(steps, lr)

    @property
    def closed_loop(self) -> bool:
        """Always."""
        return True

    def begin(self, lr: float, steps: int) -> PlateauState:
        return PlateauState(
            np.float64(lr), np.float64(np.inf if self.mode == "min" else -np.inf), np.int64(0), np.int64(0)
        )

    def rate(self, state: PlateauState) -> Any:
        return state.rate

    def observe(self, state: PlateauState, loss: Array) -> PlateauState:
        margin = self.threshold if self.mode == "max" else -self.threshold
        goal = state.best * (1 + margin) if self.threshold_mode == "rel" else state.best + margin
        better = loss > goal if self.mode == "max" else loss < goal
        best = np.where(better, loss, state.best)
        resting = state.rest > 0
        bad = np.where(better | resting, 0, state.bad + 1)
        drop = bad > self.patience
        lower = np.maximum(state.rate * self.factor, self.min_lr)
        rate = np.where(drop & (state.rate - lower > self.eps), lower, state.rate)
        rest = np.where(drop, self.cooldown, np.where(resting, state.rest - 1, 0))
        return PlateauState(rate, best, np.where(drop, 0, bad), rest)
