"""The loss curve of one coordinate, judged by what is painted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from optexplorer.engine import landscapes
from optexplorer.engine.diagnostics import curvature_at
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.painting.curve_frame import CurveFrame, curve_frame
from optexplorer.painting.curve_painter import paint_background, paint_curve, slope_words
from optexplorer.painting.curve_step_arcs import (
    BLOCK,
    RECENT,
    old_blocks,
    paint_old_arcs,
    paint_recent_arcs,
    prefix_unchanged,
)
from optexplorer.painting.style import Style
from optexplorer.scene.palette import DARK, LIGHT, RACER_COLOURS
from optexplorer.scene.samples.curve_samples import CurveSamples, sample_curve
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text
from tests.strategies import seen

pytestmark = pytest.mark.usefixtures("qapp")

Array = NDArray[np.float64]
RECT = QRectF(0, 0, 640, 400)
STYLE = Style(LIGHT)


@pytest.fixture(scope="module")
def parabola() -> CurveSamples:
    return sample_curve(landscapes.get("quadratic-1d"))


def path(
    curve: CurveSamples, x: list[float], ending: TerminationReason = TerminationReason.STEP_LIMIT
) -> Trajectory:
    places = np.array(x)[:, None]
    with np.errstate(all="ignore"):
        loss, slope = (np.array(f(places.T)) for f in (curve.landscape.value, curve.landscape.gradient))
    return Trajectory(places, loss, slope.T.copy(), np.full(len(x), 0.1), ending, ("x",))


def scene_of(curve: CurveSamples, paths: list[Trajectory], playhead: int, **view: Any) -> Scene:
    racer_paths = tuple(
        PathAtPlayhead(i, Text(f"Racer {i}", f"走者 {i}"), RACER_COLOURS[i], t, None, min(playhead, t.steps))
        for i, t in enumerate(paths)
    )
    length = max((t.steps for t in paths), default=0)
    start = tuple(paths[0].position[0].tolist()) if paths else curve.landscape.start
    lit = view.get("spotlight") or 0
    head = paths[lit] if view.get("curvature") and paths else None
    model = None if head is None else curvature_at(curve.landscape, head.position[min(playhead, head.steps)])
    return Scene(curve, racer_paths, start, playhead, length, **seen(**view), model=model)


def painted(paint: Callable[[QPainter], None], width: int = 640, height: int = 400) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
    return image


def whole(scene: Scene, style: Style = STYLE) -> QImage:
    return painted(lambda painter: paint_curve(painter, RECT, scene, style))


def pixels(image: QImage) -> NDArray[np.int64]:
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].astype(np.int64)


def coloured(image: QImage, name: str, within: QRectF | None = None) -> int:
    """How many pixels have nearly the hue of a racer."""
    colour = np.array(QColor(name).getRgb()[2::-1])  # type: ignore[index]
    grid = pixels(image if within is None else image.copy(within.toRect()))
    return int((np.abs(grid - colour).max(axis=2) < 24).sum())


@pytest.mark.parametrize("style", [STYLE, Style(DARK, "ja", 20.0)])
@pytest.mark.parametrize("interval", [None, (-1.0, 0.5), (1e-9, 2e-9)])
def test_the_frame_leads_to_pixels_and_back(
    parabola: CurveSamples, style: Style, interval: tuple[float, float] | None
) -> None:
    frame = curve_frame(RECT, scene_of(parabola, [], 0), style, interval)
    for place in (frame.plot.topLeft(), frame.plot.center()):
        back = frame.to_pixel(frame.x_at(place), 1.0)
        assert math.isclose(back.x(), place.x(), abs_tol=1e-4)
    assert frame.to_pixel(0.0, 0.0).y() > frame.to_pixel(0.0, 4.0).y()


@pytest.mark.parametrize("kind", ["linear", "log"])
@pytest.mark.parametrize("x", [-2.0, -0.4, 0.05, 1.3])
def test_the_direction_is_that_of_the_drawn_curve(kind: str, x: float) -> None:
    curve = sample_curve(landscapes.get("quadratic-1d"), "log" if kind == "log" else "linear")
    frame = curve_frame(RECT, scene_of(curve, [], 0), STYLE)
    near = np.array([x - 1e-6, x + 1e-6])
    (ax, ay), (bx, by) = frame.to_pixels(near, near**2).tolist()
    along = frame.direction(x, x * x, 2 * x)
    assert along is not None
    assert along.x() > 0
    assert along.y() / along.x() == pytest.approx((by - ay) / (bx - ax), rel=1e-3)


def test_ticks_are_round_and_within_the_plot() -> None:
    for id in ("quadratic-1d", "quartic-1d", "forrester"):
        frame = curve_frame(RECT, scene_of(sample_curve(landscapes.get(id)), [], 0), STYLE)
        ticks = frame.y_ticks()
        assert 4 <= len(ticks) <= 14
        assert len({tick.label for tick in ticks}) == len(ticks)
        assert all(frame.plot.top() <= tick.at <= frame.plot.bottom() for tick in ticks)


@pytest.mark.parametrize("size", [(300, 240), (640, 400), (1600, 1200), (900, 260)])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_is_painted_to_the_very_edge(language: str, size: tuple[int, int]) -> None:
    """Text that was cut off would reach the edge of the picture."""
    style = Style(
        LIGHT, "ja" if language == "ja" else "en", max(8.0, 24 * min(size[0] / 1600, size[1] / 1200))
    )
    for id in ("quartic-1d", "forrester"):
        curve = sample_curve(landscapes.get(id))
        low, high = curve.interval
        scene = scene_of(curve, [path(curve, [low, high, (low + high) / 2])], 2)
        grid = pixels(painted(lambda p, s=scene: paint_curve(p, QRectF(0, 0, *size), s, style), *size))  # type: ignore[misc]
        for rim in (grid[:2], grid[-2:], grid[:, :2], grid[:, -2:]):
            assert (rim == 255).all()


def test_the_ground_is_filled_below_the_curve_and_the_air_is_not(parabola: CurveSamples) -> None:
    scene = scene_of(parabola, [], 0, minima=False)
    frame = curve_frame(RECT, scene, STYLE)
    image = painted(lambda painter: paint_background(painter, frame, scene, STYLE))
    on = frame.to_pixel(2.0, 4.0)
    assert image.pixelColor(int(on.x()), int(on.y()) + 12) != QColor(LIGHT.canvas)
    assert image.pixelColor(int(on.x()) - 14, int(on.y()) - 14) == QColor(LIGHT.canvas)


def test_a_gap_in_the_loss_is_left_open() -> None:
    landscape = FormulaLandscape(
        "log", FormulaDefinition(formula="log(x)", domain={"x": (-1, 2)}, start=(1,))
    )
    curve = sample_curve(landscape)
    scene = scene_of(curve, [], 0)
    frame = curve_frame(RECT, scene, STYLE)
    image = whole(scene)
    left = image.pixelColor(int(frame.plot.left()) + 40, int(frame.plot.bottom()) - 4)
    right = image.pixelColor(int(frame.plot.right()) - 40, int(frame.plot.bottom()) - 4)
    assert left == QColor(LIGHT.canvas)
    assert right != QColor(LIGHT.canvas)


def test_a_star_stands_below_each_minimum_only_when_asked_for() -> None:
    curve = sample_curve(landscapes.get("double-well-1d"))
    frame = curve_frame(RECT, scene_of(curve, [], 0), STYLE)
    for shown in (True, False):
        image = whole(scene_of(curve, [], 0, minima=shown))
        for x in (-1.0, 1.0):
            place = frame.to_pixel(x, 0.0) + QPointF(0, 15)
            gold = image.pixelColor(place.toPoint()) == QColor("#FFD23F")
            assert gold is shown


def test_the_ball_and_the_slope_are_where_the_racer_is(parabola: CurveSamples) -> None:
    descent = path(parabola, [-2.5, 2.0, -1.5])
    frame = curve_frame(RECT, scene_of(parabola, [descent], 0), STYLE)
    for playhead, x in enumerate([-2.5, 2.0, -1.5]):
        scene = scene_of(parabola, [descent], playhead)
        place = frame.to_pixel(x, x * x)
        around = QRectF(place.x() - 5, place.y() - 5, 10, 10)
        assert coloured(whole(scene), RACER_COLOURS[0], around) > 20


def test_slopes_are_told_in_words() -> None:
    assert slope_words(-1.3811, Style(LIGHT, "en")) == "slope −1.38"
    assert slope_words(-1.3811, Style(LIGHT, "ja")) == "傾き −1.38"


def test_hops_fade_with_age(parabola: CurveSamples) -> None:
    # Ever the same two places, but each hop a little higher than the one before.
    descent = path(parabola, [(-1) ** k * (1.0 + 0.03 * k) for k in range(40)])
    frame = curve_frame(RECT, scene_of(parabola, [descent], 0), STYLE)
    scene = scene_of(parabola, [descent], 39, minima=False)
    air = painted(
        lambda painter: (
            painter.fillRect(RECT, QColor("#FFFFFF")),
            paint_old_arcs(painter, frame, scene, STYLE),
            paint_recent_arcs(painter, frame, scene, STYLE),
        )  # type: ignore[func-returns-value]
    )
    darkness = (255 - pixels(air)).sum(axis=2)
    column = darkness[:, int(frame.to_pixel(0.3, 0).x())]
    newest = frame.to_pixel(0, descent.loss[39]).y()
    oldest = frame.to_pixel(0, descent.loss[1]).y()
    assert newest < oldest
    upper, lower = column[: int(newest)], column[int(newest) + 60 :]
    assert upper.max() > 1.5 * lower.max() > 0


def test_painting_on_gives_the_same_picture(parabola: CurveSamples) -> None:
    random = np.random.default_rng(3)
    paths = [path(parabola, random.uniform(-2.8, 2.8, 90).tolist()) for _ in range(2)]
    paths.append(path(parabola, np.geomspace(2.5, 1e-4, 60).tolist(), TerminationReason.CONVERGED))
    scene = scene_of(parabola, paths, 0)
    frame = curve_frame(RECT, scene, STYLE)
    base = painted(lambda painter: paint_old_arcs(painter, frame, scene, STYLE))
    shown = scene
    for playhead in (1, RECENT, RECENT + BLOCK, RECENT + BLOCK + 1, 60, 70, 89):
        after = scene_of(parabola, paths, playhead)
        assert prefix_unchanged(shown, after)
        with QPainter(base) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_old_arcs(painter, frame, after, STYLE, old_blocks(shown.playhead))
        fresh = painted(lambda painter, s=after: paint_old_arcs(painter, frame, s, STYLE))  # type: ignore[misc]
        assert np.array_equal(pixels(base), pixels(fresh)), f"at step {playhead}"
        shown = after
    assert not prefix_unchanged(shown, scene_of(parabola, paths, 20))
    assert not prefix_unchanged(shown, scene_of(parabola, paths[:2], 89))
    recoloured = replace(
        shown, racer_paths=(replace(shown.racer_paths[0], colour="#123456"), *shown.racer_paths[1:])
    )
    assert not prefix_unchanged(shown, recoloured)


def test_one_hop_is_the_same_alone_and_in_a_block(parabola: CurveSamples) -> None:
    """Recent steps are curves of Qt's, old ones polylines: both follow one arch."""
    descent = path(parabola, [-1.5, 1.6] + [1.6] * (RECENT + BLOCK))
    frame = curve_frame(RECT, scene_of(parabola, [descent], 0), STYLE)
    recent, old = scene_of(parabola, [descent], 1), scene_of(parabola, [descent], RECENT + BLOCK)
    places = []
    for image in (
        painted(lambda painter: paint_recent_arcs(painter, frame, recent, STYLE)),
        painted(lambda painter: paint_old_arcs(painter, frame, old, STYLE)),
    ):
        for x in (-0.9, 0.8):
            column = pixels(image)[:, int(frame.to_pixel(x, 0).x())].sum(axis=1).astype(float)
            places.append((column * np.arange(len(column))).sum() / column.sum())
    assert places[:2] == pytest.approx(places[2:], abs=0.6)


