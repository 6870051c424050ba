"""The chart in the window: pointing at it seeks, the wheel zooms, dragging with Shift moves it."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from optexplorer.gui.views.landscape_view import ZOOM
from optexplorer.gui.views.layered_view import LayeredView
from optexplorer.painting.axes import STEP
from optexplorer.painting.chart_abscissa import NAMES, step_at
from optexplorer.painting.chart_axis import ChartAxis
from optexplorer.painting.chart_frame import ChartFrame
from optexplorer.painting.chart_part import ChartPart, moved, zoomed
from optexplorer.painting.layers import ChartLayers
from optexplorer.painting.style import pen
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.chart_lines import chart_lines, charted_quantity
from optexplorer.scene.geometry.ticks import reading
from optexplorer.scene.scene import PathAtPlayhead, Scene


class ChartView(LayeredView):
    """Shows the chart of every racer; signals the step that the user points at, and the part that they want to see."""

    stepChosen = Signal(int)
    partChosen = Signal(object)
    """The `ChartPart` to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._future = True
        self._layers: ChartLayers | None = None
        self._key: Any = None
        self._cursor: QPointF | None = None
        self._panned: tuple[QPointF, ChartFrame, Scene] | None = None
        self._step_before = 0
        self.setMinimumSize(160, 90)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Chart"))
        self.setAccessibleDescription(
            self.tr(
                "Click or drag: go to that step\nWheel: zoom; over an axis, only along it\n"
                "Shift+drag: move the chart\nDouble-click: whole chart"
            )
        )
        self.setToolTip(self.accessibleDescription())

    def show_future(self, on: bool) -> None:
        """Show the steps after the playhead faintly, or hide them while they are to be predicted."""
        self._future = on
        self.update()

    @property
    def frame(self) -> ChartFrame | None:
        """The layout of the view; None before anything has been painted."""
        return None if self._layers is None else self._layers.frame

    def refresh_layers(self, scene: Scene) -> None:
        key = (ChartLayers.key(scene), self._style, self.size(), self.devicePixelRatioF())
        if key != self._key:
            self._key = key
            self._layers = ChartLayers(QRectF(self.rect()), scene, self._style, self.devicePixelRatioF())

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._layers is not None
        frame = self._layers.frame
        self._layers.paint(painter, scene, future=self._future)
        if self._cursor is None or self._panned is not None or not frame.plot.contains(self._cursor):
            return
        step = frame.step_at(self._cursor.x())
        if step > scene.playhead and not self._future:
            return
        x = frame.x(step) if frame.common else self._cursor.x()
        painter.setPen(pen(self._style.theme.muted, self._style.unit, 0.8))
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()))
        paint_value_box(painter, frame.plot, self._readout(scene, frame, step), self._style)

    # The cursor

    def _readout(self, scene: Scene, frame: ChartFrame, step: int) -> list[tuple[str, str]]:
        return [(self._place(scene, frame, step), self._style.theme.text), *self._values(scene, frame, step)]

    def _place(self, scene: Scene, frame: ChartFrame, step: int) -> str:
        """Where the cursor is, in words."""
        kind, words = frame.abscissa.kind, self._style.words
        if not frame.common:
            assert self._cursor is not None
            place = frame.place_at(self._cursor.x())
            return (
                f"{words(NAMES[kind])} {place:.2f}"
                if kind == "epochs"
                else f"{words(NAMES[kind])} {place:.0f}"
            )
        epoch = scene.steps_per_epoch
        told = f"{words(STEP)} {step}"
        return (
            f"{words(NAMES['epochs'])} {step // epoch} · {told}" if epoch is not None and epoch > 1 else told
        )

    def _values(self, scene: Scene, frame: ChartFrame, step: int) -> list[tuple[str, str]]:
        """What each racer's lines are worth at the cursor, in words and in its colour."""
        parts = []
        for racer_path in scene.racer_paths:
            lines = chart_lines(racer_path.trajectory, charted_quantity(scene), racer_path.sharpness)
            row = self._row(racer_path, frame, step)
            # The bold one first, as in the key.
            shown = sorted((line for line in lines if line.stroke != "faint"), key=lambda line: line.stroke)
            values = [_reading(line.value_at(row), frame.axis) for line in shown] or ["—"]
            parts.append((f"● {' / '.join(values)}", racer_path.colour))
        return parts

    def _row(self, racer_path: PathAtPlayhead, frame: ChartFrame, step: int) -> int:
        """The step of a racer at the cursor."""
        trajectory = racer_path.trajectory
        if not frame.common and self._cursor is not None:
            step = step_at(trajectory, frame.abscissa.kind, frame.place_at(self._cursor.x()))
        return min(step, trajectory.steps if self._future else racer_path.step)

    # The mouse

    def _seek(self, place: QPointF) -> None:
        if self._layers is not None:
            self.stepChosen.emit(self._layers.frame.step_at(place.x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        frame, scene = self.frame, self._scene
        if frame is None or scene is None:
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton and not shift:
            self._step_before = scene.playhead
            self._seek(event.position())
        elif frame.plot.contains(event.position()):
            self._panned = (event.position(), frame, scene)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._panned is not None:
            begin, frame, scene = self._panned
            self.partChosen.emit(moved(frame, scene, event.position() - begin))
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._panned is not None:
            self._panned = None
            self.unsetCursor()
            self.update()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        chosen = self._scene is not None and ChartPart.of(self._scene) != ChartPart()
        if event.button() != Qt.MouseButton.LeftButton or not chosen:
            self.mousePressEvent(event)
            return
        # The first click of the two has moved the playhead.
        self.stepChosen.emit(self._step_before)
        self.partChosen.emit(ChartPart())

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches, frame = event.angleDelta().y() / 120, self.frame
        if self._scene is None or frame is None or not notches:
            super().wheelEvent(event)
            return
        event.accept()
        part = zoomed(frame, self._scene, event.position(), ZOOM**notches)
        if part != ChartPart.of(self._scene):
            self.partChosen.emit(part)

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self.update()
        super().leaveEvent(event)


def _reading(value: float, axis: ChartAxis) -> str:
    return reading(value, axis.resolution(value)) if np.isfinite(value) else "—"
