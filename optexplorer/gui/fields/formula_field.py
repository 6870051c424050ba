"""A text field for formulas that marks the position of errors."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import window_style

MOST_PASTED = 20_000
"""Characters of a text from the clipboard that are taken: more than any formula may have."""
LINES = 2
CARET = 4.0
"""Half the width of the caret beneath a wrong character."""


class FormulaField(Retranslating, QPlainTextEdit):
    """A few lines of text in type of equal width; Enter and Tab are left to the dialog."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marked: tuple[int, int] | None = None
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(16)
        self.setFont(font)
        self.document().setDocumentMargin(6)
        self.setFixedHeight(LINES * (self.fontMetrics().lineSpacing() + 3) + 16)

    def restyle(self) -> None:
        offset, length = self._marked or (0, 0)
        self.mark(offset, length)

    @property
    def _danger(self) -> QColor:
        return QColor(window_style().theme.danger)

    @property
    def formula(self) -> str:
        """The text."""
        return self.toPlainText()

    def set_formula(self, formula: str) -> None:
        """Put another text in place; the user can undo it."""
        if formula == self.formula:
            return
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(formula)
        self.moveCursor(QTextCursor.MoveOperation.End)

    @property
    def marked(self) -> tuple[int, int] | None:
        """The first marked character and how many there are; None if none is wrong."""
        return self._marked

    def mark(self, offset: int, length: int) -> None:
        """Mark `length` characters from `offset` on as wrong; none if `length` is 0."""
        self._marked = (offset, length) if length else None
        selections = []
        if self._marked is not None:
            selection = QTextEdit.ExtraSelection()
            danger = self._danger
            ground = QColor(danger)
            ground.setAlphaF(0.22)
            look = QTextCharFormat()
            look.setBackground(ground)
            look.setUnderlineColor(danger)
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            selection.format = look
            selection.cursor = self._cursor(offset, offset + length)
            selections.append(selection)
        self.setExtraSelections(selections)
        if self.property("invalid") != bool(length):
            self.setProperty("invalid", bool(length))
            self.style().unpolish(self)
            self.style().polish(self)
        self.viewport().update()

    def caret_place(self) -> QPointF | None:
        """Return where the tip of the caret beneath the first wrong character is, in the viewport."""
        if self._marked is None:
            return None
        offset, _ = self._marked
        left = self.cursorRect(self._cursor(offset, offset))
        right = self.cursorRect(self._cursor(offset + 1, offset + 1))
        # The last character of a line has nothing to its right.
        width = right.left() - left.left() if right.top() == left.top() else 0
        middle = left.left() + (width or self.fontMetrics().averageCharWidth()) / 2
        return QPointF(middle, left.bottom() - 1.0)

    def _cursor(self, first: int, last: int) -> QTextCursor:
        """Return a cursor over characters of the text; Qt counts in units of UTF-16, of which some take two."""
        text = self.formula
        cursor = QTextCursor(self.document())
        cursor.setPosition(_utf16(text[:first]))
        cursor.setPosition(_utf16(text[:last]), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tip = self.caret_place()
        if tip is None:
            return
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._danger)
            low = tip + QPointF(0, CARET * 1.4)
            painter.drawPolygon(QPolygonF([tip, low + QPointF(CARET, 0), low - QPointF(CARET, 0)]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(" ".join(source.text()[:MOST_PASTED].split()))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
