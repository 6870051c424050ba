"""Sentences below each other, with a little room between them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from optexplorer.gui.fields.labels import PlainLabel


class Paragraphs(QWidget):
    """Shows texts that can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[PlainLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show a paragraph for each text."""
        while len(self._labels) < len(texts):
            label = PlainLabel(wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._column.addWidget(label)
            self._labels.append(label)
        for place, label in enumerate(self._labels):
            label.setText(texts[place] if place < len(texts) else "")
            label.setVisible(place < len(texts))

    def text(self) -> str:
        """Return what is shown, a line for each paragraph."""
        return "\n".join(label.text() for label in self._labels if label.text())
