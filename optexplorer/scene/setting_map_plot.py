"""What a map of two settings looks like: a cell for each pair of values, coloured by how the descent ends there."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optexplorer.runs.setting_map import MapCells, MapSoFar, Range
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.plot import Cells, Plot, PlotSheet, Point
from optexplorer.scene.plot_axis import PlotAxis, axis_around
from optexplorer.text import Text

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Shown = Literal["outcome", "loss", "steps"]

TO_CONVERGE = Text("steps to converge", "収束までのステップ")
TO_DIVERGE = Text("steps to diverge", "発散までのステップ")
TO_TARGET = Text("steps to the target", "目標までのステップ")
NOT_CONVERGED = Text("loss, not converged", "未収束での損失")
NOT_REACHED = Text("loss, not reached", "未達での損失")
FINAL_LOSS = Text("final loss", "最終損失")
ABOVE = Text("loss − minimum", "損失 − 最小値")
HEADROOM = 10.0
"""Losses above this many times the height of the start have the last colour."""
DEPTH = 16.0
"""Decades that the scale of losses reaches down."""
LOWEST = 1e-30
"""Losses above the lowest known one are drawn as no smaller than this."""


def setting_map_sheet(
    found: MapSoFar | None,
    shown: Shown,
    x: tuple[Range, Text],
    y: tuple[Range, Text],
    present: tuple[float, float] | None,
    colour: str,
) -> PlotSheet:
    """Return the plot of a map between two ranges, each with the words of its setting.

    What was computed of other ranges is shown as far as it lies within these. `present` are the values that the racer
    has, marked in its colour.
    """
    across, up = (PlotAxis(words, side.low, side.high, side.division) for side, words in (x, y))
    points = () if present is None else (Point(*present, colour, "ring", None, 6.0),)
    if found is None:
        return PlotSheet((Plot(across, up, points=points),))
    layers = {"outcome": _outcome, "loss": _final_loss, "steps": _steps_to_target}[shown](found)
    # Finer maps over coarser ones, whatever their cells show: every cell that is known is in one of the layers.
    cells = tuple(layer[place] for place in range(len(found.maps)) for layer in layers)
    return PlotSheet(
        (Plot(across, up, cells=cells, points=points),), legend=False, notes=_notes(found, shown)
    )


def _notes(found: MapSoFar, shown: Shown) -> tuple[Text, ...]:
    asked = found.asked
    side = len(found.maps[-1].x)
    notes = [
        Text(
            f"{side} × {side} cells, each one descent of {asked.steps} steps; nothing is interpolated.",
            f"{side} × {side} 個のセル。それぞれ{asked.steps}ステップの降下1回で、補間はしない。",
        )
    ]
    if shown == "steps":
        target = brief(found.target - found.base)
        notes.append(
            Text(
                f"Target: {target} above the lowest known loss.",
                f"目標: 既知の最小損失 + {target}。",
            )
        )
    return tuple(notes)


Layer = list[Cells]
"""One quantity of each map, from the coarsest to the finest; they share a scale and a colour bar."""


def _layer(
    found: MapSoFar, values: list[Array], scale: PlotAxis, colours: str, *, light_first: bool
) -> Layer:
    return [
        Cells(part.x_edges, part.y_edges, value, scale, colours, reverse=light_first, bar=number == 0)
        for number, (part, value) in enumerate(zip(found.maps, values, strict=True))
    ]


def _where(values: Array, mask: Mask) -> Array:
    return np.where(mask, values, np.nan)


def _known(values: list[Array]) -> Array:
    return np.concatenate([value[np.isfinite(value)] for value in values])


def _steps(found: MapSoFar, values: list[Array], label: Text, colours: str) -> list[Layer]:
    """A layer of numbers of steps, few ones light; none if there are none."""
    known = _known(values)
    if not known.size:
        return []
    low = max(float(known.min()), 1.0)
    scale = PlotAxis(label, low, max(float(known.max()), 1.2 * low), "log")
    return [_layer(found, values, scale, colours, light_first=True)]


def _losses(found: MapSoFar, masks: list[Mask], label: Text, colours: str) -> list[Layer]:
    """A layer of losses, by their logarithm above the lowest known one unless some lie below; none if there are none."""
    values = [_where(part.loss, mask) for part, mask in zip(found.maps, masks, strict=True)]
    known = _known(values)
    if not known.size:
        return []
    if known.min() < found.base - 1e-9 * abs(found.base):
        return [_layer(found, values, axis_around(label, known), colours, light_first=False)]
    raised = [found.base + np.maximum(value - found.base, LOWEST) for value in values]
    seen = np.minimum(_known(raised), found.base + HEADROOM * found.height)
    scale = axis_around(label, seen, "log", base=found.base, room=0.0, decades=DEPTH)
    return [_layer(found, raised, scale, colours, light_first=False)]


def _diverged(found: MapSoFar) -> list[Layer]:
    values = [_where(np.maximum(part.steps, 1.0), part.diverged) for part in found.maps]
    return _steps(found, values, TO_DIVERGE, "ember")


def _outcome(found: MapSoFar) -> list[Layer]:
    converged = [part.converged & ~part.diverged for part in found.maps]
    values = [
        _where(np.maximum(part.steps, 1.0), mask) for part, mask in zip(found.maps, converged, strict=True)
    ]
    rest = [part.known & ~part.diverged & ~part.converged for part in found.maps]
    layers = _steps(found, values, TO_CONVERGE, "ice") + _diverged(found)
    return layers + _losses(found, rest, NOT_CONVERGED, "grey")


def _final_loss(found: MapSoFar) -> list[Layer]:
    kept = [part.known & ~part.diverged for part in found.maps]
    return _losses(found, kept, ABOVE if found.base else FINAL_LOSS, "viridis") + _diverged(found)


def _steps_to_target(found: MapSoFar) -> list[Layer]:
    reached = [part.known & (part.reached >= 0) for part in found.maps]
    values = [
        _where(np.maximum(part.reached, 1.0), mask) for part, mask in zip(found.maps, reached, strict=True)
    ]
    lost = [
        _where(np.maximum(part.steps, 1.0), part.diverged & ~mask)
        for part, mask in zip(found.maps, reached, strict=True)
    ]
    rest = [part.known & ~part.diverged & ~mask for part, mask in zip(found.maps, reached, strict=True)]
    layers = _steps(found, values, TO_TARGET, "viridis") + _steps(found, lost, TO_DIVERGE, "ember")
    return layers + _losses(found, rest, NOT_REACHED, "grey")


def cell_words(cells: MapCells, row: int, column: int, found: MapSoFar) -> Text:
    """Return how the descent of one cell ended."""
    steps = int(cells.steps[row, column])
    if cells.diverged[row, column]:
        return Text(f"diverged after {steps} steps", f"{steps}ステップで発散")
    loss = brief(float(cells.loss[row, column]) - found.base)
    if cells.converged[row, column]:
        return Text(f"converged after {steps} steps, loss {loss}", f"{steps}ステップで収束、損失 {loss}")
    return Text(f"loss {loss} after {steps} steps", f"{steps}ステップ後の損失 {loss}")
