"""From the experiment, what the engine has computed of it, and the playhead to the scene that all views show."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from optexplorer.engine.landscapes.definitions import is_parameter_variant
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.anatomy_worker import AnatomyWorker
from optexplorer.gui.workers.engine_thread import EngineThread, Result
from optexplorer.scene.computed import Computed
from optexplorer.scene.resolve import resolve
from optexplorer.scene.scene import Scene


class SceneController(QObject):
    """Asks the engine for what the experiment needs and puts the newest scene on show."""

    sceneChanged = Signal(object)
    """The `Scene` to show now."""
    resultTaken = Signal()
    """Something has been computed of the present experiment."""
    formulaDrawn = Signal(bytes)
    """The present landscape's formula as SVG."""
    failed = Signal(str)

    def __init__(
        self,
        store: Store,
        engine: EngineThread,
        playback: Playback,
        ink: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._engine, self._playback, self._ink = store, engine, playback, ink
        self.result: Result | None = None
        """The newest result; also of a request that has been overtaken, as long as it fits."""
        self._beside: dict[str, int] = {}
        self.scene: Scene | None = None
        """What the views show."""
        self._anatomy_worker = AnatomyWorker(self)
        self._anatomy_worker.made.connect(self.refresh)
        store.changed.connect(self._take_experiment)
        engine.computed.connect(self._take_result)
        engine.formulaDrawn.connect(self._take_formula)
        engine.failed.connect(self._take_failure)
        playback.moved.connect(self.refresh)

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self._store.experiment

    @property
    def playhead(self) -> int:
        """The step at which the playhead stands; it may lie beyond the scene's own end."""
        return self._playback.step

    def start(self) -> None:
        """Ask for the experiment as it stands."""
        self._take_experiment(self._store.experiment)

    def leave(self) -> None:
        """Let go of store, engine and playhead: the window is closing."""
        self._store.changed.disconnect(self._take_experiment)
        self._engine.computed.disconnect(self._take_result)
        self._engine.formulaDrawn.disconnect(self._take_formula)
        self._engine.failed.disconnect(self._take_failure)
        self._playback.moved.disconnect(self.refresh)
        self._anatomy_worker.leave()

    def computed(self) -> Computed | None:
        """Return the present experiment with what has been computed of it; None if nothing has."""
        result, experiment = self.result, self._store.experiment
        if result is None or not _fits(result.experiment, experiment):
            return None
        return Computed(
            experiment, result.samples, result.trajectories, result.surface_paths, result.footprints
        )

    def refresh(self) -> None:
        """Show the present experiment at the present playhead, as far as it has been computed."""
        result, experiment = self.result, self._store.experiment
        if result is None or not _fits(result.experiment, experiment):
            return
        step = self._playback.step
        self._anatomy_worker.follow(experiment, result.trajectories, step)
        self.scene = resolve(
            experiment,
            result.samples,
            result.trajectories,
            step,
            result.surface_paths,
            self._anatomy_worker.anatomies,
            result.footprints,
        )
        self.sceneChanged.emit(self.scene)

    def _take_experiment(self, experiment: Experiment) -> None:
        if not self._is_computed(experiment):
            self._playback.set_length(self._playback.length, growing=True)
            self._engine.request(experiment, self._ink)
        elif self.result is not None:
            # Back to it from another that is still being computed, or that could not be.
            self._set_length(self.result)
            self.resultTaken.emit()
        self.refresh()

    def _is_computed(self, experiment: Experiment) -> bool:
        """Whether the last result shows all of `experiment`: only colours, visibility or camera differ."""
        result = self.result
        return (
            result is not None and result.done and result.experiment.computation() == experiment.computation()
        )

    def _take_result(self, result: Result) -> None:
        older = self.result is not None and result.generation < self.result.generation
        experiment = self._store.experiment
        if older or not _fits(result.experiment, experiment):
            return
        if self._is_computed(experiment) and result.experiment.computation() != experiment.computation():
            # Of an experiment that has been left again, for one that is on show.
            return
        self.result = result
        self._set_length(result)
        self.resultTaken.emit()
        self.refresh()

    def _take_formula(self, latex: str, svg: bytes) -> None:
        if latex == self._store.experiment.resolve_landscape().latex:
            self.formulaDrawn.emit(svg)

    def reach(self, what: str, length: int) -> None:
        """Let the playhead go up to step `length` for the sake of what is shown beside the experiment; 0 ends it."""
        self._beside[what] = length
        if self.result is not None:
            self._set_length(self.result)

    def _set_length(self, result: Result) -> None:
        lengths = [t.steps for t in result.trajectories if t is not None]
        length = max([*lengths, *self._beside.values()], default=0)
        # A result may still be of the experiment before; how long the present one is, it does not tell.
        self._playback.set_length(length, growing=not self._is_computed(self._store.experiment))

    def _take_failure(self, generation: int, message: str) -> None:
        if self._is_computed(self._store.experiment):
            return
        self._playback.set_length(self._playback.length, growing=False)
        self.failed.emit(message)


def _fits(computed: Experiment, shown: Experiment) -> bool:
    """Whether a result for `computed` may be shown for `shown` until its own arrives: the same racers' paths.

    A landscape that is being bent, by a slider or a brush, stays in sight meanwhile.
    """
    streams = [racer.stream for racer in computed.racers]
    if streams != [racer.stream for racer in shown.racers]:
        return False
    if computed.landscape == shown.landscape:
        return True
    return is_parameter_variant(computed.resolve_landscape(), shown.resolve_landscape())
