"""Commands for the anatomy of a step: show it, and step through its phases by hand or on a timer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.state.playback import Playback
from optexplorer.gui.state.store import Store
from optexplorer.scene.anatomy.shown_racers import MOST_SHOWN, shown_racers
from optexplorer.scene.scene import Scene

PACE = 1500
"""Milliseconds for which a phase stays when they play by themselves."""


class AnatomyCommands(QObject):
    """Moves through the phases of steps; the phase is part of the view, the step is the playhead's."""

    playingChanged = Signal(bool)
    """Whether the phases go on by themselves."""

    def __init__(
        self,
        store: Store,
        playback: Playback,
        scene_controller: SceneController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._playback, self._scene_controller = store, playback, scene_controller
        self._to_last = False
        self._timer = QTimer(self)
        self._timer.setInterval(PACE)
        self._timer.timeout.connect(self._tick)
        # Queued, so that the views show the present scene before it changes the next.
        scene_controller.sceneChanged.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def handlers(self) -> Mapping[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {
            "anatomy": self.show,
            "second-anatomy": self.show_second,
            "phase-back": lambda _: self.back(),
            "phase-forward": lambda _: self.forward(),
            "play-phases": self.play,
        }

    @property
    def playing(self) -> bool:
        """Whether the phases go on by themselves."""
        return self._timer.isActive()

    def show(self, on: bool) -> None:
        """Show or hide the anatomy of a step."""
        if not on:
            self.pause()
        self._set_appearance(anatomy=on)

    def show_second(self, on: bool) -> None:
        """Show the anatomy of a second racer beside the first, or of one only."""
        experiment = self._store.experiment
        numbers = shown_racers(experiment)
        others = [n for n, racer in enumerate(experiment.racers) if racer.visible and n not in numbers]
        if on and numbers and others:
            numbers = (*numbers[:1], next((n for n in others if n > numbers[0]), others[0]))
        self._set_appearance(anatomy=True, anatomy_racers=numbers if on else numbers[:1])

    def choose_racer(self, column: int, number: int) -> None:
        """Show the anatomy of racer `number` in `column`; if the other column shows it, they change places."""
        numbers = list(shown_racers(self._store.experiment))
        if column >= min(len(numbers), MOST_SHOWN):
            return
        if number in numbers:
            numbers[numbers.index(number)] = numbers[column]
        numbers[column] = number
        self._set_appearance(anatomy_racers=tuple(numbers))

    def choose_phase(self, phase: int) -> None:
        """Show the step up to `phase`."""
        self.pause()
        self._playback.pause()
        self._set_appearance(phase=phase)

    def forward(self) -> None:
        """Show the next phase; after the last one the step is taken."""
        if self._opened():
            return
        self._playback.pause()
        self._to_last = False
        if not self._known():
            return
        phase, last = self._position()
        if phase is None:
            self._set_appearance(phase=min(1, last))
        elif phase < last:
            self._set_appearance(phase=phase + 1)
        elif self._playback.step < self._playback.length:
            self._set_appearance(phase=0)
            self._playback.seek(self._playback.step + 1)
        else:
            self.pause()

    def back(self) -> None:
        """Undo a phase; before the first one, the step."""
        if self._opened():
            return
        self.pause()
        self._playback.pause()
        if not self._known():
            return
        phase, last = self._position()
        if phase is None:
            self._set_appearance(phase=last)
        elif phase > 0:
            self._set_appearance(phase=phase - 1)
        elif self._playback.step > 0:
            self._to_last = True
            self._playback.seek(self._playback.step - 1)

    def play(self, on: bool) -> None:
        """Start or stop the automatic advance through the phases."""
        if not on:
            self.pause()
            return
        self._timer.start()
        self.playingChanged.emit(True)
        self.forward()

    def pause(self) -> None:
        """Stop where it is."""
        if self.playing:
            self._timer.stop()
            self.playingChanged.emit(False)

    def _set_appearance(self, **update: Any) -> None:
        self._store.set_appearance(self._store.experiment.appearance.evolve(**update))

    def _opened(self) -> bool:
        """Show the anatomy from its first phase if it is not shown; return whether that was so."""
        closed = not self._store.experiment.appearance.anatomy
        if closed:
            self._playback.pause()
            self._set_appearance(anatomy=True, phase=0)
        return closed

    def _known(self) -> bool:
        """Whether any step has been explained yet; until then there is no next phase."""
        scene = self._scene_controller.scene
        return scene is not None and bool(scene.anatomies)

    def _position(self) -> tuple[int | None, int]:
        """Return the present phase, and the last one of the racer that has the most."""
        scene = self._scene_controller.scene
        counts = [len(shown.anatomy.phases) for shown in scene.anatomies] if scene is not None else []
        last = max(counts, default=1) - 1
        phase = self._store.experiment.appearance.phase
        return (None if phase is None else min(phase, last)), last

    def _arrive(self, _: Scene) -> None:
        """After going back over the beginning of a step, stand at the last phase of the one before."""
        scene = self._scene_controller.scene
        if not self._to_last or scene is None or not scene.anatomies:
            return
        if all(shown.anatomy.moment.step == shown.racer_path.step for shown in scene.anatomies):
            self._to_last = False
            self._set_appearance(phase=self._position()[1])

    def _tick(self) -> None:
        if self._playback.playing:
            # The race itself has been set going; both at once would be a muddle.
            self.pause()
        else:
            self.forward()
