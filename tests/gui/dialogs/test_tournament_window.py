"""The window of tournaments, as a person uses it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.check_list import CheckList
from optexplorer.gui.dialogs.tournament_window import TournamentWindow
from tests.gui.hands import settle

RACE = Experiment(
    landscape="booth", racers=(Racer(optimizer=Momentum(lr=0.01)), Racer(optimizer=Adam(lr=0.1))), steps=20
)


def opened(app: Application, qtbot: QtBot) -> TournamentWindow:
    app.store.replace(RACE, "Race")
    settle(qtbot, app)
    app.window._actions["tournament"].trigger()
    window = app.window.studies.windows["tournament"]
    assert isinstance(window, TournamentWindow)
    qtbot.waitUntil(lambda: finished(window))
    return window


def finished(window: TournamentWindow) -> bool:
    return window.result is not None and not window.worker.busy


def click(qtbot: QtBot, entries: CheckList, id: str) -> None:
    item = next(item for item in entries._entries() if item.data(Qt.ItemDataRole.UserRole) == id)
    entries.scrollToItem(item)
    box = entries.visualItemRect(item)
    at = box.center()
    at.setX(box.left() + 14)
    qtbot.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_the_racers_compete_at_once(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    result = window.result
    assert [optimizer.id for optimizer in result.spec.optimizers] == ["momentum", "adam"]
    assert result.spec.landscapes[0].id == "booth"
    assert sum(len(part.cells) for part in result.parts) == result.spec.cells
    assert window.view.sheet is not None
    assert len(window.view.sheet.plots[1].lines) == 2


def test_who_takes_part_is_ticked(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    click(qtbot, window.optimizers, "rmsprop")
    for id in window.landscapes.ticked[1:]:
        click(qtbot, window.landscapes, id)
    qtbot.mouseClick(window.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: finished(window) and len(window.result.spec.optimizers) == 3)
    assert [landscape.id for landscape in window.result.spec.landscapes] == ["booth"]
    click(qtbot, window.landscapes, "")
    qtbot.mouseClick(window.start, Qt.MouseButton.LeftButton)
    assert "landscape" in window.problem.text()
    assert finished(window)


def test_another_tolerance_needs_no_other_descents(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    before = window.view.sheet
    window.tolerance.setCurrentIndex(0)
    assert not window.worker.busy
    assert window.view.sheet is not before
    assert "10 %" in window.view.sheet.notes[1].en


def test_a_changed_racer_makes_the_result_an_earlier_one(own_app: Application, qtbot: QtBot) -> None:
    window = opened(own_app, qtbot)
    own_app.store.replace(RACE.evolve(racers=(RACE.racers[0], Racer(optimizer=Adam(lr=0.3)))), "Rate")
    qtbot.waitUntil(window.notice.isVisible)
    own_app.store.undo()
    qtbot.waitUntil(lambda: not window.notice.isVisible())


def test_descents_and_ranks_are_exported(
    own_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = opened(own_app, qtbot)
    for button, name, rows in (
        (window.export_table, "ranks.csv", 2),
        (window.export_descents, "descents.csv", None),
    ):
        path = tmp_path / name
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_, path=path, **__: (str(path), "CSV (*.csv)")
        )
        with qtbot.waitSignal(window.files.written):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        with path.open() as file:
            assert len(list(csv.DictReader(file))) == (rows or window.result.spec.cells)
