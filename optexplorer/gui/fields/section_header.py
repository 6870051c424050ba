"""The heading of a section of a panel."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from optexplorer.gui.fields.labels import PlainLabel


class SectionHeader(QWidget):
    """A title, with room for buttons at its right."""

    def __init__(self, *tools: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel(name="sectionTitle")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.title, 1)
        for tool in tools:
            layout.addWidget(tool)
