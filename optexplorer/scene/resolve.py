"""Resolves an experiment, its computed results and a playhead to the scene of one picture.

Nothing is computed here that depends on the landscape's formula: no losses, no derivatives, no paths. What has not
been computed yet is absent from the scene.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.diagnostics import Curvature, StableRate
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.runs.basins import BasinMap
from optexplorer.scene.anatomy.explained_step import Anatomy
from optexplorer.scene.anatomy.marks import phase_marks
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.basins import basin_picture
from optexplorer.scene.batch_marks import BatchMarks, shown_marks
from optexplorer.scene.curvature_marks import CurvatureMarks, curvature_marks
from optexplorer.scene.descent_cloud import DrawnCloud, cloud_picture
from optexplorer.scene.fog import Footprint, visibility
from optexplorer.scene.geometry.surface_path import SurfacePath
from optexplorer.scene.head_curvature import HeadCurvature, HeadCurvatures, has_stable_rate, marked_racer
from optexplorer.scene.heads_beside_plane import PlaneLosses
from optexplorer.scene.network.picture import NetworkPicture
from optexplorer.scene.network.stage import stage_of
from optexplorer.scene.palette import faded
from optexplorer.scene.path_on_plane import PathOnPlane
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, absence_of
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.staged_sampling import SamplingProgress
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import PathAtPlayhead, Scene, ShownNetwork, ShownStep
from optexplorer.scene.sharpness_tracker import SharpnessCurves
from optexplorer.text import Text

Array = NDArray[np.float64]


def resolve(
    experiment: Experiment,
    samples: LandscapeSamples | None,
    trajectories: Sequence[Trajectory | None],
    playhead: int,
    surface_paths: Mapping[Trajectory, SurfacePath] | None = None,
    anatomies: Mapping[int, Anatomy] | None = None,
    footprints: Mapping[Trajectory, Footprint] | None = None,
    projections: Mapping[Trajectory, PathOnPlane] | None = None,
    curvatures: HeadCurvatures | None = None,
    sharpness: SharpnessCurves | None = None,
    network: NetworkPicture | None = None,
    absence: Text | None = None,
    sampling: SamplingProgress | None = None,
    plane_losses: PlaneLosses | None = None,
    batch: BatchMarks | None = None,
    basins: BasinMap | None = None,
    basins_late: bool = True,
    cloud: DrawnCloud | None = None,
) -> Scene:
    """Return the scene of `experiment` at step `playhead`. Cheap: only arrays that are there already are read.

    Parameters
    ----------
    samples : what is drawn of the experiment's landscape; None if it has no picture
    trajectories : one per racer, None if nothing of it has been computed
    surface_paths : the trajectories on the surface
    anatomies : of the racers whose steps are explained, by their numbers; see `StepExplainer`
    footprints : what the trajectories have seen in fog
    projections : the trajectories as they are seen on the view's plane, where it has one
    curvatures : at the racers' heads; see `head_curvatures`
    sharpness : along their paths; see `SharpnessTracker`
    network : the picture of the shown racer's network; see `network_picture`
    absence : why there are no samples; None for the usual reason
    sampling : how far the samples are computed; None if all are
    plane_losses : on the plane beneath the racers' heads; see `losses_on_plane`
    batch : the mini-batch and the examples' gradients of one racer; see `batch_marks`
    basins : which minimum is reached from where
    basins_late : whether these have been of another setting for long; see `basin_picture`
    cloud : many descents of one racer

    Trajectories without surface path, footprint or projection are drawn without what depends on it.
    """
    names = racer_names(experiment)
    # A spotlight on a racer that is hidden, or gone, leaves the others as they are.
    lit = [
        n
        for n, racer in enumerate(experiment.racers)
        if racer.visible and n == experiment.appearance.spotlight
    ]
    spotlight = lit[0] if lit else None
    paths, found = surface_paths or {}, curvatures or {}
    racer_paths = [
        PathAtPlayhead(
            number=number,
            name=names[number],
            colour=racer.colour if spotlight is None or spotlight == number else faded(racer.colour),
            own_start=racer.start is not None,
            variant=sum(other.colour == racer.colour for other in experiment.racers[:number]),
            trajectory=trajectory,
            surface_path=paths.get(trajectory),
            step=min(max(playhead, 0), trajectory.steps),
            stable_rate=_stable_rate(racer, found.get(number)),
            strictest_rate=_strictest_rate(found.get(number)),
            sharpness=(sharpness or {}).get(number),
            projection=(projections or {}).get(trajectory),
            plane_loss=(plane_losses or {}).get(number),
        )
        for number, (racer, trajectory) in enumerate(zip(experiment.racers, trajectories, strict=True))
        if racer.visible and trajectory is not None
    ]
    length = max((racer_path.trajectory.steps for racer_path in racer_paths), default=0)
    marked = marked_racer(experiment, trajectories) if experiment.appearance.curvature else None
    model = found[marked].drawn if marked is not None and marked in found else None
    landscape = experiment.resolve_landscape()
    shown_steps = tuple(_shown_steps(experiment, samples, racer_paths, anatomies or {}))
    return Scene(
        samples=samples,
        racer_paths=tuple(racer_paths),
        start=experiment.start,
        playhead=min(max(playhead, 0), length),
        length=length,
        view=experiment.view,
        appearance=experiment.appearance,
        anatomies=shown_steps,
        seen=_seen(experiment, samples, racer_paths, footprints or {}),
        curvature=_marks(samples, racer_paths, marked, model),
        model=model,
        whole=landscape if samples is None or isinstance(samples.landscape, PlaneSection) else None,
        absence=(absence or absence_of(landscape)) if samples is None else None,
        sampling=sampling,
        network=_shown_network(experiment, racer_paths, shown_steps, network),
        batch=shown_marks(batch, experiment.appearance, samples, [path.number for path in racer_paths]),
        basins=None if basins is None else basin_picture(experiment, samples, basins, late=basins_late),
        cloud=cloud_picture(experiment, samples, cloud, playhead),
    )


def _stable_rate(racer: Racer, found: HeadCurvature | None) -> float | None:
    """Return the largest stable rate of plain gradient descent at its head; None for other racers."""
    if found is None or found.whole is None or not has_stable_rate(racer):
        return None
    optimizer = racer.optimizer
    assert isinstance(optimizer, GradientDescent)
    return found.whole.stable_rate(optimizer.weight_decay)


def _strictest_rate(found: HeadCurvature | None) -> StableRate | None:
    """Return the smallest of these rates along the whole path."""
    return None if found is None else found.strictest


def _marks(
    samples: LandscapeSamples | None,
    racer_paths: Sequence[PathAtPlayhead],
    marked: int | None,
    model: Curvature | None,
) -> CurvatureMarks | None:
    """Return the picture of the quadratic model on the surface, if its point lies in the window."""
    chosen = next((racer_path for racer_path in racer_paths if racer_path.number == marked), None)
    if chosen is None or model is None or not isinstance(samples, SurfaceSamples):
        return None
    x0, x1, y0, y1 = samples.window
    x, y = model.point.tolist()
    if not (x0 <= x <= x1 and y0 <= y <= y1):
        return None
    return curvature_marks(samples, chosen.number, chosen.colour, model)


def _seen(
    experiment: Experiment,
    samples: LandscapeSamples | None,
    racer_paths: Sequence[PathAtPlayhead],
    footprints: Mapping[Trajectory, Footprint],
) -> Array | None:
    if samples is None or not experiment.view.fog > 0:
        return None
    known = [
        (footprints[path.trajectory], path.step) for path in racer_paths if path.trajectory in footprints
    ]
    return visibility(samples, known)


def _shown_steps(
    experiment: Experiment,
    samples: LandscapeSamples | None,
    racer_paths: Sequence[PathAtPlayhead],
    anatomies: Mapping[int, Anatomy],
) -> Iterator[ShownStep]:
    if not experiment.appearance.anatomy:
        return
    by_number = {racer_path.number: racer_path for racer_path in racer_paths}
    # The vectors of a step are drawn where the map shows the landscape's own coordinates.
    drawn = isinstance(samples, SurfaceSamples) and not isinstance(samples.landscape, PlaneSection)
    window = samples.window if drawn and isinstance(samples, SurfaceSamples) else None
    for number in shown_racers(experiment):
        if number not in by_number or number not in anatomies:
            continue
        anatomy, phase = anatomies[number], experiment.appearance.phase
        phase = None if phase is None else min(phase, len(anatomy.phases) - 1)
        yield ShownStep(by_number[number], anatomy, phase, phase_marks(anatomy, phase, window))


def _shown_network(
    experiment: Experiment,
    racer_paths: Sequence[PathAtPlayhead],
    shown_steps: Sequence[ShownStep],
    picture: NetworkPicture | None,
) -> ShownNetwork | None:
    """Return the network, as far as the phase of its racer's step has come."""
    if picture is None or not experiment.appearance.network:
        return None
    racer_path = next((path for path in racer_paths if path.number == picture.racer), None)
    if racer_path is None:
        return None
    explained = next((step for step in shown_steps if step.racer_path is racer_path), None)
    stage = (
        stage_of(None, None, picture.layers)
        if explained is None
        else stage_of(explained.anatomy, explained.phase, picture.layers)
    )
    return ShownNetwork(racer_path, picture, stage)
