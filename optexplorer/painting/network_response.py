"""Paints a card beside a neuron: what it computes over the inputs, and its numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.fit_examples import class_colour, paint_mark
from optexplorer.painting.grid_image import between, paint_grid_image, paint_pixels
from optexplorer.painting.network_frame import NetworkFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.geometry.ticks import brief, tick_label
from optexplorer.scene.network.picture import NetworkPicture, Neuron
from optexplorer.scene.network.responses import Responses
from optexplorer.scene.network.trace import Array
from optexplorer.scene.palette import SIGN_COLOURS, rgb
from optexplorer.text import Text

SIDE, PAD = 150.0, 9.0
"""Side of the picture in a card, and room around it, in units of the style."""
POINT = 2.4
"""Radius of a data point, in units of the style."""
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)

_IMAGE = Text("Its weights, pixel by pixel", "画素ごとの重み")
_DEEPER = Text("Its inputs are neurons, not pixels.", "入力は画素ではなく、前の層のニューロンである。")
_DEAD = Text("dead: 0 for every example", "死んでいる: どのデータでも0")
_LEFT_OUT = Text("left out by dropout", "ドロップアウトで無効")
_NOT_FINITE = Text("Not finite", "有限の値でない")


def paint_response(
    painter: QPainter, frame: NetworkFrame, picture: NetworkPicture, key: tuple[int, int], style: Style
) -> QRectF:
    """Paint the card of the neuron `key`, its layer and unit; return the card's place, empty if there is none."""
    layer, unit = key
    neuron = picture.neuron(layer, unit)
    if neuron is None:
        return QRectF()
    words = [style.words(text) for text in _lines(picture, layer, neuron)]
    title = style.words(_title(picture, layer, neuron))
    shown = picture.responses.of(layer, unit) if layer else None
    room = 0.0 if shown is None else SIDE * style.unit + 4 * style.unit + _below(picture.responses, style)
    card = _place(frame, frame.spots[key], title, words, room, style)
    inner = card.adjusted(*(sign * PAD * style.unit for sign in (1, 1, -1, -1)))
    line = metrics(style).height()
    with saved(painter):
        painter.setPen(pen(style.theme.border, style.unit))
        painter.setBrush(colour(style.theme.panel, 0.97))
        painter.drawRoundedRect(card, 6 * style.unit, 6 * style.unit)
        painter.setFont(style.font(bold=True))
        painter.setPen(colour(style.theme.text))
        painter.drawText(QRectF(inner.left(), inner.top(), inner.width(), line), _LEFT, title)
        top = inner.top() + line + 4 * style.unit
        if shown is not None:
            side = SIDE * style.unit
            place = QRectF(inner.center().x() - side / 2, top, side, side)
            _paint_picture(painter, place, picture, shown, style)
            top = place.bottom() + _below(picture.responses, style)
        painter.setFont(style.font())
        painter.setPen(colour(style.theme.muted))
        for row, text in enumerate(words):
            box = QRectF(inner.left(), top + row * line, inner.width(), line)
            painter.drawText(box, _LEFT, text)
    return card


def _title(picture: NetworkPicture, layer: int, neuron: Neuron) -> Text:
    if layer == 0:
        return neuron.label
    if layer == picture.layers:
        name = neuron.label
        en, ja = (f": {name.en}", f": {name.ja}") if name.en else ("", "")
        return Text(f"output {neuron.unit + 1}{en}", f"出力{neuron.unit + 1}{ja}")
    return Text(f"layer {layer}, neuron {neuron.unit + 1}", f"第{layer}層、ニューロン{neuron.unit + 1}")


def _lines(picture: NetworkPicture, layer: int, neuron: Neuron) -> list[Text]:
    if layer == 0:
        return [_same(f"x = {brief(neuron.value)}")]
    lines = []
    if picture.responses.kind == "image":
        lines.append(_IMAGE if layer == 1 else _DEEPER)
    elif picture.responses.absence is not None:
        lines.append(picture.responses.absence)
    lines.append(_same(f"z = {brief(neuron.total)}   a = {brief(neuron.value)}"))
    lines.append(_same(f"∂L/∂a = {brief(neuron.gradient)}"))
    if neuron.dead:
        lines.append(_DEAD)
    if neuron.left_out:
        lines.append(_LEFT_OUT)
    return lines


def _same(words: str) -> Text:
    return Text(words, words)


def _below(responses: Responses, style: Style) -> float:
    """Return the room below the picture: for the ends of the axis, where it has one."""
    room = 4 * style.unit
    return room if responses.kind == "image" else room + metrics(style, 0.8).height()


