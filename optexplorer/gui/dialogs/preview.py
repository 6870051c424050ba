"""The preview of an exported picture, scaled to the available space and painted off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.workers.latest_task import LatestTask

DELAY = 60
"""Milliseconds without a change after which the picture is made anew."""
_SQUARE = 8


def _chequers() -> QPixmap:
    tile = QPixmap(2 * _SQUARE, 2 * _SQUARE)
    tile.fill(QColor("#FFFFFF"))
    with QPainter(tile) as painter:
        for place in (0, _SQUARE):
            painter.fillRect(place, place, _SQUARE, _SQUARE, QColor("#DDDDDD"))
    return tile


class Preview(Retranslating, QWidget):
    """Asks for a picture whenever something has changed. What is clear shows a chequered ground."""

    failed = Signal(str)
    shown = Signal()

    def __init__(
        self, make: Callable[[float], Callable[[], QImage] | None], size: Callable[[], QSize]
    ) -> None:
        """Take two functions.

        Parameters
        ----------
        make : returns what makes the picture at a scale, on another thread; None if there is nothing to show
        size : returns the size of the picture at scale 1
        """
        super().__init__()
        self._make, self._size = make, size
        self._image: QImage | None = None
        self._work = LatestTask(self)
        self._work.finished.connect(self._show)
        self._work.failed.connect(self.failed)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(DELAY)
        self._later.timeout.connect(self._refresh)
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Preview"))

    def refresh(self) -> None:
        """Make the picture anew, soon."""
        self._later.start()

    def stop(self) -> None:
        """Make no more pictures."""
        self._later.stop()
        self._work.forget()

    @property
    def image(self) -> QImage | None:
        """The picture that is shown."""
        return self._image

    def _refresh(self) -> None:
        size, ratio = self._size(), self.devicePixelRatioF()
        scale = min(self.width() / size.width(), self.height() / size.height(), 1.0) * ratio
        make = self._make(scale)
        if make is not None:
            self._work.run(make)

    def _show(self, image: QImage) -> None:
        self._image = image
        self.update()
        self.shown.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        ratio = self.devicePixelRatioF()
        width, height = self._image.width() / ratio, self._image.height() / ratio
        width, height = min(width, self.width()), min(height, self.height())
        place = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        with QPainter(self) as painter:
            if self._image.hasAlphaChannel():
                painter.fillRect(place, QBrush(_chequers()))
            painter.drawImage(place, self._image)
            painter.setPen(self.palette().mid().color())
            painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
