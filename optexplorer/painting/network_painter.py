"""Paints a network: neurons with their values, weights, the loss, and how far a step has come in it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from optexplorer.painting.absence_painter import paint_reason
from optexplorer.painting.axes import metrics, paint_text, text_width
from optexplorer.painting.grid_image import between, paint_pixels
from optexplorer.painting.network_frame import LONGEST_NAME, NOTES, NUMBER, NetworkFrame, network_frame
from optexplorer.painting.network_histograms import paint_histograms
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.geometry.ticks import brief, tick_label
from optexplorer.scene.network.network_absence import absence_of_network
from optexplorer.scene.network.picture import Column, Connection, Neuron
from optexplorer.scene.network.stage import Stage
from optexplorer.scene.palette import ROLE_COLOURS, SIGN_COLOURS
from optexplorer.scene.scene import Scene, ShownNetwork
from optexplorer.text import Text

THINNEST, THICKEST = 0.7, 5.0
"""Of weights, in units of the style."""
PALE, LATER = 0.16, 0.14
"""Opacity of the smallest weight, and of what is still to come."""
SMALL, SMALLEST_TYPE = 0.86, 7.0
"""Type in neurons, to that of small type; and the smallest, in pixels."""

_WEIGHT, _GRADIENT = Text("weight", "重み"), Text("gradient", "勾配")
_INPUTS, _OUTPUTS = Text("inputs", "入力"), Text("outputs", "出力")
_FORWARD, _BACKWARD = Text("forward →", "順伝播 →"), Text("← backward", "← 逆伝播")
_COMPUTING = Text("Computing …", "計算中…")
_RACERS = Text(
    "No visible racer has been computed.",
    "表示中の走者がまだ計算されていない。",
)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def paint_network(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint the network of `scene` into `rect`, or why there is none."""
    if not style.transparent:
        painter.fillRect(rect, QColor(style.theme.canvas))
    shown = scene.network
    if shown is None:
        paint_reason(painter, rect, style.words(network_reason(scene)), style)
        return
    frame = network_frame(rect, shown.picture, style)
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        _paint_header(painter, frame, scene, shown, style)
        _paint_titles(painter, frame, shown, style)
        _paint_connections(painter, frame, shown, style)
        _paint_neurons(painter, frame, shown, style)
        _paint_loss(painter, frame, shown, style)
        paint_histograms(painter, frame, shown.picture, style)
        _paint_notes(painter, frame, shown, style)


def network_reason(scene: Scene) -> Text:
    """Return why no network is shown."""
    return absence_of_network(scene.landscape) or (_COMPUTING if scene.racer_paths else _RACERS)


def short(value: float, digits: int = 2) -> str:
    """Return a number with so many digits: as it fits into a neuron."""
    if not math.isfinite(value):
        return tick_label(value)
    return tick_label(float(f"{value:.{digits}g}"))


def _paint_header(
    painter: QPainter, frame: NetworkFrame, scene: Scene, shown: ShownNetwork, style: Style
) -> None:
    theme, picture, line = style.theme, shown.picture, metrics(style).height()
    title = " · ".join([*_whose(scene, shown, style), style.words(picture.example.title())])
    known = picture.example.outcome(predicted=shown.stage.forward >= picture.layers, lost=shown.stage.loss)
    row = QRectF(frame.header.left(), frame.header.top(), frame.header.width(), line)
    room = row.adjusted(0, 0, -_paint_direction(painter, row, shown, style), 0)
    painter.setFont(style.font(bold=True))
    painter.setPen(colour(theme.text))
    _elided(painter, room, title, style, bold=True)
    painter.setFont(style.font())
    painter.setPen(colour(theme.muted))
    if frame.header_rows == 3:
        room = row = row.translated(0, line + 2 * style.unit)
    else:
        room = room.adjusted(text_width(style, [title], bold=True) + 14 * style.unit, 0, 0, 0)
    _elided(painter, room, style.words(known), style)
    row = row.translated(0, line + 2 * style.unit)
    taken = _paint_legend(painter, row, shown, style)
    painter.setPen(colour(theme.muted))
    _elided(painter, row.adjusted(0, 0, -taken, 0), style.words(_selected(shown)), style)


def _whose(scene: Scene, shown: ShownNetwork, style: Style) -> list[str]:
    """Return the name of the racer whose network it is, where there are several."""
    if len(scene.racer_paths) < 2:
        return []
    return [style.words(path.name) for path in scene.racer_paths if path.number == shown.picture.racer]


