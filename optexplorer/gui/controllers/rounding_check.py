"""Computes on request from which step on the racers' paths depend on rounding."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.run_spec import RunSpec
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.latest_task import LatestTask

Run = tuple[RunSpec, tuple[float, ...], int]
"""What a path depends on: how it is computed, its start, and its number of steps."""


class RoundingCheck(QObject):
    """Holds what has been found out of the present experiment; a racer that is changed loses its mark."""

    changed = Signal()
    """Other racers are known to depend on rounding."""
    finished = Signal(bool)
    """A check has ended; whether it has found any path that depends on rounding."""
    failed = Signal(str)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._found: dict[Run, int] = {}
        self._stopped = threading.Event()
        self._work = LatestTask(self)
        self._work.finished.connect(self._on_found)
        self._work.failed.connect(self.failed)

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what the command does, by its id."""
        return {"check-rounding": lambda _: self.check()}

    def check(self) -> None:
        """Compare the paths of the visible racers with paths from starts that are moved a little."""
        experiment = self._store.experiment
        runs = [_run_of(experiment, racer) for racer in experiment.racers if racer.visible]
        self._work.run(lambda: _sensitive_runs(runs, self._stopped.is_set))

    def steps(self) -> dict[int, int]:
        """Return from which step on a racer's path is known to depend on rounding, by the number of the racer."""
        experiment = self._store.experiment
        if not self._found:
            return {}
        runs = {number: _run_of(experiment, racer) for number, racer in enumerate(experiment.racers)}
        return {number: self._found[run] for number, run in runs.items() if run in self._found}

    def stop(self) -> None:
        """Check nothing more: the window is closing."""
        self._stopped.set()
        self._work.wait()

    def _on_found(self, found: dict[Run, int]) -> None:
        self._found = found
        self.changed.emit()
        self.finished.emit(bool(found))


def _run_of(experiment: Experiment, racer: Racer) -> Run:
    return experiment.run_spec(racer), experiment.start_of(racer), experiment.steps


def _sensitive_runs(runs: Sequence[Run], should_stop: Callable[[], bool]) -> dict[Run, int]:
    from optexplorer.engine.rounding import rounding_sensitivity

    found = {}
    for run in runs:
        step = None if should_stop() else rounding_sensitivity(*run)
        if step is not None:
            found[run] = step
    return found
