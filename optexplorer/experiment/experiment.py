"""The document: everything that the program shows follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from optexplorer.engine import landscapes
from optexplorer.engine.descent import RunSpec, StoppingCriteria
from optexplorer.engine.landscapes import personal
from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.definitions import Definition, landscape_of
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.painted.definition import PAINTED, PaintedDefinition
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.racer import DEFAULT_COLOUR, Racer
from optexplorer.notebook_repr import NotebookRepr

MOST_STEPS = 100_000
MOST_RACERS = 24
OWN = "own-formula"
"""The id of a landscape that is not in the catalogue but in the experiment itself."""


def _kind(landscape: object) -> str:
    """Say which kind of landscape is meant, so that complaints are only about that one."""
    if isinstance(landscape, PaintedDefinition) or (
        isinstance(landscape, Mapping) and "heights" in landscape
    ):
        return "Painted"
    return "Formula" if isinstance(landscape, FormulaDefinition | Mapping) else "Id"


LandscapeRef = Annotated[
    Annotated[str, Tag("Id")]
    | Annotated[FormulaDefinition, Tag("Formula")]
    | Annotated[PaintedDefinition, Tag("Painted")],
    Discriminator(_kind),
]
"""The id of a landscape of the catalogue, or a landscape itself."""


class Experiment(NotebookRepr, BaseModel):
    """A landscape, a list of racers, where and how long they run, and how it is looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    landscape: LandscapeRef
    racers: tuple[Racer, ...] = Field((), max_length=MOST_RACERS)
    start: tuple[float, ...] = ()
    steps: int = Field(200, ge=1, le=MOST_STEPS)
    seed: int = Field(0, ge=0, le=2**63 - 1)
    stop_when_converged: bool = True
    view: ComputationView = ComputationView()
    appearance: Appearance = Appearance()

    @field_validator("landscape")
    @classmethod
    def _bring_own(cls, landscape: str | Definition) -> str | Definition:
        # One of the person's own landscapes goes along with the experiment, whoever opens it.
        if isinstance(landscape, str) and landscape not in landscapes.catalogue_ids():
            return personal.load().definitions.get(landscape, landscape)
        return landscape

    @model_validator(mode="after")
    def _fit_starts(self) -> Self:
        landscape = self.resolve_landscape()
        if not self.start:
            # The one write to a frozen model, before anyone has seen it: the landscape's own start.
            object.__setattr__(self, "start", landscape.start)
        for start in (self.start, *(racer.start for racer in self.racers if racer.start is not None)):
            if len(start) != landscape.dimension:
                raise ValueError(
                    f"start: {landscape.id} has {landscape.dimension} coordinate(s) "
                    f"({', '.join(landscape.variables)}), but {len(start)} are given"
                )
        return self

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

    def computation(self) -> Experiment:
        """Return the experiment without what changes no computed number: its appearance, and how racers are drawn.

        Two experiments with equal computations have the same trajectories and the same samples of the landscape.
        """
        plain = {"colour": DEFAULT_COLOUR, "visible": True}
        racers = tuple(
            racer.model_copy(update={**plain, "start": self.start_of(racer)}) for racer in self.racers
        )
        update = {"appearance": Appearance(), "racers": racers, "start": ()}
        return self.model_copy(update=update)

    def seen_as(self, other: Experiment) -> Experiment:
        """Return the experiment with the view and the appearance of another one."""
        return self.model_copy(update={"view": other.view, "appearance": other.appearance})

    def with_racer(self, index: int, racer: Racer) -> Experiment:
        """Return the experiment with the racer at `index` replaced."""
        racers = (*self.racers[:index], racer, *self.racers[index + 1 :])
        return self.model_copy(update={"racers": racers})

    def save(self, path: str | Path) -> None:
        """Write the experiment to a file (.optx), whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written; what was there before is then still there.
        """
        from optexplorer.experiment import files

        files.write(path, self)

    def show(self) -> None:
        """Open the program with the experiment, in a process of its own; what it says comes on standard error."""
        from optexplorer.experiment.launch import show

        show(self)

    def next_stream(self) -> int:
        """Return a random stream that no racer has yet."""
        return max((racer.stream for racer in self.racers), default=-1) + 1


@lru_cache(maxsize=64)
def _resolved(landscape: str | Definition) -> Landscape:
    if isinstance(landscape, str):
        return landscapes.get(landscape)
    return landscape_of(PAINTED if isinstance(landscape, PaintedDefinition) else OWN, landscape)
