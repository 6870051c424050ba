"""Draws the block of the surface, the grid behind it and its contour lines by OpenGL: into a view, or into an image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QOffscreenSurface, QOpenGLContext, QPainter
from PySide6.QtOpenGL import (
    QOpenGLFramebufferObject,
    QOpenGLFramebufferObjectFormat,
    QOpenGLVertexArrayObject,
)

from optexplorer.gui.desktop.opengl import surface_format
from optexplorer.gui.views.gl_items import LineItem, MeshItem, Programs
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import SurfaceFrame, back_grid
from optexplorer.painting.surface_painter import COARSE, SMALL
from optexplorer.scene.basin_colours import surface_overlay
from optexplorer.scene.geometry.camera import Projection
from optexplorer.scene.geometry.surface_mesh import (
    BASE,
    CONTOUR_LIFT,
    coarse_indices,
    contours,
    surface_mesh,
    walls,
)
from optexplorer.scene.geometry.surface_shading import side_colour, top_colours
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene
from optexplorer.weak_cache import cached_with_first


def clear(style: Style) -> None:
    """Fill the present framebuffer with the canvas."""
    canvas = QColor(style.theme.canvas)
    GL.glClearColor(canvas.redF(), canvas.greenF(), canvas.blueF(), 1.0)
    GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT | GL.GL_STENCIL_BUFFER_BIT)


class BlockItems:
    """What a context of OpenGL holds of the block; sends there only what has changed."""

    def __init__(self) -> None:
        self.stride = 1
        """Cells of the surface along each side of a triangle."""
        self.programs = Programs()
        self._mesh = MeshItem(self.programs)
        self._grid, self._contours = LineItem(self.programs), LineItem(self.programs)
        self._contours.lift = CONTOUR_LIFT
        self._keys: tuple[Any, Any, Any] = (None, None, None)

    def set_scene(self, scene: Scene, style: Style) -> None:
        """Take over from `scene` what differs from the one before."""
        surface, theme, appearance = scene.surface, style.theme, scene.appearance
        shape, colours, grid = self._keys
        if (surface, self.stride) != shape:
            self._mesh.set_shape(*_block(surface, self.stride))
            self._contours.set_points(contours(surface))
        # Compared by identity: a scene of its own for each place of the fog.
        seen = None if scene.seen is None else scene
        looks = (appearance.colour_map, appearance.camera, theme, scene.basin_key)
        wanted = (surface, self.stride, looks, seen)
        if wanted != colours:
            self._mesh.set_colours(_block_colours(surface, self.stride, scene, style))
        lines = back_grid(surface, appearance.camera)
        if lines is not grid:
            self._grid.set_points(lines)
        self._keys = ((surface, self.stride), wanted, lines)

    def draw(self, projection: Projection, scene: Scene, style: Style, ratio: float) -> None:
        """Draw into the present framebuffer, which is clear, with `ratio` pixels per unit."""
        theme, pixel = style.theme, ratio * style.unit
        self.programs.begin(
            projection.view_matrix.astype(np.float32),
            _frustum(projection),
            (projection.width * ratio, projection.height * ratio),
        )
        self._grid.stroke(theme.grid, pixel)
        self._mesh.paint()
        if scene.seen is not None:
            # Hills in the fog hide paths, as they do in painted pictures.
            self._mesh.paint_depth()
        else:
            self._contours.stroke(theme.line, pixel, theme.line_alpha)


class OffscreenBlock:
    """Draws blocks into images, in a context of its own; for the GUI thread only."""

    def __init__(self) -> None:
        wanted = surface_format()
        wanted.setSamples(0)
        self._surface = QOffscreenSurface()
        self._surface.setFormat(wanted)
        self._surface.create()
        self._context = QOpenGLContext()
        self._context.setFormat(wanted)
        if not self._context.create():
            raise RuntimeError("no context of OpenGL can be made")
        self._items = BlockItems()
        self._vertex_arrays: QOpenGLVertexArrayObject | None = None
        self._buffer: QOpenGLFramebufferObject | None = None

    def paint(self, painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
        """Paint the block of `scene` into `frame`, with one sample per pixel: smooth edges take more than twice as long.

        Raises
        ------
        RuntimeError, OpenGL.error.Error
            If OpenGL fails.
        """
        ratio = painter.device().devicePixelRatioF()
        size = QSize(round(frame.rect.width() * ratio), round(frame.rect.height() * ratio))
        if not self._context.makeCurrent(self._surface):
            raise RuntimeError("the context of OpenGL cannot be used")
        try:
            image = self._image(size, frame, scene, style, ratio)
        finally:
            self._context.doneCurrent()
        image.setDevicePixelRatio(ratio)
        painter.drawImage(frame.rect.topLeft(), image)

    def _image(self, size: QSize, frame: SurfaceFrame, scene: Scene, style: Style, ratio: float) -> QImage:
        if self._vertex_arrays is None:
            self._vertex_arrays = QOpenGLVertexArrayObject()
            self._vertex_arrays.create()
            self._vertex_arrays.bind()
        self._items.stride = COARSE if min(size.width(), size.height()) < SMALL else 1
        self._items.set_scene(scene, style)
        buffer = self._framebuffer(size)
        buffer.bind()
        GL.glViewport(0, 0, size.width(), size.height())
        clear(style)
        self._items.draw(frame.projection, scene, style, ratio)
        return buffer.toImage().convertToFormat(QImage.Format.Format_RGB32)

    def _framebuffer(self, size: QSize) -> QOpenGLFramebufferObject:
        if self._buffer is None or self._buffer.size() != size:
            wanted = QOpenGLFramebufferObjectFormat()
            wanted.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            self._buffer = QOpenGLFramebufferObject(size, wanted)
            if not self._buffer.isValid():
                raise RuntimeError(f"no framebuffer of {size.width()} × {size.height()} pixels")
        return self._buffer


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


@cached_with_first(2, objects=4)
def _block(surface: SurfaceSamples, stride: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return vertices and triangles of the block: its top, `stride` cells to a side of them, then its four sides."""
    mesh = surface_mesh(surface)
    corners, cells = coarse_indices(surface, stride)
    vertices = [mesh.vertices[corners].reshape(-1, 3)]
    solid = mesh.solid[cells]
    rows, columns = solid.shape
    numbers = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    a, b = numbers[:-1, :-1][solid], numbers[:-1, 1:][solid]
    c, d = numbers[1:, 1:][solid], numbers[1:, :-1][solid]
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


def _block_colours(surface: SurfaceSamples, stride: int, scene: Scene, style: Style) -> NDArray[np.uint8]:
    """Return the colours of the vertices of `_block`, shape (k, 4); what fog hides is clear."""
    appearance, theme, seen = scene.appearance, style.theme, scene.seen
    corners, _ = coarse_indices(surface, stride)
    overlay = surface_overlay(scene.basins, surface, theme, appearance.basin_opacity)
    shades = top_colours(surface, appearance.colour_map, theme, appearance.camera, seen, overlay)
    top = shades[corners].reshape(-1, 3)
    clear = np.full(len(top), 255.0) if seen is None else 255 * seen[corners].reshape(-1)
    colours = [np.column_stack([top, clear])]
    for wall in walls(surface):
        side = [*side_colour(wall, theme, appearance.camera), 255.0 if seen is None else 0.0]
        colours.append(np.tile(side, (2 * len(wall.edge), 1)))
    bytes_of_colours: NDArray[np.uint8] = np.rint(np.concatenate(colours)).astype(np.uint8)
    return bytes_of_colours
