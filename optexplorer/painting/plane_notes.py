"""Writes in a corner of the picture what there is to know about its plane: how far it is computed, what is thinned."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.surface_net import thread_colour
from optexplorer.scene.scene import Scene

KEY, GAP = 20.0, 6.0
"""Length of the line before a note that is a key, and its distance from the words, in units of the style."""
DASHES = [2.4, 1.4]


def paint_plane_notes(painter: QPainter, plot: QRectF, scene: Scene, style: Style) -> None:
    """Write the scene's notes in the upper right of `plot`, each on a line; nothing without any."""
    lines = [style.words(note) for note in scene.notes]
    if not lines:
        return
    unit, step = style.unit, metrics(style).height()
    keys = _keys(scene, style, len(lines))
    indents = [0.0 if key is None else (KEY + GAP) * unit for key in keys]
    needed = max(text_width(style, [line]) + indent for line, indent in zip(lines, indents, strict=True))
    width = min(needed + 14 * unit, plot.width() - 12 * unit)
    box = QRectF(plot.right() - width - 6 * unit, plot.top() + 6 * unit, width, step * len(lines) + 6 * unit)
    painter.setPen(pen(style.theme.border, unit))
    painter.setBrush(colour(style.theme.panel, 0.9))
    painter.drawRoundedRect(box, 4 * unit, 4 * unit)
    painter.setFont(style.font())
    inner = box.adjusted(7 * unit, 3 * unit, -4 * unit, -3 * unit)
    for row, (line, indent, key) in enumerate(zip(lines, indents, keys, strict=True)):
        place = QRectF(inner.left() + indent, inner.top() + row * step, inner.width() - indent, step)
        painter.setPen(colour(style.theme.muted))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), line)
        if key is not None:
            _paint_key(painter, QPointF(inner.left(), place.center().y()), *key, style)


def _keys(scene: Scene, style: Style, count: int) -> list[tuple[str, bool] | None]:
    """Return for each note the colour of the line before it, and whether that is dashed; None for none."""
    keys: list[tuple[str, bool] | None] = [None] * count
    batch = scene.batch
    if batch is None:
        return keys
    first = count - len(batch.notes)
    if batch.batch is not None:
        keys[first] = (
            thread_colour(scene.batch_colour or style.theme.text, style),
            batch.surface is not None,
        )
        first += 1
    if batch.cloud is not None:
        keys[first] = (style.theme.text, False)
    return keys


def _paint_key(painter: QPainter, begin: QPointF, ink: str, dashed: bool, style: Style) -> None:
    line = pen(ink, 2.0 * style.unit)
    line.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        line.setDashPattern(DASHES)
    with saved(painter):
        painter.setPen(line)
        painter.drawLine(begin, begin + QPointF(KEY * style.unit, 0.0))
