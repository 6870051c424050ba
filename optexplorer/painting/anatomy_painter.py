"""Paints the anatomy of a step (arrows, ellipses, points) on the map and the surface."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from optexplorer.painting import marks
from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.anatomy.marks import AnatomyMark, Arrow, Ellipse, Spot
from optexplorer.scene.palette import ROLE_COLOURS
from optexplorer.scene.scene import Scene, ShownStep

Array = NDArray[np.float64]
Project = Callable[[Array], Array]
"""From points of the plane, shape (k, 2), to places in the picture, shape (k, 2)."""

FAINT = 0.5
"""Opacity of what was made in an earlier phase."""
CORNERS = 64
"""Corners of a painted ellipse."""
SPOT = 5.0
LABEL = 1.15
"""Radius of a spot in units of the style, and size of labels to that of small type."""
_FAR = 1e5


def paint_anatomies(painter: QPainter, scene: Scene, project: Project, style: Style) -> None:
    """Paint the marks of all racers whose steps are explained, what was made in earlier phases faint; no labels."""
    for mark in _ordered(scene):
        with saved(painter):
            painter.setOpacity(FAINT if mark.faint else 1.0)
            ink = ROLE_COLOURS[style.theme.name][mark.role]
            if isinstance(mark, Arrow):
                tail, tip = _places(project, np.array([mark.tail, mark.tip]))
                marks.arrow(painter, tail, tip, ink, style)
            elif isinstance(mark, Ellipse):
                _ellipse(painter, _places(project, _outline(mark)), ink, style)
            else:
                (at,) = _places(project, mark.at[None, :])
                _spot(painter, at, ink, style)


def paint_labels(
    painter: QPainter,
    plot: QRectF,
    scene: Scene,
    project: Project,
    style: Style,
    room: QRectF | None = None,
) -> None:
    """Paint the labels of all marks within `plot`, and by how much they are enlarged or reduced.

    The latter stands in the corner of `room`, the whole plot if that is None.
    """
    taken: list[QRectF] = []
    for mark in reversed(list(_ordered(scene))):
        if mark.label:
            taken += _label(painter, plot, mark, project, style, taken)
    _paint_notes(
        painter, room or plot, [shown for shown in scene.anatomies if shown.marks.words is not None], style
    )


def _ordered(scene: Scene) -> Iterator[AnatomyMark]:
    every = [mark for shown in scene.anatomies for mark in shown.marks.marks]
    yield from (mark for mark in every if mark.faint)
    yield from (mark for mark in every if not mark.faint)


def _places(project: Project, points: Array) -> list[QPointF]:
    places = np.nan_to_num(project(points), nan=_FAR, posinf=_FAR, neginf=-_FAR).clip(-_FAR, _FAR)
    return [QPointF(x, y) for x, y in places.tolist()]


def _outline(ellipse: Ellipse) -> Array:
    turn = np.linspace(0, 2 * math.pi, CORNERS, endpoint=False)
    outline: Array = ellipse.centre + ellipse.half * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return outline


def _ellipse(painter: QPainter, corners: list[QPointF], ink: str, style: Style) -> None:
    polygon = QPolygonF(corners)
    painter.setBrush(colour(ink, 0.16))
    painter.setPen(pen(style.theme.canvas, 3.6 * style.unit))
    painter.drawPolygon(polygon)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(ink, 1.8 * style.unit))
    painter.drawPolygon(polygon)


def _spot(painter: QPainter, at: QPointF, ink: str, style: Style) -> None:
    r = SPOT * style.unit
    painter.setBrush(colour(style.theme.canvas, 0.85))
    for shade, width in ((style.theme.canvas, 4.4), (ink, 2.2)):
        painter.setPen(pen(shade, width * style.unit))
        painter.drawEllipse(at, r, r)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _label(
    painter: QPainter, plot: QRectF, mark: AnatomyMark, project: Project, style: Style, taken: list[QRectF]
) -> list[QRectF]:
    """Write a mark's label at the first free of some places around its end; return where, if anywhere."""
    end, direction = _end(mark, project)
    font = style.font(LABEL, bold=True)
    measure = metrics(style, LABEL, bold=True)
    width, height = measure.horizontalAdvance(mark.label), measure.height()
    reach = 7 * style.unit
    for turn in (0.0, 0.9, -0.9, 1.8, -1.8):
        angle = direction + turn
        centre = end + QPointF(math.cos(angle) * (reach + width / 2), math.sin(angle) * (reach + height / 2))
        box = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)
        if plot.contains(box) and not any(box.intersects(other) for other in taken):
            break
    else:
        box.moveLeft(min(max(box.left(), plot.left()), plot.right() - width))
        box.moveTop(min(max(box.top(), plot.top()), plot.bottom() - height))
        if any(box.intersects(other) for other in taken):
            return []
    baseline = box.center().y() + 0.36 * font.pixelSize()
    path = _text_path(mark.label, style).translated(box.left(), baseline)
    with saved(painter):
        painter.setOpacity(0.75 if mark.faint else 1.0)
        painter.strokePath(path, pen(style.theme.canvas, 3.4 * style.unit))
        painter.fillPath(path, QColor(ROLE_COLOURS[style.theme.name][mark.role]))
    return [box]


@lru_cache(maxsize=128)
def _text_path(label: str, style: Style) -> QPainterPath:
    path = QPainterPath()
    path.addText(QPointF(0, 0), style.font(LABEL, bold=True), label)
    return path


def _end(mark: AnatomyMark, project: Project) -> tuple[QPointF, float]:
    """Where a mark ends in the picture, and in which direction (radians)."""
    if isinstance(mark, Arrow):
        tail, tip = _places(project, np.array([mark.tail, mark.tip]))
        return tip, math.atan2(tip.y() - tail.y(), tip.x() - tail.x())
    if isinstance(mark, Spot):
        (at,) = _places(project, mark.at[None, :])
        return at, -math.pi / 4
    centre, corner = _places(project, np.array([mark.centre, mark.centre + mark.half * math.sqrt(0.5)]))
    return corner, math.atan2(corner.y() - centre.y(), corner.x() - centre.x())


def _paint_notes(painter: QPainter, plot: QRectF, shown: list[ShownStep], style: Style) -> None:
    """Write by how much the marks of each racer are enlarged or reduced, beside a disc of its colour."""
    unit, measure = style.unit, metrics(style)
    flags = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
    painter.setFont(style.font())
    top, most = plot.top() + 6 * unit, plot.width() - 12 * unit
    for shown_step in shown:
        words = shown_step.marks.words
        note = "" if words is None else style.words(words)
        width = min(text_width(style, [note]) + 32 * unit, most)
        written = measure.boundingRect(QRectF(0, 0, width - 27 * unit, plot.height()), flags, note)
        value_box = QRectF(plot.left() + 6 * unit, top, width, written.height() + 4 * unit)
        top = value_box.bottom() + 3 * unit
        painter.setPen(pen(style.theme.border, unit))
        painter.setBrush(colour(style.theme.panel, 0.9))
        painter.drawRoundedRect(value_box, 4 * unit, 4 * unit)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shown_step.racer_path.colour))
        painter.drawEllipse(
            QPointF(value_box.left() + 11 * unit, value_box.center().y()), 4.5 * unit, 4.5 * unit
        )
        painter.setPen(colour(style.theme.text))
        room = value_box.adjusted(21 * unit, 0, -6 * unit, 0)
        painter.drawText(room, flags, note)
