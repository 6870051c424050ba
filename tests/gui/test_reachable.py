"""Everybody can use the window: names, tooltips and Tab for every control, and no text that is cut off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.gui.app import Application
from tests.gui.hands import on_screen, settle

CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)


@pytest.fixture
def spoken(app: Application, request: pytest.FixtureRequest) -> Application:
    """The window in the language that the test asks for, with every setting of a racer unfolded."""
    app.choose_language(request.param)
    app.window.panel.racers.cards[5].unfold.click()
    return app


def shown(app: Application, *kinds: type[QWidget]) -> list[QWidget]:
    return [part for kind in kinds for part in app.window.findChildren(kind) if part.isVisible()]


def is_control(part: QWidget) -> bool:
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.isEnabled() and part.isVisible()


def tell(part: QWidget) -> str:
    return f"{type(part).__name__} {part.objectName()!r} {part.accessibleName()!r} {part.toolTip()!r}"


@pytest.mark.parametrize("spoken", ["en", "ja"], indirect=True)
def test_every_control_has_a_name_and_says_what_it_is_for(spoken: Application) -> None:
    nameless = [
        tell(part)
        for part in spoken.window.findChildren(QWidget)
        if is_control(part) and not (part.accessibleName() and part.toolTip())
    ]
    # The scrolling areas hold controls and are none themselves.
    assert [words for words in nameless if "ScrollArea" not in words] == []


@pytest.mark.parametrize("spoken", ["en"], indirect=True)
def test_tab_reaches_every_control_and_comes_round(qtbot: QtBot, spoken: Application) -> None:
    window = spoken.window
    wanted = {
        part
        for part in window.findChildren(QWidget)
        if is_control(part) and isinstance(part, CONTROLS) and part.focusProxy() is None
    }
    window.panel.landscape.choice.setFocus()
    reached: list[QWidget] = []
    for _ in range(3 * len(wanted)):
        part = QApplication.focusWidget()
        assert part is not None
        if part in reached:
            break
        reached.append(part)
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(part, event)
    missing = wanted - set(reached)
    # Of exclusive buttons Tab reaches the one that is chosen; the arrow keys reach the others.
    missing = {part for part in missing if not (isinstance(part, QToolButton) and part.group() is not None)}
    assert sorted(map(tell, missing)) == []


def cut_off(app: Application) -> list[str]:
    """Return the words that have less room than they need."""
    found = []
    for label in shown(app, QLabel):
        assert isinstance(label, QLabel)
        if not label.text() or label.pixmap().width():
            continue
        high = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        wide = label.sizeHint().width() if not label.wordWrap() else 0
        if wide > label.width() + 1 or high > label.height() + 1:
            found.append(f"label {label.text()!r}: {wide}×{high} in {label.size().toTuple()}")
    for button in shown(app, QAbstractButton):
        assert isinstance(button, QAbstractButton)
        # Qt's hint of a button with an icon is generous; words and icon must fit.
        icon = button.iconSize().width() + 4 if not button.icon().isNull() else 0
        words = button.fontMetrics().horizontalAdvance(button.text())
        if (
            isinstance(button, QToolButton)
            and button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        ):
            words = words if button.icon().isNull() else 0
        if not isinstance(button, QCheckBox) and words + icon > button.width():
            found.append(f"button {button.text()!r}: {words + icon} in {button.width()}")
    return found


@pytest.mark.parametrize("spoken", ["en", "ja"], indirect=True)
def test_no_words_are_cut_off_in_the_smallest_usual_window(spoken: Application) -> None:
    QApplication.processEvents()
    assert cut_off(spoken) == []
    panel = spoken.window.panel
    assert panel.horizontalScrollBar().maximum() == 0
    inside = on_screen(panel.viewport())
    for part in shown(spoken, *CONTROLS, QLabel):
        if panel.widget().isAncestorOf(part):
            place = on_screen(part)
            sides = QRect(place.left(), inside.top(), place.width(), inside.height())
            assert inside.contains(sides), tell(part)
    readout = spoken.window.workspace.readout
    assert readout.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("spoken", ["en", "ja"], indirect=True)
def test_no_words_of_a_lesson_are_cut_off(qtbot: QtBot, spoken: Application) -> None:
    language = spoken.settings.language()
    spoken.player.open(lessons.file_of("3-learning-rate", language), 3)
    settle(qtbot, spoken)
    panel = spoken.window.lessons.lesson_panel
    qtbot.waitUntil(lambda: panel.drawn)
    qtbot.waitUntil(lambda: not cut_off(spoken), timeout=5000)
    # The whole question is in sight.
    scroll = panel.findChild(QAbstractScrollArea, "lessonScroll")
    assert scroll is not None
    for button in panel.question.buttons:
        qtbot.waitUntil(
            lambda button=button: on_screen(scroll.viewport()).contains(on_screen(button)), timeout=5000
        )
