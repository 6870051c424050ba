"""Landscapes that vary too quickly for contours: their heights are painted, in little time and memory."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.experiment.appearance import Camera
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.pictures import render
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from optexplorer.scene.geometry import surface_mesh
from optexplorer.scene.samples.contour_refinement import refined_contours
from optexplorer.scene.samples.surface_samples import SurfaceSamples, sample_surface


def samples(formula: str) -> SurfaceSamples:
    return sample_surface(
        FormulaDefinition(formula=formula, domain={"x": (-5, 5), "y": (-5, 5)}).landscape("f")
    )


@pytest.mark.parametrize("formula", ["sin(20*x*y)", "mod(10*x*y, 1)", "sin(1e6*x)*sin(1e6*y)"])
def test_a_tangle_has_no_curves_but_all_heights_and_levels(formula: str) -> None:
    surface, plain = samples(formula), samples("sin(x)*sin(y)")
    assert surface.tangled
    assert not any(line.curves for line in surface.lines)
    assert not any(band.polygons for band in surface.bands)
    assert len(surface.bands) == len(plain.bands)
    assert refined_contours(surface, 8000) is surface


def test_no_landscape_of_the_catalogue_is_one() -> None:
    for id in landscapes.catalogue_ids():
        landscape = landscapes.get(id)
        if landscape.dimension == 2:
            assert not sample_surface(landscape).tangled, id


def test_what_varies_between_the_points_of_the_grid_is_not_refined() -> None:
    # 16 periods to the unit: the usual grid meets every one at the same phase.
    surface = samples("sin(2*pi*16*x)*sin(2*pi*16*y) + y")
    assert not surface.tangled
    assert refined_contours(surface, 8000).lines == surface.lines


def test_the_heights_are_painted_in_their_colours() -> None:
    formula = "sin(20*x*y) + 2*where(x > 0, 1, 0)"
    landscape = FormulaDefinition(formula=formula, domain={"x": (-5, 5), "y": (-5, 5)})
    experiment = Experiment(landscape=landscape, racers=(), steps=1)
    scene = compute(experiment).resolved(0)
    assert scene.surface.tangled
    image = render(scene, "map", 400, 400, 1.0, Style())
    left, right = image.pixelColor(120, 200), image.pixelColor(280, 200)
    assert left.lightness() < right.lightness()


def test_lines_of_sight_in_blocks_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    surface = sample_surface(landscapes.get("rastrigin"))
    points = np.random.default_rng(1).uniform(-1, 1, (500, 3))
    camera = Camera()
    at_once = surface_mesh.in_view(surface, camera, points)
    monkeypatch.setattr(surface_mesh, "AT_ONCE", 7)
    assert (surface_mesh.in_view(surface, camera, points) == at_once).all()
