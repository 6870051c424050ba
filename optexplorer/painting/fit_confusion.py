"""Paints how the classes of examples are taken for each other, and the images that are predicted worst."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.painting.axes import metrics, paint_text, text_width
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.fit.fit_scene import Confusion, WorstExample
from optexplorer.text import Text

Counts = NDArray[np.int64]

VERDICTS = {"light": ("#0062A3", "#C04A00"), "dark": ("#4FA3E0", "#F08A4B")}
"""The colours of what is predicted rightly and wrongly, by theme."""
TALL = 430.0
"""Height, in units of the style, from which there are two rows of images."""
TRAINING = Text("training: {0} of {1} right", "訓練: {1}個中{0}個正解")
HELD_OUT = Text("held out: {0} of {1} right", "検証: {1}個中{0}個正解")
TRUE_CLASS = Text("true", "正解")
PREDICTED_CLASS = Text("predicted", "予測")
WORST = Text("largest losses: true → predicted", "損失の大きいデータ: 正解 → 予測")
BOLD = Text(" (bold: held out)", "(太字: 検証データ)")


def paint_confusion(
    painter: QPainter, rect: QRectF, found: Confusion, data: Dataset, style: Style, *, worst: bool
) -> None:
    """Paint the matrices of training and held-out examples into `rect`, and with `worst` the worst images."""
    unit = style.unit
    gap = 12 * unit
    room = QRectF(rect)
    strip, image = QRectF(), 0.0
    if worst and data.image_shape is not None and rect.height() >= 190 * unit and rect.width() >= 150 * unit:
        line = metrics(style).height()
        rows = 2 if rect.height() >= TALL * unit else 1
        image = min(max(0.11 * rect.height(), 34 * unit), 64 * unit)
        height = line + 3 * unit + rows * (image + line + 8 * unit)
        strip = QRectF(room.left(), room.bottom() - height, room.width(), height)
        room.setBottom(strip.top() - gap / 2)
    classes = tuple(map(style.words, shown_names(data).classes))
    matrices = [(found.training, TRAINING)]
    if found.held_out is not None:
        matrices.append((found.held_out, HELD_OUT))
    beside = room.width() > room.height()
    count = len(matrices)
    largest = max(int(counts.max(initial=0)) for counts, _ in matrices)
    for k, (counts, words) in enumerate(matrices):
        if beside:
            width = (room.width() - gap * (count - 1)) / count
            place = QRectF(room.left() + k * (width + gap), room.top(), width, room.height())
        else:
            height = (room.height() - gap * (count - 1)) / count
            place = QRectF(room.left(), room.top() + k * (height + gap), room.width(), height)
        _paint_matrix(painter, place, counts, classes, words, style, largest)
    if not strip.isEmpty():
        _paint_worst(painter, strip, found.worst, data, style, image)


def _paint_matrix(
    painter: QPainter,
    rect: QRectF,
    counts: Counts,
    classes: tuple[str, ...],
    words: Text,
    style: Style,
    largest: int,
) -> None:
    """Paint one matrix; its numbers are written if those of all matrices, up to the `largest`, have room."""
    unit, theme, size = style.unit, style.theme, len(counts)
    line = metrics(style).height() + 2 * unit
    names = [*classes, *map(str, range(len(classes), size))]
    heading = style.words(words).format(int(np.trace(counts)), int(counts.sum()))
    roomy = rect.height() >= 120 * unit and rect.width() >= 130 * unit
    short = [metrics(style).elidedText(name, Qt.TextElideMode.ElideRight, 64 * unit) for name in names]
    true = text_width(style, [style.words(TRUE_CLASS)], bold=True)
    beside = max(text_width(style, short), true) + 6 * unit if roomy else 0.0
    below = 2 * line if roomy else 0.0
    above = 2 * line if roomy else line
    cell = min((rect.width() - beside - 2 * unit) / size, (rect.height() - above - below) / size)
    if cell < 1:
        return
    side = cell * size
    left = rect.left() + beside + max((rect.width() - beside - side) / 2, 0)
    top = rect.top() + above + max((rect.height() - above - below - side) / 2, 0)
    text = metrics(style).elidedText(heading, Qt.TextElideMode.ElideRight, rect.width())
    shown = text_width(style, [text])
    middle = min(max(left + side / 2, rect.left() + shown / 2), rect.right() - shown / 2)
    paint_text(painter, QPointF(middle, top - (above - line / 2)), text, style, theme.text)
    right, wrong = VERDICTS[theme.name]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    painter.setPen(Qt.PenStyle.NoPen)
    for i in range(size):
        for j in range(size):
            share = float(shares[i, j])
            # The root, so that the few that are wrong are seen.
            strength = 0.04 + 0.82 * share**0.5 if counts[i, j] else 0.0
            place = QRectF(left + j * cell, top + i * cell, cell, cell)
            painter.fillRect(place, colour(right if i == j else wrong, strength))
    painter.setPen(pen(theme.border, unit))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k in range(size + 1):
        painter.drawLine(QPointF(left, top + k * cell), QPointF(left + side, top + k * cell))
        painter.drawLine(QPointF(left + k * cell, top), QPointF(left + k * cell, top + side))
    if cell >= max(text_width(style, [str(largest)]) + 2, metrics(style).capHeight() + 4 * unit):
        _paint_counts(painter, QPointF(left, top), cell, counts, shares, style)
    if roomy:
        _paint_classes(painter, QRectF(left, top, side, side), cell, short, style)


def _paint_counts(
    painter: QPainter, corner: QPointF, cell: float, counts: Counts, shares: NDArray[np.float64], style: Style
) -> None:
    for (i, j), count in np.ndenumerate(counts):
        if count:
            at = QPointF(corner.x() + (j + 0.5) * cell, corner.y() + (i + 0.5) * cell)
            ink = style.theme.canvas if shares[i, j] > 0.4 else style.theme.text
            paint_text(painter, at, str(int(count)), style, ink)


def _paint_classes(painter: QPainter, matrix: QRectF, cell: float, names: list[str], style: Style) -> None:
    """Write the names of classes left of and below a matrix: those that have room."""
    unit, measure, theme = style.unit, metrics(style), style.theme
    line = measure.height()
    every = max(1, int(np.ceil((line * 0.9) / cell)))
    across = max(1, int(np.ceil((text_width(style, names) + 4 * unit) / cell)))
    for k, name in enumerate(names):
        if k % every == 0:
            width = measure.horizontalAdvance(name)
            at = QPointF(matrix.left() - 4 * unit - width / 2, matrix.top() + (k + 0.5) * cell)
            paint_text(painter, at, name, style, theme.muted)
        if k % across == 0:
            at = QPointF(matrix.left() + (k + 0.5) * cell, matrix.bottom() + 3 * unit + line / 2)
            paint_text(painter, at, name, style, theme.muted)
    predicted, true = style.words(PREDICTED_CLASS), style.words(TRUE_CLASS)
    at = QPointF(matrix.center().x(), matrix.bottom() + 3 * unit + 1.5 * line)
    paint_text(painter, at, predicted, style, theme.text, bold=True)
    width = text_width(style, [true], bold=True)
    at = QPointF(matrix.left() - 4 * unit - width / 2, matrix.top() - line / 2 - 2 * unit)
    paint_text(painter, at, true, style, theme.text, bold=True)


def _paint_worst(
    painter: QPainter,
    rect: QRectF,
    worst: tuple[WorstExample, ...],
    data: Dataset,
    style: Style,
    side: float,
) -> None:
    """Paint the images that are predicted worst in rows, each with its class and the predicted one below.

    Those held out are written in bold.
    """
    assert data.image_shape is not None
    unit = style.unit
    line = metrics(style).height()
    painter.setFont(style.font())
    painter.setPen(QColor(style.theme.muted))
    words = style.words(WORST) + (style.words(BOLD) if any(one.held_out for one in worst) else "")
    heading = metrics(style).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    place = QRectF(rect.left(), rect.top(), rect.width(), line)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), heading)
    classes = [style.words(name) for name in shown_names(data).classes]
    names = [f"{classes[one.true]} → {classes[one.predicted]}" for one in worst]
    labels = [metrics(style).elidedText(name, Qt.TextElideMode.ElideMiddle, 2 * side) for name in names]
    width = max(side, text_width(style, labels, bold=True)) + 8 * unit
    columns = max(1, int((rect.width() + 8 * unit) / width))
    below = place.bottom() + 3 * unit
    for k, (one, label) in enumerate(zip(worst, labels, strict=True)):
        row, column = divmod(k, columns)
        top = below + row * (side + line + 8 * unit)
        if top + side + line > rect.bottom() + unit:
            break
        left = rect.left() + column * width + (width - 8 * unit - side) / 2
        image = QRectF(left, top, side, side)
        paint_example_image(painter, image, data.inputs[one.place], data.image_shape, _range(data), style)
        wrong = one.true != one.predicted
        ink = VERDICTS[style.theme.name][1] if wrong else style.theme.text
        at = QPointF(image.center().x(), image.bottom() + 2 * unit + line / 2)
        paint_text(painter, at, label, style, ink, bold=one.held_out)


def _range(data: Dataset) -> tuple[float, float]:
    """Return the numbers of black and of white, the same for all images."""
    return float(data.inputs.min()), float(data.inputs.max())


def paint_example_image(
    painter: QPainter,
    place: QRectF,
    pixels: NDArray[np.float64],
    shape: tuple[int, int],
    scale: tuple[float, float],
    style: Style,
) -> None:
    """Paint an example that is an image, its pixels sharp: `scale` are the numbers of black and of white."""
    low, high = scale
    grey = np.clip((pixels - low) / ((high - low) or 1.0) * 255, 0, 255).astype(np.uint8).reshape(shape)
    rows, columns = shape
    data = np.ascontiguousarray(grey)
    image = QImage(data.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    factor = min(place.width() / columns, place.height() / rows)
    shown = QRectF(0, 0, factor * columns, factor * rows)
    shown.moveCenter(place.center())
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(shown, image)
        painter.setPen(pen(style.theme.border, style.unit))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(shown)
