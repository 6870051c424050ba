"""A small picture of data alone: points by class or target, or the first few images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.painting.style import Style, colour
from optexplorer.scene.palette import RACER_COLOURS

MOST_POINTS = 300
INSET = 0.09
"""Of the shorter side, so that no point touches the edge."""
IMAGES_PER_ROW = 4


def data_picture(data: Dataset, size: QSize, ratio: float, style: Style) -> QImage:
    """Return a picture of `data`, `size` large in units of the layout, on the ground of plots."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(style.theme.canvas))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(0, 0, size.width(), size.height())
        if data.image_shape is not None:
            _paint_images(painter, data, data.image_shape, room, style)
        else:
            _paint_points(painter, data, room, style)
    return image


def _paint_points(painter: QPainter, data: Dataset, room: QRectF, style: Style) -> None:
    places = _spread(data.examples, MOST_POINTS)
    x = data.inputs[places, 0]
    y = data.inputs[places, 1] if data.features > 1 else data.targets[places]
    edge = INSET * min(room.width(), room.height())
    inner = room.adjusted(edge, edge, -edge, -edge)
    across, up = _share(x), _share(y)
    # A handful of points would be lost.
    radius = max(1.0, min(room.width(), room.height()) / max(16.0, min(60.0, 4.0 * len(places))))
    inks = _inks(data, places)
    painter.setPen(Qt.PenStyle.NoPen)
    for right, high, ink in zip(across, up, inks, strict=True):
        painter.setBrush(ink)
        centre = QPointF(inner.left() + right * inner.width(), inner.bottom() - high * inner.height())
        painter.drawEllipse(centre, radius, radius)


def _inks(data: Dataset, places: NDArray[np.intp]) -> list[QColor]:
    """Return the colour of each example: of its class, or between two colours by its target."""
    if data.task == "classification":
        known = [
            colour(RACER_COLOURS[c % len(RACER_COLOURS)], 0.85) for c in range(max(len(data.classes), 1))
        ]
        return [known[int(target)] for target in data.targets[places]]
    if data.features == 1:
        return [colour(RACER_COLOURS[0], 0.85)] * len(places)
    low, high = QColor(RACER_COLOURS[0]), QColor(RACER_COLOURS[4])
    return [_between(low, high, float(share)) for share in _share(data.targets[places])]


def _between(low: QColor, high: QColor, share: float) -> QColor:
    red, green, blue = (
        round(a + (b - a) * share)
        for a, b in ((low.red(), high.red()), (low.green(), high.green()), (low.blue(), high.blue()))
    )
    return QColor(red, green, blue, 215)


def _paint_images(
    painter: QPainter, data: Dataset, shape: tuple[int, int], room: QRectF, style: Style
) -> None:
    """Paint the first images, dark on light or light on dark as the theme has it."""
    rows = max(1, round(IMAGES_PER_ROW * room.height() / room.width()))
    side = min(room.width() / IMAGES_PER_ROW, room.height() / rows)
    left, top = (room.width() - side * IMAGES_PER_ROW) / 2, (room.height() - side * rows) / 2
    low, high = float(data.inputs.min()), float(data.inputs.max())
    ink, ground = QColor(style.theme.text), QColor(style.theme.canvas)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    for place in range(min(rows * IMAGES_PER_ROW, data.examples)):
        row, column = divmod(place, IMAGES_PER_ROW)
        shares = (data.inputs[place].reshape(shape) - low) / ((high - low) or 1.0)
        pixels = np.empty((*shape, 4), dtype=np.uint8)
        for channel, (a, b) in enumerate(
            ((ground.blue(), ink.blue()), (ground.green(), ink.green()), (ground.red(), ink.red()))
        ):
            pixels[..., channel] = np.rint(a + (b - a) * shares)
        pixels[..., 3] = 255
        image = QImage(pixels.tobytes(), shape[1], shape[0], 4 * shape[1], QImage.Format.Format_ARGB32)
        spot = QRectF(left + column * side, top + row * side, side, side)
        painter.drawImage(spot.adjusted(0.08 * side, 0.08 * side, -0.08 * side, -0.08 * side), image)


def _share(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = float(numbers.min()), float(numbers.max())
    found: NDArray[np.float64] = (numbers - low) / (high - low) if high > low else np.full(len(numbers), 0.5)
    return found


def _spread(count: int, most: int) -> NDArray[np.intp]:
    """Return at most `most` places, evenly spread over `count`."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.intp))
