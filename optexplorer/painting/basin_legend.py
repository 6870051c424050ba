"""The legend of a basin map: its minima, the share of the map of each, and how many steps it takes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from optexplorer.painting import marks
from optexplorer.painting.axes import metrics, text_width
from optexplorer.painting.grid_image import between, paint_pixels
from optexplorer.painting.painter_state import saved
from optexplorer.painting.style import Style, colour, pen
from optexplorer.scene.basin_colours import HATCHES, INK, basin_colour, is_striped
from optexplorer.scene.basins import OUTCOMES, BasinEntry, BasinPicture
from optexplorer.text import Text

SHARE, STEPS = Text("share", "割合"), Text("steps", "ステップ")
LOWEST = Text("global minimum", "大域的最小点")
SWATCH, GAP, PAD = 18.0, 8.0, 5.0
"""Width of the colours, room between columns, and above and below a line, in units of the style."""
WIDE = 620.0
"""From this width of the map on, the legend beside it tells the steps as well."""
MOST_BESIDE, MOST_MEASURED = 12, 64
"""Minima with lines of their own beside the map, and those by which the width of the lines is measured."""
LINES_BELOW = 3
BADGE = 8.5
"""Radius of the number of a minimum, in units of the style."""
DARK_TEXT = "#14181F"
"""Of numbers on the colours of the minima, which are bright in both themes."""


def line_height(style: Style) -> float:
    """Return the height of one line."""
    return metrics(style).height() + PAD * style.unit


def width_beside(picture: BasinPicture, style: Style, *, wide: bool) -> float:
    """Return the width of the legend beside a map, which stays the same while other minima are reached."""
    words = [
        style.words(picture.words_of(label)) for label in range(min(len(picture.map.minima), MOST_MEASURED))
    ]
    words += [style.words(text) for text in OUTCOMES.values()]
    unit = style.unit
    columns = [SWATCH * unit, text_width(style, words) + 16 * unit, _share_width(style)]
    columns += [_steps_width(style)] if wide else []
    return sum(columns) + GAP * unit * (len(columns) - 1)


def height_below(style: Style) -> float:
    """Return the height of the legend below a map."""
    return LINES_BELOW * line_height(style)


def _share_width(style: Style) -> float:
    return text_width(style, ["100.0 %", style.words(SHARE)])


def _steps_width(style: Style) -> float:
    return text_width(style, ["100000", style.words(STEPS)])


def written_share(share: float) -> str:
    """Return a share of the map in percent; not 0 where there is something, nor 100 where something is missing."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def paint_legend_beside(
    painter: QPainter, rect: QRectF, picture: BasinPicture, style: Style, *, wide: bool
) -> None:
    """Write the legend from the top of `rect` downwards, a line for each minimum; `wide` adds the steps."""
    unit, step = style.unit, line_height(style)
    right = rect.right()
    steps_right, share_right = right, right - (_steps_width(style) + GAP * unit if wide else 0.0)
    room = int(rect.height() / step)
    other_lines = 2 + len(OUTCOMES)
    entries = picture.entries(max(min(room - other_lines, MOST_BESIDE), 2))
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = rect.top()
        _write(
            painter,
            QRectF(rect.left(), y, share_right - rect.left(), step),
            style.words(SHARE),
            style,
            muted=True,
        )
        if wide:
            _write(
                painter,
                QRectF(rect.left(), y, steps_right - rect.left(), step),
                style.words(STEPS),
                style,
                muted=True,
            )
        for entry in entries:
            y += step
            if y + step > rect.bottom() + 1:
                return
            x = _paint_key(painter, rect.left(), y + step / 2, entry, style)
            _write(painter, QRectF(x, y, rect.width(), step), style.words(entry.text), style, left=True)
            _write(painter, QRectF(x, y, share_right - x, step), written_share(entry.share), style)
            if wide and entry.steps is not None:
                _write(painter, QRectF(x, y, steps_right - x, step), str(entry.steps), style)
        y += step + 4 * unit
        if picture.map.minima and y + step <= rect.bottom() + 1:
            painter.setPen(pen(style.theme.border, unit))
            painter.drawLine(QPointF(rect.left(), y - 2 * unit), QPointF(rect.right(), y - 2 * unit))
            marks.star(painter, QPointF(rect.left() + SWATCH * unit / 2, y + step / 2), style, radius=6.0)
            x = rect.left() + (SWATCH + GAP / 2) * unit
            _write(
                painter, QRectF(x, y, rect.width(), step), style.words(LOWEST), style, left=True, bold=True
            )
            _write(
                painter,
                QRectF(x, y, share_right - x, step),
                written_share(picture.map.lowest_share),
                style,
                bold=True,
            )


