"""The surface as a picture, painted off the GUI thread, for where OpenGL does not work."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.style import Style
from optexplorer.painting.surface_painter import paint_surface_ground, paint_surface_trails
from optexplorer.painting.value_box import paint_plate
from optexplorer.scene.scene import Scene


class PaintedSurface(QWidget):
    """Shows the newest picture of a scene that is ready; paints the next while the person waits for none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._scene: Scene | None = None
        self._style = Style()
        self._picture = QImage()
        self._painted: Any = None
        self._under_way: Any = None
        self._samples: tuple[Any, QImage] = (None, QImage())
        self._background = LatestTask(self, "surface")
        self._background.finished.connect(self._take)
        self._background.failed.connect(self._drop)

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show `scene` as soon as it is painted."""
        self._scene, self._style = scene, style
        self._send()

    def _send(self) -> None:
        scene, style, ratio = self._scene, self._style, self.devicePixelRatioF()
        wanted = (scene, style, self.size(), ratio)
        if (
            scene is None
            or self._under_way is not None
            or wanted == self._painted
            or min(self.width(), self.height()) < 40
        ):
            return
        self._under_way = wanted
        width, height, samples = self.width(), self.height(), self._samples
        self._background.run(lambda: _paint(scene, style, width, height, ratio, samples))

    def _take(self, result: tuple[QImage, tuple[Any, QImage]]) -> None:
        self._picture, self._samples = result
        self._painted, self._under_way = self._under_way, None
        self.update()
        self._send()

    def _drop(self, message: str) -> None:
        self._painted, self._under_way = self._under_way, None
        self._send()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._send()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._style.theme.canvas))
            if not self._picture.isNull():
                painter.drawImage(QRectF(self.rect()), self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            words = self.tr("Drawn without OpenGL, which does not work here")
            paint_plate(painter, QRectF(self.rect()), [(words, self._style.theme.muted)], self._style)


def _paint(
    scene: Scene, style: Style, width: int, height: int, ratio: float, samples: tuple[Any, QImage]
) -> tuple[QImage, tuple[Any, QImage]]:
    """Return the picture of `scene`, and its ground for pictures that differ only in what moves."""
    rect = QRectF(0, 0, width, height)
    appearance = scene.appearance
    clear = None if scene.seen is None else scene.playhead
    key = (
        scene.surface,
        appearance.camera,
        appearance.colour_map,
        appearance.minima,
        clear,
        style,
        width,
        height,
        ratio,
    )
    if key != samples[0]:
        size = (math.ceil(width * ratio), math.ceil(height * ratio))
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        with QPainter(image) as painter:
            paint_surface_ground(painter, rect, scene, style)
        samples = (key, image)
    picture = samples[1].copy()
    with QPainter(picture) as painter:
        paint_surface_trails(painter, rect, scene, style)
    return picture, samples
