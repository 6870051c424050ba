"""The layout of a network: where its neurons stand, and what lies under the mouse."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.style import Style
from optexplorer.scene.network.picture import Column, Connection, NetworkPicture

PAD = 12.0
LARGEST, SMALLEST = 24.0, 5.0
"""Radii of neurons, in units of the style."""
NUMBER, LEAST_NUMBERED = 0.72, 9.0
"""Type of the numbers of neurons, to that of small type; and the radius of the smallest that are numbered."""
HISTOGRAM = 36.0
"""Height of a histogram, in units of the style."""
LEAST_FOR_HISTOGRAMS = 300.0
"""Height of a picture that has room for histograms, in units of the style."""
LONGEST_NAME = 84.0
"""Width of the name of an input or output, in units of the style."""
IMAGE = 88.0
"""Side of an example that is an image, in units of the style."""
NEAR = 6.0
"""How far from a weight the mouse may be, in units of the style."""
NOTES = 3
"""Lines that notes may take."""


@dataclass(frozen=True, eq=False)
class NetworkFrame:
    """The layout of a picture.

    Attributes
    ----------
    outer : all of it
    header, header_rows : lines above the network, and how many there are
    body : around the neurons, with the titles of the columns
    columns : the middle of each column
    spots : where each neuron stands, by layer and unit
    radius, numbered : of a neuron, and whether there is room for its number above it
    dots : where dots stand for the neurons that are not drawn, by layer
    image : where the example is shown, if it is an image; else empty
    loss : the box of the loss
    histograms : the rows of activations and of gradients; empty where there is no room
    notes : below everything; empty if there are none
    """

    outer: QRectF
    header: QRectF
    header_rows: int
    body: QRectF
    columns: tuple[float, ...]
    spots: Mapping[tuple[int, int], QPointF]
    radius: float
    numbered: bool
    dots: Mapping[int, QPointF]
    image: QRectF
    loss: QRectF
    histograms: tuple[QRectF, ...]
    notes: QRectF

    def neuron_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return layer and unit of the neuron at a place."""
        for key, spot in self.spots.items():
            if math.dist(place.toTuple(), spot.toTuple()) <= self.radius + 1:
                return key
        return None

    def connection_at(self, place: QPointF, picture: NetworkPicture, style: Style) -> Connection | None:
        """Return the weight nearest to a place, if it is near; of those equally near the heaviest."""
        best: tuple[float, float] | None = None
        found = None
        for connection in picture.connections:
            distance = _distance(place, *self.ends(connection))
            if distance > NEAR * style.unit:
                continue
            rank = (round(distance), -abs(connection.weight))
            if best is None or rank < best:
                best, found = rank, connection
        return found

    def ends(self, connection: Connection) -> tuple[QPointF, QPointF]:
        """Return where a weight begins and ends: at the edges of its neurons."""
        begin = self.spots[connection.layer - 1, connection.source]
        end = self.spots[connection.layer, connection.unit]
        return begin + QPointF(self.radius, 0), end - QPointF(self.radius, 0)

    def spacing(self) -> float:
        """Return the distance between two columns."""
        return self.columns[1] - self.columns[0]


def network_frame(rect: QRectF, picture: NetworkPicture, style: Style) -> NetworkFrame:
    """Return the layout of a network painted in `rect`."""
    unit, line = style.unit, metrics(style).height()
    pad = PAD * unit
    inner = rect.adjusted(pad, pad * 0.7, -pad, -pad * 0.7)
    rows = _header_rows(inner.width(), picture, style)
    header = QRectF(inner.left(), inner.top(), inner.width(), rows * (line + 2 * unit))
    bottom = inner.bottom()
    notes = QRectF()
    told = min(len(picture.notes()), NOTES)
    if told:
        notes = QRectF(inner.left(), bottom - told * line - 2 * unit, inner.width(), told * line + 2 * unit)
        bottom = notes.top() - 4 * unit
    histograms: tuple[QRectF, ...] = ()
    if rect.height() >= LEAST_FOR_HISTOGRAMS * unit:
        row = HISTOGRAM * unit + 1.1 * line
        histograms = tuple(
            QRectF(inner.left(), bottom - (2 - k) * row, inner.width(), HISTOGRAM * unit) for k in range(2)
        )
        bottom = histograms[0].top() - 6 * unit
    body = QRectF(inner.left(), header.bottom() + 6 * unit, inner.width(), 0)
    body.setBottom(max(bottom, body.top() + 40 * unit))
    return _with_neurons(rect, (header, rows), body, histograms, notes, picture, style)


