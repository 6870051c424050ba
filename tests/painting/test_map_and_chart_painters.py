"""The map and the chart, judged by what is painted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPicture

from optexplorer.engine import landscapes
from optexplorer.engine.trajectory import Descent, TerminationReason, Trajectory
from optexplorer.painting import marks
from optexplorer.painting.axes import text_width, without_overlaps
from optexplorer.painting.chart_axis import chart_axis
from optexplorer.painting.chart_frame import chart_frame
from optexplorer.painting.chart_painter import paint_chart
from optexplorer.painting.legend import paint_legend
from optexplorer.painting.map_frame import map_frame
from optexplorer.painting.map_painter import paint_background, paint_map
from optexplorer.painting.map_path_painter import MapPaths
from optexplorer.painting.path_layer import PathLayer, goes_on
from optexplorer.painting.polylines import GrowingCover, path_of, runs_within, tail, thinned
from optexplorer.painting.step_blocks import BLOCKS
from optexplorer.painting.style import Style
from optexplorer.scene.palette import DARK, LIGHT, RACER_COLOURS
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text
from tests.strategies import seen

pytestmark = pytest.mark.usefixtures("qapp")

Array = NDArray[np.float64]
RECT = QRectF(0, 0, 560, 480)
BLOCK = int(BLOCKS.begins[1])


@pytest.fixture(scope="module")
def surface() -> SurfaceSamples:
    return sample_surface(landscapes.get("himmelblau"))


def path(
    points: Array, loss: Array | None = None, ending: TerminationReason = TerminationReason.STEP_LIMIT
) -> Trajectory:
    count = len(points)
    losses = np.linspace(100, 1, count) if loss is None else loss
    return Trajectory(
        points.astype(float), losses.astype(float), np.ones((count, 2)), np.full(count, 0.1), ending
    )


def wandering(seed: int, steps: int, size: float = 0.4) -> Trajectory:
    random = np.random.default_rng(seed)
    walk = np.cumsum(random.normal(scale=size, size=(steps + 1, 2)), axis=0)
    return path(np.clip(walk, -5.5, 5.5))


def scene_of(surface: SurfaceSamples, trajectories: list[Trajectory], playhead: int, **view: object) -> Scene:
    racer_paths = tuple(
        PathAtPlayhead(i, Text(f"Racer {i}", f"走者 {i}"), RACER_COLOURS[i], t, None, min(playhead, t.steps))
        for i, t in enumerate(trajectories)
    )
    length = max((t.steps for t in trajectories), default=0)
    return Scene(surface, racer_paths, (-5.0, -5.0), min(playhead, length), length, **seen(**view))


def at(scene: Scene, playhead: int) -> Scene:
    racer_paths = tuple(
        replace(racer_path, step=min(playhead, racer_path.trajectory.steps))
        for racer_path in scene.racer_paths
    )
    return replace(scene, playhead=playhead, racer_paths=racer_paths)


def painted(
    paint: Callable[[QPainter], None], width: int = 560, height: int = 480, ratio: float = 1.0
) -> QImage:
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.scale(ratio, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
    return image


def pixels(image: QImage) -> NDArray[np.uint8]:
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(shape)[:, : image.width()].copy()


def near(a: QColor, b: QColor, tolerance: int = 6) -> bool:
    return all(abs(p - q) <= tolerance for p, q in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True))  # type: ignore[index]


@pytest.mark.parametrize("style", [Style(LIGHT), Style(DARK, "ja", 20.0)])
@pytest.mark.parametrize("window", [None, (-1.0, 3.0, 0.5, 1.5), (1e-9, 2e-9, 0.0, 1e-9)])
def test_the_frame_leads_to_pixels_and_back(
    surface: SurfaceSamples, style: Style, window: tuple[float, float, float, float] | None
) -> None:
    frame = map_frame(RECT, scene_of(surface, [], 0), style, window)
    for place in (
        frame.plot.topLeft(),
        frame.plot.center(),
        QPointF(frame.plot.left() + 17, frame.plot.top() + 33),
    ):
        back = frame.to_pixel(frame.to_data(place))
        assert math.isclose(back.x(), place.x(), abs_tol=1e-4)
        assert math.isclose(back.y(), place.y(), abs_tol=1e-4)
        mapped = frame.transform.map(QPointF(*frame.to_data(place)))
        assert math.isclose(mapped.x(), place.x(), abs_tol=1e-4)


def test_both_axes_have_the_same_scale(surface: SurfaceSamples) -> None:
    frame = map_frame(QRectF(0, 0, 900, 300), scene_of(surface, [], 0), Style())
    assert math.isclose(frame.transform.m11(), -frame.transform.m22(), rel_tol=0.02)


@pytest.mark.parametrize("size", [(300, 240), (560, 480), (1600, 1200), (900, 260)])
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("id", ["himmelblau", "rosenbrock", "ravine", "eggholder", "goldstein-price"])
def test_nothing_is_painted_to_the_very_edge(id: str, language: str, size: tuple[int, int]) -> None:
    """Text that was cut off would reach the edge of the picture."""
    style = Style(LIGHT, "ja" if language == "ja" else "en", 12.0 * size[1] / 400 if size[1] > 500 else 12.0)
    scene = scene_of(sample_surface(landscapes.get(id)), [], 0)
    image = painted(lambda painter: paint_map(painter, QRectF(0, 0, *size), scene, style), *size)
    grid = pixels(image)
    rim = np.concatenate(
        [
            grid[:2].reshape(-1, 4),
            grid[-2:].reshape(-1, 4),
            grid[:, :2].reshape(-1, 4),
            grid[:, -2:].reshape(-1, 4),
        ]
    )
    assert (rim == 255).all()


def test_a_path_has_its_colour_where_it_runs_and_nothing_beyond_the_playhead(
    surface: SurfaceSamples,
) -> None:
    trajectory = path(np.stack([np.linspace(-4, 4, 101), np.zeros(101)], axis=1))
    scene = scene_of(surface, [trajectory], 50, minima=False)
    frame = map_frame(RECT, scene, Style())
    image = painted(lambda painter: paint_map(painter, RECT, scene, Style()))
    on, off = frame.to_pixel((-2.0, 0.0)), frame.to_pixel((2.0, 0.0))
    assert near(image.pixelColor(round(on.x() - 0.5), round(on.y() - 0.5)), QColor(RACER_COLOURS[0]))
    bare = painted(lambda painter: paint_map(painter, RECT, scene_of(surface, [], 0, minima=False), Style()))
    assert image.pixelColor(round(off.x()), round(off.y())) == bare.pixelColor(round(off.x()), round(off.y()))


def test_higher_ground_is_lighter(surface: SurfaceSamples) -> None:
    for theme in (LIGHT, DARK):
        style = Style(theme)
        scene = scene_of(surface, [], 0, minima=False)
        frame = map_frame(RECT, scene, style)
        image = painted(lambda painter, f=frame, s=scene, st=style: paint_background(painter, f, s, st))  # type: ignore[misc]
        lightness = []
        for point in ((3.0, 2.0), (0.0, 0.0), (5.8, 5.8)):
            place = frame.to_pixel(point)
            lightness.append(image.pixelColor(int(place.x()), int(place.y())).lightness())
        assert lightness == sorted(lightness)
        assert lightness[0] + 10 < lightness[-1]


@pytest.mark.parametrize(
    "id", ["himmelblau", "rosenbrock", "rastrigin", "two-valley", "saddle", "peaks", "beale"]
)
def test_contour_levels_rise_and_are_neither_few_nor_many(id: str) -> None:
    lines = sample_surface(landscapes.get(id)).lines
    assert 7 <= len(lines) <= 26
    assert [line.loss for line in lines] == sorted(line.loss for line in lines)
    assert all(0 < line.height < 1 for line in lines)


def test_stars_mark_minima_only_when_asked_for(surface: SurfaceSamples) -> None:
    images = {}
    for shown in (True, False):
        scene = scene_of(surface, [], 0, minima=shown)
        images[shown] = painted(lambda painter, s=scene: paint_map(painter, RECT, s, Style()))  # type: ignore[misc]
    frame = map_frame(RECT, scene_of(surface, [], 0), Style())
    for minimum in surface.landscape.minima:
        place = frame.to_pixel(minimum.position)
        assert near(images[True].pixelColor(int(place.x()), int(place.y())), QColor("#FFD23F"))
        assert not near(images[False].pixelColor(int(place.x()), int(place.y())), QColor("#FFD23F"))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_painting_only_what_changed_gives_the_same_picture(surface: SurfaceSamples, ratio: float) -> None:
    style = Style()
    whole = scene_of(
        surface,
        [wandering(1, 3 * BLOCK), wandering(2, BLOCK + 22), wandering(3, 3 * BLOCK, 0.05)],
        0,
    )
    *others, last = whole.racer_paths
    whole = replace(whole, racer_paths=(*others, replace(last, variant=1)))
    frame = map_frame(RECT, whole, style)
    paths = MapPaths(frame, style)
    nothing = painted(lambda painter: None, ratio=ratio)
    nothing.setDevicePixelRatio(ratio)
    layer = PathLayer(nothing, RECT, paths)
    layer.advance(whole)
    shown = whole
    for playhead in (
        1,
        2,
        7,
        40,
        41,
        BLOCK,
        BLOCK + 1,
        BLOCK + 3,
        2 * BLOCK + 9,
        2 * BLOCK + 5,
        3 * BLOCK - 1,
        3 * BLOCK,
    ):
        scene = at(whole, playhead)
        assert goes_on(paths, shown, scene)
        layer.advance(scene)
        fresh = painted(lambda painter, s=scene: paths.paint(painter, s), ratio=ratio)  # type: ignore[misc]
        difference = np.abs(pixels(layer.picture).astype(int) - pixels(fresh).astype(int))
        # Qt's rasteriser smooths a crossing a little differently when it is given fewer of the lines beside it.
        assert (difference.max(axis=2) > 3).sum() <= 32, f"at step {playhead}"
        assert difference.max() < 100, f"at step {playhead}"
        shown = scene


def test_scenes_that_differ_in_their_past_have_another_prefix(surface: SurfaceSamples) -> None:
    scene = at(scene_of(surface, [wandering(1, BLOCK + 9)], 0), BLOCK + 5)
    paths = MapPaths(map_frame(RECT, scene, Style()), Style())
    other = scene_of(surface, [wandering(2, BLOCK + 9)], BLOCK + 5)
    recoloured = replace(scene, racer_paths=(replace(scene.racer_paths[0], colour="#123456"),))
    assert not goes_on(paths, scene, other)
    assert not goes_on(paths, scene, recoloured)
    assert not goes_on(paths, scene, at(scene, 20))
    assert goes_on(paths, scene, at(scene, BLOCK + 6))


def test_a_growing_trajectory_keeps_its_projected_path(surface: SurfaceSamples) -> None:
    positions = wandering(4, 400).position.copy()
    rows, descent = np.ones(401), Descent()
    short, long = (
        Trajectory(
            positions[:n], rows[:n], positions[:n], rows[:n], TerminationReason.RUNNING, descent=descent
        )
        for n in (129, 401)
    )
    before, after = scene_of(surface, [short], 129), scene_of(surface, [long], 129)
    paths = MapPaths(map_frame(RECT, after, Style()), Style())
    assert goes_on(paths, before, after)
    assert paths.changed_parts(before, at(after, 128)) == []


def test_points_that_are_not_finite_or_far_away_do_no_harm(surface: SurfaceSamples) -> None:
    wild = np.array([[0, 0], [1, 1], [np.nan, 0], [1, 2], [1e300, -1e300], [np.inf, 2], [-3e5, 2e5], [-2, 1]])
    loss = np.array([10, 5, np.nan, 3, 1e300, np.inf, 1e20, 2])
    trajectory = path(wild, loss, TerminationReason.DIVERGED)
    for playhead in range(len(wild)):
        scene = scene_of(surface, [trajectory], playhead, gradient_arrows=True)
        with np.errstate(all="raise"):
            painted(lambda painter, s=scene: paint_map(painter, RECT, s, Style()))  # type: ignore[misc]
            painted(lambda painter, s=scene: paint_chart(painter, RECT, s, Style()))  # type: ignore[misc]
            MapPaths(map_frame(RECT, scene, Style()), Style()).changed_parts(at(scene, 0), scene)


def test_a_ball_outside_is_pointed_at_from_the_edge(surface: SurfaceSamples) -> None:
    scene = scene_of(surface, [path(np.array([[0.0, 0.0], [50.0, 0.0]]))], 1, minima=False)
    frame = map_frame(RECT, scene, Style())
    image = painted(lambda painter: paint_map(painter, RECT, scene, Style()))
    place = frame.to_pixel((6.0, 0.0))
    found = image.pixelColor(int(place.x() - marks.BALL * 1.8), int(place.y()))
    assert near(found, QColor(RACER_COLOURS[0]))


def test_heads_in_one_place_show_every_colour() -> None:
    racers = [marks.Head(QPointF(30, 30), name, TerminationReason.RUNNING) for name in RACER_COLOURS[:4]]
    image = painted(lambda painter: marks.heads(painter, racers, Style(text_size=48)), 60, 60)
    for k, name in enumerate(RACER_COLOURS[:4]):
        angle = math.radians(90 * k + 45)
        found = image.pixelColor(round(30 + 14 * math.sin(angle)), round(30 - 14 * math.cos(angle)))
        assert abs(found.hslHue() - QColor(name).hslHue()) <= 6


def test_each_ending_has_its_own_mark() -> None:
    images = [
        pixels(
            painted(
                lambda painter, e=ending: marks.end_mark(painter, QPointF(30, 30), "#0072B2", e, Style()),
                60,
                60,
            )
        )  # type: ignore[misc]
        for ending in (TerminationReason.RUNNING, TerminationReason.CONVERGED, TerminationReason.DIVERGED)
    ]
    for i in range(3):
        for j in range(i):
            assert (images[i] != images[j]).any()


def test_the_chart_takes_the_axis_that_suits_the_losses(surface: SurfaceSamples) -> None:
    points = np.zeros((50, 2))
    positive = scene_of(surface, [path(points, np.geomspace(1e3, 1e-8, 50))], 0)
    axis = chart_axis(positive)
    assert (axis.kind, axis.base) == ("log", 0.0)
    assert axis.at(np.array([1e3, 1e-8])) == pytest.approx([1, 0], abs=0.06)

    valley = sample_surface(landscapes.get("two-valley"))
    minimum = valley.landscape.global_minimum
    assert minimum is not None
    assert minimum < 0
    negative = chart_axis(scene_of(valley, [path(points, minimum + np.geomspace(3, 1e-6, 50))], 0))
    assert negative.kind == "log"
    assert negative.base == minimum

    saddle = sample_surface(landscapes.get("saddle"))
    falling = chart_axis(scene_of(saddle, [path(points, 1 - np.geomspace(1e-3, 1e6, 50))], 0))
    assert falling.kind == "asinh"
    places = falling.at(np.array([-1e6, -1e3, -1.0, 0.0, 1.0]))
    assert (np.diff(places) > 0).all()
    assert 0 <= places[0] < places[-1] <= 1


def test_one_that_diverges_does_not_flatten_the_others(surface: SurfaceSamples) -> None:
    points = np.zeros((50, 2))
    axis = chart_axis(
        scene_of(
            surface,
            [path(points, np.geomspace(1e2, 1e-3, 50)), path(points, np.geomspace(1e2, 1e300, 50))],
            0,
        )
    )
    assert axis.high < 1e6
    assert axis.at(np.array([1e2]))[0] > 0.5


@pytest.mark.parametrize(
    "losses", [[5.0, 5.0], [0.0, 0.0], [1.0], [-3.0, -3.0], [1e-300, 0.0], [np.nan, np.nan]]
)
def test_the_chart_copes_with_losses_that_hardly_differ(surface: SurfaceSamples, losses: list[float]) -> None:
    for id in ("himmelblau", "saddle", "two-valley"):
        own = sample_surface(landscapes.get(id)) if id != "himmelblau" else surface
        scene = scene_of(own, [path(np.zeros((len(losses), 2)), np.array(losses))], 0)
        frame = chart_frame(RECT, scene, Style())
        assert frame.axis.low < frame.axis.high
        painted(lambda painter, s=scene: paint_chart(painter, RECT, s, Style()))  # type: ignore[misc]


@pytest.mark.parametrize("quantity", ["lr", "gradient"])
def test_the_chart_shows_rate_or_gradient_on_a_logarithmic_axis(
    surface: SurfaceSamples, quantity: str
) -> None:
    fast, slow = np.geomspace(1.0, 1e-4, 60), np.geomspace(0.1, 1e-2, 60)
    shown = [path(np.zeros((60, 2))) for _ in range(2)]
    for trajectory, values in zip(shown, (fast, slow), strict=True):
        object.__setattr__(trajectory, "learning_rate", values)
        object.__setattr__(trajectory, "gradient", np.stack([values, 0 * values], axis=1))
    scene = scene_of(surface, shown, 30, chart=quantity)
    axis = chart_axis(scene)
    assert axis.kind == "log"
    assert 0 < axis.at(np.array([1e-4]))[0] < axis.at(np.array([1.0]))[0] < 1
    rect = QRectF(0, 0, 600, 200)
    frame = chart_frame(rect, scene, Style())
    image = painted(lambda painter: paint_chart(painter, rect, scene, Style()), 600, 200)
    for number, values in enumerate((fast, slow)):
        x, y = frame.to_pixels(np.array([15]), values[[15]])[0]
        assert near(image.pixelColor(int(x), int(y)), QColor(RACER_COLOURS[number]), 30)
    other = scene_of(surface, shown, 30)
    loss = painted(lambda painter: paint_chart(painter, rect, other, Style()), 600, 200)
    assert (pixels(loss) != pixels(image)).any()


def test_a_rate_that_stays_as_it_is_runs_through_the_middle(surface: SurfaceSamples) -> None:
    axis = chart_axis(scene_of(surface, [path(np.zeros((9, 2)))], 0, chart="lr"))
    assert axis.at(np.array([0.1]))[0] == pytest.approx(0.5)
    assert len(axis.ticks(5)) >= 2


def test_a_rate_that_begins_low_is_seen_whole(surface: SurfaceSamples) -> None:
    trajectory = path(np.zeros((40, 2)))
    object.__setattr__(trajectory, "learning_rate", np.geomspace(1e-3, 0.5, 40))
    axis = chart_axis(scene_of(surface, [trajectory], 0, chart="lr"))
    assert 0 < axis.at(np.array([1e-3]))[0] < axis.at(np.array([0.5]))[0] < 1


@pytest.mark.parametrize("quantity", ["lr", "gradient"])
@pytest.mark.parametrize("values", [[0.0, 0.0], [np.nan, np.nan], [1e-3, 0.0], [1.0, np.inf]])
def test_a_chart_without_a_positive_value_does_no_harm(
    surface: SurfaceSamples, quantity: str, values: list[float]
) -> None:
    trajectory = path(np.zeros((2, 2)))
    object.__setattr__(trajectory, "learning_rate", np.array(values))
    object.__setattr__(trajectory, "gradient", np.array([values, [0.0, 0.0]]).T)
    scene = scene_of(surface, [trajectory], 1, chart=quantity)
    assert chart_axis(scene).low < chart_axis(scene).high
    painted(lambda painter: paint_chart(painter, RECT, scene, Style()))


def test_the_chart_is_faint_ahead_of_the_playhead(surface: SurfaceSamples) -> None:
    rect = QRectF(0, 0, 600, 200)
    scene = scene_of(surface, [path(np.zeros((101, 2)), np.geomspace(100, 1, 101))], 50)
    frame = chart_frame(rect, scene, Style())
    image = painted(lambda painter: paint_chart(painter, rect, scene, Style()), 600, 200)
    found = []
    for step in (25, 75):
        x, y = frame.to_pixels(np.array([step]), scene.racer_paths[0].trajectory.loss[[step]])[0]
        found.append(image.pixelColor(int(x), int(y)))
    assert near(found[0], QColor(RACER_COLOURS[0]), 10)
    assert found[1].lightness() > found[0].lightness() + 60
    assert frame.step_at(frame.x(37) + 0.4) == 37
    assert frame.step_at(-1e6) == 0
    assert frame.step_at(1e6) == 100


def test_a_long_curve_keeps_its_peaks(surface: SurfaceSamples) -> None:
    loss = np.ones(100_001)
    loss[54_321] = 100.0
    rect = QRectF(0, 0, 600, 200)
    scene = scene_of(surface, [path(np.zeros((100_001, 2)), loss)], 100_000)
    frame = chart_frame(rect, scene, Style())
    image = painted(lambda painter: paint_chart(painter, rect, scene, Style()), 600, 200)
    x, y = frame.to_pixels(np.array([54_321]), np.array([30.0]))[0]
    columns = [image.pixelColor(int(x) + d, int(y)) for d in (-1, 0, 1)]
    assert any(near(column, QColor(RACER_COLOURS[0]), 40) for column in columns)


def test_the_legend_breaks_into_rows_and_leaves_the_rest(surface: SurfaceSamples) -> None:
    scene = scene_of(surface, [path(np.zeros((2, 2)))] * 8, 0)
    left = {}
    for width in (200, 900):
        rect = QRectF(0, 0, width, 400)
        image = QImage(width, 400, QImage.Format.Format_ARGB32_Premultiplied)
        with QPainter(image) as painter:
            left[width] = paint_legend(painter, rect, scene, Style()).height()
    assert left[200] < left[900] < 400


def test_text_that_would_collide_is_left_out() -> None:
    assert without_overlaps([(0, 10), (8, 18), (14, 24), (40, 50)], 2) == [0, 2, 3]
    assert text_width(Style(), ["10", "1000"]) == text_width(Style(), ["1000"])


def test_thinning_is_the_same_for_the_beginning_of_a_path() -> None:
    points = np.cumsum(np.random.default_rng(5).normal(scale=0.4, size=(2000, 2)), axis=0)
    kept, hidden = thinned(points), GrowingCover(1.5).extend(points)
    assert 0 < len(kept) < len(points)
    assert hidden.any()
    for n in (1, 2, 300, 999):
        part = thinned(points[:n])
        np.testing.assert_array_equal(part, kept[: len(part)])
        np.testing.assert_array_equal(GrowingCover(1.5).extend(points[:n]), hidden[: n - 1])


def test_runs_are_what_touches_and_are_cut_at_the_limit() -> None:
    rect, limit = QRectF(0, 0, 10, 10), QRectF(-10, -10, 30, 30)
    points = np.array([[-5, 5], [5, 5], [50, 50], [60, 60], [5, 8], [np.nan, 0], [5, 5], [1e9, 5]])
    runs = runs_within(points, rect, limit)
    found = [np.round(run, 9).tolist() for run in runs]
    assert found[0] == [[-5, 5], [5, 5], [20, 20]]
    assert found[1][-1] == [5, 8]
    assert found[1][0][0] < 20
    assert found[1][0][1] == 20
    assert found[2] == [[5, 5], [20, 5]]
    hidden = np.array([False, True, True, True, True, True, False])
    assert [len(run) for run in runs_within(points, rect, limit, hidden)] == [2, 2]
    assert path_of(runs).elementCount() == 7
    assert path_of([]).isEmpty()


def test_no_path_is_written_beyond_the_plot_of_a_drawing_that_cannot_clip(surface: SurfaceSamples) -> None:
    points = np.array([[0.0, 0.0], [20.0, 3.0], [-20.0, -3.0], [1.0, 1.0]])
    scene = scene_of(surface, [path(points)], 3, minima=False)
    picture = QPicture()
    with QPainter(picture) as painter:
        paint_map(painter, RECT, scene, Style())
    without = QPicture()
    with QPainter(without) as painter:
        paint_map(painter, RECT, scene_of(surface, [], 0, minima=False), Style())
    assert without.boundingRect().adjusted(-4, -4, 4, 4).contains(picture.boundingRect())


def test_the_tail_of_a_path_is_cut_to_measure() -> None:
    points = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 4.0]])
    assert tail(points, 6.0).tolist() == [[8.0, 0.0], [10.0, 0.0], [10.0, 4.0]]
    assert tail(points, 100.0).tolist() == points.tolist()
    assert tail(points[:1], 5.0).tolist() == [[0.0, 0.0]]
