"""What differs between two experiments: all that changes descents, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.difference import differences
from optexplorer.experiment.experiment import Experiment


def changed(**update: Any) -> tuple[tuple[str, str, str], ...]:
    first = default_experiment()
    second = Experiment.model_validate({**first.model_dump(mode="json"), **update})
    return tuple((d.what.en, d.first.en, d.second.en) for d in differences(first, second))


def racers(index: int, **update: Any) -> list[dict[str, Any]]:
    found = [racer.model_dump(mode="json") for racer in default_experiment().racers]
    settings = update.pop("optimizer", {})
    optimizer = {**found[index]["optimizer"], **settings}
    found[index] = {**found[index], **update, "optimizer": optimizer}
    return found


def test_an_experiment_does_not_differ_from_itself() -> None:
    assert differences(default_experiment(), default_experiment()) == ()


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"steps": 50}, ("steps", "300", "50")),
        ({"seed": 7}, ("seed", "0", "7")),
        ({"start": [0.5, -1.0]}, ("start", "(1, 1.5)", "(0.5, −1)")),
        ({"stop_when_converged": False}, ("stops when converged", "yes", "no")),
        (
            {"racers": racers(0, optimizer={"lr": 0.01})},
            ("Gradient descent (1): learning rate", "0.001", "0.01"),
        ),
        ({"racers": racers(5, optimizer={"beta1": 0.5})}, ("Adam (6): decay of the mean", "0.9", "0.5")),
        ({"racers": racers(0, schedule={"id": "step"})}, ("Gradient descent (1)", "Constant", "Steps")),
        ({"racers": racers(0)[:5]}, ("racer 6", "Adam", "none")),
        ({"racers": racers(2, start=[0.0, 0.0])}, ("Nesterov (3): own start", "–", "(0, 0)")),
    ],
)
def test_one_change_is_one_difference(update: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert changed(**update) == (expected,)


def test_another_optimizer_is_told_by_name_not_by_its_settings() -> None:
    other = {"optimizer": {"id": "adam", "lr": 0.5}, "colour": "#0072B2", "stream": 0}
    found = [racer.model_dump(mode="json") for racer in default_experiment().racers]
    assert changed(racers=[other, *found[1:]]) == (("racer 1", "Gradient descent", "Adam"),)


def test_colours_visibility_and_looks_do_not_count() -> None:
    assert changed(racers=racers(0, colour="#123456", visible=False), appearance={"colour_map": "grey"}) == ()


def test_another_landscape_is_told_in_both_languages() -> None:
    first = default_experiment()
    second = first.model_copy(update={"landscape": "himmelblau"})
    (difference,) = differences(first, second)
    assert difference.first.en == "Beale"
    assert difference.second.ja == "ヒンメルブラウ関数"
