"""Labels and tooltips that show plain text unless the markup is the program's own.

Names, descriptions and paths come from files that anybody may have written. Left to itself, Qt takes text that looks
like HTML for HTML, and opens what its image tags name.
"""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import QLabel, QWidget

_LONG_WORD = re.compile(r"[^\s\u200b\u3000-\u9fff\uff00-\uffef]{24}(?=\S)")


class PlainLabel(QLabel):
    """Shows text literally; `name` is that of its style in the theme's style sheet.

    Where lines are broken, they are also broken within words that nobody could fit into a line.
    """

    def __init__(
        self, text: str = "", name: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setWordWrap(wrap)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(_LONG_WORD.sub("\\g<0>\u200b", text) if self.wordWrap() else text)

    def text(self) -> str:
        """Return the text without the places that were added to break it."""
        return super().text().replace("\u200b", "")


class ElidedLabel(PlainLabel):
    """Shows one line of text, with an ellipsis where there is no room for all of it."""

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().horizontalAdvance("MM…")), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.style().drawItemText(
            QPainter(self),
            room,
            self.alignment(),
            self.palette(),
            self.isEnabled(),
            words,
            self.foregroundRole(),
        )


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
