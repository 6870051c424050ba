"""Paints stems on the surface: from where a racer is seen on the plane to the height of its true loss."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

SHORT = 3.0
"""Stems shorter than this, in units of the style, are hidden by the ball."""
HIGHEST = 1.15
"""Height at which the stems of higher losses end."""
KNOB = 3.2
"""Radius of the disc at the true height, in units of the style."""


def paint_stems(
    painter: QPainter,
    frame: SurfaceFrame,
    scene: Scene,
    box: Array,
    inside: NDArray[np.bool_],
    style: Style,
) -> None:
    """Paint the stems of heads that stand at `box`, shape (k, 3), where they are `inside` the window; none without a plane."""
    surface, unit = scene.surface, style.unit
    for foot, here, racer_path in zip(box, inside.tolist(), scene.racer_paths, strict=True):
        if not here or racer_path.projection is None or not math.isfinite(racer_path.loss):
            continue
        height = float(np.clip(surface.scale.height(np.array(racer_path.loss)), 0.0, HIGHEST))
        top = to_box(surface, racer_path.place[None], np.array([height]))[0]
        at, end = frame.place(foot.tolist()), frame.place(top.tolist())
        if math.hypot(end.x() - at.x(), end.y() - at.y()) < SHORT * unit:
            continue
        painter.setOpacity(1.0)
        for ink, width in ((style.theme.casing, 3.6), (racer_path.colour, 1.8)):
            line = pen(ink, width * unit)
            if ink == racer_path.colour and end.y() > at.y():
                # Beneath the surface, through which it is seen.
                line.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(line)
            painter.drawLine(at, end)
        painter.setPen(pen(style.theme.casing, unit))
        painter.setBrush(colour(racer_path.colour))
        painter.drawEllipse(end, KNOB * unit, KNOB * unit)
        painter.setBrush(Qt.BrushStyle.NoBrush)
