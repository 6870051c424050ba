"""Runs the racers of an experiment: the only loop that does so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from optexplorer.engine.descent import StoppingCriteria, descend, trajectory
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.runs.failure import RacerError, is_expected
from optexplorer.runs.tasks import ShouldStop, never, picklable, run_tasks
from optexplorer.runs.trajectory_cache import RunKey, TrajectoryCache


@dataclass(frozen=True, eq=False)
class RunResults:
    """The results of an experiment's racers computed so far.

    Attributes
    ----------
    trajectories : one per racer; None if nothing of it has been computed, or it was not asked for
    errors : of the racers that could not be run, by their numbers
    done : whether no more is to come
    """

    experiment: Experiment
    trajectories: tuple[Trajectory | None, ...]
    errors: Mapping[int, RacerError] = field(default_factory=dict)
    done: bool = True

    @property
    def all_begun(self) -> bool:
        """Whether something has been computed of every racer that can be run."""
        return all(t is not None or n in self.errors for n, t in enumerate(self.trajectories))

    def raise_errors(self) -> None:
        """Raise the error of the first racer that could not be run.

        An error whose own message tells what was wrong with the input is raised as it is.
        """
        for _, error in sorted(self.errors.items()):
            raise error.cause if is_expected(error) else error


@dataclass
class _Descent:
    """One racer's descent under way."""

    number: int
    key: RunKey
    chunks: Iterator[Trajectory] | None = None


def run_key(experiment: Experiment, number: int, end: StoppingCriteria | None = None) -> RunKey:
    """Return all that the trajectory of the racer with this number depends on; `end` as of `run`."""
    racer = experiment.racers[number]
    return RunKey(
        experiment.run_spec(racer), experiment.start_of(racer), experiment.steps, end or experiment.end_rule()
    )


def run(
    experiment: Experiment,
    executor: Executor | None = None,
    cache: TrajectoryCache | None = None,
    should_stop: ShouldStop = never,
    racers: Collection[int] | None = None,
    end: StoppingCriteria | None = None,
) -> RunResults:
    """Run the racers of `experiment` to their ends.

    Parameters
    ----------
    executor : runs one task per racer; None runs them here, one chunk of steps each in turn
    cache : where finished trajectories are looked up and kept
    should_stop : asked between chunks; when it says so, descents end as cancelled (with an executor, those that have
        not begun are left out)
    racers : the numbers of those to run; None runs all
    end : when a descent ends before its last step; None leaves that to the experiment

    Returns
    -------
    RunResults
        Racers that raised an error are in its `errors`; the others have run all the same.
    """
    if executor is not None:
        return _run_with(executor, experiment, cache, should_stop, racers, end)
    *_, last = run_in_chunks(experiment, cache, should_stop, racers, end)
    return last


def run_in_chunks(
    experiment: Experiment,
    cache: TrajectoryCache | None = None,
    should_stop: ShouldStop = never,
    racers: Collection[int] | None = None,
    end: StoppingCriteria | None = None,
) -> Iterator[RunResults]:
    """Run the racers in turns of one chunk of steps, yielding what has been computed after each.

    Parameters as of `run`. At least one result is yielded; only the last one is `done`.
    """
    trajectories: list[Trajectory | None] = [None] * len(experiment.racers)
    errors: dict[int, RacerError] = {}
    waiting: list[_Descent] = []
    for number in range(len(experiment.racers)) if racers is None else sorted(racers):
        try:
            key = run_key(experiment, number, end)
            known = None if cache is None else cache.get(key)
            if known is None:
                chunks = descend(
                    key.run_spec, key.start, key.steps, end=key.criteria, should_stop=should_stop
                )
                waiting.append(_Descent(number, key, chunks))
            else:
                trajectories[number] = known
                _check_rates(experiment, number, known, errors)
        except Exception as error:  # noqa: BLE001 - kept as the error of its racer
            errors[number] = _racer_error(experiment, number, error)

    def so_far(done: bool) -> RunResults:
        return RunResults(experiment, tuple(trajectories), dict(errors), done)

    while waiting:
        descent = waiting.pop(0)
        assert descent.chunks is not None
        try:
            reached = next(descent.chunks)
        except Exception as error:  # noqa: BLE001 - kept as the error of its racer
            errors[descent.number] = _racer_error(experiment, descent.number, error)
        else:
            trajectories[descent.number] = reached
            if reached.ending is TerminationReason.RUNNING:
                waiting.append(descent)
            else:
                _keep(cache, descent.key, reached)
                _check_rates(experiment, descent.number, reached, errors)
        if waiting:
            yield so_far(done=False)
    yield so_far(done=True)


def _run_with(
    executor: Executor,
    experiment: Experiment,
    cache: TrajectoryCache | None,
    should_stop: ShouldStop,
    racers: Collection[int] | None,
    end: StoppingCriteria | None,
) -> RunResults:
    trajectories: list[Trajectory | None] = [None] * len(experiment.racers)
    errors: dict[int, RacerError] = {}
    waiting: list[tuple[int, RunKey]] = []
    for number in range(len(experiment.racers)) if racers is None else sorted(racers):
        key = run_key(experiment, number, end)
        known = None if cache is None else cache.get(key)
        if known is not None:
            trajectories[number] = known
            _check_rates(experiment, number, known, errors)
        else:
            waiting.append((number, key))
    for place, reached in run_tasks([partial(_descent, key) for _, key in waiting], executor, should_stop):
        number, key = waiting[place]
        if isinstance(reached, Exception):
            errors[number] = _racer_error(experiment, number, reached)
            continue
        trajectories[number] = reached
        _keep(cache, key, reached)
        _check_rates(experiment, number, reached, errors)
    return RunResults(experiment, tuple(trajectories), errors, done=True)


def _descent(key: RunKey, should_stop: ShouldStop) -> Trajectory | Exception:
    """Return the trajectory of a racer, or its error: the others run all the same."""
    try:
        return trajectory(key.run_spec, key.start, key.steps, end=key.criteria, should_stop=should_stop)
    except Exception as error:  # noqa: BLE001 - kept as the error of its racer
        return picklable(error)


def _keep(cache: TrajectoryCache | None, key: RunKey, reached: Trajectory) -> None:
    if cache is not None and reached.ending is not TerminationReason.CANCELLED:
        cache.put(key, reached)


def _racer_error(experiment: Experiment, number: int, cause: BaseException) -> RacerError:
    return RacerError(number, experiment.racers[number].optimizer.title.en, cause)


def _check_rates(
    experiment: Experiment, number: int, reached: Trajectory, errors: dict[int, RacerError]
) -> None:
    """Report a schedule that gave a rate which is no finite number: its racer looks as if it had diverged."""
    wrong = np.flatnonzero(~np.isfinite(reached.learning_rate))
    if wrong.size:
        step = int(wrong[0])
        schedule = type(experiment.racers[number].schedule).__name__
        rate = reached.learning_rate[step]
        cause = ValueError(f"the schedule {schedule} gives the learning rate {rate} at step {step}")
        errors[number] = _racer_error(experiment, number, cause)
