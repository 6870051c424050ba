"""Commands for the cloud: show it, choose whose it is and what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.actions import commands
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.workspace import Workspace
from optexplorer.scene.descent_cloud import cloud_racer
from optexplorer.scene.racer_names import racer_names
from optexplorer.text import Text

NO_RACER = Text("A cloud is that of a racer; add one.", "群れは走者ごとに描かれる。走者を追加する。")


class CloudCommands(QObject):
    """What is shown of a cloud is part of the document's appearance."""

    def __init__(
        self, edits: Edits, workspace: Workspace, actions: Mapping[str, QAction], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._edits, self._action, self._bar = edits, actions["cloud"], workspace.cloud_bar
        self._experiment: Experiment | None = None
        self._bar.racerChosen.connect(lambda number: edits.set_appearance(cloud_racer=number))
        self._bar.kindChosen.connect(lambda kind: edits.set_appearance(cloud_of=kind))
        self._bar.countChosen.connect(lambda count: edits.set_appearance(cloud_count=count))
        self._bar.spreadChosen.connect(lambda spread: edits.set_appearance(cloud_spread=spread))

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {"cloud": self._show}

    def _show(self, on: bool) -> None:
        experiment = self._experiment
        number = None if experiment is None else cloud_racer(experiment)
        if on and experiment is not None and number is not None and not experiment.appearance.cloud:
            # Where gradients are random, one wonders about other seeds; else only other starts make a difference.
            source = experiment.run_spec(experiment.racers[number]).gradient_source
            self._edits.set_appearance(cloud=True, cloud_of="seeds" if source.is_random else "starts")
            return
        self._edits.set_appearance(cloud=on)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show what is on in `experiment`."""
        self._experiment = experiment
        appearance, style = experiment.appearance, window_style()
        self._action.setChecked(appearance.cloud)
        self._action.setEnabled(bool(experiment.racers) or appearance.cloud)
        commands.show_reason(self._action, "" if experiment.racers else localized(NO_RACER))
        names = dict(enumerate(map(style.words, racer_names(experiment))))
        self._bar.show_racers(names, cloud_racer(experiment))
        self._bar.show_cloud(appearance.cloud_of, appearance.cloud_count, appearance.cloud_spread)
        self._bar.setVisible(appearance.cloud)
