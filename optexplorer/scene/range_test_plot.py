"""What a learning-rate range test looks like: the raw loss of each step faintly, the smoothed one over it."""

from __future__ import annotations

import numpy as np

from optexplorer.runs.range_test import RangeTest
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.plot import Line, Mark, Plot, PlotSheet, Point, Span
from optexplorer.scene.plot_axis import PlotAxis, axis_around
from optexplorer.text import Text

RATE = Text("learning rate", "学習率")
LOSS = Text("loss", "損失")
BATCH_LOSS = Text("loss of the mini-batch", "ミニバッチの損失")
ABOVE = Text("loss − minimum", "損失 − 最小値")
RAW, SMOOTHED = Text("raw", "生の値"), Text("smoothed", "平滑化")
STEEPEST, TENTH = Text("steepest", "最急"), Text("minimum/10", "最小点の1/10")
HEADROOM = 2.0
"""Losses above this many times the height of the first leave the plot at its top."""
DEPTH = 14.0


def range_test_sheet(
    found: RangeTest, name: Text, colour: str, present: float, logarithmic: bool
) -> PlotSheet:
    """Return the plot of a test of the racer called `name`, whose present rate is marked.

    `logarithmic` is about the axis of losses; it is even anyway where losses lie below the lowest known one.
    """
    spec = found.spec
    x = PlotAxis(RATE, spec.low, spec.high, "log")
    marks = [
        Mark("x", present, "muted", Text(f"now {brief(present)}", f"現在 {brief(present)}"), "dashed", 1.1)
    ]
    points = []
    for value, words, marker in ((found.steepest, STEEPEST, "triangle"), (found.tenth, TENTH, "square")):
        if value is not None:
            place = int(np.abs(np.log(found.rates) - np.log(value)).argmin())
            text = Text(f"{words.en}: {brief(value)}", f"{words.ja}: {brief(value)}")
            point = Point(value, float(found.smoothed[place]), colour, marker, text, 5.0)  # type: ignore[arg-type]
            points.append(point)
    spans: tuple[Span, ...] = ()
    if found.end < len(found.rates) or (found.diverged and found.done):
        begin = float(found.rates[min(found.end, len(found.rates) - 1)])
        label = Text("explodes", "発散")
        spans = (
            (Span("x", begin, spec.high, "danger", label, 0.08, hatched=True),) if begin < spec.high else ()
        )
    lines = (
        Line(found.rates, found.raw, colour, RAW, width=1.1, strength=0.5),
        Line(found.rates, found.smoothed, colour, SMOOTHED, width=2.2),
    )
    axis = _loss_axis(found, logarithmic)
    plot = Plot(x, axis, spans=spans, marks=tuple(marks), lines=lines, points=tuple(points))
    return PlotSheet((plot,), title=name, notes=_notes(found))


def _loss_axis(found: RangeTest, logarithmic: bool) -> PlotAxis:
    values = np.concatenate([found.raw, found.smoothed])
    height = float(found.raw[0]) - found.base
    seen = np.minimum(values, found.base + HEADROOM * height) if height > 0 else values
    label = BATCH_LOSS if found.of_batches else LOSS
    if logarithmic and height > 0 and not (values < found.base - 1e-9 * abs(found.base)).any():
        if found.base:
            label = ABOVE
        return axis_around(label, seen, "log", base=found.base, decades=DEPTH)
    return axis_around(label, seen)


def _notes(found: RangeTest) -> tuple[Text, ...]:
    spec = found.spec
    beta = f"{spec.smoothing:g}"
    return (
        Text(
            f"One descent of {spec.steps} steps whose rate grows by the same factor each step (Smith 2017).",
            f"毎ステップ同じ倍率で学習率を上げながら進む{spec.steps}ステップの降下1回(Smith 2017)。",
        ),
        Text(
            f"Smoothed: exponential moving average with β = {beta}, divided by 1 − β^(k+1) for its beginning.",
            f"平滑化: β = {beta}の指数移動平均を、立ち上がりの補正として1 − β^(k+1)で割ったもの。",
        ),
    )
