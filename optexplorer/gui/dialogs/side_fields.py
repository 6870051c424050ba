"""The fields of one side of a map of settings: which setting, from where to where, and how that is divided."""

from __future__ import annotations

from optexplorer.engine.declaration import Hyperparameter
from optexplorer.engine.optimizers.base import Optimizer, hyperparameters
from optexplorer.gui.dialogs.zoom_history import within
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.runs.setting_map import Range

AROUND = 30.0
"""A logarithmic range reaches from this part of a setting's present value to so many times it."""


class SideFields:
    """A choice of settings, two fields for the ends, and a switch."""

    def __init__(self) -> None:
        self.setting, self.logarithmic = ChoiceField(), SwitchField()
        self.low, self.high = NumberField(), NumberField()

    def show_range(self, side: Range, parameter: Hyperparameter | None) -> None:
        """Show a range, and allow what its setting allows."""
        if parameter is not None:
            bounds = Bounds(parameter.low, parameter.high, side.scale == "log", False)
            self.low.set_bounds(bounds)
            self.high.set_bounds(bounds)
        self.low.show_value(side.low)
        self.high.show_value(side.high)

    def typed(self, side: Range) -> Range:
        """Return the range that has been typed; the one before, if its ends are not in order."""
        low, high = float(self.low.value), float(self.high.value)
        return side._replace(low=low, high=high) if low < high else side


def numbers_of(optimizer: Optimizer | None) -> list[Hyperparameter]:
    """The settings of an optimizer that are numbers, the rate and what follows it first."""
    if optimizer is None:
        return []
    found = [p for p in hyperparameters(type(optimizer)) if p.kind == "float"]
    return sorted(found, key=lambda p: (p.name != "lr", p.name not in ("momentum", "beta1")))


def usual_range(optimizer: Optimizer | None, parameter: Hyperparameter | None, *, logarithmic: bool) -> Range:
    """Return the range of a setting that is looked at first, around the value that it has."""
    if parameter is None or optimizer is None:
        return Range("lr", 1e-3, 1.0, "log")
    value = float(getattr(optimizer, parameter.name))
    if logarithmic:
        middle = value or float(parameter.default) or 1.0
        low, high = (float(f"{middle * factor:.1g}") for factor in (1 / AROUND, AROUND))
        return within(Range(parameter.name, low, high, "log"), parameter.low, parameter.high)
    high = 1.0 if 0 <= value <= 1 else 2 * value
    return within(Range(parameter.name, min(0.0, 2 * value), high), parameter.low, parameter.high)
