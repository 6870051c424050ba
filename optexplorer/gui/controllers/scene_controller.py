"""Resolves experiment, results of the engine and playhead to the scene that all views show."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from optexplorer.engine.landscapes.base import is_parameter_variant
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.anatomy_worker import AnatomyWorker
from optexplorer.gui.workers.basin_worker import BasinWorker
from optexplorer.gui.workers.batch_worker import BatchWorker
from optexplorer.gui.workers.cloud_worker import CloudWorker
from optexplorer.gui.workers.curvature_worker import CurvatureWorker
from optexplorer.gui.workers.engine_thread import EngineThread
from optexplorer.gui.workers.fit_worker import FitWorker
from optexplorer.gui.workers.network_worker import NetworkWorker
from optexplorer.gui.workers.plane_loss_worker import PlaneLossWorker
from optexplorer.gui.workers.sharpness_worker import SharpnessWorker
from optexplorer.runs.failure import Failure, failure_of, is_expected, log_failure
from optexplorer.scene.computed import Computed
from optexplorer.scene.fit.resolve_fit import fit_is_shown
from optexplorer.scene.scene import Scene
from optexplorer.text import Text

PATIENCE = 400
"""Milliseconds for which another experiment's picture may stay while the present one is being computed."""
SOON = 40
"""Milliseconds for which the picture waits for more: painted twice, it would be late."""


