"""A figure: views side by side, a legend above and a caption below. Pure layout; the views' painters paint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from optexplorer.experiment.appearance import Appearance
from optexplorer.painting.absence_painter import paint_absence
from optexplorer.painting.axes import metrics
from optexplorer.painting.chart_painter import paint_chart
from optexplorer.painting.legend import legend_height, paint_legend
from optexplorer.painting.map_painter import paint_map
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style
from optexplorer.scene.samples.landscape_samples import Picture
from optexplorer.scene.scene import Scene

FigurePart = Literal["surface", "map", "curve", "fit", "network", "loss"]
OF_LANDSCAPE: tuple[FigurePart, ...] = ("surface", "map", "curve")
"""The parts that show the landscape; the others suit every race."""
PARTS: tuple[FigurePart, ...] = get_args(FigurePart)

WIDE, TALL = 2.3, 0.85
"""Ratios of width to height beyond which all parts stand in one row, or in one column."""
LOSS_SHARE = 0.34
"""How much of the height the loss chart takes below other parts."""
CAPTION = 1.12
"""Size of the caption's type, in sizes of small type."""
MOST_CAPTION = 0.3
"""The part of the height that the caption may take."""
_WRAPPED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True)
class Figure:
    """What a picture is made of: at least one part, in the order in which they stand.

    Raises
    ------
    ValueError
        If there is no part, or one twice.
    """

    parts: tuple[FigurePart, ...]
    legend: bool = False
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.parts or len(set(self.parts)) < len(self.parts):
            raise ValueError("a figure has at least one part, and each at most once")


def whole_figure(picture: Picture | None, caption: str = "", *, fit: bool = False) -> Figure:
    """Return the figure that shows all views of a landscape that is drawn as `picture`, or not at all.

    `fit` says that it is made of data.
    """
    views: dict[Picture | None, tuple[FigurePart, ...]] = {
        "curve": ("curve",),
        "surface": ("surface", "map"),
        None: (),
    }
    parts: tuple[FigurePart, ...] = (*views[picture], *(("fit",) if fit else ()), "loss")
    return Figure(parts, True, caption)


def usual_part(picture: Picture | None) -> FigurePart:
    """Return the one view that stands for a landscape that is drawn as `picture`: of one without, its losses."""
    return "curve" if picture == "curve" else "map" if picture == "surface" else "loss"


def figure_appearance(figure: Figure, appearance: Appearance) -> Appearance:
    """Return the appearance with what the parts of a figure need: a network is computed only where it is asked for."""
    return appearance.evolve(network=True) if "network" in figure.parts else appearance


@dataclass(frozen=True)
class FigureFrame:
    """The layout of a figure; `legend` and `caption` are empty if there is none."""

    outer: QRectF
    panels: tuple[tuple[FigurePart, QRectF], ...]
    legend: QRectF
    caption: QRectF


def figure_frame(rect: QRectF, figure: Figure, scene: Scene, style: Style) -> FigureFrame:
    """Return the layout of `figure` painted in `rect`.

    Raises
    ------
    ValueError
        If the scene's landscape is drawn, but has not all parts of the figure.
    """
    for part in figure.parts:
        # Asked before anything is painted. Charts of losses suit all; where there is no picture, its place tells why.
        if part in OF_LANDSCAPE and scene.samples is not None:
            _ = scene.curve if part == "curve" else scene.surface
    unit = style.unit
    legend = caption = QRectF()
    rest = QRectF(rect)
    if figure.legend and scene.racer_paths:
        legend = QRectF(rest.left(), rest.top(), rest.width(), legend_height(rest.width(), scene, style))
        rest.setTop(legend.bottom())
    if figure.caption.strip():
        margin = 16 * unit
        width = max(rest.width() - 2 * margin, 8.0)
        measured = metrics(style, CAPTION).boundingRect(
            QRectF(0, 0, width, 1e6), int(_WRAPPED), figure.caption.strip()
        )
        height = min(measured.height(), MOST_CAPTION * rect.height())
        caption = QRectF(rest.left() + margin, rest.bottom() - height - 10 * unit, width, height)
        rest.setBottom(caption.top() - 6 * unit)
    panels = _panels(rest, figure.parts, 8 * unit) if len(figure.parts) > 1 else [rest]
    # Whole pixels keep lines sharp, and let a film copy panels pixel by pixel.
    panels = [_whole_pixels(panel) for panel in panels]
    return FigureFrame(QRectF(rect), tuple(zip(figure.parts, panels, strict=True)), legend, caption)


