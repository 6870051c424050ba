"""The data in the window, with what the racers predict of them; examples can be put, dragged and removed by hand."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.gui.views.layered_view import LayeredView
from optexplorer.painting.fit_examples import class_colour, paint_mark, paint_ring, places_of
from optexplorer.painting.fit_frame import FitFrame, FitPanel
from optexplorer.painting.fit_layers import FitLayers
from optexplorer.painting.style import Style, pen
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.fit.fit_scene import FitScene, Window
from optexplorer.scene.geometry.ticks import reading
from optexplorer.scene.scene import Scene

REACH = 9.0
"""How near to an example the cursor must be to mean it, in units of the style."""
FINENESS = 1000
"""Places that an example can have along each side of a plot, so that its numbers stay short."""


class _Drag(NamedTuple):
    """An example that is being dragged: its place in the data, the panel, and the cursor."""

    place: int
    panel: FitPanel
    at: QPointF


class FitView(LayeredView):
    """Shows the fit of a scene; while it is edited, signals which examples are to be where."""

    exampleAdded = Signal(float, float, int)
    """An example is to be put at a place of the plot; of classes, also its class."""
    exampleMoved = Signal(int, float, float)
    """The example at a place of the data is to lie at a place of the plot."""
    exampleReleased = Signal()
    exampleRemoved = Signal(int)
    windowHeld = Signal(object)
    """The part of the plane that is to be shown while an example is dragged; None for all data again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: FitLayers | None = None
        self._key: Any = None
        self._cursor: QPointF | None = None
        self._drag: _Drag | None = None
        self._held: Window | None = None
        self.editing = False
        """Whether the mouse puts, drags and removes examples."""
        self.chosen_class = 0
        """The class of examples that are put."""
        self.setMinimumSize(160, 140)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Data and fit"))
        self._describe()

    def _describe(self) -> None:
        if self.editing:
            words = self.tr(
                "Click: add an example\nDrag: move it\nRight click or Delete: remove it\n"
                "Number keys, or a click on a name above: the class"
            )
        else:
            words = self.tr("The data, and what each racer predicts at the present step")
        self.setAccessibleDescription(words)
        self.setToolTip(words)

    def set_editing(self, on: bool) -> None:
        """Let the mouse change the data, or only point at them."""
        self.editing = on
        self._end_drag()
        self._describe()
        self.move_cursor(self._cursor)

    @property
    def frame(self) -> FitFrame | None:
        """The layout of the view; None where no fit is shown."""
        fit = self.fit
        return None if fit is None or self._layers is None else self._layers.frame_of(fit, self._held)

    @property
    def fit(self) -> FitScene | None:
        """The fit that is shown."""
        return None if self._scene is None else self._scene.fit

    # Painting

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show the fit of `scene`; one that is shown already is not painted again."""
        before, styled = self._scene, self._style
        self._scene, self._style = scene, style
        unchanged = before is not None and before.fit is not None and before.fit is scene.fit
        if not unchanged or style != styled:
            self.update()

    def refresh_layers(self, scene: Scene) -> None:
        key = (self._style, self.size(), self.devicePixelRatioF())
        if key != self._key or self._layers is None:
            self._key = key
            self._layers = FitLayers(QRectF(self.rect()), self._style, self.devicePixelRatioF())

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._layers is not None
        self._layers.paint(painter, scene, self._held)
        fit, frame = scene.fit, self.frame
        if fit is None or frame is None:
            return
        if self.editing and fit.is_editable:
            self._paint_editing(painter, frame, fit)
        if self._drag is None:
            self._paint_example_under_cursor(painter, fit)

    def _paint_editing(self, painter: QPainter, frame: FitFrame, fit: FitScene) -> None:
        """Mark the class of new examples, and the example that is being dragged."""
        unit, theme = self._style.unit, self._style.theme
        painter.setPen(pen(theme.accent, 1.6 * unit))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for entry in frame.entries:
            if entry.kind == "class" and entry.number == self.chosen_class:
                painter.drawRoundedRect(entry.rect.adjusted(-3 * unit, 0, 3 * unit, 0), 4 * unit, 4 * unit)
        if self._drag is not None:
            classified = fit.landscape.data.task == "classification"
            shape = int(fit.landscape.data.targets[self._drag.place]) if classified else 0
            ink = class_colour(shape, self._style) if classified else theme.text
            hollow = bool(np.isin(self._drag.place, fit.landscape.held_out_places))
            paint_mark(painter, self._drag.at, shape, ink, self._style, 4.6, hollow=hollow)
            paint_ring(painter, self._drag.at, theme.accent, self._style, 4.6)

    def _paint_example_under_cursor(self, painter: QPainter, fit: FitScene) -> None:
        found = self._example_at(self._cursor)
        if found is None:
            return
        panel, place, at = found
        if self.editing and fit.is_editable:
            paint_ring(painter, at, self._style.theme.accent, self._style, 4.2)
        data = fit.landscape.data
        called = shown_names(data)
        names = [*map(self._style.words, called.inputs), self._style.words(called.target)]
        numbers = [*data.inputs[place].tolist(), float(data.targets[place])]
        words = [reading(number) for number in numbers]
        if data.task == "classification":
            words[-1] = self._style.words(called.classes[int(numbers[-1])])
        parts = [(f"{name} {word}", self._style.theme.text) for name, word in zip(names, words, strict=True)]
        if len(parts) <= 3:
            paint_value_box(painter, panel.plot.plot, parts, self._style)

    # What lies where

    def _example_at(self, place: QPointF | None) -> tuple[FitPanel, int, QPointF] | None:
        """Return the panel, the place in the data and that in the picture of the example at a place of the view."""
        fit, frame = self.fit, self.frame
        if fit is None or frame is None or place is None or fit.kind in ("scatter", "confusion"):
            return None
        panel = frame.panel_at(place)
        if panel is None:
            return None
        at = panel.plot.to_pixels(places_of(fit, fit.examples.places))
        with np.errstate(all="ignore"):
            gaps = np.hypot(at[:, 0] - place.x(), at[:, 1] - place.y())
        nearest = int(np.argmin(gaps))
        if not gaps[nearest] <= REACH * self._style.unit:
            return None
        return panel, int(fit.examples.places[nearest]), QPointF(*at[nearest].tolist())

    def _point(self, panel: FitPanel, place: QPointF) -> tuple[float, float]:
        """Return the place in the plot of a place of the view, in numbers that are not longer than they need be."""
        plot = panel.plot.plot
        x = min(max(place.x(), plot.left()), plot.right())
        y = min(max(place.y(), plot.top()), plot.bottom())
        point = panel.plot.to_data(QPointF(x, y))
        x0, x1, y0, y1 = panel.plot.window
        return _rounded(point[0], x1 - x0), _rounded(point[1], y1 - y0)

    def move_cursor(self, place: QPointF | None) -> None:
        """Store the position of the mouse; None if it has left."""
        self._cursor = place
        fit, frame = self.fit, self.frame
        shape = Qt.CursorShape.ArrowCursor
        if self.editing and fit is not None and fit.is_editable and frame is not None and place is not None:
            if self._example_at(place) is not None or frame.class_at(place) is not None:
                shape = Qt.CursorShape.PointingHandCursor
            elif frame.panel_at(place) is not None:
                shape = Qt.CursorShape.CrossCursor
        self.setCursor(shape)
        self.update()

    # The mouse

    def leaveEvent(self, event: QEvent) -> None:
        self.move_cursor(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        fit, frame, place = self.fit, self.frame, event.position()
        if not self.editing or fit is None or frame is None or not fit.is_editable:
            super().mousePressEvent(event)
            return
        number, found, panel = frame.class_at(place), self._example_at(place), frame.panel_at(place)
        if event.button() == Qt.MouseButton.RightButton:
            if found is not None:
                self.exampleRemoved.emit(found[1])
        elif event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif number is not None:
            self.choose_class(number)
        elif found is not None:
            self._begin_drag(_Drag(found[1], found[0], found[2]))
        elif panel is not None:
            self.exampleAdded.emit(*self._point(panel, place), self.chosen_class)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            self.move_cursor(event.position())
            return
        self._cursor = event.position()
        self._drag = self._drag._replace(at=event.position())
        self.exampleMoved.emit(self._drag.place, *self._point(self._drag.panel, event.position()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end_drag()
        super().mouseReleaseEvent(event)

    def _begin_drag(self, drag: _Drag) -> None:
        self._drag, self._held = drag, drag.panel.plot.window
        self.windowHeld.emit(self._held)
        self.update()

    def _end_drag(self) -> None:
        if self._drag is not None:
            self._drag = self._held = None
            self.windowHeld.emit(None)
            self.exampleReleased.emit()
            self.update()

    # The keyboard

    def choose_class(self, number: int) -> None:
        """Give new examples this class, if there is one of this number."""
        if self.fit is not None and number < len(self.fit.landscape.data.classes):
            self.chosen_class = number
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.editing and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            found = self._example_at(self._cursor)
            if found is not None and self._drag is None:
                self.exampleRemoved.emit(found[1])
        elif self.editing and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.choose_class(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)


def _rounded(value: float, span: float) -> float:
    """Return a number rounded to a small part of the span of an axis."""
    return round(value, max(0, math.ceil(-math.log10(span / FINENESS)))) if math.isfinite(value) else value