def _paint_direction(painter: QPainter, line: QRectF, shown: ShownNetwork, style: Style) -> float:
    """Say at the right end of a line where the numbers flow; return the width that this takes."""
    if shown.stage.part not in ("forward", "backward"):
        return 0.0
    words = style.words(_FORWARD if shown.stage.part == "forward" else _BACKWARD)
    painter.setFont(style.font(bold=True))
    painter.setPen(colour(style.theme.accent))
    painter.drawText(line, _RIGHT, words)
    return text_width(style, [words], bold=True) + 10 * style.unit


def _elided(painter: QPainter, room: QRectF, words: str, style: Style, *, bold: bool = False) -> None:
    written = metrics(style, bold=bold).elidedText(words, Qt.TextElideMode.ElideRight, max(room.width(), 1.0))
    painter.drawText(room, _LEFT, written)


def _paint_legend(painter: QPainter, line: QRectF, shown: ShownNetwork, style: Style) -> float:
    """Say at the right end of a line what the colours of the weights mean; return the width that this takes."""
    gradients = shown.stage.backward is not None
    quantity = style.words(_GRADIENT if gradients else _WEIGHT)
    unit, sample = style.unit, 16 * style.unit
    parts = [(f"{quantity} > 0", 0), ("< 0", 1)]
    x = line.right()
    for words, sign in reversed(parts):
        width = text_width(style, [words])
        x -= width
        painter.setPen(colour(style.theme.muted))
        painter.drawText(QRectF(x, line.top(), width + 2, line.height()), _LEFT, words)
        x -= sample + 5 * unit
        painter.setPen(pen(SIGN_COLOURS[style.theme.name][sign], 3 * unit))
        middle = line.center().y()
        painter.drawLine(QPointF(x, middle), QPointF(x + sample, middle))
        x -= 10 * unit
    return line.right() - x


def _selected(shown: ShownNetwork) -> Text:
    """Return the selected weight and its numbers, and why it is the selected one."""
    picture = shown.picture
    found = next((c for c in picture.connections if c.parameter == picture.selected), None)
    numbers = picture.selected_name
    if found is not None:
        numbers += f" = {brief(found.weight)}"
    if found is not None and (shown.stage.part is None or shows_gradient(found, shown.stage)):
        numbers += f" · ∂L/∂w {brief(found.gradient)}"
    if picture.chosen:
        return Text(f"selected: {numbers}", f"選択中: {numbers}")
    return Text(f"largest gradient: {numbers}", f"勾配が最大: {numbers}")


def _paint_titles(painter: QPainter, frame: NetworkFrame, shown: ShownNetwork, style: Style) -> None:
    """Name the columns, and mark the one that the phase is about."""
    stage, columns = shown.stage, shown.picture.columns
    line, unit = metrics(style).height(), style.unit
    half = min(frame.spacing() / 2, 64 * unit)
    for column, x in zip(columns, frame.columns, strict=True):
        here = stage.layer == column.layer or (stage.part == "example" and column.layer == 0)
        top = frame.body.top()
        if here:
            band = QRectF(x - frame.radius - 8 * unit, top, 2 * frame.radius + 16 * unit, frame.body.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(style.theme.accent, 0.10))
            painter.drawRoundedRect(band, 6 * unit, 6 * unit)
        ink = style.theme.accent if here else style.theme.muted
        room = max(2 * half, 10.0)
        for row, words in enumerate(_title(column, shown, style)):
            written = metrics(style, bold=here).elidedText(words, Qt.TextElideMode.ElideRight, room)
            paint_text(painter, QPointF(x, top + (row + 0.5) * line), written, style, ink, bold=here)


def _title(column: Column, shown: ShownNetwork, style: Style) -> tuple[str, str]:
    last = shown.picture.layers
    drawn, size = len(column.neurons), column.size
    count = style.words(
        Text(f"{drawn} of {size}", f"{size}個中{drawn}個") if drawn < size else Text(f"{size}", f"{size}個")
    )
    if column.layer == 0:
        return style.words(_INPUTS), count
    if column.layer == last:
        return style.words(_OUTPUTS), count
    name = style.words(Text(f"layer {column.layer}", f"第{column.layer}層"))
    return name, f"{column.activation} · {count}" if column.activation else count


def shows_gradient(connection: Connection, stage: Stage) -> bool:
    """Whether a weight is drawn by its gradient: where the way back has come by."""
    return stage.backward is not None and connection.layer >= stage.backward


