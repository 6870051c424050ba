"""The loss chart in the window."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from optexplorer.gui.views.layered_view import LayeredView
from optexplorer.painting.axes import STEP
from optexplorer.painting.chart_axis import chart_axis, value_at
from optexplorer.painting.layers import ChartLayers
from optexplorer.painting.style import pen
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.geometry.ticks import reading
from optexplorer.scene.scene import Scene


class ChartView(LayeredView):
    """Shows the loss, rate or gradient of every racer; signals the step that the user points at."""

    stepChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._future = True
        self._layers: ChartLayers | None = None
        self._key: Any = None
        self._cursor: QPointF | None = None
        self.setMinimumSize(160, 90)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Chart"))
        self.setAccessibleDescription(
            self.tr("Loss, learning rate or gradient against step; click or drag: go to that step")
        )
        self.setToolTip(self.accessibleDescription())

    def show_future(self, on: bool) -> None:
        """Show the steps after the playhead faintly, or hide them while they are to be predicted."""
        self._future = on
        self.update()

    def refresh_layers(self, scene: Scene) -> None:
        key = (ChartLayers.key(scene), self._style, self.size(), self.devicePixelRatioF())
        if key != self._key:
            self._key = key
            self._layers = ChartLayers(QRectF(self.rect()), scene, self._style, self.devicePixelRatioF())

    def paint_layers(self, painter: QPainter, scene: Scene) -> None:
        assert self._layers is not None
        frame = self._layers.frame
        self._layers.paint(painter, scene, future=self._future)
        if self._cursor is not None and frame.plot.contains(self._cursor):
            step = frame.step_at(self._cursor.x())
            if step > scene.playhead and not self._future:
                return
            painter.setPen(pen(self._style.theme.muted, self._style.unit, 0.8))
            painter.drawLine(
                QPointF(frame.x(step), frame.plot.top()), QPointF(frame.x(step), frame.plot.bottom())
            )
            paint_value_box(painter, frame.plot, self._readout(scene, step), self._style)

    def _readout(self, scene: Scene, step: int) -> list[tuple[str, str]]:
        theme, axis = self._style.theme, chart_axis(scene)
        parts = [(f"{self._style.words(STEP)} {step}", theme.text)]
        for racer_path in scene.racer_paths:
            value = value_at(racer_path, scene.appearance.chart, step)
            text = reading(value, axis.resolution(value)) if np.isfinite(value) else "—"
            parts.append((f"● {text}", racer_path.colour))
        return parts

    def _seek(self, place: QPointF) -> None:
        if self._layers is not None:
            self.stepChosen.emit(self._layers.frame.step_at(place.x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self.update()
        super().leaveEvent(event)
