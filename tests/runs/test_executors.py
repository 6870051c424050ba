"""Threads, processes and a real Dask cluster compute the same; a worker that dies takes nothing with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from optexplorer.atomic_write import process_runs
from optexplorer.engine import landscapes
from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.engine.run_spec import RunSpec
from optexplorer.runs import cluster, sweep
from optexplorer.runs.executor_error import ExecutorError
from optexplorer.runs.executors import open_executor
from optexplorer.runs.sweep import Axis, SweepSpec, run_sweep
from optexplorer.runs.tasks import ShouldStop, TaskError, run_tasks
from optexplorer.runs.worker_processes import WorkerContext

HIMMELBLAU = landscapes.get("himmelblau")
SPEC = SweepSpec(
    runs=(RunSpec(HIMMELBLAU, Momentum(), source=Noisy(sigma=0.5)), RunSpec(HIMMELBLAU, Adam())),
    axes=(Axis("lr", 1e-4, 0.02, 12),),
    starts=np.array([[0.0, 0.0], [-1.0, 3.0], [2.0, -3.0]]),
    seeds=(4, 9),
    steps=40,
    target=1.0,
)


def pid_after(seconds: float, number: int, should_stop: ShouldStop) -> tuple[int, int]:
    """A task that lasts a while and tells which process has run it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not should_stop():
        time.sleep(0.005)
    return number, os.getpid()


def failing(message: str, should_stop: ShouldStop) -> None:
    raise ValueError(message)


class UnpicklableError(Exception):
    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def failing_oddly(should_stop: ShouldStop) -> None:
    raise UnpicklableError(1, 2)


def ending(should_stop: ShouldStop) -> None:
    os._exit(3)


def gathered(spec: SweepSpec, executor: Any) -> list[bytes]:
    parts = sorted(run_sweep(spec, executor), key=lambda part: part.cells.start)
    columns = ("position", "loss", "steps", "ending", "reached")
    return [np.concatenate([getattr(p, name) for p in parts], axis=-1).tobytes() for name in columns]


def killing_one(tasks: list[Any], executor: Any, after: int) -> list[int]:
    """Run tasks that return their number and process, kill the process of one in the middle; return the numbers."""
    numbers: list[int] = []
    for place, (number, pid) in run_tasks(tasks, executor):
        assert place == number
        numbers.append(number)
        if len(numbers) == after:
            os.kill(pid, signal.SIGKILL)
    return numbers


def test_processes_compute_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BLOCK_CELLS", 10)
    here = gathered(SPEC, None)
    with open_executor() as threads:
        assert gathered(SPEC, threads) == here
    with open_executor(workers=2) as processes:
        assert gathered(SPEC, processes) == here


def test_a_process_that_is_killed_is_replaced() -> None:
    with open_executor(workers=2) as executor:
        numbers = killing_one([partial(pid_after, 0.02, n) for n in range(40)], executor, 9)
    assert sorted(numbers) == list(range(40))


def test_a_task_that_kills_its_worker_every_time_is_given_up() -> None:
    with (
        open_executor(workers=1) as executor,
        pytest.raises(TaskError, match="died again and again") as raised,
    ):
        list(run_tasks([partial(pid_after, 0, 0), ending], executor))
    assert raised.value.place == 1
    # One of Python's own is not replaced.
    with (
        ProcessPoolExecutor(1, WorkerContext()) as pool,
        pytest.raises(TaskError, match="died again and again"),
    ):
        list(run_tasks([ending], pool))


def test_errors_of_tasks_come_back_with_their_places() -> None:
    tasks = [*(partial(pid_after, 0, n) for n in range(7)), partial(failing, "no such thing")]
    with open_executor(workers=1) as executor:
        with pytest.raises(TaskError, match="no such thing") as raised:
            list(run_tasks(tasks, executor))
        assert raised.value.place == 7
        with pytest.raises(TaskError, match="UnpicklableError: 1 and 2"):
            list(run_tasks([failing_oddly], executor))


def test_leaving_stops_what_is_computed() -> None:
    with open_executor(workers=1) as executor:
        place, (_, pid) = next(run_tasks([partial(pid_after, t, 0) for t in (0, 1000)], executor))
        assert place == 0
    assert not process_runs(pid)


PARENT = """
import sys, time
from functools import partial
from optexplorer.runs.executors import open_executor
from optexplorer.runs.tasks import run_tasks
from tests.runs.test_executors import pid_after
if __name__ == "__main__":
    with open_executor(workers=2) as executor:
        for _, (_, pid) in run_tasks([partial(pid_after, t, 0) for t in (0, 1000, 1000, 1000)], executor):
            print(pid, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended in another way there")
def test_workers_end_with_the_process_that_started_them() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert process_runs(pid)
        parent.kill()
    deadline = time.monotonic() + 60
    while process_runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not process_runs(pid)


def test_what_cannot_be_sent_is_refused_in_words() -> None:
    with open_executor(workers=1) as executor, pytest.raises(ExecutorError, match="cannot be sent to other"):
        list(run_tasks([lambda should_stop: 1], executor))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"workers": 0}, "1 <= workers"),
        ({"workers": 2, "cluster": "tcp://localhost:1"}, "not both"),
        ({"cluster": "localhost"}, "should look like tcp://localhost:8786"),
        ({"cluster": "gopher://localhost:1"}, "unknown address scheme"),
        ({"cluster": ""}, "no address"),
    ],
)
def test_executors_that_cannot_be(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ExecutorError, match=message), open_executor(**asked):
        pass


def test_a_cluster_that_does_not_answer() -> None:
    with (
        pytest.raises(ExecutorError, match=r"no scheduler answers .* dask scheduler"),
        cluster.connected("tcp://127.0.0.1:9", patience=0.5),
    ):
        pass
