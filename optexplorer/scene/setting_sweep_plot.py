"""What a sweep of one setting looks like: final losses above, steps to the target below, a curve for each racer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.runs.setting_sweep import SettingCurve, SettingCurves
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.plot import Band, Line, Mark, Plot, PlotSheet, Point, Span
from optexplorer.scene.plot_axis import PlotAxis, axis_around
from optexplorer.text import Text

Array = NDArray[np.float64]

FINAL_LOSS = Text("final loss", "最終損失")
ABOVE = Text("final loss − minimum", "最終損失 − 最小値")
STEPS = Text("steps to the target", "目標までのステップ数")
DIVERGED = Text("diverged", "発散")
HEADROOM = 10.0
"""Losses above this many times the height of the start leave the plot at its top."""
DEPTH = 18.0
"""Decades that the axis of losses reaches down."""


@dataclass(frozen=True)
class RacerLook:
    """What is shown of a racer beside its curve: its number, name and colour, and its present value of the setting."""

    number: int
    name: Text
    colour: str
    present: float | None


@dataclass(frozen=True)
class SweptSetting:
    """The words of a setting."""

    name: str
    label: Text
    symbol: str


def setting_sweep_sheet(
    found: SettingCurves, racers: Sequence[RacerLook], setting: SweptSetting
) -> PlotSheet:
    """Return the plots of a sweep; racers whose curves are not known yet are left out."""
    sweep = found.sweep
    x = PlotAxis(lower(setting.label), sweep.low, sweep.high, sweep.scale)
    looks = {look.number: look for look in racers}
    curves = [(curve, looks[curve.number]) for curve in found.known if curve.number in looks]
    spans = tuple(span for curve, look in curves for span in _spans(curve, look, sweep.scale))
    spans = tuple(
        Span(s.axis, s.low, s.high, s.colour, DIVERGED if k == 0 else None, s.strength, s.hatched)
        for k, s in enumerate(spans)
    )
    present = tuple(
        Mark("x", look.present, look.colour, None, "dashed", 1.1, 0.8)
        for _, look in curves
        if look.present is not None
    )
    losses = Plot(
        x,
        _loss_axis(found),
        spans=spans,
        bands=_bands(curves, SettingCurve.quantile),
        marks=(*present, *_limits(curves)),
        lines=tuple(
            Line(curve.values, curve.quantile(0.5), look.colour, look.name) for curve, look in curves
        ),
        points=_bests(curves, SettingCurve.quantile, found.done),
    )
    steps = Plot(
        x,
        _steps_axis(found),
        spans=spans,
        bands=_bands(curves, SettingCurve.steps_quantile),
        marks=present,
        lines=tuple(Line(curve.values, curve.steps_quantile(0.5), look.colour) for curve, look in curves),
        points=_bests(curves, SettingCurve.steps_quantile, False),
        absence=None
        if _any_reached(found)
        else Text(
            "No descent reaches the target; with a larger tolerance some may.",
            "目標に達する降下はない。許容誤差を大きくすれば達するかもしれない。",
        ),
    )
    return PlotSheet((losses, steps), notes=_notes(found, curves, setting))


def lower(label: Text) -> Text:
    """Return a label as it stands on an axis: in English without its capital, unless it is an abbreviation."""
    en = label.en
    return Text(en[:1].lower() + en[1:], label.ja) if en[1:2].islower() else label


def _loss_axis(found: SettingCurves) -> PlotAxis:
    losses = np.concatenate(
        [curve.quantile(share).ravel() for curve in found.known for share in (0.25, 0.75)]
    )
    finite = losses[np.isfinite(losses)]
    if finite.size and finite.min() < found.base - 1e-9 * max(abs(found.base), 1e-300):
        return axis_around(FINAL_LOSS, losses)
    label = ABOVE if found.base else FINAL_LOSS
    # Losses may explode just before they are lost.
    seen = np.minimum(losses, found.base + HEADROOM * found.height)
    return axis_around(label, seen, "log", base=found.base, decades=DEPTH)


def _steps_axis(found: SettingCurves) -> PlotAxis:
    steps = np.concatenate([curve.steps_quantile(0.5) for curve in found.known])
    steps = np.maximum(steps, 1.0)
    axis = axis_around(STEPS, steps, "log", room=0.08)
    return PlotAxis(STEPS, max(axis.low, 0.8), max(axis.high, 8.0), "log")


def _any_reached(found: SettingCurves) -> bool:
    return any(np.isfinite(curve.steps_quantile(0.5)).any() for curve in found.known)


def _spans(curve: SettingCurve, look: RacerLook, scale: str) -> list[Span]:
    """The stretches of values at which most descents diverge, each to half-way between two values."""
    values = np.log(curve.values) if scale == "log" else curve.values
    edges = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, values[-1:]])
    edges = np.exp(edges) if scale == "log" else edges
    turns = np.flatnonzero(np.diff(np.pad(curve.diverged.astype(np.int8), 1)))
    return [
        Span("x", float(edges[begin]), float(edges[end]), look.colour, None, 0.09, hatched=True)
        for begin, end in turns.reshape(-1, 2).tolist()
    ]


def _bands(curves: list[tuple[SettingCurve, RacerLook]], quantile: object) -> tuple[Band, ...]:
    assert callable(quantile)
    return tuple(
        Band(curve.values, quantile(curve, 0.25), quantile(curve, 0.75), look.colour)
        for curve, look in curves
        if curve.loss.shape[1] > 1
    )


def _limits(curves: list[tuple[SettingCurve, RacerLook]]) -> tuple[Mark, ...]:
    return tuple(
        Mark("x", curve.limit, look.colour, Text("limit", "安定限界"), "dotted", 1.6)
        for curve, look in curves
        if curve.limit is not None
    )


def _bests(curves: list[tuple[SettingCurve, RacerLook]], quantile: object, named: bool) -> tuple[Point, ...]:
    assert callable(quantile)
    found = []
    for curve, look in curves:
        value = curve.best_value
        if value is None or curve.best is None:
            continue
        height = float(quantile(curve, 0.5)[curve.best])
        words = Text(brief(value), brief(value)) if named else None
        if math.isfinite(height):
            found.append(Point(value, height, look.colour, "star", words, 5.0))
    return tuple(found)


def _notes(
    found: SettingCurves, curves: list[tuple[SettingCurve, RacerLook]], setting: SweptSetting
) -> tuple[Text, ...]:
    sweep = found.sweep
    repeats = max(curve.loss.shape[1] for curve in found.known)
    target = brief(found.target - found.base)
    each = (
        Text(
            f"One descent of {sweep.steps} steps at each value.",
            f"各値につき{sweep.steps}ステップの降下1回。",
        )
        if repeats == 1
        else Text(
            f"{repeats} descents of {sweep.steps} steps at each value: median, and the middle half as a band.",
            f"各値につき{sweep.steps}ステップの降下{repeats}回の中央値。帯は四分位範囲。",
        )
    )
    notes = [
        each,
        Text(
            f"Target: {target} above the lowest known loss. ☆ best value; dashed: the present one.",
            f"目標: 既知の最小損失 + {target}。☆は最良の値、破線は現在の値。",
        ),
    ]
    if any(curve.limit is not None for curve, _ in curves):
        notes.append(
            Text(
                "Dotted: the largest stable rate by the curvature where the best descent ends; it holds there.",
                "点線: 最良の降下の終点での曲率による安定限界。その近くでのみ成り立つ。",
            )
        )
    return tuple(notes)


def nearest_racer(
    found: SettingCurves, x: float, y: float, plot: int, axis: PlotAxis
) -> tuple[int, float] | None:
    """Return the number of the racer whose curve is nearest to a place of a plot (0: losses, 1: steps), and its value there.

    The value is one that has been computed. None if no curve is known there.
    """
    best: tuple[float, int, float] | None = None
    at = axis.place(y)
    for curve in found.known:
        even = np.log(curve.values) if found.sweep.scale == "log" else curve.values
        aim = math.log(x) if found.sweep.scale == "log" else x
        place = int(np.abs(even - aim).argmin())
        heights = curve.quantile(0.5) if plot == 0 else curve.steps_quantile(0.5)
        height = axis.place(float(heights[place]))
        if math.isnan(height):
            continue
        distance = abs(min(max(height, -0.5), 1.5) - at)
        if best is None or distance < best[0]:
            best = distance, curve.number, float(curve.values[place])
    return None if best is None else best[1:]
