"""Runs many tasks through an executor: bounded, stoppable, and without losing one to a worker that dies."""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Generic, NamedTuple, TypeVar

from optexplorer.engine.batch_descent import on_one_core
from optexplorer.runs import stop_order
from optexplorer.runs.executor_error import ExecutorError
from optexplorer.runs.failure import error_words

ShouldStop = Callable[[], bool]
Result = TypeVar("Result")
Task = Callable[[ShouldStop], Result]
"""Something to compute. It asks now and then whether to stop; for workers of other processes it can be pickled. What it
returns depends on itself alone, so that it is the same whoever computes it."""

POLL = 0.05
"""Seconds between two looks at `should_stop` while an executor works."""
BUNDLE_SECONDS = 0.1
"""Tasks that take less time go to a worker several at once: handing one over has its price, on a cluster above all."""
AHEAD = 3
"""Bundles that are handed over for each worker, so that none waits for its next: more would only have to be withdrawn."""
USUAL_WORKERS = 16
"""How many workers an executor is taken to have that does not say."""
MOST_LOSSES = 3
"""How often a task is run again after its worker has died."""
CHECKED = 1.0
"""Seconds between two questions whether the executor can still be reached."""


def never() -> bool:
    """Return that nothing is to be stopped."""
    return False


class TaskError(ValueError):
    """A task failed; its cause is the error that it raised, `place` its place among the tasks."""

    def __init__(self, place: int, cause: BaseException, message: str = "") -> None:
        super().__init__(message or error_words(cause))
        self.place = place
        self.__cause__ = cause


class TaskExecutor(Executor):
    """An executor that knows how many workers it has, and whether they can still be reached."""

    @property
    def workers(self) -> int:
        """How many tasks it computes at the same time."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise an error if tasks will never be computed; asked while nothing finishes, and when a task was lost."""

    def told(self, error: BaseException) -> BaseException:
        """Return what came back in place of results, or what that means."""
        return error


@dataclass(frozen=True)
class Progress:
    """How far a computation has come.

    Attributes
    ----------
    done, total : units of work, such as cells
    seconds : since it began
    begun : units that were done already when it began
    """

    done: int
    total: int
    seconds: float
    begun: int = 0

    @property
    def remaining(self) -> float | None:
        """The seconds that are left if it goes on as before; None before anything is done."""
        made = self.done - self.begun
        return None if made <= 0 else self.seconds / made * (self.total - self.done)


@dataclass
class Meter:
    """Measures how far a computation has come, from now on."""

    total: int
    done: int = 0
    _begun: int = field(init=False)
    _start: float = field(init=False)

    def __post_init__(self) -> None:
        self._begun, self._start = self.done, time.monotonic()

    def add(self, count: int) -> Progress:
        """Count units as done and return how far it has come."""
        self.done += count
        return Progress(self.done, self.total, time.monotonic() - self._start, self._begun)


def run_tasks(
    tasks: Sequence[Task[Result]], executor: Executor | None = None, should_stop: ShouldStop = never
) -> Iterator[tuple[int, Result]]:
    """Run tasks and yield the place of each among them, and its result, as they finish.

    Parameters
    ----------
    tasks : short ones are sent to workers several at once; what each returns does not depend on that
    executor : runs them, in threads, processes or on other machines; None runs them here, in their order. Only a few
        tasks are handed over at a time
    should_stop : asked before each task and while waiting; then no more is begun, and nothing more is yielded

    Raises
    ------
    TaskError
        If a task raises an error, or was lost with its worker several times. Tasks under way are withdrawn.
    optexplorer.runs.executor_error.ExecutorError
        If the workers can no longer be reached.
    """
    if executor is None:
        for place, task in enumerate(tasks):
            if should_stop():
                return
            try:
                result = task(should_stop)
            except Exception as error:
                raise TaskError(place, error) from error
            if should_stop():
                # It may have stopped half-way.
                return
            yield place, result
        return
    yield from _Run(tasks, executor, should_stop).results()


class _Outcome(NamedTuple):
    """What became of a bundle: the results of its tasks up to the one that failed, if any."""

    results: list[Any]
    error: BaseException | None
    seconds: float


