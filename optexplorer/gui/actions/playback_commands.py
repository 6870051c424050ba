"""Commands for the playhead, and the connections of the transport bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from optexplorer.gui.panels.transport import Transport
from optexplorer.gui.state.playback import Playback
from optexplorer.scene.scene import Scene

SPEED_FACTOR = 1.5


class PlaybackCommands(QObject):
    """Joins the playhead to the transport of one window."""

    def __init__(
        self, playback: Playback, transport: Transport, actions: Mapping[str, QAction], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._playback, self._transport, self._actions = playback, transport, actions
        self._steps_per_epoch: int | None = None
        playback.stateChanged.connect(self.refresh)
        transport.startAsked.connect(playback.to_start)
        transport.backAsked.connect(lambda: playback.step_by(-1))
        transport.playToggled.connect(playback.toggle)
        transport.forwardAsked.connect(lambda: playback.step_by(1))
        transport.endAsked.connect(playback.to_end)
        transport.stepChosen.connect(playback.seek)
        transport.speedChosen.connect(playback.set_speed)
        transport.loopToggled.connect(playback.set_loop)
        self.refresh()

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        playback = self._playback
        return {
            "play": lambda _: playback.toggle(),
            "step-forward": lambda _: playback.step_by(1),
            "step-back": lambda _: playback.step_by(-1),
            "epoch-forward": lambda _: self._step_by_epoch(1),
            "epoch-back": lambda _: self._step_by_epoch(-1),
            "to-start": lambda _: playback.to_start(),
            "to-end": lambda _: playback.to_end(),
            "faster": lambda _: playback.set_speed(playback.speed * SPEED_FACTOR),
            "slower": lambda _: playback.set_speed(playback.speed / SPEED_FACTOR),
            "loop": playback.set_loop,
        }

    def restart(self) -> None:
        """Play from the start."""
        self._playback.to_start()
        self._playback.play()

    def _step_by_epoch(self, epochs: int) -> None:
        if self._steps_per_epoch is not None:
            self._playback.step_by_epoch(self._steps_per_epoch, epochs)

    def show_scene(self, scene: Scene) -> None:
        """Show the epochs of `scene`, and where the playhead is."""
        self._steps_per_epoch = scene.steps_per_epoch
        for id in ("epoch-forward", "epoch-back"):
            self._actions[id].setEnabled(self._steps_per_epoch is not None)
        self._transport.show_epochs(self._steps_per_epoch)
        self.refresh()

    def refresh(self) -> None:
        """Show where the playhead is and how it moves."""
        playback = self._playback
        self._actions["loop"].setChecked(playback.loop)
        self._transport.show_state(
            playback.step, playback.length, playback.playing, playback.speed, playback.loop, playback.growing
        )

    def disconnect_playback(self) -> None:
        """Disconnect from the playhead before the window closes."""
        self._playback.stateChanged.disconnect(self.refresh)
