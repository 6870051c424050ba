"""Computes clouds off the GUI thread: a few descents soon, all of them while nothing changes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.gui.workers.latest_task import LatestTask, ShouldStop
from optexplorer.runs.descent_cloud import CloudSpec, descent_cloud
from optexplorer.scene.computed import Computed
from optexplorer.scene.descent_cloud import DrawnCloud, cloud_spec, drawn_cloud
from optexplorer.scene.samples.landscape_samples import LandscapeSamples

REST = 150
"""Milliseconds without a change after which all descents are computed."""
LATE = 400
"""Milliseconds for which the cloud of the setting before may stand in for the present one."""
FEW = 12
"""Descents of a cloud while a setting is being changed."""


class CloudWorker(QObject):
    """Keeps the newest cloud. That of another setting stands in for it for a moment, and is then no longer shown.

    A cloud of a few descents under way is finished before the next begins, so that clouds come however fast a setting
    changes.
    """

    made = Signal()
    """There is another `cloud`, or none any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cloud: DrawnCloud | None = None
        self._wanted: tuple[CloudSpec, LandscapeSamples | None] | None = None
        self._few_under_way = False
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._compute_all)
        self._lateness = QTimer(self, singleShot=True, interval=LATE)
        self._lateness.timeout.connect(self._drop)
        self._task = LatestTask(self, "cloud")
        self._task.finished.connect(self._on_made)
        # Why is in the log; the racer's own path is not concerned.
        self._task.failed.connect(lambda _: self._on_failed())

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is to come."""
        return not self._rest.isActive() and not self._task.busy

    def follow(self, computed: Computed) -> None:
        """Compute the cloud of what is shown, unless it is known or being computed, or not asked for."""
        spec = cloud_spec(computed.experiment)
        if spec is None:
            self.stop()
            self.cloud = None
            return
        wanted = spec, computed.samples
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._rest.start()
        if self.cloud is not None and not self._lateness.isActive():
            self._lateness.start()
        if not self._few_under_way:
            self._send(FEW)

    def stop(self) -> None:
        """Drop running work, as when the window closes."""
        self._wanted = None
        self._few_under_way = False
        self._rest.stop()
        self._lateness.stop()
        self._task.forget()

    def _send(self, count: int | None) -> None:
        assert self._wanted is not None
        self._few_under_way = count is not None
        self._task.run_stoppable(partial(_drawn, *self._wanted, count))

    def _compute_all(self) -> None:
        if self._wanted is not None and not self._few_under_way:
            self._send(None)

    def _on_made(self, made: DrawnCloud) -> None:
        few, self._few_under_way = self._few_under_way, False
        if self._wanted is None:
            return
        if made.cloud.spec == self._wanted[0]:
            self._lateness.stop()
        self.cloud = made
        if few and made.cloud.spec != self._wanted[0]:
            self._send(FEW)
        elif few and not self._rest.isActive():
            self._send(None)
        self.made.emit()

    def _on_failed(self) -> None:
        self._few_under_way = False
        self._drop()

    def _drop(self) -> None:
        self.cloud = None
        self.made.emit()


def _drawn(
    spec: CloudSpec, samples: LandscapeSamples | None, count: int | None, should_stop: ShouldStop
) -> DrawnCloud:
    """Return a cloud as it is drawn; that of a few descents is not stopped."""

    def asked() -> bool:
        # Asking waits while the GUI thread is at work.
        return should_stop() and count is None

    return drawn_cloud(descent_cloud(spec, count, asked), samples)
