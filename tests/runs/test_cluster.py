"""What is said of a cluster that cannot compute; that a real one does is tested in `tests/test_cli_cluster.py`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from optexplorer.runs import cluster
from optexplorer.runs.cluster import ClusterExecutor
from optexplorer.runs.executor_error import ExecutorError
from optexplorer.runs.tasks import run_tasks
from optexplorer.runs.versions import numerical_versions

distributed = pytest.importorskip("distributed")

ADDRESS = "tcp://far:8786"


class Here(Executor):
    """Runs what is submitted at once, in place of a worker."""

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*arguments))
        except Exception as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        return future


class FakeClient:
    """A client of a scheduler with one worker of these versions."""

    def __init__(self, **versions: str | None) -> None:
        self.status = "running"
        self.packages = {**numerical_versions(), **versions}
        self.threads: dict[str, int] | None = {"tcp://worker:1": 3}

    def get_executor(self, *, pure: bool) -> Executor:
        assert not pure
        return Here()

    def wait_for_workers(self, number: int, timeout: float) -> None:
        if not self.threads:
            raise TimeoutError

    def get_versions(self, packages: list[str]) -> dict[str, Any]:
        return {"workers": {"tcp://worker:1": {"packages": self.packages}}}

    def nthreads(self) -> dict[str, int]:
        if self.threads is None:
            raise OSError("timed out")
        return self.threads


def executor(client: FakeClient) -> ClusterExecutor:
    return ClusterExecutor(client, ADDRESS, patience=0.1)  # type: ignore[arg-type]


def one(should_stop: object) -> int:
    return 1


def test_tasks_are_run_by_workers_of_the_same_versions() -> None:
    found = executor(FakeClient())
    assert found.workers == 3
    assert sorted(run_tasks([one, one], found)) == [(0, 1), (1, 1)]


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        ({"optexplorer": None}, "worker tcp://worker:1 has no optexplorer; install it there: pip install"),
        ({"optexplorer": "0.0.1"}, r"worker tcp://worker:1 has optexplorer 0\.0\.1, here is"),
        ({"numpy": "1.0"}, r"has numpy 1\.0"),
    ],
)
def test_workers_that_would_compute_other_bits_are_refused(versions: Any, message: str) -> None:
    with pytest.raises(ExecutorError, match=message):
        executor(FakeClient(**versions))


def test_one_that_comes_later_is_refused_when_it_gets_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    found = executor(FakeClient())
    monkeypatch.setattr(cluster, "numerical_versions", lambda: {**numerical_versions(), "numpy": "1.0"})
    with pytest.raises(ExecutorError, match=r"of the cluster has numpy 1\.0"):
        list(run_tasks([one], found))


def test_what_workers_raise_is_told_in_words() -> None:
    found = executor(FakeClient())
    with pytest.raises(ExecutorError, match="has no optexplorer"):
        raise found.told(ModuleNotFoundError("No module named 'optexplorer'", name="optexplorer"))
    with pytest.raises(ExecutorError, match="lost again and again"):
        raise found.told(distributed.KilledWorker("a task", "tcp://worker:1", 3))
    other = ValueError("no")
    assert found.told(other) is other


def test_a_scheduler_without_workers_and_one_that_goes() -> None:
    client = FakeClient()
    client.threads = {}
    with pytest.raises(ExecutorError, match=f"has no workers; start one with: dask worker {ADDRESS}"):
        executor(client)
    client.threads = {"tcp://worker:1": 1}
    found = executor(client)
    client.threads = None
    with pytest.raises(ExecutorError, match=f"the scheduler at {ADDRESS} has gone"):
        list(run_tasks([one], found))
    client.threads, client.status = {"tcp://worker:1": 1}, "connecting"
    with pytest.raises(ExecutorError, match="has gone"):
        list(run_tasks([one], found))


def test_what_answers_but_is_no_scheduler() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ExecutorError, match="no scheduler answers"), cluster.connected(address, 0.3):
            pass
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                # The number and the length of parts that no memory could hold.
                connection.sendall(b"\xff" * 64)

        thread = threading.Thread(target=answer)
        thread.start()
        with (
            pytest.raises(ExecutorError, match="no scheduler"),
            cluster.connected(address, 5.0),
        ):
            pass
        thread.join()