def _header_rows(width: float, picture: NetworkPicture, style: Style) -> int:
    """Return how many lines there are above the network: one more where title and outcome do not fit beside each other."""
    title, outcome = style.words(picture.example.title()), style.words(picture.example.outcome())
    needed = text_width(style, [title], bold=True) + text_width(style, [outcome]) + 14 * style.unit
    return 2 if needed <= width else 3


def _with_neurons(
    rect: QRectF,
    header: tuple[QRectF, int],
    body: QRectF,
    histograms: tuple[QRectF, ...],
    notes: QRectF,
    picture: NetworkPicture,
    style: Style,
) -> NetworkFrame:
    unit, line = style.unit, metrics(style).height()
    plot = body.adjusted(0, 2 * line + 6 * unit, 0, 0)
    most = max(_slots(column) for column in picture.columns)
    radius, numbered = _radius(plot.height() / most, style)
    pictured = picture.data.image_shape is not None
    side = min(IMAGE * unit, 0.6 * plot.height()) if pictured else 0.0
    left = (side + 10 * unit if pictured else _names(picture.columns[0], style)) + radius + 8 * unit
    box = max(text_width(style, ["L = −0.0000"]) + 14 * unit, 3 * radius)
    right = _names(picture.columns[-1], style) + radius + 22 * unit + box
    # The row of histograms is named at its left.
    left = max(left, radius + (text_width(style, ["activations"]) / 2 if histograms else 0))
    width = max(plot.width() - left - right, 20 * unit)
    count = len(picture.columns)
    columns = tuple(plot.left() + left + width * k / (count - 1) for k in range(count))
    spots: dict[tuple[int, int], QPointF] = {}
    dots: dict[int, QPointF] = {}
    for column, x in zip(picture.columns, columns, strict=True):
        slots = _slots(column)
        step = min(plot.height() / slots, 3.5 * radius)
        top = plot.center().y() - step * (slots - 1) / 2
        for place, neuron in enumerate(column.neurons):
            spots[column.layer, neuron.unit] = QPointF(x, top + step * place)
        if not column.complete:
            dots[column.layer] = QPointF(x, top + step * len(column.neurons))
    middle = plot.center().y()
    image = QRectF(plot.left(), middle - side / 2, side, side)
    loss = QRectF(body.right() - box, middle - 1.1 * line, box, 2.2 * line)
    return NetworkFrame(
        rect, *header, body, columns, spots, radius, numbered, dots, image, loss, histograms, notes
    )


def _radius(room: float, style: Style) -> tuple[float, bool]:
    """Return the radius of neurons that have so much room above each other, and whether their numbers fit as well."""
    unit, number = style.unit, NUMBER * metrics(style).height()
    beside_number = (room - number) / 2
    if beside_number >= LEAST_NUMBERED * unit:
        return min(beside_number, LARGEST * unit), True
    return min(max(0.44 * room, SMALLEST * unit), LARGEST * unit), False


def _slots(column: Column) -> int:
    return len(column.neurons) + (0 if column.complete else 1)


def _names(column: Column, style: Style) -> float:
    """Return the room that the names of inputs or outputs take."""
    widest = text_width(style, [style.words(neuron.label) for neuron in column.neurons])
    return min(widest, LONGEST_NAME * style.unit) + 6 * style.unit


def _distance(place: QPointF, begin: QPointF, end: QPointF) -> float:
    """Return the distance of a place from a straight line between two others."""
    along = end - begin
    length = QPointF.dotProduct(along, along)
    share = 0.0 if length == 0 else QPointF.dotProduct(place - begin, along) / length
    nearest = begin + along * min(max(share, 0.0), 1.0)
    return math.dist(place.toTuple(), nearest.toTuple())
