"""How the plane, or line, through parameter space that is drawn is found: a rule that the document holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from optexplorer.experiment.frozen_model import FrozenModel
from optexplorer.text import Text

MOST_RACERS = 24
"""As many racers as a race can have."""
MOST_STEPS = 100_000
"""As many steps as a race can have."""


class PathPoint(FrozenModel):
    """A point of parameter space that a race knows.

    Attributes
    ----------
    racer : the number of the racer on whose path it lies, from 0; None for the common start
    step : where on the path: "start", "end", or the number of a step (of a path that ended before it, its end)
    """

    racer: int | None = Field(None, ge=0, lt=MOST_RACERS)
    step: Literal["start", "end"] | Annotated[int, Field(ge=0, le=MOST_STEPS)] = "start"

    @model_validator(mode="after")
    def _lies_on_a_path(self) -> Self:
        if self.racer is None and self.step != "start":
            raise ValueError(
                f'step {self.step} of no racer; name one, such as {{"racer": 0, "step": {self.step!r}}}'.replace(
                    "'", '"'
                )
            )
        return self

    @property
    def needs_path(self) -> bool:
        """Whether it is known only where there is the path of a racer."""
        return self.racer is not None


COMMON_START = PathPoint()


class PlaneKind(NamedTuple):
    """One way to find a plane.

    Attributes
    ----------
    title, idea : in words
    settings : the fields of `PlaneRule` that it has, beside `kind`
    points : how many points its `points` name
    directions : how many directions are drawn: 2 for a plane, 1 for a line
    reference : where it was published
    """

    title: Text
    idea: Text
    settings: tuple[str, ...]
    points: int = 0
    directions: int = 2
    reference: str = ""


KINDS: Mapping[str, PlaneKind] = {
    "pca": PlaneKind(
        Text("Principal components of the paths", "経路の主成分"),
        Text(
            "The two directions in which the paths reach farthest, through the middle of the paths.",
            "経路が最も大きく広がる2つの方向。経路の中心を通る。",
        ),
        ("racers",),
        reference="Lorch (2016), Visualizing Deep Network Training Trajectories with PCA; Li et al. (2018)",
    ),
    "random": PlaneKind(
        Text("Random directions", "ランダムな方向"),
        Text(
            "Two random directions, each filter as long as that of the weights in the centre; biases stay as they are.",
            "2つのランダムな方向。フィルタごとに中心の点の重みと大きさをそろえ、バイアスは動かさない。",
        ),
        ("points", "seed"),
        points=1,
        reference="Li et al. (2018), Visualizing the Loss Landscape of Neural Nets, section 4",
    ),
    "weights": PlaneKind(
        Text("Two parameters", "2つのパラメータ"),
        Text(
            "Two of the parameters; all others keep their values at the chosen point.",
            "2つのパラメータを動かす。ほかのパラメータは選んだ点での値のまま。",
        ),
        ("weights", "points"),
        points=1,
    ),
    "points": PlaneKind(
        Text("Through three points", "3点を通る平面"),
        Text(
            "The plane through three points of paths, such as a start and two ends.",
            "経路上の3点(例えば初期点と2つの終点)を通る平面。",
        ),
        ("points",),
        points=3,
        reference="Garipov et al. (2018), Loss Surfaces, Mode Connectivity, and Fast Ensembling of DNNs",
    ),
    "hessian": PlaneKind(
        Text("Directions of largest curvature", "曲率が最大の方向"),
        Text(
            "The two eigenvectors of the Hessian at the chosen point that have the largest eigenvalues.",
            "選んだ点でのヘッセ行列の、固有値が最も大きい2つの固有ベクトル。",
        ),
        ("points",),
        points=1,
        reference="Yao et al. (2020), PyHessian: Neural Networks Through the Lens of the Hessian",
    ),
    "line": PlaneKind(
        Text("Line between two points", "2点を結ぶ直線"),
        Text(
            "The loss on the straight line from one point to another, and the height of the barrier between them.",
            "2点を結ぶ直線上の損失と、その間にある障壁の高さ。",
        ),
        ("points",),
        points=2,
        directions=1,
        reference=(
            "Goodfellow et al. (2015), Qualitatively Characterizing Neural Network Optimization Problems; "
            "Frankle et al. (2020), Linear Mode Connectivity and the Lottery Ticket Hypothesis"
        ),
    ),
}
"""The kinds by their names, in the order in which they are offered; `scene.planes` finds the plane of each."""


class PlaneRule(FrozenModel):
    """How a plane, or line, through parameter space is found from an experiment and its race.

    Attributes
    ----------
    kind : one of `KINDS`
    racers : of "pca", the numbers of the racers whose paths count; () for all
    weights : of "weights", the numbers of the two parameters, from 0
    points : the points that the plane goes through; () for the usual ones of the kind (see `points_for`)
    seed : of "random", of the directions
    """

    kind: str
    racers: Annotated[
        tuple[Annotated[int, Field(ge=0, lt=MOST_RACERS)], ...], Field(max_length=MOST_RACERS)
    ] = ()
    weights: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] = (0, 1)
    points: Annotated[tuple[PathPoint, ...], Field(max_length=3)] = ()
    seed: int = Field(0, ge=0, le=2**31)

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"there is no plane '{kind[:60]}'; there are {', '.join(KINDS)}")
        return kind

    @field_validator("racers")
    @classmethod
    def _different(cls, racers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(racers)))

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        kind = KINDS[self.kind]
        for name in ("racers", "weights", "points", "seed"):
            if name not in kind.settings and getattr(self, name) != type(self).model_fields[name].default:
                raise ValueError(
                    f"{name} is no setting of the plane '{self.kind}'; it has {', '.join(kind.settings)}"
                )
        if self.points and len(self.points) != kind.points:
            raise ValueError(
                f"points: the plane '{self.kind}' needs {kind.points}, but {len(self.points)} are given"
            )
        if self.weights[0] == self.weights[1]:
            raise ValueError(
                f"weights: {self.weights[0]} is given twice; a plane needs two different parameters"
            )
        return self

    @property
    def directions(self) -> int:
        """How many directions are drawn: 2 for a plane, 1 for a line."""
        return KINDS[self.kind].directions

    def points_for(self, racers: int) -> tuple[PathPoint, ...]:
        """Return the points that the plane goes through in a race of so many racers: its own, or the usual ones."""
        if self.points or not KINDS[self.kind].points:
            return self.points
        first_end = PathPoint(racer=0, step="end")
        if self.kind == "weights":
            return (COMMON_START,)
        if self.kind == "line":
            return (
                (PathPoint(racer=0), first_end) if racers < 2 else (first_end, PathPoint(racer=1, step="end"))
            )
        if self.kind == "points":
            ends = [PathPoint(racer=number, step="end") for number in range(min(racers, 3))]
            if len(ends) == 3:
                return tuple(ends)
            return (
                PathPoint(racer=0),
                *(ends if len(ends) == 2 else (PathPoint(racer=0, step=1), first_end)),
            )
        return (first_end,)

    @property
    def needs_paths(self) -> bool:
        """Whether the plane is known only after the race."""
        return self.kind == "pca" or any(point.needs_path for point in self.points_for(MOST_RACERS))

    def check(self, racers: int, parameters: int) -> None:
        """Refuse what a race of so many racers on a landscape of so many parameters does not have.

        Raises
        ------
        ValueError
            If a racer or a parameter is not there; the message names it and what would be right.
        """
        named = (*self.racers, *(point.racer for point in self.points if point.racer is not None))
        missing = next((number for number in named if number >= racers), None)
        if missing is not None:
            there = f"they have the numbers 0 to {racers - 1}" if racers else "there are none"
            raise ValueError(f"there is no racer {missing}; {there}")
        if self.directions > parameters:
            raise ValueError(f"a plane needs two parameters; there is {parameters}")
        if self.kind == "weights" and max(self.weights) >= parameters:
            raise ValueError(
                f"weights: there is no parameter {max(self.weights)}; they have the numbers 0 to {parameters - 1}"
            )

    def renumbered(self, place_of: Callable[[int], int | None]) -> Self:
        """Return the rule for a race whose racers have other places: `place_of` tells the new one, None if it is gone.

        Where a point lay on the path of a racer that is gone, the kind's usual points take the place of all.
        """
        racers = tuple(new for number in self.racers if (new := place_of(number)) is not None)
        points: list[PathPoint] = []
        for point in self.points:
            new = None if point.racer is None else place_of(point.racer)
            if point.racer is not None and new is None:
                points = []
                break
            points.append(point.evolve(racer=new))
        return self.evolve(racers=racers, points=tuple(points))