def _paint_connections(painter: QPainter, frame: NetworkFrame, shown: ShownNetwork, style: Style) -> None:
    picture, stage = shown.picture, shown.stage
    signs = SIGN_COLOURS[style.theme.name]
    ordered = sorted(picture.connections, key=lambda c: abs(c.weight) if math.isfinite(c.weight) else 0.0)
    for connection in ordered:
        by_gradient = shows_gradient(connection, stage)
        value = connection.gradient if by_gradient else connection.weight
        most = picture.largest_gradient if by_gradient else picture.largest_weight
        share = min(abs(value) / most, 1.0) if most and math.isfinite(value) else 0.0
        reached = connection.layer <= stage.forward or by_gradient
        present = stage.layer is None or stage.layer == connection.layer
        alpha = PALE + (0.92 - PALE) * share if reached else LATER
        alpha *= 1.0 if present else 0.55
        ink = (signs[0] if value >= 0 else signs[1]) if math.isfinite(value) else style.theme.muted
        line = pen(
            ink if reached else style.theme.muted,
            (THINNEST + (THICKEST - THINNEST) * share) * style.unit,
            max(alpha, 0.06),
        )
        painter.setPen(line)
        begin, end = frame.ends(connection)
        painter.drawLine(begin, end)
    _paint_selected(painter, frame, shown, style)


def _paint_selected(painter: QPainter, frame: NetworkFrame, shown: ShownNetwork, style: Style) -> None:
    """Mark the selected weight: two lines along it, so that its own colour stays."""
    picture = shown.picture
    found = next((c for c in picture.connections if c.parameter == picture.selected), None)
    if found is None:
        return
    begin, end = frame.ends(found)
    by_gradient = shows_gradient(found, shown.stage)
    value = found.gradient if by_gradient else found.weight
    most = picture.largest_gradient if by_gradient else picture.largest_weight
    share = min(abs(value) / most, 1.0) if most and math.isfinite(value) else 0.0
    width = (THINNEST + (THICKEST - THINNEST) * share) * style.unit
    painter.setPen(pen(style.theme.text, width + 4.5 * style.unit))
    painter.drawLine(begin, end)
    painter.setPen(pen(style.theme.canvas, width + 2 * style.unit))
    painter.drawLine(begin, end)
    signs = SIGN_COLOURS[style.theme.name]
    painter.setPen(pen(signs[0] if value >= 0 else signs[1], max(width, 1.6 * style.unit)))
    painter.drawLine(begin, end)


def _paint_neurons(painter: QPainter, frame: NetworkFrame, shown: ShownNetwork, style: Style) -> None:
    last = shown.picture.layers
    for column in shown.picture.columns:
        values = [_shown_value(neuron, column, shown.stage) for neuron in column.neurons]
        sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
        most = max(sizes, default=0.0)
        for neuron, value in zip(column.neurons, values, strict=True):
            _paint_neuron(painter, frame, column, neuron, value, most, shown, style)
        if column.layer == 0 and not frame.image.isEmpty():
            _paint_image(painter, frame, shown, style)
        elif column.layer in (0, last):
            _paint_names(painter, frame, column, style, at_left=column.layer == 0)
        if column.layer in frame.dots:
            paint_text(painter, frame.dots[column.layer], "⋮", style, style.theme.muted, bold=True)


def _shown_value(neuron: Neuron, column: Column, stage: Stage) -> float | None:
    """Return the number that stands in a neuron; None while there is none."""
    if stage.backward is not None and column.layer >= stage.backward:
        return neuron.gradient
    return neuron.value if column.layer <= stage.forward else None


def _paint_neuron(
    painter: QPainter,
    frame: NetworkFrame,
    column: Column,
    neuron: Neuron,
    value: float | None,
    most: float,
    shown: ShownNetwork,
    style: Style,
) -> None:
    theme, unit, radius = style.theme, style.unit, frame.radius
    spot = frame.spots[column.layer, neuron.unit]
    share = abs(value) / most if value is not None and most and math.isfinite(value) else 0.0
    positive, negative = SIGN_COLOURS[theme.name]
    back = shown.stage.backward is not None and column.layer >= shown.stage.backward
    edge = ROLE_COLOURS[theme.name]["gradient"] if back else theme.muted
    outline = QPen(colour(edge, 1.0 if value is not None else 0.5), 1.3 * unit)
    if neuron.dead or neuron.left_out:
        outline.setStyle(Qt.PenStyle.DotLine)
    if neuron.bias is not None and neuron.bias == shown.picture.selected:
        outline = QPen(colour(theme.text), 3 * unit)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.canvas))
    painter.drawEllipse(spot, radius, radius)
    painter.setPen(outline)
    fill = positive if value is not None and value >= 0 else negative
    painter.setBrush(colour(fill, 0.42 * share) if share else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(spot, radius, radius)
    if neuron.left_out:
        reach = 0.7 * radius
        painter.setPen(pen(theme.muted, 1.2 * unit))
        for sign in (-1, 1):
            painter.drawLine(spot + QPointF(-reach, sign * reach), spot + QPointF(reach, -sign * reach))
    elif value is not None and radius >= 11 * unit:
        _paint_value(painter, spot, value, 2 * radius - 4 * unit, style)
    if frame.numbered and column.layer > 0:
        _paint_number(painter, spot, radius, neuron.unit + 1, style)


def _paint_value(painter: QPainter, spot: QPointF, value: float, room: float, style: Style) -> None:
    """Write a number into a neuron, with fewer digits where there is little room."""
    for digits in (2, 1):
        text = short(value, digits)
        factor = min(SMALL, room / max(text_width(style, [text]), 1.0))
        if factor * style.text_size < SMALLEST_TYPE:
            continue
        painter.setFont(style.font(factor))
        painter.setPen(colour(style.theme.text))
        box = QRectF(spot.x() - room, spot.y() - room / 2, 2 * room, room)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        return


def _paint_number(painter: QPainter, spot: QPointF, radius: float, number: int, style: Style) -> None:
    """Write the number of a neuron above it."""
    painter.setFont(style.font(NUMBER))
    painter.setPen(colour(style.theme.muted))
    height = metrics(style, NUMBER).height()
    box = QRectF(spot.x() - radius, spot.y() - radius - height, 2 * radius, height)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(number))


