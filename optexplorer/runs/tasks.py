"""Runs many tasks through an executor: bounded, stoppable, and without losing one to a worker that dies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

ShouldStop = Callable[[], bool]
Result = TypeVar("Result")
Task = Callable[[ShouldStop], Result]
"""Something to compute. It asks now and then whether to stop; for workers of other processes it can be pickled. What it
returns depends on itself alone, so that it is the same whoever computes it."""

POLL = 0.05
"""Seconds between two looks at `should_stop` while an executor works."""
UNDER_WAY = 8
"""Tasks that are handed to an executor at once for each of its workers: more would only have to be withdrawn."""
MOST_LOSSES = 3
"""How often a task is run again after its worker has died."""


def never() -> bool:
    """Return that nothing is to be stopped."""
    return False


class TaskError(ValueError):
    """A task failed; its cause is the error that it raised, `place` its place among the tasks."""

    def __init__(self, place: int, cause: BaseException) -> None:
        super().__init__(str(cause) or type(cause).__name__)
        self.place = place
        self.__cause__ = cause


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
    tasks: Sequence[Task[Result]],
    executor: Executor | None = None,
    should_stop: ShouldStop = never,
    *,
    workers: int = 1,
) -> Iterator[tuple[int, Result]]:
    """Run tasks and yield the place of each among them, and its result, as they finish.

    Parameters
    ----------
    executor : runs them; None runs them here, in their order
    should_stop : asked before each task and while waiting; then no more is begun, and nothing more is yielded
    workers : how many tasks the executor can run at the same time

    Raises
    ------
    TaskError
        If a task raises an error, or was lost with its worker several times. Tasks under way are withdrawn.
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
    yield from _run_with(executor, tasks, should_stop, UNDER_WAY * workers)


def _run_with(
    executor: Executor, tasks: Sequence[Task[Result]], should_stop: ShouldStop, under_way: int
) -> Iterator[tuple[int, Result]]:
    waiting = list(range(len(tasks)))[::-1]
    pending: dict[Future[Any], int] = {}
    losses: dict[int, int] = {}
    try:
        while (waiting or pending) and not should_stop():
            while waiting and len(pending) < under_way:
                place = waiting.pop()
                pending[executor.submit(tasks[place], never)] = place
            finished, _ = wait(pending, timeout=POLL, return_when=FIRST_COMPLETED)
            for future in finished:
                place = pending.pop(future)
                try:
                    result = future.result(timeout=0)
                except (BrokenExecutor, CancelledError) as error:
                    losses[place] = losses.get(place, 0) + 1
                    if losses[place] > MOST_LOSSES:
                        raise TaskError(place, error) from error
                    waiting.append(place)
                except Exception as error:
                    raise TaskError(place, error) from error
                else:
                    yield place, result
    finally:
        for future in pending:
            future.cancel()
