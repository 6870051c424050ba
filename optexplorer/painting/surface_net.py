"""Paints nets and curves that lie on the surface or over it; what hills hide of nets is faint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from optexplorer.painting.style import Style, colour, pen
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.geometry.surface_mesh import in_view, within_window
from optexplorer.scene.palette import rgb
from optexplorer.scene.samples.surface_samples import SurfaceSamples

Array = NDArray[np.float64]

THREAD = 1.1
"""Width of a net's lines, in units of the style."""
FILL = 0.16
"""Opacity of its cells."""
CLEAR, BEHIND = 0.9, 0.3
"""Opacity of lines that are seen, and of those behind hills or below the surface."""


def paint_net(
    painter: QPainter,
    frame: SurfaceFrame,
    surface: SurfaceSamples,
    net: Array,
    ink: str,
    style: Style,
    *,
    strength: float = 1.0,
) -> None:
    """Paint a net of places in the box, shape (rows, columns, 3), NaN where it has none, over `surface`.

    `strength` is that of its lines, from 0 to 1.
    """
    places = frame.places(net.reshape(-1, 3)).reshape(*net.shape[:2], 2)
    known = np.logical_and.reduce(np.isfinite(net), axis=2)
    seen = in_view(surface, frame.camera, net.reshape(-1, 3)).reshape(known.shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(thread_colour(ink, style), FILL))
    corners = np.stack([places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1]], axis=2)
    whole = seen[:-1, :-1] & seen[:-1, 1:] & seen[1:, 1:] & seen[1:, :-1]
    for cell in corners[whole].tolist():
        painter.drawConvexPolygon(QPolygonF([QPointF(x, y) for x, y in cell]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for clear in (False, True):
        lines = []
        for line, here, visible in (
            *zip(places, known, seen, strict=True),
            *zip(places.swapaxes(0, 1), known.T, seen.T, strict=True),
        ):
            drawn = here[:-1] & here[1:] & ((visible[:-1] & visible[1:]) == clear)
            ends = np.concatenate([line[:-1], line[1:]], axis=1)[drawn]
            lines += [QLineF(*four) for four in ends.tolist()]
        # Many short lines are painted several times faster than one path of them.
        thread = pen(thread_colour(ink, style), THREAD * style.unit, strength * (CLEAR if clear else BEHIND))
        thread.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(thread)
        painter.drawLines(lines)


def curves_on_surface(frame: SurfaceFrame, surface: SurfaceSamples, curves: Sequence[Array]) -> list[Array]:
    """Return the parts of curves of the plane that are seen on the surface, as places in the picture."""
    runs = []
    for curve in curves:
        at = np.linspace(0, len(curve) - 1, max(len(curve), 17))
        fine = np.stack([np.interp(at, np.arange(len(curve)), curve[:, k]) for k in range(2)], axis=1)
        box = within_window(to_box(surface, fine, surface.height_at(fine)))
        seen = in_view(surface, frame.camera, box)
        edges = np.flatnonzero(np.diff(seen)) + 1
        parts = zip(np.split(frame.places(box), edges), np.split(seen, edges), strict=True)
        runs += [part for part, clear in parts if len(part) > 1 and clear[0]]
    return runs


def thread_colour(ink: str, style: Style) -> str:
    """Return the colour of a net's thin lines: a racer's colour, lighter on a dark canvas."""
    if style.theme.name == "light":
        return ink
    red, green, blue = (
        round(0.55 * a + 0.45 * b) for a, b in zip(rgb(ink), rgb(style.theme.casing), strict=True)
    )
    return f"#{red:02X}{green:02X}{blue:02X}"
