"""The placeholder that says why a landscape has no map, surface or curve."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import PlainLabel
from optexplorer.painting.style import Style
from optexplorer.scene.samples.landscape_samples import absence_of
from optexplorer.scene.scene import Scene


class AbsenceView(Retranslating, PlainLabel):
    """Shows the reason why a scene has no picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(name="hint", wrap=True, parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMargin(24)
        self.setMinimumSize(80, 60)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.retranslate()

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show why `scene` has no picture."""
        self.setText(style.words(scene.absence or absence_of(scene.landscape)))

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Why there is no picture"))
