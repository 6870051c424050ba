"""Paths that depend on rounding are marked on request, and only as long as they are the same paths."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.gui.app import Application
from tests.gui.hands import settle


def outcome(app: Application, row: int, role: int = Qt.ItemDataRole.DisplayRole) -> str:
    model = app.window.workspace.readout.model()
    return str(model.data(model.index(row, model.columnCount() - 1), role))


def test_a_path_that_depends_on_rounding_is_marked_until_it_changes(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = app.store.experiment.racers[0]

    def sensitivity(run_spec: object, start: object, steps: int) -> int | None:
        return 57 if run_spec == app.store.experiment.run_spec(first) else None

    monkeypatch.setattr("optexplorer.engine.rounding.rounding_sensitivity", sensitivity)
    app.window._actions["check-rounding"].trigger()
    cards = app.window.panel.racers.cards
    qtbot.waitUntil(lambda: "depends on rounding" in cards[0].status.text(), timeout=20_000)
    assert "step 57" in cards[0].status.toolTip()
    assert "rounding" not in cards[1].status.text()
    qtbot.waitUntil(lambda: "depends on rounding" in outcome(app, 0))
    assert "step 57" in outcome(app, 0, Qt.ItemDataRole.ToolTipRole)
    assert app.window.files.done.words.text() == "Paths that depend on rounding are marked."
    app.window.edits.change_racer(0, first.evolve(optimizer=GradientDescent(lr=0.0005)))
    settle(qtbot, app)
    qtbot.waitUntil(lambda: "rounding" not in cards[0].status.text())
    assert "rounding" not in outcome(app, 0)
