"""A column of settings that scrolls when there is no room for its height; it is always wide enough for its fields."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QStyle, QVBoxLayout, QWidget

WIDTH = 288
"""Width of the column at least, in pixels."""


class FormColumn(QScrollArea):
    """Holds a layout, `column`, above which there is nothing and below which there is empty space."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("controlPanel")
        body = self._body = QWidget()
        body.setObjectName("controlPanelBody")
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(20, 16, 12, 16)
        self.column.setSpacing(12)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        return QSize(max(WIDTH, self._body.minimumSizeHint().width() + bar), 120)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
