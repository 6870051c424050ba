"""A table of one's own becomes a landscape: what is guessed, corrected, refused and cancelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.models.data.csv_reading import ReadingCancelledError
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs.table_dialog import TableDialog
from optexplorer.gui.workers import table_reader

OK = QDialogButtonBox.StandardButton.Ok
PLAIN = "a,b,kind,y\n" + "".join(
    f"{i},{i * i},{'even' if i % 2 == 0 else 'odd'},{2 * i}\n" for i in range(20)
)


def opened(qtbot: QtBot, path: Path) -> TableDialog:
    dialog = TableDialog(path, path.name)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def ready(qtbot: QtBot, dialog: TableDialog) -> None:
    qtbot.waitUntil(lambda: dialog.buttons.button(OK).isEnabled(), timeout=20000)


def accepted(qtbot: QtBot, dialog: TableDialog) -> ModelDefinition:
    ready(qtbot, dialog)
    dialog.buttons.button(OK).click()
    qtbot.waitUntil(lambda: dialog.definition is not None, timeout=20000)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.definition is not None
    return dialog.definition


def test_columns_are_guessed_and_corrected(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, written(tmp_path, PLAIN))
    ready(qtbot, dialog)
    assert dialog.columns.chosen_inputs() == ("a", "b")
    assert dialog.columns.chosen_target() == "y"
    assert dialog.task.buttons["regression"].isChecked()
    dialog.columns.target.setCurrentIndex(dialog.columns.target.findData("kind"))
    assert dialog.task.buttons["classification"].isChecked()
    dialog.columns.inputs.item(1).setCheckState(Qt.CheckState.Unchecked)
    dialog.standardise.click()
    definition = accepted(qtbot, dialog)
    data = definition.data.load()
    assert isinstance(definition.data, Given)
    assert definition.data.note.en.startswith("table.csv: 20 rows")
    assert data.input_names == ("a",)
    assert data.classes == ("even", "odd")
    assert definition.model.id == "logistic"
    assert definition.standardise
    assert definition.name.en == "table.csv"


def test_japanese_of_windows(qtbot: QtBot, tmp_path: Path) -> None:
    rows = "".join(f"{i},{3 * i + 1}\n" for i in range(12))
    dialog = opened(qtbot, written(tmp_path, f"面積,価格\n{rows}", "cp932", "家賃.csv"))
    definition = accepted(qtbot, dialog)
    assert dialog.form.encoding.currentData() == "cp932"
    assert definition.data.load().input_names == ("面積",)
    assert definition.data.load().target_name == "価格"


def test_decimal_commas(qtbot: QtBot, tmp_path: Path) -> None:
    rows = "".join(f"{i},5;{2 * i},25\n" for i in range(12))
    dialog = opened(qtbot, written(tmp_path, f"x;y\n{rows}"))
    data = accepted(qtbot, dialog).data.load()
    assert (dialog.form.delimiter.currentData(), dialog.form.decimal.currentData()) == (";", ",")
    assert data.inputs[:2, 0].tolist() == [0.5, 1.5]
    assert data.targets[1] == 2.25


def test_a_guess_that_is_wrong_is_corrected(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, written(tmp_path, "1,2\n3,5\n4,9\n8,1\n"))
    ready(qtbot, dialog)
    assert not dialog.form.header.isChecked()
    dialog.form.header.click()
    qtbot.waitUntil(lambda: dialog.columns.chosen_target() == "2", timeout=20000)
    assert accepted(qtbot, dialog).data.load().examples == 3


def test_missing_cells_are_named_and_can_be_left_out(qtbot: QtBot, tmp_path: Path) -> None:
    text = PLAIN.replace("5,25,odd,10", "5,,odd,10")
    dialog = opened(qtbot, written(tmp_path, text))
    ready(qtbot, dialog)
    dialog.buttons.button(OK).click()
    qtbot.waitUntil(lambda: "row 7, column 'b'" in dialog.problem.text(), timeout=20000)
    assert dialog.isVisible()
    assert dialog.definition is None
    assert dialog.focusWidget() is dialog.buttons.button(OK)
    dialog.missing.setCurrentIndex(dialog.missing.findData("drop rows"))
    definition = accepted(qtbot, dialog)
    assert definition.data.load().examples == 19
    assert dialog.problem.isHidden()


def test_what_is_no_table_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, written(tmp_path, ""))
    qtbot.waitUntil(lambda: "the file is empty" in dialog.problem.text(), timeout=20000)
    assert not dialog.buttons.button(OK).isEnabled()


def test_without_inputs_there_is_nothing_to_accept(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, written(tmp_path, PLAIN))
    ready(qtbot, dialog)
    dialog.columns.none.click()
    assert not dialog.buttons.button(OK).isEnabled()
    dialog.columns.all.click()
    assert dialog.columns.chosen_inputs() == ("a", "b")
    assert dialog.buttons.button(OK).isEnabled()


def test_reading_can_be_cancelled(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []

    def endless(
        path: object, choice: object, should_stop: Callable[[], bool], progress: Callable[[float], None]
    ) -> None:
        progress(0.5)
        while not should_stop():
            pass
        stopped.append(True)
        raise ReadingCancelledError

    monkeypatch.setattr(table_reader, "read_table", endless)
    dialog = opened(qtbot, written(tmp_path, PLAIN))
    ready(qtbot, dialog)
    dialog.buttons.button(OK).click()
    qtbot.waitUntil(lambda: dialog.progress.value() == 500, timeout=20000)
    assert not dialog.columns.isEnabled()
    dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    qtbot.waitUntil(lambda: bool(stopped), timeout=20000)
    assert dialog.isVisible()
    assert dialog.columns.isEnabled()
    assert dialog.buttons.button(OK).isEnabled()
    dialog.reject()
    assert not dialog.isVisible()


# In the window


def answering(act: Callable[[TableDialog], object]) -> QTimer:
    """Return a running timer that does `act` with the first dialog for tables that is opened."""
    done: list[bool] = []

    def find() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, TableDialog) and not done and dialog.buttons.button(OK).isEnabled():
            done.append(True)
            act(dialog)

    timer = QTimer(interval=20)
    timer.timeout.connect(find)
    timer.start()
    return timer


def test_a_dropped_table_is_learned_from_after_one_step_of_undo(
    app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    before = app.store.experiment
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(written(tmp_path, PLAIN)))])
    window, place = app.window, app.window.rect().center()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    timer = answering(lambda dialog: dialog.buttons.button(OK).click())
    QApplication.sendEvent(window, QDropEvent(place, Qt.DropAction.CopyAction, data, left, none))
    qtbot.waitUntil(lambda: app.store.experiment != before, timeout=20000)
    timer.stop()
    experiment = app.store.experiment
    assert isinstance(experiment.landscape, ModelDefinition)
    assert experiment.resolve_landscape().name.en == "table.csv"
    assert Experiment.model_validate_json(experiment.model_dump_json()) == experiment
    assert app.window.panel.landscape.learning.data.note.text().startswith("table.csv: 20 rows")
    app.store.undo()
    assert app.store.experiment == before


def test_a_table_is_pasted(app: Application, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("x\ty\n" + "".join(f"{i}\t{i + 1}\n" for i in range(9)))
    timer = answering(lambda dialog: dialog.buttons.button(OK).click())
    app.window.data.paste()
    timer.stop()
    assert app.store.experiment.resolve_landscape().name.en == "Clipboard"


def test_cancelling_changes_nothing(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    before = app.store.experiment
    closed: list[TableDialog] = []

    def close(dialog: TableDialog) -> None:
        dialog.reject()
        closed.append(dialog)

    timer = answering(close)
    app.window.files.open(written(tmp_path, PLAIN))
    qtbot.waitUntil(lambda: bool(closed), timeout=20000)
    timer.stop()
    assert app.store.experiment == before
