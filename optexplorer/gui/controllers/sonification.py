"""Sonification: plays the loss as a tone while the playhead moves, if switched on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from optexplorer.gui.desktop.sound import Player, Tone, pitch
from optexplorer.scene.samples.surface_samples import HeightScale
from optexplorer.scene.scene import PathAtPlayhead, Scene


class Sonification(QObject):
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
        """Switch the sound on or off."""
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
        racer_path = heard(scene)
        if self.on and moved and racer_path is not None:
            self.tone.sound(pitch(float(_scale(scene, racer_path).height(np.array(racer_path.loss)))))


def _scale(scene: Scene, racer_path: PathAtPlayhead) -> HeightScale:
    """Return the scale of heights of what is drawn; where nothing is, one from the racer's own lowest and first loss."""
    if scene.samples is not None:
        return scene.samples.scale
    loss = racer_path.trajectory.loss
    finite = loss[np.isfinite(loss)]
    low, high = (float(finite.min()), float(finite[0])) if finite.size else (0.0, 1.0)
    return HeightScale("linear", low, high if high > low else low + 1.0)


def heard(scene: Scene) -> PathAtPlayhead | None:
    """Return the racer whose loss sounds; None if there is none."""
    spotlight = [
        racer_path for racer_path in scene.racer_paths if racer_path.number == scene.appearance.spotlight
    ]
    running = [racer_path for racer_path in scene.racer_paths if not racer_path.ended]
    return next(iter([*spotlight, *running, *scene.racer_paths]), None)
