"""The scene: the value that one picture shows, drawn by the live views and by all exports."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.diagnostics import Curvature, Stability, StableRate
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.sharpness import Sharpness
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.scene.anatomy.explained_step import Anatomy
from optexplorer.scene.anatomy.marks import AnatomyMarks
from optexplorer.scene.barrier import Barrier, barrier_of
from optexplorer.scene.basins import BasinPicture
from optexplorer.scene.batch_marks import BatchMarks
from optexplorer.scene.curvature_marks import CurvatureMarks
from optexplorer.scene.descent_cloud import EXACT, MEAN, MEDIAN, CloudPicture
from optexplorer.scene.fit.fit_scene import FitScene
from optexplorer.scene.geometry.surface_path import SurfacePath
from optexplorer.scene.network.picture import NetworkPicture
from optexplorer.scene.network.stage import Stage
from optexplorer.scene.path_on_plane import PathOnPlane
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, Picture, absence_of
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.staged_sampling import SamplingProgress
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.text import Text

Array = NDArray[np.float64]
DEFAULT_VIEW, DEFAULT_APPEARANCE = ComputationView(), Appearance()


@dataclass(frozen=True, eq=False)
class PathAtPlayhead:
    """One racer at the playhead: its whole trajectory, and the step at which it is shown."""

    number: int
    """Place in the experiment's list of racers, from 0."""
    name: Text
    colour: str
    trajectory: Trajectory
    surface_path: SurfacePath | None
    """None where there is no surface, and while it is being computed."""
    step: int
    """The playhead, or the last step if the racer ended before it."""
    own_start: bool = False
    """Whether the racer has a start of its own."""
    variant: int = 0
    """How many racers before it in the experiment have its colour; those after the first are drawn differently."""
    stable_rate: float | None = None
    """The largest learning rate with which this racer does not swing out at its head, where that is known: for plain
    gradient descent at one rate."""
    strictest_rate: StableRate | None = None
    """The smallest of these rates along its whole path."""

    @property
    def stability(self) -> Stability | None:
        """The largest stable rates, and where each of them holds; None as `stable_rate`."""
        if self.stable_rate is None:
            return None
        return Stability(
            StableRate(self.stable_rate, self.step, tuple(self.head.tolist())), self.strictest_rate
        )

    sharpness: Sharpness | None = None
    """The largest curvatures along the path, where the chart shows them and as far as they have been computed."""
    projection: PathOnPlane | None = None
    """The trajectory as it is seen on the view's plane; None where the landscape's own coordinates are drawn."""

    plane_loss: float | None = None
    """The loss at the nearest point of the plane to the head, where that has been computed."""

    @property
    def distance(self) -> float | None:
        """How far the head is from the plane that is drawn; None without one."""
        return None if self.projection is None else float(self.projection.distance[self.step])

    @property
    def share(self) -> float | None:
        """The part of the variance of the whole path that the plane holds; None without a plane or a path."""
        return None if self.projection is None else self.projection.share

    @property
    def drawn(self) -> Trajectory:
        """The trajectory in the coordinates that are drawn: at most two where there is a picture."""
        return self.trajectory if self.projection is None else self.projection.drawn

    @property
    def slope(self) -> Array:
        """The gradient at the head along the coordinates that are drawn, shape (k,)."""
        slope: Array = self.drawn.gradient[self.step]
        return slope

    @property
    def place(self) -> Array:
        """The head in the coordinates that are drawn, shape (k,)."""
        place: Array = self.drawn.position[self.step]
        return place

    @property
    def ended(self) -> bool:
        """Whether the racer has come to its end at the playhead."""
        done = self.trajectory.ending is not TerminationReason.RUNNING
        return done and self.step == self.trajectory.steps

    @property
    def head(self) -> Array:
        """Where the racer is, shape (n,)."""
        head: Array = self.trajectory.position_at(self.step)
        return head

    @property
    def loss(self) -> float:
        """The loss at the head."""
        return float(self.trajectory.loss[self.step])

    @property
    def gradient(self) -> Array:
        """The gradient at the head, shape (n,)."""
        gradient: Array = self.trajectory.gradient_at(self.step)
        return gradient

    @property
    def gradient_norm(self) -> float:
        """The Euclidean norm of the gradient at the head."""
        if self.trajectory.has_stored_norms:
            return float(self.trajectory.gradient_norm[self.step])
        # Unlike NumPy's norm it does not square the numbers, which would overflow from 1e154 on.
        return math.hypot(*self.gradient.tolist())

    @property
    def cost(self) -> float | None:
        """What the evaluations until the head cost, in gradients; None if they were not counted."""
        return None if self.trajectory.cost is None else float(self.trajectory.cost[self.step])

    @property
    def learning_rate(self) -> float:
        """The rate of the step that leaves the head."""
        return float(self.trajectory.learning_rate[self.step])

    def status(self) -> Text:
        """Return in words what the racer is doing at the playhead."""
        if self.ended:
            return self.trajectory.outcome()
        return Text("running", "進行中")


