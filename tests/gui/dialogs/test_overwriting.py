"""No export overwrites a file that the user was not asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.dialogs import lesson_film_dialog
from optexplorer.gui.dialogs.data_dialog import DataDialog
from optexplorer.gui.dialogs.export_dialog import ExportDialog
from optexplorer.gui.dialogs.film_dialog import FilmDialog
from optexplorer.gui.dialogs.lesson_film_dialog import LessonFilm
from optexplorer.gui.dialogs.overwriting import may_overwrite
from optexplorer.gui.state.settings import Settings
from optexplorer.lessons.reading import read_lesson
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed, compute

RACE = Experiment.model_validate({"landscape": "booth", "racers": [{"optimizer": "adam"}], "steps": 20})
LESSON = """+++
id = "mine"
title = "Mine"
language = "en"
+++
# One
```toml experiment
landscape = "booth"
steps = 5
[[racers]]
optimizer = "gd"
```
"""


@pytest.fixture(scope="module")
def computed(qapp: object) -> Computed:
    return compute(RACE)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


class Person:
    """Types a name into the file dialog, and answers the question whether to overwrite, if there is one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.name, self.filter = "", ""
        self.answer = "Cancel"
        self.asked: list[str] = []
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (self.name, self.filter))
        self._timer = QTimer()
        self._timer.setInterval(10)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            self.asked.append(box.text())
            next(button for button in box.buttons() if button.text() == self.answer).click()

    def leave(self) -> None:
        self._timer.stop()


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    person = Person(monkeypatch)
    yield person
    person.leave()


Export = Callable[[], None]


@pytest.fixture
def export(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    window: QWidget,
    computed: Computed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Export]:
    """What asks for a file's name in one of the dialogs."""
    settings = Settings()
    dialog: QDialog
    if request.param == "lesson":
        monkeypatch.setattr(lesson_film_dialog, "SHEET", lesson_film_dialog.Sheet(160, 120))
        (tmp_path / "mine.md").write_text(LESSON, encoding="utf-8")
        lesson = read_lesson(tmp_path / "mine.md")
        yield lambda: LessonFilm(lesson, Style(), settings, window).ask_path()
        # The window may be deleted first: it is closed as soon as the test is over.
        qtbot.waitUntil(lambda: not isValid(window) or not window.findChildren(LessonFilm), timeout=30_000)
        return
    if request.param == "data":
        settings.remember_text("data form", "csv")
        dialog = DataDialog(computed.scene(), Style(), settings, window)
    elif request.param == "image":
        settings.remember_text("picture kind", "png")
        dialog = ExportDialog(computed, 5, Style(), settings, "map", window)
    else:
        settings.remember_text("film kind", "gif")
        dialog = FilmDialog(computed, Style(), settings, "map", 20.0, window)
        dialog.form.width_field.setValue(160)
        dialog.form.height_field.setValue(120)
    dialog.show()
    qtbot.waitUntil(dialog.save.isEnabled)
    yield dialog.save.click
    dialog.done(0)
    dialog.deleteLater()


CASES = [("data", "csv"), ("image", "png"), ("film", "gif"), ("lesson", "mp4")]


@pytest.mark.parametrize(("export", "ending"), CASES, indirect=["export"])
def test_a_name_without_its_ending_does_not_overwrite_the_file_that_has_it(
    qtbot: QtBot, person: Person, export: Export, ending: str, tmp_path: Path
) -> None:
    mine = tmp_path / f"mine.{ending}"
    mine.write_bytes(b"mine")
    person.name = str(tmp_path / "mine")
    export()
    (text,) = person.asked
    assert text == f"This exists already and will be overwritten:\n{mine}"
    assert mine.read_bytes() == b"mine"
    person.answer = "Overwrite"
    export()
    qtbot.waitUntil(lambda: mine.read_bytes() != b"mine", timeout=30_000)


@pytest.mark.parametrize(("export", "ending"), CASES, indirect=["export"])
def test_what_the_file_dialog_has_asked_about_is_not_asked_again(
    qtbot: QtBot, person: Person, export: Export, ending: str, tmp_path: Path
) -> None:
    mine = tmp_path / f"mine.{ending}"
    mine.write_bytes(b"mine")
    person.name = str(mine)
    export()
    qtbot.waitUntil(lambda: mine.read_bytes() != b"mine", timeout=30_000)
    assert person.asked == []


@pytest.mark.parametrize("export", ["data"], indirect=True)
def test_a_file_of_another_program_where_the_columns_are_described_is_asked_about(
    qtbot: QtBot, person: Person, export: Export, tmp_path: Path
) -> None:
    beside = tmp_path / "mine.csv.json"
    beside.write_bytes(b"{}")
    person.name = str(tmp_path / "mine.csv")
    export()
    assert person.asked == [f"This exists already and will be overwritten:\n{beside}"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv.json"]
    person.answer = "Overwrite"
    export()
    qtbot.waitUntil((tmp_path / "mine.csv").exists)
    qtbot.waitUntil(lambda: beside.read_bytes() != b"{}")


def test_names_are_no_markup(qtbot: QtBot, person: Person, window: QWidget, tmp_path: Path) -> None:
    path = tmp_path / "<b>bold<"
    path.write_bytes(b"")
    assert not may_overwrite([path], tmp_path / "other", window)
    assert str(path) in person.asked[0]
    assert may_overwrite([path], path, window)
    assert len(person.asked) == 1
