"""The notes below the plots of a study."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.axes import metrics
from optexplorer.painting.style import Style, colour
from optexplorer.scene.plot import PlotSheet

_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_BETWEEN = {"en": " ", "ja": ""}


def notes_text(sheet: PlotSheet, style: Style) -> str:
    """Return all notes as one paragraph."""
    return _BETWEEN[style.language].join(style.words(note) for note in sheet.notes)


def notes_height(sheet: PlotSheet, width: float, style: Style) -> float:
    """Return the height that the notes take in so much width; 0 without any."""
    if not sheet.notes:
        return 0.0
    box = QRectF(0, 0, max(width, 8.0), 1e6)
    return metrics(style).boundingRect(box, _WRAPPED, notes_text(sheet, style)).height()


def paint_notes(painter: QPainter, rect: QRectF, sheet: PlotSheet, style: Style) -> None:
    """Write the notes into `rect`."""
    painter.setFont(style.font())
    painter.setPen(colour(style.theme.muted))
    painter.drawText(rect, _WRAPPED | int(Qt.TextFlag.TextDontClip), notes_text(sheet, style))
