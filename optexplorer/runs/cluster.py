"""Tasks on the workers of a Dask scheduler (extra `cluster`)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

from optexplorer.runs.executor_error import ExecutorError
from optexplorer.runs.tasks import TaskExecutor
from optexplorer.runs.versions import numerical_versions

if TYPE_CHECKING:
    from distributed import Client

R = TypeVar("R")

PATIENCE = 10.0
"""Seconds in which a scheduler must answer, and have a worker."""
COUNTED = 5.0
"""Seconds between two looks at how many workers there are: more may come while tasks are computed."""
HOW_TO_START = "start one with: dask scheduler"
HOW_TO_WORK = "start one with: dask worker {address}"


@contextmanager
def connected(address: str, patience: float = PATIENCE) -> Iterator[TaskExecutor]:
    """Give an executor for the workers of a scheduler while the block runs; at its end what is left is cancelled.

    Parameters
    ----------
    address : such as "tcp://localhost:8786"
    patience : seconds in which the scheduler must answer, and have a worker

    Raises
    ------
    ExecutorError
        If no scheduler answers, it has no workers, or a worker has no optexplorer or computes with other versions.
    """
    from distributed import Client

    # What goes wrong is told by exceptions; its log would be printed as well.
    logs = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        _check_scheduler(address, patience)
        client = Client(address, timeout=patience, set_as_default=False, name="optexplorer")
        try:
            yield ClusterExecutor(client, address, patience)
        finally:
            # A scheduler that has gone cannot be told good-bye.
            with suppress(OSError, TimeoutError):
                client.close(timeout=patience)
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)


class ClusterExecutor(TaskExecutor):
    """The workers of a scheduler, also those that come later; tasks of workers that are lost go to others."""

    def __init__(self, client: Client, address: str, patience: float = PATIENCE) -> None:
        self._client, self._address = client, address
        self._executor = client.get_executor(pure=False)
        self._threads, self._counted = 0, -inf
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError as error:
            raise ExecutorError(
                f"the scheduler at {address} has no workers; {HOW_TO_WORK.format(address=address)}"
            ) from error
        self._versions = numerical_versions()
        found = client.get_versions(packages=list(self._versions))["workers"]
        for worker, known in found.items():
            packages = {name: known["packages"].get(name) for name in self._versions}
            if packages["optexplorer"] is None:
                raise ExecutorError(_without_program(worker))
            _check_versions(self._versions, packages, worker)

    @property
    def workers(self) -> int:
        if time.monotonic() - self._counted > COUNTED:
            with self._reaching():
                self._threads = sum(self._client.nthreads().values())
            self._counted = time.monotonic()
        return max(1, self._threads)

    def check(self) -> None:
        if self._client.status != "running":
            raise self._gone()

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        with self._reaching():
            future: Future[R] = self._executor.submit(_checked, self._versions, fn, *args, **kwargs)
        return future

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Turn the errors of connections into one that says that the scheduler has gone."""
        self.check()
        try:
            yield
        except (OSError, TimeoutError) as error:
            raise self._gone() from error

    def _gone(self) -> ExecutorError:
        return ExecutorError(f"the scheduler at {self._address} has gone")

    def told(self, error: BaseException) -> BaseException:
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return ExecutorError(
                "the workers that computed a task were lost again and again, perhaps because it needs more memory than "
                "they have"
            )
        if isinstance(error, ModuleNotFoundError) and str(error.name).startswith("optexplorer"):
            return ExecutorError(_without_program("of the cluster"))
        return error


def _checked(versions: Mapping[str, str | None], fn: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Call a function on a worker, after its versions have been compared: it may have come after the check."""
    _check_versions(versions, numerical_versions(), "of the cluster")
    return fn(*args, **kwargs)


def _check_versions(here: Mapping[str, str | None], there: Mapping[str, str | None], worker: str) -> None:
    """Refuse a worker whose numbers might differ from ours in their last bits."""
    for name, version in here.items():
        if there[name] != version:
            raise ExecutorError(
                f"the worker {worker} has {name} {there[name] or '(none)'}, here is {version or '(none)'}; results are "
                "the same everywhere only with the same versions"
            )


def _without_program(worker: str) -> str:
    return f"the worker {worker} has no optexplorer; install it there: pip install 'optexplorer[cluster]'"


def _check_scheduler(address: str, patience: float) -> None:
    """Refuse an address at which no scheduler answers; `Client` itself may wait for ever."""
    from distributed.comm import get_address_host_port

    try:
        get_address_host_port(address)
    except (ValueError, TypeError) as error:
        raise ExecutorError(
            f"'{address}' is no address of a scheduler ({error}); it should look like tcp://localhost:8786"
        ) from error
    try:
        # In a thread of its own, for a notebook has an event loop in this one.
        with ThreadPoolExecutor(1) as thread:
            kind = thread.submit(asyncio.run, _kind_of_server(address, patience)).result()
    except (OSError, TimeoutError) as error:
        raise ExecutorError(
            f"no scheduler answers at {address} within {patience:g} seconds; {HOW_TO_START}"
        ) from error
    except (MemoryError, ValueError, TypeError, KeyError) as error:
        # What it sent was taken for the lengths of what follows.
        raise ExecutorError(f"what answers at {address} is no scheduler of Dask; {HOW_TO_START}") from error
    if kind != "Scheduler":
        raise ExecutorError(
            f"at {address} is a {kind.lower()}, not a scheduler, which 'dask scheduler' starts"
        )


async def _kind_of_server(address: str, patience: float) -> str:
    """Return what answers at an address: "Scheduler", "Worker" or "Nanny"."""
    from distributed.comm import connect
    from distributed.security import Security

    async def ask() -> str:
        arguments = Security().get_connection_args("client")
        comm = await connect(address, timeout=patience, **arguments)
        try:
            await comm.write({"op": "identity", "reply": True})
            return str((await comm.read())["type"])
        finally:
            comm.abort()

    return await asyncio.wait_for(ask(), patience)
