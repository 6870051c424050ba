"""Everything computed of an experiment that pictures show: the value from which scenes are resolved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import Descent, Trajectory
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.runs.basins import BasinMap
from optexplorer.runs.failure import RacerError
from optexplorer.runs.run import RunResults, run
from optexplorer.runs.trajectory_cache import TrajectoryCache
from optexplorer.scene.anatomy.explained_step import Anatomy, StepExplainer
from optexplorer.scene.basins import BasinMaker
from optexplorer.scene.batch_marks import BatchMarks, batch_marks
from optexplorer.scene.descent_cloud import CloudMaker, DrawnCloud
from optexplorer.scene.fog import Footprint, GrowingFootprint
from optexplorer.scene.geometry.surface_path import GrowingSurfacePath, SurfacePath
from optexplorer.scene.head_curvature import HeadCurvatures, head_curvatures
from optexplorer.scene.heads_beside_plane import PlaneLosses, losses_on_plane
from optexplorer.scene.network.explainer import network_picture
from optexplorer.scene.network.picture import NetworkPicture
from optexplorer.scene.path_on_plane import GrowingPathOnPlane, PathOnPlane
from optexplorer.scene.planes import PlaneError, with_plane
from optexplorer.scene.resolve import resolve
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, Picture, sample_landscape
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.staged_sampling import SamplingProgress
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.scene.scene import Scene
from optexplorer.scene.sharpness_tracker import SharpnessCurves, SharpnessTracker
from optexplorer.text import Text


@dataclass(frozen=True, eq=False)
class Computed:
    """An experiment with everything computed that a scene of it shows.

    Attributes
    ----------
    samples : what is drawn of the landscape; None if it has no picture
    trajectories : one per racer, None if nothing of it has been computed
    surface_paths : the trajectories on the surface, where there is one
    footprints : what they have seen in fog; empty without fog
    projections : the trajectories as they are seen on the view's plane; empty without one
    absence : why there are no samples, where a plane was looked for; None for the usual reason
    sampling : how far the samples are computed, while finer ones are to come or those of another plane
    errors : of the racers that could not be run, by their numbers
    done : whether the trajectories have ended
    step_explainer : explains steps where a scene shows their anatomy
    sharpness_tracker : computes the sharpness along the paths where a scene's chart shows it
    basin_maker : computes the basin map where a scene shows it
    cloud_maker : computes the cloud where a scene shows it
    """

    experiment: Experiment
    samples: LandscapeSamples | None
    trajectories: tuple[Trajectory | None, ...]
    surface_paths: Mapping[Trajectory, SurfacePath] = field(default_factory=dict)
    footprints: Mapping[Trajectory, Footprint] = field(default_factory=dict)
    projections: Mapping[Trajectory, PathOnPlane] = field(default_factory=dict)
    absence: Text | None = None
    sampling: SamplingProgress | None = None
    errors: Mapping[int, RacerError] = field(default_factory=dict)
    done: bool = True
    step_explainer: StepExplainer = field(default_factory=StepExplainer)
    sharpness_tracker: SharpnessTracker = field(default_factory=SharpnessTracker)
    basin_maker: BasinMaker = field(default_factory=BasinMaker)
    cloud_maker: CloudMaker = field(default_factory=CloudMaker)

    @property
    def complete(self) -> bool:
        """Whether nothing more is to come: neither steps nor samples."""
        return self.done and self.sampling is None

    @property
    def landscape(self) -> Landscape:
        """The landscape, in all its coordinates."""
        return self.experiment.resolve_landscape()

    @property
    def picture(self) -> Picture | None:
        """How the landscape is drawn; None if it is not."""
        if self.samples is None:
            return None
        return "surface" if isinstance(self.samples, SurfaceSamples) else "curve"

    @property
    def length(self) -> int:
        """The step at which the longest visible trajectory ends."""
        return max(
            (
                trajectory.steps
                for racer, trajectory in zip(self.experiment.racers, self.trajectories, strict=True)
                if racer.visible and trajectory is not None
            ),
            default=0,
        )

    def of(self, experiment: Experiment) -> Computed:
        """Return the same for `experiment`, which differs in nothing that these results depend on."""
        return replace(self, experiment=experiment)

    def with_appearance(self, appearance: Appearance) -> Computed:
        """Return the same with another camera, other colours or other marks."""
        return self.of(self.experiment.evolve(appearance=appearance))

    def resolved(
        self,
        playhead: int | None = None,
        anatomies: Mapping[int, Anatomy] | None = None,
        curvatures: HeadCurvatures | None = None,
        plane_losses: PlaneLosses | None = None,
        sharpness: SharpnessCurves | None = None,
        network: NetworkPicture | None = None,
        batch: BatchMarks | None = None,
        basins: BasinMap | None = None,
        basins_late: bool = True,
        cloud: DrawnCloud | None = None,
    ) -> Scene:
        """Return what is shown at `playhead` (None: at the end), computing nothing.

        Anatomies, curvatures at the heads, losses on the plane beneath them, sharpness along the paths, the network,
        the marks of a mini-batch, basins and a cloud are shown as far as they are given.
        """
        return resolve(
            self.experiment,
            self.samples,
            self.trajectories,
            self.length if playhead is None else playhead,
            surface_paths=self.surface_paths,
            anatomies=anatomies,
            footprints=self.footprints,
            projections=self.projections,
            absence=self.absence,
            sampling=self.sampling,
            plane_losses=plane_losses,
            curvatures=curvatures,
            sharpness=sharpness,
            network=network,
            batch=batch,
            basins=basins,
            basins_late=basins_late,
            cloud=cloud,
        )

    def scene(self, playhead: int | None = None, appearance: Appearance | None = None) -> Scene:
        """Return what is shown at `playhead` (None: at the end), with `appearance` or the experiment's own.

        Anatomies, curvatures at the heads, sharpness along the paths, the network, the marks of a mini-batch, basins and
        the cloud are computed for it where it shows them, which may take seconds; see `resolved`.
        """
        shown = self if appearance is None else self.with_appearance(appearance)
        step = self.length if playhead is None else playhead
        anatomies = self.step_explainer.anatomies(shown.experiment, self.trajectories, step)
        losses = losses_on_plane(shown.experiment, self.trajectories, self.samples, step)
        return shown.resolved(
            step,
            anatomies,
            self._curvatures(shown.experiment, step),
            losses,
            self.sharpness_tracker.curves(shown.experiment, self.trajectories),
            network_picture(shown.experiment, self.trajectories, step),
            batch_marks(shown.experiment, self.trajectories, step, self.samples),
            self.basin_maker.map_of(shown.experiment, self.samples),
            cloud=self.cloud_maker.cloud_of(shown.experiment, self.samples),
        )

    def _curvatures(self, experiment: Experiment, step: int) -> HeadCurvatures:
        drawn = None if self.samples is None else self.samples.landscape
        return head_curvatures(experiment, self.trajectories, step, drawn)


class PathProjector:
    """Makes surface paths, footprints and projections of trajectories; those of the last results only grow."""

    def __init__(self) -> None:
        self._samples: LandscapeSamples | None = None
        self._fog = 0.0
        self._projections: dict[Descent, GrowingPathOnPlane] = {}
        self._surface_paths: dict[Descent, GrowingSurfacePath] = {}
        self._footprints: dict[Descent, GrowingFootprint] = {}

    def computed(
        self,
        results: RunResults,
        samples: LandscapeSamples | None,
        should_stop: Callable[[], bool] = lambda: False,
        absence: Text | None = None,
        sampling: SamplingProgress | None = None,
    ) -> Computed:
        """Return the results with all that a scene of them on `samples` needs; `absence` says why there are none."""
        fog = results.experiment.view.fog
        if samples is not self._samples:
            self._projections, self._surface_paths = {}, {}
        if samples is not self._samples or fog != self._fog:
            self._footprints = {}
        self._samples, self._fog = samples, fog
        known = [] if samples is None else [t for t in results.trajectories if t is not None]
        section = None if samples is None else samples.landscape
        projections: dict[Trajectory, PathOnPlane] = {}
        surface_paths: dict[Trajectory, SurfacePath] = {}
        footprints: dict[Trajectory, Footprint] = {}
        if isinstance(section, PlaneSection):
            self._projections = {
                t.descent: self._projections.get(t.descent) or GrowingPathOnPlane(section) for t in known
            }
            projections = {t: self._projections[t.descent].of(t) for t in known}
        drawn = {t: projections[t].drawn if t in projections else t for t in known}
        if isinstance(samples, SurfaceSamples):
            self._surface_paths = {
                d.descent: self._surface_paths.get(d.descent) or GrowingSurfacePath(samples)
                for d in drawn.values()
            }
            surface_paths = {t: self._surface_paths[d.descent].of(d) for t, d in drawn.items()}
        if samples is not None and fog > 0:
            self._footprints = {
                d.descent: self._footprints.get(d.descent) or GrowingFootprint(samples, fog)
                for d in drawn.values()
            }
            footprints = {t: self._footprints[d.descent].of(d, should_stop) for t, d in drawn.items()}
        return Computed(
            results.experiment,
            samples,
            results.trajectories,
            surface_paths,
            footprints,
            projections,
            absence if samples is None else None,
            sampling,
            results.errors,
            results.done,
        )


def compute(
    experiment: Experiment,
    should_stop: Callable[[], bool] = lambda: False,
    cache: TrajectoryCache | None = None,
    samples: LandscapeSamples | None = None,
    racers: Collection[int] | None = None,
) -> Computed:
    """Compute all that `experiment` shows; a plane that a rule finds, after the race.

    Parameters
    ----------
    should_stop : asked now and then; the descents end where they are when it says so
    cache : where finished trajectories are looked up and kept
    samples : of the landscape, if they are there already
    racers : the numbers of those to run; None runs all

    Raises
    ------
    ValueError
        If a racer cannot be run.
    """
    landscape, view, absence = experiment.resolve_landscape(), experiment.view, None
    finds_plane = samples is None and isinstance(view.plane, PlaneRule)
    if samples is None and not finds_plane:
        samples = sample_landscape(landscape, view, should_stop)
    results = run(experiment, cache=cache, should_stop=should_stop, racers=racers)
    results.raise_errors()
    if finds_plane:
        try:
            view = with_plane(view, landscape, results.trajectories, experiment.start, should_stop)
            samples = sample_landscape(landscape, view, should_stop)
        except PlaneError as error:
            absence = error.reason
    return PathProjector().computed(results, samples, should_stop, absence)
