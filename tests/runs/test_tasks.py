"""Tasks run through any executor; none is lost, none is counted twice."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from optexplorer.runs.tasks import MOST_LOSSES, Meter, Progress, ShouldStop, TaskError, run_tasks


def square(number: int, should_stop: ShouldStop) -> int:
    return number * number


def failing(should_stop: ShouldStop) -> int:
    raise ValueError("no such thing")


TASKS = [partial(square, number) for number in range(100)]


def test_here_and_with_threads() -> None:
    assert list(run_tasks(TASKS)) == [(n, n * n) for n in range(100)]
    with ThreadPoolExecutor(3) as executor:
        assert sorted(run_tasks(TASKS, executor)) == [(n, n * n) for n in range(100)]


class Unreliable(Executor):
    """Loses each task so many times, as when a worker dies, but the first one only if none is safe."""

    def __init__(self, losses: int, first_is_safe: bool = True) -> None:
        self.asked: Counter[Any] = Counter()
        self.losses = losses
        if first_is_safe:
            self.asked[TASKS[0]] = losses

    def submit(self, run: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        tasks = arguments[0]
        self.asked.update(tasks)
        if min(self.asked[task] for task in tasks) <= self.losses:
            future.set_exception(BrokenExecutor("a worker has died"))
        else:
            future.set_result(run(*arguments))
        return future


def test_tasks_lost_with_their_workers_are_run_again() -> None:
    assert sorted(run_tasks(TASKS, Unreliable(2))) == [(n, n * n) for n in range(100)]


def test_a_task_that_kills_every_worker_is_given_up() -> None:
    with pytest.raises(TaskError, match="died again and again"):
        list(run_tasks(TASKS, Unreliable(MOST_LOSSES + 1)))


def test_workers_that_never_begin_are_given_up_sooner() -> None:
    executor = Unreliable(2, first_is_safe=False)
    with pytest.raises(TaskError, match="if __name__ == '__main__':"):
        list(run_tasks(TASKS, executor))
    assert max(executor.asked.values()) == 2


@pytest.mark.parametrize("threads", [False, True])
def test_the_error_of_a_task_names_its_place(threads: bool) -> None:
    tasks = [*TASKS[:5], failing, *TASKS[5:]]
    with ThreadPoolExecutor(1) as executor, pytest.raises(TaskError, match="no such thing") as raised:
        list(run_tasks(tasks, executor if threads else None))
    assert raised.value.place == 5


def test_stopping_leaves_the_rest_out() -> None:
    stop = threading.Event()
    found = []
    with ThreadPoolExecutor(2) as executor:
        for place, _ in run_tasks(TASKS, executor, stop.is_set):
            found.append(place)
            stop.set()
    assert 1 <= len(found) < 100
    assert list(run_tasks(TASKS, should_stop=lambda: True)) == []


def test_progress_tells_what_is_left() -> None:
    assert Progress(25, 100, 10.0).remaining == 30.0
    assert Progress(50, 100, 10.0, begun=25).remaining == 20.0
    assert Progress(25, 100, 10.0, begun=25).remaining is None
    meter = Meter(10, done=4)
    assert (meter.add(2).done, meter.add(3).begun) == (6, 4)
