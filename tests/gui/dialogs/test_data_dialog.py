"""The dialog that exports numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.dialogs.data_dialog import DataDialog
from optexplorer.gui.state.settings import Settings
from optexplorer.painting.style import Style
from optexplorer.scene.computed import compute

RACE = Experiment.model_validate(
    {"landscape": "booth", "racers": [{"optimizer": "adam"}, {"optimizer": "gd"}], "steps": 20}
)


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[DataDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = DataDialog(compute(RACE).scene(), Style(), Settings(), window)
    dialog.show()
    qtbot.waitUntil(dialog.save.isEnabled)
    yield dialog
    dialog.done(0)


def shown(dialog: DataDialog, row: int) -> list[str]:
    return [dialog.columns.item(row, column).text() for column in range(dialog.columns.columnCount())]


def test_it_shows_what_the_columns_will_be(dialog: DataDialog, qtbot: QtBot) -> None:
    assert dialog.rows.text() == "42 rows"
    assert shown(dialog, 1) == ["step", "steps", "how many steps have been taken; row 0 is the start", "0"]
    assert not dialog.points.isVisible()
    dialog.what.setCurrentIndex(dialog.what.findData("landscape"))
    assert dialog.points.isVisible()
    dialog.points.setValue(11)
    qtbot.waitUntil(lambda: dialog.rows.text() == "121 rows")
    assert [shown(dialog, row)[0] for row in range(dialog.columns.rowCount())] == ["x", "y", "loss"]


def test_it_writes_and_closes(dialog: DataDialog, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(dialog.accepted):
        dialog.write(tmp_path / "race", "npz")
    with np.load(tmp_path / "race.npz", allow_pickle=False) as held:
        assert held["racer"].tolist() == ["Adam"] * 21 + ["Gradient descent"] * 21


def test_what_cannot_be_written_is_said_and_the_dialog_stays(
    dialog: DataDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.write(tmp_path / "none" / "race.csv", "csv")
    qtbot.waitUntil(dialog.error.isVisible)
    assert dialog.error.text() == "No such file or directory"
    assert dialog.isVisible()
    assert dialog.save.isEnabled()


def test_without_visible_racers_there_is_still_the_landscape(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = DataDialog(compute(Experiment(landscape="booth")).scene(), Style(), Settings(), window)
    assert [dialog.what.itemData(place) for place in range(dialog.what.count())] == ["landscape"]
    dialog.done(0)