def test_one_that_flies_away_is_pointed_at_and_does_no_harm(parabola: CurveSamples) -> None:
    wild = [1.0, -4.0, 9.0, -1e5, 1e160, -1e300]
    descent = path(parabola, wild, TerminationReason.DIVERGED)
    frame = curve_frame(RECT, scene_of(parabola, [descent], 0), STYLE)
    right = QRectF(frame.plot.right() - 40, frame.plot.top(), 40, frame.plot.height())
    for playhead in range(len(wild)):
        with np.errstate(all="raise"):
            image = whole(scene_of(parabola, [descent], playhead, gradient_arrows=True))
        if playhead == 2:
            assert coloured(image, RACER_COLOURS[0], right) > 20


def test_what_is_not_a_number_does_no_harm(parabola: CurveSamples) -> None:
    places = np.array([[1.0], [np.nan], [np.inf], [0.5]])
    loss = np.array([1.0, np.nan, np.inf, 0.25])
    descent = Trajectory(places, loss, places.copy(), np.ones(4), TerminationReason.DIVERGED, ("x",))
    for playhead in range(4):
        with np.errstate(all="raise"):
            whole(scene_of(parabola, [descent], playhead, gradient_arrows=True))


def test_a_plate_covers_no_other_ball(parabola: CurveSamples) -> None:
    paths = [path(parabola, [x]) for x in (-1.2, -1.0, -0.8, 0.9, 1.1, 1.3)]
    scene = scene_of(parabola, paths, 0, minima=False)
    image = whole(scene)
    frame: CurveFrame = curve_frame(RECT, scene, STYLE)
    for racer_path in scene.racer_paths[1:]:
        x = float(racer_path.head[0])
        place = frame.to_pixel(x, x * x)
        around = QRectF(place.x() - 5, place.y() - 5, 10, 10)
        assert coloured(image, racer_path.colour, around) > 15


