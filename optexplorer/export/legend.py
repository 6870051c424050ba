"""Which colour is which racer: a row above a picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from optexplorer.export import marks
from optexplorer.export.axes import metrics, text_width
from optexplorer.export.style import Style
from optexplorer.scene.scene import Scene

_BALL = 4.6


def paint_legend(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> QRectF:
    """Write the racers' names along the top of `rect`, in as many rows as needed; return what is left below."""
    if not scene.trails:
        return QRectF(rect)
    unit = style.unit
    names = [style.words(trail.name) for trail in scene.trails]
    lead, gap = 14 * unit, 16 * unit
    widths = [lead + text_width(style, [name]) for name in names]
    rows: list[list[int]] = [[]]
    for i, width in enumerate(widths):
        taken = sum(widths[j] + gap for j in rows[-1])
        if rows[-1] and taken + width > rect.width() - 16 * unit:
            rows.append([])
        rows[-1].append(i)
    height = metrics(style).height() + 5 * unit
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not style.transparent:
        band = QRectF(rect.left(), rect.top(), rect.width(), height * len(rows) + 8 * unit)
        painter.fillRect(band, QColor(style.theme.canvas))
    for number, row in enumerate(rows):
        x = rect.center().x() - (sum(widths[i] for i in row) + gap * (len(row) - 1)) / 2
        y = rect.top() + 8 * unit + height * (number + 0.5)
        for i in row:
            marks.ball(painter, QPointF(x + _BALL * unit, y), scene.trails[i].colour, style, _BALL)
            painter.setPen(QColor(style.theme.text))
            painter.setFont(style.font())
            box = QRectF(x + lead, y - height / 2, widths[i] - lead + unit, height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), names[i])
            x += widths[i] + gap
    painter.restore()
    return rect.adjusted(0, 8 * unit + height * len(rows), 0, 0)
