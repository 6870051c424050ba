"""Computes the losses on the plane beneath the racers' heads off the GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.computed import Computed
from optexplorer.scene.heads_beside_plane import PlaneLosses, losses_on_plane
from optexplorer.scene.samples.plane_section import PlaneSection


class PlaneLossWorker(QObject):
    """Keeps the newest losses on the plane; while new ones are computed there are none, rather than wrong ones."""

    made = Signal()
    """There are new `losses`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.losses: PlaneLosses = {}
        self._asked: object = None
        self._task = LatestTask(self, "losses on the plane")
        self._task.finished.connect(self._on_computed)
        # Where a loss cannot be told, it is left out.
        self._task.failed.connect(lambda _: self._on_computed({}))

    def follow(self, computed: Computed, playhead: int) -> None:
        """Compute the losses at `playhead`, unless they are known or being computed, or nothing is drawn on a plane."""
        samples, experiment = computed.samples, computed.experiment
        if samples is None or not isinstance(samples.landscape, PlaneSection):
            self.stop()
            self.losses = {}
            return
        visible = tuple(racer.visible for racer in experiment.racers)
        asked = (samples.landscape, computed.trajectories, visible, playhead)
        if asked == self._asked:
            return
        self._asked, self.losses = asked, {}
        self._task.run(partial(losses_on_plane, experiment, computed.trajectories, samples, playhead))

    def stop(self) -> None:
        """Drop running work before the window closes."""
        self._asked = None
        self._task.forget()

    def _on_computed(self, losses: PlaneLosses) -> None:
        if self._asked is not None:
            self.losses = losses
            self.made.emit()
