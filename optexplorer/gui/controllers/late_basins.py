"""Lets the basins on the surface follow those of the map a moment later: to paint both at once would take too long."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.scene.basins import BasinPicture
from optexplorer.scene.scene import Scene

PATIENCE = 100
"""Milliseconds between two basin maps on the surface, at least."""


class LateBasins(QObject):
    """Keeps the basins that the surface shows until the next ones are due."""

    due = Signal()
    """Other basins are to be shown than those that were returned last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: BasinPicture | None = None
        self._later = QTimer(self, singleShot=True, interval=PATIENCE)
        self._later.timeout.connect(self._be_due)
        self._is_due = False

    def followed(self, scene: Scene) -> Scene:
        """Return `scene` with the basins that the surface shows now."""
        wanted = scene.basins
        if wanted is None:
            self._later.stop()
            self._shown = None
        elif self._is_due or (self._shown is not None and self._shown.map is wanted.map):
            self._shown, self._is_due = wanted, False
        elif self._shown is not None and not self._suits(wanted):
            self._shown = None
        if wanted is not self._shown and not self._later.isActive():
            self._later.start()
        return scene if self._shown is wanted else replace(scene, basins=self._shown)

    def _suits(self, wanted: BasinPicture) -> bool:
        """Whether the basins that are shown are of the landscape and plane of `wanted`, and so may stay for a moment."""
        assert self._shown is not None
        before, after = self._shown.map.spec, wanted.map.spec
        return (before.run_spec.landscape, before.plane) == (after.run_spec.landscape, after.plane)

    def _be_due(self) -> None:
        self._is_due = True
        self.due.emit()
