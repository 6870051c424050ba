"""Connects the signals of the control panel to the edits of the experiment."""

from __future__ import annotations

from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.gui.state.store import Store


def connect_panel(panel: ControlPanel, edits: Edits, store: Store) -> None:
    """Connect each signal of the panels for landscape, racers and start to the edit that it asks for."""
    panel.landscape.heightScaleChosen.connect(lambda kind: edits.set_view(height_scale=kind))
    panel.plane.planeChosen.connect(edits.choose_plane)
    panel.start.startChosen.connect(lambda start: edits.move_start(tuple(start)))
    panel.start.stepsChosen.connect(edits.choose_steps)
    panel.start.seedChosen.connect(edits.choose_seed)
    panel.racers.racerChanged.connect(edits.change_racer)
    panel.racers.duplicateAsked.connect(edits.duplicate_racer)
    panel.racers.removeAsked.connect(edits.remove_racer)
    panel.racers.addAsked.connect(edits.add_racer)
    for part in (panel.landscape, panel.plane, panel.racers, panel.start):
        part.ended.connect(store.end_merge)
