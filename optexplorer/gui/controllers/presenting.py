"""Presentation mode: full screen, large type, narration, pointer, pen and a speaker view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from optexplorer.gui.actions.lesson_commands import LessonCommands
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.views.presenter_overlay import PresenterOverlay
from optexplorer.gui.workspace import Workspace

if TYPE_CHECKING:
    from optexplorer.gui.views.speaker_view import SpeakerView

LARGE = 1.6
"""Factor by which type is larger while presenting."""


class Presenting(QObject):
    """Shows one window as a presentation, and again as it was."""

    changed = Signal(bool)
    """Whether the window is presenting now."""

    def __init__(
        self,
        lessons: LessonCommands,
        workspace: Workspace,
        edits: Edits,
        playback: Playback,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._lessons, self._workspace, self._edits, self._playback = lessons, workspace, edits, playback
        self._window = window
        self.on = False
        self.light = PresenterOverlay(workspace)
        self._narrated = True
        self.speaker: SpeakerView | None = None
        self._full_before = False
        lessons.player.changed.connect(self.refresh)

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what the commands for presenting do, by their ids."""
        return {
            "present": self.present,
            "black": self.light.show_black,
            "laser": self.light.show_laser,
            "pen": self.light.set_pen,
            "wipe": lambda _: self.light.wipe(),
            "narration": self._tell,
            "spotlight": lambda _: self._edits.next_spotlight(),
            "previous-scene": lambda _: self._walk(-1),
            "next-scene": lambda _: self._walk(1),
        }

    def present(self, on: bool) -> None:
        """Give the pictures the whole screen, or show the window as it was."""
        if on == self.on:
            return
        self.on = on
        self._window.menuBar().setVisible(not on)
        self._lessons.present(on)
        self._workspace.present(on, LARGE if on else 1.0)
        if on:
            self._full_before = self._window.isFullScreen()
            self._window.showFullScreen()
            self._open_speaker()
        else:
            self.light.clear()
            self._close_speaker()
            if not self._full_before:
                self._window.showNormal()
        self.refresh()
        self.changed.emit(on)

    def refresh(self) -> None:
        """Show the narration where it belongs."""
        told_here = self._lessons.player.lesson is not None and self._narrated and self.speaker is None
        self._lessons.side.setVisible(told_here or not self.on)
        if self.speaker is not None:
            self.speaker.show_player(self._lessons.player)

    def finish(self) -> None:
        """Disconnect from the player and close the speaker view before the window closes."""
        self._lessons.player.changed.disconnect(self.refresh)
        self.light.clear()
        self._close_speaker()

    def _tell(self, on: bool) -> None:
        self._narrated = on
        self.refresh()

    def _walk(self, scenes: int) -> None:
        """Go to another scene; without a lesson, to another step."""
        player = self._lessons.player
        if player.lesson is None:
            self._playback.step_by(scenes)
        elif scenes > 0:
            player.next()
        else:
            player.back()

    def _open_speaker(self) -> None:
        """Open the speaker view, if there is a second screen."""
        here = self._window.screen()
        other = next((screen for screen in QGuiApplication.screens() if screen is not here), None)
        if other is not None:
            from optexplorer.gui.views.speaker_view import SpeakerView

            self.speaker = SpeakerView(self._window)
            self.speaker.setGeometry(other.availableGeometry())
            self.speaker.show()

    def _close_speaker(self) -> None:
        if self.speaker is not None:
            self.speaker.finish()
            self.speaker.close()
            self.speaker.deleteLater()
            self.speaker = None
