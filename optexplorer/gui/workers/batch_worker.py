"""Computes off the GUI thread what map and surface show of the present mini-batch and of single examples."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from optexplorer.gui.workers.grid_task import GridSides, GridTask
from optexplorer.scene.batch_marks import BatchMarks, batch_marks, wants_batch_marks
from optexplorer.scene.batch_surface import MOVING, RESTING
from optexplorer.scene.computed import Computed
from optexplorer.scene.samples.cost import is_costly

COARSEST = 17
"""Points along each side of a costly grid while the playhead moves, at least."""
PATIENCE = 0.05
"""Seconds that such a picture may take while the playhead moves; if it takes longer, the next has a coarser grid."""


class _Request(NamedTuple):
    """What the marks depend on."""

    shown: tuple[object, ...]
    """The landscape, what is drawn of it, and which marks are asked for: with others, old marks stand in for nothing."""
    racers: tuple[object, ...]
    playhead: int


class BatchWorker(QObject):
    """Keeps the newest marks; while the next are being computed, those before stand, and say their own step."""

    made = Signal()
    """There are new `marks`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks: BatchMarks | None = None
        self._asked: _Request | None = None
        self._task = GridTask(self, "mini-batch", GridSides(COARSEST, MOVING, RESTING), PATIENCE)
        self._task.made.connect(self._on_made)

    def follow(self, computed: Computed, playhead: int) -> None:
        """Compute the marks at `playhead`, unless they are known or being computed, or not asked for."""
        experiment = computed.experiment
        appearance, landscape = experiment.appearance, experiment.resolve_landscape()
        if not wants_batch_marks(appearance) or computed.samples is None or not landscape.examples:
            self.stop()
            self.marks = None
            return
        has_cloud = appearance.example_gradients or appearance.gradient_ellipse
        visible = tuple(racer.visible for racer in experiment.racers)
        asked = _Request(
            (landscape, computed.samples, appearance.batch_surface, has_cloud),
            (computed.trajectories, visible, appearance.spotlight),
            playhead,
        )
        before = self._asked
        if asked == before:
            return
        if before is not None and before.shown != asked.shown:
            self.stop()
            self.marks = None
        self._asked = asked
        refines = appearance.batch_surface and is_costly(computed.samples.landscape)
        self._task.run(
            partial(batch_marks, experiment, computed.trajectories, playhead, computed.samples),
            lambda: refines,
        )

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._asked = None
        self._task.stop()

    def _on_made(self, marks: BatchMarks | None) -> None:
        self.marks = marks
        self.made.emit()
