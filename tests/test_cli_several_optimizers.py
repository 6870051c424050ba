"""`export` shows a race of several optimizers; `run` is of one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from optexplorer.cli.command_line import commands
from optexplorer.cli.experiment_options import asked_experiment
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.engine.optimizers.wrappers import Lookahead
from optexplorer.experiment.experiment import Experiment

NOTHING_ELSE = {
    "formula": None, "domain": (), "parameters": (), "start": None, "steps": 10, "seed": 0, "schedule": None,
    "schedule_settings": (), "source": None, "source_settings": (), "clip_norm": None, "clip_value": None,
}  # fmt: skip


def race(*optimizers: str, settings: tuple[tuple[str, str], ...] = ()) -> Experiment:
    asked = {"landscape": "himmelblau", "optimizers": optimizers, "settings": settings}
    return asked_experiment(**asked, **NOTHING_ELSE)  # type: ignore[arg-type]


def test_each_optimizer_is_a_racer_with_its_own_colour_and_stream() -> None:
    racers = race("adam", "gd", "sgd").racers
    assert [racer.optimizer.id for racer in racers] == ["adam", "gd", "sgd"]
    assert len({racer.colour for racer in racers}) == 3
    assert [racer.stream for racer in racers] == [0, 1, 2]


def test_a_setting_is_for_all_and_with_a_prefix_for_one() -> None:
    racers = race("adam", "gd", settings=(("lr", "0.25"), ("adam.lr", "0.5"), ("adam.beta1", "0.8"))).racers
    assert [racer.optimizer.lr for racer in racers] == [0.5, 0.25]
    assert racers[0].optimizer.model_dump()["beta1"] == 0.8


def test_a_setting_named_like_an_optimizer_is_a_setting() -> None:
    racers = race(
        "momentum", "nesterov", settings=(("momentum", "0.5"), ("nesterov.momentum", "0.25"))
    ).racers
    assert [racer.optimizer.model_dump()["momentum"] for racer in racers] == [0.5, 0.25]


def test_a_setting_for_one_counts_wherever_it_stands() -> None:
    racers = race("adam", "gd", settings=(("adam.lr", "0.5"), ("lr", "0.25"))).racers
    assert [racer.optimizer.lr for racer in racers] == [0.5, 0.25]


def test_settings_of_optimizers_inside_others() -> None:
    settings = (("inner", "lookahead"), ("inner.inner", "momentum"), ("inner.inner.momentum", "0.5"))
    (racer,) = race("lookahead", settings=settings).racers
    assert racer.optimizer == Lookahead(inner=Lookahead(inner=Momentum(momentum=0.5)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "--set", "gd.lrr=1", "-o", "a.png"], "gd has no parameter 'lrr'"),
        (["export", "--set", "sgd.lr=1", "-o", "a.png"], "there is no sgd in this race"),
        (["run"], "a table is of one run"),
        (
            ["export", *["--optimizer", "gd"] * 23, "-o", "a.png"],
            "25 optimizers are too many for one race; at most 24",
        ),
    ],
)
def test_what_cannot_be_is_refused(arguments: list[str], message: str) -> None:
    command, *rest = arguments
    two = ["--landscape", "himmelblau", "--optimizer", "adam", "--optimizer", "gd"]
    said = CliRunner().invoke(commands, [command, *two, *rest])
    assert said.exit_code == 2
    assert message in said.stderr
    assert said.stdout == ""
