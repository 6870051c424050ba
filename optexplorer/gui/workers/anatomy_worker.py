"""Lays steps open off the GUI thread, for the racers whose anatomy is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.anatomy.explained_step import Anatomy, StepExplainer, shown_racers


class AnatomyWorker(QObject):
    """Keeps the newest anatomies; while new ones are being made, the old ones stand in for them."""

    made = Signal()
    """There are new `anatomies`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.anatomies: Mapping[int, Anatomy] = {}
        """By the numbers of the racers."""
        self._anatomist = StepExplainer()
        self._asked: object = None
        self._background = LatestTask(self)
        self._background.finished.connect(self._take)
        # A step that cannot be taken, as from a point that is lost, is not laid open.
        self._background.failed.connect(lambda _: self._take({}))

    def follow(
        self, experiment: Experiment, trajectories: Sequence[Trajectory | None], playhead: int
    ) -> None:
        """Make the anatomies at `playhead`, unless they are there already or on their way."""
        if not experiment.appearance.anatomy:
            self.anatomies, self._asked = {}, None
            return
        numbers = shown_racers(experiment)
        shown = [(n, experiment.run_spec(experiment.racers[n]), trajectories[n]) for n in numbers]
        asked = (shown, experiment.steps, playhead)
        if asked == self._asked:
            return
        self._asked = asked
        self._background.run(partial(self._anatomist.anatomies, experiment, tuple(trajectories), playhead))

    def leave(self) -> None:
        """Wait for the work under way: the window is closing."""
        self._background.wait()

    def _take(self, anatomies: Mapping[int, Anatomy]) -> None:
        if self._asked is not None:
            self.anatomies = anatomies
            self.made.emit()
