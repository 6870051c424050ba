"""The model of a lesson: scenes with narration, experiment and presentation settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from optexplorer.catalogue import nearest
from optexplorer.experiment.experiment import MOST_RACERS, MOST_STEPS, Experiment
from optexplorer.lessons.narration import Mathematics, Prose, prose
from optexplorer.runs.run import run
from optexplorer.text import Language

ViewName = Literal["surface", "map", "curve", "fit", "network", "chart", "anatomy", "readout"]
VIEWS: tuple[ViewName, ...] = get_args(ViewName)
"""The views that a scene can show: `curve` of one coordinate, `surface` and `map` of two and more, `fit` of data,
`network` of one."""

CONTROLS = (
    "landscape",
    "plane",
    "start",
    "steps",
    "seed",
    "racers",
    "optimizer",
    "learning-rate",
    "hyperparameters",
    "schedule",
    "source",
    "transport",
)
"""The controls that a scene can point at, hide or lock."""


def _known_part(mark: str) -> str:
    kind, _, number = mark.partition(":")
    if mark in CONTROLS or mark in VIEWS:
        return mark
    if kind == "racer" and number.isdecimal() and 1 <= int(number) <= MOST_RACERS:
        return f"racer:{int(number)}"
    closest = nearest(mark, (*CONTROLS, *VIEWS, "racer:1"))
    hint = f"did you mean '{closest}'?" if closest else f"known: {', '.join((*CONTROLS, *VIEWS))}, racer:1"
    raise ValueError(f"there is no control or view '{mark[:60]}'; {hint}")


PartName = Annotated[str, AfterValidator(_known_part)]
"""A control, a view, or a racer by its number: `racer:1`."""


class _LessonPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FrontMatter(_LessonPart):
    """What stands between the `+++` lines; `time` is in minutes."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    title: str = Field(min_length=1, max_length=120)
    language: Language = "en"
    authors: tuple[str, ...] = Field((), max_length=50)
    time: int = Field(10, ge=1, le=600)
    summary: str = Field("", max_length=400)


class Presentation(_LessonPart):
    """How a scene is shown.

    Attributes
    ----------
    views : what is shown, the most important first
    playhead : the step at which the scene opens
    play_to : the step up to which it then plays by itself, or None
    speed : steps per second, or None for the user's own
    fog : the radius around visited points within which the landscape is seen, in its own units; 0 without fog
    watch : what is pointed at
    hidden, locked : what the class does not see, and what it cannot change
    """

    views: tuple[ViewName, ...] = Field(("surface", "map", "chart"), min_length=1, max_length=len(VIEWS))
    playhead: int = Field(0, ge=0, le=MOST_STEPS)
    play_to: int | None = Field(None, ge=0, le=MOST_STEPS)
    speed: float | None = Field(None, gt=0, le=1000)
    fog: float = Field(0.0, ge=0, le=1e9)
    watch: tuple[PartName, ...] = Field((), max_length=40)
    hidden: tuple[PartName, ...] = Field((), max_length=40)
    locked: tuple[PartName, ...] = Field((), max_length=40)

    @property
    def last(self) -> int:
        """The step at which the playhead stands in the end."""
        return self.playhead if self.play_to is None else self.play_to


class Choice(_LessonPart):
    """A question with several answers, one of them right; `right` counts from 1."""

    kind: Literal["choice"] = "choice"
    text: str = Field(min_length=1, max_length=600)
    answers: tuple[Annotated[str, Field(min_length=1, max_length=300)], ...] = Field(
        min_length=2, max_length=6
    )
    right: int = Field(ge=1)
    explanation: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _one_of_the_answers(self) -> Self:
        if self.right > len(self.answers):
            raise ValueError(f"right = {self.right} is not allowed; there are {len(self.answers)} answers")
        return self


class Click(_LessonPart):
    """A question that is answered with a click where something will be.

    `target` is the point itself, or None for where the racer (counted from 1) stands at the scene's last step; see
    `LessonScene.target`. A click is right within `tolerance` of it, a distance in the landscape's units.
    """

    kind: Literal["click"]
    text: str = Field(min_length=1, max_length=600)
    target: tuple[float, ...] | None = None
    racer: int = Field(1, ge=1)
    tolerance: float = Field(gt=0, le=1e9)
    explanation: str = Field("", max_length=1000)


Question = Choice | Click


@dataclass(frozen=True)
class LessonScene:
    """One scene: what is told and what is shown.

    Attributes
    ----------
    title : its heading
    narration : prose and mathematics, in order
    experiment : complete, with all that the scenes before have set
    presentation : how it is shown
    question : what the class is to predict before it plays, or None
    notes : what only the speaker sees, Markdown
    line : of the heading, in the file
    """

    title: str
    narration: tuple[Prose | Mathematics, ...]
    experiment: Experiment
    presentation: Presentation
    question: Question | None = None
    notes: str = ""
    line: int = 1

    def formulas(self) -> tuple[tuple[int, str], ...]:
        """Return every formula of narration and question in LaTeX, each with its line or that of the scene."""
        told = [
            (block.line, latex)
            for block in self.narration
            for latex in ((block.latex,) if isinstance(block, Mathematics) else block.formulas)
        ]
        question = self.question
        texts = () if question is None else (question.text, question.explanation)
        answers = question.answers if isinstance(question, Choice) else ()
        asked = [(self.line, latex) for text in (*texts, *answers) for latex in prose(text).formulas]
        return (*told, *asked)

    def target(self, should_stop: Callable[[], bool] = lambda: False) -> tuple[float, ...] | None:
        """Return where the click is right that the scene asks for, or None if it asks for none.

        Costs a descent if the target is where a racer will be; it is cut short when `should_stop` says so.
        """
        question = self.question
        if not isinstance(question, Click) or question.target is not None:
            return question.target if isinstance(question, Click) else None
        number = question.racer - 1
        results = run(self.experiment, should_stop=should_stop, racers=[number])
        results.raise_errors()
        path = results.trajectories[number]
        assert path is not None
        last = path.steps if self.presentation.play_to is None else self.presentation.play_to
        return tuple(path.position_at(min(last, path.steps)).tolist())


@dataclass(frozen=True)
class Lesson:
    """A lesson: its front matter, and its scenes in order."""

    id: str
    title: str
    language: Language
    authors: tuple[str, ...]
    minutes: int
    summary: str
    scenes: tuple[LessonScene, ...]
