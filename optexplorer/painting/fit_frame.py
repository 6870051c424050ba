"""The layout of a picture of the fit: a header, a panel for each racer or one for all, and a note below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt

from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.painting.axes import (
    Tick,
    metrics,
    room_above,
    room_after,
    room_below,
    room_beside,
    text_width,
)
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.style import Style
from optexplorer.scene.fit.fit_scene import FitScene, RacerFit, Window
from optexplorer.scene.geometry.ticks import linear_ticks, tick_labels
from optexplorer.text import Text

LEAD, GAP = 14.0, 14.0
"""Room for the mark before a name, and between names, in units of the style."""
MOST_ROWS = 2
"""Of names in the header; what does not fit is left out."""
LONGEST_NAME = 110.0
"""Width of the name of an axis, in units of the style; longer ones are cut short."""
ROOMY = (190.0, 150.0)
"""Least width and height, in units of the style, of a panel with axes."""
BAR = 12.0

STEP_OF = Text("step {0}", "ステップ {0}")
NOT_FINITE = Text("not finite", "有限でない")
PREDICTED = Text("predicted", "予測")
TRUE_TARGET = Text("true {0}", "{0}の正解")


@dataclass(frozen=True)
class Entry:
    """A name in the header, with a mark before it: of a class, or of a racer, by its place in the fit."""

    kind: Literal["class", "racer"]
    number: int
    text: str
    rect: QRectF


@dataclass(frozen=True, eq=False)
class FitPanel:
    """The place of one racer's fit, or of all of them: `title` is empty where the header names them."""

    outer: QRectF
    title: QRectF
    plot: MapFrame
    names: tuple[str, str]
    """Of the two axes, cut short where they are long."""
    axes: bool


@dataclass(frozen=True, eq=False)
class FitFrame:
    """The layout of a picture of the fit; `bar` is empty if there is no colour bar, `note` if there is nothing to say."""

    outer: QRectF
    step: QRectF
    entries: tuple[Entry, ...]
    panels: tuple[FitPanel, ...]
    bar: QRectF
    note: QRectF
    unit: float

    def panel_at(self, place: QPointF) -> FitPanel | None:
        """Return the panel in whose plot a place of the picture lies."""
        return next((panel for panel in self.panels if panel.plot.plot.contains(place)), None)

    def class_at(self, place: QPointF) -> int | None:
        """Return the class whose name in the header lies at a place."""
        found = (entry for entry in self.entries if entry.kind == "class" and entry.rect.contains(place))
        return next((entry.number for entry in found), None)


def named_with_problem(racer: RacerFit) -> Text:
    """Return the name of a racer whose predictions cannot be drawn, and that they cannot."""
    return Text(f"{racer.name.en} ({NOT_FINITE.en})", f"{racer.name.ja} ({NOT_FINITE.ja})")


def axis_names(fit: FitScene, style: Style) -> tuple[str, str]:
    """Return the names of the axes of a plot."""
    names = shown_names(fit.landscape.data)
    first = style.words(names.inputs[0])
    if fit.kind == "scatter":
        return style.words(TRUE_TARGET).format(style.words(names.target)), style.words(PREDICTED)
    if fit.kind == "probability":
        return first, f"p({style.words(names.classes[1])})" if len(names.classes) == 2 else "p"
    if fit.kind == "line":
        return first, style.words(names.target)
    return first, style.words(names.inputs[1]) if len(names.inputs) > 1 else ""


def bar_name(fit: FitScene, style: Style) -> str:
    """Return the name of the numbers whose colours the bar shows."""
    return _short(style.words(shown_names(fit.landscape.data).target), style, 4 * LONGEST_NAME * style.unit)


def bar_ticks(fit: FitScene, bar: QRectF, unit: float) -> list[Tick]:
    """Return the ticks of the colour bar of targets."""
    low, high = target_range(fit)
    values = linear_ticks(low, high, max(2, int(bar.height() / (40 * unit))))
    places = [bar.bottom() - (value - low) / (high - low) * bar.height() for value in values]
    return [Tick(at, label) for at, label in zip(places, tick_labels(values), strict=True)]


def target_range(fit: FitScene) -> tuple[float, float]:
    """Return the lowest and the highest target, between which colours tell numbers apart."""
    targets = fit.landscape.data.targets
    low, high = float(targets.min()), float(targets.max())
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def fit_frame(
    rect: QRectF, fit: FitScene, style: Style, notes: Sequence[str] = (), window: Window | None = None
) -> FitFrame:
    """Return the layout of `fit` painted in `rect`, its plots showing `window` or all of the data."""
    unit = style.unit
    margin = 8 * unit
    line = metrics(style).height() + 4 * unit
    inner = rect.adjusted(margin, 4 * unit, -margin, -4 * unit)
    words = style.words(STEP_OF).format(fit.step)
    step = QRectF(0, inner.top(), text_width(style, [words]) + 2 * unit, line)
    step.moveRight(inner.right())
    entries, rows = _entries(fit, style, inner, step, line)
    note = QRectF()
    room = QRectF(inner)
    room.setTop(inner.top() + rows * line + 2 * unit)
    if notes:
        note = QRectF(inner.left(), inner.bottom() - line, inner.width(), line)
        room.setBottom(note.top())
    bar = QRectF()
    if fit.kind == "field" and style.axes and room.width() >= 260 * unit:
        beside = room_beside(style, [tick.label for tick in bar_ticks(fit, room, unit)])
        name = text_width(style, [bar_name(fit, style)], bold=True)
        top = room.top() + room_above(style) + line
        wide = max(BAR * unit + beside, name)
        bar = QRectF(room.right() - wide, top, BAR * unit, max(room.bottom() - room_below(style) - top, 8.0))
        room.setRight(bar.left() - 10 * unit)
    count = 1 if fit.shares_plot else max(len(fit.racers), 1)
    titled = not fit.shares_plot and bool(fit.racers)
    cells = _cells(room, count, 10 * unit)
    panels = tuple(_panel(cell, fit, style, line if titled else 0.0, window or fit.window) for cell in cells)
    return FitFrame(QRectF(rect), step, entries, panels, bar, note, unit)


