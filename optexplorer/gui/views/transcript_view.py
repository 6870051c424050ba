"""The events of the race up to the playhead as text, for screen readers."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.painting.axes import STEP
from optexplorer.painting.style import Style
from optexplorer.scene.scene import Scene
from optexplorer.scene.transcript import Event, transcript


class TranscriptView(Retranslating, QPlainTextEdit):
    """Shows the events up to the playhead; announces those that have just happened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self._shown: tuple[Event, ...] = ()
        self._style: Style | None = None
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Transcript"))
        self.setToolTip(self.tr("What happens in the race, in words"))

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show what has happened up to `scene`'s playhead; a hidden transcript stays as it is."""
        if self.isHidden():
            return
        events = transcript(scene)
        if events == self._shown and style == self._style:
            return
        goes_on = style == self._style and events[: len(self._shown)] == self._shown
        new = events[len(self._shown) :] if goes_on else events
        lines = [self._line(event, style) for event in new]
        if goes_on and self._shown:
            for line in lines:
                self.appendPlainText(line)
            self._announce(" ".join(lines))
        else:
            self.setPlainText("\n".join(lines))
        self._shown, self._style = events, style
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.ensureCursorVisible()

    def _line(self, event: Event, style: Style) -> str:
        return f"{style.words(STEP)} {event.step}: {style.words(event.words)}"

    def _announce(self, words: str) -> None:
        if words and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
