"""What pictures on a plane show beside paths: stems, fading, notes, and the barrier on a line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.export.pictures import render
from optexplorer.painting.figure import Figure
from optexplorer.painting.map_path_painter import SHADES, _shades
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute
from optexplorer.scene.path_on_plane import FAINTEST
from optexplorer.scene.samples.staged_sampling import SamplingProgress
from optexplorer.scene.scene import PathAtPlayhead, Scene
from tests.many_features import race

pytestmark = pytest.mark.usefixtures("qapp")


def scene_on(kind: str) -> Scene:
    return compute(race(steps=20).evolve(view=ComputationView(plane=PlaneRule(kind=kind)))).scene()


def painted(scene: Scene, part: str) -> QImage:
    return render(scene, Figure((part,)), 500, 400, 1.0, Style())  # type: ignore[arg-type]


def without_distance(scene: Scene) -> Scene:
    """Return the scene as if all paths lay on the plane."""
    paths = []
    for path in scene.racer_paths:
        assert path.projection is not None
        on_it = replace(path.projection, distance=np.zeros_like(path.projection.distance))
        paths.append(replace(path, projection=on_it))
    return replace(scene, racer_paths=tuple(paths))


def test_a_path_fades_where_it_is_far_from_the_plane() -> None:
    scene = scene_on("weights")
    path = scene.racer_paths[0]
    assert path.projection is not None
    steps = np.arange(len(path.projection.distance))
    clear = path.projection.clearness(steps)
    # The plane goes through the common start, and the path leads away from it.
    assert clear[0] == 1
    assert FAINTEST <= clear[-1] < 0.9
    order = np.argsort(path.projection.distance)
    assert (np.diff(clear[order]) <= 0).all()
    shades = _shades(path, steps)
    assert len(shades) > 1
    assert sum(int((~others).sum()) for _, others in shades) == len(steps)
    assert all(0 < opacity <= 1 for opacity, _ in shades)
    assert SHADES * shades[-1][0] == SHADES
    assert painted(scene, "map") != painted(without_distance(scene), "map")


def test_stems_lead_from_the_plane_to_the_true_loss() -> None:
    scene = scene_on("weights")
    # The surface and the heads on it are the same; only the true losses are others.
    moved = replace(
        scene,
        racer_paths=tuple(
            replace(path, trajectory=_with_loss(path, float(scene.surface.scale.high)))
            for path in scene.racer_paths
        ),
    )
    assert painted(scene, "surface") != painted(moved, "surface")


def _with_loss(path: PathAtPlayhead, loss: float) -> Trajectory:
    old = path.trajectory
    return Trajectory(
        old.position, np.full(len(old.loss), loss), old.gradient, old.learning_rate, old.ending, old.variables
    )


@pytest.mark.parametrize(("kind", "part"), [("pca", "map"), ("pca", "surface"), ("line", "curve")])
def test_how_far_it_is_computed_is_written_in_the_picture(kind: str, part: str) -> None:
    scene = scene_on(kind)
    waiting = replace(scene, sampling=SamplingProgress(0.4, 3.2))
    assert waiting.notes[-1].en == "Surface: 40 %, about 3 s"
    assert "3秒" in waiting.notes[-1].ja
    assert painted(scene, part) != painted(waiting, part)
    # What is done in no time is not told.
    assert replace(scene, sampling=SamplingProgress(0.4, 0.1)).notes == scene.notes


def test_thinned_paths_say_so() -> None:
    scene = scene_on("pca")
    path = scene.racer_paths[0]
    assert path.projection is not None
    thinned = replace(scene, racer_paths=(replace(path, projection=replace(path.projection, interval=4)),))
    assert [note.en for note in thinned.notes] == ["one position in 4 is drawn"]


def test_the_barrier_is_painted_on_a_line() -> None:
    scene = scene_on("line")
    assert scene.barrier is not None
    other = replace(scene, view=ComputationView())
    assert other.barrier is None
    assert painted(scene, "curve") != painted(other, "curve")
