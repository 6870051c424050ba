"""Explains steps off the GUI thread, for the racers whose anatomy is shown."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.anatomy.explained_step import Anatomy, StepExplainer
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.computed import Computed


class AnatomyWorker(QObject):
    """Keeps the newest anatomies; while new ones are computed, the old ones are shown."""

    made = Signal()
    """There are new `anatomies`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.anatomies: Mapping[int, Anatomy] = {}
        """By the numbers of the racers."""
        self._explainer = StepExplainer()
        self._asked: object = None
        self._task = LatestTask(self, "anatomy of a step")
        self._task.finished.connect(self._on_explained)
        # A step that cannot be taken, as from a point that is not finite, has no anatomy.
        self._task.failed.connect(lambda _: self._on_explained({}))

    def follow(self, computed: Computed, playhead: int) -> None:
        """Compute the anatomies at `playhead`, unless they are known or being computed."""
        experiment = computed.experiment
        if not experiment.appearance.anatomy:
            self.anatomies, self._asked = {}, None
            return
        numbers = shown_racers(experiment)
        shown = [(n, experiment.run_spec(experiment.racers[n]), computed.trajectories[n]) for n in numbers]
        appearance = experiment.appearance
        weight = (appearance.network_weight, appearance.network_example)
        asked = (shown, experiment.steps, playhead, weight)
        if asked == self._asked:
            return
        self._asked = asked
        trajectories = computed.trajectories
        self._task.run(lambda: self._explainer.anatomies(experiment, trajectories, playhead))

    def stop(self) -> None:
        """Drop running work before the window closes."""
        self._asked = None
        self._task.forget()

    def _on_explained(self, anatomies: Mapping[int, Anatomy]) -> None:
        if self._asked is not None:
            self.anatomies = anatomies
            self.made.emit()
