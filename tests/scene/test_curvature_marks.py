"""The picture of the curvature: level sets, axes, the model's contour lines and net; and when a scene has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.engine import landscapes
from optexplorer.engine.diagnostics import curvature_at
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.schedules.decay import Exponential
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import compute
from optexplorer.scene.curvature_marks import REACH, CurvatureMarks, curvature_marks
from optexplorer.scene.geometry.camera import surface_height
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface
from tests.strategies import seen


def marks_of(surface: SurfaceSamples, point: tuple[float, float]) -> CurvatureMarks:
    curvature = curvature_at(surface.landscape, np.array(point))
    assert curvature is not None
    return curvature_marks(surface, 0, "#D55E00", curvature)


SURFACES = {id: sample_surface(landscapes.get(id)) for id in ("himmelblau", "rosenbrock", "saddle", "ravine")}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SURFACES)), st.tuples(*[st.floats(0.1, 0.9)] * 2))
def test_the_second_order_part_has_one_size_all_along_the_level_set(
    id: str, part: tuple[float, float]
) -> None:
    surface = SURFACES[id]
    x0, x1, y0, y1 = surface.window
    point = (x0 + part[0] * (x1 - x0), y0 + part[1] * (y1 - y0))
    shown = marks_of(surface, point)
    assert shown.level_set
    away = np.concatenate(shown.level_set) - point
    sizes = np.abs(0.5 * np.einsum("ki,ij,kj->k", away, shown.curvature.hessian, away))
    np.testing.assert_allclose(sizes, sizes[0], rtol=1e-5)
    assert (np.abs(away) <= 1.5 * REACH * np.array([x1 - x0, y1 - y0])).all()
    for axis, value in zip(shown.axes, shown.curvature.eigenvalues, strict=True):
        direction = axis[1] - axis[0]
        np.testing.assert_allclose(
            shown.curvature.hessian @ direction, value * direction, atol=1e-8 * abs(value) + 1e-9
        )


def test_a_bowl_has_an_ellipse_and_a_saddle_hyperbolas() -> None:
    ellipse = marks_of(SURFACES["ravine"], (0.5, 0.5)).level_set
    assert len(ellipse) == 1
    np.testing.assert_allclose(ellipse[0][0], ellipse[0][-1])
    assert len(marks_of(SURFACES["saddle"], (0.0, 0.0)).level_set) == 4


def test_a_flat_point_has_no_level_set_and_a_trough_two_lines() -> None:
    assert marks_of(sample_surface(landscapes.get("monkey-saddle")), (0.0, 0.0)).level_set == ()
    from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape

    definition = FormulaDefinition.model_validate(
        {"formula": "x**2 + 0*y", "domain": {"x": [-1, 1], "y": [-1, 1]}}
    )
    lines = marks_of(sample_surface(FormulaLandscape("own-formula", definition)), (0.0, 0.0)).level_set
    assert len(lines) == 2
    for line in lines:
        assert np.ptp(line[:, 0]) == pytest.approx(0, abs=1e-12)
        assert np.ptp(line[:, 1]) > 0.1


@pytest.mark.parametrize("id", ["himmelblau", "rosenbrock"])
def test_the_contour_lines_are_the_models(id: str) -> None:
    surface = SURFACES[id]
    shown = marks_of(surface, surface.landscape.start)  # type: ignore[arg-type]
    assert shown.contours
    for curve in shown.contours:
        loss = shown.curvature.model(curve.T)
        assert np.ptp(surface.scale.height(loss)) < 0.02


@pytest.mark.parametrize("point", [(0.5, -1.5), (2.0, 2.0), (5.9, 5.9)])
def test_the_net_touches_the_ground_at_the_head(point: tuple[float, float]) -> None:
    surface = SURFACES["himmelblau"]
    net = marks_of(surface, point).patch
    middle = net[len(net) // 2, len(net) // 2]
    assert middle[2] == pytest.approx(float(surface_height(surface, middle[None])[0]), abs=0.01)
    seen = net[np.isfinite(net).all(axis=2)]
    assert (np.abs(seen[:, :2]) <= 1 + 1e-9).all()


def experiment(**change: Any) -> Experiment:
    racers = (
        Racer(optimizer=GradientDescent(lr=0.01), colour="#0072B2"),
        Racer(optimizer=Adam(lr=0.1), colour="#D55E00", stream=1),
        Racer(optimizer=GradientDescent(lr=0.01, weight_decay=0.5), stream=2),
        Racer(optimizer=GradientDescent(lr=0.01), schedule=Exponential(gamma=0.9), stream=3),
    )
    return Experiment(landscape="himmelblau", racers=racers, steps=20, **change)


def test_plain_gradient_descent_has_a_stable_rate_and_others_none() -> None:
    scene = compute(experiment()).scene(5)
    plain, adam, decaying, scheduled = scene.racer_paths
    curvature = curvature_at(scene.landscape, plain.head)
    assert curvature is not None
    assert plain.stable_rate == pytest.approx(2 / curvature.eigenvalues[-1])
    there = curvature_at(scene.landscape, decaying.head)
    assert there is not None
    assert decaying.stable_rate == pytest.approx(2 / (there.eigenvalues[-1] + 0.5))
    assert adam.stable_rate is None
    assert scheduled.stable_rate is None


def test_a_scene_shows_curvature_on_demand_of_the_racer_in_the_spotlight() -> None:
    assert compute(experiment()).scene(5).curvature is None
    for spotlight, number in ((None, 0), (1, 1)):
        scene = compute(experiment(appearance=Appearance(curvature=True, spotlight=spotlight))).scene(5)
        assert scene.curvature is not None
        assert scene.curvature.number == number
        np.testing.assert_array_equal(scene.curvature.curvature.point, scene.racer_paths[number].head)


def test_beyond_the_window_no_curvature_is_shown() -> None:
    aside = seen(curvature=True, window=(5.0, 6.0, 5.0, 6.0))
    assert compute(experiment(**aside)).scene(5).curvature is None
