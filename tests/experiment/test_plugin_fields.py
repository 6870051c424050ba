"""Whatever a plugin calls its hyperparameters, they come back from files, texts, lessons and the command line."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from optexplorer.cli.experiment_options import asked_experiment
from optexplorer.engine import optimizers, schedules
from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.optimizers.base import Array, RuleOptimizer, State, learning_rate
from optexplorer.engine.optimizers.wrappers import Lookahead
from optexplorer.engine.schedules.base import Constant
from optexplorer.experiment import files, share
from optexplorer.experiment.difference import differences
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.lessons.reading import parse_lesson
from optexplorer.lessons.writing import lesson_from
from optexplorer.text import Text
from tests.test_cli_several_optimizers import NOTHING_ELSE

WORDS = Text("Any", "任意")


def number(default: float) -> Any:
    return hyperparameter(default, "s", WORDS, WORDS, ge=0, le=10)


class Colliding(RuleOptimizer):
    """An optimizer whose hyperparameters are called like the fields of a racer, and of an experiment."""

    id: ClassVar[str] = "colliding"
    title: ClassVar[Text] = Text("Colliding", "衝突")
    idea: ClassVar[Text] = WORDS
    shines: ClassVar[Text] = WORDS
    fails: ClassVar[Text] = WORDS
    reference: ClassVar[str] = "nobody (2000)"
    formula: ClassVar[str] = "x"

    lr: float = learning_rate(0.01)
    start: float = number(1)
    colour: float = number(1)
    visible: bool = hyperparameter(True, "v", WORDS, WORDS)
    stream: float = number(1)
    schedule: float = number(1)
    source: float = number(1)
    optimizer: float = number(1)
    view: float = number(1)
    landscape: float = number(1)
    kind: float = number(1)

    def update(self, gradient: Array, state: State, x: Array, lr: Any) -> tuple[Array, State]:
        return gradient * -lr, state


SETTINGS = {name: 2 + place / 4 for place, name in enumerate(Colliding.model_fields) if name != "visible"}
SET = Colliding(**SETTINGS, visible=False)


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(optimizers.CATALOGUE.found, "colliding", Colliding)


@pytest.mark.parametrize(
    "optimizer", [SET, Lookahead(inner=SET), Colliding()], ids=["plain", "inner", "defaults"]
)
def test_they_come_back(optimizer: Any) -> None:
    racer = Racer(
        optimizer=optimizer, schedule=schedules.read("cosine"), start=(1, 2), colour="#123456", stream=5
    )
    experiment = Experiment(landscape="booth", racers=(racer, racer.evolve(stream=6)))
    assert experiment.checked() is experiment
    assert files.from_json(files.to_json(experiment)) == experiment
    assert share.from_text(share.to_text(experiment)) == experiment
    assert parse_lesson(lesson_from(experiment, "en")).scenes[0].experiment == experiment
    (found, _) = files.from_json(files.to_json(experiment)).racers
    assert (found.start, found.colour, found.visible, found.stream) == ((1, 2), "#123456", True, 5)


def test_they_are_set_on_the_command_line() -> None:
    settings = tuple((name, str(value)) for name, value in SETTINGS.items())
    asked = {
        "landscape": "booth",
        "optimizers": ("colliding",),
        "settings": (*settings, ("visible", "false")),
    }
    (racer,) = asked_experiment(**asked, **NOTHING_ELSE).racers  # type: ignore[arg-type]
    assert racer.optimizer == SET
    assert (racer.schedule, racer.visible, racer.start) == (Constant(), True, None)


def test_they_are_told_apart_from_those_of_the_racer() -> None:
    first = Experiment(landscape="booth", racers=(Racer(optimizer=SET, start=(0, 0)),))
    second = first.with_racer(0, first.racers[0].evolve(optimizer=SET.model_copy(update={"start": 7.0})))
    (difference,) = differences(first, second)
    assert (difference.first.en, difference.second.en) == (f"{SET.start:g}", "7")


def test_a_racer_that_is_wrong_names_the_right_field() -> None:
    fields = {"landscape": "booth", "version": 2}
    racer = {"optimizer": {"id": "colliding", "start": 11}, "start": [0, 0]}
    with pytest.raises(
        files.FileError, match=r"^racers\[0\]\.optimizer\.start = 11 is not allowed; 0 <= start <= 10$"
    ):
        files.read_fields({**fields, "racers": [racer]})
    racer = {"optimizer": {"id": "colliding", "start": 5}, "start": [0]}
    with pytest.raises(files.FileError, match=r"^start: booth has 2"):
        files.read_fields({**fields, "racers": [racer]})
