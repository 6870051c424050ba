"""The size of the window and of its parts: at the first launch, as remembered from the last one, and while presenting."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QMainWindow, QSplitter

from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.workspace import Workspace

SIZE = QSize(1280, 720)
"""Of the window at the first launch, where the screen has room for it."""
PANEL_WIDTH = 340
"""Of the panel at the first launch, in pixels."""
NARRATION = 0.36
"""Part of the window's width that the narration has while presenting."""


class WindowLayout(QObject):
    """Arranges `window`, whose `whole` splitter holds the panel beside the workspace."""

    def __init__(
        self, window: QMainWindow, whole: QSplitter, workspace: Workspace, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window, self._whole, self._workspace, self._settings = window, whole, workspace, settings
        self._sizes_before_presenting: list[int] | None = None

    @property
    def presenting(self) -> bool:
        """Whether the sizes are those of presentation mode."""
        return self._sizes_before_presenting is not None

    def splitters(self) -> dict[str, QSplitter]:
        """Return all splitters of the window by the names under which their sizes are remembered."""
        return {"whole": self._whole, **self._workspace.splitters()}

    def restore(self) -> None:
        """Give the window the sizes that it had when it was last closed."""
        resize_within_screen(self._window, SIZE)
        self._whole.setSizes([PANEL_WIDTH, SIZE.width() - PANEL_WIDTH])
        geometry = self._settings.layout("window")
        if geometry is not None:
            self._window.restoreGeometry(geometry)
        for name, part in self.splitters().items():
            state = self._settings.layout(name)
            if state is not None:
                part.restoreState(state)

    def remember(self) -> None:
        """Store the sizes for the next launch; not those of presentation mode."""
        if self.presenting:
            return
        self._workspace.open_up()
        self._settings.remember_layout("window", self._window.saveGeometry())
        for name, part in self.splitters().items():
            self._settings.remember_layout(name, part.saveState())

    def present(self, on: bool) -> None:
        """Give the narration its part of the width while presenting, and the former sizes back afterwards."""
        if on:
            self._sizes_before_presenting = self._whole.sizes()
            self.adapt()
        elif self._sizes_before_presenting is not None:
            self._whole.setSizes(self._sizes_before_presenting)
            self._sizes_before_presenting = None

    def adapt(self) -> None:
        """Adapt the narration to a new width of the window."""
        if self.presenting:
            width = self._window.width()
            self._whole.setSizes([round(NARRATION * width), round((1 - NARRATION) * width)])
