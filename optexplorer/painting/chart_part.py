"""Which part of the chart is seen, and which part zooming and moving lead to."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF

from optexplorer.experiment.appearance import Range
from optexplorer.painting.chart_axis import ChartAxis, whole_axis
from optexplorer.painting.chart_frame import ChartFrame
from optexplorer.scene.scene import Scene

FEWEST = 2.0
"""Steps that are seen at least."""
NEAREST = 1e-4
"""The smallest part of the vertical axis that is seen."""
SLACK = 1e-6
"""The part of an axis by which its ends may differ from those of all of it."""
BEYOND = 1.5
"""How far above and below the whole vertical axis one sees, in parts of it: where a path diverges, it goes on there."""


class ChartPart(NamedTuple):
    """The part of the chart that is seen, as `Appearance.chart_span` and `chart_values` have it; None for all."""

    span: Range | None = None
    values: Range | None = None

    @classmethod
    def of(cls, scene: Scene) -> ChartPart:
        """Return the part that a scene shows."""
        return cls(scene.appearance.chart_span, scene.appearance.chart_values)


def zoomed(frame: ChartFrame, scene: Scene, place: QPointF, factor: float) -> ChartPart:
    """Return the part that is `factor` as large around a place of the picture: beside the plot, along one axis only."""
    plot, (span, values) = frame.plot, ChartPart.of(scene)
    across = (place.x() - plot.left()) / plot.width()
    up = (plot.bottom() - place.y()) / plot.height()
    if across >= 0:
        part = min(across, 1.0)
        span = _span(frame, part - part * factor, part + (1 - part) * factor)
    if up >= 0:
        part = min(up, 1.0)
        values = _values(frame.axis, scene, part - part * factor, part + (1 - part) * factor)
    return ChartPart(span, values)


def moved(frame: ChartFrame, scene: Scene, offset: QPointF) -> ChartPart:
    """Return the part in which the chart of `frame` is moved by `offset`, in pixels."""
    across, up = offset.x() / frame.plot.width(), offset.y() / frame.plot.height()
    abscissa = frame.abscissa
    first, last = (float(abscissa.at(end)) for end in (0.0, abscissa.last))
    # It stops at the ends, and keeps its width.
    shift = min(max(-across, first), last - 1)
    return ChartPart(_span(frame, shift, 1 + shift), _values(frame.axis, scene, up, 1 + up))


def _span(frame: ChartFrame, first: float, last: float) -> Range | None:
    """The part of the abscissa between two places, given in parts of what is seen; None if it is all."""
    abscissa = frame.abscissa
    low, high = max(abscissa.back(first), 0.0), min(abscissa.back(last), abscissa.last)
    slack = SLACK * abscissa.last
    if low <= slack and high >= abscissa.last - slack:
        return None
    if high - low < FEWEST * frame.per_step * (1 - 1e-9):
        return (abscissa.low, abscissa.high)
    return low, high


def _values(axis: ChartAxis, scene: Scene, first: float, last: float) -> Range | None:
    """The part of the vertical axis between two places, given in parts of what is seen; None if it is all."""
    whole = whole_axis(scene)
    low, high = axis.back(first), axis.back(last)
    bottom, top = whole.part_at(low), whole.part_at(high)
    if bottom <= SLACK and top >= 1 - SLACK and (last - first > 1 + SLACK or top - bottom < 1 + 3 * SLACK):
        return None
    if not -BEYOND <= bottom < top <= 1 + BEYOND or top - bottom < NEAREST:
        return (axis.low, axis.high) if axis.chosen else None
    return low, high
