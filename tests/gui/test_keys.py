"""The keyboard: every key of the list of commands does what the list says, and none does two things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.gui.actions.commands import COMMANDS
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.keys_dialog import KeysDialog
from tests.gui.hands import press, settle, type_in, with_dialog

KEYS = {command.id: command.keys for command in COMMANDS}


def strike(qtbot: QtBot, app: Application, id: str, key: int = 0) -> None:
    press(qtbot, app.window, KEYS[id][key])


def changes(qtbot: QtBot, app: Application, id: str, read: Callable[[], Any], *expected: Any) -> None:
    """Check what `read` returns each time a command's first key has been pressed."""
    seen = []
    for _ in expected:
        strike(qtbot, app, id)
        seen.append(read())
    assert seen == list(expected), id


def test_no_key_is_given_twice() -> None:
    given = Counter(QKeySequence(key).toString() for keys in KEYS.values() for key in keys)
    given.update([*map(str, range(1, 10)), "Esc"])
    assert {key: count for key, count in given.items() if count > 1} == {}


def test_keys_of_playback(qtbot: QtBot, app: Application) -> None:
    playback = app.playback
    changes(qtbot, app, "play", lambda: playback.playing, True, False)
    playback.seek(10)
    changes(qtbot, app, "step-forward", lambda: playback.step, 11, 12)
    changes(qtbot, app, "step-back", lambda: playback.step, 11, 10)
    changes(qtbot, app, "to-end", lambda: playback.step, playback.length)
    changes(qtbot, app, "to-start", lambda: playback.step, 0)
    playback.set_speed(40)
    for key in range(len(KEYS["faster"])):
        before = playback.speed
        strike(qtbot, app, "faster", key)
        assert playback.speed == pytest.approx(1.5 * before)
    before = playback.speed
    strike(qtbot, app, "slower")
    assert playback.speed == pytest.approx(before / 1.5)
    changes(qtbot, app, "loop", lambda: playback.loop, True, False)
    assert app.window.workspace.transport.loop.isChecked() is False
    changes(qtbot, app, "phase-forward", lambda: app.store.experiment.appearance.phase, 0)
    qtbot.waitUntil(lambda: bool(settle(qtbot, app).anatomies))
    changes(qtbot, app, "phase-forward", lambda: app.store.experiment.appearance.phase, 1, 2)
    changes(qtbot, app, "phase-back", lambda: app.store.experiment.appearance.phase, 1, 0)
    changes(qtbot, app, "play-phases", lambda: app.window.anatomy.playing, True, False)


def test_keys_of_the_view(qtbot: QtBot, app: Application) -> None:
    views = app.window.workspace

    def view() -> ComputationView:
        return app.store.experiment.view

    def appearance() -> Appearance:
        return app.store.experiment.appearance

    def pictures() -> list[str]:
        return [name for name in ("surface", "map") if views.frames[name].isVisible()]

    changes(qtbot, app, "surface-only", pictures, ["surface"])
    changes(qtbot, app, "map-only", pictures, ["map"])
    changes(qtbot, app, "both-views", pictures, ["surface", "map"])
    changes(qtbot, app, "arrows", lambda: appearance().gradient_arrows, True, False)
    changes(qtbot, app, "minima", lambda: appearance().minima, False, True)
    changes(qtbot, app, "curvature", lambda: appearance().curvature, True, False)
    app.window.edits.choose_landscape("line-fit")
    settle(qtbot, app)
    changes(qtbot, app, "ghost", lambda: appearance().batch_surface, True, False)
    changes(qtbot, app, "example-gradients", lambda: appearance().example_gradients, True, False)
    changes(qtbot, app, "gradient-ellipse", lambda: appearance().gradient_ellipse, True, False)
    app.store.undo()
    settle(qtbot, app)
    changes(qtbot, app, "anatomy", views.frames["anatomy"].isVisible, True, False)
    strike(qtbot, app, "anatomy")
    changes(qtbot, app, "second-anatomy", lambda: len(appearance().anatomy_racers), 2, 1)
    strike(qtbot, app, "anatomy")
    changes(qtbot, app, "fog", lambda: view().fog > 0, True, False)
    changes(qtbot, app, "transcript", views.transcript.isVisible, True, False)
    changes(qtbot, app, "compare", views.frames["pinned"].isVisible, True, False)
    changes(qtbot, app, "multiples", views.multiples.isVisible, True, False)
    changes(qtbot, app, "full-screen", app.window.isFullScreen, True, False)
    changes(qtbot, app, "spotlight", lambda: appearance().spotlight, 0, 1)
    usual = appearance()
    app.window.edits.set_view(window=(0.0, 1.0, 0.0, 1.0))
    app.window.edits.set_appearance(camera=usual.camera.model_copy(update={"azimuth": 10.0}))
    changes(qtbot, app, "reset-view", lambda: (view().window, appearance().camera), (None, usual.camera))
    # None of this belongs to the experiment.
    assert app.store.undo_label is None