def _entries(
    fit: FitScene, style: Style, inner: QRectF, step: QRectF, line: float
) -> tuple[tuple[Entry, ...], int]:
    """Return the names in the header, in at most `MOST_ROWS` rows, and how many rows there are."""
    unit = style.unit
    named: list[tuple[Literal["class", "racer"], int, str]] = []
    if fit.kind in ("regions", "probability"):
        classes = shown_names(fit.landscape.data).classes
        named += [("class", k, style.words(name)) for k, name in enumerate(classes)]
    if fit.shares_plot:
        named += [
            ("racer", k, style.words(racer.name if racer.problem is None else named_with_problem(racer)))
            for k, racer in enumerate(fit.racers)
            if style.names or racer.problem is not None
        ]
    entries: list[Entry] = []
    x, row = inner.left(), 0
    for kind, number, name in named:
        text = metrics(style).elidedText(name, Qt.TextElideMode.ElideRight, 2 * LONGEST_NAME * unit)
        width = (LEAD + 2) * unit + text_width(style, [text])
        right = step.left() - GAP * unit if row == 0 else inner.right()
        if x > inner.left() and x + width > right:
            x, row = inner.left(), row + 1
            if row == MOST_ROWS:
                break
        elif x + width > right and row == 0:
            # Even the first leaves the step its room, cut short or below it.
            lead = (LEAD + 2) * unit
            if right - x - lead < line:
                row, right = 1, inner.right()
            text = metrics(style).elidedText(text, Qt.TextElideMode.ElideRight, max(right - x - lead, 0.0))
            width = lead + text_width(style, [text])
        entries.append(Entry(kind, number, text, QRectF(x, inner.top() + row * line, width, line)))
        x += width + GAP * unit
    return tuple(entries), min(row + 1, MOST_ROWS)


def _cells(room: QRectF, count: int, gap: float) -> list[QRectF]:
    """Return places for `count` panels, as large as they can be side by side and above each other."""
    best, columns = -1.0, 1
    for tried in range(1, count + 1):
        rows = -(-count // tried)
        # What stays empty beside the last panel counts against it.
        side = min(room.width() / tried, 1.25 * room.height() / rows) * count / (rows * tried)
        if side > best + 1e-6:
            best, columns = side, tried
    rows = -(-count // columns)
    width = max((room.width() - gap * (columns - 1)) / columns, 8.0)
    height = max((room.height() - gap * (rows - 1)) / rows, 8.0)
    return [
        QRectF(
            room.left() + (k % columns) * (width + gap),
            room.top() + (k // columns) * (height + gap),
            width,
            height,
        )
        for k in range(count)
    ]


def _short(name: str, style: Style, room: float) -> str:
    """Return the name of an axis, cut short to a quarter of the room."""
    most = min(LONGEST_NAME * style.unit, 0.26 * room)
    return metrics(style, bold=True).elidedText(name, Qt.TextElideMode.ElideMiddle, most)


def _panel(cell: QRectF, fit: FitScene, style: Style, title_height: float, window: Window) -> FitPanel:
    unit = style.unit
    title = QRectF(cell.left(), cell.top(), cell.width(), title_height) if title_height else QRectF()
    below = cell.adjusted(0, title_height, 0, 0)
    x_name, y_name = (_short(name, style, cell.width()) for name in axis_names(fit, style))
    axes = (
        style.axes
        and fit.kind != "confusion"
        and below.width() >= ROOMY[0] * unit
        and below.height() >= ROOMY[1] * unit
    )
    if not axes:
        plot = below.adjusted(unit, unit, -unit, -unit)
        return FitPanel(
            cell, title, MapFrame(cell, _sharp(plot), QRectF(), window, unit), (x_name, y_name), axes
        )
    labels = ["−0.5"]
    left = 40 * unit
    for _ in range(2):
        plot = QRectF(
            below.left() + left,
            below.top() + room_above(style),
            max(below.width() - left - room_after(style, x_name, labels), 8.0),
            max(below.height() - room_above(style) - room_below(style), 8.0),
        )
        frame = MapFrame(cell, _sharp(plot), QRectF(), window, unit)
        left = max(room_beside(style, [tick.label for tick in frame.y_ticks()]) + 2 * unit, 20 * unit)
        labels = ["−0.5", *(tick.label for tick in frame.x_ticks())]
    return FitPanel(cell, title, frame, (x_name, y_name), axes)


def _sharp(rect: QRectF) -> QRectF:
    """Edges between pixels keep thin lines sharp."""
    return QRectF(
        round(rect.left()) + 0.5, round(rect.top()) + 0.5, round(rect.width()), round(rect.height())
    )
