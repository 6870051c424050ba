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


def lines(app: Application) -> list[str]:
    return app.window.workspace.transcript.toPlainText().splitlines()


def test_it_grows_with_the_playhead_and_goes_back_with_it(qtbot: QtBot, app: Application) -> None:
    app.store.replace(RACE, "race")
    settle(qtbot, app)
    press(qtbot, app.window, "T")
    assert len(lines(app)) == 1
    assert lines(app)[0].startswith("step 0: Gradient descent starts at")
    app.playback.to_end()
    whole = lines(app)
    assert "converged" in whole[-1]
    app.playback.seek(10)
    assert lines(app) == whole[: len(lines(app))]
    assert 1 < len(lines(app)) < len(whole)
    press(qtbot, app.window, "T")
    assert not app.window.workspace.transcript.isVisible()


def test_what_has_just_happened_is_announced_to_screen_readers(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: told.append(event.message()))
    app.store.replace(RACE, "race")
    settle(qtbot, app)
    press(qtbot, app.window, "T")
    told.clear()
    for step in range(1, app.playback.length + 1):
        app.playback.seek(step)
    assert " ".join(told) == " ".join(lines(app)[1:])
