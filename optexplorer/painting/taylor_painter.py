"""The quadratic (Taylor) model of a loss curve at a racer's head, painted beside the curve it touches."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from optexplorer.engine.diagnostics import Curvature
from optexplorer.painting.curve_frame import CurveFrame
from optexplorer.painting.painter_state import saved
from optexplorer.painting.polylines import path_of, runs_within
from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.value_box import paint_value_box
from optexplorer.scene.geometry.ticks import tick_label
from optexplorer.scene.scene import PathAtPlayhead, Scene

POINTS = 401
MODEL = 2.4
"""Width of the model, in units of the style."""
VERTEX = 4.5
"""Radius of the mark at its lowest point."""


def paint_model(painter: QPainter, frame: CurveFrame, scene: Scene, style: Style) -> None:
    """Paint the parabola that touches the curve at the head of the racer in the spotlight, or of the first.

    Its lowest point is where Newton's step would go. A value box shows the second derivative, and the largest learning
    rate with which gradient descent does not swing out there.
    """
    chosen = _chosen(scene)
    if not scene.appearance.curvature or chosen is None:
        return
    curvature = scene.model
    if curvature is None:
        return
    x = np.linspace(*frame.interval, POINTS)
    with np.errstate(all="ignore"):
        model = curvature.model(x[None])
        if frame.scale.kind == "log":
            model = np.where(model >= frame.scale.low, model, np.nan)
    runs = runs_within(frame.to_pixels(x, model), frame.plot, frame.plot)
    with saved(painter):
        painter.setClipRect(frame.plot, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(style.theme.canvas, (MODEL + 2.4) * style.unit, 0.7))
        painter.drawPath(path_of(runs))
        stroke = pen(chosen.colour, MODEL * style.unit)
        stroke.setDashPattern([2.5, 2.5])
        painter.setPen(stroke)
        painter.drawPath(path_of(runs))
        _paint_vertex(painter, frame, curvature, chosen.colour, style)
    paint_value_box(painter, frame.plot, _numbers(curvature, chosen.colour, style), style, above=True)


def _chosen(scene: Scene) -> PathAtPlayhead | None:
    spotlit = [
        racer_path for racer_path in scene.racer_paths if racer_path.number == scene.appearance.spotlight
    ]
    return next(iter([*spotlit, *scene.racer_paths]), None)


def _paint_vertex(painter: QPainter, frame: CurveFrame, curvature: Curvature, ink: str, style: Style) -> None:
    if curvature.largest <= 0:
        return
    with np.errstate(all="ignore"):
        lowest = curvature.point - curvature.gradient / curvature.largest
        loss = float(curvature.model(lowest))
    at = frame.to_pixel(float(lowest[0]), loss)
    if frame.plot.contains(at):
        painter.setPen(pen(ink, 2.0 * style.unit))
        painter.setBrush(colour(style.theme.canvas))
        painter.drawEllipse(at, VERTEX * style.unit, VERTEX * style.unit)


def _numbers(curvature: Curvature, ink: str, style: Style) -> list[tuple[str, str]]:
    rate = curvature.stable_rate()
    return [
        ("●", ink),
        (f"f″ {_short(curvature.largest)}", style.theme.text),
        (f"2/f″ {'—' if rate is None else _short(rate)}", style.theme.text),
    ]


def _short(value: float) -> str:
    return tick_label(float(f"{value:.3g}"))
