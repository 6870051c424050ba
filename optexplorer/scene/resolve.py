"""From the experiment and what has been computed to what one picture shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.diagnostics import curvature_at
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.schedules.base import Constant
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.anatomy.explained_step import Anatomy, shown_racers
from optexplorer.scene.anatomy.marks import phase_marks
from optexplorer.scene.curvature_marks import CurvatureMarks, curvature_marks
from optexplorer.scene.fog import Footprint, footprint, visibility
from optexplorer.scene.geometry.camera import to_box
from optexplorer.scene.palette import faded
from optexplorer.scene.samples.landscape_samples import LandscapeSamples
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import PathAtPlayhead, Scene, ShownStep, SurfacePath
from optexplorer.text import Text

Array = NDArray[np.float64]
MOST_PIECES = 64
"""Pieces into which one long step is cut to follow the surface."""


def project_to_surface(surface: SurfaceSamples, trajectory: Trajectory) -> SurfacePath:
    """Lay a trajectory on the surface, cutting long steps so that they follow its hills.

    Steps that cross the edge of the window are also cut there; what lies beyond has no ground.
    """
    points = trajectory.position[:, :2]
    x0, x1, y0, y1 = surface.window
    cell = np.array([surface.x[1] - surface.x[0], surface.y[1] - surface.y[0]])
    begin, step = points[:-1], np.diff(points, axis=0)
    with np.errstate(all="ignore"):
        low, high = (np.array([x0, y0]) - begin) / step, (np.array([x1, y1]) - begin) / step
        still = (step == 0) & (begin >= (x0, y0)) & (begin <= (x1, y1))
        enter = np.where(still, 0.0, np.minimum(low, high)).max(axis=1, initial=0.0)
        leave = np.where(still, 1.0, np.maximum(low, high)).min(axis=1, initial=1.0)
        crosses = enter < leave
        enter, leave = np.where(crosses, enter, 0.0), np.where(crosses, leave, 1.0)
        spans = (np.abs(step) / cell).max(axis=1) * (leave - enter)
    piecewise = np.where(crosses, np.clip(np.nan_to_num(spans, nan=1.0), 1, MOST_PIECES), 1).astype(np.int64)
    lead, rest = (enter > 0).astype(np.int64), (leave < 1).astype(np.int64)
    counts = lead + piecewise + rest
    index = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(len(step)), counts)
    number = np.arange(index[-1]) - index[owner] + 1
    part = ((number - lead[owner]) / piecewise[owner]).clip(0.0, 1.0)
    at = enter[owner] + part * (leave - enter)[owner]
    with np.errstate(all="ignore"):
        laid = begin[owner] + at[:, None] * step[owner]
    ends = number == counts[owner]
    laid[ends] = points[1:]
    edge = (
        ((number == 1) & (lead[owner] == 1)) | ((number == counts[owner] - 1) & (rest[owner] == 1))
    ) & ~ends
    laid[edge] = laid[edge].clip((x0, y0), (x1, y1))
    laid = np.concatenate([points[:1], laid])
    with np.errstate(all="ignore"):
        return SurfacePath(to_box(surface, laid, surface.height_at(laid)), index)


def surface_path_on(samples: LandscapeSamples, trajectory: Trajectory) -> SurfacePath | None:
    """Lay a trajectory on the ground, if it has a surface."""
    return project_to_surface(samples, trajectory) if isinstance(samples, SurfaceSamples) else None


def racer_names(experiment: Experiment) -> tuple[Text, ...]:
    """Return what the racers are called: their optimizers' names, told apart by rate where they agree."""
    titles = [racer.optimizer.title for racer in experiment.racers]
    return tuple(
        Text(f"{t.en} (lr {r.optimizer.lr:g})", f"{t.ja} (lr {r.optimizer.lr:g})")
        if titles.count(t) > 1
        else t
        for t, r in zip(titles, experiment.racers, strict=True)
    )


