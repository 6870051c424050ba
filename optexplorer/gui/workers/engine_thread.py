"""The thread that computes what the window shows: the newest request wins, work runs in short bursts, results come in parts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from optexplorer.catalogue import modules_in
from optexplorer.engine import gradient_sources, landscapes, optimizers, schedules
from optexplorer.engine.landscapes.models import data, predictors
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.desktop import allocator
from optexplorer.gui.desktop.gui_turn import GuiTurn
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.gui.workers.sample_keeper import DrawnPart, SampleKeeper
from optexplorer.painting.formula_svg import formula_svg
from optexplorer.runs.failure import failure_of, log_failure
from optexplorer.runs.run import RunResults, run_in_chunks
from optexplorer.runs.trajectory_cache import TrajectoryCache
from optexplorer.scene.computed import PathProjector
from optexplorer.scene.geometry.surface_mesh import contours_in_view
from optexplorer.scene.samples.surface_samples import SurfaceSamples

PATIENCE = 0.03
"""Seconds that work waits for a GUI thread that does not rest."""
REPORT = 0.02
"""Seconds between two reports of what has been computed so far, at least."""
FIRST = 0.15
"""Seconds until the first report: races that are short are shown whole, so that in a drag no racer comes and goes."""
PACE = 5
"""How many times as long as the last report has taken until it was on the screen the next one waits, at least."""
AFTER_PAINTING = -100
"""Priority of an event that comes after those that wait to be painted, which are of low priority."""
ALL_BEGUN = 0.5
"""Seconds for which a report waits for the first steps of all racers, so that none seems to be missing."""
LONGEST_PAUSE = 1.0
"""Seconds between two reports at most, however long the last one has taken: it is to be seen that a run goes on."""
GRACE = 0.1
"""Seconds that a request may work before a newer one overtakes it, so that a drag shows whole races if they are short."""
AFTER = 0.15
"""Seconds after a new experiment during which the window has the interpreter for itself."""
LONG = 1.0
"""Seconds of descents after which a new landscape's formula is drawn before they are at their end."""
IDLE = 1.0
"""Seconds without a request after which unused memory is given back."""
LAST_WAIT = 0.2
"""Seconds that closing waits for the thread; it is a daemon, so what lasts longer is left behind."""
SETTLED = 0.2
"""Seconds without a request after which the plane of paths is found anew: while they are dragged, it stands still."""
BETWEEN_PROGRESS = 0.25
"""Seconds between two reports of how far a surface is sampled, while there is no new picture of it."""


@dataclass(frozen=True)
class Request:
    """A request to the engine: the experiment, and the colour in which formulas are drawn."""

    generation: int
    experiment: Experiment
    ink: str