class _Run(Generic[Result]):
    """Tasks that are being run by an executor."""

    def __init__(self, tasks: Sequence[Task[Result]], executor: Executor, should_stop: ShouldStop) -> None:
        self._tasks, self._executor, self._should_stop = tasks, executor, should_stop
        self._next = 0
        self._bundle = 1
        self._lost: list[int] = []
        """Places of tasks whose worker has died: they are run again one by one, lest one take others with it."""
        self._losses: dict[int, int] = {}
        self._some_finished = False
        self._pending: dict[Future[_Outcome], list[int]] = {}
        if tasks and (isinstance(executor, TaskExecutor) or _is_process_pool(executor)):
            _check_picklable(tasks[0])

    def results(self) -> Iterator[tuple[int, Result]]:
        checked = time.monotonic()
        try:
            while not self._should_stop():
                self._hand_over()
                if not self._pending:
                    return
                finished, _ = wait(self._pending, timeout=POLL, return_when=FIRST_COMPLETED)
                if not finished and time.monotonic() - checked > CHECKED:
                    self._check()
                    checked = time.monotonic()
                for future in finished:
                    places = self._pending.pop(future)
                    outcome = self._outcome(future, places)
                    if self._should_stop():
                        # A task may have stopped half-way.
                        return
                    if outcome is not None:
                        yield from zip(places, outcome.results, strict=False)
                        if outcome.error is not None:
                            raise TaskError(places[len(outcome.results)], outcome.error) from outcome.error
                        self._measure(outcome, len(places))
        finally:
            for future in self._pending:
                future.cancel()

    def _hand_over(self) -> None:
        workers = _workers(self._executor)
        while len(self._pending) < AHEAD * workers:
            if self._lost:
                places = [self._lost.pop()]
            else:
                # Towards the end less at once, so that no worker is left alone with a long bundle.
                left = len(self._tasks) - self._next
                size = min(self._bundle, max(1, left // (2 * workers)), left)
                places = list(range(self._next, self._next + size))
                self._next += size
            if not places:
                return
            self._pending[self._submit(places)] = places

    def _submit(self, places: list[int]) -> Future[_Outcome]:
        tasks = [self._tasks[place] for place in places]
        try:
            if isinstance(self._executor, ThreadPoolExecutor):
                return self._executor.submit(_run_bundle, tasks, self._should_stop)
            return self._executor.submit(_run_bundle, tasks)
        except BrokenExecutor as error:
            raise TaskError(places[0], error, _LOST) from error

    def _outcome(self, future: Future[_Outcome], places: list[int]) -> _Outcome | None:
        """Return what came back; None if that is nothing, because the worker has died."""
        try:
            return future.result(timeout=0)
        except (BrokenExecutor, CancelledError) as error:
            self._check()
            for place in places:
                self._losses[place] = self._losses.get(place, 0) + 1
                if self._losses[place] > (MOST_LOSSES if self._some_finished else 1):
                    raise TaskError(place, error, _LOST if self._some_finished else _NONE_BEGAN) from error
            self._lost += places
            return None
        except Exception as error:
            if isinstance(self._executor, TaskExecutor):
                raise self._executor.told(error) from error
            raise TaskError(places[0], error) from error

    def _measure(self, outcome: _Outcome, count: int) -> None:
        self._some_finished = True
        each = outcome.seconds / count
        self._bundle = ceil(min(BUNDLE_SECONDS / max(each, 1e-6), 4 * self._bundle))

    def _check(self) -> None:
        if isinstance(self._executor, TaskExecutor):
            self._executor.check()


_LOST = "the worker that computed a task has died again and again, perhaps because the task needs more memory than it has"


def _check_picklable(task: Task[Any]) -> None:
    """Refuse tasks that cannot go to other processes."""
    try:
        pickle.dumps(task)
    except Exception as error:
        raise ExecutorError(
            f"this cannot be sent to other processes ({error}); compute it without workers and cluster"
        ) from error


_NONE_BEGAN = (
    "the workers end before they have computed anything; a script that starts processes needs the line "
    "if __name__ == '__main__': before what it does"
)


def _is_process_pool(executor: Executor) -> bool:
    # Nobody has one who has not imported its module, which takes long.
    module = sys.modules.get("concurrent.futures.process")
    return module is not None and isinstance(executor, module.ProcessPoolExecutor)


def _workers(executor: Executor) -> int:
    if isinstance(executor, TaskExecutor):
        return executor.workers
    # What both executors of Python have.
    known = getattr(executor, "_max_workers", None)
    return known if isinstance(known, int) else USUAL_WORKERS


def _run_bundle(tasks: Sequence[Task[Any]], should_stop: ShouldStop = stop_order.should_stop) -> _Outcome:
    """Run tasks one after the other, perhaps in another process, until one fails."""
    begun = time.monotonic()
    results: list[Any] = []
    error = None
    try:
        # The executor has a worker for every core.
        with on_one_core():
            for task in tasks:
                results.append(task(should_stop))
    except Exception as raised:  # noqa: BLE001 - told together with the place of the task
        error = picklable(raised)
    return _Outcome(results, error, time.monotonic() - begun)


def picklable(error: Exception) -> Exception:
    """Return an error, or one that tells the same and can be sent to another process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - whatever somebody else's class raises
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
