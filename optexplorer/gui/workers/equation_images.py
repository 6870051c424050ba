"""Pictures of equations, drawn off the GUI thread; the newest request wins, and what has been drawn is kept."""

from __future__ import annotations

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.formula_svg import formula_svg
from optexplorer.runs.failure import failure_of, log_failure

MOST_KEPT = 150
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
        self._task = LatestTask(self, "equations")
        self._made.connect(self._keep)

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
            self._task.run_stoppable(partial(self._draw, missing))

    def stop(self) -> None:
        """Drop running work before the window closes."""
        self._wanted = ()
        self._task.forget()

    def _draw(self, equations: tuple[Equation, ...], should_stop: Callable[[], bool]) -> None:
        for equation in equations:
            if should_stop():
                return
            if equation not in self._wanted:
                continue
            self._made.emit(equation, _image(equation))
            time.sleep(REST)

    def _keep(self, equation: Equation, image: QImage) -> None:
        self._kept[equation] = image
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self._wanted = tuple(other for other in self._wanted if other != equation)
        self.drawn.emit()


def _image(equation: Equation) -> QImage:
    """Return the picture of an equation; of one that cannot be drawn, an empty one, so that the others follow."""
    try:
        return draw_equation(equation)
    except Exception as error:  # noqa: BLE001 - logged
        log_failure(failure_of(error, "equation"), logging.WARNING)
        empty = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        empty.fill(Qt.GlobalColor.transparent)
        return empty


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
