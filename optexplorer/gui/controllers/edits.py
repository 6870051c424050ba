"""The edits of the experiment, each one step of undo."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from optexplorer.engine import optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.landscapes.base import LandscapeDefinition
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import MOST_RACERS, Experiment
from optexplorer.experiment.frozen_model import InvalidValueError
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.experiment.racer import Racer
from optexplorer.gui.desktop.words import Words, written
from optexplorer.gui.state.store import Store
from optexplorer.scene.multiples import with_factor
from optexplorer.scene.palette import RACER_COLOURS

_log = logging.getLogger(__name__)

FOG = 0.12
"""How far one sees in fog, as a part of the domain's longest side."""


class Edits(QObject):
    """Applies edits to the experiment in the store."""

    restarted = Signal()
    """The experiment is another one: it is worth seeing from its first step."""
    racerAdded = Signal(int)
    """The place of a new racer in the list."""

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store

    def change(self, label: Words, merge_key: str | None = None, **update: Any) -> None:
        """Change fields of the experiment; equal `merge_key`s in a row (one drag) are one step of undo."""
        self._replace(lambda experiment: experiment.evolve(**update), label, merge_key)

    def _replace(
        self, changed: Callable[[Experiment], Experiment], label: Words, merge_key: str | None
    ) -> None:
        try:
            experiment = changed(self._store.experiment)
        except InvalidValueError as error:
            # Such as a start that was typed for the landscape before.
            _log.warning("%s is refused: %s", written(label), error)
            return
        self._store.replace(experiment, label, merge_key)

    def set_view(self, **update: Any) -> None:
        """Change which part of the landscape is computed for the picture; no step of undo."""
        try:
            self._store.set_view(self._store.experiment.view.evolve(**update))
        except InvalidValueError as error:
            # Such as a window too narrow to be drawn, after long zooming.
            _log.warning("the view is refused: %s", error)

    def set_appearance(self, **update: Any) -> None:
        """Change what the experiment looks like; no step of undo."""
        self.look(lambda appearance: appearance.evolve(**update))

    def look(self, change: Callable[[Appearance], Appearance]) -> None:
        """Change what the experiment looks like, as `set_appearance` does, to what `change` makes of it."""
        try:
            self._store.set_appearance(change(self._store.experiment.appearance))
        except InvalidValueError as error:
            _log.warning("the appearance is refused: %s", error)

    def choose_landscape(self, landscape_ref: str | LandscapeDefinition, label: Words = "") -> None:
        """Switch to a landscape, by its id in the catalogue or by its definition; all racers begin at its start."""
        experiment = self._store.experiment.on_landscape(landscape_ref)
        self._store.replace(experiment, label or (lambda: self.tr("Landscape")))
        self.restarted.emit()

    def move_start(self, start: tuple[float, ...], merge_key: str | None = None) -> None:
        """Set the start of all racers that have none of their own."""
        self.change(lambda: self.tr("Start"), merge_key, start=start)

    def choose_steps(self, steps: int) -> None:
        """Set the largest number of steps of all descents."""
        self.change(lambda: self.tr("Steps"), "steps", steps=steps)

    def choose_seed(self, seed: int) -> None:
        """Set the seed of all random numbers."""
        self.change(lambda: self.tr("Seed"), "seed", seed=seed)

    def change_racer(self, index: int, racer: Racer, merge_key: str = "") -> None:
        """Replace the racer at `index`."""
        self._replace(
            lambda experiment: experiment.with_racer(index, racer),
            lambda: self.tr("Racer {0}").format(index + 1),
            merge_key or None,
        )

    def toggle_racer(self, index: int) -> None:
        """Show or hide the racer at `index`, if there is one."""
        racers = self._store.experiment.racers
        if index < len(racers):
            self.change_racer(index, racers[index].evolve(visible=not racers[index].visible))

    def add_racer(self) -> None:
        """Add a racer with an optimizer that does not run yet."""
        experiment = self._store.experiment
        if len(experiment.racers) >= MOST_RACERS:
            return
        used = [racer.optimizer.id for racer in experiment.racers]
        kind = next((id for id in optimizers.ids() if id not in used), "adam")
        racer = Racer(
            optimizer=make(optimizers.get(kind), {}),
            colour=_free_colour(experiment),
            stream=experiment.next_stream(),
        )
        self.change(lambda: self.tr("Add racer"), racers=(*experiment.racers, racer))
        self.racerAdded.emit(len(experiment.racers))

    def duplicate_racer(self, index: int) -> None:
        """Add a racer like the one at `index`, in another colour and with noise of its own."""
        experiment = self._store.experiment
        if len(experiment.racers) >= MOST_RACERS:
            return
        copy = experiment.racers[index].evolve(
            colour=_free_colour(experiment), stream=experiment.next_stream()
        )
        racers = (*experiment.racers[: index + 1], copy, *experiment.racers[index + 1 :])
        self._replace(
            lambda before: before.with_racers(racers, lambda place: place + (place > index)),
            lambda: self.tr("Duplicate racer"),
            None,
        )
        self.racerAdded.emit(index + 1)

    def remove_racer(self, index: int) -> None:
        """Remove the racer at `index`."""
        racers = self._store.experiment.racers
        rest = (*racers[:index], *racers[index + 1 :])
        self._replace(
            lambda before: before.with_racers(
                rest, lambda place: None if place == index else place - (place > index)
            ),
            lambda: self.tr("Remove racer"),
            None,
        )

    def choose_plane(self, plane: Plane | PlaneRule | None) -> None:
        """Set the plane that is drawn, or the rule that finds it, with all of it in view."""
        view = self._store.experiment.view
        self.change(
            lambda: self.tr("Plane"),
            view=view.model_copy(update={"plane": plane, "window": None, "interval": None}),
        )

    def multiply_rates(self, factor: float) -> None:
        """Multiply the learning rates of the visible racers."""
        if factor != 1:
            experiment = with_factor(self._store.experiment, factor)
            self._store.replace(experiment, lambda: self.tr("Learning rates"))

    def lift_fog(self) -> None:
        """Switch the fog around the racers on or off."""
        experiment = self._store.experiment
        size = max(high - low for low, high in experiment.resolve_landscape().domain)
        self.set_view(fog=0.0 if experiment.view.fog > 0 else FOG * size)

    def next_spotlight(self) -> None:
        """Move the spotlight to the next visible racer; after the last, switch it off."""
        experiment = self._store.experiment
        visible = [number for number, racer in enumerate(experiment.racers) if racer.visible]
        rest = [
            n
            for n in visible
            if experiment.appearance.spotlight is None or n > experiment.appearance.spotlight
        ]
        self.set_appearance(spotlight=rest[0] if rest else None)

    def reset(self) -> None:
        """Go back to the experiment with which the program opens."""
        self._store.replace(default_experiment(), lambda: self.tr("Reset everything"))
        self.restarted.emit()


def _free_colour(experiment: Experiment) -> str:
    used = [racer.colour for racer in experiment.racers]
    return min(RACER_COLOURS, key=lambda colour: (used.count(colour), RACER_COLOURS.index(colour)))
