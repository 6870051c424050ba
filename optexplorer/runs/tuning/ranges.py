"""Ranges in which settings are searched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optexplorer.catalogue import nearest
from optexplorer.engine.declaration import Hyperparameter, hyperparameters
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.varied import with_settings

RangeScale = Literal["log", "linear", "near one"]
USUAL = ("lr", "momentum", "beta1", "beta")
"""Settings that are searched unless others are asked for: the rate, and how long velocities last."""
RATES = 1e-5, 10.0
"""Rates that are searched, and a hundredth of the default up to ten times it where that is beyond."""
NEAREST_ONE = 1e-3
"""How near one the settings are searched that must stay below it."""
AROUND = 100.0
"""Other settings are searched from this part of their default to so many times it."""


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
        """Return the value at a share of the range, from 0 to 1, with three digits: nobody wants more in a form."""
        if self.scale == "linear":
            value = _rounded(self.low + share * (self.high - self.low))
        elif self.scale == "log":
            value = _rounded(
                math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
            )
        else:
            ends = math.log1p(-self.low), math.log1p(-self.high)
            value = float(f"{1 - _rounded(math.exp(ends[0] + share * (ends[1] - ends[0]))):.12g}")
        return min(max(value, self.low), self.high)

    def share(self, value: float) -> float:
        """Return at what share of the range a value lies; outside of it, below 0 or above 1, perhaps infinitely far."""
        if self.scale == "linear":
            return (value - self.low) / (self.high - self.low)
        near = self.scale == "near one"
        low, high, at = (1 - end if near else end for end in (self.low, self.high, value))
        if at <= 0:
            return math.inf if near else -math.inf
        return (math.log(at) - math.log(low)) / (math.log(high) - math.log(low))

    def check(self, optimizer: Optimizer) -> None:
        """Refuse a range that does not suit an optimizer.

        Raises
        ------
        ValueError
            If it has no such setting, or an end is out of its bounds.
        """
        searched_setting(optimizer, self.name)
        for end in (self.low, self.high):
            with_settings(optimizer, {self.name: end})


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def searchable(optimizer: Optimizer) -> tuple[Hyperparameter, ...]:
    """Return the settings of an optimizer that can be searched: those that are numbers."""
    return tuple(setting for setting in hyperparameters(type(optimizer)) if setting.kind == "float")


def searched_setting(optimizer: Optimizer, name: str) -> Hyperparameter:
    """Return a setting of an optimizer that can be searched.

    Raises
    ------
    ValueError
        If it has no such setting that is a number.
    """
    known = {setting.name: setting for setting in searchable(optimizer)}
    if name in known:
        return known[name]
    closest = nearest(name, known)
    hint = f"did you mean '{closest}'?" if closest else f"it has {', '.join(known)}"
    raise ValueError(f"{optimizer.id} has no setting '{name}' that is a number; {hint}")


def usual_scale(setting: Hyperparameter) -> RangeScale:
    """Return how the values of a setting are spread when it is searched."""
    if setting.logarithmic:
        return "log"
    if setting.low is not None and setting.low >= 0:
        return "near one" if setting.high == 1 else "log"
    return "linear"


def usual_range(optimizer: Optimizer, name: str) -> SearchRange:
    """Return where a setting of an optimizer is usually searched.

    Raises
    ------
    ValueError
        If it has no such setting that is a number.
    """
    setting = searched_setting(optimizer, name)
    default, scale = float(setting.default), usual_scale(setting)
    if scale == "near one":
        return SearchRange(name, NEAREST_ONE if setting.low_open else 0.0, 1 - NEAREST_ONE, scale)
    if name == "lr":
        return SearchRange(name, min(RATES[0], default / 100), max(RATES[1], default * 10))
    if scale == "log":
        middle = default or 1e-2
        return SearchRange(name, _allowed(setting, middle / AROUND), _allowed(setting, middle * AROUND))
    width = abs(default) or 1.0
    return SearchRange(name, _allowed(setting, default - width), _allowed(setting, default + width), scale)


def _allowed(setting: Hyperparameter, value: float) -> float:
    """The value, or the end of what the setting allows; where that does not belong to it, a little inside."""
    if setting.low is not None and value <= setting.low:
        return (
            setting.low + 1e-3 * (float(setting.default) - setting.low) if setting.low_open else setting.low
        )
    if setting.high is not None and value >= setting.high:
        return (
            setting.high - 1e-3 * (setting.high - float(setting.default))
            if setting.high_open
            else setting.high
        )
    return value


def usual_ranges(optimizer: Optimizer) -> tuple[SearchRange, ...]:
    """Return the ranges of the settings of an optimizer that matter most."""
    names = {setting.name for setting in searchable(optimizer)}
    return tuple(usual_range(optimizer, name) for name in USUAL if name in names)
