"""The only place where the GUI meets a running engine."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.descent import RunSpec, StoppingCriteria, descend
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.painting.formula_svg import formula_svg
from optexplorer.scene.fog import Footprint, footprint
from optexplorer.scene.resolve import surface_path_on
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, sample_landscape
from optexplorer.scene.scene import SurfacePath

BURST = 0.002
REST = 0.0008
"""Seconds of work, then of rest: a free-running engine takes the interpreter from the GUI too often."""
REPORT = 0.02
"""Seconds between two reports of what has been computed so far."""
GRACE = 0.03
"""Seconds that a request may work before a newer one overtakes it, so that a drag always shows something."""
AFTER = 0.15
"""Seconds after a new race during which the window has the interpreter for itself."""
MOST_KEPT = 200
MOST_ROWS_KEPT = 2_000_000


@dataclass(frozen=True)
class Request:
    """What the GUI wants to see: the experiment, and the colour in which formulas are drawn."""

    generation: int
    experiment: Experiment
    ink: str


@dataclass(frozen=True, eq=False)
class Result:
    """What has been computed of a request."""

    generation: int
    experiment: Experiment
    samples: LandscapeSamples
    trajectories: tuple[Trajectory | None, ...]
    surface_paths: Mapping[Trajectory, SurfacePath]
    footprints: Mapping[Trajectory, Footprint]
    done: bool


@dataclass
class _Run:
    """One racer's descent under way."""

    key: tuple[Any, ...]
    source: Iterator[Trajectory] | None
    trajectory: Trajectory | None = None


class _Cache:
    """Finished trajectories by value (rule, start, steps, end), the least recently used leave first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Trajectory] = OrderedDict()
        self._rows = 0

    def get(self, key: tuple[Any, ...]) -> Trajectory | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: tuple[Any, ...], trajectory: Trajectory) -> None:
        self._kept[key] = trajectory
        self._rows += len(trajectory.loss)
        while len(self._kept) > 1 and (len(self._kept) > MOST_KEPT or self._rows > MOST_ROWS_KEPT):
            _, old = self._kept.popitem(last=False)
            self._rows -= len(old.loss)


class EngineThread(QObject):
    """Computes what an experiment shows, on a thread of its own; the newest request overtakes the older."""

    computed = Signal(object)
    """A `Result`, several times while it grows; the last of a request has `done` set."""
    formulaDrawn = Signal(str, bytes)
    """A landscape's formula as LaTeX and as SVG; after the race, which need not wait for it."""
    failed = Signal(int, str)
    """The generation of a request, and what went wrong."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._mail: Request | None = None
        self._stopping = self._read = False
        self._drawn = ""
        self._generation = 0
        self._cache = _Cache()
        self._samples_by_key: OrderedDict[Any, LandscapeSamples] = OrderedDict()
        self._draped: dict[Trajectory, SurfacePath] = {}
        self._draped_on: LandscapeSamples | None = None
        self._footprints: dict[Trajectory, Footprint] = {}
        self._footprints_on: tuple[LandscapeSamples | None, float] = (None, 0.0)
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    def request(self, experiment: Experiment, ink: str) -> int:
        """Ask for what `experiment` shows; return the generation of this request."""
        with self._wake:
            self._generation += 1
            self._mail = Request(self._generation, experiment, ink)
            self._wake.notify()
            return self._generation

    def stop(self) -> None:
        """End the thread; waits until the present burst of work is over."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout=5)

    def _overtaken(self, since: float) -> bool:
        newer = self._mail is not None and time.perf_counter() - since > GRACE
        return self._stopping or newer

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._mail is None and not self._stopping:
                    self._wake.wait()
                if self._stopping:
                    return
                request, self._mail = self._mail, None
            assert request is not None
            try:
                self._serve(request)
            except (ValueError, ArithmeticError, MemoryError, NotImplementedError) as error:
                self.failed.emit(request.generation, str(error) or type(error).__name__)

    def _serve(self, request: Request) -> None:
        experiment = request.experiment
        since = time.perf_counter()
        samples = self._samples(experiment)
        end, steps = experiment.end_rule(), experiment.steps
        runs = []
        for racer in experiment.racers:
            run_spec, start = experiment.run_spec(racer), experiment.start_of(racer)
            key = (run_spec, start, steps, end)
            known = self._cache.get(key)
            source = None if known is not None else self._descent(run_spec, start, steps, end)
            runs.append(_Run(key, source, known))

        reported = time.perf_counter()
        waiting = [run for run in runs if run.source is not None]
        while waiting:
            burst = time.perf_counter()
            while waiting and time.perf_counter() - burst < BURST:
                run = waiting.pop(0)
                assert run.source is not None
                run.trajectory = next(run.source)
                if run.trajectory.ending is TerminationReason.RUNNING:
                    waiting.append(run)
                else:
                    self._cache.put(run.key, run.trajectory)
            if not waiting:
                break
            if self._overtaken(since):
                self._report(request, samples, runs, done=False)
                return
            if time.perf_counter() - reported > REPORT:
                self._report(request, samples, runs, done=False)
                reported = time.perf_counter()
            time.sleep(REST)
        self._report(request, samples, runs, done=True)
        latex = samples.landscape.latex
        if latex != self._drawn and self._called_within(AFTER):
            return
        self._drawn = latex
        self.formulaDrawn.emit(latex, formula_svg(latex, request.ink, 15))
        self._read_ahead()

    def _called_within(self, seconds: float) -> bool:
        with self._wake:
            return self._wake.wait_for(lambda: self._mail is not None or self._stopping, seconds)

    def _read_ahead(self) -> None:
        """Read the catalogues, unless there is something to do, so that the lists in the panel open at once."""
        if self._read:
            return
        self._read = True
        optimizers.ids()
        for id in landscapes.catalogue_ids():
            if self._mail is not None or self._stopping:
                return
            landscapes.get(id)

    def _descent(
        self, run_spec: RunSpec, start: tuple[float, ...], steps: int, end: StoppingCriteria
    ) -> Iterator[Trajectory]:
        return descend(run_spec, start, steps, end=end, should_stop=lambda: self._stopping)

    def _samples(self, experiment: Experiment) -> LandscapeSamples:
        landscape, view = experiment.resolve_landscape(), experiment.view
        key = (landscape, view.height_scale, view.window, view.interval)
        if key in self._samples_by_key:
            self._samples_by_key.move_to_end(key)
        else:
            self._samples_by_key[key] = sample_landscape(landscape, view)
            while len(self._samples_by_key) > 24:
                self._samples_by_key.popitem(last=False)
        return self._samples_by_key[key]

    def _report(self, request: Request, samples: LandscapeSamples, runs: list[_Run], *, done: bool) -> None:
        if samples is not self._draped_on:
            self._draped, self._draped_on = {}, samples
        trajectories = tuple(run.trajectory for run in runs)
        self._draped = {
            t: laid
            for t in trajectories
            if t is not None and (laid := self._draped.get(t) or surface_path_on(samples, t)) is not None
        }
        fog = request.experiment.view.fog
        if (samples, fog) != self._footprints_on:
            self._footprints, self._footprints_on = {}, (samples, fog)
        self._footprints = {
            t: self._footprints.get(t) or footprint(samples, t, fog)
            for t in trajectories
            if t is not None and fog > 0
        }
        self.computed.emit(
            Result(
                request.generation,
                request.experiment,
                samples,
                trajectories,
                self._draped,
                self._footprints,
                done,
            )
        )
