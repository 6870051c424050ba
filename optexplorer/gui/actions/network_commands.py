"""Commands for the picture of a network: show it, go through the examples of the mini-batch, select a weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.controllers.scene_controller import SceneController
from optexplorer.gui.state.store import Store
from optexplorer.scene.network.network_absence import absence_of_network
from optexplorer.scene.scene import Scene

OF_EXAMPLES = ("example-back", "example-forward", "example-mean")
"""Commands that have an effect only while a network is shown."""


class NetworkCommands(QObject):
    """What is shown of the network is part of the document's appearance."""

    def __init__(
        self,
        store: Store,
        edits: Edits,
        scene_controller: SceneController,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._store, self._edits, self._actions = store, edits, actions
        self._scene_controller = scene_controller

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {
            "network": lambda on: self._edits.set_appearance(network=on),
            "example-back": lambda _: self._go(-1),
            "example-forward": lambda _: self._go(1),
            "example-mean": lambda on: self._edits.set_appearance(network_example="mean" if on else 0),
        }

    def select_weight(self, weight: int) -> None:
        """Select a weight; the selected one is given up, so that the one with the largest gradient is shown again."""
        before = self._store.experiment.appearance.network_weight
        self._edits.set_appearance(network_weight=None if weight == before else weight)

    def show_experiment(self, experiment: Experiment) -> None:
        """Check the actions of what is on in `experiment`."""
        appearance = experiment.appearance
        absent = absence_of_network(experiment.resolve_landscape()) is not None
        self._actions["network"].setChecked(appearance.network)
        # What is on can always be switched off.
        self._actions["network"].setEnabled(not absent or appearance.network)
        self._actions["example-mean"].setChecked(appearance.network_example == "mean")

    def show_scene(self, scene: Scene) -> None:
        """Enable the actions that go through the examples where a network is shown."""
        for id in OF_EXAMPLES:
            self._actions[id].setEnabled(scene.network is not None)

    def _go(self, steps: int) -> None:
        """Show another example of the mini-batch; after the last comes the first."""
        scene = self._scene_controller.scene
        if scene is None or scene.network is None:
            return
        example = scene.network.picture.example
        place = 0 if example.place is None else (example.place + steps) % example.batch
        self._edits.set_appearance(network_example=place)
