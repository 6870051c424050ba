"""The gallery, through its cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.gallery import entries
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.gallery_dialog import GalleryDialog
from optexplorer.painting.style import Style
from tests.gui.hands import press, settle

OWN = Experiment.model_validate({"landscape": "booth", "racers": [{"optimizer": "gd"}], "steps": 5})


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.optx"
    files.write(path, OWN)
    return path


@pytest.fixture
def gallery(qtbot: QtBot, own: Path) -> Iterator[GalleryDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = GalleryDialog([own, own.with_name("gone.optx")], Style(language="ja"), window)
    dialog.show()
    yield dialog
    dialog.done(0)


def test_every_experiment_has_its_picture_and_its_words(gallery: GalleryDialog, qtbot: QtBot) -> None:
    def all_pictured() -> bool:
        return all(not card.picture.pixmap().isNull() for card in gallery.cards.values())

    qtbot.waitUntil(all_pictured, timeout=40000)
    assert len(gallery.cards) == len(entries()) + 1
    for entry in entries():
        card = gallery.cards[entry.id]
        assert [label.text() for label in card.findChildren(QLabel)][1:] == [entry.title.ja, entry.line.ja]
        assert card.height() >= card.needed_height() - 4


def test_a_file_that_is_gone_is_not_offered(gallery: GalleryDialog, own: Path) -> None:
    assert str(own) in gallery.cards
    assert str(own.with_name("gone.optx")) not in gallery.cards


def test_the_arrow_keys_move_and_return_chooses(gallery: GalleryDialog, qtbot: QtBot) -> None:
    first, second, *_ = entries()
    gallery.activateWindow()
    qtbot.waitUntil(gallery.cards[first.id].hasFocus)
    qtbot.keyClick(gallery.cards[first.id], Qt.Key.Key_Right)
    assert gallery.cards[second.id].hasFocus()
    with qtbot.waitSignal(gallery.experimentChosen) as chosen:
        qtbot.keyClick(gallery.cards[second.id], Qt.Key.Key_Return)
    assert chosen.args == [second.experiment]
    assert not gallery.isVisible()


def test_a_recent_file_is_chosen_with_a_click(gallery: GalleryDialog, qtbot: QtBot, own: Path) -> None:
    with qtbot.waitSignal(gallery.fileChosen) as chosen:
        qtbot.mouseClick(gallery.cards[str(own)], Qt.MouseButton.LeftButton)
    assert chosen.args == [own]


def test_cards_stand_in_as_many_columns_as_there_is_room_for(gallery: GalleryDialog, qtbot: QtBot) -> None:
    def columns() -> int:
        return len({card.x() for card in gallery.cards.values()})

    qtbot.waitUntil(lambda: columns() == 4)
    gallery.resize(700, 600)
    qtbot.waitUntil(lambda: columns() == 2)


def test_the_window_shows_what_was_chosen_and_plays_it(app: Application, qtbot: QtBot) -> None:
    entry = entries()[1]

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, GalleryDialog) and dialog.isActiveWindow():
            timer.stop()
            qtbot.mouseClick(dialog.cards[entry.id], Qt.MouseButton.LeftButton)

    timer = QTimer()
    timer.timeout.connect(choose)
    timer.start(20)
    press(qtbot, app.window, "Ctrl+G")
    assert app.store.experiment == entry.experiment
    assert not app.document.modified
    assert app.playback.playing
    settle(qtbot, app)
