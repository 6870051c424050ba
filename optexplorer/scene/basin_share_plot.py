"""What shares of basins over a setting look like: areas in the colours of the map, and the share that finds the best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.attractors import DIVERGED, NO_MINIMUM, OTHER, RAN_OUT
from optexplorer.runs.basin_shares import ShareCurves
from optexplorer.scene.basin_colours import basin_colour
from optexplorer.scene.basins import OUTCOMES, told_point
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.plot import Line, Mark, Plot, PlotSheet, Stack
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text

Array = NDArray[np.float64]

SHARE = Text("share of the starts (%)", "初期点の割合 (%)")
LOWEST = Text("global minimum", "大域的最小点")
MOST_AREAS = 10
"""Minima with areas of their own."""


def share_axis(label: Text, low: float, high: float, scale: str) -> PlotAxis:
    """Return the axis of the setting."""
    return PlotAxis(label, low, high, "log" if scale == "log" else "linear")


def share_sheet(found: ShareCurves, title: Text, label: Text, present: float | None, theme: str) -> PlotSheet:
    """Return the plot of shares over the setting called `label`, whose present value is marked."""
    sweep = found.sweep
    x = share_axis(label, sweep.low, sweep.high, sweep.scale)
    areas = _areas(found, theme)
    parts = 100 * np.array([share for share, _, _ in areas]).reshape(len(areas), -1)
    stack = Stack(
        found.values, parts, tuple(ink for _, ink, _ in areas), tuple(words for _, _, words in areas)
    )
    lines: tuple[Line, ...] = ()
    if (
        any(not found.minima[label].lowest for label in found.shares if label >= 0)
        and found.lowest_share.any()
    ):
        lines = (Line(found.values, 100 * found.lowest_share, "text", LOWEST, 2.0, "dashed"),)
    marks: tuple[Mark, ...] = ()
    if present is not None and sweep.low <= present <= sweep.high:
        now = Text(f"now {brief(present)}", f"現在 {brief(present)}")
        marks = (Mark("x", present, "text", now, "dashed", 1.3),)
    plot = Plot(x, PlotAxis(SHARE, 0.0, 100.0), stacks=(stack,), marks=marks, lines=lines, grid=False)
    spec = sweep.map
    note = Text(
        f"{spec.columns} × {spec.rows} starts at each of {len(found.values)} values, {spec.steps} steps at most",
        f"{len(found.values)}個の値それぞれで{spec.columns} × {spec.rows}個の初期点から最大{spec.steps}ステップ",
    )
    return PlotSheet((plot,), title=title, notes=(note,))


def _areas(found: ShareCurves, theme: str) -> list[tuple[Array, str, Text]]:
    """Return shares, colour and words of each area, from the lowest up."""
    shares = found.shares
    reached = [label for label in shares if label >= 0]
    largest = sorted(reached, key=lambda label: (-float(shares[label].mean()), label))[:MOST_AREAS]
    areas = [(shares[label], _ink(label, theme), _words(found, label)) for label in sorted(largest)]
    others = [shares[label] for label in reached if label not in largest]
    others += [shares[OTHER]] if OTHER in shares else []
    if others:
        areas.append((np.sum(others, axis=0), _ink(None, theme), OUTCOMES[OTHER]))
    areas += [
        (shares[code], _ink(code, theme), OUTCOMES[code])
        for code in (NO_MINIMUM, RAN_OUT, DIVERGED)
        if code in shares
    ]
    return areas


def _words(found: ShareCurves, label: int) -> Text:
    at = told_point(found.minima[label].position, found.sweep.map)
    return Text(f"{label + 1}  {at}", f"{label + 1}  {at}")


def _ink(label: int | None, theme: str) -> str:
    red, green, blue = (round(part) for part in basin_colour(label, theme))
    return f"#{red:02X}{green:02X}{blue:02X}"
