"""The trails of a map from scene to scene: only what has changed is painted anew."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.map_painter import blocks_before, changed_parts, paint_trails, prefix_unchanged
from optexplorer.painting.style import Style
from optexplorer.scene.scene import Scene


class MapLayers:
    """A picture of ground and trails that follows the playhead.

    `samples` is the picture without trails; its left upper corner is that of the frame's outer rectangle. `picture`
    is the same with trails, without what stands on top of them.
    """

    def __init__(self, samples: QImage, frame: MapFrame, style: Style) -> None:
        self._samples, self._frame, self._style = samples, frame, style
        self._settled = samples
        self._shown: Scene | None = None
        self.picture = samples.copy()

    def advance(self, scene: Scene) -> list[QRectF]:
        """Bring the picture to `scene`; return where it has changed, in units of the picture's layout."""
        before, frame = self._shown, self._frame
        if before is scene:
            return []
        last = blocks_before(scene.playhead)
        if before is not None and prefix_unchanged(before, scene):
            first, parts = blocks_before(before.playhead), changed_parts(frame, before, scene)
        else:
            first, parts = 0, [frame.outer]
            self._settled = self._samples.copy()
        if first < last:
            with self._painter(self._settled) as painter:
                paint_trails(painter, frame, scene, self._style, None, first, last)
        if parts:
            with self._painter(self.picture) as painter:
                for part in parts:
                    place, pixels = self._whole_pixels(part)
                    painter.setClipRect(place)
                    painter.drawImage(place, self._settled, pixels)
                    paint_trails(painter, frame, scene, self._style, place, last)
        self._shown = scene
        return parts

    def _painter(self, image: QImage) -> QPainter:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self._frame.outer.topLeft())
        return painter

    def _whole_pixels(self, part: QRectF) -> tuple[QRectF, QRectF]:
        """Return `part` widened to whole pixels, in units of the layout and in pixels of the picture."""
        ratio, outer = self.picture.devicePixelRatio(), self._frame.outer
        part = part.intersected(outer).translated(-outer.topLeft())
        left, top = math.floor(part.left() * ratio), math.floor(part.top() * ratio)
        width, height = math.ceil(part.right() * ratio) - left, math.ceil(part.bottom() * ratio) - top
        pixels = QRectF(left, top, width, height)
        place = QRectF(left / ratio, top / ratio, width / ratio, height / ratio)
        return place.translated(outer.topLeft()), pixels
