"""Makes the picture of the shown racer's network off the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.computed import Computed
from optexplorer.scene.network.explainer import network_picture
from optexplorer.scene.network.picture import NetworkPicture


class NetworkWorker(QObject):
    """Keeps the newest picture; while a new one is made, the old one is shown."""

    made = Signal()
    """There is a new `picture`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picture: NetworkPicture | None = None
        self._asked: object = None
        self._landscape: Landscape | None = None
        self._task = LatestTask(self, "picture of a network")
        self._task.finished.connect(self._on_made)
        self._task.failed.connect(lambda _: self._on_made(None))

    def follow(self, computed: Computed, playhead: int) -> None:
        """Make the picture at `playhead`, unless it is known or being made."""
        experiment, appearance = computed.experiment, computed.experiment.appearance
        numbers = shown_racers(experiment)[:1] if appearance.network else ()
        landscape = experiment.resolve_landscape()
        if not numbers or landscape != self._landscape:
            # Of another network nothing stays on the screen.
            self.picture, self._asked = None, None
        self._landscape = landscape
        if not numbers:
            return
        shown = [(n, experiment.run_spec(experiment.racers[n]), computed.trajectories[n]) for n in numbers]
        choice = (appearance.network_example, appearance.network_weight)
        asked = (shown, experiment.steps, playhead, choice)
        if asked == self._asked:
            return
        self._asked = asked
        trajectories = computed.trajectories
        self._task.run(lambda: network_picture(experiment, trajectories, playhead))

    def stop(self) -> None:
        """Drop running work before the window closes."""
        self._asked = None
        self._task.forget()

    def _on_made(self, picture: NetworkPicture | None) -> None:
        if self._asked is not None:
            self.picture = picture
            self.made.emit()