def _place(
    frame: NetworkFrame, spot: QPointF, title: str, words: list[str], room: float, style: Style
) -> QRectF:
    """Return where the card stands: beside the neuron, within the picture."""
    unit, line = style.unit, metrics(style).height()
    width = max(text_width(style, words), text_width(style, [title], bold=True), (SIDE if room else 0) * unit)
    height = line * (1 + len(words)) + 4 * unit + room
    width, height = width + 2 * PAD * unit, height + 2 * PAD * unit
    gap = frame.radius + 8 * unit
    left = spot.x() + gap
    if left + width > frame.outer.right() - 4 * unit:
        left = spot.x() - gap - width
    left = max(left, frame.outer.left() + 4 * unit)
    lowest = frame.outer.bottom() - height - 4 * unit
    top = max(min(spot.y() - height / 2, lowest), frame.outer.top() + 4 * unit)
    return QRectF(left, top, width, height)


def _paint_picture(
    painter: QPainter, place: QRectF, picture: NetworkPicture, shown: Array, style: Style
) -> None:
    responses = picture.responses
    if not np.isfinite(shown).all():
        painter.setPen(colour(style.theme.muted))
        painter.setFont(style.font())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), style.words(_NOT_FINITE))
    elif responses.kind == "curve":
        _paint_curve(painter, place, responses, shown, style)
    elif responses.kind == "plane":
        with saved(painter):
            painter.setClipRect(place)
            paint_grid_image(painter, place, diverging(shown[::-1], style))
            _paint_points(painter, place, picture, style)
        _paint_ends(painter, place, responses.extent[0], style)
    else:
        paint_pixels(painter, place, diverging(shown, style))
    painter.setPen(pen(style.theme.border, style.unit))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place)


def diverging(values: Array, style: Style) -> NDArray[np.uint32]:
    """Return colours for finite numbers: from that of negative ones over the ground at 0 to that of positive ones.

    0xAARRGGBB, opaque, of the shape of `values`; the largest in size has its colour in full.
    """
    most = float(np.abs(values).max(initial=0.0)) or 1.0
    share = np.clip(values / most, -1.0, 1.0)
    positive, negative = (np.array(rgb(ink), dtype=float) for ink in SIGN_COLOURS[style.theme.name])
    inks = np.where(share[..., np.newaxis] >= 0, positive, negative)
    return between(style.theme.canvas, inks, np.abs(share))


def _paint_points(painter: QPainter, place: QRectF, picture: NetworkPicture, style: Style) -> None:
    responses = picture.responses
    assert responses.points is not None
    assert responses.targets is not None
    (x0, x1), (y0, y1) = responses.extent
    across = place.left() + (responses.points[:, 0] - x0) / (x1 - x0) * place.width()
    up = place.bottom() - (responses.points[:, 1] - y0) / (y1 - y0) * place.height()
    classes = picture.data.task == "classification"
    for x, y, target in zip(across.tolist(), up.tolist(), responses.targets.tolist(), strict=True):
        # The marks of the data in the fit view.
        shape = int(target) if classes else 0
        ink = class_colour(shape, style) if classes else style.theme.muted
        paint_mark(painter, QPointF(x, y), shape, ink, style, POINT)


def _paint_curve(painter: QPainter, place: QRectF, responses: Responses, shown: Array, style: Style) -> None:
    low, high = min(float(shown.min()), 0.0), max(float(shown.max()), 0.0)
    reach = (high - low) or 1.0
    low, high = low - 0.06 * reach, high + 0.06 * reach

    def up(value: float) -> float:
        return place.bottom() - (value - low) / (high - low) * place.height()

    painter.setBrush(colour(style.theme.canvas))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRect(place)
    painter.setPen(pen(style.theme.muted, style.unit, 0.6))
    painter.drawLine(QPointF(place.left(), up(0.0)), QPointF(place.right(), up(0.0)))
    (x0, x1), *_ = responses.extent
    if responses.points is not None:
        for x in responses.points[:, 0].tolist():
            at = place.left() + (x - x0) / (x1 - x0) * place.width()
            painter.drawLine(QPointF(at, place.bottom()), QPointF(at, place.bottom() - 5 * style.unit))
    across = np.linspace(place.left(), place.right(), len(shown)).tolist()
    points = [QPointF(x, up(value)) for x, value in zip(across, shown.tolist(), strict=True)]
    painter.setPen(pen(SIGN_COLOURS[style.theme.name][0], 2 * style.unit))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    _paint_ends(painter, place, (x0, x1), style)


def _paint_ends(painter: QPainter, place: QRectF, ends: tuple[float, float], style: Style) -> None:
    painter.setFont(style.font(0.8))
    painter.setPen(colour(style.theme.muted))
    box = QRectF(place.left(), place.bottom() + 1, place.width(), metrics(style, 0.8).height())
    low, high = (tick_label(float(f"{end:.2g}")) for end in ends)
    painter.drawText(box, _LEFT, low)
    painter.drawText(box, _RIGHT, high)
