"""Costly landscapes are sampled coarse to fine; the last stage is exact, and the first is there when it is stopped."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.scene.computed import compute
from optexplorer.scene.samples import contour_refinement
from optexplorer.scene.samples.contour_refinement import refined_contours
from optexplorer.scene.samples.cost import is_costly
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.grid_interpolation import refined
from optexplorer.scene.samples.staged_sampling import COSTLY_GRID, COSTLY_POINTS, SMOOTH, sampling_stages
from optexplorer.scene.samples.surface_samples import GRID, SurfaceSamples
from tests.many_features import race


def on(kind: str) -> Experiment:
    return race(steps=10).evolve(view=ComputationView(plane=PlaneRule(kind=kind)))


def test_what_is_cheap_keeps_its_fine_grid() -> None:
    assert not is_costly(landscapes.get("himmelblau"))
    assert not is_costly(race(features=1, examples=100).resolve_landscape())
    assert is_costly(race().resolve_landscape())
    small = race(steps=5, features=3, examples=20)
    samples = compute(small).samples
    assert isinstance(samples, SurfaceSamples)
    assert samples.loss.shape == (GRID, GRID)


def test_a_surface_is_there_coarse_and_becomes_exact() -> None:
    samples = compute(on("pca")).samples
    assert isinstance(samples, SurfaceSamples)
    drawn = samples.landscape
    stages = list(sampling_stages(drawn, ComputationView()))
    pictures = [stage.samples for stage in stages if stage.samples is not None]
    assert len(pictures) == 3
    shares = [stage.progress.share for stage in stages]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert stages[-1].progress.seconds_left == 0
    exact = drawn.value(np.stack(np.meshgrid(samples.x, samples.y)))
    side = SMOOTH * (COSTLY_GRID - 1) + 1
    errors = []
    for picture in pictures:
        assert isinstance(picture, SurfaceSamples)
        assert picture.loss.shape == (side, side)
        errors.append(float(np.abs(picture.loss - exact).max() / np.ptp(exact)))
    np.testing.assert_allclose(samples.loss[::SMOOTH, ::SMOOTH], exact[::SMOOTH, ::SMOOTH], rtol=1e-12)
    assert errors[0] >= errors[1] >= errors[2]
    assert errors[2] < 1e-3
    # A bowl is met well by few points.
    assert errors[0] < 0.02


def test_a_line_is_sampled_too() -> None:
    samples = compute(on("line")).samples
    assert isinstance(samples, CurveSamples)
    assert len(samples.x) == COSTLY_POINTS
    np.testing.assert_array_equal(samples.loss, samples.landscape.value(samples.x[None]))
    part = on("line").evolve(view=ComputationView(plane=PlaneRule(kind="line"), interval=(0.2, 0.4)))
    assert compute(part).samples.interval == (0.2, 0.4)  # type: ignore[union-attr]


def test_a_window_keeps_the_heights_of_the_domain() -> None:
    whole = compute(on("pca")).samples
    assert isinstance(whole, SurfaceSamples)
    x0, x1, y0, y1 = whole.window
    window = (x0 + (x1 - x0) / 3, x1, y0, y0 + (y1 - y0) / 2)
    part = compute(on("pca").evolve(view=ComputationView(plane=PlaneRule(kind="pca"), window=window))).samples
    assert isinstance(part, SurfaceSamples)
    assert part.window == window
    assert part.scale.high == pytest.approx(whole.scale.high)


def test_it_stops_after_the_first_picture_when_it_is_told_to() -> None:
    drawn = compute(on("pca")).samples
    assert drawn is not None
    stages = list(sampling_stages(drawn.landscape, ComputationView(), lambda: True))
    assert [stage.samples is not None for stage in stages].count(True) == 1
    assert stages[-1].progress.share < 0.1


def test_large_pictures_do_not_ask_for_more_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = compute(on("pca")).samples
    assert isinstance(samples, SurfaceSamples)
    monkeypatch.setattr(contour_refinement, "loss_on_grid", lambda *_: pytest.fail("losses were computed"))
    fine = refined_contours(samples, 2000)
    assert [line.loss for line in fine.lines] == [line.loss for line in samples.lines]
    assert sum(len(curve) for line in fine.lines for curve in line.curves) > sum(
        len(curve) for line in samples.lines for curve in line.curves
    )


def test_interpolation_passes_through_the_values_and_meets_parabolas() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 11), np.linspace(0, 1, 6))
    values = x**2 - 3 * x * y + y
    fine = refined(values, 26, 41)
    np.testing.assert_allclose(fine[::5, ::4], values, atol=1e-12)
    u, v = np.meshgrid(np.linspace(0, 1, 41), np.linspace(0, 1, 26))
    np.testing.assert_allclose(fine[:, 4:-4], (u**2 - 3 * u * v + v)[:, 4:-4], atol=1e-12)


def test_interpolation_keeps_what_is_not_finite_where_it_is() -> None:
    values = np.ones((7, 7))
    values[3, 3] = np.nan
    fine = refined(values, 25, 25)
    assert np.isnan(fine[12, 12])
    assert np.isnan(fine[10, 13])
    np.testing.assert_allclose(fine[~np.isnan(fine)], 1.0)
    assert np.isfinite(fine[8, 12])
