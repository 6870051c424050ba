"""Which racers a study is about, and which settings of theirs it may vary."""

from __future__ import annotations

from collections.abc import Collection

from optexplorer.engine.declaration import Hyperparameter
from optexplorer.engine.optimizers.base import Optimizer, hyperparameters
from optexplorer.engine.varied import with_settings
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.scene.racer_names import racer_names


def swept_racers(experiment: Experiment) -> list[tuple[int, Optimizer]]:
    """Return the visible racers by number, or all if none is visible, with their optimizers."""
    racers = [(number, racer) for number, racer in enumerate(experiment.racers) if racer.visible]
    return [(number, racer.optimizer) for number, racer in racers or enumerate(experiment.racers)]


def show_racers(field: ChoiceField, experiment: Experiment) -> None:
    """Offer all racers by their numbers in a field; what was chosen stays, or else the first visible one is."""
    names = [window_style().words(name) for name in racer_names(experiment)]
    offered = {number: f"{number + 1}  {name}" for number, name in enumerate(names)}
    if offered != {field.itemData(place): field.itemText(place) for place in range(field.count())}:
        kept = field.currentData()
        field.show_choices(offered)
        first = next((number for number, _ in swept_racers(experiment)), None)
        field.show_value(kept if kept in offered else first)


def is_noisy(experiment: Experiment) -> bool:
    """Whether the gradients of any racer are random."""
    return any(experiment.run_spec(racer).gradient_source.is_random for racer in experiment.racers)


def without_settings(optimizer: Optimizer, names: Collection[str]) -> Optimizer:
    """Return the optimizer with the defaults of some settings, whatever values it has: to compare the rest."""
    defaults = {p.name: p.default for p in hyperparameters(type(optimizer)) if p.name in names}
    return with_settings(optimizer, defaults)


def allowed_range(parameter: Hyperparameter, low: float, high: float) -> tuple[float, float]:
    """Return the part of a range that a setting allows; a little inside of bounds that are open."""
    if parameter.low is not None and low <= parameter.low:
        low = parameter.low + (1e-6 * (high - parameter.low) if parameter.low_open else 0.0)
    if parameter.high is not None and high >= parameter.high:
        high = parameter.high - (1e-3 * (parameter.high - low) if parameter.high_open else 0.0)
    return low, high
