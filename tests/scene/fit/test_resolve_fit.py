"""The fit of a scene: what racers predict of the data at a step, judged by predictions made here one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer.engine.gradient_sources import MiniBatch
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.predictors.linear import Linear
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.fit.examples import MOST_DRAWN
from optexplorer.scene.fit.fit_scene import FitScene
from optexplorer.scene.fit.resolve_fit import (
    MOST_PANELS,
    NO_DATA,
    absence_of_fit,
    fit_is_shown,
    resolve_fit,
)
from tests.misbehaving import bowl
from tests.small_models import blobs, classifier

Array = NDArray[np.float64]


def numbers(features: int, examples: int = 40) -> Dataset:
    """Return examples of a weighted sum of features of very different sizes."""
    random = np.random.default_rng(3)
    inputs = random.standard_normal((examples, features)) * 10.0 ** np.arange(features) + 5
    targets = inputs @ np.ones(features) + 0.1 * random.standard_normal(examples)
    names = tuple(f"f{k}" for k in range(features))
    return Dataset(inputs, targets, "regression", names, "t")


def regression(features: int, **settings: Any) -> ModelLandscape:
    return ModelDefinition(data=Given.of(numbers(features)), model=Linear(), **settings).landscape()


def race(landscape: ModelLandscape, racers: int = 2, lr: float = 0.05, steps: int = 20) -> Computed:
    chosen = [Racer(optimizer=GradientDescent(lr=lr)), *[Racer(optimizer=Adam(lr=lr))] * (racers - 1)]
    return compute(Experiment(landscape=landscape.definition, racers=tuple(chosen[:racers]), steps=steps))


def fit_of(computed: Computed, step: int = 7, side: int = 12, **appearance: Any) -> FitScene:
    scene = computed.scene(step, computed.experiment.appearance.evolve(**appearance))
    fit = resolve_fit(scene, side)
    assert fit is not None
    return fit


def test_curves_are_the_predictions_at_the_step_in_the_units_of_the_data() -> None:
    computed = race(regression(1, standardise=True))
    fit = fit_of(computed)
    assert (fit.kind, fit.step, len(fit.racers)) == ("line", 7, 2)
    data = fit.landscape.data
    x0, x1, y0, y1 = fit.window
    assert x0 < data.inputs.min() <= data.inputs.max() < x1
    assert y0 < data.targets.min() <= data.targets.max() < y1
    for racer, trajectory in zip(fit.racers, computed.trajectories, strict=True):
        assert trajectory is not None
        assert racer.curves is not None
        assert (racer.curves.x[0], racer.curves.x[-1]) == (x0, x1)
        weight, bias = trajectory.position_at(7).tolist()
        seen = (racer.curves.x - data.inputs.mean()) / data.inputs.std()
        np.testing.assert_allclose(racer.curves.y[:, 0], weight * seen + bias, rtol=1e-12)


@pytest.mark.parametrize(("spotlight", "racers", "lit"), [(None, 1, 0), (None, 2, None), (1, 2, 1)])
def test_residuals_belong_to_the_only_racer_or_to_the_one_in_the_spotlight(
    spotlight: int | None, racers: int, lit: int | None
) -> None:
    fit = fit_of(race(regression(1), racers), spotlight=spotlight)
    assert fit.lit == lit
    assert [racer.number for racer in fit.racers if racer.predicted is not None] == (
        [] if lit is None else [lit]
    )


def test_a_surface_over_two_features_covers_the_window() -> None:
    computed = race(regression(2, standardise=True))
    fit = fit_of(computed, side=9)
    landscape, trajectory = fit.landscape, computed.trajectories[1]
    surface = fit.racers[1].surface
    assert trajectory is not None
    assert surface is not None
    x0, x1, y0, y1 = fit.window
    corners = np.array([[x0, y0], [x1, y0], [x0, y1], [x1, y1]])
    expected = landscape.predict(trajectory.position_at(7), corners)[:, 0]
    np.testing.assert_allclose(surface[[0, 0, -1, -1], [0, -1, 0, -1]], expected, rtol=1e-12)


@pytest.mark.parametrize("classes", [2, 4])
def test_regions_change_their_class_where_the_boundary_runs(classes: int) -> None:
    computed = race(classifier(blobs(classes)), 1, lr=0.3)
    fit = fit_of(computed, side=40)
    regions, trajectory = fit.racers[0].regions, computed.trajectories[0]
    assert regions is not None
    assert trajectory is not None
    assert set(np.unique(regions.winner)) == set(range(classes))
    assert 0 <= regions.sureness.min() <= regions.sureness.max() <= 1
    # Along the boundary the two most probable classes are equally so, as far as the grid can tell.
    points = np.concatenate(regions.boundary)
    p = np.sort(fit.landscape.predict(trajectory.position_at(7), points), axis=1)
    assert np.abs(p[:, -1] - p[:, -2]).max() < 0.05


def test_the_probability_of_two_classes_is_one_curve_and_of_three_are_three() -> None:
    for classes, lines in ((2, 1), (3, 3)):
        fit = fit_of(race(classifier(blobs(classes, features=1)), 1))
        curves = fit.racers[0].curves
        assert fit.kind == "probability"
        assert curves is not None
        assert curves.y.shape[1] == lines
        assert fit.shares_plot is (classes == 2)


def test_the_matrix_counts_all_examples_and_the_worst_have_the_largest_losses() -> None:
    landscape = classifier(blobs(3, features=4, image_shape=(2, 2), spread=2.0), held_out=0.3)
    computed = race(landscape, 1)
    fit = fit_of(computed)
    found, trajectory = fit.racers[0].confusion, computed.trajectories[0]
    assert fit.kind == "confusion"
    assert found is not None
    assert found.held_out is not None
    assert trajectory is not None
    assert found.training.sum() == landscape.examples
    assert found.held_out.sum() == len(landscape.held_out_places)
    theta = trajectory.position_at(7)
    assert np.trace(found.training) / found.training.sum() == pytest.approx(
        landscape.measure(theta)[landscape.measures.index("accuracy")]
    )
    p = landscape.predict(theta, landscape.data.inputs)
    losses = -np.log(p[np.arange(len(p)), landscape.data.targets.astype(int)])
    assert [one.loss for one in found.worst] == pytest.approx(
        sorted(losses, reverse=True)[: len(found.worst)]
    )
    for one in found.worst:
        assert one.loss == pytest.approx(losses[one.place])
        assert one.true == landscape.data.targets[one.place]
        assert one.predicted == p[one.place].argmax()
        assert one.held_out is bool(np.isin(one.place, landscape.held_out_places))


def test_numbers_of_more_features_are_predicted_for_each_example() -> None:
    computed = race(regression(3, standardise=True), 1)
    fit = fit_of(computed)
    trajectory = computed.trajectories[0]
    assert fit.kind == "scatter"
    assert trajectory is not None
    expected = fit.landscape.predict(trajectory.position_at(7), fit.landscape.data.inputs)[:, 0]
    np.testing.assert_allclose(fit.racers[0].predicted, expected)


def test_the_mini_batch_is_that_of_the_step_that_leaves_the_head() -> None:
    landscape = regression(1, standardise=True, held_out=0.25)
    racers = (
        Racer(optimizer=GradientDescent(lr=0.05), source=MiniBatch(batch_size=4)),
        Racer(optimizer=Adam(lr=0.05)),
    )
    computed = compute(Experiment(landscape=landscape.definition, racers=racers, steps=12))
    fit = fit_of(computed)
    trajectory = computed.trajectories[0]
    assert trajectory is not None
    sample = trajectory.sample_at(7)
    assert sample is not None
    assert fit.racers[0].batch.tolist() == landscape.training_places[sample.places].tolist()
    assert not np.isin(fit.racers[0].batch, landscape.held_out_places).any()
    # All examples are no mini-batch, and after the last step there is none.
    assert not len(fit.racers[1].batch)
    assert not len(fit_of(computed, 12).racers[0].batch)


def test_while_the_data_are_changed_the_path_of_those_before_marks_no_batch() -> None:
    landscape = classifier(blobs(3), held_out=0.2)
    racer = Racer(optimizer=GradientDescent(lr=0.05), source=MiniBatch(batch_size=4))
    computed = compute(Experiment(landscape=landscape.definition, racers=(racer,), steps=12))
    for held_out in (0.2, 0.9):
        after = landscape.definition.model_copy(update={"held_out": held_out, "split_seed": 7})
        fit = fit_of(computed.of(computed.experiment.evolve(landscape=after)))
        assert fit.landscape.definition == after
        assert not len(fit.racers[0].batch)


def test_one_that_ended_earlier_predicts_with_its_last_parameters() -> None:
    computed = race(regression(1), 2, lr=1e6, steps=400)
    lengths = [t.steps for t in computed.trajectories if t is not None]
    assert lengths[0] < 400
    fit = fit_of(computed, 400)
    assert [racer.step for racer in fit.racers] == lengths


@pytest.mark.parametrize("features", [1, 2, 3])
def test_predictions_that_are_not_finite_are_a_problem_and_no_error(features: int) -> None:
    data = replace_inputs(numbers(features), 1e200)
    landscape = ModelDefinition(data=Given.of(data), model=Linear()).landscape()
    scene = race(landscape, 1, steps=1).scene(0)
    theta = np.full(landscape.dimension, 1e200)
    fit = resolve_fit(at(scene, theta), 8)
    assert fit is not None
    assert fit.racers[0].problem is not None
    assert "finite" in fit.racers[0].problem.en


def replace_inputs(data: Dataset, factor: float) -> Dataset:
    return Dataset(data.inputs * factor, data.targets, "regression", data.input_names, data.target_name)


def at(scene: Any, theta: Array) -> Any:
    """Return a scene whose only racer stands at `theta`."""
    from dataclasses import replace

    from optexplorer.engine.trajectory import TerminationReason, Trajectory

    path = scene.racer_paths[0]
    trajectory = Trajectory(
        theta[np.newaxis],
        np.array([1.0]),
        np.zeros((1, len(theta))),
        np.array([0.1]),
        TerminationReason.DIVERGED,
        path.trajectory.variables,
    )
    return replace(scene, racer_paths=(replace(path, trajectory=trajectory, step=0),))


def test_of_many_examples_a_sample_is_drawn_the_same_every_time() -> None:
    landscape = classifier(blobs(2, examples=20_000), held_out=0.2)
    computed = race(landscape, 1, steps=3)
    first, second = fit_of(computed, 1).examples, fit_of(computed, 3).examples
    assert first is second
    assert first.thinned
    assert len(first.places) == len(np.unique(first.places)) == MOST_DRAWN
    assert first.held_out.tolist() == np.isin(first.places, landscape.held_out_places).tolist()
    assert not fit_of(computed, 1).is_editable


def test_without_racers_there_are_still_the_data() -> None:
    fit = fit_of(race(regression(1), 0))
    assert fit.racers == ()
    assert len(fit.examples.places) == 40


def test_many_racers_do_not_have_a_panel_each_but_the_one_in_the_spotlight_has_one() -> None:
    computed = race(classifier(blobs(2)), MOST_PANELS + 2, steps=3)
    fit = fit_of(computed, 2)
    assert (len(fit.racers), fit.left_out) == (MOST_PANELS, 2)
    lit = fit_of(computed, 2, spotlight=MOST_PANELS + 1)
    assert [racer.number for racer in lit.racers] == [MOST_PANELS + 1]
    assert lit.left_out == 0


def test_a_window_that_is_held_is_what_grids_cover() -> None:
    scene = race(classifier(blobs(2)), 1).scene(3)
    fit = resolve_fit(scene, 8, (0.0, 1.0, 2.0, 3.0))
    assert fit is not None
    assert fit.window == (0.0, 1.0, 2.0, 3.0)


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 1e300])
def test_data_of_any_size_have_a_window(scale: float) -> None:
    inputs = scale * np.array([[-1.0], [1.0], [0.5]])
    data = Dataset(inputs, scale * np.array([1.0, 1.0, 1.0]), "regression", ("x",), "y")
    fit = fit_of(race(ModelDefinition(data=Given.of(data), model=Linear()).landscape(), 0))
    x0, x1, y0, y1 = fit.window
    assert np.isfinite(fit.window).all()
    assert x0 < inputs.min() < inputs.max() < x1
    assert y0 < scale < y1


def test_a_landscape_without_data_has_no_fit_and_says_so() -> None:
    scene = compute(Experiment(landscape=bowl("xy"), racers=(), steps=1)).scene()
    assert resolve_fit(scene) is None
    assert absence_of_fit(scene) is NO_DATA
    assert not fit_is_shown(Appearance(), scene.landscape)
    assert fit_is_shown(Appearance(fit=True), scene.landscape)
    assert fit_is_shown(Appearance(), regression(1))
    assert not fit_is_shown(Appearance(fit=False), regression(1))
