"""Where tasks are computed: in threads, in processes of this machine, or by the workers of a Dask scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing.context import SpawnProcess
from typing import Any

from optexplorer.engine.batch_descent import cores
from optexplorer.runs.executor_error import ExecutorError
from optexplorer.runs.tasks import TaskExecutor
from optexplorer.runs.worker_processes import WorkerContext, obey

MOST_WORKERS = 512
"""Worker processes on one machine."""


@contextmanager
def open_executor(workers: int | None = None, cluster: str | None = None) -> Iterator[Executor]:
    """Give an executor while the block runs; at its end, what it still computes is stopped.

    Parameters
    ----------
    workers : how many processes of this machine; None for threads, as many as there are cores
    cluster : the address of a Dask scheduler, such as "tcp://localhost:8786"

    Raises
    ------
    ExecutorError
        If there can be no such executor, or the cluster does not answer.
    """
    if cluster is not None:
        if workers is not None:
            raise ExecutorError(
                "a cluster has its own workers; give a number of processes or a cluster, not both"
            )
        if find_spec("distributed") is None:
            raise ExecutorError(
                "a cluster needs dask.distributed; install it with: pip install 'optexplorer[cluster]'"
            )
        from optexplorer.runs.cluster import connected

        with connected(cluster) as executor:
            yield executor
    elif workers is not None:
        with ProcessExecutor(workers) as executor:
            yield executor
    else:
        threads = ThreadPoolExecutor(cores(), thread_name_prefix="task")
        try:
            yield threads
        finally:
            threads.shutdown(cancel_futures=True)


class _Context(WorkerContext):
    """Starts processes, and can kill those that it has started."""

    def __init__(self) -> None:
        super().__init__()
        self._started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]
        process = WorkerContext.Process(*args, **kwargs)
        self._started = [other for other in self._started if other.is_alive()] + [process]
        return process

    def kill_all(self) -> None:
        """Kill all processes that are still there."""
        for process in self._started:
            if process.is_alive():
                process.kill()


class ProcessExecutor(TaskExecutor):
    """Processes of this machine. Those that were killed are replaced; all end with the block, or with this process.

    Ctrl+C does not interrupt them; leaving the block does.
    """

    def __init__(self, workers: int) -> None:
        if not 1 <= workers <= MOST_WORKERS:
            raise ExecutorError(f"workers = {workers} is not allowed; 1 <= workers <= {MOST_WORKERS}")
        self._workers = workers
        self._context = _Context()
        # Nothing is ever sent: workers notice that the writing end is closed, by this process or with it.
        self._orders, self._end = self._context.Pipe(duplex=False)
        self._pool = self._new_pool()

    @property
    def workers(self) -> int:
        return self._workers

    def check(self) -> None:
        """Do nothing: where a process is lost, the tasks fail that were handed over."""

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._workers, self._context, initializer=obey, initargs=(self._orders,))

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown()
            self._pool = self._new_pool()
            return self._pool.submit(fn, *args, **kwargs)

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is not None and not issubclass(kind, Exception):
            # Ctrl+C once more: nobody waits for tasks that do not look whether to stop.
            self._context.kill_all()
        self.shutdown()

    def shutdown(self, wait: bool = True, **_: bool) -> None:
        """Stop what is being computed, and end the processes."""
        self._end.close()
        self._pool.shutdown(wait, cancel_futures=True)
        self._orders.close()
