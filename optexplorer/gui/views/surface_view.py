"""The surface in the window: drawn by OpenGL, or by QPainter where OpenGL is not available."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from optexplorer.experiment.appearance import Camera
from optexplorer.gui.desktop.opengl import renderer
from optexplorer.gui.views.layered_view import LayeredView
from optexplorer.gui.views.painted_surface import PaintedSurface
from optexplorer.gui.views.software_block import SoftwareBlock
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.layers import Layers, SurfaceLayers, SurfaceMarkLayers
from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import SurfaceFrame, surface_frame
from optexplorer.scene.geometry.camera import surface_point
from optexplorer.scene.scene import Scene

if TYPE_CHECKING:
    from optexplorer.gui.views.gl_canvas import Canvas

TURN = 0.45
"""Degrees that the camera turns when the mouse moves by one pixel."""
KEY_TURN = 5.0
"""Degrees that it turns at one press of an arrow key."""
ZOOM = 0.88
"""What one notch of the wheel makes of the camera's distance."""
NEAREST, FARTHEST = 1.2, 20.0
LOWEST, HIGHEST = 0.0, 90.0
"""Elevations between which the mouse turns the camera."""

REST = 120
"""Milliseconds after the last movement until the surface is painted with smooth edges."""

_TURNS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ZOOMS = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}


