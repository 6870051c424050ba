"""What one picture shows: a value that the live views and the painters of exports all draw."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.scene.anatomy.explained_step import Anatomy
from optexplorer.scene.anatomy.marks import AnatomyMarks
from optexplorer.scene.curvature_marks import CurvatureMarks
from optexplorer.scene.samples.curve_samples import CurveSamples
from optexplorer.scene.samples.landscape_samples import LandscapeSamples
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.text import Text

Array = NDArray[np.float64]
DEFAULT_VIEW, DEFAULT_APPEARANCE = ComputationView(), Appearance()


@dataclass(frozen=True, eq=False)
class SurfacePath:
    """A trajectory laid on the surface, in box coordinates.

    Attributes
    ----------
    points : shape (m, 3), the path cut into pieces short enough to follow the mesh
    index : shape (steps + 1,), where in `points` each step lies
    """

    points: Array
    index: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PathAtPlayhead:
    """One racer at the playhead: its whole trajectory, and the step at which it is shown."""

    number: int
    """Place in the experiment's list of racers, from 0."""
    name: Text
    colour: str
    trajectory: Trajectory
    surface_paths: SurfacePath | None
    """None for landscapes that have no surface."""
    step: int
    """The playhead, or the last step if the racer ended before it."""
    stable_rate: float | None = None
    """The largest learning rate with which this racer does not swing out at its head, where that is known: for plain
    gradient descent at one rate."""

    @property
    def ended(self) -> bool:
        """Whether the racer has come to its end at the playhead."""
        done = self.trajectory.ending is not TerminationReason.RUNNING
        return done and self.step == self.trajectory.steps

    @property
    def head(self) -> Array:
        """Where the racer is, shape (n,)."""
        head: Array = self.trajectory.position[self.step]
        return head

    @property
    def loss(self) -> float:
        """The loss at the head."""
        return float(self.trajectory.loss[self.step])

    @property
    def gradient(self) -> Array:
        """The gradient at the head, shape (n,)."""
        gradient: Array = self.trajectory.gradient[self.step]
        return gradient

    @property
    def gradient_norm(self) -> float:
        """The Euclidean norm of the gradient at the head."""
        # Unlike NumPy's norm it does not square the numbers, which would overflow from 1e154 on.
        return math.hypot(*self.gradient.tolist())

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
    """The step that one racer takes at the playhead, explained.

    Attributes
    ----------
    racer_path : the racer
    anatomy : all phases of its step
    phase : the number of the phase that is shown, None for the whole step
    marks : what that looks like in the plane
    """

    racer_path: PathAtPlayhead
    anatomy: Anatomy
    phase: int | None
    marks: AnatomyMarks


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that one picture shows, at one playhead. Only visible racers have a trail."""

    samples: LandscapeSamples
    racer_paths: tuple[PathAtPlayhead, ...]
    start: tuple[float, ...]
    playhead: int
    length: int
    """The step at which the longest trajectory ends."""
    view: ComputationView = DEFAULT_VIEW
    appearance: Appearance = DEFAULT_APPEARANCE
    anatomies: tuple[ShownStep, ...] = ()
    """The racers whose steps are explained, in the order in which they are shown."""
    curvature: CurvatureMarks | None = None
    """The curvature at one racer's head, if it is asked for and finite there."""
    seen: Array | None = None
    """In fog, how clearly the ground is seen at each point of its grid, from 0 to 1; None without fog."""

    @property
    def landscape(self) -> Landscape:
        """What is descended."""
        return self.samples.landscape

    @property
    def surface(self) -> SurfaceSamples:
        """The ground of a landscape of two coordinates.

        Raises
        ------
        ValueError
            If the landscape has another number of coordinates.
        """
        if not isinstance(self.samples, SurfaceSamples):
            raise ValueError(f"{self.landscape.id} has no map and no surface; its view is the curve")
        return self.samples

    @property
    def curve(self) -> CurveSamples:
        """The ground of a landscape of one coordinate.

        Raises
        ------
        ValueError
            If the landscape has another number of coordinates.
        """
        if not isinstance(self.samples, CurveSamples):
            raise ValueError(f"{self.landscape.id} is no curve; its views are the map and the surface")
        return self.samples