class SceneController(QObject):
    """Asks the engine for what the experiment needs, and hands the newest scene to the views.

    What is on the screen is always of the present experiment, or of one that differs from it only in numbers (while a
    slider is dragged). If neither has been computed, the scene has no picture and no paths, and says why.
    """

    sceneChanged = Signal(object)
    """The `Scene` to show now."""
    resultTaken = Signal()
    """Something has been computed of the present experiment."""
    formulaDrawn = Signal(bytes)
    """The present landscape's formula as SVG."""
    failed = Signal(str)
    """Why the present experiment, or one of its racers, cannot be computed."""

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
        self.result: Computed | None = None
        """The newest result; also of a request that has been overtaken, as long as it fits."""
        self._generation_of_result = 0
        self._requested = 0
        self._lengths_beside: dict[str, int] = {}
        self.scene: Scene | None = None
        """What the views show; None before anything has been computed."""
        self._anatomy_worker, self._curvature_worker = AnatomyWorker(self), CurvatureWorker(self)
        self._plane_loss_worker = PlaneLossWorker(self)
        self._plane_loss_worker.made.connect(self._refresh_soon)
        self._batch_worker = BatchWorker(self)
        self._batch_worker.made.connect(self._refresh_soon)
        self.basin_worker = BasinWorker(self)
        """Makes the basin map of what is shown."""
        self.basin_worker.made.connect(self._show_basins)
        self.cloud_worker = CloudWorker(self)
        """Makes the cloud of what is shown."""
        self.cloud_worker.made.connect(self._refresh_soon)
        self._anatomy_worker.made.connect(self.refresh)
        self._curvature_worker.made.connect(self._refresh_soon)
        self._network_worker = NetworkWorker(self)
        self._network_worker.made.connect(self.refresh)
        self._sharpness_worker = SharpnessWorker(self)
        self._sharpness_worker.made.connect(self._refresh_soon)
        self.fit_worker = FitWorker(self)
        """Makes the fit of the scene that is shown."""
        self.fit_worker.made.connect(self._refresh_soon)
        self._impatience = QTimer(self)
        self._impatience.setSingleShot(True)
        self._impatience.setInterval(PATIENCE)
        self._impatience.timeout.connect(self._empty_if_stale)
        self._late = QTimer(self, singleShot=True, interval=SOON)
        self._late.timeout.connect(self.refresh)
        store.changed.connect(self._set_experiment)
        engine.computed.connect(self._set_result)
        engine.formulaDrawn.connect(self._set_formula)
        engine.failed.connect(self._set_failure)
        playback.moved.connect(self.refresh)

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self._store.experiment

    @property
    def playhead(self) -> int:
        """The step of the playhead; it may lie beyond the scene's own end."""
        return self._playback.step

    @property
    def shows_present(self) -> bool:
        """Whether the scene shown is of the current experiment, so that clicks on it apply to that one."""
        return self._fitting() is not None

    @property
    def is_complete(self) -> bool:
        """Whether the scene shown is of the present experiment, computed to its end."""
        return self._is_computed(self._store.experiment)

    @property
    def is_computing(self) -> bool:
        """Whether the present experiment is still being computed."""
        return not self.is_complete and (self._playback.growing or self._has_paths(self._store.experiment))

    def start(self) -> None:
        """Request the results of the current experiment from the engine."""
        self._set_experiment(self._store.experiment)

    def stop(self) -> None:
        """Disconnect from store, engine and playhead, and drop running work before the window closes."""
        self._store.changed.disconnect(self._set_experiment)
        self._engine.computed.disconnect(self._set_result)
        self._engine.formulaDrawn.disconnect(self._set_formula)
        self._engine.failed.disconnect(self._set_failure)
        self._playback.moved.disconnect(self.refresh)
        self._impatience.stop()
        self._late.stop()
        self._anatomy_worker.stop()
        self._curvature_worker.stop()
        self._network_worker.stop()
        self._sharpness_worker.stop()
        self.fit_worker.stop()
        self._plane_loss_worker.stop()
        self._batch_worker.stop()
        self.basin_worker.stop()
        self.cloud_worker.stop()

    def computed(self) -> Computed | None:
        """Return the present experiment with what has been computed of it; None if nothing has."""
        result = self._fitting()
        return None if result is None else result.of(self._store.experiment)

    def refresh(self) -> None:
        """Show the present experiment at the present playhead, as far as it has been computed."""
        self._late.stop()
        computed = self.computed()
        if computed is None:
            if self.scene is not None and self.result is None:
                # Why there is no picture is also said in another language, and painted in other colours.
                self.sceneChanged.emit(self.scene)
            return
        self._engine.gui_turn.begin()
        step = self._playback.step
        self._anatomy_worker.follow(computed, step)
        self._curvature_worker.follow(computed, step)
        self._sharpness_worker.follow(computed)
        self._network_worker.follow(computed, step)
        self._plane_loss_worker.follow(computed, step)
        self._batch_worker.follow(computed, step)
        self.basin_worker.follow(computed)
        self.cloud_worker.follow(computed)
        scene = computed.resolved(
            step,
            self._anatomy_worker.anatomies,
            self._curvature_worker.curvatures,
            self._plane_loss_worker.losses,
            self._sharpness_worker.curves,
            self._network_worker.picture,
            self._batch_worker.marks,
            self.basin_worker.map,
            self.basin_worker.late,
            self.cloud_worker.cloud,
        )
        self.fit_worker.follow(scene, shown=fit_is_shown(scene.appearance, scene.landscape))
        self.scene = replace(scene, fit=self.fit_worker.fit)
        self.sceneChanged.emit(self.scene)

    def _refresh_soon(self) -> None:
        """Refresh unless something else does so before: more paths, or a playhead that goes on."""
        if not self._late.isActive():
            self._late.start()

    def _show_basins(self) -> None:
        """Refresh at once where a basin map is the first."""
        if self.scene is not None and self.scene.basins is None:
            self.refresh()
        else:
            self._refresh_soon()

    def _fitting(self) -> Computed | None:
        """Return the newest result if it may be shown for the present experiment."""
        result = self.result
        if result is None or not _fits(result.experiment, self._store.experiment):
            return None
        return result

    def _set_experiment(self, experiment: Experiment) -> None:
        if not self._is_computed(experiment):
            self._playback.set_length(self._playback.length, growing=True)
            self._requested = self._engine.request(experiment, self._ink)
            if self._fitting() is None and not self._impatience.isActive():
                self._impatience.start()
            self._refresh_soon()
            return
        if self.result is not None:
            # Back to it from another that is still being computed, or that could not be.
            self._set_length(self.result)
            self._report_result(self.result)
        self.refresh()

    def _is_computed(self, experiment: Experiment) -> bool:
        """Whether the last result shows all of `experiment`: only colours, visibility or camera differ."""
        return self.result is not None and self.result.complete and self._has_paths(experiment)

    def _has_paths(self, experiment: Experiment) -> bool:
        """Whether the last result holds all paths of `experiment`, though its surface may still be coarse."""
        result = self.result
        return (
            result is not None and result.done and result.experiment.computation() == experiment.computation()
        )

    def _set_result(self, generation: int, result: Computed) -> None:
        self._engine.gui_turn.begin()
        experiment = self._store.experiment
        if generation < self._generation_of_result or not _fits(result.experiment, experiment):
            return
        if self._is_computed(experiment) and result.experiment.computation() != experiment.computation():
            # Of an experiment that has been left again, for one that is on the screen.
            return
        self.result, self._generation_of_result = result, generation
        self._impatience.stop()
        self._set_length(result)
        self._report_result(result)
        for error in result.errors.values() if result.complete else ():
            if not is_expected(error):
                log_failure(failure_of(error, generation=generation))
        self.refresh()

    def _report_result(self, result: Computed) -> None:
        """Tell that there is a result, and which racers have none."""
        self.resultTaken.emit()
        if result.errors and result.complete:
            self.failed.emit("\n".join(str(error) for _, error in sorted(result.errors.items())))

    def _set_formula(self, latex: str, svg: bytes) -> None:
        if latex == self._store.experiment.resolve_landscape().latex:
            self.formulaDrawn.emit(svg)

    def extend_length(self, what: str, length: int) -> None:
        """Extend the playhead's range to step `length` for a pinned experiment shown beside; 0 ends the extension."""
        self._lengths_beside[what] = length
        if self.result is not None:
            self._set_length(self.result)

    def _set_length(self, result: Computed) -> None:
        lengths = [t.steps for t in result.trajectories if t is not None]
        length = max([*lengths, *self._lengths_beside.values()], default=0)
        # A result may still be of the experiment before; how long the present one is, it does not tell.
        self._playback.set_length(length, growing=not self._has_paths(self._store.experiment))

    def _set_failure(self, failure: Failure) -> None:
        if failure.generation != self._requested or self._is_computed(self._store.experiment):
            return
        self._playback.set_length(self._playback.length, growing=False)
        if not failure.expected:
            log_failure(failure)
        # What is on the screen is of another experiment, even if it looks much like this one.
        words = failure.message
        self._show_nothing(Text(f"This cannot be computed: {words}", f"計算できない: {words}"))
        self.failed.emit(failure.message)

    def _empty_if_stale(self) -> None:
        if self._fitting() is None:
            self._show_nothing(Text("Computing …", "計算中…"))

    def _show_nothing(self, reason: Text) -> None:
        """Show a scene of the present experiment without picture and paths, and the reason for it."""
        self._impatience.stop()
        self.result, experiment = None, self._store.experiment
        self.scene = Scene(
            samples=None,
            racer_paths=(),
            start=experiment.start,
            playhead=0,
            length=0,
            view=experiment.view,
            appearance=experiment.appearance,
            whole=experiment.resolve_landscape(),
            absence=reason,
        )
        self.sceneChanged.emit(self.scene)


def _fits(computed: Experiment, shown: Experiment) -> bool:
    """Whether a result for `computed` may be shown for `shown` until its own arrives: the same racers' paths.

    A landscape whose numbers are being changed, by a slider or a brush, stays in sight meanwhile.
    """
    streams = [racer.stream for racer in computed.racers]
    if streams != [racer.stream for racer in shown.racers]:
        return False
    if computed.view.plane != shown.view.plane:
        return False
    if computed.landscape == shown.landscape:
        return True
    return is_parameter_variant(computed.resolve_landscape(), shown.resolve_landscape())
