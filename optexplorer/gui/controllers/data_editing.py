"""Changes of the data by hand: examples put, moved and removed in the fit, each one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from optexplorer.engine.landscapes.models.data.base import MOST_EXAMPLES, DataError, Dataset
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.desktop.words import Words
from optexplorer.gui.state.store import Store
from optexplorer.gui.views.fit_view import FitView
from optexplorer.scene.scene import Scene

FEWEST = 2
"""Examples that stay whatever is removed."""


class DataEditing(QObject):
    """Turns what is done in the fit view into changes of the experiment's data."""

    refused = Signal(object)
    """Why the data cannot be changed so, as a function that returns the words."""

    def __init__(
        self, store: Store, edits: Edits, view: FitView, action: QAction, parent: QObject | None = None
    ) -> None:
        """`action` switches editing on and off."""
        super().__init__(parent)
        self._store, self._edits, self._view, self._action = store, edits, view, action
        self._drags = 0
        view.exampleAdded.connect(self._add)
        view.exampleMoved.connect(self._move)
        view.exampleReleased.connect(self._release)
        view.exampleRemoved.connect(self._remove)

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what the command does, by its id."""
        return {"edit-data": self.set_active}

    def set_active(self, on: bool) -> None:
        """Begin or end editing."""
        self._action.setChecked(on)
        self._view.set_editing(on)

    def show_scene(self, scene: Scene) -> None:
        """Offer editing where the fit of `scene` can be edited; end it where it cannot."""
        can = scene.fit is not None and scene.fit.is_editable
        # Between two landscapes there is no fit for a moment.
        self._action.setEnabled(can or (scene.fit is None and self._action.isChecked()))
        if self._action.isChecked() and scene.fit is not None and not can:
            self.set_active(False)

    def _landscape(self) -> ModelLandscape | None:
        landscape = self._store.experiment.resolve_landscape()
        return landscape if isinstance(landscape, ModelLandscape) else None

    def _shown(self) -> Dataset | None:
        """Return the data of the fit that is shown, if the places of its examples are those of the present data."""
        fit, landscape = self._view.fit, self._landscape()
        if fit is None or landscape is None or fit.landscape.data.examples != landscape.data.examples:
            return None
        return landscape.data

    def _add(self, x: float, y: float, number: int) -> None:
        landscape = self._landscape()
        if landscape is None:
            return
        data = landscape.data
        if data.examples >= MOST_EXAMPLES:
            self.refused.emit(lambda: self.tr("No more examples can be added."))
            return
        inputs, target = _example(data, x, y)
        changed = replace(
            data,
            inputs=np.vstack([data.inputs, inputs]),
            targets=np.append(data.targets, float(number) if target is None else target),
        )
        self._change(landscape, changed, lambda: self.tr("Add example"))

    def _move(self, place: int, x: float, y: float) -> None:
        landscape, data = self._landscape(), self._shown()
        if landscape is None or data is None or not place < data.examples:
            return
        inputs, targets = data.inputs.copy(), data.targets.copy()
        inputs[place], target = _example(data, x, y)
        if target is not None:
            targets[place] = target
        changed = replace(data, inputs=inputs, targets=targets)
        self._change(landscape, changed, lambda: self.tr("Move example"), f"example {self._drags}")

    def _release(self) -> None:
        self._drags += 1
        self._store.end_merge()

    def _remove(self, place: int) -> None:
        landscape, data = self._landscape(), self._shown()
        if landscape is None or data is None or not place < data.examples:
            return
        if data.examples <= FEWEST:
            self.refused.emit(lambda: self.tr("At least two examples must stay."))
            return
        kept = np.delete(np.arange(data.examples), place)
        self._change(landscape, data.part(kept), lambda: self.tr("Remove example"))

    def _change(
        self, landscape: ModelLandscape, data: Dataset, label: Words, merge_key: str | None = None
    ) -> None:
        definition = landscape.with_data(data)
        try:
            definition.landscape()
        except DataError as error:
            message = error.message
            self.refused.emit(lambda: localized(message))
            return
        self._edits.change(label, merge_key, landscape=definition)


def _example(data: Dataset, x: float, y: float) -> tuple[list[float], float | None]:
    """Return the inputs of an example at a place of the plot, and its target; None if that is a class."""
    return ([x], y) if data.task == "regression" else ([x, y], None)
