"""The race in words in the real window."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from tests.gui.hands import press, settle

RACE = Experiment(landscape="quadratic-bowl", racers=(Racer(optimizer=GradientDescent(lr=0.2)),), steps=200)


def lines(desk: Application) -> list[str]:
    return desk.window.workspace.transcript.toPlainText().splitlines()


def test_it_grows_with_the_playhead_and_goes_back_with_it(qtbot: QtBot, desk: Application) -> None:
    desk.store.replace(RACE, "race")
    settle(qtbot, desk)
    press(qtbot, desk.window, "T")
    assert len(lines(desk)) == 1
    assert lines(desk)[0].startswith("step 0: Gradient descent starts at")
    desk.playback.to_end()
    whole = lines(desk)
    assert "converged" in whole[-1]
    desk.playback.seek(10)
    assert lines(desk) == whole[: len(lines(desk))]
    assert 1 < len(lines(desk)) < len(whole)
    press(qtbot, desk.window, "T")
    assert not desk.window.workspace.transcript.isVisible()


def test_what_has_just_happened_is_announced_to_screen_readers(
    qtbot: QtBot, desk: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: told.append(event.message()))
    desk.store.replace(RACE, "race")
    settle(qtbot, desk)
    press(qtbot, desk.window, "T")
    told.clear()
    for step in range(1, desk.playback.length + 1):
        desk.playback.seek(step)
    assert " ".join(told) == " ".join(lines(desk)[1:])