def test_keys_of_editing(qtbot: QtBot, app: Application) -> None:
    def count() -> int:
        return len(app.store.experiment.racers)

    changes(qtbot, app, "add-racer", count, 7, 8)
    changes(qtbot, app, "undo", count, 7, 6)
    changes(qtbot, app, "redo", count, 7)
    press(qtbot, app.window, KEYS["redo"][1])
    assert count() == 8
    strike(qtbot, app, "copy-text")
    assert QApplication.clipboard().text().startswith("optx2:")
    strike(qtbot, app, "undo")
    strike(qtbot, app, "paste-experiment")
    qtbot.waitUntil(lambda: count() == 8)
    settle(qtbot, app)
    changes(qtbot, app, "paint", lambda: app.window.landscapes.painting.active, True, False)
    assert with_dialog(qtbot, app.window, lambda: strike(qtbot, app, "new-formula"))


def test_keys_of_files_and_help(qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = {
        id: with_dialog(qtbot, app.window, lambda id=id: strike(qtbot, app, id))
        for id in ("open", "save", "save-as", "export-image", "export-data", "open-lesson", "keys")
    }
    assert all(titles.values()), titles
    assert titles["keys"] == "Keyboard"
    assert with_dialog(qtbot, app.window, lambda: strike(qtbot, app, "keys", 1)) == "Keyboard"
    QApplication.clipboard().clear()
    strike(qtbot, app, "copy-image")
    qtbot.waitUntil(lambda: QApplication.clipboard().image().width() == 1280)
    app.store.replace(app.store.experiment.model_copy(update={"steps": 10}), "Steps")
    app.document.discard_changes()
    strike(qtbot, app, "new")
    assert app.store.experiment.steps != 10
    closed = []
    monkeypatch.setattr(app.window, "close", lambda: closed.append(True))
    strike(qtbot, app, "quit")
    assert closed == [True]


def test_digits_show_and_hide_racers(qtbot: QtBot, app: Application) -> None:
    for number in range(1, 7):
        press(qtbot, app.window, f"Alt+{number}")
    assert not any(racer.visible for racer in app.store.experiment.racers)
    press(qtbot, app.window, "Alt+2")
    assert [racer.visible for racer in app.store.experiment.racers] == [False, True, *[False] * 4]
    # There is no seventh racer.
    press(qtbot, app.window, "Alt+7")
    assert len(app.store.experiment.racers) == 6


def test_keys_in_a_number_field_are_typed(qtbot: QtBot, app: Application) -> None:
    before = app.store.experiment
    field = app.window.panel.racers.cards[0].rate.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "1e-2+.=rflmg")
    assert field.text() == "1e-2+.=rflmg"
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(field, key)
    assert app.store.experiment == before
    assert app.playback.step == 0
    assert not app.playback.loop
    # No number has spaces: Space plays wherever one is.
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert app.playback.playing
    app.playback.pause()
    type_in(qtbot, field, "0.002")
    assert app.store.experiment.racers[0].optimizer.lr == 0.002


def test_controls_keep_the_keys_that_are_theirs(qtbot: QtBot, app: Application) -> None:
    card = app.window.panel.racers.cards[0]
    card.shown.setFocus()
    qtbot.keyClick(card.shown, Qt.Key.Key_Space)
    assert not app.store.experiment.racers[0].visible
    assert not app.playback.playing
    card.rate.slider.setFocus()
    before = app.store.experiment.racers[0].optimizer.lr
    qtbot.keyClick(card.rate.slider, Qt.Key.Key_Right)
    assert app.store.experiment.racers[0].optimizer.lr > before
    assert app.playback.step == 0


def test_the_list_of_keys_tells_all_of_them(qtbot: QtBot) -> None:
    dialog = KeysDialog()
    qtbot.addWidget(dialog)
    # It fits on the smallest usual screen.
    assert dialog.sizeHint().width() < 1270
    assert dialog.sizeHint().height() < 690
    told = {label.text() for label in dialog.findChildren(QLabel)}
    native = QKeySequence.SequenceFormat.NativeText
    for command in COMMANDS:
        if command.keys:
            assert command.text.rstrip("…") in told, command.id
            assert any(QKeySequence(command.keys[0]).toString(native) in words for words in told)
