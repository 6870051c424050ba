"""Images that hold a layer of a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from optexplorer.painting.style import Style


def new_layer(rect: QRectF, style: Style, ratio: float = 1.0) -> QImage:
    """Return an image for what lies in `rect`, with `ratio` pixels per unit: the style's canvas, or clear."""
    width, height = math.ceil(rect.width() * ratio), math.ceil(rect.height() * ratio)
    form = QImage.Format.Format_ARGB32_Premultiplied if style.transparent else QImage.Format.Format_RGB32
    image = QImage(max(width, 1), max(height, 1), form)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(Qt.GlobalColor.transparent) if style.transparent else QColor(style.theme.canvas))
    return image


@contextmanager
def painter_on(layer: QImage, corner: QPointF) -> Iterator[QPainter]:
    """Paint on a layer whose upper left corner lies at `corner` of the picture."""
    with QPainter(layer) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-corner)
        yield painter


def restore(painter: QPainter, layer: QImage, outer: QRectF, part: QRectF) -> QRectF:
    """Put `part` of a layer, which fills `outer`, in place of what is there; return it widened to whole pixels."""
    place, source = _whole_pixels(layer, outer, part)
    painter.setClipRect(place)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(place, layer, source)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    return place


def put(painter: QPainter, layer: QImage, outer: QRectF, part: QRectF) -> None:
    """Put `part` of a layer, which fills `outer`, on top of what is there."""
    place, source = _whole_pixels(layer, outer, part)
    painter.drawImage(place, layer, source)


def _whole_pixels(layer: QImage, outer: QRectF, part: QRectF) -> tuple[QRectF, QRectF]:
    """Return where a part of a layer lies, widened to whole pixels, in the picture and in the layer."""
    ratio = layer.devicePixelRatio()
    part = part.intersected(outer).translated(-outer.topLeft())
    left, top = math.floor(part.left() * ratio), math.floor(part.top() * ratio)
    width, height = math.ceil(part.right() * ratio) - left, math.ceil(part.bottom() * ratio) - top
    place = QRectF(left / ratio, top / ratio, width / ratio, height / ratio).translated(outer.topLeft())
    return place, QRectF(left, top, width, height)
