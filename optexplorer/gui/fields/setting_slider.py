"""The slider of a declared setting: even, logarithmic, or with more room where the usual values lie."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from optexplorer.engine.declaration import Hyperparameter
from optexplorer.gui.fields.range_slider import TICKS, RangeSlider

FACTOR = 100.0
"""How far a logarithmic slider reaches from the default, where zero is a bound."""
USUAL_SHARE = 0.35
"""The place of the default on a slider whose range is much wider than the default."""
MUCH_WIDER = 10.0
DIGITS = 3


class SettingSlider(RangeSlider):
    """A slider over the range of a setting; what lies beyond its ends can be typed beside it."""

    def __init__(self, parameter: Hyperparameter, parent: QWidget | None = None) -> None:
        """Make a slider for a number that has both bounds (see `has_slider`)."""
        assert parameter.low is not None
        assert parameter.high is not None
        low, high = float(parameter.low), float(parameter.high)
        default = float(parameter.default)
        if parameter.logarithmic and low <= 0 < default:
            low, high = max(low, default / FACTOR), min(high, default * FACTOR)
        super().__init__(low, high, parent)
        self._whole = parameter.kind == "int"
        self._power = 1.0
        if not self._logarithmic and low <= default and high - low > MUCH_WIDER * (default - low):
            usual = max(default - low, (high - low) / FACTOR)
            self._power = math.log(usual / (high - low)) / math.log(USUAL_SHARE)

    def value_at(self, position: int) -> float:
        if self._power != 1.0 and 0 < position < TICKS:
            span = self._high - self._low
            value = self._low + span * (position / TICKS) ** self._power
            value = min(max(float(f"{value:.{DIGITS}g}"), self._low), self._high)
        else:
            value = super().value_at(position)
        return round(value) if self._whole else value

    def _share(self, value: float) -> float:
        if self._power == 1.0:
            return super()._share(value)
        inside = min(max((value - self._low) / (self._high - self._low), 0.0), 1.0)
        share: float = inside ** (1 / self._power)
        return share


def has_slider(parameter: Hyperparameter) -> bool:
    """Whether a setting is a number in a range that a slider can show; the seed of random numbers is none."""
    return (
        parameter.kind in ("float", "int")
        and parameter.low is not None
        and parameter.high is not None
        and not is_seed(parameter)
    )


def is_seed(parameter: Hyperparameter) -> bool:
    """Whether a setting is the seed of random numbers, of which none is more than another."""
    return parameter.kind == "int" and (parameter.name == "seed" or parameter.name.endswith("_seed"))
