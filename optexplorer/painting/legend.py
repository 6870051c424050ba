"""The legend of a picture: the names and colours of the racers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from optexplorer.painting import marks
from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_style import core_colour
from optexplorer.painting.style import Style
from optexplorer.scene.scene import Scene

_BALL = 4.6
_LEAD, _GAP, _ABOVE = 14.0, 16.0, 8.0
"""Room for a ball before its name, between names, and above the first row, in units of the style."""


def _widths(scene: Scene, style: Style) -> list[float]:
    """The width of each entry: ball and name."""
    return [
        _LEAD * style.unit + text_width(style, [style.words(racer_path.name)])
        for racer_path in scene.racer_paths
    ]


def _rows(widths: list[float], room: float, style: Style) -> list[list[int]]:
    """Which entries stand in which row."""
    rows: list[list[int]] = [[]]
    for i, width in enumerate(widths):
        taken = sum(widths[j] + _GAP * style.unit for j in rows[-1])
        if rows[-1] and taken + width > room - 16 * style.unit:
            rows.append([])
        rows[-1].append(i)
    return rows


def _row_height(style: Style) -> float:
    return metrics(style).height() + 5 * style.unit


def legend_height(width: float, scene: Scene, style: Style) -> float:
    """Return the height that the legend takes at the top of a picture of `width`; 0 without racers."""
    if not scene.racer_paths:
        return 0.0
    return _ABOVE * style.unit + _row_height(style) * len(_rows(_widths(scene, style), width, style))


def paint_legend(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> QRectF:
    """Write the racers' names along the top of `rect`, in as many rows as needed; return what is left below."""
    if not scene.racer_paths:
        return QRectF(rect)
    unit = style.unit
    names = [style.words(racer_path.name) for racer_path in scene.racer_paths]
    widths = _widths(scene, style)
    rows = _rows(widths, rect.width(), style)
    height = _row_height(style)
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not style.transparent:
            band = QRectF(rect.left(), rect.top(), rect.width(), height * len(rows) + _ABOVE * unit)
            painter.fillRect(band, QColor(style.theme.canvas))
        for number, row in enumerate(rows):
            x = rect.center().x() - (sum(widths[i] for i in row) + _GAP * unit * (len(row) - 1)) / 2
            y = rect.top() + _ABOVE * unit + height * (number + 0.5)
            for i in row:
                racer_path = scene.racer_paths[i]
                place, core = QPointF(x + _BALL * unit, y), core_colour(racer_path)
                marks.ball(painter, place, racer_path.colour, style, _BALL, core)
                painter.setPen(QColor(style.theme.text))
                painter.setFont(style.font())
                box = QRectF(x + _LEAD * unit, y - height / 2, widths[i] - (_LEAD - 1) * unit, height)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), names[i])
                x += widths[i] + _GAP * unit
    return rect.adjusted(0, _ABOVE * unit + height * len(rows), 0, 0)