class SurfaceView(LayeredView):
    """Shows the surface of a scene; signals where the user puts the start, and the camera."""

    pointChosen = Signal(float, float)
    """The point of the landscape that has been clicked."""
    cameraMoved = Signal(object)
    """The `Camera` from which the user wants to look."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed: tuple[QPointF, Camera, bool] | None = None
        self._dragged = False
        self._start_before: tuple[float, ...] = ()
        self._layers: Layers | None = None
        self._key: Any = None
        self.gl: Canvas | None = self._make_canvas()
        """The widget that draws on a graphics card; None where there is none."""
        self._overlay = _Overlay(self) if self.gl is not None else None
        self._painted = PaintedSurface(self) if self.gl is None and renderer() != "software" else None
        self._preparation = LatestTask(self, "OpenGL")
        # Without it, pictures are painted: the block says so when it is asked for one.
        self._preparation.failed.connect(lambda _: None)
        self._is_prepared = self.gl is not None or self._painted is not None
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._come_to_rest)
        self._block = SoftwareBlock(drawn_fast=self._rest.start)
        self.setMinimumSize(160, 140)
        self.retranslate()

    def _make_canvas(self) -> Canvas | None:
        if renderer() != "card":
            return None
        try:
            from optexplorer.gui.views.gl_canvas import Canvas
        except (ImportError, OSError, AttributeError):
            # PyOpenGL raises any of these where it finds no library, or one that it does not know.
            return None
        canvas = Canvas(self)
        canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.failed.connect(self._lose_opengl)
        return canvas

    def _lose_opengl(self) -> None:
        """Switch to painted pictures after OpenGL has failed while drawing."""
        for widget in (self.gl, self._overlay):
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.gl = self._overlay = None
        self._painted = PaintedSurface(self)
        self._painted.setGeometry(self.rect())
        self._painted.show()
        if self._scene is not None:
            self._painted.show_scene(self._scene, self._style)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Surface"))
        keys = self.tr(
            "Click: start point\nDrag: turn\nWheel: zoom\nShift+drag: move the surface\n"
            "Double-click: the usual view\nShift+arrow keys: turn\nShift+page keys: zoom"
        )
        self.setAccessibleDescription(keys)
        self.setToolTip(keys)

    def show_scene(self, scene: Scene, style: Style) -> None:
        before = self._scene, self._style
        self._scene, self._style = scene, style
        if self.gl is not None:
            self.gl.show_scene(scene, style)
        if self._painted is not None:
            self._painted.show_scene(scene, style)
        # What lies above is painted anew; this widget too would have it painted twice.
        elif (scene, style) != before:
            (self._overlay or self).update()

    def _prepare(self) -> None:
        """Import what turning the camera needs, before it turns."""
        if not self._is_prepared:
            self._is_prepared = True
            self._preparation.run(SoftwareBlock.load)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._prepare()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._prepare()

    def _come_to_rest(self) -> None:
        """Paint the block with smooth edges after what has been moved has come to rest."""
        self._block.rest()
        self._layers = None
        self.update()

    # What QPainter paints: marks on top of what a graphics card draws, or everything

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._overlay is None and self._painted is None:
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._style.theme.canvas))

    def refresh_layers(self, scene: Scene) -> None:
        key = (self._style, self.size(), self.devicePixelRatioF())
        if key != self._key or self._layers is None:
            self._key = key
            place, ratio = QRectF(self.rect()), self.devicePixelRatioF()
            self._layers = (
                SurfaceLayers(place, self._style, ratio, self._block.paint)
                if self.gl is None
                else SurfaceMarkLayers(place, self._style, ratio)
            )

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._layers is not None
        self._layers.paint(painter, scene)

    def paint_overlay(self, painter: QPainter) -> None:
        """Paint axes and marks, and the ring of the keyboard's focus."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._scene is not None and self.width() >= 40 and self.height() >= 40:
            self.paint_scene(painter, self._scene)
        self.paint_focus(painter)

    def _frame(self, scene: Scene) -> SurfaceFrame:
        return surface_frame(QRectF(self.rect()), scene, self._style)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for widget in (self.gl, self._overlay, self._painted):
            if widget is not None:
                widget.setGeometry(self.rect())

    # The camera

    def _move(self, **change: Any) -> None:
        if self._scene is not None:
            camera = self._scene.appearance.camera
            self.cameraMoved.emit(Camera.model_validate({**camera.model_dump(), **change}))

    def _rotate(self, camera: Camera, right: float, up: float) -> None:
        """Turn about the centre, from where `camera` is, by degrees."""
        azimuth = (camera.azimuth + right + 180) % 360 - 180
        lowest = min(LOWEST, camera.elevation)
        self._move(azimuth=azimuth, elevation=min(max(camera.elevation + up, lowest), HIGHEST))

    def _pan(self, camera: Camera, offset: QPointF) -> None:
        """Move what is seen by `offset` on the screen, from where `camera` is."""
        projection = SurfaceFrame(QRectF(self.rect()), camera, self._style.unit).projection
        right, up = projection.view_matrix[:2, :3]
        scale = camera.distance / projection.focal
        centre = np.array(camera.centre) + scale * (offset.y() * up - offset.x() * right)
        self._move(centre=tuple(centre.clip(-3, 3).tolist()))

    def _zoom(self, notches: float) -> None:
        if self._scene is not None:
            distance = self._scene.appearance.camera.distance * ZOOM**notches
            self._move(distance=min(max(distance, NEAREST), FARTHEST))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._scene is None:
            super().mousePressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        turns = event.button() == Qt.MouseButton.LeftButton and not shift
        self._pressed = (event.position(), self._scene.appearance.camera, turns)
        self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        begin, camera, turns = self._pressed
        offset = event.position() - begin
        if not self._dragged:
            if offset.manhattanLength() < QApplication.startDragDistance():
                return
            self._dragged = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if turns:
            self._rotate(camera, -TURN * offset.x(), TURN * offset.y())
        else:
            self._pan(camera, offset)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        self.unsetCursor()
        if pressed is None or self._dragged or not pressed[2] or self._scene is None:
            return
        place = event.position()
        projection = self._frame(self._scene).projection
        point = surface_point(self._scene.surface, projection, place.x(), place.y())
        if point is not None:
            self._start_before = self._scene.place_of_start
            self.pointChosen.emit(*point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if len(self._start_before) == 2:
            # The first click of the two has moved the start.
            self.pointChosen.emit(*self._start_before)
            self._start_before = ()
        self.cameraMoved.emit(Camera())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.angleDelta().y():
            super().wheelEvent(event)
            return
        event.accept()
        self._zoom(event.angleDelta().y() / 120)

    # Keyboard

    def event(self, event: QEvent) -> bool:
        # A surface that has been reached by keyboard turns; else the keys of the window's commands come first.
        asked = (
            event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _turns(event)
        )
        if asked and self._focus_seen:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._scene is None or not shift or key not in (*_TURNS, *_ZOOMS):
            super().keyPressEvent(event)
            return
        if key in _TURNS:
            right, up = _TURNS[key]
            self._rotate(self._scene.appearance.camera, KEY_TURN * right, KEY_TURN * up)
        else:
            self._zoom(_ZOOMS[key])
        event.accept()


def _turns(event: QKeyEvent) -> bool:
    """Whether a key turns the surface."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and Qt.Key(event.key()) in _TURNS


class _Overlay(QWidget):
    """Lies over the canvas of OpenGL, so that axes and marks are as crisp as in a picture."""

    def __init__(self, view: SurfaceView) -> None:
        super().__init__(view)
        self._view = view
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._view.paint_overlay(painter)
