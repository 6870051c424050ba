"""Cached layers of the fit: the examples are painted once, what is predicted of them at each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.painting.fit_frame import FitFrame, fit_frame
from optexplorer.painting.fit_painter import (
    notes_of,
    paint_all_examples,
    paint_fit,
    paint_ground,
    paint_predictions,
)
from optexplorer.painting.layer_images import new_layer, painter_on
from optexplorer.painting.style import Style
from optexplorer.scene.fit.fit_scene import FitScene, Window
from optexplorer.scene.scene import Scene


class FitLayers:
    """The fit in one place, in one style and with `ratio` pixels per unit."""

    def __init__(self, rect: QRectF, style: Style, ratio: float = 1.0) -> None:
        self._rect, self._style, self._ratio = rect, style, ratio
        self._examples = QImage()
        self._key: Any = None
        self._shown: tuple[FitScene, Window | None, FitFrame] | None = None

    def frame_of(self, fit: FitScene, window: Window | None = None) -> FitFrame:
        """Return the layout of a fit, its plots showing `window` or all of the data."""
        if self._shown is None or self._shown[0] is not fit or self._shown[1] != window:
            frame = fit_frame(self._rect, fit, self._style, notes_of(fit, self._style), window)
            self._shown = fit, window, frame
        return self._shown[2]

    def paint(self, painter: QPainter, scene: Scene, window: Window | None = None) -> None:
        """Paint the fit of `scene`, its plots showing `window` or all of the data."""
        fit = scene.fit
        if fit is None:
            paint_fit(painter, self._rect, scene, self._style)
            return
        frame = self.frame_of(fit, window)
        paint_ground(painter, frame, fit, self._style)
        painter.drawImage(self._rect.topLeft(), self._with_examples(frame, fit))
        paint_predictions(painter, frame, fit, self._style)

    def _with_examples(self, frame: FitFrame, fit: FitScene) -> QImage:
        plots = [(panel.plot.plot.getRect(), panel.plot.window, panel.axes) for panel in frame.panels]
        key = (fit.examples, fit.kind, plots)
        if key != self._key:
            self._key = key
            self._examples = new_layer(self._rect, replace(self._style, transparent=True), self._ratio)
            with painter_on(self._examples, self._rect.topLeft()) as painter:
                paint_all_examples(painter, frame, fit, self._style)
        return self._examples
