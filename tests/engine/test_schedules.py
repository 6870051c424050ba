"""Schedules against trajectories recorded from PyTorch, and what holds for all of them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.batch_descent import batch_descent
from optexplorer.engine.declaration import SettingsError, flat, hyperparameters
from optexplorer.engine.descent import StoppingCriteria, trajectory
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.run_spec import RunSpec
from optexplorer.engine.schedules.base import Constant, Schedule
from optexplorer.engine.schedules.cycles import Cosine, Cyclic, OneCycle
from optexplorer.engine.schedules.plateau import Plateau
from optexplorer.engine.schedules.warmup import Warmup
from optexplorer.text import Text

DATA = Path(__file__).parent.parent / "data" / "torch_schedules.json"
CASES: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))["cases"]
GradientDescent, Momentum, Adam = (optimizers.get(id) for id in ("gd", "momentum", "adam"))
OPTIMIZERS: dict[str, type[Optimizer]] = {"Adam": Adam, "SGD": Momentum}
NEVER = StoppingCriteria(converge=False, escape=math.inf)


def every_schedule() -> list[Schedule]:
    return [schedules.get(id)() for id in schedules.ids()]


@pytest.mark.numbers
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['optimizer'][0]}-{case['schedule']['id']}")
def test_trajectories_are_those_of_pytorch(case: dict[str, Any]) -> None:
    name, settings = case["optimizer"]
    schedule = schedules.read(case["schedule"])
    run_spec = RunSpec(landscapes.get(case["landscape"]), OPTIMIZERS[name](**settings), schedule)
    found = trajectory(run_spec, tuple(case["start"]), 60, end=NEVER)
    np.testing.assert_allclose(found.learning_rate[:60], case["lr"], rtol=1e-10, atol=1e-18)
    np.testing.assert_allclose(found.position, case["x"], rtol=1e-10)
    momenta = schedule.momenta(61)
    if momenta is None:
        assert len(set(case["momentum"])) == 1
    else:
        np.testing.assert_allclose(momenta[:60], case["momentum"], rtol=1e-10)


def test_every_schedule_with_a_torch_class_is_among_the_recorded_cases() -> None:
    recorded = {case["schedule"]["id"] for case in CASES}
    assert {s.id for s in every_schedule() if s.torch_class} <= recorded


def test_the_inverse_square_root_follows_vaswani_after_the_first_step() -> None:
    rates = schedules.read({"id": "inverse-sqrt", "timescale": 4}).rates(0.5, 13)
    np.testing.assert_allclose(rates[[0, 5, 12]], [0.5, 0.5 * math.sqrt(4 / 9), 0.5 / 2], rtol=1e-15)


@pytest.mark.parametrize("schedule", every_schedule(), ids=lambda s: s.id)
class TestEverySchedule:
    def test_it_has_words_in_both_languages_and_a_formula(self, schedule: Schedule) -> None:
        words = [schedule.title, schedule.idea]
        for parameter in hyperparameters(type(schedule)):
            words += [parameter.label, parameter.help]
        assert all(isinstance(text, Text) and text.en and text.ja for text in words)
        assert schedule.formula

    def test_all_fields_are_declared_as_hyperparameters(self, schedule: Schedule) -> None:
        assert {p.name for p in hyperparameters(type(schedule))} == set(type(schedule).model_fields)

    @pytest.mark.parametrize("steps", [1, 2, 200])
    def test_its_rates_are_finite_and_not_negative(self, schedule: Schedule, steps: int) -> None:
        rates = schedule.rates(0.1, steps)
        assert rates.shape == (steps,)
        assert np.isfinite(rates).all()
        assert (rates >= 0).all()

    def test_rates_of_a_shorter_run_are_the_first_of_a_longer_one(self, schedule: Schedule) -> None:
        if isinstance(schedule, Cosine | OneCycle):
            pytest.skip("stretches over the run")
        np.testing.assert_array_equal(schedule.rates(0.1, 30), schedule.rates(0.1, 100)[:30])

    def test_it_comes_back_from_a_file_unchanged(self, schedule: Schedule) -> None:
        again = schedules.read(json.loads(json.dumps(flat(schedule))))
        assert again == schedule
        assert hash(again) == hash(schedule)

    @pytest.mark.parametrize("optimizer", [GradientDescent(lr=0.01), Adam(lr=0.1)], ids=lambda o: o.id)
    def test_a_batch_goes_where_its_points_go_alone(self, schedule: Schedule, optimizer: Optimizer) -> None:
        run_spec = RunSpec(landscapes.get("himmelblau"), optimizer, schedule)
        starts = np.random.default_rng(1).uniform(-5, 5, (2, 7))
        batch = batch_descent(run_spec, starts, 90)
        for j, start in enumerate(starts.T):
            alone = trajectory(run_spec, start, 90)
            np.testing.assert_array_equal(batch.position[:, j], alone.position[-1])
            assert batch.steps[j] == alone.steps
            assert batch.ending[j] == alone.ending.value


def test_rates_that_stretch_over_the_run_end_at_its_end() -> None:
    assert Cosine(eta_min=0.01).rates(0.1, 50)[-1] == pytest.approx(0.01, rel=1e-12)
    assert OneCycle().rates(0.1, 50)[-1] == pytest.approx(0.1 / 25 / 1e4, rel=1e-9)
    assert OneCycle().rates(0.1, 51).max() == pytest.approx(0.1, rel=1e-2)
    assert OneCycle(max_lr=0.3, total_steps=20).rates(0.1, 90)[19:].max() == pytest.approx(
        0.3 / 25 / 1e4, rel=1e-9
    )
    assert Cyclic(step_size_up=5).rates(0.1, 11).tolist() == pytest.approx(
        [*np.arange(6) / 50, *np.arange(5)[::-1] / 50]
    )


def test_momentum_is_moved_only_where_there_is_one() -> None:
    landscape = landscapes.get("booth")
    one_cycle, plain = OneCycle(max_lr=0.01), OneCycle(max_lr=0.01, cycle_momentum=False)
    for optimizer, moved in ((GradientDescent(), False), (Momentum(), True), (Adam(), True)):
        a = trajectory(RunSpec(landscape, optimizer, one_cycle), landscape.start, 40, end=NEVER)
        b = trajectory(RunSpec(landscape, optimizer, plain), landscape.start, 40, end=NEVER)
        assert (a.position != b.position).any() == moved


def test_a_plateau_lowers_the_rate_of_each_point_by_its_own_losses() -> None:
    run_spec = RunSpec(
        landscapes.get("quadratic-bowl"), GradientDescent(lr=1e-6), Plateau(patience=3, threshold=0.5)
    )
    rates = trajectory(run_spec, (2.0, 2.0), 12, end=NEVER).learning_rate
    # The first loss counts as better than none; four more are one too many.
    assert rates.tolist() == pytest.approx([1e-6] * 5 + [1e-7] * 4 + [1e-8] * 4)


def test_a_plateau_can_follow_a_warm_up() -> None:
    schedule = Warmup(start_factor=0.5, total_iters=2, then=Plateau(patience=0, threshold=0.9, eps=0.0))
    run_spec = RunSpec(landscapes.get("quadratic-bowl"), GradientDescent(lr=1e-6), schedule)
    rates = trajectory(run_spec, (2.0, 2.0), 5, end=NEVER).learning_rate
    assert rates.tolist() == pytest.approx([5e-7, 7.5e-7, 1e-6, 1e-6, 1e-7, 1e-8])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("stp", "did you mean 'step'"),
        ({"id": "step", "step_size": 0}, "1 <= step_size"),
        ({"id": "step", "gama": 0.1}, "did you mean 'gamma'"),
        ({"id": "multi-step", "milestones": "5,x"}, "milestones"),
        ({"id": "multi-step", "milestones": [-1]}, "from 0 to 1000000000"),
        ({"id": "cyclic", "mode": "square"}, "triangular, triangular2, exp_range"),
        ({"id": "warmup", "then": "plateu"}, "did you mean 'plateau'"),
        ({"id": "warmup", "then": {"id": "warmup"}}, "one warm-up cannot follow another"),
        ({"step_size": 3}, "no id"),
        (7, "no id"),
    ],
)
def test_wrong_settings_are_refused_in_one_line_that_says_what_is_right(given: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        schedules.read(given)
    assert "\n" not in str(caught.value)


def test_milestones_may_be_written_with_commas() -> None:
    assert schedules.read({"id": "multi-step", "milestones": "20, 5"}) == schedules.read(
        {"id": "multi-step", "milestones": [5, 20]}
    )


def test_settings_errors_are_value_errors() -> None:
    assert issubclass(SettingsError, ValueError)
    assert Constant() == schedules.read("constant")