def resolve(
    experiment: Experiment,
    samples: LandscapeSamples,
    trajectories: Sequence[Trajectory | None],
    playhead: int,
    surface_paths: Mapping[Trajectory, SurfacePath] | None = None,
    anatomies: Mapping[int, Anatomy] | None = None,
    footprints: Mapping[Trajectory, Footprint] | None = None,
) -> Scene:
    """Return the scene at `playhead`.

    Parameters
    ----------
    trajectories : one per racer, None while nothing of it has been computed
    playhead : the step to show; racers that ended before it stay at their last step
    surface_paths : trajectories already laid on the surface, by identity; missing ones are laid now
    anatomies : the explained steps, by their numbers; see `StepExplainer`
    footprints : what the trajectories have seen in fog, by identity; missing ones are made now
    """
    known = surface_paths or {}
    names = racer_names(experiment)
    # The light on a racer that is hidden, or gone, leaves the others in the dark for nothing.
    lit = [
        n
        for n, racer in enumerate(experiment.racers)
        if racer.visible and n == experiment.appearance.spotlight
    ]
    spotlight = lit[0] if lit else None
    racer_paths = [
        PathAtPlayhead(
            number=number,
            name=names[number],
            colour=racer.colour if spotlight is None or spotlight == number else faded(racer.colour),
            trajectory=trajectory,
            surface_paths=known.get(trajectory) or surface_path_on(samples, trajectory),
            step=min(max(playhead, 0), trajectory.steps),
            stable_rate=_stable_rate(racer, samples, trajectory, playhead),
        )
        for number, (racer, trajectory) in enumerate(zip(experiment.racers, trajectories, strict=True))
        if racer.visible and trajectory is not None
    ]
    length = max((racer_path.trajectory.steps for racer_path in racer_paths), default=0)
    seen = None
    if experiment.view.fog > 0:
        prints = footprints or {}
        seen = visibility(
            samples,
            (
                (prints.get(t.trajectory) or footprint(samples, t.trajectory, experiment.view.fog), t.step)
                for t in racer_paths
            ),
        )
    return Scene(
        samples=samples,
        racer_paths=tuple(racer_paths),
        start=experiment.start,
        playhead=min(max(playhead, 0), length),
        length=length,
        view=experiment.view,
        appearance=experiment.appearance,
        anatomies=tuple(_shown_steps(experiment, samples, racer_paths, anatomies or {})),
        seen=seen,
        curvature=_curvature(samples, racer_paths, spotlight) if experiment.appearance.curvature else None,
    )


def _stable_rate(
    racer: Racer, samples: LandscapeSamples, trajectory: Trajectory, playhead: int
) -> float | None:
    """Return the largest stable rate of plain gradient descent at the playhead; None for other racers.

    With momentum the limit is another, and with a schedule the rate that is set is not the one that is used.
    """
    optimizer = racer.optimizer
    if not isinstance(optimizer, GradientDescent) or not isinstance(racer.schedule, Constant):
        return None
    step = min(max(playhead, 0), trajectory.steps)
    curvature = curvature_at(samples.landscape, trajectory.position[step])
    return None if curvature is None else curvature.stable_rate(optimizer.weight_decay)


def _curvature(
    samples: LandscapeSamples, racer_paths: Sequence[PathAtPlayhead], spotlight: int | None
) -> CurvatureMarks | None:
    """Return the curvature at the head of the racer in the spotlight, or of the first."""
    chosen = next((racer_path for racer_path in racer_paths if spotlight in (None, racer_path.number)), None)
    if chosen is None or not isinstance(samples, SurfaceSamples):
        return None
    x0, x1, y0, y1 = samples.window
    x, y = chosen.head.tolist()
    curvature = curvature_at(samples.landscape, chosen.head) if x0 <= x <= x1 and y0 <= y <= y1 else None
    return None if curvature is None else curvature_marks(samples, chosen.number, chosen.colour, curvature)


def _shown_steps(
    experiment: Experiment,
    samples: LandscapeSamples,
    racer_paths: Sequence[PathAtPlayhead],
    anatomies: Mapping[int, Anatomy],
) -> Iterator[ShownStep]:
    if not experiment.appearance.anatomy:
        return
    by_number = {racer_path.number: racer_path for racer_path in racer_paths}
    for number in shown_racers(experiment):
        if number not in by_number or number not in anatomies:
            continue
        anatomy, phase = anatomies[number], experiment.appearance.phase
        phase = None if phase is None else min(phase, len(anatomy.phases) - 1)
        window = samples.window if isinstance(samples, SurfaceSamples) else None
        yield ShownStep(by_number[number], anatomy, phase, phase_marks(anatomy, phase, window))
