"""A label that shows a formula rendered as SVG, scaled to fit."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import window_style

MOST_HEIGHT = 132.0
INK = "#010203"
"""The colour in which formulas are rendered; `FormulaLabel` shows them in that of the text."""


class FormulaLabel(Retranslating, QWidget):
    """Draws an SVG at its own size, or smaller if the width or `MOST_HEIGHT` asks for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._renderer = QSvgRenderer(self)
        self._svg = b""
        self._words = self._words_drawn = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_svg(self, svg: bytes) -> None:
        """Show `svg`, which is drawn in `INK`: the formula that has been named last."""
        if self._words_drawn != self._words:
            self._words_drawn = self._words
            self.update()
        if svg != self._svg:
            self._svg = svg
            self.restyle()
            self.updateGeometry()

    def restyle(self) -> None:
        if self._svg:
            colour = window_style().theme.text
            self._renderer.load(QByteArray(self._svg.replace(INK.encode(), colour.encode())))
            self.update()

    def show_words(self, words: str) -> None:
        """Name the formula, for screen readers too; until it is drawn, its room stays empty."""
        self._words = words
        self.setAccessibleName(words)
        self.update()

    def drawn_size(self, width: float) -> QSizeF:
        """Return how large the formula is drawn in a given width."""
        size = self._renderer.viewBoxF().size()
        if size.isEmpty():
            return QSizeF()
        return size * min(1.0, width / size.width(), MOST_HEIGHT / size.height())

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 20)

    def heightForWidth(self, width: int) -> int:
        return max(20, -int(-self.drawn_size(width).height() // 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        size = self.drawn_size(self.width())
        if size.isEmpty() or self._words != self._words_drawn:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._renderer.render(
                painter, QRectF(0, (self.height() - size.height()) / 2, size.width(), size.height())
            )
