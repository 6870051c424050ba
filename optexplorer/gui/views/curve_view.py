"""The loss curve of one coordinate in the window."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from optexplorer.gui.views.landscape_view import NUDGE, LandscapeView, within_limits
from optexplorer.painting.axes import LOSS
from optexplorer.painting.curve_frame import CurveFrame, curve_frame
from optexplorer.painting.curve_painter import slope_at, slope_words
from optexplorer.painting.layers import CurveLayers
from optexplorer.painting.style import colour, pen
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.fog import seen_at
from optexplorer.scene.geometry.ticks import reading
from optexplorer.scene.samples.curve_samples import Interval
from optexplorer.scene.scene import Scene

BELOW = 28.0
"""How far the read-out gives way to a value box above it, in units of the style."""


class CurveView(LandscapeView):
    """Shows the curve of a scene; signals where the user puts the start and which interval they want to see."""

    startDragged = Signal(float)
    """Where the start is to be, while it is being dragged or on a click."""
    intervalChosen = Signal(object)
    """The part of the line to show, (low, high); None for the whole domain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: CurveLayers | None = None
        self._keys: tuple[Any, Any] = (None, None)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Loss curve"))
        keys = self.tr(
            "Click or drag: start point\nWheel: zoom\nShift+drag: move the curve\nDouble-click: whole curve\n"
            "Alt+arrow keys: move the start"
        )
        self.setAccessibleDescription(keys)
        self.setToolTip(keys)

    # Painting

    def _target(self, scene: Scene) -> Interval:
        """The part that the user wants to see; the samples follow as soon as they are computed."""
        return scene.view.interval or scene.curve.landscape.domain[0]

    def _frame_of(self, scene: Scene) -> CurveFrame:
        key = (scene.curve, self._target(scene), self._style, self.size(), self.devicePixelRatioF())
        if self._frame is None or self._keys[0] != key:
            self._frame = curve_frame(QRectF(self.rect()), scene, self._style, self._target(scene))
            self._keys = (key, None)
        frame: CurveFrame = self._frame
        return frame

    def forget_layers(self) -> None:
        self._layers = None
        self._keys = (None, None)

    def refresh_layers(self, scene: Scene) -> None:
        frame = self._frame_of(scene)
        key = (scene.appearance.colour_map, scene.appearance.minima)
        if self._keys[1] != key or self._layers is None:
            self._layers = CurveLayers(frame, scene, self._style, self.devicePixelRatioF())
            self._keys = (self._keys[0], key)

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._layers is not None
        frame = self._frame_of(scene)
        self._layers.paint(painter, scene)
        self._paint_cursor(painter, frame, scene)

    # The cursor

    def _paint_cursor(self, painter: QPainter, frame: CurveFrame, scene: Scene) -> None:
        if self._cursor is None or not frame.plot.contains(self._cursor):
            return
        theme, unit = self._style.theme, self._style.unit
        x = frame.x_at(self._cursor)
        if not seen_at(scene.samples, scene.seen, (x,)):
            return
        with np.errstate(all="ignore"):
            loss = float(scene.curve.landscape.value(np.array([x])))
        across = self._cursor.x()
        painter.setPen(pen(theme.muted, unit, 0.6))
        painter.drawLine(QPointF(across, frame.plot.top()), QPointF(across, frame.plot.bottom()))
        at = frame.to_pixel(x, loss)
        if frame.plot.contains(at):
            painter.setPen(pen(theme.text, 1.6 * unit))
            painter.setBrush(colour(theme.canvas))
            painter.drawEllipse(at, 3.6 * unit, 3.6 * unit)
        # In the air above the curve, where no ball is hidden, below the numbers of the curvature.
        corner = frame.plot.adjusted(0, BELOW * unit if scene.appearance.curvature else 0, 0, 0)
        paint_value_box(painter, corner, self._readout(frame, scene, x, loss), self._style, above=True)

    def _readout(self, frame: CurveFrame, scene: Scene, x: float, loss: float) -> list[tuple[str, str]]:
        size = (frame.interval[1] - frame.interval[0]) / frame.plot.width()
        decimals = max(0, -math.floor(math.log10(size)))
        place = f"{x:.{decimals}f}".replace("-", "−")
        height = reading(loss, frame.scale.resolution(loss)) if math.isfinite(loss) else "—"
        parts = [f"{scene.curve.landscape.variables[0]} {place}", f"{self._style.words(LOSS)} {height}"]
        slope = slope_at(scene, x)
        if math.isfinite(slope):
            parts.append(slope_words(slope, self._style))
        return [(part, self._style.theme.text) for part in parts]

    # What is asked for

    def point_at(self, place: QPointF) -> tuple[float, ...]:
        return (self._frame.x_at(place),)

    def ask_start(self, point: tuple[float, ...]) -> None:
        self.startDragged.emit(*point)

    def ask_whole(self) -> None:
        self.intervalChosen.emit(None)

    def pan(self, begin: QPointF, frame: CurveFrame, place: QPointF) -> None:
        moved = frame.x_at(begin) - frame.x_at(place)
        self._choose((frame.interval[0] + moved, frame.interval[1] + moved))

    def zoom(self, scene: Scene, place: QPointF, factor: float) -> None:
        x = self._frame.x_at(place)
        low, high = self._target(scene)
        first, last = scene.curve.landscape.domain[0]
        factor = within_limits(factor, (high - low) / (last - first))
        self._choose((x + (low - x) * factor, x + (high - x) * factor))

    def nudged(self, scene: Scene, right: int, up: int) -> tuple[float, ...] | None:
        low, high = self._target(scene)
        return (scene.place_of_start[0] + right * NUDGE * (high - low),) if right else None

    def _choose(self, interval: Interval) -> None:
        if all(map(math.isfinite, interval)) and interval[0] < interval[1]:
            self.intervalChosen.emit(interval)
