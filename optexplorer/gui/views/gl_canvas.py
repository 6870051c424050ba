"""Draws the surface by OpenGL: block, grid behind it, contour lines and paths."""

from __future__ import annotations

import logging

import numpy as np
from OpenGL.error import Error as OpenGLError
from pyqtgraph.opengl import GLViewWidget
from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.opengl import surface_format
from optexplorer.gui.views.gl_block import BlockItems, clear
from optexplorer.gui.views.gl_items import LineItem
from optexplorer.painting.path_style import surface_strokes
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import surface_frame
from optexplorer.runs.failure import failure_of, log_failure
from optexplorer.scene.geometry.surface_mesh import TRAIL_LIFT, within_window
from optexplorer.scene.geometry.surface_path import SurfacePath
from optexplorer.scene.scene import Scene


class Canvas(GLViewWidget):  # type: ignore[misc]
    """Draws a scene; its owner handles mouse and keyboard."""

    failed = Signal(str)
    """OpenGL has given up, and why; nothing will be drawn any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFormat(surface_format())
        self._scene: Scene | None = None
        self._style = Style()
        self._broken = False
        self._renew()

    def _renew(self) -> None:
        """Make everything anew that a context of OpenGL holds."""
        self._block = BlockItems()
        self._paths: dict[SurfacePath, tuple[LineItem, LineItem]] = {}
        self._leaving: list[LineItem] = []

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show `scene`; sends to the graphics card only what differs from the one shown."""
        self._scene, self._style = scene, style
        try:
            self._block.set_scene(scene, style)
            self._set_paths(scene)
        except Exception as error:  # noqa: BLE001 - reported, and pictures are painted instead
            self._give_up(error)
        self.update()

    def _set_paths(self, scene: Scene) -> None:
        laid = {
            racer_path.surface_path for racer_path in scene.racer_paths if racer_path.surface_path is not None
        }
        for surface_path in [surface_path for surface_path in self._paths if surface_path not in laid]:
            self._leaving += self._paths.pop(surface_path)
        for surface_path in laid - self._paths.keys():
            line, marks = LineItem(self._block.programs), LineItem(self._block.programs, dots=True)
            line.set_points(within_window(surface_path.points))
            marks.set_points(within_window(surface_path.points[surface_path.index[surface_path.dots]]))
            line.lift = marks.lift = TRAIL_LIFT
            self._paths[surface_path] = (line, marks)

    def initializeGL(self) -> None:
        """Begin anew: the widget may have come to another screen, and so to another context."""
        try:
            super().initializeGL()
            self._renew()
            if self._scene is not None:
                self.show_scene(self._scene, self._style)
        except Exception as error:  # noqa: BLE001 - reported, and pictures are painted instead
            self._give_up(error)

    def paintGL(self) -> None:
        """Draw the scene."""
        if self._broken:
            return
        try:
            self._draw()
        except Exception as error:  # noqa: BLE001 - reported, and pictures are painted instead
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._broken = True
        expected = isinstance(error, OpenGLError | RuntimeError)
        log_failure(failure_of(error, "OpenGL"), logging.WARNING if expected else logging.ERROR)
        text = str(error).strip().splitlines()
        # Not while Qt is painting this widget.
        QTimer.singleShot(0, self, lambda: self.failed.emit(text[0] if text else type(error).__name__))

    def _draw(self) -> None:
        for item in self._leaving:
            item.free()
        self._leaving.clear()
        scene = self._scene
        clear(self._style)
        if scene is None or self.width() < 1 or self.height() < 1:
            return
        self.default_vao.bind()
        projection = surface_frame(QRectF(self.rect()), scene, self._style).projection
        ratio = self.devicePixelRatioF()
        pixel = ratio * self._style.unit
        self._block.draw(projection, scene, self._style, ratio)
        for racer_path, stroke in surface_strokes(scene.racer_paths, self._style.theme):
            if racer_path.surface_path is None:
                continue
            line, marks = self._paths[racer_path.surface_path]
            line.count = int(racer_path.surface_path.index[racer_path.step]) + 1
            marks.count = int(np.searchsorted(racer_path.surface_path.dots, racer_path.step, side="right"))
            line.stroke(stroke.colour, stroke.line * pixel, stroke.opacity, hidden=stroke.hidden)
            if stroke.dot:
                marks.stroke(stroke.colour, stroke.dot * pixel)
        self.default_vao.release()
