"""Curves of losses over steps or evaluations: the median of many descents, and a band with the middle half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.runs.tuning.loss_curves import LossCurves
from optexplorer.runs.tuning.tuning import TuningSpec
from optexplorer.scene.plot import Band, Dash, Ink, Line, Mark, Plot
from optexplorer.scene.plot_axis import PlotAxis, axis_around
from optexplorer.text import Text

Array = NDArray[np.float64]

STEPS = Text("steps", "ステップ数")
EVALUATIONS = Text("evaluations, in gradients", "評価回数(勾配換算)")
LOSS = Text("loss", "損失")
ABOVE = Text("loss − minimum", "損失 − 最小値")
HELD_OUT_LOSS = Text("held-out loss", "検証データの損失")
TARGET = Text("target", "目標")
HEADROOM = 3.0
"""Losses above this many times the median at the start leave the plot at its top."""
BELOW_TARGET = 1e-6
"""How far below the target losses are still seen, as a part of it: whoever is there has arrived."""


@dataclass(frozen=True)
class CurveLook:
    """How a curve is drawn."""

    name: Text
    colour: Ink
    dash: Dash = "solid"
    banded: bool = True


def base_of(spec: TuningSpec) -> float:
    """Return what is taken off losses before they are drawn: the lowest known one, if losses are compared with it."""
    lowest = spec.trials.run.landscape.global_minimum
    return 0.0 if lowest is None or spec.trials.judges_held_out else lowest


def loss_label(spec: TuningSpec) -> Text:
    """Return what the losses of a search are called on an axis."""
    if spec.trials.judges_held_out:
        return HELD_OUT_LOSS
    return LOSS if spec.trials.run.landscape.global_minimum is None else ABOVE


def loss_axis(spec: TuningSpec, losses: Array, most: float, room: float = 0.04) -> PlotAxis:
    """Return the axis of the losses of a search: logarithmic where all are positive.

    Parameters
    ----------
    most : a loss above which nothing needs to be seen
    room : a part of its length that is free at both ends
    """
    base = base_of(spec)
    seen = np.minimum(losses[np.isfinite(losses)], most)
    known = spec.trials.run.landscape.global_minimum is not None
    if not known and seen.size and seen.min() <= 0:
        return axis_around(loss_label(spec), seen, room=room)
    if spec.criterion_needs_target:
        # Rounding errors far below the target would take most of the axis.
        above = max(spec.trials.target - base, 1e-300)
        seen = np.append(seen, spec.trials.target)
        seen = np.maximum(seen, base + BELOW_TARGET * above)
    return axis_around(loss_label(spec), seen, "log", base=base, room=room)


def curve_plot(
    spec: TuningSpec, curves: Sequence[LossCurves], looks: Sequence[CurveLook], title: Text | None = None
) -> Plot:
    """Return the losses of several settings or racers over steps or evaluations."""
    middle = [curve.quantile(0.5) for curve in curves]
    start = max((float(each[0]) for each in middle if np.isfinite(each[0])), default=1.0)
    base = base_of(spec)
    most = base + HEADROOM * (start - base) if start > base else start
    shown = [values for curve in curves for values in (curve.quantile(0.25), curve.quantile(0.75))]
    seen = np.concatenate([*middle, *shown])
    x = PlotAxis(EVALUATIONS if spec.trials.unit == "evaluations" else STEPS, 0.0, float(max(spec.length, 1)))
    marks: tuple[Mark, ...] = ()
    if spec.criterion_needs_target:
        marks = (Mark("y", spec.trials.target, "muted", TARGET, "dashed", 1.1),)
    return Plot(
        x,
        loss_axis(spec, seen, most),
        bands=tuple(
            Band(curve.at, curve.quantile(0.25), _drawn(curve.quantile(0.75)), look.colour)
            for curve, look in zip(curves, looks, strict=True)
            if look.banded and curve.loss.shape[1] > 1
        ),
        marks=marks,
        lines=tuple(
            Line(curve.at, values, look.colour, look.name, dash=look.dash)
            for curve, values, look in zip(curves, middle, looks, strict=True)
        ),
        title=title,
    )


def _drawn(values: Array) -> Array:
    """An edge of a band: infinite ones are drawn far above."""
    return np.where(np.isposinf(values), 1e300, values)
