"""A highlighting frame around a widget."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from optexplorer.gui.desktop.window_style import window_style

WIDTH = 3
AROUND = 4
"""By how much the frame reaches beyond its target, so that it covers none of its words."""


class Highlight(QWidget):
    """Frames a widget, follows it, and lets the mouse through; scrolls along, as it lies beside its target."""

    def __init__(self, target: QWidget) -> None:
        parent = target.parentWidget()
        # A splitter would make room for the frame; there it lies inside its target.
        self._inside = isinstance(parent, QSplitter | QStackedWidget)
        super().__init__(target if self._inside else parent)
        self.target = target
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        target.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        parent = self.parentWidget()
        if self._inside or parent is None:
            self.setGeometry(self.target.rect())
        else:
            around = self.target.geometry().adjusted(-AROUND, -AROUND, AROUND, AROUND)
            self.setGeometry(around & parent.rect())
        # Only the frame itself, so that what lies inside is not drawn once more with each of its frames.
        inner = self.rect().adjusted(WIDTH + 1, WIDTH + 1, -WIDTH - 1, -WIDTH - 1)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inner if inner.isValid() else QRect())))
        self.setVisible(not self.target.isHidden())
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(window_style().theme.accent), WIDTH))
            half = WIDTH / 2
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 5, 5)

    def remove(self) -> None:
        """Remove the frame."""
        self.target.removeEventFilter(self)
        self.hide()
        self.deleteLater()