def paint_legend_below(painter: QPainter, rect: QRectF, picture: BasinPicture, style: Style) -> None:
    """Write the legend in a few lines that fill `rect` from the left; minima for which there is no room come together."""
    unit, step = style.unit, line_height(style)
    lines = _flowing(picture, rect.width(), style)
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, line in enumerate(lines):
            x, y = rect.left(), rect.top() + number * step
            for entry in line:
                after = _paint_key(painter, x, y + step / 2, entry, style)
                place = QRectF(after, y, rect.right() - after, step)
                _write(painter, place, _with_share(entry, style), style, left=True)
                x += _entry_width(entry, style) + 2 * GAP * unit


def _flowing(picture: BasinPicture, width: float, style: Style) -> list[list[BasinEntry]]:
    """Return the entries in at most `LINES_BELOW` lines of a width, with as many minima as have room."""
    lines: list[list[BasinEntry]] = []
    for most in range(MOST_BESIDE, 0, -1):
        entries = picture.entries(most)
        if picture.map.minima:
            entries = [BasinEntry(None, LOWEST, picture.map.lowest_share, lowest=True), *entries]
        lines, taken = [[]], 0.0
        for entry in entries:
            needed = _entry_width(entry, style)
            if lines[-1] and taken + needed > width:
                lines.append([])
                taken = 0.0
            lines[-1].append(entry)
            taken += needed + 2 * GAP * style.unit
        if len(lines) <= LINES_BELOW:
            break
    return lines[:LINES_BELOW]


def _with_share(entry: BasinEntry, style: Style) -> str:
    return f"{style.words(entry.text)}  {written_share(entry.share)}"


def _entry_width(entry: BasinEntry, style: Style) -> float:
    star = 16.0 if entry.lowest and entry.label is not None else 0.0
    return (SWATCH + GAP / 2 + star) * style.unit + text_width(style, [_with_share(entry, style)])


def _paint_key(painter: QPainter, x: float, middle: float, entry: BasinEntry, style: Style) -> float:
    """Paint the mark before an entry, whose left edge is at `x`; return where its words begin."""
    unit = style.unit
    centre = QPointF(x + SWATCH * unit / 2, middle)
    after = x + (SWATCH + GAP / 2) * unit
    if entry.label is None and entry.lowest:
        marks.star(painter, centre, style, radius=6.5)
    elif entry.label is not None and entry.label >= 0:
        paint_badge(painter, centre, entry.label, style)
        if entry.lowest:
            marks.star(painter, QPointF(after + 7 * unit, middle), style, radius=5.5)
            after += 16 * unit
    else:
        _paint_swatch(painter, QRectF(x, middle - 6.5 * unit, SWATCH * unit, 13 * unit), entry.label, style)
    return after


def _paint_swatch(painter: QPainter, place: QRectF, label: int | None, style: Style) -> None:
    """Paint a little piece of the map where none of the minima is reached."""
    scale = 3.0
    rows, columns = round(place.height() * scale), round(place.width() * scale)
    hatch = np.full((rows, columns), HATCHES.get(label, 0) if label is not None else 0, dtype=np.uint8)
    inked = is_striped(
        hatch,
        np.arange(rows)[:, np.newaxis],
        np.arange(columns),
        5.5 * style.unit * scale,
        1.6 * style.unit * scale,
    )
    ground = np.array(basin_colour(label, style.theme.name))
    paint_pixels(painter, place, between(ground, INK[style.theme.name], inked.astype(np.float64)))
    painter.setPen(pen(style.theme.muted, 0.8 * style.unit, 0.7))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place)


def paint_badge(painter: QPainter, centre: QPointF, label: int, style: Style) -> None:
    """Draw a disc in the colour of a minimum with its number, counted from 1."""
    r = BADGE * style.unit
    painter.setPen(pen(DARK_TEXT, 1.1 * style.unit, 0.75))
    red, green, blue = (round(part) for part in basin_colour(label, style.theme.name))
    painter.setBrush(colour(f"#{red:02X}{green:02X}{blue:02X}"))
    text = str(label + 1)
    half = max(r, metrics(style, 0.85, bold=True).horizontalAdvance(text) / 2 + 4 * style.unit)
    box = QRectF(centre.x() - half, centre.y() - r, 2 * half, 2 * r)
    painter.drawRoundedRect(box, r, r)
    painter.setPen(colour(DARK_TEXT))
    painter.setFont(style.font(0.85, bold=True))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), text)


def _write(
    painter: QPainter,
    place: QRectF,
    text: str,
    style: Style,
    *,
    left: bool = False,
    bold: bool = False,
    muted: bool = False,
) -> None:
    """Write a line within `place`, to its right edge or from its left."""
    painter.setPen(colour(style.theme.muted if muted else style.theme.text))
    painter.setFont(style.font(bold=bold))
    side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
    painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), text)
