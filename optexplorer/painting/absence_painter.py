"""Paints the reason why there is no picture, in its place."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style
from optexplorer.scene.samples.landscape_samples import absence_of
from optexplorer.scene.scene import Scene

MARGIN = 24.0
"""Room around the text, in units of the style."""
_WRAPPED = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)


def paint_absence(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint into `rect` why the landscape of `scene` has no map, surface or curve."""
    reason = scene.absence or absence_of(scene.landscape)
    paint_reason(painter, rect, style.words(reason), style)


def paint_reason(painter: QPainter, rect: QRectF, reason: str, style: Style) -> None:
    """Paint a sentence into the middle of `rect`, broken into lines."""
    margin = min(MARGIN * style.unit, rect.width() / 8, rect.height() / 8)
    with saved(painter):
        painter.setFont(style.font(1.0))
        painter.setPen(QColor(style.theme.muted))
        painter.drawText(rect.adjusted(margin, margin, -margin, -margin), _WRAPPED, reason)
