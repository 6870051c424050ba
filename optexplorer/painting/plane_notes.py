"""Writes in a corner of the picture what there is to know about its plane: how far it is computed, what is thinned."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.scene import Scene


def paint_plane_notes(painter: QPainter, plot: QRectF, scene: Scene, style: Style) -> None:
    """Write the scene's notes in the upper right of `plot`, each on a line; nothing without any."""
    lines = [style.words(note) for note in scene.notes]
    if not lines:
        return
    unit, step = style.unit, metrics(style).height()
    width = min(text_width(style, lines) + 14 * unit, plot.width() - 12 * unit)
    box = QRectF(plot.right() - width - 6 * unit, plot.top() + 6 * unit, width, step * len(lines) + 6 * unit)
    painter.setPen(pen(style.theme.border, unit))
    painter.setBrush(colour(style.theme.panel, 0.9))
    painter.drawRoundedRect(box, 4 * unit, 4 * unit)
    painter.setFont(style.font())
    painter.setPen(colour(style.theme.muted))
    painter.drawText(
        box.adjusted(7 * unit, 3 * unit, -4 * unit, -3 * unit),
        int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop),
        "\n".join(lines),
    )
