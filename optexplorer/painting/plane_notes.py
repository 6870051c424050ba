"""Writes in a corner of the picture what there is to know about its plane: how far it is computed, what is thinned."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.surface_net import thread_colour
from optexplorer.scene.plot import Dash
from optexplorer.scene.scene import Scene

KEY, GAP = 20.0, 6.0
"""Length of the line before a note that is a key, and its distance from the words, in units of the style."""
DASHES: dict[Dash, list[float]] = {"dashed": [2.4, 1.4], "dotted": [1.0, 1.2]}


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
            _paint_key(painter, QPointF(inner.left(), place.center().y()), key, style)


class _Key(NamedTuple):
    """The mark before a note: a line, or dots where `dash` is None."""

    ink: str
    dash: Dash | None


def _keys(scene: Scene, style: Style, count: int) -> list[_Key | None]:
    """Return for each note the mark before it; None for none."""
    of_batch, of_cloud = _batch_keys(scene, style), _cloud_keys(scene, style)
    return [*[None] * (count - len(of_batch) - len(of_cloud)), *of_batch, *of_cloud]


def _batch_keys(scene: Scene, style: Style) -> list[_Key | None]:
    batch = scene.batch
    if batch is None:
        return []
    keys: list[_Key | None] = []
    if batch.batch is not None:
        ink = thread_colour(scene.batch_colour or style.theme.text, style)
        keys.append(_Key(ink, "solid" if batch.surface is None else "dashed"))
    if batch.cloud is not None:
        keys.append(_Key(style.theme.text, "solid"))
    return [*keys, *[None] * (len(batch.notes) - len(keys))]


def _cloud_keys(scene: Scene, style: Style) -> list[_Key | None]:
    if scene.cloud is None:
        return []
    ink = thread_colour(scene.cloud.colour, style)
    keys: list[_Key | None] = [_Key(ink, None), _Key(ink, "solid"), _Key(ink, "dashed")]
    return keys if scene.cloud.drawn.exact is None else [*keys, _Key(style.theme.text, "dotted")]


def _paint_key(painter: QPainter, begin: QPointF, key: _Key, style: Style) -> None:
    with saved(painter):
        if key.dash is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(key.ink))
            for place in (0.15, 0.5, 0.85):
                painter.drawEllipse(begin + QPointF(place * KEY * style.unit, 0.0), *(2.2 * style.unit,) * 2)
            return
        line = pen(key.ink, 2.0 * style.unit)
        line.setCapStyle(Qt.PenCapStyle.FlatCap)
        if key.dash in DASHES:
            line.setDashPattern(DASHES[key.dash])
        painter.setPen(line)
        painter.drawLine(begin, begin + QPointF(KEY * style.unit, 0.0))
