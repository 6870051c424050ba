"""The layout of a picture of the loss curve of one coordinate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from optexplorer.painting.axes import Tick, room_above, room_after, room_below, room_beside
from optexplorer.painting.style import Style
from optexplorer.scene.geometry.ticks import linear_ticks, tick_labels
from optexplorer.scene.samples.curve_samples import CurveSamples, Interval
from optexplorer.scene.samples.surface_samples import HeightScale
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

BELOW, ABOVE = 0.08, 0.14
"""Parts of the plot's height that stay free below the lowest and above the highest place of the curve."""
FAR = 1e6
"""Places further away than this, in pixels, are drawn as if they lay there."""


@dataclass(frozen=True, eq=False)
class CurveFrame:
    """The layout of a picture of the curve, in pixels.

    Attributes
    ----------
    outer : the whole picture
    plot : within the axes
    interval : the part of the line that the plot shows
    """

    outer: QRectF
    plot: QRectF
    curve: CurveSamples
    interval: Interval
    unit: float

    @property
    def scale(self) -> HeightScale:
        """From losses to heights."""
        return self.curve.scale

    def to_pixels(self, x: Array, loss: Array) -> Array:
        """Return places in the picture, shape (k, 2), of coordinates and losses of shape (k,)."""
        low, high = self.interval
        with np.errstate(all="ignore"):
            across = self.plot.left() + (np.asarray(x) - low) / (high - low) * self.plot.width()
            places = np.stack([across, self._from_height(self._height(np.asarray(loss)))], axis=1)
        # Infinities stay far away; what is not a number cannot be drawn at all.
        return np.clip(places, -FAR, FAR)

    def to_pixel(self, x: float, loss: float) -> QPointF:
        """Return the place in the picture of one point of the curve."""
        across, down = self.to_pixels(np.array([x]), np.array([loss]))[0].tolist()
        return QPointF(across, down)

    def x_at(self, place: QPointF) -> float:
        """Return the coordinate at a place of the picture."""
        low, high = self.interval
        return low + (place.x() - self.plot.left()) / self.plot.width() * (high - low)

    def direction(self, x: float, loss: float, slope: float) -> QPointF | None:
        """Return which way the tangent runs in the picture, of length 1, or None if that is not known."""
        low, high = self.interval
        sx = self.plot.width() / (high - low)
        rise = self._rise(loss) * (1 - BELOW - ABOVE) * self.plot.height()
        down = -slope * rise / sx
        if not np.isfinite(down):
            return None
        length = float(np.hypot(1.0, down))
        return QPointF(1 / length, down / length)

    def _height(self, loss: Array) -> Array:
        """Heights, which unlike those of the scale go on below 0 where it is linear."""
        if self.scale.kind == "linear":
            return (loss - self.scale.low) / (self.scale.high - self.scale.low)
        return np.where(np.isnan(loss), np.nan, self.scale.height(loss))

    def _rise(self, loss: float) -> float:
        """The derivative of the height by the loss."""
        span = self.scale.high - self.scale.low
        if self.scale.kind == "linear":
            return 1 / span
        above = max(loss - self.scale.low, 0.0)
        return 1 / ((self.scale.knee + above) * float(np.log1p(span / self.scale.knee)))

    def _from_height(self, height: Array) -> Array:
        return self.plot.bottom() - (BELOW + (1 - BELOW - ABOVE) * height) * self.plot.height()

    def height_to_y(self, height: float) -> float:
        """Return the vertical place of a height from 0 to 1."""
        return float(self._from_height(np.array(height)))

    def x_ticks(self) -> list[Tick]:
        """Return the ticks of the horizontal axis."""
        values = linear_ticks(*self.interval, max(2, int(self.plot.width() / (64 * self.unit))))
        places = self.to_pixels(np.array(values), np.zeros(len(values)))[:, 0]
        return [Tick(at, label) for at, label in zip(places.tolist(), tick_labels(values), strict=True)]

    def y_ticks(self) -> list[Tick]:
        """Return the ticks of the vertical axis."""
        most = max(2, int(self.plot.height() / (44 * self.unit)))
        scale = self.scale
        if scale.kind == "linear":
            span = (scale.high - scale.low) / (1 - BELOW - ABOVE)
            values = linear_ticks(scale.low - BELOW * span, scale.high + ABOVE * span, most)
        else:
            lowest = 0.0 if abs(scale.low) < 1e-12 * (scale.high - scale.low) else scale.low
            values = [lowest, *scale.ticks(most)]
        labels = tick_labels(values)
        places = self.to_pixels(np.zeros(len(values)), np.array(values))[:, 1]
        return [
            Tick(at, label)
            for at, label in zip(places.tolist(), labels, strict=True)
            if self.plot.top() <= at <= self.plot.bottom()
        ]


def curve_frame(rect: QRectF, scene: Scene, style: Style, interval: Interval | None = None) -> CurveFrame:
    """Return the layout of the curve painted in `rect`, over `interval` or that of the samples."""
    unit, curve = style.unit, scene.curve
    interval = interval or curve.interval
    top, bottom = room_above(style) + 4 * unit, room_below(style) + 4 * unit
    labels = ["−0.5"]
    if not style.axes:
        top = bottom = 2 * unit
    height = max(rect.height() - top - bottom, 8.0)
    left = 40 * unit
    for _ in range(2):
        right = room_after(style, scene.landscape.variables[0], labels) + 8 * unit
        if not style.axes:
            left = right = 2 * unit
        width = max(rect.width() - left - right, 8.0)
        # Edges between pixels keep thin lines sharp.
        plot = QRectF(
            round(rect.left() + left) + 0.5, round(rect.top() + top) + 0.5, round(width), round(height)
        )
        frame = CurveFrame(QRectF(rect), plot, curve, interval, unit)
        labels = ["−0.5", *(tick.label for tick in frame.x_ticks())]
        if style.axes:
            left = max(room_beside(style, [tick.label for tick in frame.y_ticks()]) + 8 * unit, 30 * unit)
    return frame
