"""Draws the surface by OpenGL: block, grid behind it, contour lines and paths."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from OpenGL.error import Error as OpenGLError
from pyqtgraph.opengl import GLViewWidget
from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from PySide6.QtWidgets import QWidget

from optexplorer.gui.views.gl_items import LineItem, MeshItem, Programs
from optexplorer.painting.path_style import surface_strokes
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import back_grid, surface_frame
from optexplorer.runs.failure import failure_of, log_failure
from optexplorer.scene.geometry.camera import Projection
from optexplorer.scene.geometry.surface_mesh import (
    BASE,
    CONTOUR_LIFT,
    TRAIL_LIFT,
    contours,
    dots,
    surface_mesh,
    walls,
    within_window,
)
from optexplorer.scene.geometry.surface_path import SurfacePath
from optexplorer.scene.geometry.surface_shading import side_colour, top_colours
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene
from optexplorer.weak_cache import cached_with_first

SAMPLES = 4
"""Samples per pixel, for smooth edges of the block."""


def surface_format() -> QSurfaceFormat:
    """Return what the surface asks of OpenGL."""
    wanted = QSurfaceFormat()
    wanted.setVersion(3, 3)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setDepthBufferSize(24)
    wanted.setStencilBufferSize(8)
    wanted.setSamples(SAMPLES)
    return wanted


@cache
def opengl_works() -> bool:
    """Whether a context of OpenGL 3.3 can be made and used on this screen; found out once."""
    surface = QOffscreenSurface()
    surface.setFormat(surface_format())
    surface.create()
    context = QOpenGLContext()
    context.setFormat(surface_format())
    if not (context.create() and surface.isValid() and context.makeCurrent(surface)):
        return False
    version = context.format().version()
    context.doneCurrent()
    return not context.isOpenGLES() and tuple(version) >= (3, 3)


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
        for item in list(self.items):
            self.removeItem(item)
        self._programs = Programs()
        self._mesh = MeshItem(self._programs)
        self._grid, self._contours = LineItem(self._programs), LineItem(self._programs)
        self._contours.lift = CONTOUR_LIFT
        self._paths: dict[SurfacePath, tuple[LineItem, LineItem]] = {}
        self._leaving: list[LineItem] = []
        self._keys: tuple[Any, Any, Any] = (None, None, None)
        for item in (self._mesh, self._grid, self._contours):
            self.addItem(item)

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show `scene`; sends to the graphics card only what differs from the one shown."""
        self._scene, self._style = scene, style
        surface, theme = scene.surface, style.theme
        shape, colours, grid = self._keys
        if surface is not shape:
            vertices, faces = _block(surface)
            self._mesh.set_shape(vertices, faces)
            self._contours.set_points(contours(surface))
        # Compared by identity: an array of its own for each scene in fog, None without.
        seen = None if scene.seen is None else id(scene)
        appearance = scene.appearance
        wanted = (surface, appearance.colour_map, appearance.camera, theme, seen)
        if wanted != colours:
            self._mesh.set_colours(_block_colours(surface, scene, style))
            self.setBackgroundColor(QColor(theme.canvas))
        lines = back_grid(surface, scene.appearance.camera)
        if lines is not grid:
            self._grid.set_points(lines)
        self._keys = (surface, wanted, lines)
        self._set_paths(scene)
        self.update()

    def _set_paths(self, scene: Scene) -> None:
        laid = {
            racer_path.surface_path for racer_path in scene.racer_paths if racer_path.surface_path is not None
        }
        for surface_path in [surface_path for surface_path in self._paths if surface_path not in laid]:
            for item in self._paths.pop(surface_path):
                self.removeItem(item)
                self._leaving.append(item)
        for surface_path in laid - self._paths.keys():
            line, marks = LineItem(self._programs), LineItem(self._programs, dots=True)
            line.set_points(within_window(surface_path.points))
            marks.set_points(within_window(surface_path.points[surface_path.index[dots(surface_path)]]))
            line.lift = marks.lift = TRAIL_LIFT
            self._paths[surface_path] = (line, marks)
            for item in (line, marks):
                self.addItem(item)

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
        canvas = QColor(self._style.theme.canvas)
        GL.glClearColor(canvas.redF(), canvas.greenF(), canvas.blueF(), 1.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT | GL.GL_STENCIL_BUFFER_BIT)
        for item in self._leaving:
            item.free()
        self._leaving.clear()
        scene = self._scene
        if scene is None or self.width() < 1 or self.height() < 1:
            return
        self.default_vao.bind()
        projection = surface_frame(QRectF(self.rect()), scene, self._style).projection
        ratio, theme = self.devicePixelRatioF(), self._style.theme
        pixel = ratio * self._style.unit
        self._programs.begin(
            projection.view_matrix.astype(np.float32),
            _frustum(projection),
            (self.width() * ratio, self.height() * ratio),
        )
        self._grid.stroke(theme.grid, pixel)
        self._mesh.paint()
        if scene.seen is not None:
            # Hills in the fog hide paths, as they do in painted pictures.
            self._mesh.paint_depth()
        else:
            self._contours.stroke(theme.line, pixel, theme.line_alpha)
        for racer_path, stroke in surface_strokes(scene.racer_paths, theme):
            if racer_path.surface_path is None:
                continue
            line, marks = self._paths[racer_path.surface_path]
            line.count = int(racer_path.surface_path.index[racer_path.step]) + 1
            marks.count = int(np.searchsorted(dots(racer_path.surface_path), racer_path.step, side="right"))
            line.stroke(stroke.colour, stroke.line * pixel, stroke.opacity, hidden=stroke.hidden)
            if stroke.dot:
                marks.stroke(stroke.colour, stroke.dot * pixel)
        self.default_vao.release()


