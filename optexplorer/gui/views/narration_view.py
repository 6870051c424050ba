"""Shows narration with formulas, which are rendered off the GUI thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QByteArray, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent, QTextDocument, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.lessons.narration import Mathematics, Prose
from optexplorer.painting.formula_svg import formula_extent, formula_svg

NarrationBlock = Prose | Mathematics
TABLE = (0.9, 0.75, 0.6)
"""Size of the type in tables, in parts of that of the text: the largest with which no row is wider than the view."""
MIDDLES = ((1.1, 1.5, 2.0), (0.35, 0.2, 0.15))
"""How high above the baseline Qt puts the middle of a picture that is so high, both in heights of the type."""
_FORMULA = re.compile(r'src="formula:([0-9]+)"')


class _Page(NamedTuple):
    """Narration as HTML whose pictures are called `formula:K`, and the pictures."""

    html: str
    pictures: tuple[QImage, ...]


def _drawn(latex: str, ink: str, size: float, width: float, ratio: float, inline: bool) -> QImage:
    """Return a formula as a picture of `ratio` pixels per unit; broken into lines where it is wider than `width`.

    One that is `inline` has room above or below it, so that its baseline is the text's when its middle is the line's.
    """
    above = below = 0.0
    if inline:
        above, below = _room_around(*formula_extent(latex, size), size)
    renderer = QSvgRenderer(QByteArray(formula_svg(latex, ink, size, width)))
    extent = renderer.viewBoxF().size()
    factor = min(1.0, width / extent.width()) if extent.width() > 0 else 1.0
    image = QImage(
        max(1, round(extent.width() * factor * ratio)),
        max(1, round((extent.height() * factor + above + below) * ratio)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(0)
    painter = QPainter(image)
    room = QRectF(0, above * ratio, image.width(), image.height() - (above + below) * ratio)
    renderer.render(painter, room)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def _room_around(rise: float, depth: float, size: float) -> tuple[float, float]:
    """Return the padding above and below a formula that aligns its baseline with that of the text.

    `rise` and `depth` are how far the formula reaches above and below its baseline, `size` is that of the type.
    """
    above = below = 0.0
    for _ in range(4):
        middle = size * float(np.interp((rise + depth + above + below) / size, *MIDDLES))
        lack = 2 * middle - (rise - depth)
        above, below = max(lack, 0.0), max(-lack, 0.0)
    return above, below


def _renumbered(html: str, first: int) -> str:
    """Return HTML whose formulas count from `first`, and stand in the middle of their lines."""

    def name(found: re.Match[str]) -> str:
        return f'style="vertical-align: middle" src="formula:{first + int(found[1])}"'

    return _FORMULA.sub(name, html)


def _page(blocks: Sequence[NarrationBlock], ink: str, size: float, width: float, ratio: float) -> _Page:
    """Return narration ready to be shown; `size` is the height of its type in pixels."""
    parts: list[str] = []
    pictures: list[QImage] = []
    for block in blocks:
        formulas = (block.latex,) if isinstance(block, Mathematics) else block.formulas
        if isinstance(block, Mathematics):
            parts.append(f'<p align="center"><img src="formula:{len(pictures)}"></p>')
        else:
            parts.append(_renumbered(block.html, len(pictures)))
        inline = not isinstance(block, Mathematics)
        pictures += [_drawn(latex, ink, size, width, ratio, inline) for latex in formulas]
    return _Page("\n".join(parts), tuple(pictures))


class NarrationView(Retranslating, QTextBrowser):
    """Shows blocks of prose and mathematics; selectable, read by screen readers, links open in the browser."""

    shown = Signal()
    """What was asked for last is on the screen."""

    def __init__(self, parent: QWidget | None = None, *, fitted: bool = False) -> None:
        """Scroll what does not fit, or be as high as the text if `fitted`."""
        super().__init__(parent)
        self._fitted = fitted
        if fitted:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setFixedHeight(24)
        self.setObjectName("narration")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenExternalLinks(True)
        self._blocks: tuple[NarrationBlock, ...] = ()
        self._size = 15.0
        self._asked: object = None
        self.pending = False
        """Whether something newer than what is on the screen is being drawn."""
        self._work = LatestTask(self)
        self._work.finished.connect(self._show_page)

    def show_blocks(self, blocks: Sequence[NarrationBlock], size: float) -> None:
        """Show `blocks` with type of `size` pixels."""
        self._blocks, self._size = tuple(blocks), size
        self._ask()

    def restyle(self) -> None:
        self._ask()

    def _ask(self) -> None:
        width, ratio = float(max(self.viewport().width() - 24, 80)), self.devicePixelRatioF()
        asked = (self._blocks, window_style().theme.text, self._size, width, ratio)
        if asked != self._asked:
            self._asked = asked
            self.pending = True
            blocks, ink, size, width, ratio = asked
            self._work.run(lambda: _page(blocks, ink, size, width, ratio))

    def _show_page(self, page: _Page) -> None:
        document = QTextDocument(self)
        document.setDocumentMargin(4)
        for number, picture in enumerate(page.pictures):
            document.addResource(
                QTextDocument.ResourceType.ImageResource.value, QUrl(f"formula:{number}"), picture
            )
        for table in TABLE:
            self._write(document, page, table * self._size)
            document.setTextWidth(self.viewport().width())
            if document.idealWidth() <= self.viewport().width():
                break
        before = self.document()
        is_ours = before.parent() is self
        self.setDocument(document)
        if is_ours:
            # The browser deletes only the document that it has made itself.
            before.deleteLater()
        if self._fitted:
            self._fit()
        self.pending = False
        self.shown.emit()

    def _write(self, document: QTextDocument, page: _Page, table: float) -> None:
        """Write a page into `document`, with type of `table` pixels in tables, whose rows are not broken."""
        theme = window_style().theme
        document.setDefaultStyleSheet(
            f"body {{ color: {theme.text}; font-size: {self._size:.0f}px; }}"
            "p { margin: 0 0 10px 0; } li { margin-bottom: 4px; }"
            f"td, th {{ font-size: {table:.0f}px; white-space: nowrap; }}"
            f"a {{ color: {theme.accent}; }} code {{ font-family: monospace; }}"
        )
        document.setHtml(f"<body>{page.html}</body>")

    def _fit(self) -> None:
        self.setFixedHeight(round(self.document().size().height()) + 2)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._fitted:
            event.ignore()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()

    def finish(self) -> None:
        """Drop running work."""
        self._work.forget()
