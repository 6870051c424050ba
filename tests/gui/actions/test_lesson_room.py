"""The lesson has the room in which it can be read."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.gui.app import Application
from optexplorer.gui.panels.lesson_panel import LessonPanel
from tests.gui.hands import settle


def readable(panel: LessonPanel) -> bool:
    """Whether every word is drawn, in an answer that is high enough, and has its room."""
    answers = panel.question.buttons
    fits = all(answer.rect().contains(answer.view.geometry()) for answer in answers if answer.isVisible())
    return panel.drawn and fits and panel.height() >= panel.needed_height()


def test_a_question_that_becomes_higher_gets_more_room(qtbot: QtBot, app: Application) -> None:
    """Its new height reaches the layouts around it only some events after it has been drawn."""
    app.player.open(lessons.file_of("3-learning-rate", "en"), 3)
    settle(qtbot, app)
    panel = app.window.lessons.lesson_panel
    qtbot.waitUntil(lambda: readable(panel))
    needed = panel.needed_height()
    *_, before, last = panel.question.buttons
    before.hide()
    last.hide()
    qtbot.waitUntil(lambda: panel.height() < needed and readable(panel))
    before.show()
    last.show()
    qtbot.waitUntil(lambda: panel.height() >= needed and readable(panel))
    assert panel.needed_height() == needed
