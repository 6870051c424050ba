"""Writing a formula: what is shown at once, where errors are marked, and that nothing typed does harm."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.formula import grammar
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.dialogs import formula_dialog
from optexplorer.gui.dialogs.formula_dialog import FormulaDialog
from optexplorer.gui.dialogs.formula_draft import Draft
from optexplorer.painting.style import Style
from optexplorer.scene.palette import LIGHT
from tests.gui.hands import type_in


def opened(qtbot: QtBot, draft: Draft | None = None, language: str = "en") -> FormulaDialog:
    dialog = FormulaDialog(Style(LIGHT, language), draft)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[FormulaDialog]:
    dialog = opened(qtbot)
    yield dialog
    dialog.done(0)


def write(qtbot: QtBot, dialog: FormulaDialog, text: str) -> None:
    dialog.text.selectAll()
    qtbot.keyClicks(dialog.text, text)
    assert dialog.text.formula == text


def accepts(dialog: FormulaDialog) -> bool:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def picture(dialog: FormulaDialog) -> int:
    return dialog.picture.pixmap().cacheKey() if not dialog.picture.pixmap().isNull() else 0


def previewed(qtbot: QtBot, dialog: FormulaDialog, before: int) -> None:
    qtbot.waitUntil(lambda: picture(dialog) not in (0, before), timeout=20000)


def test_it_opens_with_a_formula_that_is_shown(qtbot: QtBot, dialog: FormulaDialog) -> None:
    previewed(qtbot, dialog, 0)
    assert accepts(dialog)
    assert list(dialog.names.roles) == ["x", "y", "k"]
    assert list(dialog.names.sliders) == ["k"]
    assert dialog.formula.drawn_size(400).height() > 10


@pytest.mark.parametrize(
    ("text", "marked", "words"),
    [
        ("x + foo(y)", "foo", "did you mean 'floor'"),
        ("x^2 + y 3", "3", "for a product write *"),
        ("x + y)", ")", "no '('"),
        ("x % y", "%", "write mod(a, b)"),
        ("xy + y^2", "xy", "the product x*y or a parameter called xy"),
        ("x1^2 + x2^2 + x3^2", "x1^2 + x2^2 + x3^2", "x1, x2, x3 are more than 2 variables"),
        ("x + 1/(y - y)", None, ""),
        ("x +", "+", "ends too early"),
    ],
)
def test_an_error_is_marked_under_its_character(
    qtbot: QtBot, dialog: FormulaDialog, text: str, marked: str | None, words: str
) -> None:
    write(qtbot, dialog, text)
    if marked is None:
        # Only the derivation finds a division by zero; it works in the background.
        qtbot.waitUntil(lambda: dialog.text.marked is not None, timeout=20000)
        marked, words = "y - y", "division by zero"
    assert dialog.text.marked is not None
    offset, length = dialog.text.marked
    assert text[offset : offset + length] == marked
    assert words in dialog.problem.text()
    assert not accepts(dialog)
    assert dialog.definition is None

    cursor = QTextCursor(dialog.text.document())
    cursor.setPosition(offset)
    left = dialog.text.cursorRect(cursor)
    tip = dialog.text.caret_place()
    assert tip is not None
    assert left.left() < tip.x() < left.left() + 1.2 * dialog.text.fontMetrics().averageCharWidth()
    image = dialog.text.viewport().grab().toImage()
    beneath = image.pixelColor(round(tip.x()), round(tip.y()) + 4)
    red = QColor(LIGHT.danger)
    assert abs(beneath.red() - red.red()) + abs(beneath.green() - red.green()) < 60


def test_the_mark_goes_when_the_error_does(qtbot: QtBot, dialog: FormulaDialog) -> None:
    write(qtbot, dialog, "x^2 + kk kk")
    assert dialog.text.marked is not None
    for _ in range(3):
        qtbot.keyClick(dialog.text, Qt.Key.Key_Backspace)
    assert dialog.text.formula == "x^2 + kk"
    assert dialog.text.marked is None
    assert dialog.problem.text() == ""
    assert accepts(dialog)
    assert dialog.text.caret_place() is None


def test_characters_outside_the_basic_plane_are_counted_once(qtbot: QtBot, dialog: FormulaDialog) -> None:
    dialog.text.set_formula("x + 😀 + @")
    assert dialog.text.marked == (4, 1)
    dialog.text.mark(8, 1)
    (selection,) = dialog.text.extraSelections()
    assert selection.cursor.selectedText() == "@"


def test_errors_are_in_the_language_of_the_window(qtbot: QtBot) -> None:
    dialog = opened(qtbot, language="ja")
    write(qtbot, dialog, "x + foo(y)")
    assert dialog.problem.text().startswith("'foo' という関数はない")
    dialog.done(0)


def test_names_become_variables_and_parameters(qtbot: QtBot, dialog: FormulaDialog) -> None:
    write(qtbot, dialog, "a*x^2 + depth*y")
    assert list(dialog.names.roles) == ["x", "y", "a", "depth"]
    type_in(qtbot, dialog.names.lows["x"], "-2")
    type_in(qtbot, dialog.names.highs["x"], "7")
    type_in(qtbot, dialog.names.values["x"], "6.5")
    type_in(qtbot, dialog.names.highs["a"], "9")
    type_in(qtbot, dialog.names.values["a"], "8")
    dialog.names.sliders["depth"].setValue(dialog.names.sliders["depth"].maximum())
    definition = dialog.definition
    assert definition is not None, dialog.problem.text()
    assert dict(definition.domain) == {"x": (-2.0, 7.0), "y": (-5.0, 5.0)}
    assert definition.start == (6.5, 2.5)
    assert (definition.parameters["a"].value, definition.parameters["a"].high) == (8.0, 9.0)
    assert definition.parameters["depth"].value == 4.0
    # A name that leaves the text and comes back has kept its numbers.
    write(qtbot, dialog, "x^2")
    write(qtbot, dialog, "a*x^2 + y")
    assert dialog.definition is not None
    assert dialog.definition.parameters["a"].value == 8.0


def test_roles_can_be_changed(qtbot: QtBot, dialog: FormulaDialog) -> None:
    write(qtbot, dialog, "(w - 1)^2 + c^2")
    assert dialog.names.roles["c"].currentData() == "parameter"
    dialog.names.roles["c"].setCurrentIndex(dialog.names.roles["c"].findData("variable"))
    assert dialog.definition is not None
    assert sorted(dialog.definition.domain) == ["c", "w"]
    for name in ("c", "w"):
        dialog.names.roles[name].setCurrentIndex(dialog.names.roles[name].findData("parameter"))
    assert "no variable" in dialog.problem.text()
    assert not accepts(dialog)


def test_an_empty_range_is_refused_beneath_the_numbers(qtbot: QtBot, dialog: FormulaDialog) -> None:
    type_in(qtbot, dialog.names.lows["x"], "6")
    assert "x: the first end must be less" in dialog.names.problem.text()
    assert not accepts(dialog)
    type_in(qtbot, dialog.names.highs["x"], "8")
    assert dialog.names.problem.text() == ""
    assert accepts(dialog)


def test_one_variable_is_shown_as_a_curve_and_examples_fill_the_field(
    qtbot: QtBot, dialog: FormulaDialog
) -> None:
    for button in dialog.examples.examples:
        before = picture(dialog)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert dialog.text.formula == button.text()
        if before or button is dialog.examples.examples[-1]:
            previewed(qtbot, dialog, before)
        assert accepts(dialog)


def test_a_kept_formula_needs_a_name(qtbot: QtBot, dialog: FormulaDialog) -> None:
    dialog.keep.setChecked(True)
    assert not accepts(dialog)
    assert "name is missing" in dialog.problem.text()
    qtbot.keyClicks(dialog.name, "My bowl")
    assert accepts(dialog)
    assert dialog.definition is not None
    assert dialog.definition.name.en == "My bowl"


def test_a_loss_that_is_nowhere_a_number_is_said(qtbot: QtBot, dialog: FormulaDialog) -> None:
    write(qtbot, dialog, "log(-1 - x^2 - y^2)")
    qtbot.waitUntil(dialog.hint.isVisible, timeout=20000)
    assert "Nowhere" in dialog.hint.text()
    before = picture(dialog)
    write(qtbot, dialog, "x^2 + y^2")
    previewed(qtbot, dialog, before)
    assert not dialog.hint.isVisible()


def test_an_undefined_start_is_said(qtbot: QtBot, dialog: FormulaDialog) -> None:
    write(qtbot, dialog, "log(x) + y^2")
    # New fields take the keyboard only once they are shown.
    qtbot.waitUntil(dialog.names.values["x"].isVisible)
    type_in(qtbot, dialog.names.values["x"], "-2")
    qtbot.waitUntil(dialog.hint.isVisible, timeout=20000)
    assert "choose another start" in dialog.hint.text()
    type_in(qtbot, dialog.names.values["x"], "2")
    qtbot.waitUntil(lambda: not dialog.hint.isVisible(), timeout=20000)


def test_what_is_typed_is_shown_as_understood(qtbot: QtBot, dialog: FormulaDialog) -> None:
    dialog.text.set_formula("f(x, y) = ｘ² + 2π|y|")
    previewed(qtbot, dialog, 0)
    assert dialog.problem.text() == ""
    assert list(dialog.names.roles) == ["x", "y"]
    definition = dialog.definition
    assert definition is not None
    assert Experiment(landscape=definition).resolve_landscape().latex == r"x^{2} + 2 \pi \left|y\right|"


def test_a_doubtful_name_is_asked_about_and_stays_once_it_is_set(qtbot: QtBot, dialog: FormulaDialog) -> None:
    write(qtbot, dialog, "ax^2 + y^2")
    assert "the product a*x or a parameter called ax" in dialog.problem.text()
    assert not accepts(dialog)
    assert dialog.names.roles["ax"].currentData() == "parameter"
    type_in(qtbot, dialog.names.values["ax"], "2")
    assert dialog.problem.text() == ""
    assert dialog.definition is not None
    assert dialog.definition.parameters["ax"].value == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sinx", "for the function write sin(x)"),
        ("cosx + siny", "for the function write cos(x)"),
        ("x^2 + sqrt2", "for the function write sqrt(2)"),
        ("x^2 + inf", "no name is called 'inf'"),
        ("nan", "no name is called 'nan'"),
    ],
)
def test_what_is_written_as_one_word_is_told(
    qtbot: QtBot, dialog: FormulaDialog, text: str, words: str
) -> None:
    write(qtbot, dialog, text)
    assert words in dialog.problem.text()
    assert not accepts(dialog)


def test_cancel_waits_for_no_heavy_formula(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def heavy(*arguments: object) -> None:
        begun.set()
        go_on.wait(60)

    monkeypatch.setattr(formula_dialog, "preview", heavy)
    dialog = opened(qtbot)
    qtbot.waitUntil(begun.is_set)
    dialog.reject()
    assert not dialog.isVisible()
    assert dialog._work.busy
    go_on.set()
    qtbot.waitUntil(lambda: not dialog._work.busy)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("x1^2 + x2^2", {"x1": "variable", "x2": "variable"}),
        ("f(a, b) = a^2 + k*b^2", {"a": "variable", "b": "variable", "k": "parameter"}),
        ("f(x) = x^2 + y", {"x": "variable", "y": "parameter"}),
        ("w^2 + c", {"w": "variable", "c": "parameter"}),
    ],
)
def test_roles_follow_the_text(text: str, roles: dict[str, str]) -> None:
    assert {name: setting.role for name, setting in Draft().with_text(text).names().items()} == roles


def test_a_draft_makes_its_definition_again() -> None:
    definition = FormulaDefinition(
        formula="k*p^2 + q",
        domain={"p": (0, 1), "q": (2, 3)},
        start=(0.5, 2.5),
        parameters={"k": {"value": 3, "low": 1, "high": 9}},
        scale="log",
    )
    again = Draft.of(definition, "").definition()
    assert again == definition


HOSTILE = [
    "x" * 3000,
    "(" * 1500 + "x",
    "9^9^9^9^x",
    "^".join(["x"] * 25),
    "__import__('os').system('true')",
    "sum(atan2(sin(i*x)*cos(i*y), hypot(x, y, i))^3.5, i, 1, 190)",
    "*".join(f"(sin(x + {i}) + y)" for i in range(99)),
    "sum(sum(sum(x, i, 1, 99), j, 1, 99), k, 1, 99)",
    "\u202e x \u0000 + ｙ",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_leave_the_window_alive(
    qtbot: QtBot, dialog: FormulaDialog, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    deriving: list[threading.Thread] = []
    derive = CompiledFormula._bounded

    def recorded(formula: CompiledFormula, *arguments: Any) -> Any:
        deriving.append(threading.current_thread())
        return derive(formula, *arguments)

    monkeypatch.setattr(CompiledFormula, "_bounded", recorded)
    data = QMimeData()
    data.setText(text)
    dialog.text.selectAll()
    dialog.text.insertFromMimeData(data)
    qtbot.waitUntil(lambda: not dialog._later.isActive() and not dialog._work.busy)
    # What takes long is done elsewhere than in the window's thread.
    assert threading.main_thread() not in deriving
    try:
        grammar.parse_tree(dialog.text.formula, dialog.names.roles)
    except grammar.FormulaError:
        assert dialog.text.marked is not None
        assert not accepts(dialog)
    before = picture(dialog)
    dialog.text.selectAll()
    qtbot.keyClicks(dialog.text, "x^2+y^2")
    previewed(qtbot, dialog, before)
    assert accepts(dialog)


def test_a_huge_paste_is_cut_and_refused(qtbot: QtBot, dialog: FormulaDialog) -> None:
    data = QMimeData()
    data.setText("x+\n" * 1_000_000)
    dialog.text.selectAll()
    dialog.text.insertFromMimeData(data)
    assert "at most 2000" in dialog.problem.text()
    assert "\n" not in dialog.text.formula


def test_enter_accepts_and_escape_does_not(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.definition is not None
    dialog = opened(qtbot)
    write(qtbot, dialog, "x +")
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.keyClick(dialog.text, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected
