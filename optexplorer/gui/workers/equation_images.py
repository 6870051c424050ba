"""Pictures of equations, drawn off the GUI thread; the newest request wins, and what has been drawn is kept."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.formula_svg import formula_svg

MOST_KEPT = 800
REST = 0.002
"""Seconds between two equations: the GUI thread needs the interpreter too."""


class Equation(NamedTuple):
    """An equation as it is to be drawn: in `ink`, with type of `size` pixels, no wider than `width` pixels."""

    latex: str
    ink: str
    size: float
    width: float
    ratio: float
    """Pixels of the screen per pixel."""


class EquationImages(QObject):
    """Draws equations and remembers them."""

    drawn = Signal()
    """One more of the equations asked for can be shown."""
    _made = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[Equation, QImage] = OrderedDict()
        self._wanted: tuple[Equation, ...] = ()
        self._background = LatestTask(self)
        self._made.connect(self._take)

    def image(self, equation: Equation) -> QImage | None:
        """Return the picture of an equation, or None while it has not been drawn."""
        image = self._kept.get(equation)
        if image is not None:
            self._kept.move_to_end(equation)
        return image

    def request(self, equations: Sequence[Equation]) -> None:
        """Draw what is missing of `equations`, in their order; what was asked for before and is not begun is dropped."""
        missing = tuple(equation for equation in dict.fromkeys(equations) if equation not in self._kept)
        if missing == self._wanted:
            return
        self._wanted = missing
        if missing:
            self._background.run(partial(self._draw, missing))

    def leave(self) -> None:
        """Wait for the drawing under way: the window is closing."""
        self._wanted = ()
        self._background.wait()

    def _draw(self, equations: tuple[Equation, ...]) -> None:
        for equation in equations:
            if equation not in self._wanted:
                continue
            self._made.emit(equation, draw_equation(equation))
            time.sleep(REST)

    def _take(self, equation: Equation, image: QImage) -> None:
        self._kept[equation] = image
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self._wanted = tuple(other for other in self._wanted if other != equation)
        self.drawn.emit()


def draw_equation(equation: Equation) -> QImage:
    """Return the picture of an equation; what cannot be broken into lines is made smaller to fit its width."""
    svg = formula_svg(equation.latex, equation.ink, equation.size, equation.width)
    renderer = QSvgRenderer(QByteArray(svg))
    size = renderer.viewBoxF().size()
    size *= min(1.0, equation.width / max(size.width(), 1.0))
    image = QImage(
        max(math.ceil(size.width() * equation.ratio), 1),
        max(math.ceil(size.height() * equation.ratio), 1),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(equation.ratio)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    return image