def _frustum(projection: Projection) -> NDArray[np.float32]:
    """Return the matrix of a camera that draws exactly what `projection` projects."""
    near = max(projection.camera.distance - 4.0, 0.05)
    far = projection.camera.distance + 8.0
    matrix = np.zeros((4, 4), dtype=np.float32)
    matrix[0, 0] = 2 * projection.focal / projection.width
    matrix[1, 1] = 2 * projection.focal / projection.height
    matrix[2, 2:] = -(far + near) / (far - near), -2 * far * near / (far - near)
    matrix[3, 2] = -1
    return matrix


@cached_with_first(1, objects=4)
def _block(surface: SurfaceSamples) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return vertices and triangles of the block: its top, then its four sides."""
    mesh = surface_mesh(surface)
    rows, columns = mesh.solid.shape
    numbers = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    a, b = numbers[:-1, :-1][mesh.solid], numbers[:-1, 1:][mesh.solid]
    c, d = numbers[1:, 1:][mesh.solid], numbers[1:, :-1][mesh.solid]
    vertices = [mesh.vertices.reshape(-1, 3)]
    faces = [np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]
    for wall in walls(surface):
        first, k = sum(map(len, vertices)), len(wall.edge)
        bottom = wall.edge.copy()
        bottom[:, 2] = BASE
        vertices += [wall.edge, bottom]
        top = first + np.flatnonzero(wall.solid)
        faces += [
            np.stack([top, top + k, top + k + 1], axis=1),
            np.stack([top, top + k + 1, top + 1], axis=1),
        ]
    return np.concatenate(vertices), np.concatenate(faces)


def _block_colours(surface: SurfaceSamples, scene: Scene, style: Style) -> NDArray[np.uint8]:
    """Return the colours of the vertices of `_block`, shape (k, 4); what fog hides is clear."""
    appearance, theme, seen = scene.appearance, style.theme, scene.seen
    top = top_colours(surface, appearance.colour_map, theme, appearance.camera, seen).reshape(-1, 3)
    colours = [np.column_stack([top, np.full(len(top), 255.0) if seen is None else 255 * seen.reshape(-1)])]
    for wall in walls(surface):
        side = [*side_colour(wall, theme, appearance.camera), 255.0 if seen is None else 0.0]
        colours.append(np.tile(side, (2 * len(wall.edge), 1)))
    bytes_of_colours: NDArray[np.uint8] = np.rint(np.concatenate(colours)).astype(np.uint8)
    return bytes_of_colours