@pytest.mark.parametrize("kind", ["linear", "log"])
def test_the_quadratic_model_touches_the_curve_at_the_head(kind: str) -> None:
    # At x = 1 the loss is 3.4, its slope 3.2, its second derivative 4.4.
    curve = sample_curve(
        FormulaLandscape("cubic", FormulaDefinition(formula="0.4*x^3 + x^2 + 2", domain={"x": (-2, 2)})),
        "log" if kind == "log" else "linear",
    )
    scene = scene_of(curve, [path(curve, [1.0])], 0, curvature=True, minima=False)
    frame = curve_frame(RECT, scene, STYLE)
    hits = []
    for x in np.linspace(-1.2, 0.2, 25):
        place = frame.to_pixel(x, 3.4 + 3.2 * (x - 1) + 2.2 * (x - 1) ** 2)
        hits.append(coloured(whole(scene), RACER_COLOURS[0], QRectF(place.x() - 2, place.y() - 2, 4, 4)) > 0)
    # It is dashed.
    assert 8 < sum(hits) < 25
    without = scene_of(curve, [path(curve, [1.0])], 0, minima=False)
    assert coloured(whole(without), RACER_COLOURS[0]) < coloured(whole(scene), RACER_COLOURS[0]) - 100


def test_the_model_is_that_of_the_racer_in_the_spotlight(parabola: CurveSamples) -> None:
    paths = [path(parabola, [2.0]), path(parabola, [-1.0])]
    for spotlight, shown, other in ((None, 0, 1), (0, 0, 1), (1, 1, 0)):
        image = whole(scene_of(parabola, paths, 0, curvature=True, spotlight=spotlight, minima=False))
        assert coloured(image, RACER_COLOURS[shown]) > coloured(image, RACER_COLOURS[other]) + 200