def _paint_names(
    painter: QPainter, frame: NetworkFrame, column: Column, style: Style, *, at_left: bool
) -> None:
    room, line = LONGEST_NAME * style.unit, metrics(style).height()
    painter.setFont(style.font())
    painter.setPen(colour(style.theme.text))
    for neuron in column.neurons:
        spot = frame.spots[column.layer, neuron.unit]
        text = metrics(style).elidedText(style.words(neuron.label), Qt.TextElideMode.ElideRight, room)
        gap = frame.radius + 6 * style.unit
        left = spot.x() - gap - room if at_left else spot.x() + gap
        box = QRectF(left, spot.y() - line / 2, room, line)
        painter.drawText(box, _RIGHT if at_left else _LEFT, text)


def _paint_image(painter: QPainter, frame: NetworkFrame, shown: ShownNetwork, style: Style) -> None:
    """Paint the example itself beside its pixels, from the smallest number to the largest."""
    pixels = shown.picture.example.inputs.reshape(shown.picture.data.image_shape)
    if shown.stage.forward < 0 or not np.isfinite(pixels).all():
        return
    low, high = float(pixels.min()), float(pixels.max())
    share = (pixels - low) / ((high - low) or 1.0)
    paint_pixels(painter, frame.image, between(style.theme.canvas, style.theme.text, share))
    painter.setPen(pen(style.theme.border, style.unit))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame.image)


def _paint_loss(painter: QPainter, frame: NetworkFrame, shown: ShownNetwork, style: Style) -> None:
    stage, unit = shown.stage, style.unit
    here = stage.part == "loss"
    painter.setPen(pen(style.theme.muted, unit, 0.7 if stage.loss else 0.25))
    for neuron in shown.picture.columns[-1].neurons:
        spot = frame.spots[shown.picture.layers, neuron.unit]
        widest = min(text_width(style, [style.words(neuron.label)]), LONGEST_NAME * unit)
        begin = spot + QPointF(frame.radius + widest + 12 * unit, 0)
        painter.drawLine(begin, QPointF(frame.loss.left(), frame.loss.center().y()))
    painter.setOpacity(1.0 if stage.loss else 0.35)
    painter.setPen(pen(style.theme.accent if here else style.theme.muted, (2.2 if here else 1.2) * unit))
    painter.setBrush(colour(style.theme.accent, 0.12) if here else colour(style.theme.panel))
    painter.drawRoundedRect(frame.loss, 5 * unit, 5 * unit)
    text = f"L = {brief(shown.picture.example.loss)}" if stage.loss else "L"
    paint_text(painter, frame.loss.center(), text, style, style.theme.text, bold=True)
    painter.setOpacity(1.0)


def _paint_notes(painter: QPainter, frame: NetworkFrame, shown: ShownNetwork, style: Style) -> None:
    if frame.notes.isEmpty():
        return
    line = metrics(style).height()
    painter.setFont(style.font())
    findings = len(shown.picture.notes()) - (shown.picture.rule is not None)
    for row, note in enumerate(shown.picture.notes()[:NOTES]):
        painter.setPen(colour(style.theme.text if row < findings else style.theme.muted))
        box = QRectF(frame.notes.left(), frame.notes.top() + row * line, frame.notes.width(), line)
        words = metrics(style).elidedText(style.words(note), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, words)
