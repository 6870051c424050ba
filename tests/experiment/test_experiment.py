"""An experiment is its JSON: what is written can be read, and is then the same value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.schedules.base import Constant
from optexplorer.engine.schedules.decay import Step
from optexplorer.engine.schedules.warmup import Warmup
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from tests.strategies import EXPERIMENTS, OWN


@settings(max_examples=60, deadline=None)
@given(EXPERIMENTS)
def test_an_experiment_comes_back_from_its_file_as_it_was(experiment: Experiment) -> None:
    text = experiment.model_dump_json()
    back = Experiment.model_validate_json(text)
    assert back == experiment
    assert hash(back) == hash(experiment)
    assert back.model_dump_json() == text
    assert [back.run_spec(racer) for racer in back.racers] == [
        experiment.run_spec(racer) for racer in experiment.racers
    ]


def test_a_formula_keeps_its_variables_order_in_a_file() -> None:
    # JSON objects have no order in theory; here the order is that of the coordinates.
    back = Experiment.model_validate_json(Experiment(landscape=OWN).model_dump_json())
    assert back.resolve_landscape().variables == ("y", "x")


def test_settings_stand_beside_the_id_they_belong_to() -> None:
    racer = Racer.model_validate(
        {
            "optimizer": {"id": "gd", "lr": 0.05},
            "schedule": {"id": "step", "step_size": 7},
            "source": {"id": "noisy", "sigma": 0.5, "clip_norm": 1},
        }
    )
    assert racer.optimizer == GradientDescent(lr=0.05)
    assert racer.schedule == Step(step_size=7)
    assert racer.source == Noisy(sigma=0.5, clip_norm=1)
    written = racer.model_dump()
    assert written["optimizer"] == {"id": "gd", "lr": 0.05, "weight_decay": 0.0, "maximize": False}
    assert written["schedule"] == {"id": "step", "step_size": 7, "gamma": 0.1}


def test_what_is_left_out_has_its_default() -> None:
    racer = Racer.model_validate({"optimizer": "gd", "schedule": "cosine"})
    assert racer.schedule.id == "cosine"
    assert racer.source is None
    assert Racer.model_validate({"optimizer": "gd"}).schedule == Constant()


def test_a_warm_up_carries_what_follows_it() -> None:
    racer = Racer(optimizer=GradientDescent(), schedule=Warmup(total_iters=3, then=Step(step_size=2)))
    assert racer.model_dump()["schedule"]["then"]["id"] == "step"
    assert Racer.model_validate_json(racer.model_dump_json()) == racer


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimizer": "gdd"}, "did you mean 'gd'"),
        ({"optimizer": {"id": "gd", "learning_rate": 1}}, "no parameter 'learning_rate'"),
        ({"optimizer": {"id": "gd", "lr": -1}}, "0 < lr"),
        ({"lr": 1}, "lr is not known beside the optimizer"),
        ({"schedule": {"id": "stap"}}, "did you mean 'step'"),
        ({"schedule": {"id": "step", "stepsize": 3}}, "did you mean 'step_size'"),
        ({"schedule": {"step_size": 3}}, "has no id"),
        ({"source": {"id": "noisy", "sigma": -1}}, "0 <= sigma"),
        ({"source": {"id": "noise"}}, "did you mean 'noisy'"),
        ({"source": 7}, "has no id"),
    ],
)
def test_a_wrong_file_says_what_would_be_right(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Racer.model_validate({"optimizer": "gd", **change})


def test_equal_racers_are_equal_keys() -> None:
    one, other = (
        Racer(optimizer=GradientDescent(lr=0.1), schedule=Step(), source=Exact(clip_norm=1)) for _ in range(2)
    )
    assert {one: "trajectory"}[other] == "trajectory"
    assert one != one.model_copy(update={"schedule": Step(gamma=0.5)})
