"""Computes the curvature at the racers' heads off the GUI thread."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.computed import Computed
from optexplorer.scene.head_curvature import HeadCurvatures, has_stable_rate, head_curvatures


class CurvatureRequest(NamedTuple):
    """What the curvatures at the heads depend on."""

    landscape: object
    plane: object
    trajectories: tuple[object, ...]
    rated: tuple[bool, ...]
    marked: object
    playhead: int


class CurvatureWorker(QObject):
    """Keeps the newest curvatures at the racers' heads; the first of a landscape may wait for its Hessian.

    While new ones of the same landscape are being computed, the old ones stand in for them.
    """

    made = Signal()
    """There are new `curvatures`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.curvatures: HeadCurvatures = {}
        self._asked: CurvatureRequest | None = None
        self._task = LatestTask(self, "curvature")
        self._task.finished.connect(self._take)
        # Where a landscape cannot say, nothing is marked; the numbers of the race are not concerned.
        self._task.failed.connect(lambda _: self._take({}))

    def follow(self, computed: Computed, playhead: int) -> None:
        """Compute the curvatures at `playhead`, unless they are there already or on their way."""
        experiment = computed.experiment
        rated = tuple(racer.visible and has_stable_rate(racer) for racer in experiment.racers)
        marked = experiment.appearance.curvature and (
            experiment.appearance.spotlight,
            tuple(racer.visible for racer in experiment.racers),
        )
        if not any(rated) and not marked:
            self.curvatures, self._asked = {}, None
            return
        before, landscape = self._asked, experiment.resolve_landscape()
        asked = CurvatureRequest(
            landscape, experiment.view.plane, computed.trajectories, rated, marked, playhead
        )
        if asked == before:
            return
        if before is None or before[:2] != asked[:2] or before.marked != marked:
            self.curvatures = {}
        self._asked = asked
        trajectories = computed.trajectories
        self._task.run(lambda: head_curvatures(experiment, trajectories, playhead))

    def stop(self) -> None:
        """Drop the work under way: the window is closing."""
        self._asked = None
        self._task.forget()

    def _take(self, curvatures: HeadCurvatures) -> None:
        if self._asked is not None:
            self.curvatures = curvatures
            self.made.emit()
