"""A list of the phases of one step as equations, in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from optexplorer.gui.desktop.theme import mixed
from optexplorer.gui.workers.equation_images import Equation, EquationImages
from optexplorer.painting.axes import metrics
from optexplorer.painting.style import Style, colour
from optexplorer.scene.anatomy.equations import Line, coloured
from optexplorer.scene.anatomy.phase import Phase
from optexplorer.scene.palette import ROLE_COLOURS
from optexplorer.scene.scene import ShownStep

TYPE, LABEL = 1.2, 1.1
"""Sizes of type in equations, and of the names of coordinates before them, to that of small type."""
PAD, INDENT, GAP = 8.0, 29.0, 5.0
"""Around a phase, before its equations, and between them, in units of the style."""
LATER, STALE = 0.38, 0.2
"""Opacity of phases that are still to come, and of numbers of another step that stand in for those being drawn."""


class _Placed(NamedTuple):
    """The picture of an equation and its upper edge; `stale` if it is of another step."""

    y: float
    image: QImage
    coordinate: str
    stale: bool


class _Row(NamedTuple):
    """One phase, from `top` down, and the pictures of its equations."""

    top: float
    height: float
    lines: tuple[_Placed, ...]


def _lines(phase: Phase) -> tuple[Line, ...]:
    return Line(phase.symbols), *phase.numbers


def _label_font(style: Style) -> QFont:
    font = style.font(LABEL)
    font.setItalic(True)
    return font


@lru_cache(maxsize=64)
def _label_width(coordinate: str, style: Style) -> float:
    return QFontMetricsF(_label_font(style)).horizontalAdvance(coordinate) + 10 * style.unit


class EquationList(QWidget):
    """Shows the equations of an explained step; emits the number of a clicked phase."""

    phaseChosen = Signal(int)

    def __init__(self, images: EquationImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self._shown_step: ShownStep | None = None
        self._style = Style()
        self._rows: list[_Row] = []
        self._slots: dict[tuple[str, str, int], QImage] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(180)

    def show_step(self, shown_step: ShownStep | None, style: Style) -> None:
        """Show an explained step; None while there is none."""
        self._shown_step, self._style = shown_step, style
        self._say()
        self.lay_out()

    def equations(self, all: bool = True) -> Iterator[Equation]:
        """Yield what has to be drawn, the most urgent first: the present phase, all symbols, and if `all` the rest."""
        if self._shown_step is None:
            return
        phases, present = self._shown_step.anatomy.phases, self._shown_step.phase
        if present is not None:
            yield from map(self._equation, _lines(phases[present]))
        for phase in phases:
            yield self._equation(_lines(phase)[0])
        for phase in phases if all else ():
            yield from map(self._equation, phase.numbers)

    def present_rect(self) -> QRectF | None:
        """Return where the present phase is shown; None if none is."""
        if self._shown_step is None or self._shown_step.phase is None or not self._rows:
            return None
        row = self._rows[self._shown_step.phase]
        return QRectF(0, row.top, self.width(), row.height)

    def lay_out(self) -> None:
        """Place all equations that have been drawn."""
        unit = self._style.unit
        heading = PAD * unit + metrics(self._style, bold=True).height() + GAP * unit
        self._rows, y = [], 0.0
        phases = () if self._shown_step is None else self._shown_step.anatomy.phases
        for phase in phases:
            lines, top = [], y
            y += heading
            for number, line in enumerate(_lines(phase)):
                image, stale = self._drawn(phase, number, line)
                if image is None:
                    y += 2 * TYPE * self._style.text_size
                    continue
                lines.append(_Placed(y, image, line.coordinate, stale))
                y += image.height() / image.devicePixelRatio() + GAP * unit
            y += (PAD - GAP) * unit
            self._rows.append(_Row(top, y - top, tuple(lines)))
        if self.minimumHeight() != round(y):
            self.setMinimumHeight(round(y))
        self.update()

    def _drawn(self, phase: Phase, number: int, line: Line) -> tuple[QImage | None, bool]:
        """Return the picture of an equation, or of the same one of another step, and whether it is that."""
        slot = (phase.part, phase.name, number)
        image = self._images.image(self._equation(line))
        if image is not None:
            self._slots[slot] = image
            return image, False
        return self._slots.get(slot), True

    def _equation(self, line: Line) -> Equation:
        style = self._style
        room = self.width() - (INDENT + PAD) * style.unit - self._label_room(line.coordinate)
        return Equation(
            coloured(line.latex, ROLE_COLOURS[style.theme.name]),
            style.theme.text,
            TYPE * style.text_size,
            float(max(round(room), 120)),
            self.devicePixelRatioF(),
        )

    def _label_room(self, coordinate: str) -> float:
        """Return the width of the name of a coordinate in front of its equation."""
        return _label_width(coordinate, self._style) if coordinate else 0.0

    def _say(self) -> None:
        """Say the present phase for screen readers."""
        words = ""
        if self._shown_step is not None and self._shown_step.phase is not None:
            phase = self._shown_step.anatomy.phases[self._shown_step.phase]
            words = f"{self._shown_step.phase}: {self._style.words(phase.caption)}"
        if self.accessibleDescription() != words:
            self.setAccessibleDescription(words)

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._slots.clear()
            self.lay_out()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        for number, row in enumerate(self._rows):
            if row.top <= y < row.top + row.height:
                self.phaseChosen.emit(number)
                return
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown_step is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, row in enumerate(self._rows):
                if QRectF(0, row.top, self.width(), row.height).intersects(QRectF(event.rect())):
                    self._paint_row(painter, number, row)

    def _paint_row(self, painter: QPainter, number: int, row: _Row) -> None:
        assert self._shown_step is not None
        style, theme, unit = self._style, self._style.theme, self._style.unit
        phase, present = self._shown_step.anatomy.phases[number], self._shown_step.phase
        here, later = number == present, present is not None and number > present
        box = QRectF(0, row.top, self.width(), row.height)
        if here:
            painter.fillRect(box, QColor(mixed(theme.panel, theme.accent, 0.12)))
            painter.fillRect(QRectF(0, box.top(), 3 * unit, box.height()), QColor(theme.accent))
        elif number:
            painter.fillRect(QRectF(PAD * unit, box.top(), box.width(), 1.0), QColor(theme.grid))
        painter.setOpacity(LATER if later else 1.0)
        height = metrics(style, bold=True).height()
        caption = QRectF(PAD * unit, row.top + PAD * unit, self.width() - 2 * PAD * unit, height)
        painter.setFont(style.font(bold=True))
        painter.setPen(colour(theme.accent if here else theme.muted))
        painter.drawText(caption, int(Qt.AlignmentFlag.AlignVCenter), str(number))
        painter.setPen(colour(theme.text if here else theme.muted))
        room = caption.adjusted((INDENT - PAD) * unit, 0, 0, 0)
        words = metrics(style, bold=True).elidedText(
            style.words(phase.caption), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        for placed in row.lines:
            painter.setOpacity(STALE if placed.stale else LATER if later else 1.0)
            left = INDENT * unit + self._label_room(placed.coordinate)
            painter.drawImage(QPointF(left, placed.y), placed.image)
            if placed.coordinate:
                height = placed.image.height() / placed.image.devicePixelRatio()
                label = QRectF(INDENT * unit, placed.y - GAP * unit, left, height + 2 * GAP * unit)
                painter.setFont(_label_font(style))
                painter.setPen(colour(theme.muted))
                painter.drawText(label, int(Qt.AlignmentFlag.AlignVCenter), placed.coordinate)
        painter.setOpacity(1.0)
