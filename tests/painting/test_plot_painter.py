"""Plots of studies, judged by what is painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.export.pictures import Sheet
from optexplorer.export.plot_pictures import plot_picture
from optexplorer.painting.plot_cells import cell_pixels
from optexplorer.painting.plot_frame import SheetFrame, sheet_frame
from optexplorer.painting.plot_painter import paint_sheet
from optexplorer.painting.style import Style
from optexplorer.scene.palette import DARK, LIGHT, colour_map
from optexplorer.scene.plot import Band, Cells, Interval, Line, Mark, Plot, PlotSheet, Point, Span, Stack
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text

pytestmark = pytest.mark.usefixtures("qapp")

PURPLE = "#7A1FA2"
WIDTH, HEIGHT = 520, 400
RECT = QRectF(0, 0, WIDTH, HEIGHT)
X = PlotAxis(Text("learning rate", "学習率"), 1e-3, 10.0, "log")
Y = PlotAxis(Text("loss", "損失"), 0.0, 1.0)
RATES = np.geomspace(1e-3, 10, 41)
HALF = np.full(41, 0.5)
NAME = Text("Adam", "Adam")


def pixels(sheet: PlotSheet, style: Style | None = None) -> NDArray[np.int64]:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_sheet(painter, RECT, sheet, style or Style())
    return np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4)[..., 2::-1].astype(np.int64)


def purple(grid: NDArray[np.int64], tolerance: int = 60) -> NDArray[np.bool_]:
    return np.asarray(np.abs(grid - (0x7A, 0x1F, 0xA2)).max(axis=2) <= tolerance)


def frame_of(sheet: PlotSheet) -> SheetFrame:
    return sheet_frame(RECT, sheet, Style())


def one(**parts: object) -> PlotSheet:
    return PlotSheet((replace(Plot(X, Y), **parts),), legend=False)  # type: ignore[arg-type]


PARTS = {
    "line": {"lines": (Line(RATES, HALF, PURPLE),)},
    "dashed": {"lines": (Line(RATES, HALF, PURPLE, dash="dashed"),)},
    "markers": {"lines": (Line(RATES, HALF, PURPLE, width=0, marker="disc"),)},
    "alone": {"lines": (Line(RATES[20:21], HALF[20:21], PURPLE, width=4),)},
    "band": {"bands": (Band(RATES, HALF - 0.2, HALF + 0.2, PURPLE, strength=1.0),)},
    "stack": {"stacks": (Stack(RATES, np.stack([HALF, HALF]), (PURPLE, "#FFFFFF"), (NAME, None)),)},
    "span": {"spans": (Span("x", 0.1, 1.0, PURPLE, strength=0.9),)},
    "hatched": {"spans": (Span("y", 0.2, 0.6, PURPLE, strength=0.5, hatched=True),)},
    "mark": {"marks": (Mark("x", 0.1, PURPLE, NAME, width=3),)},
    "level": {"marks": (Mark("y", 0.4, PURPLE, width=3),)},
    "interval": {"intervals": (Interval("x", 0.5, 0.01, 1.0, 0.1, PURPLE),)},
    **{
        marker: {"points": (Point(0.1, 0.5, PURPLE, marker, NAME, 8.0),)}  # type: ignore[arg-type]
        for marker in ("disc", "ring", "cross", "square", "triangle", "star")
    },
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_part_is_seen_within_its_plot(part: str, theme: object) -> None:
    sheet = one(**PARTS[part])
    style = Style(theme=theme)  # type: ignore[arg-type]
    seen = np.abs(pixels(sheet, style) - pixels(one(), style)).max(axis=2) > 24
    assert seen.sum() > 20
    plot = frame_of(sheet).plots[0].plot.adjusted(-3, -3, 3, 3)
    rows, columns = np.nonzero(seen)
    assert plot.left() <= columns.min()
    assert columns.max() <= plot.right()
    assert plot.top() <= rows.min()
    assert rows.max() <= plot.bottom()


def test_a_line_lies_where_its_axes_say() -> None:
    sheet = one(lines=(Line(RATES, HALF, PURPLE, width=3),))
    rows, _ = np.nonzero(purple(pixels(sheet)))
    assert rows.mean() == pytest.approx(frame_of(sheet).plots[0].plot.center().y(), abs=1.5)


def test_a_line_is_interrupted_where_there_is_no_number() -> None:
    gap = np.where((RATES > 0.05) & (RATES < 0.5), np.nan, 0.5)
    sheet = one(lines=(Line(RATES, gap, PURPLE, width=3),))
    frame = frame_of(sheet).plots[0]
    found = frame.point(0.16, 0.5)
    assert found is not None
    seen = purple(pixels(sheet))
    assert not seen[:, round(found.x())].any()
    assert seen[:, round(frame.plot.left()) + 20].any()


def test_stairs_keep_their_value_until_the_next_point() -> None:
    x, y = np.array([1e-3, 0.1, 10.0]), np.array([0.2, 0.8, 0.8])
    sheet = one(lines=(Line(x, y, PURPLE, width=3, stairs=True),))
    frame = frame_of(sheet).plots[0]
    at = frame.point(0.05, 0.2)
    assert at is not None
    assert purple(pixels(sheet))[round(at.y()), round(at.x())]


def test_a_band_of_which_only_a_part_is_in_the_plot_stays_within() -> None:
    wide = np.geomspace(1e-6, 1e4, 51)
    sheet = one(bands=(Band(wide, np.full(51, -1.0), np.full(51, 0.5), PURPLE, strength=1.0),))
    plot = frame_of(sheet).plots[0].plot
    rows, columns = np.nonzero(purple(pixels(sheet)))
    assert plot.left() - 1 <= columns.min() <= plot.left() + 2
    assert plot.right() - 2 <= columns.max() <= plot.right() + 1
    assert rows.min() == pytest.approx(plot.center().y(), abs=2)


def test_pixels_lead_back_to_values() -> None:
    sheet = PlotSheet((Plot(X, Y), Plot(X, Y)))
    frame = frame_of(sheet)
    for number, plot in enumerate(frame.plots):
        at = plot.point(0.1, 0.25)
        assert at is not None
        assert plot.values(at) == pytest.approx((0.1, 0.25))
        assert frame.plot_at(at) == number
    assert frame.plot_at(QPointF(1, 1)) is None
    assert frame.plots[0].plot.left() == frame.plots[1].plot.left()
    assert frame.plots[0].point(100.0, 0.5) is None


def cells(values: list[list[float]], **more: object) -> Cells:
    rows, columns = len(values), len(values[0])
    scale = PlotAxis(Text("loss", "損失"), 0.0, 1.0)
    edges = np.geomspace(1e-3, 10, columns + 1)
    return Cells(edges, np.linspace(0, 1, rows + 1), np.array(values), scale, **more)  # type: ignore[arg-type]


def test_cells_have_sharp_edges_and_nothing_between_them() -> None:
    found = cell_pixels([cells([[0.0, 1.0], [1.0, np.nan]])], X, Y, 10, 6, "light")
    low, high = (
        0xFF000000 | int("".join(f"{part:02X}" for part in colour_map("viridis", "light")[end]), 16)
        for end in (0, -1)
    )
    assert (found[3:, :5] == low).all()
    assert (found[3:, 5:] == high).all()
    assert (found[:3, :5] == high).all()
    assert (found[:3, 5:] == 0).all()


def test_of_several_layers_the_last_that_knows_a_cell_is_seen() -> None:
    below, above = cells([[0.0, 0.0]]), cells([[np.nan, 1.0]])
    found = cell_pixels([below, above], X, Y, 10, 4, "light")
    assert (found[:, :5] == cell_pixels([below], X, Y, 10, 4, "light")[:, :5]).all()
    assert (found[:, 5:] == cell_pixels([above], X, Y, 10, 4, "light")[:, 5:]).all()


def test_hatched_cells_differ_from_others() -> None:
    plain, hatched = (
        cell_pixels([cells([[0.5]], hatched=on)], X, Y, 40, 40, "light") for on in (False, True)
    )
    assert 0.05 < (plain != hatched).mean() < 0.5


def test_cells_are_painted_with_a_bar_that_says_what_colours_mean() -> None:
    sheet = one(
        cells=(cells([[0.0, 1.0], [1.0, np.nan]]), cells([[np.nan, np.nan], [np.nan, 0.5]], reverse=True))
    )
    frame = frame_of(sheet).plots[0]
    seen = pixels(sheet)
    yellow = colour_map("viridis", "light")[-1].astype(np.int64)
    at = frame.point(5.0, 0.25)
    assert at is not None
    assert (seen[round(at.y()), round(at.x())] == yellow).all()
    first, second = frame.bars
    assert first.bottom() < second.top()
    assert (np.abs(seen[round(first.top()) + 3, round(first.center().x())] - yellow) < 30).all()
    assert (np.abs(seen[round(second.bottom()) - 4, round(second.center().x())] - yellow) < 30).all()


def test_the_legend_says_each_thing_once() -> None:
    line = Line(RATES, HALF, PURPLE, NAME, width=4)
    plots = (replace(Plot(X, Y), lines=(line,)), replace(Plot(X, Y), lines=(line,)))
    with_legend, without = PlotSheet(plots), PlotSheet(plots, legend=False)
    legend = frame_of(with_legend).legend
    assert legend.height() > 10
    assert frame_of(without).legend.height() == 0
    assert purple(pixels(with_legend))[round(legend.top()) : round(legend.bottom())].sum() > 20


def test_plots_below_each_other_name_their_common_axis_once_and_are_equally_high() -> None:
    other = PlotAxis(Text("momentum", "モメンタム"), 0.0, 1.0)
    for plots, named in (
        ((Plot(X, Y), Plot(X, Y)), [False, True]),
        ((Plot(X, Y), Plot(other, Y)), [True, True]),
    ):
        frames = frame_of(PlotSheet(plots)).plots
        assert [frame.names_x for frame in frames] == named
        assert frames[0].plot.height() == pytest.approx(frames[1].plot.height())
        assert frames[0].outer.bottom() < frames[1].outer.top()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_titles_notes_and_reasons_have_room(language: object) -> None:
    sheet = PlotSheet(
        (Plot(X, Y, title=NAME, absence=Text("Nothing yet", "まだない")),),
        title=Text("A title", "題"),
        notes=(Text("One note.", "注一。"), Text("Another note.", "注二。")),
    )
    style = Style(language=language)  # type: ignore[arg-type]
    frame = sheet_frame(RECT, sheet, style)
    assert frame.notes.height() > 10
    assert frame.plots[0].plot.bottom() < frame.notes.top()
    ink = (np.abs(pixels(sheet, style) - 255).max(axis=2) > 60)[round(frame.notes.top()) :]
    assert ink.sum() > 50


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_every_format_has_the_picture(kind: object) -> None:
    sheet = one(lines=(Line(RATES, HALF, PURPLE, NAME),), cells=(cells([[0.0, 1.0]]),))
    data = plot_picture(sheet, Sheet(WIDTH, HEIGHT), Style(), kind)  # type: ignore[arg-type]
    begin = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[str(kind)]
    assert data.startswith(begin)
    if kind == "svg":
        assert b"learning rate" in data


def test_names_stand_in_place_of_numbers() -> None:
    names = PlotAxis(
        Text("", ""), 0.0, 1.0, names=((0.25, NAME), (0.75, Text("Gradient descent", "最急降下法")))
    )
    sheet = PlotSheet((Plot(X, names),))
    labels = [tick.label for tick in frame_of(sheet).plots[0].y_ticks(Style())]
    assert labels == ["Adam", "Gradient descent"]
