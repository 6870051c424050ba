"""Labels and tooltips that show plain text unless the markup is the program's own.

Names, descriptions and paths come from files that anybody may have written. Left to itself, Qt takes text that looks
like HTML for HTML, and opens what its image tags name.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """Shows text literally; `name` is that of its style in the theme's style sheet."""

    def __init__(
        self, text: str = "", name: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setWordWrap(wrap)
        self.setText(text)


class MarkupLabel(QLabel):
    """Shows rich text that the program has written; everything else in it is escaped."""

    def __init__(
        self, text: str = "", name: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setObjectName(name)
        self.setWordWrap(wrap)
        self.setText(text)


def plain_tip(text: str) -> str:
    """Return a tooltip that shows `text` literally, although tooltips know no plain text format."""
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>" if QtText.mightBeRichText(text) else text


def describe(widget: QWidget, name: str, tip: str | None = None) -> None:
    """Give a widget its accessible name and its tooltip, which is the name unless there is another."""
    widget.setAccessibleName(name)
    widget.setToolTip(plain_tip(name if tip is None else tip))
