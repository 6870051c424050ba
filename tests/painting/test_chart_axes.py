"""The chart's axes: places lead to steps and back, parts of the chart, and what scenes are drawn over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.sharpness import Sharpness
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Abscissa, Appearance
from optexplorer.painting.chart_abscissa import ChartAbscissa, coordinates, places_per_step, step_at
from optexplorer.painting.chart_axis import chart_axis, whole_axis
from optexplorer.painting.chart_frame import chart_frame
from optexplorer.painting.chart_key import notes_of, strokes_of
from optexplorer.painting.chart_painter import paint_chart
from optexplorer.painting.chart_part import ChartPart, moved, zoomed
from optexplorer.painting.layers import ChartLayers
from optexplorer.painting.style import Style
from optexplorer.scene.scene import PathAtPlayhead, Scene
from optexplorer.text import Text

RECT = QRectF(0, 0, 640, 240)
KINDS: tuple[Abscissa, ...] = ("steps", "log-steps", "evaluations", "epochs")


def learning() -> Landscape:
    return ModelDefinition.model_validate(
        {"kind": "model", "data": {"id": "line"}, "model": {"id": "linear"}}
    ).landscape()


def descent(steps: int, *, each: int = 1, per_epoch: int | None = None, **values: Any) -> Trajectory:
    points = np.zeros((steps + 1, 2))
    counts = np.multiply.outer(np.arange(steps + 1), np.array([0, each, 0]))
    loss = values.pop("loss", np.geomspace(100, 1e-3, steps + 1))
    return Trajectory(
        points,
        loss,
        points.copy(),
        np.full(steps + 1, 0.1),
        TerminationReason.STEP_LIMIT,
        landscape=learning() if per_epoch else None,
        evaluations=counts.astype(np.int64),
        measures=values,
        steps_per_epoch=per_epoch,
    )


def scene(*paths: Trajectory, playhead: int = 20, sharpness: Any = None, **appearance: Any) -> Scene:
    data = any(path.steps_per_epoch for path in paths)
    racers = tuple(
        PathAtPlayhead(
            n,
            Text(f"racer {n}", f"走者{n}"),
            ("#0072B2", "#D55E00")[n],
            path,
            None,
            min(playhead, path.steps),
            sharpness=sharpness,
        )
        for n, path in enumerate(paths)
    )
    length = max(path.steps for path in paths)
    whole = learning() if data else landscapes.get("himmelblau")
    shown = Appearance(**appearance)
    return Scene(None, racers, (0.0, 0.0), playhead, length, appearance=shown, whole=whole)


def painted(shown: Scene) -> np.ndarray:
    image = QImage(640, 240, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_chart(painter, RECT, shown, Style())
    return np.frombuffer(image.constBits(), np.uint8).reshape(240, 640, 4)[..., :3].astype(int)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("low", "high"), [(0.0, 500.0), (3.0, 40.0), (0.0, 0.5)])
def test_places_lead_to_pixels_and_back(kind: Abscissa, low: float, high: float) -> None:
    abscissa = ChartAbscissa(kind, 500.0, low, high)
    assert float(abscissa.at(low)) == pytest.approx(0, abs=1e-12)
    assert float(abscissa.at(high)) == pytest.approx(1)
    for part in np.linspace(0, 1, 9).tolist():
        assert float(abscissa.at(abscissa.back(part))) == pytest.approx(part, abs=1e-9)
    places = np.linspace(low, high, 50)
    assert (np.diff(abscissa.at(places)) > 0).all()


def test_a_logarithmic_abscissa_gives_each_decade_the_same_room_and_shows_the_start() -> None:
    at = ChartAbscissa("log-steps", 1000.0, 0.0, 1000.0).at
    one, ten, hundred, thousand = (float(at(step)) for step in (1, 10, 100, 1000))
    assert ten - one == pytest.approx(hundred - ten) == pytest.approx(thousand - hundred)
    assert 0 == float(at(0)) < one
    labels = [label for _, label in ChartAbscissa("log-steps", 1000.0, 0.0, 1000.0).ticks(5)]
    assert labels[0] == "0"
    assert {"10", "100", "1000"} <= set(labels)


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_is_found_where_it_is_drawn(kind: Abscissa) -> None:
    frame = chart_frame(RECT, scene(descent(40, each=3, per_epoch=7), abscissa=kind), Style())
    assert frame.abscissa.kind == kind
    assert [frame.step_at(frame.x(step)) for step in range(41)] == list(range(41))
    assert frame.step_at(-1e5) == 0
    assert frame.step_at(1e5) == 40


def test_the_chart_of_a_landscape_that_is_waited_for_derives_nothing() -> None:
    # The window paints it in its own thread.
    minimum = {"at": [0, 0], "value": "321/1000"}
    bowl = {"formula": "x^2 + y^2 + 0.321", "domain": {"x": (-1, 1), "y": (-1, 1)}, "minima": [minimum]}
    landscape = FormulaDefinition.model_validate(bowl).landscape()
    waiting = Scene(None, (), (0.0, 0.0), 0, 0, whole=landscape, absence=Text("It is computed.", "計算中。"))
    assert whole_axis(waiting).kind == "log"
    assert "minima" not in vars(landscape)


def test_epochs_and_evaluations_stand_where_they_belong() -> None:
    epochs = chart_frame(RECT, scene(descent(40, per_epoch=8), abscissa="epochs"), Style())
    assert epochs.abscissa.high == 5
    assert epochs.x(8) == pytest.approx(epochs.x_at(1.0))
    counted = chart_frame(RECT, scene(descent(40, each=3), abscissa="evaluations"), Style())
    assert counted.abscissa.high == 120
    assert counted.place_at(counted.x(10)) == pytest.approx(30)


def test_losses_and_hessians_are_priced() -> None:
    counts = np.array([[0, 0, 0], [3, 1, 0], [3, 2, 1], [7, 3, 1]])
    points = np.zeros((4, 2))
    path = Trajectory(
        points, np.ones(4), points.copy(), np.ones(4), TerminationReason.STEP_LIMIT, evaluations=counts
    )
    np.testing.assert_allclose(coordinates(path, "evaluations"), [0, 2, 5, 22 / 3])
    assert [step_at(path, "evaluations", place) for place in (0.9, 1.1, 4.0, 100.0)] == [0, 1, 2, 3]
    frame = chart_frame(RECT, scene(path, abscissa="evaluations", playhead=3), Style())
    assert not frame.common
    assert frame.abscissa.high == pytest.approx(22 / 3)


def test_thirds_that_are_rounded_are_still_as_far_apart() -> None:
    counts = np.multiply.outer(np.arange(1001), np.array([1, 1, 0]))
    points = np.zeros((1001, 2))
    path = Trajectory(
        points, np.ones(1001), points.copy(), np.ones(1001), TerminationReason.STEP_LIMIT, evaluations=counts
    )
    assert places_per_step(path, "evaluations") == pytest.approx(4 / 3)


def test_without_data_there_are_no_epochs() -> None:
    assert chart_frame(RECT, scene(descent(40), abscissa="epochs"), Style()).abscissa.kind == "steps"


def test_racers_of_other_costs_have_playheads_of_their_own() -> None:
    shown = scene(descent(40), descent(40, each=4), abscissa="evaluations")
    frame = chart_frame(RECT, shown, Style())
    assert not frame.common
    assert frame.abscissa.high == 160
    grid = painted(shown)
    middle = slice(int(frame.plot.top()) + 4, int(frame.plot.bottom()) - 4)

    def uprights(x: float) -> bool:
        columns = grid[middle, round(x) - 1 : round(x) + 2].min(axis=1)
        return bool((columns.mean(axis=0) < 235).any())

    assert uprights(float(frame.x_at(20)))
    assert uprights(float(frame.x_at(80)))


def test_racers_of_one_cost_share_the_line_of_the_playhead() -> None:
    frame = chart_frame(
        RECT, scene(descent(40, each=2), descent(30, each=2), abscissa="evaluations"), Style()
    )
    assert frame.common
    assert frame.per_step == 2


def test_lines_at_epochs_keep_their_distance() -> None:
    frame = chart_frame(RECT, scene(descent(4000, per_epoch=10)), Style())
    places = frame.epochs(10)
    assert len(places) > 3
    assert min(np.diff(places)) >= 16
    assert all(round(frame.place_at(x), 6) % 10 == 0 for x in places)
    assert frame.epochs(None) == frame.epochs(1) == []
    log = chart_frame(RECT, scene(descent(4000, per_epoch=10), abscissa="log-steps"), Style())
    assert min(np.diff(log.epochs(10))) >= 16


# Parts of the chart


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "losses", [np.geomspace(1e3, 1e-5, 41), np.linspace(7, 6, 41), -np.geomspace(1, 1e9, 41)]
)
def test_what_lies_under_the_mouse_stays_there(kind: Abscissa, losses: np.ndarray) -> None:
    shown = scene(descent(40, per_epoch=5, loss=losses), abscissa=kind)
    frame = chart_frame(RECT, shown, Style())
    place = QPointF(
        frame.plot.left() + 0.7 * frame.plot.width(), frame.plot.top() + 0.4 * frame.plot.height()
    )
    part = zoomed(frame, shown, place, 0.5)
    assert part.span is not None
    assert part.values is not None
    closer = replace(
        shown, appearance=shown.appearance.evolve(chart_span=part.span, chart_values=part.values)
    )
    near = chart_frame(RECT, closer, Style())
    value = frame.axis.back(0.6)
    assert near.axis.part_at(value) == pytest.approx(0.6, abs=1e-6)
    at = 0.7
    assert float(near.abscissa.at(frame.abscissa.back(at))) == pytest.approx(at, abs=1e-6)
    painted(closer)
    # Out again, all of it is seen; never more than all of the steps.
    out = zoomed(near, closer, place, 4.0)
    assert out.span is None
    assert out.values is None or out.values[0] < frame.axis.low


def test_over_an_axis_the_wheel_zooms_along_it_alone() -> None:
    shown = scene(descent(40))
    frame = chart_frame(RECT, shown, Style())
    below = QPointF(frame.plot.center().x(), frame.plot.bottom() + 12)
    beside = QPointF(frame.plot.left() - 12, frame.plot.center().y())
    along = zoomed(frame, shown, below, 0.5)
    assert along.span is not None
    assert along.values is None
    up = zoomed(frame, shown, beside, 0.5)
    assert up.span is None
    assert up.values is not None


def test_moving_follows_the_mouse_and_stops_at_the_ends() -> None:
    shown = scene(descent(40), chart_span=(10.0, 20.0), chart_values=(1e-2, 1.0))
    frame = chart_frame(RECT, shown, Style())
    part = moved(frame, shown, QPointF(frame.plot.width() / 2, -frame.plot.height() / 2))
    assert part.span == pytest.approx((5.0, 15.0))
    assert part.values == pytest.approx((1e-3, 0.1))
    far = moved(frame, shown, QPointF(1e5, 0.0))
    assert far.span == pytest.approx((0.0, 10.0))
    assert moved(frame, shown, QPointF(-1e5, 0.0)).span == pytest.approx((30.0, 40.0))
    stays, now = moved(frame, shown, QPointF(0.0, 0.0)), ChartPart.of(shown)
    assert stays.span == pytest.approx(now.span)
    assert stays.values == pytest.approx(now.values)


def test_zooming_ends_where_nothing_more_is_to_be_seen() -> None:
    shown = scene(descent(40))
    frame = chart_frame(RECT, shown, Style())
    for _ in range(200):
        part = zoomed(frame, shown, frame.plot.center(), 0.7)
        shown = replace(
            shown, appearance=shown.appearance.evolve(chart_span=part.span, chart_values=part.values)
        )
        frame = chart_frame(RECT, shown, Style())
    low, high = frame.abscissa.low, frame.abscissa.high
    assert 2 <= high - low < 3.5
    painted(shown)


def test_a_part_chosen_of_a_longer_path_is_left_out() -> None:
    frame = chart_frame(RECT, scene(descent(40), chart_span=(100.0, 200.0)), Style())
    assert (frame.abscissa.low, frame.abscissa.high) == (0, 40)


def test_losses_below_the_part_are_not_drawn_at_its_bottom() -> None:
    shown = scene(descent(40), chart_values=(1.0, 100.0), playhead=40)
    frame = chart_frame(RECT, shown, Style())
    assert frame.axis.at(np.array([1e-2]))[0] < -0.5
    assert whole_axis(shown).low < frame.axis.low


def test_another_quantity_or_abscissa_is_seen_whole() -> None:
    appearance = Appearance(chart_span=(1.0, 9.0), chart_values=(0.1, 1.0))
    assert appearance.charting("lr").chart_values is None
    assert appearance.charting("lr").chart_span == (1.0, 9.0)
    assert appearance.charting("loss") is appearance
    assert appearance.charted_over("epochs").chart_span is None
    with pytest.raises(ValueError, match="low < high"):
        Appearance(chart_span=(2.0, 2.0))


# Lines of learning


def test_losses_on_data_have_a_scattered_a_bold_and_a_dashed_line() -> None:
    loss = np.geomspace(1, 0.1, 41)
    path = descent(
        40, per_epoch=5, loss=loss, batch_loss=loss * 50, held_out_loss=loss * 2, accuracy=1 - loss / 2
    )
    shown = scene(path, playhead=40)
    assert strokes_of(shown) == ["bold", "dashed", "faint"]
    axis = chart_axis(shown)
    # The axis has room for the held-out loss, and none for what scatters.
    assert axis.at(np.array([2.0]))[0] < 1 < axis.at(np.array([50.0]))[0]
    assert strokes_of(scene(path, chart="accuracy")) == ["bold"]
    assert strokes_of(scene(descent(40), chart="accuracy")) == ["bold"]
    assert chart_axis(scene(descent(40), chart="accuracy")) == chart_axis(scene(descent(40)))


def test_an_accuracy_runs_from_none_to_all() -> None:
    axis = chart_axis(scene(descent(9, per_epoch=2, accuracy=np.linspace(0.4, 1, 10)), chart="accuracy"))
    assert -0.1 < axis.low < 0 < 1 < axis.high < 1.1


# Stability


def known(eigenvalue: np.ndarray, limit: float | None, *, complete: bool = True) -> Sharpness:
    steps = np.arange(len(eigenvalue))
    limits = np.empty(0) if limit is None else np.array([limit, limit])
    return Sharpness(steps, eigenvalue, steps[: len(limits)] * 40, limits, False, complete)


def test_a_curvature_near_its_limit_stands_on_a_linear_axis_with_it() -> None:
    shown = scene(descent(40), chart="stability", sharpness=known(np.linspace(5, 41, 41), 40.0), playhead=40)
    axis = chart_axis(shown)
    assert axis.kind == "linear"
    assert axis.low <= 0 < 41 < axis.high
    assert strokes_of(shown) == ["bold", "dashed"]
    assert notes_of(shown) == []


def test_a_limit_far_above_the_curvature_makes_the_axis_logarithmic() -> None:
    axis = chart_axis(scene(descent(40), chart="stability", sharpness=known(np.full(41, 3.0), 2000.0)))
    assert axis.kind == "log"
    signed = known(np.linspace(-3.0, 3.0, 41), 2000.0)
    assert chart_axis(scene(descent(40), chart="stability", sharpness=signed)).kind == "asinh"


def test_the_chart_says_what_it_does_not_know() -> None:
    def notes(sharpness: Sharpness | None) -> list[str]:
        return [note.en for note in notes_of(scene(descent(40), chart="stability", sharpness=sharpness))]

    assert notes(None) == ["computing …"]
    assert notes(known(np.ones(41), 2.0, complete=False)) == ["computing …"]
    assert notes(known(np.ones(41), None)) == ["no limit known: racer 0"]
    assert notes(Sharpness.unknown()) == ["no curvature: racer 0"]
    painted(scene(descent(40), chart="stability"))


def test_new_values_of_the_curvature_make_a_new_chart() -> None:
    first = scene(descent(40), chart="stability", sharpness=known(np.ones(41), 2.0))
    path = first.racer_paths[0]
    second = replace(first, racer_paths=(replace(path, sharpness=known(np.ones(41), 2.0)),))
    assert ChartLayers.key(first) != ChartLayers.key(second)


def test_a_curvature_of_a_longer_path_is_cut_to_this_one() -> None:
    shown = scene(descent(10), chart="stability", sharpness=known(np.linspace(1, 2, 41), 3.0), playhead=5)
    painted(shown)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1e300, 1e300])
@pytest.mark.parametrize("kind", KINDS)
def test_no_number_stops_the_chart(value: float, kind: Abscissa) -> None:
    found = np.linspace(1, 2, 41)
    found[20:] = value
    painted(scene(descent(40), chart="stability", abscissa=kind, sharpness=known(found, 3.0)))
