"""Commands that export or copy what the window shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs import opening
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.gui.workspace import Workspace
from optexplorer.scene.computed import Computed
from optexplorer.scene.scene import Scene

PATIENCE = 300
"""Milliseconds for which the start of an export is waited for without a word."""


class ExportCommands(QObject):
    """Opens the export dialogs over `window`; a view that fills the window is the one that they choose at first."""

    def __init__(
        self,
        scene_controller: SceneController,
        playback: Playback,
        workspace: Workspace,
        settings: Settings,
        notice: NoticeBar,
        errors: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._scene_controller, self._playback = scene_controller, playback
        self._workspace, self._settings, self._window = workspace, settings, window
        self._notice, self._errors, self._told = notice, errors, False
        self._waiting: Callable[[Computed, Scene], None] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._say_waiting)
        self._copying = LatestTask(self, "image")
        self._copying.finished.connect(self._put_on_clipboard)
        self._copying.failed.connect(lambda message: errors.show_notice(lambda: message))
        scene_controller.sceneChanged.connect(self._look)

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {
            "export-image": lambda _: self._when_complete(self._export_image),
            "export-film": lambda _: self._when_complete(self._export_film),
            "copy-image": lambda _: self._when_complete(self._copy_image),
            "export-data": lambda _: self._when_complete(self._export_data),
        }

    def _when_complete(self, action: Callable[[Computed, Scene], None]) -> None:
        """Call `action` once the present experiment is computed to its end; say so if that takes a while.

        What is exported always belongs to what is set, and is never cut off.
        """
        self._waiting = action
        self._begin()
        if self._waiting is not None:
            self._patience.start()

    def _look(self) -> None:
        """Begin what waits, but not within a signal of the controller: dialogs wait for the user."""
        if self._waiting is not None and not self._scene_controller.is_computing:
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        controller, action = self._scene_controller, self._waiting
        if action is None or controller.is_computing:
            return
        self.forget()
        if QApplication.activeModalWidget() is not None:
            # The user is about something else by now.
            return
        computed, scene = controller.computed(), controller.scene
        if controller.is_complete and computed is not None and scene is not None:
            action(computed, scene)
        else:
            self._errors.show_notice(lambda: self.tr("There is nothing to export: this cannot be computed."))

    def _say_waiting(self) -> None:
        if self._waiting is not None:
            self._notice.show_notice(
                lambda: self.tr("The export begins as soon as everything is computed …"),
                {lambda: self.tr("Cancel"): self.forget},
                stays=True,
            )
            self._told = True

    def forget(self) -> None:
        """Drop the export that waits, if there is one: what it was asked of has gone, or the user has given it up."""
        self._waiting = None
        self._patience.stop()
        if self._told:
            self._told = False
            self._notice.hide()

    def _export_image(self, computed: Computed, scene: Scene) -> None:
        maximised = self._workspace.maximised
        opening.export_image(computed, scene, maximised, window_style(), self._settings, self._window)

    def _export_film(self, computed: Computed, scene: Scene) -> None:
        maximised, speed = self._workspace.maximised, self._playback.speed
        self._playback.pause()
        opening.export_film(computed, maximised, window_style(), self._settings, speed, self._window)

    def _copy_image(self, computed: Computed, scene: Scene) -> None:
        self._copying.run(partial(opening.picture_to_copy, scene, self._workspace.maximised, window_style()))

    def _put_on_clipboard(self, made: tuple[QImage, bytes]) -> None:
        opening.copy_picture(made)

    def _export_data(self, computed: Computed, scene: Scene) -> None:
        opening.export_data(scene, window_style(), self._settings, self._window)
