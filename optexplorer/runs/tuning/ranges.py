"""Ranges in which settings are searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameters
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.varied import with_settings

RangeScale = Literal["log", "linear", "near one"]
USUAL = ("lr", "momentum", "beta1", "beta2", "rho", "alpha")
"""Settings that are searched unless others are asked for: the rate, and how long averages and velocities last."""
RATE_RANGE = 1e3
"""How many times smaller and larger than its default a learning rate is searched."""
LARGEST_RATE = 10.0
NEAREST_ONE = 1e-3
"""How near one the settings are searched that must stay below it."""


@dataclass(frozen=True)
class SearchRange:
    """Where a setting is searched.

    Attributes
    ----------
    name : a hyperparameter that is a number
    low, high : the smallest and the largest value
    scale : what is spread evenly: the logarithm of the value, the value, or the logarithm of its distance from one
    """

    name: str
    low: float
    high: float
    scale: RangeScale = "log"

    def __post_init__(self) -> None:
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise ValueError(f"{self.name}: a range needs low < high, not {self.low:g} and {self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"{self.name}: a logarithmic range begins above 0, not at {self.low:g}")
        if self.scale == "near one" and self.high >= 1:
            raise ValueError(f"{self.name}: a range near one ends below 1, not at {self.high:g}")

    def at(self, share: float) -> float:
        """Return the value at a share of the range, from 0 to 1."""
        if self.scale == "linear":
            value = self.low + share * (self.high - self.low)
        elif self.scale == "log":
            value = float(np.exp(np.log(self.low) + share * (np.log(self.high) - np.log(self.low))))
        else:
            ends = np.log1p(-self.low), np.log1p(-self.high)
            value = float(-np.expm1(ends[0] + share * (ends[1] - ends[0])))
        return min(max(value, self.low), self.high)

    def check(self, optimizer: Optimizer) -> None:
        """Refuse a range that does not suit an optimizer.

        Raises
        ------
        ValueError
            If it has no such setting, or an end is out of its bounds.
        """
        known = {s.name: s for s in hyperparameters(type(optimizer)) if s.kind == "float"}
        if self.name not in known:
            raise ValueError(
                f"{optimizer.id} has no setting '{self.name}' that is a number; it has {', '.join(known)}"
            )
        for end in (self.low, self.high):
            with_settings(optimizer, {self.name: end})


def usual_range(optimizer: Optimizer, name: str) -> SearchRange:
    """Return where a setting of an optimizer is usually searched.

    Raises
    ------
    ValueError
        If it has no such setting that is a number.
    """
    known = {s.name: s for s in hyperparameters(type(optimizer)) if s.kind == "float"}
    if name not in known:
        raise ValueError(
            f"{optimizer.id} has no setting '{name}' that is a number; it has {', '.join(known)}"
        )
    setting = known[name]
    if setting.high == 1:
        return SearchRange(name, 0.0 if not setting.low_open else NEAREST_ONE, 1 - NEAREST_ONE, "near one")
    if name == "lr":
        default = float(setting.default)
        return SearchRange(name, default / RATE_RANGE, max(min(default * RATE_RANGE, LARGEST_RATE), default))
    default = abs(float(getattr(optimizer, name))) or 1e-2
    low, high = setting.clamped(default / 100), setting.clamped(default * 100)
    return SearchRange(name, low, high)


def usual_ranges(optimizer: Optimizer) -> tuple[SearchRange, ...]:
    """Return the ranges of the settings of an optimizer that matter most."""
    names = {s.name for s in hyperparameters(type(optimizer)) if s.kind == "float"}
    return tuple(usual_range(optimizer, name) for name in USUAL if name in names)
