"""Linear warm-up, followed by any other schedule."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from pydantic import field_serializer, field_validator

from optexplorer.engine.declaration import flat, hyperparameter
from optexplorer.engine.schedules.base import Array, Constant, Schedule, first_factor, step_count
from optexplorer.text import Text


class WarmupState(NamedTuple):
    """The rates of the warm-up, how many of its steps are done, and what the next schedule remembers."""

    rates: tuple[float, ...]
    step: int
    after: Any


class Warmup(Schedule):
    """The rate rises in a straight line; then another schedule begins at its own step 0.

    PyTorch's `SequentialLR` of `LinearLR` and that schedule.
    """

    id: ClassVar[str] = "warmup"
    title: ClassVar[Text] = Text("Warm-up", "ウォームアップ")
    idea: ClassVar[Text] = Text(
        "Begin with small steps while the optimizer gets its bearings; then any other schedule.",
        "最適化手法が様子をつかむまで小さな歩幅で始め、その後は別のスケジュールに従う。",
    )
    formula: ClassVar[str] = r"\eta_t = \eta\left(\phi_0 + (1-\phi_0)\,t/T\right) \quad (t < T)"
    torch_class: ClassVar[str | None] = "SequentialLR"

    start_factor: float = first_factor()
    total_iters: int = step_count(
        5,
        "T",
        Text("Length", "長さ"),
        Text("How many steps the rise takes.", "学習率を上げていくステップ数。"),
    )
    then: Schedule = hyperparameter(
        Constant(),
        r"\mathrm{then}",
        Text("Then", "その後"),
        Text("The schedule that follows.", "ウォームアップの後に使うスケジュール。"),
    )

    @field_validator("then", mode="before")
    @classmethod
    def _gather(cls, data: object) -> object:
        from optexplorer.engine import schedules

        return schedules.read(data) if not isinstance(data, Schedule) else data

    @field_validator("then")
    @classmethod
    def _not_another(cls, then: Schedule) -> Schedule:
        if isinstance(then, Warmup):
            raise ValueError("one warm-up cannot follow another")
        return then

    @field_serializer("then")
    def _spread(self, then: Schedule) -> dict[str, Any]:
        return flat(then)

    def rates(self, lr: float, steps: int) -> Array:
        rise = self._rise(lr)[:steps]
        rest = steps - len(rise)
        return np.concatenate([rise, self.then.rates_after(lr, rest)]) if rest else rise

    def momenta(self, steps: int) -> Array | None:
        rest = max(steps - self.total_iters, 1)
        after = self.then.momenta(rest)
        if after is None:
            return None
        return np.concatenate([np.full(self.total_iters, after[0]), after])[:steps]

    def _rise(self, lr: float) -> Array:
        done = np.arange(self.total_iters) / self.total_iters
        return self.then.warmed_up_rate(lr) * (self.start_factor + (1 - self.start_factor) * done)

    @property
    def closed_loop(self) -> bool:
        """Whether what follows watches the loss."""
        return self.then.closed_loop

    def begin(self, lr: float, steps: int) -> WarmupState:
        after = self.then.begin(lr, max(steps - self.total_iters, 1))
        return WarmupState(tuple(self._rise(lr).tolist()), 0, after)

    def rate(self, state: WarmupState) -> Any:
        return state.rates[state.step] if state.step < self.total_iters else self.then.rate(state.after)

    def observe(self, state: WarmupState, loss: Array) -> WarmupState:
        if state.step < self.total_iters:
            return state._replace(step=state.step + 1)
        return state._replace(after=self.then.observe(state.after, loss))
