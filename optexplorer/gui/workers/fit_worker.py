"""Predicts off the GUI thread what the fit of the present scene shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.engine.landscapes.base import is_parameter_variant
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.fit.fit_scene import FitScene, Window
from optexplorer.scene.fit.resolve_fit import MOVING, RESTING, resolve_fit
from optexplorer.scene.scene import Scene

REST = 250
"""Milliseconds without another step after which the picture becomes finer."""


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
    """Keeps the newest fit; while the next is being computed, the one before stands, and says its own step.

    Work under way is finished before the newest request begins, so that a picture comes now and then however fast the
    playhead moves.
    """

    made = Signal()
    """There is a new `fit`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fit: FitScene | None = None
        self._asked: _Request | None = None
        self._scene: Scene | None = None
        self._waiting: Callable[[], _Made] | None = None
        self._under_way = False
        self._side = MOVING
        self._window: Window | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._refine)
        self._task = LatestTask(self, "fit")
        self._task.finished.connect(self._on_made)
        # Such as of a model that a plugin brings: it is in the log.
        self._task.failed.connect(lambda _: self._on_made(_Made(None, 0, 0.0)))

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
        self._asked, self._scene = asked, scene
        self._send(self._side)
        self._rest.start()

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._asked = self._scene = self._waiting = None
        self._under_way = False
        self._rest.stop()
        self._task.forget()

    def _send(self, side: int) -> None:
        if self._scene is None:
            return
        work = partial(_timed, self._scene, side, self._window)
        if self._under_way:
            self._waiting = work
        else:
            self._under_way = True
            self._task.run(work)

    def _refine(self) -> None:
        """Make the picture finer, if it has a grid."""
        if self.fit is None or self.fit.kind not in ("scatter", "confusion"):
            self._send(RESTING)

    def _on_made(self, made: _Made) -> None:
        if self._asked is None:
            return
        self.fit = made.fit
        if 0 < made.side <= MOVING:
            # The work grows with the square of the side.
            wanted = made.side * (PATIENCE / max(made.seconds, 1e-4)) ** 0.5
            self._side = round(min(max(wanted, COARSEST), MOVING))
        waiting, self._waiting = self._waiting, None
        self._under_way = waiting is not None
        if waiting is not None:
            self._task.run(waiting)
        self.made.emit()


class _Made(NamedTuple):
    """A fit, the points along a side of its grid, and how long it took."""

    fit: FitScene | None
    side: int
    seconds: float


def _timed(scene: Scene, side: int, window: Window | None) -> _Made:
    begin = time.perf_counter()
    return _Made(resolve_fit(scene, side, window), side, time.perf_counter() - begin)


def _is_like(fit: FitScene, scene: Scene) -> bool:
    """Whether a fit may stand in for that of a scene: of the same landscape, or of one whose data are being changed."""
    return fit.landscape == scene.landscape or is_parameter_variant(fit.landscape, scene.landscape)
