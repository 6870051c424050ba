"""The one place that runs racers: the same numbers as alone, partial results, a cache, cancelling, faults of plugins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.runs.executors import open_executor
from optexplorer.runs.failure import RacerError, error_words, failure_of
from optexplorer.runs.run import run, run_in_chunks, run_key
from optexplorer.runs.trajectory_cache import RunKey, TrajectoryCache
from tests.misbehaving import NotANumber, RaisesAtStep17, RaisesInBind

RACE = Experiment(
    landscape="himmelblau",
    racers=(
        Racer(optimizer=GradientDescent(lr=0.01)),
        Racer(optimizer=Momentum(lr=0.005), stream=1, start=(1.0, 1.0)),
        Racer(optimizer=Adam(lr=0.1), stream=2),
    ),
    steps=150,
)


def alone(experiment: Experiment, number: int) -> Trajectory:
    racer = experiment.racers[number]
    return trajectory(
        experiment.run_spec(racer), experiment.start_of(racer), experiment.steps, end=experiment.end_rule()
    )


def same(a: Trajectory | None, b: Trajectory | None) -> bool:
    return a is not None and b is not None and a.ending is b.ending and np.array_equal(a.position, b.position)


@pytest.mark.parametrize("workers", [0, "threads", "processes"])
def test_each_racer_runs_as_it_does_alone(workers: int | str) -> None:
    with open_executor(2 if workers == "processes" else None) as executor:
        results = run(RACE, executor if workers else None)
    assert results.done
    assert not results.errors
    for number in range(3):
        assert same(results.trajectories[number], alone(RACE, number))


def test_partial_results_grow_and_only_the_last_is_done() -> None:
    results = list(run_in_chunks(RACE))
    assert [part.done for part in results] == [False] * (len(results) - 1) + [True]
    lengths = [sum(path.steps for path in part.trajectories if path is not None) for part in results]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
    assert results[0].trajectories[1] is None


def test_only_the_racers_asked_for_run() -> None:
    results = run(RACE, racers=[2])
    assert results.trajectories[:2] == (None, None)
    assert same(results.trajectories[2], alone(RACE, 2))


def test_an_experiment_without_racers_is_done_at_once() -> None:
    [results] = run_in_chunks(RACE.model_copy(update={"racers": ()}))
    assert results.done
    assert results.trajectories == ()


def test_what_has_been_computed_is_found_by_its_value() -> None:
    cache = TrajectoryCache()
    before = run(RACE, cache=cache)
    recoloured = RACE.with_racer(0, RACE.racers[0].model_copy(update={"colour": "#112233"}))
    after = run(recoloured, cache=cache)
    assert all(a is b for a, b in zip(before.trajectories, after.trajectories, strict=True))
    for update in ({"steps": 149}, {"stop_when_converged": False}, {"seed": 5}, {"start": (0.5, 0.5)}):
        other = run(RACE.model_copy(update=update), cache=cache)
        assert other.trajectories[0] is not before.trajectories[0]


def test_the_cache_drops_what_was_not_asked_for_longest() -> None:
    cache = TrajectoryCache(most_trajectories=2)
    keys = [run_key(RACE, number) for number in range(3)]
    paths = [alone(RACE, number) for number in range(3)]
    cache.put(keys[0], paths[0])
    cache.put(keys[1], paths[1])
    assert cache.get(keys[0]) is paths[0]
    cache.put(keys[2], paths[2])
    assert [cache.get(key) for key in keys] == [paths[0], None, paths[2]]


def test_the_cache_counts_numbers_and_keeps_the_newest_however_large() -> None:
    # Of 151 rows with 2 coordinates: positions, gradients, losses and rates are 6 numbers each.
    cache = TrajectoryCache(most_numbers=6 * 151 + 1)
    key = run_key(RACE, 0)
    others = [RunKey(key.run_spec, (0.1 * k, 0.0), key.steps, key.criteria) for k in range(3)]
    for other in others:
        cache.put(other, alone(RACE.model_copy(update={"stop_when_converged": False}), 0))
    assert len(cache) == 1
    small = TrajectoryCache(most_numbers=1)
    small.put(key, alone(RACE, 0))
    assert small.get(key) is not None


@pytest.mark.parametrize("threads", [0, 2])
def test_it_stops_when_told_to_and_keeps_nothing_that_was_cut_short(threads: int) -> None:
    cache = TrajectoryCache()
    long = RACE.model_copy(update={"steps": 20_000, "stop_when_converged": False})
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        results = run(long, pool if threads else None, cache, should_stop=lambda: True)
    if not threads:
        endings = {path.ending for path in results.trajectories if path is not None}
        assert endings == {TerminationReason.CANCELLED}
        assert len(cache) == 0
    assert results.done


@pytest.mark.parametrize("threads", [0, 2])
@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        (RaisesAtStep17(lr=0.01), "racer 2 (Raises at 17): AttributeError: no attribute 'momentum_buffer'"),
        (RaisesInBind(lr=0.01), "racer 2 (Raises in bind): KeyError: 'rho'"),
    ],
)
def test_a_racer_that_raises_is_told_and_the_others_run(
    optimizer: GradientDescent, words: str, threads: int
) -> None:
    race = RACE.with_racer(1, Racer(optimizer=optimizer, stream=1))
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        results = run(race, pool if threads else None)
    assert str(results.errors[1]) == words
    assert results.trajectories[1] is None
    assert same(results.trajectories[0], alone(RACE, 0))
    assert same(results.trajectories[2], alone(RACE, 2))
    with pytest.raises(RacerError, match="racer 2"):
        results.raise_errors()
    failure = failure_of(results.errors[1], generation=3)
    assert not failure.expected
    assert failure.generation == 3
    assert "in update" in failure.details or "in bind" in failure.details


def test_a_schedule_that_gives_no_number_is_told_each_time() -> None:
    racer = Racer(optimizer=GradientDescent(lr=0.01), schedule=NotANumber())
    race = Experiment(landscape="himmelblau", racers=(racer,), steps=20)
    cache = TrajectoryCache()
    for _ in range(2):
        results = run(race, cache=cache)
        assert "NotANumber gives the learning rate nan at step 5" in str(results.errors[0])
        path = results.trajectories[0]
        assert path is not None
        assert path.steps == 5
        with pytest.raises(ValueError, match="learning rate nan"):
            results.raise_errors()


def test_an_error_about_the_input_is_raised_as_it_is() -> None:
    race = RACE.model_copy(update={"start": (float("nan"), 0.0)})
    with pytest.raises(ValueError, match="must be finite") as caught:
        run(race).raise_errors()
    assert not isinstance(caught.value, RacerError)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "/somewhere"), "No space left on device"),
        (ValueError("x must be positive"), "x must be positive"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (KeyError("rho"), "KeyError: 'rho'"),
    ],
)
def test_messages_have_the_type_only_where_they_need_it(error: Exception, words: str) -> None:
    assert error_words(error) == words
