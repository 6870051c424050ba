"""Paints the surface off the GUI thread with QPainter, for systems without OpenGL."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.layer_images import new_layer, painter_on
from optexplorer.painting.layers import SurfaceLayers
from optexplorer.painting.style import Style
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.scene import Scene


class PaintedSurface(QWidget):
    """Shows the newest picture of a scene that is ready; paints the next while the user waits for none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._scene: Scene | None = None
        self._style = Style()
        self._picture = QImage()
        self._painted: Any = None
        self._under_way: Any = None
        self._layers: tuple[Any, SurfaceLayers | None] = (None, None)
        self._background = LatestTask(self, "surface")
        self._background.finished.connect(self._on_painted)
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
        width, height = self.width(), self.height()
        key = (style, width, height, ratio)
        layers = self._layers[1] if self._layers[0] == key else None
        if layers is None:
            layers = SurfaceLayers(QRectF(0, 0, width, height), style, ratio)
            self._layers = (key, layers)
        # Only one picture is under way at a time, so the layers belong to the thread that paints it.
        painted_layers = layers
        self._background.run(lambda: _paint(scene, style, width, height, ratio, painted_layers))

    def _on_painted(self, picture: QImage) -> None:
        self._picture = picture
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
            paint_value_box(painter, QRectF(self.rect()), [(words, self._style.theme.muted)], self._style)


def _paint(
    scene: Scene, style: Style, width: int, height: int, ratio: float, layers: SurfaceLayers
) -> QImage:
    """Return the picture of `scene`."""
    picture = new_layer(QRectF(0, 0, width, height), style, ratio)
    with painter_on(picture, QPointF()) as painter:
        layers.paint(painter, scene)
    return picture
