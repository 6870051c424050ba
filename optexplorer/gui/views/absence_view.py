"""Stands where map, surface or curve would be, and says why they are not there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget

from optexplorer.painting.style import Style
from optexplorer.scene.samples.landscape_samples import absence_of
from optexplorer.scene.scene import Scene


class AbsenceView(QLabel):
    """Shows the reason why a scene has no picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hint")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMargin(24)
        self.setMinimumSize(80, 60)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.retranslate()

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show why `scene` has no picture."""
        self.setText(style.words(scene.absence or absence_of(scene.landscape)))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Put the accessible name in the present language."""
        self.setAccessibleName(self.tr("Why there is no picture"))
