"""Paints the fit of a scene: the data and what racers predict of them, on the screen and in all picture formats."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from optexplorer.painting import marks
from optexplorer.painting.absence_painter import paint_reason
from optexplorer.painting.axes import metrics, paint_bar_axis, paint_bottom_axis, paint_frame, paint_side_axis
from optexplorer.painting.fit_areas import paint_colour_bar, paint_regions, paint_surface_colours
from optexplorer.painting.fit_confusion import paint_confusion
from optexplorer.painting.fit_examples import (
    class_colour,
    inks_of,
    paint_examples,
    paint_mark,
    paint_ring,
    places_of,
    radius_of,
)
from optexplorer.painting.fit_frame import (
    STEP_OF,
    FitFrame,
    FitPanel,
    bar_name,
    bar_ticks,
    fit_frame,
    target_range,
)
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_style import CORE, CORED, LINE, core_of
from optexplorer.painting.polylines import finite_runs, path_of
from optexplorer.painting.style import Style, pen
from optexplorer.scene.fit.fit_scene import FitScene, RacerFit
from optexplorer.scene.fit.resolve_fit import NO_RACER, absence_of_fit
from optexplorer.scene.scene import Scene
from optexplorer.text import Text

Array = NDArray[np.float64]

AT_STEP = Text("{0} (step {1})", "{0} (ステップ {1})")
SAMPLE = Text(
    "{0} of {1} examples are drawn, chosen at random.", "{1}個中{0}個のデータを無作為に選んで表示。"
)
LEFT_OUT = Text("{0} of {1} racers are shown.", "走者{1}人中{0}人を表示。")
HOLLOW = Text("Hollow: held out", "中抜き: 検証データ")
SQUARE = Text("Square: held out", "四角: 検証データ")
RINGED = Text("Ringed: the next mini-batch", "丸囲み: 次のミニバッチ")
MOST_BATCHES = 3
"""Racers whose mini-batches are marked in one plot."""


def notes_of(fit: FitScene, style: Style) -> list[str]:
    """Return what is to be said below a picture of the fit."""
    notes: list[str] = []
    if not fit.racers:
        notes.append(style.words(NO_RACER))
    if fit.examples.thinned and fit.kind != "confusion":
        counts = f"{len(fit.examples.places):,}", f"{fit.examples.data.examples:,}"
        notes.append(style.words(SAMPLE).format(*counts))
    if fit.left_out:
        shown = len(fit.racers)
        notes.append(style.words(LEFT_OUT).format(shown, shown + fit.left_out))
    if fit.kind != "confusion":
        # The ring is told at the last step too, after which no batch comes, so that the plots stay where they are.
        held_out = SQUARE if fit.kind == "field" else HOLLOW
        told = (
            (held_out, fit.landscape.held_out is not None),
            (RINGED, any(r.has_batches for r in fit.racers)),
        )
        marks = [style.words(words) for words, there in told if there]
        notes += [" · ".join(marks)] if marks else []
    return notes


def paint_fit(painter: QPainter, rect: QRectF, scene: Scene, style: Style) -> None:
    """Paint the whole fit of `scene` into `rect`, or why there is none."""
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if scene.fit is None:
            if not style.transparent:
                painter.fillRect(rect, QColor(style.theme.canvas))
            paint_reason(painter, rect, style.words(absence_of_fit(scene)), style)
            return
        frame = fit_frame(rect, scene.fit, style, notes_of(scene.fit, style))
        paint_ground(painter, frame, scene.fit, style)
        paint_all_examples(painter, frame, scene.fit, style)
        paint_predictions(painter, frame, scene.fit, style)


def _shown(frame: FitFrame, fit: FitScene) -> Iterator[tuple[FitPanel, tuple[RacerFit, ...]]]:
    """Yield each panel with the racers that it shows."""
    if fit.shares_plot or not fit.racers:
        yield frame.panels[0], fit.racers
        return
    for panel, racer in zip(frame.panels, fit.racers, strict=True):
        yield panel, (racer,)


def paint_ground(painter: QPainter, frame: FitFrame, fit: FitScene, style: Style) -> None:
    """Paint what lies below the examples: the background, and predictions over two features."""
    if not style.transparent:
        painter.fillRect(frame.outer, QColor(style.theme.canvas))
    for panel, racers in _shown(frame, fit):
        plot = panel.plot
        for racer in racers:
            if racer.surface is not None:
                paint_surface_colours(painter, plot, racer.surface, fit.window, target_range(fit), style)
            if racer.regions is not None:
                paint_regions(painter, plot, racer.regions, fit.window, style)
        if fit.kind == "scatter":
            _paint_line_of_equals(painter, panel, style)
        if fit.kind == "probability":
            _paint_even_chance(painter, panel, style)
    if not frame.bar.isEmpty():
        paint_colour_bar(painter, frame.bar, style)
        paint_frame(painter, frame.bar, style)
        ticks = bar_ticks(fit, frame.bar, frame.unit)
        paint_bar_axis(painter, frame.bar, ticks, bar_name(fit, style), style)


def _paint_line_of_equals(painter: QPainter, panel: FitPanel, style: Style) -> None:
    x0, x1, _, _ = panel.plot.window
    with saved(painter):
        painter.setClipRect(panel.plot.plot, Qt.ClipOperation.IntersectClip)
        line = pen(style.theme.muted, 1.4 * style.unit)
        line.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(line)
        painter.drawLine(panel.plot.to_pixel((x0, x0)), panel.plot.to_pixel((x1, x1)))


def _paint_even_chance(painter: QPainter, panel: FitPanel, style: Style) -> None:
    x0, x1, _, _ = panel.plot.window
    line = pen(style.theme.muted, style.unit, 0.8)
    line.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(line)
    painter.drawLine(panel.plot.to_pixel((x0, 0.5)), panel.plot.to_pixel((x1, 0.5)))


def paint_all_examples(painter: QPainter, frame: FitFrame, fit: FitScene, style: Style) -> None:
    """Paint the examples in all panels; those of a scatter plot lie where they are predicted, see there."""
    if fit.kind in ("scatter", "confusion"):
        return
    examples = fit.examples
    hollow = examples.held_out.tolist()
    if examples.data.task == "classification":
        shapes = examples.targets.astype(int).tolist()
    elif fit.kind == "field":
        # Where the prediction is good, the colour of an example is that of the field: all would look hollow there.
        shapes, hollow = [int(held_out) for held_out in hollow], [False] * len(hollow)
    else:
        shapes = [0] * len(hollow)
    inks, places = inks_of(fit, examples.places, style), places_of(fit, examples.places)
    for panel in frame.panels:
        with saved(painter):
            painter.setClipRect(panel.plot.plot, Qt.ClipOperation.IntersectClip)
            at = panel.plot.to_pixels(places)
            radius = _radius(fit, panel)
            paint_examples(painter, at, shapes, inks, hollow, style, radius)


def _radius(fit: FitScene, panel: FitPanel) -> float:
    return radius_of(len(fit.examples.places)) * (1.0 if panel.axes else 0.75)


def paint_predictions(painter: QPainter, frame: FitFrame, fit: FitScene, style: Style) -> None:
    """Paint what lies above the examples: curves, mini-batches, axes and names."""
    for panel, racers in _shown(frame, fit):
        with saved(painter):
            painter.setClipRect(panel.plot.plot, Qt.ClipOperation.IntersectClip)
            for racer in racers:
                if racer.number == fit.lit and fit.kind == "line":
                    _paint_residuals(painter, panel, fit, racer, style)
            for racer in racers:
                _paint_curves(painter, panel, fit, racer, style)
            if fit.kind == "scatter":
                for racer in racers:
                    _paint_scatter(painter, panel, fit, racer, style)
            _paint_batches(painter, panel, fit, racers, style)
        if fit.kind == "confusion":
            _paint_confusion(painter, panel, fit, racers, style)
        else:
            _paint_axes(painter, panel, style)
        if not panel.title.isEmpty():
            _paint_title(painter, panel.title, fit, racers[0], style)
        problem = next((racer.problem for racer in racers if racer.problem), None)
        if problem is not None and not fit.shares_plot:
            paint_reason(painter, panel.plot.plot, style.words(problem), style)
    _paint_header(painter, frame, fit, style)


def _paint_axes(painter: QPainter, panel: FitPanel, style: Style) -> None:
    plot = panel.plot
    paint_frame(painter, plot.plot, style)
    if panel.axes:
        paint_bottom_axis(painter, plot.plot, plot.x_ticks(), panel.names[0], style)
        paint_side_axis(painter, plot.plot, plot.y_ticks(), panel.names[1], style, panel.outer.left())


def _paint_residuals(
    painter: QPainter, panel: FitPanel, fit: FitScene, racer: RacerFit, style: Style
) -> None:
    if racer.predicted is None:
        return
    x, targets = fit.examples.inputs[:, 0], fit.examples.targets
    ends = panel.plot.to_pixels(np.column_stack([x, racer.predicted]))
    begins = panel.plot.to_pixels(np.column_stack([x, targets]))
    kept = np.isfinite(ends).all(axis=1) & ~fit.examples.held_out
    limit = marks.FARTHEST
    lines = [
        QLineF(a, b, c, min(max(d, -limit), limit))
        for (a, b), (c, d) in zip(begins[kept].tolist(), ends[kept].tolist(), strict=True)
    ]
    # Of many, each is fainter, so that they do not hide the examples.
    strength = float(np.clip(0.6 * (150 / max(len(lines), 1)) ** 0.5, 0.15, 0.6))
    painter.setPen(pen(racer.colour, 1.1 * style.unit, round(strength, 2)))
    painter.drawLines(lines)


def _paint_curves(painter: QPainter, panel: FitPanel, fit: FitScene, racer: RacerFit, style: Style) -> None:
    if racer.curves is None:
        return
    several = racer.curves.y.shape[1] > 1
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k, y in enumerate(racer.curves.y.T):
        points = panel.plot.to_pixels(np.column_stack([racer.curves.x, y]))
        # Far outside, Qt's own arithmetic would overflow.
        points[:, 1] = np.clip(points[:, 1], -marks.FARTHEST, marks.FARTHEST)
        path = path_of(finite_runs(points))
        core = core_of(racer.variant)
        ink = class_colour(k, style) if several else racer.colour
        strokes = [(style.theme.canvas, LINE + 1.4), (ink, LINE if core is None else CORED)]
        for name, width in strokes if core is None else [*strokes, (core, CORE)]:
            painter.setPen(pen(name, width * style.unit))
            painter.drawPath(path)


def _paint_scatter(painter: QPainter, panel: FitPanel, fit: FitScene, racer: RacerFit, style: Style) -> None:
    if racer.predicted is None:
        return
    examples = fit.examples
    at = panel.plot.to_pixels(places_of(fit, examples.places, racer.predicted))
    count = len(examples.places)
    held_out = examples.held_out.tolist()
    paint_examples(painter, at, [0] * count, [racer.colour] * count, held_out, style, _radius(fit, panel))


def _paint_batches(
    painter: QPainter, panel: FitPanel, fit: FitScene, racers: tuple[RacerFit, ...], style: Style
) -> None:
    """Mark the mini-batches from which the next steps are taken."""
    if fit.kind in ("scatter", "confusion"):
        return
    marked = [racer for racer in racers if fit.lit in (None, racer.number)][:MOST_BATCHES]
    radius = _radius(fit, panel)
    classified = fit.examples.data.task == "classification"
    for k, racer in enumerate(marked):
        if not len(racer.batch):
            continue
        # Each once, also of a batch drawn with replacement.
        batch = np.unique(racer.batch)
        at = panel.plot.to_pixels(places_of(fit, batch))
        if fit.examples.thinned:
            targets = fit.examples.data.targets[batch].astype(int).tolist()
            shapes = targets if classified else [0] * len(batch)
            inks = inks_of(fit, batch, style)
            paint_examples(painter, at, shapes, inks, [False] * len(batch), style, radius)
        ink = racer.colour if fit.shares_plot else style.theme.text
        for x, y in at.tolist():
            paint_ring(painter, QPointF(x, y), ink, style, radius + 1.6 * k)


def _paint_confusion(
    painter: QPainter, panel: FitPanel, fit: FitScene, racers: tuple[RacerFit, ...], style: Style
) -> None:
    for racer in racers:
        if racer.confusion is not None:
            alone = len(fit.racers) == 1
            place = panel.plot.plot
            paint_confusion(painter, place, racer.confusion, fit.landscape.data, style, worst=alone)


def _name(fit: FitScene, racer: RacerFit, style: Style) -> str:
    """Return what a racer is called in the picture; one that ended earlier says at which step."""
    name = style.words(racer.name)
    if racer.step != fit.step:
        name = style.words(AT_STEP).format(name, racer.step)
    return name


def _paint_name(painter: QPainter, rect: QRectF, racer: RacerFit, text: str, style: Style) -> None:
    core = core_of(racer.variant)
    marks.ball(
        painter, QPointF(rect.left() + 5 * style.unit, rect.center().y()), racer.colour, style, 4.2, core
    )
    _paint_words(painter, rect.adjusted(14 * style.unit, 0, 0, 0), text, style)


def _paint_words(painter: QPainter, rect: QRectF, text: str, style: Style) -> None:
    painter.setFont(style.font())
    painter.setPen(QColor(style.theme.text))
    cut = metrics(style).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), cut)


def _paint_title(painter: QPainter, rect: QRectF, fit: FitScene, racer: RacerFit, style: Style) -> None:
    _paint_name(painter, rect, racer, _name(fit, racer, style), style)


def _paint_header(painter: QPainter, frame: FitFrame, fit: FitScene, style: Style) -> None:
    """Write the names of classes and racers, the step, and what is to be said below."""
    unit = style.unit
    for entry in frame.entries:
        if entry.kind == "class":
            at = QPointF(entry.rect.left() + 5 * unit, entry.rect.center().y())
            paint_mark(painter, at, entry.number, class_colour(entry.number, style), style, 4.4)
            _paint_words(painter, entry.rect.adjusted(14 * unit, 0, 0, 0), entry.text, style)
        else:
            racer = fit.racers[entry.number]
            _paint_name(painter, entry.rect, racer, entry.text, style)
    painter.setFont(style.font())
    painter.setPen(QColor(style.theme.muted))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    painter.drawText(frame.step, int(right), style.words(STEP_OF).format(fit.step))
    if not frame.note.isEmpty():
        space = "" if style.language == "ja" else " "
        text = space.join(notes_of(fit, style))
        cut = metrics(style).elidedText(text, Qt.TextElideMode.ElideRight, frame.note.width())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(frame.note, int(left), cut)
