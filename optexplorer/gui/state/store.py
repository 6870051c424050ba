"""The store of the experiment that all views show, with undo and redo."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.desktop.words import Words, written

MOST_UNDO = 200


class _Entry(NamedTuple):
    before: Experiment
    label: Words


class Store(QObject):
    """Holds the experiment. `replace` is the only way to change it, `reset` to put another in its place."""

    changed = Signal(object)
    """The new experiment."""
    historyChanged = Signal()

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._undo: list[_Entry] = []
        self._redo: list[_Entry] = []
        self._set_aside: tuple[list[_Entry], list[_Entry]] | None = None
        self._merge_key: str | None = None

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self._experiment

    @property
    def undo_label(self) -> str | None:
        """The label of the change that undo reverts; None if there is none."""
        return written(self._undo[-1].label) if self._undo else None

    @property
    def redo_label(self) -> str | None:
        """The label of the change that redo restores; None if there is none."""
        return written(self._redo[-1].label) if self._redo else None

    def replace(self, experiment: Experiment, label: Words, merge_key: str | None = None) -> None:
        """Make `experiment` the present one, as one step of undo called `label`.

        Changes that follow each other with the same `merge_key` (one drag) become one step of undo.

        Raises
        ------
        optexplorer.experiment.frozen_model.InvalidValueError
            If the experiment holds what could not be written to a file and read back.
        """
        experiment = experiment.checked()
        if experiment == self._experiment:
            return
        if merge_key is None or merge_key != self._merge_key:
            self._undo.append(_Entry(self._experiment, label))
            del self._undo[:-MOST_UNDO]
        self._redo.clear()
        self._merge_key = merge_key
        self._set(experiment)

    def reset(self, experiment: Experiment) -> None:
        """Replace the experiment and clear the undo history, as for another document."""
        self._undo.clear()
        self._redo.clear()
        self._set_aside = None
        self._merge_key = None
        self._set(experiment)

    def set_history_aside(self) -> None:
        """Begin a history of its own for what is shown for a while, such as a lesson."""
        if self._set_aside is None:
            self._set_aside = self._undo, self._redo
            self._undo, self._redo = [], []
            self._merge_key = None
            self.historyChanged.emit()

    def take_history_back(self, experiment: Experiment) -> None:
        """Show again what was there when the history was set aside; undo and redo go on from there."""
        if self._set_aside is not None:
            (self._undo, self._redo), self._set_aside = self._set_aside, None
        self._merge_key = None
        self._set(experiment)

    def end_merge(self) -> None:
        """End a drag: the next change is an undo step of its own."""
        self._merge_key = None

    def set_view(self, view: ComputationView) -> None:
        """Change only which part of the landscape is computed; this is no step of undo."""
        if view != self._experiment.view:
            self._set(self._experiment.evolve(view=view))

    def set_appearance(self, appearance: Appearance) -> None:
        """Change only what the experiment looks like; this is no step of undo."""
        if appearance != self._experiment.appearance:
            self._set(self._experiment.evolve(appearance=appearance))

    def undo(self) -> None:
        """Go back to the experiment before the last change, keeping the present view."""
        self._travel(self._undo, self._redo)

    def redo(self) -> None:
        """Take back the last undo."""
        self._travel(self._redo, self._undo)

    def _travel(self, source: list[_Entry], target: list[_Entry]) -> None:
        if not source:
            return
        entry = source.pop()
        target.append(_Entry(self._experiment, entry.label))
        self._merge_key = None
        same_place = entry.before.landscape == self._experiment.landscape
        self._set(entry.before.seen_as(self._experiment if same_place else entry.before))

    def _set(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.changed.emit(experiment)
        self.historyChanged.emit()