@pytest.mark.parametrize("id", ["abs-1d", "staircase-1d", "plateau-1d"])
def test_a_curve_without_curvature_does_no_harm(id: str) -> None:
    curve = sample_curve(landscapes.get(id))
    for x in (0.0, *curve.interval):
        with np.errstate(all="raise"):
            whole(scene_of(curve, [path(curve, [x])], 0, curvature=True))
    with np.errstate(all="raise"):
        whole(scene_of(curve, [], 0, curvature=True))


def test_a_run_of_any_length_is_painted_in_a_moment(parabola: CurveSamples) -> None:
    """Old steps are bounded: those that add nothing, and those after the first thousands, are left out."""
    from optexplorer.painting import curve_step_arcs

    random = np.random.default_rng(0)
    descent = path(parabola, random.uniform(-2.9, 2.9, 30_001).tolist())
    frame = curve_frame(RECT, scene_of(parabola, [descent], 0), STYLE)
    assert len(np.unique(curve_step_arcs._project_path(descent, frame).steps)) == curve_step_arcs.MOST
    still = path(parabola, [1.0, -1.0] * 5000)
    assert len(np.unique(curve_step_arcs._project_path(still, frame).steps)) == 2


def test_a_landscape_of_two_coordinates_is_no_curve() -> None:
    from optexplorer.scene.samples.surface_samples import sample_surface

    surface = sample_surface(landscapes.get("himmelblau"))
    scene = Scene(surface, (), (0.0, 0.0), 0, 0)
    with pytest.raises(ValueError, match="himmelblau is no curve"):
        whole(scene)
