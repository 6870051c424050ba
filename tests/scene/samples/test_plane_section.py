"""Landscapes of many coordinates on a plane or a line: values, slopes, curvature, projections, names, domains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.racer import Racer
from optexplorer.scene.computed import compute
from optexplorer.scene.path_on_plane import GrowingPathOnPlane
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.landscape_samples import absence_of, picture_of, sample_landscape
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from tests.growing import growing, wild_positions
from tests.misbehaving import bowl, landscape_of

OBLIQUE = Plane(origin=(0.5, -0.5, 1.0), directions=((1.0, 1.0, 0.0), (0.0, 2.0, -1.0)))
LINE = Plane(origin=(0.0, 1.0, 0.0), directions=((0.0, 0.0, 1.0),))
numbers = st.floats(-3, 3)


def section(plane: Plane = OBLIQUE) -> PlaneSection:
    return PlaneSection(landscape_of("xyz"), plane)


@given(numbers, numbers)
def test_its_losses_and_derivatives_are_those_of_the_whole_along_its_directions(u: float, v: float) -> None:
    drawn = section()
    x = np.array(OBLIQUE.origin) + u * np.array([1.0, 1, 0]) + v * np.array([0.0, 2, -1])
    at = np.array([u, v])
    # The bowl is x^2 + 2 y^2 + 3 z^2.
    gradient, hessian = np.array([2, 4, 6]) * x, np.diag([2.0, 4.0, 6.0])
    d = np.array(OBLIQUE.directions)
    assert drawn.value(at) == pytest.approx(x[0] ** 2 + 2 * x[1] ** 2 + 3 * x[2] ** 2, rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(drawn.gradient(at), d @ gradient, atol=1e-11)
    np.testing.assert_allclose(drawn.hessian(at), d @ hessian @ d.T, atol=1e-11)
    np.testing.assert_allclose(drawn.point((u, v)), x, atol=1e-12)
    np.testing.assert_allclose(drawn.coordinates(x), (u, v), atol=1e-9)


def test_batches_agree_with_single_points() -> None:
    drawn = section()
    batch = np.random.default_rng(0).normal(size=(2, 4, 5))
    for name in ("value", "gradient", "hessian"):
        whole = getattr(drawn, name)(batch)
        for i, j in np.ndindex(4, 5):
            np.testing.assert_allclose(whole[..., i, j], getattr(drawn, name)(batch[:, i, j]), atol=1e-12)


def test_a_point_beside_the_plane_is_seen_at_the_nearest_point_of_it() -> None:
    drawn = section()
    normal = np.cross(*np.array(OBLIQUE.directions))
    u = drawn.coordinates(np.array(drawn.point((0.3, -0.2))) + 0.7 * normal)
    np.testing.assert_allclose(u, (0.3, -0.2), atol=1e-12)


def test_its_domain_is_where_lines_through_the_origin_stay_within_the_landscapes() -> None:
    # Each coordinate runs from -2 to 3. Along (1, 1, 0) from (0.5, -0.5): u from -1.5 to 2.5;
    # along (0, 2, -1) from y = -0.5, z = 1: -0.75 to 1.75 by y, -2 to 3 by z.
    assert section().domain == ((-1.5, 2.5), (-0.75, 1.75))
    outside = section(Plane(origin=(9.0, 9.0, 9.0), directions=((1.0, 1.0, 0.0), (0.0, 0.0, 1.0))))
    assert all(low < high for low, high in outside.domain)


def test_axes_have_the_names_of_coordinates_where_they_are_coordinates() -> None:
    assert section().variables == ("u", "v")
    assert section(LINE).variables == ("z",)
    moved = Plane(origin=(0.0, 1.0, 2.0), directions=((0.0, 0.0, 1.0),))
    assert section(moved).variables == ("u",)


def test_a_plane_in_another_space_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"own-formula has 5 coordinate.* origin has 3"):
        PlaneSection(landscape_of("abcdf"), OBLIQUE)


def test_it_is_drawn_as_surface_or_curve_and_not_at_all_without_a_plane() -> None:
    landscape = landscape_of("xyz")
    for plane, kind, picture in ((OBLIQUE, SurfaceSamples, "surface"), (LINE, CurveSamples, "curve")):
        view = ComputationView(plane=plane)
        assert isinstance(sample_landscape(landscape, view), kind)
        assert picture_of(landscape, view) == picture
    assert sample_landscape(landscape, ComputationView()) is None
    assert picture_of(landscape, ComputationView()) is None
    reason = absence_of(landscape)
    assert "3 coordinates" in reason.en
    assert "座標は3個" in reason.ja


@pytest.mark.parametrize("plane", [OBLIQUE, LINE])
def test_racers_are_seen_projected_and_told_whole(plane: Plane) -> None:
    experiment = Experiment(
        landscape=bowl("xyz"),
        racers=(Racer(optimizer=GradientDescent(lr=0.05)),),
        start=(1.0, -1.0, 2.0),
        steps=12,
        view=ComputationView(plane=plane, fog=0.5),
    )
    scene = compute(experiment).scene(7)
    [path] = scene.racer_paths
    assert path.head.shape == (3,)
    assert path.place.shape == (len(plane.directions),)
    away = path.head - np.array(scene.point_at(tuple(path.place)))
    np.testing.assert_allclose(np.array(plane.directions) @ away, 0, atol=1e-12)
    np.testing.assert_allclose(path.slope, np.array(plane.directions) @ path.gradient, atol=1e-12)
    assert scene.landscape.dimension == 3
    assert scene.start == (1.0, -1.0, 2.0)
    assert len(scene.place_of_start) == len(plane.directions)
    assert scene.absence is None
    assert scene.seen is not None
    assert (path.surface_path is not None) == (scene.picture == "surface")
    # The largest eigenvalue of the whole Hessian is 6, whatever of it is drawn.
    assert path.stable_rate == pytest.approx(2 / 6)


def test_the_minimum_is_drawn_where_the_plane_meets_it() -> None:
    data = {"formula": "x^2 + y^2 + z^2", "domain": dict.fromkeys("xyz", (-1, 1))}
    data |= {"minima": [{"at": [0, 0, 0], "value": 0}]}
    landscape = FormulaLandscape("bowl", FormulaDefinition.model_validate(data))
    through = Plane(origin=(0.0, 0.0, 0.0), directions=((1.0, 2.0, 0.0), (0.0, 0.0, 1.0)))
    [minimum] = PlaneSection(landscape, through).minima
    assert minimum.position == pytest.approx((0.0, 0.0))
    assert PlaneSection(landscape, OBLIQUE).minima == ()


@pytest.mark.parametrize("plane", [OBLIQUE, LINE])
def test_a_growing_trajectory_is_projected_as_the_whole_to_the_bit(plane: Plane) -> None:
    positions = wild_positions(4, coordinates=3)
    growth = GrowingPathOnPlane(section(plane))
    seen = [(trajectory, growth.of(trajectory).drawn) for trajectory in growing(positions)]
    for trajectory, projected in seen:
        whole = GrowingPathOnPlane(section(plane)).of(trajectory).drawn
        np.testing.assert_array_equal(projected.position, whole.position)
        np.testing.assert_array_equal(projected.gradient, whole.gradient)
        assert projected.descent is seen[0][1].descent
    point = section(plane).coordinates(positions[0])
    assert seen[-1][1].position[0].tolist() == pytest.approx(point)
