"""What map and surface show of a mini-batch: its losses, its minimum, and the gradients of single examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine.gradient_sources.mini_batch import MiniBatch
from optexplorer.engine.landscapes.base import Sample
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.predictors.linear import Linear
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.racer import Racer
from optexplorer.scene.batch_marks import absence_of_batch_marks, batch_marks
from optexplorer.scene.batch_surface import LEAST, MOST, MOVING, RESTING, batch_surface
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.geometry.camera import BOX_HEIGHT, FLOOR
from optexplorer.scene.gradient_cloud import MOST_ARROWS, REACH, GradientCloud
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from tests.shown_networks import corners, network

X = np.array([-1.0, -0.4, 0.1, 0.7, 1.2, 2.0])
Y = np.array([-1.7, -1.3, 0.4, 1.1, 1.0, 3.1])
LINE = ModelDefinition(data=Given.of(Dataset(X[:, np.newaxis], Y, "regression", ("x",), "y")), model=Linear())
ALL = {"batch_surface": True, "example_gradients": True, "gradient_ellipse": True}


def racer(batch_size: int | None = 3, **settings: Any) -> Racer:
    source = None if batch_size is None else MiniBatch(batch_size=batch_size)
    return Racer(optimizer=GradientDescent(lr=0.1), source=source, **settings)


def computed(*racers: Racer, landscape: Any = LINE, **appearance: Any) -> Computed:
    shown = Appearance(**{**ALL, **appearance})
    return compute(Experiment(landscape=landscape, racers=racers or (racer(),), steps=9, appearance=shown))


def sample_of(result: Computed, step: int, number: int = 0) -> Sample:
    trajectory = result.trajectories[number]
    assert trajectory is not None
    sample = trajectory.sample_at(step)
    assert sample is not None
    return sample


def cloud_of(result: Computed, step: int) -> GradientCloud:
    marks = result.scene(step).batch
    assert marks is not None
    assert marks.cloud is not None
    return marks.cloud


def test_the_surface_is_the_mean_of_the_losses_of_the_examples_in_the_batch() -> None:
    result = computed()
    for step in (0, 4):
        marks = result.scene(step).batch
        assert marks is not None
        assert marks.surface is not None
        assert (marks.number, marks.step, marks.batch, marks.examples) == (0, step, 3, 6)
        places = sample_of(result, step).places
        shown = marks.surface
        w, b = np.meshgrid(shown.x, shown.y)
        by_hand = np.mean([(w * X[i] + b - Y[i]) ** 2 for i in places], axis=0)
        np.testing.assert_allclose(shown.loss, by_hand, rtol=1e-12, atol=1e-12)
        assert isinstance(result.samples, SurfaceSamples)
        assert (shown.x[0], shown.x[-1], shown.y[0], shown.y[-1]) == result.samples.window


def test_its_contour_lines_lie_at_the_losses_of_the_full_ones() -> None:
    result = computed()
    scene = result.scene(2)
    assert scene.batch is not None
    assert scene.batch.surface is not None
    places = sample_of(result, 2).places
    assert scene.batch.surface.lines
    assert {line.loss for line in scene.batch.surface.lines} <= {line.loss for line in scene.surface.lines}
    for line in scene.batch.surface.lines:
        for w, b in np.concatenate(line.curves)[::7].tolist():
            by_hand = np.mean((w * X[places] + b - Y[places]) ** 2)
            assert scene.surface.scale.height(by_hand) == pytest.approx(line.height, abs=0.02)


def test_the_minimum_is_that_of_least_squares_on_the_batch() -> None:
    result = computed()
    found = 0
    for step in range(9):
        marks = result.scene(step).batch
        assert marks is not None
        assert marks.surface is not None
        places = sample_of(result, step).places
        terms = np.stack([X[places], np.ones(3)], axis=1)
        by_hand = np.linalg.lstsq(terms, Y[places], rcond=None)[0]
        x0, x1, y0, y1 = result.samples.window  # type: ignore[union-attr]
        if marks.surface.minimum is not None:
            found += 1
            np.testing.assert_allclose(marks.surface.minimum, by_hand, atol=1e-6)
        else:
            # Beyond the edge, or at it.
            w, b = by_hand.tolist()
            inner = 0.05 * (x1 - x0)
            assert not (x0 + inner < w < x1 - inner and y0 + inner < b < y1 - inner)
    assert found


def test_the_valley_of_one_example_has_no_minimum() -> None:
    marks = computed(racer(1)).scene(3).batch
    assert marks is not None
    assert marks.surface is not None
    assert marks.surface.minimum is None


def test_the_net_has_the_height_scale_of_the_surface_and_stays_in_the_box() -> None:
    result = computed()
    scene = result.scene(1)
    assert scene.batch is not None
    shown = scene.batch.surface
    assert shown is not None
    every = (len(shown.x) - 1) // (shown.net.shape[1] - 1)
    loss = shown.loss[::every, ::every]
    heights = (shown.net[..., 2] - FLOOR) / BOX_HEIGHT
    between = (loss >= scene.surface.scale.low) & (loss <= scene.surface.scale.high)
    np.testing.assert_allclose(heights[between], scene.surface.scale.height(loss[between]), atol=1e-12)
    known = heights[np.isfinite(heights)]
    assert known.min() >= LEAST - 1e-12
    assert known.max() <= MOST + 1e-12
    assert (heights[loss < scene.surface.scale.low] < 0).all()


def test_the_mean_of_the_cloud_is_the_full_gradient_and_that_of_the_batch_its_own() -> None:
    result = computed()
    step = 4
    cloud, sample = cloud_of(result, step), sample_of(result, step)
    trajectory = result.trajectories[0]
    assert trajectory is not None
    w, b = trajectory.position[step].tolist()
    error = w * X + b - Y
    by_hand = np.stack([2 * error * X, 2 * error], axis=1)
    np.testing.assert_allclose(cloud.slopes, by_hand, rtol=1e-12)
    np.testing.assert_allclose(cloud.mean, cloud.full_slope, rtol=0, atol=1e-12)
    np.testing.assert_allclose(cloud.full_slope, by_hand.mean(axis=0), atol=1e-12)
    assert cloud.batch_slope is not None
    np.testing.assert_allclose(cloud.batch_slope, by_hand[sample.places].mean(axis=0), atol=1e-12)
    # So the batch's own gradient is the one that the step took.
    np.testing.assert_allclose(cloud.batch_slope, trajectory.gradient[step], atol=1e-12)
    np.testing.assert_allclose(cloud.place, [w, b])
    np.testing.assert_allclose(cloud.covariance, np.cov(by_hand.T, bias=True), atol=1e-12)


def test_ellipses_lie_one_and_two_standard_deviations_around_the_tip_of_the_mean() -> None:
    cloud = cloud_of(computed(), 2)
    middle, inverse = cloud.tips(cloud.full_slope), np.linalg.inv(cloud.covariance)
    assert len(cloud.ellipses) == 2
    for deviations, curve in zip((1, 2), cloud.ellipses, strict=True):
        np.testing.assert_allclose(curve[:-1].mean(axis=0), middle, atol=1e-12)
        away = (curve - middle) / cloud.rate
        sizes = np.sqrt(np.einsum("ki,ij,kj->k", away, inverse, away))
        np.testing.assert_allclose(sizes, deviations, rtol=1e-9)


def test_all_arrows_are_steps_downhill_at_one_round_rate_and_most_keep_within_reach() -> None:
    result = computed()
    cloud = cloud_of(result, 0)
    np.testing.assert_allclose(cloud.tips(cloud.slopes), cloud.place - cloud.rate * cloud.slopes)
    assert f"{cloud.rate:e}"[0] in "125"
    x0, x1, y0, y1 = result.samples.window  # type: ignore[union-attr]
    lengths = np.hypot(*(cloud.rate * cloud.slopes / (x1 - x0, y1 - y0)).T)
    assert (lengths <= REACH).mean() >= 0.8
    assert lengths.max() > REACH / 3


def test_no_more_arrows_than_stated_are_drawn_those_of_the_batch_among_them() -> None:
    marks = computed(racer(70), landscape="logistic-weights").scene(1).batch
    assert marks is not None
    assert marks.cloud is not None
    in_batch, others = marks.cloud.drawn
    assert len(in_batch) + len(others) <= MOST_ARROWS
    assert 0 < len(in_batch) <= MOST_ARROWS // 2
    assert len(others) > 0
    assert len(marks.cloud.slopes) == 120


def test_in_a_plane_gradients_are_slopes_along_its_directions() -> None:
    landscape = network(corners(), (2,))
    start = landscape.predictor.initial()
    directions = np.random.default_rng(3).standard_normal((2, len(start)))
    plane = Plane(
        origin=tuple(start.tolist()),
        directions=tuple(tuple(direction.tolist()) for direction in directions),
        extent=((-1.0, 1.0), (-1.0, 1.0)),
    )
    shown = Appearance(**ALL)
    result = compute(
        Experiment(
            landscape=landscape.definition,
            racers=(racer(5),),
            steps=4,
            appearance=shown,
            view={"plane": plane},
        )
    )
    assert isinstance(result.samples, SurfaceSamples)
    assert isinstance(result.samples.landscape, PlaneSection)
    marks = result.scene(2).batch
    assert marks is not None
    trajectory = result.trajectories[0]
    assert trajectory is not None
    head = trajectory.position_at(2)
    gradients = landscape.predictor.example_gradients(head, landscape.training)
    assert marks.cloud is not None
    np.testing.assert_allclose(marks.cloud.slopes, gradients @ directions.T, atol=1e-12)
    np.testing.assert_allclose(marks.cloud.mean, marks.cloud.full_slope, atol=1e-12)
    assert marks.surface is not None
    sample = sample_of(result, 2)
    row, column = 7, 11
    theta = start + np.array([marks.surface.x[column], marks.surface.y[row]]) @ directions
    by_hand = landscape.predictor.loss(theta, landscape.examples_of(sample))
    assert marks.surface.loss[row, column] == pytest.approx(by_hand, rel=1e-12)


def test_costly_losses_have_a_coarser_grid_while_the_playhead_moves() -> None:
    result = compute(Experiment(landscape="moons-network", racers=(racer(4),), steps=3))
    assert isinstance(result.samples, SurfaceSamples)
    sample = Sample(np.array([0, 1, 2, 3]), 0)
    coarse = batch_surface(result.samples, sample, costly_side=MOVING)
    assert coarse is not None
    assert coarse.loss.shape == (MOVING, MOVING)
    assert MOVING < RESTING
    assert batch_surface(result.samples, sample, lambda: True) is None


def test_the_racer_is_the_one_in_the_spotlight_or_the_first_with_mini_batches() -> None:
    racers = (racer(None), racer(3), racer(2))

    def shown(**appearance: Any) -> tuple[int, int | None]:
        marks = computed(*racers, **appearance).scene(1).batch
        assert marks is not None
        return marks.number, marks.batch

    assert shown() == (1, 3)
    assert shown(spotlight=2) == (2, 2)
    # Without mini-batches it has none to show.
    assert shown(spotlight=0) == (1, 3)


@pytest.mark.parametrize("step", [2, 9])
def test_what_cannot_be_shown_is_absent_with_a_reason(step: int) -> None:
    without = computed(racer(None)).scene(step)
    assert without.batch is not None
    assert without.batch.surface is None
    assert without.batch.cloud is not None
    assert without.batch.cloud.batch_slope is None
    assert "no racer uses mini-batches" in [note.en for note in without.notes]


def test_after_the_last_step_there_is_no_mini_batch() -> None:
    marks = computed().scene(9).batch
    assert marks is not None
    assert (marks.surface, marks.batch) == (None, None)
    assert [note.en for note in marks.absences] == ["no mini-batch after the last step"]


def test_batch_normalisation_has_no_gradients_of_single_examples() -> None:
    landscape = network(corners(), (2,), batch_norm=True)
    result = compute(
        Experiment(
            landscape=landscape.definition,
            racers=(racer(5),),
            steps=6,
            appearance=Appearance(**ALL),
            view={"plane": {"kind": "pca"}},
        )
    )
    marks = result.scene(2).batch
    assert marks is not None
    assert marks.cloud is None
    assert marks.surface is not None
    assert [note.en for note in marks.absences] == [
        "no gradients of single examples with batch normalisation"
    ]


def test_marks_are_shown_as_asked_for_and_of_what_is_drawn_only() -> None:
    result = computed()
    marks = batch_marks(result.experiment, result.trajectories, 3, result.samples)
    shown = result.resolved(5, batch=marks).batch
    # They stand until newer ones are there, and say their own step.
    assert shown is not None
    assert shown.step == 3
    assert shown.notes[0].en == "mini-batch of step 3: 3 of 6 examples"
    for field, kept in (("batch_surface", "surface"), ("gradient_ellipse", "cloud")):
        only = result.with_appearance(Appearance(**{field: True})).resolved(5, batch=marks).batch
        assert only is not None
        assert (only.surface is None) is (kept != "surface")
        assert (only.cloud is None) is (kept != "cloud")
    assert result.with_appearance(Appearance()).resolved(5, batch=marks).batch is None
    assert computed().resolved(5, batch=marks).batch is None
    hidden = result.experiment.evolve(racers=(racer(visible=False),))
    assert result.of(hidden).resolved(5, batch=marks).batch is None
    off = result.experiment.evolve(appearance=Appearance())
    assert batch_marks(off, result.trajectories, 3, result.samples) is None


def test_a_head_that_is_not_finite_has_no_cloud_and_formulas_no_marks() -> None:
    far = compute(
        Experiment(
            landscape=LINE,
            racers=(Racer(optimizer=GradientDescent(lr=1e6), source=MiniBatch(batch_size=2)),),
            steps=90,
            appearance=Appearance(**ALL),
        )
    )
    for step in (0, far.length // 2, far.length - 1, far.length):
        assert far.scene(step).batch is not None
    formula = compute(
        Experiment(landscape="ravine", racers=(racer(None),), steps=2, appearance=Appearance(**ALL))
    )
    assert formula.scene(1).batch is None
    assert absence_of_batch_marks(0, "surface") is not None
    assert absence_of_batch_marks(40, "curve") is not None
    assert absence_of_batch_marks(40, "surface") is None
