"""The document: everything that the program shows follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, NamedTuple, Self

from pydantic import (
    BeforeValidator,
    Field,
    SerializeAsAny,
    field_serializer,
    field_validator,
    model_validator,
)

from optexplorer.engine import landscapes
from optexplorer.engine.descent import StoppingCriteria
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.landscapes import personal, registry
from optexplorer.engine.landscapes.base import Landscape, LandscapeDefinition
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Schedule
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.frozen_model import FrozenModel
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.experiment.racer import Racer, placed
from optexplorer.experiment.script_methods import ScriptMethods
from optexplorer.notebook_repr import NotebookRepr

MOST_STEPS = 100_000
MOST_RACERS = 24
LISTED_COORDINATES = 16
"""Coordinates up to which files hold the start even where it is the landscape's own."""


def _read_landscape(given: object) -> object:
    if isinstance(given, Landscape):
        known = given.id in landscapes.CATALOGUE and landscapes.CATALOGUE.get(given.id) == given
        return given.id if known or given.definition is None else given.definition
    if isinstance(given, Mapping):
        return registry.read(given)
    if isinstance(given, str) and given not in landscapes.CATALOGUE:
        # A personal landscape is stored in the experiment itself, so that it can be opened elsewhere.
        return personal.load().definitions.get(given, given)
    return given


LandscapeRef = Annotated[str | SerializeAsAny[LandscapeDefinition], BeforeValidator(_read_landscape)]
"""The id of a landscape of the catalogue, or the definition of another, of any kind."""


class Run(NamedTuple):
    """What the numbers of one racer depend on, beside what all racers have in common."""

    optimizer: Optimizer
    schedule: Schedule
    source: GradientSource | None
    start: tuple[float, ...]
    stream: int


class Computation(NamedTuple):
    """What the computed numbers of an experiment depend on: a key that is compared and hashed."""

    landscape: str | LandscapeDefinition
    runs: tuple[Run, ...]
    steps: int
    seed: int
    stop_when_converged: bool
    view: ComputationView


