"""Language and theme change in the window that stands; everything else stays as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.gui.app import Application
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs.data_dialog import DataDialog
from optexplorer.gui.dialogs.export_dialog import ExportDialog
from optexplorer.gui.dialogs.film_dialog import FilmDialog
from optexplorer.gui.dialogs.formula_dialog import FormulaDialog
from optexplorer.gui.dialogs.gallery_dialog import GalleryDialog
from optexplorer.gui.dialogs.keys_dialog import KeysDialog
from optexplorer.gui.fields.formula_field import FormulaField
from optexplorer.runs.failure import Failure
from optexplorer.scene.palette import DARK, LIGHT
from tests.gui.hands import press, settle

CHANGES: dict[str, Callable[[Application], None]] = {
    "theme": lambda app: app.choose_theme("dark"),
    "language": lambda app: app.choose_language("ja"),
}


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest, app: Application) -> Callable[[], None]:
    """Change theme or language, and let every widget hear of it."""

    def changed() -> None:
        CHANGES[request.param](app)
        QApplication.processEvents()
        shown = "ファイル" if request.param == "language" else "File"
        assert app.window.menuBar().actions()[0].text() == shown
        assert window_style().theme == (DARK if request.param == "theme" else LIGHT)

    return changed


@pytest.fixture(autouse=True)
def _usual_settings(app: Application) -> None:
    app.settings.theme_choice, app.settings.language_choice = "light", "en"


def test_what_is_half_typed_keeps_the_keyboard(
    qtbot: QtBot, app: Application, change: Callable[[], None]
) -> None:
    field = app.window.panel.racers.cards[2].rate.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.0")
    before = app.store.experiment
    change()
    assert field.hasFocus()
    assert field.text() == "0.0"
    assert app.store.experiment == before
    qtbot.keyClicks(field, "25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert app.store.experiment.racers[2].optimizer.lr == 0.025
    app.store.undo()
    assert app.store.experiment == before


def test_presentation_lesson_and_maximised_view_stay(
    qtbot: QtBot, app: Application, change: Callable[[], None]
) -> None:
    app.player.open(lessons.file_of("3-learning-rate", "en"), 2)
    settle(qtbot, app)
    press(qtbot, app.window, "F5")
    app.window.workspace.maximise("map")
    QApplication.processEvents()
    sizes = [part.sizes() for part in app.window.workspace.splitters().values()]
    change()
    assert app.window.presenting.on
    assert app.window.isFullScreen()
    assert app.window.workspace.maximised == "map"
    assert app.player.index == 2
    assert not app.player.free
    assert [part.sizes() for part in app.window.workspace.splitters().values()] == sizes
    press(qtbot, app.window, "Esc")


def test_a_lesson_of_the_course_goes_on_in_the_other_language(qtbot: QtBot, app: Application) -> None:
    app.player.open(lessons.file_of("3-learning-rate", "en"), 1)
    app.choose_language("ja")
    assert app.player.lesson is not None
    assert (app.player.lesson.language, app.player.index) == ("ja", 1)


def test_the_theme_of_the_system_is_followed(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(app.settings), "theme", lambda _: DARK)
    window = app.window
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert app.window is window
    assert window_style().theme is DARK
    assert window.palette().window().color().name().upper() == DARK.window

    # The formula is drawn in the colour of the text, whatever it was when it was rendered.
    def lights() -> set[int]:
        image = window.panel.landscape.formula.grab().toImage()
        return {
            image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())
        }

    qtbot.waitUntil(lambda: max(lights()) > 200)


def every_dialog(app: Application) -> dict[str, Callable[[], QDialog]]:
    window, scene, style = app.window, app.window.scene, window_style()
    computed = app.window.scene_controller.computed()
    assert scene is not None
    assert computed is not None
    return {
        "data": lambda: DataDialog(scene, style, app.settings, window),
        "image": lambda: ExportDialog(computed, 5, style, app.settings, "map", window),
        "film": lambda: FilmDialog(computed, style, app.settings, "map", 20.0, window),
        "formula": lambda: FormulaDialog(style, None, window),
        "gallery": lambda: GalleryDialog([Path(__file__)], style, window),
        "keys": lambda: KeysDialog(window),
    }


@pytest.mark.parametrize("name", ["data", "image", "film", "formula", "gallery", "keys"])
def test_an_open_dialog_keeps_what_was_typed_and_stays_usable(
    qtbot: QtBot, app: Application, name: str
) -> None:
    dialog = every_dialog(app)[name]()
    dialog.setModal(True)
    dialog.show()
    qtbot.waitExposed(dialog)
    boxes = [box for box in dialog.findChildren(QSpinBox) if box.isVisible()]
    lines = [line for line in dialog.findChildren(QLineEdit) if line.isVisible() and line.objectName() == ""]
    formula = dialog.findChild(FormulaField)
    if formula is not None:
        formula.set_formula("x^2 + 3*y^2")
    for box in boxes:
        box.setValue(box.value() + 1)
    typed = [line.text() for line in lines], [box.value() for box in boxes]
    title = dialog.windowTitle()
    app.choose_theme("dark")
    app.choose_language("ja")
    QApplication.sendPostedEvents(None, QEvent.Type.LanguageChange)
    QApplication.processEvents()
    assert dialog.isVisible()
    assert dialog.windowTitle() != title
    assert [box.value() for box in boxes] == typed[1]
    # Suffixes, such as steps per second, are words.
    assert formula is None or formula.formula == "x^2 + 3*y^2"
    assert dialog.palette().window().color().name().upper() == DARK.window
    buttons = [button for button in dialog.findChildren(QPushButton) if button.isVisible()]
    assert buttons
    # Those of the desktop have the colours of neither theme.
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    assert [button.text() for button in box.buttons() if not button.icon().isNull()] == []
    dialog.reject()
    assert not dialog.isVisible()
    dialog.deleteLater()


def test_all_words_of_the_window_change_there_and_back(qtbot: QtBot, own_app: Application) -> None:
    app = own_app

    def words() -> list[str]:
        found = []
        for widget in app.window.findChildren(object):  # type: ignore[call-overload]
            for name in ("text", "toolTip", "accessibleName", "accessibleDescription", "windowTitle"):
                value = getattr(widget, name, None)
                if callable(value) and widget.inherits("QWidget"):
                    # The largest stable rates along a path are found out a little later than all else.
                    found.append(str(value()).partition("\n\nMark: ")[0].partition("\n\n印: ")[0])
        return found

    before = words()
    app.choose_language("ja")
    QApplication.processEvents()
    settle(qtbot, app)
    japanese = words()
    app.choose_language("en")
    QApplication.processEvents()
    settle(qtbot, app)
    assert words() == before
    letters = [text for text in before if sum(letter.isascii() and letter.isalpha() for letter in text) > 12]
    same = set(letters) & set(japanese)
    # Only sources, names of people and of formats are the same in both.
    assert not {text for text in same if "(" not in text and "\\" not in text}, same


def test_a_film_goes_on_while_the_theme_changes(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    dialog = every_dialog(app)["film"]()
    assert isinstance(dialog, FilmDialog)
    dialog.form.width_field.setValue(160)
    dialog.form.height_field.setValue(120)
    dialog.motion.last.setValue(6)
    dialog.show()
    dialog.save_to(str(tmp_path / "film.gif"))
    app.choose_theme("dark")
    app.choose_language("ja")
    qtbot.waitUntil((tmp_path / "film.gif").exists, timeout=60_000)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)
    dialog.deleteLater()
    # An estimate of the size that was under way ends with its present frame.
    working = {"latest task", "film encoder"}
    qtbot.waitUntil(lambda: not working & {thread.name for thread in threading.enumerate()}, timeout=30_000)


def test_a_wrong_formula_keeps_its_picture_in_the_new_style_and_its_button_the_words(
    qtbot: QtBot, app: Application
) -> None:
    dialog = FormulaDialog(window_style(), None, app.window)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull(), timeout=20000)
    dialog.text.set_formula("xy + y^2")
    before = dialog.picture.pixmap().cacheKey()
    app.choose_theme("dark")
    app.choose_language("ja")

    def dark() -> bool:
        corner = dialog.picture.pixmap().toImage().pixelColor(1, 1)
        return dialog.picture.pixmap().cacheKey() != before and corner == QColor(DARK.canvas)

    qtbot.waitUntil(dark, timeout=20000)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert ok.text() == "この地形を使う"
    assert not ok.isEnabled()
    dialog.done(0)


def test_notices_follow_the_language(qtbot: QtBot, app: Application) -> None:
    app.window.files.copy_text()
    app.window.rounding.finished.emit(True)
    done, failed = app.window.files.done, app.window.files.notice
    assert done.words.text() == "Paths that depend on rounding are marked."
    app.errors.reported.emit(Failure("too deep", "Traceback"))
    qtbot.waitUntil(failed.isVisible)
    app.choose_language("ja")
    QApplication.processEvents()
    assert done.words.text() == "丸め誤差で変わる軌跡に印を付けました。"
    assert failed.words.text().endswith("too deep")
    assert "Something" not in failed.words.text()
    assert [button.text() for button in failed.findChildren(QPushButton)] == ["詳細"]


def test_what_undo_takes_back_is_said_in_the_new_language(app: Application, qtbot: QtBot) -> None:
    app.window.edits.choose_steps(50)
    assert app.window._actions["undo"].text() == "Undo: Steps"
    app.choose_language("ja")
    qtbot.waitUntil(lambda: app.window._actions["undo"].text() == "元に戻す: ステップ数")
    app.store.undo()
    app.choose_language("en")
    qtbot.waitUntil(lambda: app.window._actions["redo"].text() == "Redo: Steps")