@dataclass(frozen=True, eq=False)
class ShownStep:
    """The step of one racer that is explained at the playhead.

    Attributes
    ----------
    racer_path : the racer
    anatomy : all phases of its step
    phase : the number of the phase that is shown, None for the whole step
    marks : what that looks like on the map
    """

    racer_path: PathAtPlayhead
    anatomy: Anatomy
    phase: int | None
    marks: AnatomyMarks


@dataclass(frozen=True, eq=False)
class ShownNetwork:
    """The network of one racer.

    Attributes
    ----------
    racer_path : the racer
    picture : its neurons, weights, values and gradients
    stage : how far they have come in the phase that is shown
    """

    racer_path: PathAtPlayhead
    picture: NetworkPicture
    stage: Stage


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that one picture shows, at one playhead. Only visible racers have a path."""

    samples: LandscapeSamples | None
    """What is drawn of the landscape; None if it has no picture (see `absence`)."""
    racer_paths: tuple[PathAtPlayhead, ...]
    start: tuple[float, ...]
    """The common start, in all coordinates of the landscape."""
    playhead: int
    length: int
    """The step at which the longest trajectory ends."""
    view: ComputationView = DEFAULT_VIEW
    appearance: Appearance = DEFAULT_APPEARANCE
    anatomies: tuple[ShownStep, ...] = ()
    """The racers whose steps are explained, in the order in which they are shown."""
    curvature: CurvatureMarks | None = None
    """The curvature at one racer's head on map and surface, if it is asked for, computed and finite there."""
    seen: Array | None = None
    """In fog, how clearly each point of the samples' grid is seen, from 0 to 1; None without fog."""
    model: Curvature | None = None
    """The quadratic model at the head of the racer whose curvature is shown, in the coordinates that are drawn."""
    whole: Landscape | None = None
    """The landscape in all its coordinates, where that is not what is drawn."""
    absence: Text | None = None
    """Why there is no map, surface or curve; None where there is one."""
    network: ShownNetwork | None = None
    """The network of the racer whose step is explained first, if it is asked for, there is one and it is computed."""
    fit: FitScene | None = None
    """The data and what is predicted of them, at a step of its own, if that is asked for and has been computed."""

    @property
    def steps_per_epoch(self) -> int | None:
        """In how many steps all examples are seen once: of the racer in the spotlight or the first with mini-batches.

        None where no racer has any.
        """
        lit = self.appearance.spotlight
        ordered = sorted(self.racer_paths, key=lambda racer_path: racer_path.number != lit)
        lengths = (racer_path.trajectory.steps_per_epoch for racer_path in ordered)
        return next((length for length in lengths if length is not None), None)

    sampling: SamplingProgress | None = None
    """How far map, surface or curve are computed, while they are still coarse or of another plane; None when exact."""

    batch: BatchMarks | None = None
    """The mini-batch and the examples' gradients of one racer, at a step of their own, as far as they are asked for,
    computed and of what is drawn."""

    basins: BasinPicture | None = None
    """Which minimum is reached from where, of one racer, if it is asked for, computed and of what is drawn."""

    cloud: CloudPicture | None = None
    """Many descents of one racer, if they are asked for, computed and of what is drawn."""

    @property
    def basin_key(self) -> object:
        """What the picture of the basin map depends on, beside theme and place; None without one."""
        found = self.basins
        return found and (found.map, found.number, found.stale, self.appearance.basin_opacity)

    @property
    def batch_colour(self) -> str | None:
        """The colour of the racer whose mini-batch is shown; None without one."""
        batch = self.batch
        return next((path.colour for path in self.racer_paths if batch and path.number == batch.number), None)

    @property
    def barrier(self) -> Barrier | None:
        """The barrier between the two points that a line is drawn through; None of other pictures."""
        return barrier_of(self.samples, self.view.plane)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What there is to know about the picture: barrier, progress, whether paths are thinned, which mini-batch it is."""
        found = [] if self.barrier is None else [self.barrier.words()]
        if self.sampling is not None and (words := self.sampling.words()) is not None:
            found.append(words)
        interval = max((path.projection.interval for path in self.racer_paths if path.projection), default=1)
        if interval > 1:
            found.append(
                Text(f"one position in {interval} is drawn", f"経路は{interval}ステップごとの位置を描画")
            )
        if self.basins is not None:
            found += self.basins.notes
        if self.batch is not None:
            found += self.batch.notes
        if self.cloud is not None:
            found += [self.cloud.words, MEDIAN, MEAN]
            if self.cloud.drawn.exact is not None:
                found.append(EXACT)
        return tuple(found)

    @property
    def landscape(self) -> Landscape:
        """The landscape, in all its coordinates."""
        if self.whole is not None:
            return self.whole
        assert self.samples is not None
        return self.samples.landscape

    @property
    def picture(self) -> Picture | None:
        """How the landscape is drawn; None if it is not."""
        if self.samples is None:
            return None
        return "curve" if isinstance(self.samples, CurveSamples) else "surface"

    @property
    def place_of_start(self) -> tuple[float, ...]:
        """The common start in the coordinates that are drawn."""
        drawn = None if self.samples is None else self.samples.landscape
        return drawn.coordinates(np.array(self.start)) if isinstance(drawn, PlaneSection) else self.start

    def own_starts(self) -> list[PathAtPlayhead]:
        """Return the racers that start elsewhere than all others do; of those at one place the last, which lies on top.

        While the common start is dragged, paths that begin where it has just been are none of these.
        """
        common = np.array(self.place_of_start)
        at = {tuple(path.drawn.position[0].tolist()): path for path in self.racer_paths if path.own_start}
        return [path for place, path in at.items() if not np.allclose(place, common, rtol=1e-9, atol=1e-12)]

    def point_at(self, place: tuple[float, ...]) -> tuple[float, ...]:
        """Return the point of the landscape, in all its coordinates, at coordinates that are drawn."""
        drawn = None if self.samples is None else self.samples.landscape
        return drawn.point(place) if isinstance(drawn, PlaneSection) else place

    @property
    def surface(self) -> SurfaceSamples:
        """The samples of a landscape that is drawn as map and surface.

        Raises
        ------
        ValueError
            If it is not; the message says what there is instead.
        """
        if isinstance(self.samples, SurfaceSamples):
            return self.samples
        raise ValueError(self._without("has no map and no surface; its view is the curve"))

    @property
    def curve(self) -> CurveSamples:
        """The samples of a landscape that is drawn as a curve.

        Raises
        ------
        ValueError
            If it is not; the message says what there is instead.
        """
        if isinstance(self.samples, CurveSamples):
            return self.samples
        raise ValueError(self._without("is no curve; its views are the map and the surface"))

    def _without(self, words: str) -> str:
        if self.samples is None:
            return (self.absence or absence_of(self.landscape)).en
        return f"{self.landscape.id} {words}"
