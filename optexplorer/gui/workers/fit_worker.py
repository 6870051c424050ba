"""Predicts off the GUI thread what the fit of the present scene shows."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.landscapes.base import is_parameter_variant
from optexplorer.gui.workers.grid_task import GridSides, GridTask
from optexplorer.gui.workers.latest_task import ShouldStop
from optexplorer.scene.fit.fit_scene import FitScene, Window
from optexplorer.scene.fit.resolve_fit import MOVING, RESTING, resolve_fit
from optexplorer.scene.scene import Scene

COARSEST = 20
"""Points along each side of the grid of a large model while the playhead moves, at least."""
PATIENCE = 0.025
"""Seconds that a fit may take while the playhead moves; if it takes longer, the next has a coarser grid."""


class _Request(NamedTuple):
    """What a fit depends on, beside how fine it is."""

    landscape: object
    racers: tuple[Any, ...]
    playhead: int
    spotlight: int | None
    window: Window | None


class FitWorker(QObject):
    """Keeps the newest fit; while the next is being computed, the one before stands, and says its own step."""

    made = Signal()
    """There is a new `fit`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fit: FitScene | None = None
        self._asked: _Request | None = None
        self._window: Window | None = None
        self._task = GridTask(self, "fit", GridSides(COARSEST, MOVING, RESTING), PATIENCE)
        self._task.made.connect(self._on_made)

    def hold_window(self, window: Window | None) -> None:
        """Show `window` from now on while examples are dragged, so that the plot stands still; None for all data."""
        self._window = window

    def follow(self, scene: Scene, *, shown: bool) -> None:
        """Predict what `scene` shows, unless that is known or being computed, or the fit is not `shown`."""
        if not shown:
            self.stop()
            self.fit = None
            return
        racers = tuple(
            (path.trajectory, path.step, path.number, path.name, path.colour, path.variant)
            for path in scene.racer_paths
        )
        spotlight = scene.appearance.spotlight
        asked = _Request(scene.landscape, racers, scene.playhead, spotlight, self._window)
        if asked == self._asked:
            return
        if self.fit is not None and not _is_like(self.fit, scene):
            self.stop()
            self.fit = None
        self._asked = asked
        self._task.run(partial(_fit, scene, self._window), self._refines)

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._asked = None
        self._task.stop()

    def _refines(self) -> bool:
        """Whether the picture has a grid."""
        return self.fit is None or self.fit.kind not in ("scatter", "confusion")

    def _on_made(self, fit: FitScene | None) -> None:
        self.fit = fit
        self.made.emit()


def _fit(scene: Scene, window: Window | None, should_stop: ShouldStop, side: int) -> FitScene | None:
    return resolve_fit(scene, side, window)


def _is_like(fit: FitScene, scene: Scene) -> bool:
    """Whether a fit may stand in for that of a scene: of the same landscape, or of one whose data are being changed."""
    return fit.landscape == scene.landscape or is_parameter_variant(fit.landscape, scene.landscape)
