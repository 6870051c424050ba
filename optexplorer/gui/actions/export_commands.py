"""Commands that export or copy what the window shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs import opening
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workspace import Workspace


class ExportCommands(QObject):
    """Opens the export dialogs over `window`; a view that fills the window is the one that they choose at first."""

    def __init__(
        self,
        scene_controller: SceneController,
        playback: Playback,
        workspace: Workspace,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._scene_controller, self._playback = scene_controller, playback
        self._workspace, self._settings, self._window = workspace, settings, window

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {
            "export-image": lambda _: self._export_image(),
            "export-film": lambda _: self._export_film(),
            "copy-image": lambda _: self._copy_image(),
            "export-data": lambda _: self._export_data(),
        }

    def _export_image(self) -> None:
        computed, scene = self._scene_controller.computed(), self._scene_controller.scene
        if scene is not None and computed is not None:
            maximised = self._workspace.maximised
            opening.export_image(computed, scene, maximised, window_style(), self._settings, self._window)

    def _export_film(self) -> None:
        computed, maximised = self._scene_controller.computed(), self._workspace.maximised
        if computed is not None:
            speed = self._playback.speed
            self._playback.pause()
            opening.export_film(computed, maximised, window_style(), self._settings, speed, self._window)

    def _copy_image(self) -> None:
        scene = self._scene_controller.scene
        if scene is not None:
            opening.copy_image(scene, self._workspace.maximised, window_style())

    def _export_data(self) -> None:
        scene = self._scene_controller.scene
        if scene is not None:
            opening.export_data(scene, window_style(), self._settings, self._window)
