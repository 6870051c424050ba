"""A button that shows a racer's number on its colour and offers others."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QColorDialog, QMenu, QToolButton, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import describe
from optexplorer.scene.palette import RACER_COLOURS


def colour_icon(name: str, size: int = 14, device_pixel_ratio: float = 2.0) -> QIcon:
    """Return a disc of the colour `#rrggbb`."""
    return QIcon(colour_disc(name, size, device_pixel_ratio))


def colour_disc(name: str, size: int, device_pixel_ratio: float) -> QPixmap:
    """Return a picture of a disc of the colour `#rrggbb`, `size` pixels across."""
    pixmap = QPixmap(QSize(size, size) * device_pixel_ratio)
    pixmap.setDevicePixelRatio(device_pixel_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(name)))
        painter.drawEllipse(QRectF(1, 1, size - 2, size - 2))
    return pixmap


def ink_on(name: str) -> QColor:
    """Return black or white, whichever stands out more from the colour `#rrggbb`."""
    return QColor("#000000") if _luminance(QColor(name)) > 0.18 else QColor("#FFFFFF")


def _luminance(colour: QColor) -> float:
    """The relative luminance of WCAG 2."""
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


class ColourChip(Retranslating, QToolButton):
    """Shows a colour and a number; a click opens the choice of colours."""

    colourChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = RACER_COLOURS[0]
        self.setObjectName("colourChip")
        self.setFixedSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._offer)

    def show_value(self, colour: str, number: str) -> None:
        """Show `number` on the colour `#rrggbb`."""
        if (colour, number) == (self._colour, self.text()):
            return
        self._colour = colour
        self.setText(number)
        self.retranslate()
        self.update()

    def retranslate(self) -> None:
        describe(self, self.tr("Colour of racer {0}").format(self.text()))

    def make_menu(self) -> QMenu:
        """Return a menu of colours, which deletes itself once it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = (
            self.tr("Blue"),
            self.tr("Vermilion"),
            self.tr("Green"),
            self.tr("Pink"),
            self.tr("Orange"),
            self.tr("Sky blue"),
            self.tr("Violet"),
            self.tr("Grey"),
        )
        for colour, name in zip(RACER_COLOURS, names, strict=True):
            action = menu.addAction(colour_icon(colour), name)
            action.triggered.connect(lambda _=False, colour=colour: self.colourChosen.emit(colour))
        menu.addSeparator()
        menu.addAction(self.tr("Other…")).triggered.connect(self._ask)
        return menu

    def _offer(self) -> None:
        self.make_menu().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _ask(self) -> None:
        chosen = QColorDialog.getColor(QColor(self._colour), self, self.toolTip())
        if chosen.isValid():
            self.colourChosen.emit(chosen.name())

    def paintEvent(self, event: QPaintEvent) -> None:
        centre = QPointF(self.width() / 2, self.height() / 2)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(centre, 9.0, 9.0)
            if self.hasFocus() or self.underMouse():
                strength = self.palette().highlight() if self.hasFocus() else self.palette().mid()
                painter.setPen(QPen(strength.color(), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(centre, 11.0, 11.0)
            font = self.font()
            font.setPixelSize(11)
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(ink_on(self._colour))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