class ReportPace(QObject):
    """Says when a report is due, so that reports take only a part of the time however long they become.

    A report takes from its making until the window has nothing left to do with it. Lives in the GUI thread; the engine
    thread asks it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._begun = self._next = 0.0
        self._under_way = False

    def restart(self) -> None:
        """Begin anew, for another request."""
        self._next, self._under_way = time.perf_counter() + FIRST, False

    def due(self) -> bool:
        """Return whether the next report may be made."""
        return not self._under_way and time.perf_counter() > self._next

    def begin(self) -> None:
        """Note that a report is being made."""
        self._begun, self._under_way = time.perf_counter(), True

    def take(self) -> None:
        """Note that a report has come to the window, which is going to paint it."""
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), AFTER_PAINTING)

    def customEvent(self, event: QEvent) -> None:
        now = time.perf_counter()
        taken = now - self._begun
        self._next = now + min(max(REPORT - taken, PACE * taken), LONGEST_PAUSE)
        self._under_way = False


class EngineThread(QObject):
    """Computes what an experiment shows, on a thread of its own; the newest request overtakes the older.

    The thread survives every `Exception` and reports it.
    """

    computed = Signal(int, object)
    """The generation of a request and its `Computed`, several times while it grows; the last one is `done`."""
    formulaDrawn = Signal(str, bytes)
    """A landscape's formula as LaTeX and as SVG; after the descents, which need not wait for it."""
    failed = Signal(object)
    """The `Failure` of a request that cannot be computed, with its generation."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._mail: Request | None = None
        self._stopping = self._read = False
        self._drawn = ""
        self._generation = 0
        self._reports = ReportPace(self)
        self.computed.connect(self._reports.take)
        self._cache = TrajectoryCache()
        self._projector = PathProjector()
        self._samples = SampleKeeper()
        self.gui_turn = GuiTurn(self)
        """Work waits while the GUI thread is busy with a new picture."""
        LatestTask.gui_turn = self.gui_turn
        self.paints_surface = False
        """Whether the surface is painted, for which lines of sight are looked along here rather than on the GUI thread."""
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    def request(self, experiment: Experiment, ink: str) -> int:
        """Ask for what `experiment` shows; return the generation of this request."""
        self.gui_turn.begin()
        with self._wake:
            self._generation += 1
            self._mail = Request(self._generation, experiment, ink)
            self._wake.notify()
            return self._generation

    def stop(self) -> None:
        """End the thread; waits a moment until the present burst of work is over."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout=LAST_WAIT)

    def _is_stopping(self) -> bool:
        return self._stopping

    def _overtaken(self, since: float) -> bool:
        newer = self._mail is not None and time.perf_counter() - since > GRACE
        return self._stopping or newer

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._mail is None and not self._stopping:
                    self._wake.wait()
            # While the GUI thread is at work, a newer request may be on its way.
            self.gui_turn.wait_until_over(PATIENCE)
            with self._wake:
                if self._stopping:
                    return
                request, self._mail = self._mail, None
            assert request is not None
            failed = False
            try:
                done = self._compute(request)
            except Exception as error:  # noqa: BLE001 - reported
                # While the program ends, there is nobody left to be told, nor a signal to tell it by.
                if self._stopping:
                    return
                self.failed.emit(failure_of(error, generation=request.generation))
                # Its formula is shown all the same.
                done = failed = True
            try:
                if done:
                    self._do_later_work(request)
            except Exception as error:  # noqa: BLE001 - reported
                if self._stopping:
                    return
                if not failed:
                    log_failure(failure_of(error, "formula", request.generation))

    def _compute(self, request: Request) -> bool:
        """Compute and report; return whether all of it has been computed."""
        experiment = request.experiment
        since = time.perf_counter()
        formula_tried = False
        self._reports.restart()
        drawn = self._samples.before_race(experiment)
        self._look_along(experiment, drawn)
        for results in run_in_chunks(experiment, self._cache, self._is_stopping):
            now = time.perf_counter()
            if results.done:
                return self._finish(request, drawn, results)
            shows_all = results.all_begun or now - since > ALL_BEGUN
            if self._stopping or (shows_all and self._overtaken(since)):
                self._report(request, drawn, results)
                return False
            if shows_all and self._reports.due():
                self._report(request, drawn, results)
            if now - since > LONG and not formula_tried:
                formula_tried = True
                self._draw_formula_meanwhile(request)
            before = time.perf_counter()
            self.gui_turn.wait_until_over(PATIENCE)
            # Waiting is no work: a request that only waited is not to be overtaken with nothing to show.
            since += time.perf_counter() - before
        return False

    def _finish(self, request: Request, drawn: DrawnPart, results: RunResults) -> bool:
        """Report paths that have ended, then find their plane and sample it; return whether all of it has been done."""
        self._report(request, drawn, results)
        if drawn.progress is None:
            return True
        # What is dragged is not at its end yet.
        if drawn.samples is not None and self._called_within(SETTLED):
            return False
        told, shown = time.perf_counter(), drawn.samples
        for part in self._samples.after_race(request.experiment, results.trajectories, self._is_called):
            if self._is_called():
                return False
            # On another plane, the old picture stays until there is one of the new.
            part = replace(part, samples=part.samples or shown) if part.progress is not None else part
            now = time.perf_counter()
            if part.samples is not shown or part.progress is None or now - told > BETWEEN_PROGRESS:
                if part.samples is not shown:
                    self._look_along(request.experiment, part)
                self._report(request, part, results)
                told, shown = now, part.samples
            self.gui_turn.wait_until_over(PATIENCE)
        return True

    def _is_called(self) -> bool:
        return self._mail is not None or self._stopping

    def _look_along(self, experiment: Experiment, drawn: DrawnPart) -> None:
        """Find the lines of sight along a surface that is going to be painted."""
        if self.paints_surface and isinstance(drawn.samples, SurfaceSamples):
            contours_in_view(drawn.samples, experiment.appearance.camera)

    def _do_later_work(self, request: Request) -> None:
        """Draw the landscape's formula and read the catalogues, once the descents are on their way to the screen."""
        if self._mail is not None:
            return
        latex = request.experiment.resolve_landscape().latex
        if latex != self._drawn and self._called_within(AFTER):
            return
        self._draw_formula(request)
        self._read_ahead()
        if not self._called_within(IDLE):
            allocator.trim()

    def _draw_formula(self, request: Request) -> None:
        latex = request.experiment.resolve_landscape().latex
        self._drawn = latex
        self.formulaDrawn.emit(latex, formula_svg(latex, request.ink, 15))

    def _draw_formula_meanwhile(self, request: Request) -> None:
        """Draw the formula while descents go on, whatever becomes of it: that of another landscape is still shown."""
        try:
            if request.experiment.resolve_landscape().latex != self._drawn:
                self._draw_formula(request)
        except Exception as error:  # noqa: BLE001 - reported
            log_failure(failure_of(error, "formula", request.generation))

    def _called_within(self, seconds: float) -> bool:
        with self._wake:
            return self._wake.wait_for(self._is_called, seconds)

    def _read_ahead(self) -> None:
        """Read the catalogues, unless there is something to do: lists and the first edit need them at once."""
        if self._read:
            return
        self._read = True
        for catalogue in (schedules, gradient_sources, optimizers, data, predictors):
            # One module at a time, so that a request or the end of the program need not wait for all of them.
            for _ in modules_in(catalogue):
                if self._mail is not None or self._stopping:
                    return
            catalogue.ids()
        for id in landscapes.catalogue_ids():
            if self._mail is not None or self._stopping:
                return
            landscapes.get(id)

    def _report(self, request: Request, drawn: DrawnPart, results: RunResults) -> None:
        self._reports.begin()
        computed = self._projector.computed(
            results, drawn.samples, self._is_stopping, drawn.absence, drawn.progress
        )
        self.gui_turn.hand_over()
        self.computed.emit(request.generation, computed)
