"""Lets the loss sound while the playhead moves, if the person wants it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from optexplorer.gui.sound import Player, Tone, pitch
from optexplorer.scene.scene import Scene, Trail


class Sounding(QObject):
    """Turns scenes into a tone: the loss of the racer in the spotlight, or of the first that still runs."""

    refused = Signal(str)
    """Why there is no sound, and what would help."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tone = Tone()
        self._player: Player | None = None
        self._playhead = -1

    @property
    def on(self) -> bool:
        """Whether losses sound."""
        return self._player is not None

    def switch(self, on: bool) -> None:
        """Begin or end to sound."""
        if self._player is not None:
            self._player.close()
            self._player = None
        if on:
            try:
                self._player = Player(self.tone)
            except OSError as error:
                self.refused.emit(str(error))

    def show_scene(self, scene: Scene) -> None:
        """Sound the loss at the playhead of `scene`, if it has moved."""
        moved, self._playhead = scene.playhead != self._playhead, scene.playhead
        trail = heard(scene)
        if self.on and moved and trail is not None:
            self.tone.sound(pitch(float(scene.ground.scale.height(np.array(trail.loss)))))


def heard(scene: Scene) -> Trail | None:
    """Return the racer whose loss sounds; None if there is none."""
    spotlight = [trail for trail in scene.trails if trail.number == scene.view.spotlight]
    running = [trail for trail in scene.trails if not trail.ended]
    return next(iter([*spotlight, *running, *scene.trails]), None)