def _whole_pixels(rect: QRectF) -> QRectF:
    left, top = math.ceil(rect.left()), math.ceil(rect.top())
    return QRectF(left, top, math.floor(rect.right()) - left, math.floor(rect.bottom()) - top)


def _panels(rect: QRectF, parts: Sequence[FigurePart], gap: float) -> list[QRectF]:
    """Return a place for each part: a row, a column, or the loss chart below a row of the others."""
    ratio = rect.width() / max(rect.height(), 1.0)
    others = [part for part in parts if part != "loss"]
    if len(others) == len(parts):
        return _row(rect, len(parts), gap) if ratio > 1 else _column(rect, [1.0] * len(parts), gap)
    if ratio > (WIDE if len(parts) > 2 else 1.4):
        return _row(rect, len(parts), gap)
    if ratio < TALL or len(parts) == 2:
        share = LOSS_SHARE if len(parts) == 2 else 0.24
        weights = [share if part == "loss" else (1 - share) / len(others) for part in parts]
        return _column(rect, weights, gap)
    above, below = _column(rect, [1 - LOSS_SHARE, LOSS_SHARE], gap)
    row = iter(_row(above, len(others), gap))
    return [below if part == "loss" else next(row) for part in parts]


def _row(rect: QRectF, count: int, gap: float) -> list[QRectF]:
    width = (rect.width() - gap * (count - 1)) / count
    return [QRectF(rect.left() + k * (width + gap), rect.top(), width, rect.height()) for k in range(count)]


def _column(rect: QRectF, weights: Sequence[float], gap: float) -> list[QRectF]:
    room, top, places = rect.height() - gap * (len(weights) - 1), rect.top(), []
    for weight in weights:
        height = room * weight / sum(weights)
        places.append(QRectF(rect.left(), top, rect.width(), height))
        top += height + gap
    return places


def paint_surroundings(
    painter: QPainter, frame: FigureFrame, figure: Figure, scene: Scene, style: Style
) -> None:
    """Paint the background of the figure, its legend and its caption."""
    if not style.transparent:
        painter.fillRect(frame.outer, QColor(style.theme.canvas))
    if not frame.legend.isEmpty():
        paint_legend(painter, frame.legend, scene, style)
    if not frame.caption.isEmpty():
        with saved(painter):
            painter.setFont(style.font(CAPTION))
            painter.setPen(QColor(style.theme.text))
            painter.drawText(frame.caption, int(_WRAPPED), figure.caption.strip())


def paint_part(painter: QPainter, part: FigurePart, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint one view of `scene` into `rect`."""
    if part in OF_LANDSCAPE and scene.samples is None:
        paint_absence(painter, rect, scene, style)
    elif part == "fit":
        from optexplorer.painting.fit_painter import paint_fit

        paint_fit(painter, rect, scene, style)
    elif part == "network":
        from optexplorer.painting.network_painter import paint_network

        paint_network(painter, rect, scene, style)
    elif part == "map":
        paint_map(painter, rect, scene, style)
    elif part == "loss":
        paint_chart(painter, rect, scene, style)
    elif part == "curve":
        from optexplorer.painting.curve_painter import paint_curve

        paint_curve(painter, rect, scene, style)
    else:
        from optexplorer.painting.surface_painter import paint_surface

        paint_surface(painter, rect, scene, style)


def part_style(figure: Figure, style: Style) -> Style:
    """Return the style of the parts of a figure: below a legend they do not name the racers again."""
    return replace(style, names=False) if figure.legend else style


def paint_figure(painter: QPainter, rect: QRectF, figure: Figure, scene: Scene, style: Style) -> None:
    """Paint the whole `figure` of `scene` into `rect`."""
    frame = figure_frame(rect, figure, scene, style)
    paint_surroundings(painter, frame, figure, scene, style)
    for part, place in frame.panels:
        paint_part(painter, part, place, scene, part_style(figure, style))