class Experiment(NotebookRepr, ScriptMethods, FrozenModel):
    """A landscape, a list of racers, where and how long they run, and how it is looked at.

    Attributes
    ----------
    landscape : the id of a landscape of the catalogue, or a definition, in files `{"kind": "formula", ...}`
    racers : what descends; one without colour or random stream gets those of its place
    start : where racers without a start of their own begin; () for the landscape's own start
    steps : the greatest number of steps
    seed : of all random numbers, together with a racer's stream
    stop_when_converged : whether a descent ends where gradient and step have become tiny
    view : the part of the landscape that is computed for its picture
    appearance : how it is drawn
    """

    landscape: LandscapeRef
    racers: tuple[Racer, ...] = Field((), max_length=MOST_RACERS)
    start: tuple[float, ...] = ()
    steps: int = Field(200, ge=1, le=MOST_STEPS)
    seed: int = Field(0, ge=0, le=2**63 - 1)
    stop_when_converged: bool = True
    view: ComputationView = ComputationView()
    appearance: Appearance = Appearance()

    @field_validator("racers")
    @classmethod
    def _place(cls, racers: tuple[Racer, ...]) -> tuple[Racer, ...]:
        return placed(racers)

    @field_serializer("start")
    def _write_start(self, start: tuple[float, ...]) -> tuple[float, ...]:
        """Return the start, or () for the initial values of a model: its seed stands for thousands of numbers."""
        own = len(start) > LISTED_COORDINATES and start == self.resolve_landscape().start
        return () if own else start

    @model_validator(mode="after")
    def _fit_landscape(self) -> Self:
        landscape = self.resolve_landscape()
        if not self.start:
            # The one write to a frozen model, before anyone has seen it: the landscape's own start.
            object.__setattr__(self, "start", landscape.start)
        has = (
            f"{landscape.id} has {landscape.dimension} coordinate(s) ({', '.join(landscape.variables[:16])})"
        )
        for start in (self.start, *(racer.start for racer in self.racers if racer.start is not None)):
            if len(start) != landscape.dimension:
                raise ValueError(f"start: {has}, but {len(start)} are given")
        if "plane" not in self.view.model_fields_set and (plane := usual_plane(landscape)) is not None:
            object.__setattr__(self, "view", self.view.evolve(plane=plane))
        self._check_plane(landscape, has)
        return self

    def _check_plane(self, landscape: Landscape, has: str) -> None:
        plane = self.view.plane
        if isinstance(plane, PlaneRule):
            try:
                plane.check(len(self.racers), landscape.dimension)
            except ValueError as error:
                raise ValueError(f"view.plane: {error}") from error
        elif plane is not None and plane.dimension != landscape.dimension:
            raise ValueError(f"view.plane: {has}, but its origin has {plane.dimension}")

    def checked(self) -> Self:
        """Return the experiment if it could be written to a file and read back, all parts included.

        Raises
        ------
        InvalidValueError
            If some part holds what is not allowed, as `model_copy` may have put there.
        """
        # The landscape apart: reading a formula takes longer than all the rest, and it rarely changes.
        fields, landscape = self.model_dump(exclude={"landscape"}, warnings=False), self.landscape
        try:
            fields["landscape"] = landscape if isinstance(landscape, str) else _checked(landscape)
        except ValueError:
            # Read again below, for an error that knows its place.
            fields["landscape"] = self.model_dump(include={"landscape"}, warnings=False)["landscape"]
        found = self._validated(fields)
        return self if found == self else found

    def resolve_landscape(self) -> Landscape:
        """Return the landscape itself.

        Raises
        ------
        optexplorer.catalogue.UnknownIdError
            If the catalogue does not have it.
        """
        return _resolved(self.landscape)

    def run_spec(self, racer: Racer) -> RunSpec:
        """Return how `racer` descends: all that its path depends on but start and steps."""
        return RunSpec(
            self.resolve_landscape(), racer.optimizer, racer.schedule, racer.source, self.seed, racer.stream
        )

    def end_rule(self) -> StoppingCriteria:
        """Return when a descent ends before its last step."""
        return StoppingCriteria(converge=self.stop_when_converged)

    def start_of(self, racer: Racer) -> tuple[float, ...]:
        """Return where `racer` starts: at its own start, or at the common one."""
        return self.start if racer.start is None else racer.start

    def computation(self) -> Computation:
        """Return what the computed numbers depend on: all but the appearance and how racers are drawn.

        Two experiments with equal computations have the same trajectories and the same samples of the landscape.
        """
        runs = tuple(
            Run(racer.optimizer, racer.schedule, racer.source, self.start_of(racer), racer.stream)
            for racer in self.racers
        )
        return Computation(self.landscape, runs, self.steps, self.seed, self.stop_when_converged, self.view)

    def seen_as(self, other: Experiment) -> Self:
        """Return the experiment with the view and the appearance of another one.

        The plane stays its own, and where the other has another plane, so do window and interval.
        """
        view, own = other.view, self.view
        if view.plane != own.plane:
            view = view.evolve(plane=own.plane, window=own.window, interval=own.interval)
        return self.evolve(view=view, appearance=other.appearance)

    def on_landscape(self, landscape: str | LandscapeDefinition) -> Self:
        """Return the same race on another landscape, from its own start and with all of it in view.

        A model of more than two parameters is seen on the plane of its paths.

        Raises
        ------
        optexplorer.experiment.frozen_model.InvalidValueError
            If there is no such landscape.
        """
        moved = self.evolve(
            landscape=landscape,
            start=(),
            racers=tuple(racer.evolve(start=None) for racer in self.racers),
            view=self.view.evolve(plane=None, window=None, interval=None),
            # Shown or not, the fit was about the data of another landscape.
            appearance=self.appearance.with_whole_chart().evolve(fit=None),
        )
        whole = moved.resolve_landscape()
        return moved.evolve(
            racers=tuple(racer.suited_to(whole) for racer in moved.racers),
            view=moved.view.evolve(plane=usual_plane(whole)),
        )

    def with_racers(self, racers: tuple[Racer, ...], place_of: Callable[[int], int | None]) -> Self:
        """Return the experiment with other racers; `place_of` tells the new place of one, None if it is gone.

        The rule that finds the plane goes on naming the same racers.
        """
        plane, view = self.view.plane, self.view
        if isinstance(plane, PlaneRule):
            view = view.evolve(plane=plane.renumbered(place_of))
        return self.evolve(racers=racers, view=view)

    def with_racer(self, index: int, racer: Racer) -> Self:
        """Return the experiment with the racer at `index` replaced."""
        return self.evolve(racers=(*self.racers[:index], racer, *self.racers[index + 1 :]))

    def next_stream(self) -> int:
        """Return a random stream that no racer has yet."""
        return max((racer.stream for racer in self.racers), default=-1) + 1


def usual_plane(landscape: Landscape) -> PlaneRule | None:
    """Return how the plane of a new experiment is found: for a model of more than two parameters, from its paths."""
    return PlaneRule(kind="pca") if landscape.examples and landscape.dimension > 2 else None


@lru_cache(maxsize=64)
def _checked(definition: LandscapeDefinition) -> LandscapeDefinition:
    return registry.read(definition.model_dump(warnings=False))


@lru_cache(maxsize=64)
def _resolved(landscape: str | LandscapeDefinition) -> Landscape:
    return landscapes.get(landscape) if isinstance(landscape, str) else landscape.landscape()
