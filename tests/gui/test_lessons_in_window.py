"""Every lesson that ships, played through scene by scene in the real window, in both languages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.gui.app import Application
from optexplorer.gui.fields.highlight import Highlight
from optexplorer.gui.state import playback
from optexplorer.gui.views.narration_view import NarrationView
from optexplorer.lessons.lesson import VIEWS, Choice, Click, LessonScene
from optexplorer.lessons.narration import Prose, prose
from optexplorer.painting.curve_frame import curve_frame
from optexplorer.painting.style import Style
from optexplorer.text import Language
from tests.gui.hands import settle

FAST = 50_000.0
"""Steps per second."""


@pytest.fixture
def spoken(app: Application, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Application:
    """The program in the language that the test asks for, with playback in which nobody has to wait."""
    monkeypatch.setattr(playback, "FASTEST", FAST)
    app.choose_language(request.param)
    return app


def words_of(block: Prose) -> str:
    document = QTextDocument()
    document.setHtml(block.html)
    return _without_pictures(document.toPlainText())


def _without_pictures(text: str) -> str:
    return " ".join(text.replace("\ufffc", " ").split())


def is_told(view: NarrationView, blocks: list[Prose]) -> bool:
    shown = _without_pictures(view.toPlainText())
    return not view.pending and all(words_of(block) in shown for block in blocks)


def enter(qtbot: QtBot, app: Application, number: int) -> LessonScene:
    """Go to a scene and wait until its experiment is computed and its narration on the screen."""
    app.player.go(number)
    app.playback.set_speed(FAST)
    settle(qtbot, app)
    scene, panel = app.player.scene, app.window.lessons.lesson_panel
    assert scene is not None
    told = [block for block in scene.narration if isinstance(block, Prose)]
    qtbot.waitUntil(lambda: is_told(panel.narration, told), timeout=10000)
    assert panel.scene_title.text() == scene.title
    return scene


def shows_its_views(app: Application, scene: LessonScene) -> None:
    views = app.window.workspace
    shown = {name for name in VIEWS if views.parts(name)[0].isVisible()}
    wanted = set(scene.presentation.views)
    if views.maximised == "map":
        # Beside the anatomy, the map stands for both pictures.
        wanted.discard("surface")
    assert shown == wanted


def points_at_what_to_watch(qtbot: QtBot, app: Application, scene: LessonScene) -> None:
    framed = {frame.target for frame in app.window.findChildren(Highlight) if frame.isVisible()}
    for mark in scene.presentation.watch:
        parts = app.window.lessons.parts(mark)
        assert parts, mark
        assert set(parts) <= framed, mark


def follows_hidden_and_locked(app: Application, scene: LessonScene) -> None:
    for mark in scene.presentation.hidden:
        assert not any(part.isVisible() for part in app.window.lessons.parts(mark)), mark
    for mark in scene.presentation.locked:
        assert not any(part.isEnabled() for part in app.window.lessons.parts(mark)), mark


def click_at(qtbot: QtBot, app: Application, point: tuple[float, ...]) -> None:
    """Click on the map, or on the curve above a coordinate."""
    views, scene = app.window.workspace, app.window.scene
    assert scene is not None
    if len(point) == 2:
        # Painted in the size that it keeps, of this scene: as a person sees it before the click.
        last = None

        def stands() -> bool:
            nonlocal last
            app.window.grab()
            before, last = last, (views.map.rect(), views.map.frame)
            return last == before

        qtbot.waitUntil(stands)
        assert views.map.frame is not None
        qtbot.mouseClick(views.map, Qt.MouseButton.LeftButton, pos=views.map.frame.to_pixel(point).toPoint())
        return
    frame = curve_frame(QRectF(views.curve.rect()), scene, Style(), scene.view.interval)
    place = frame.to_pixel(point[0], float(scene.landscape.value([point[0]]))).toPoint()
    place.setY(round(frame.plot.center().y()))
    qtbot.mouseClick(views.curve, Qt.MouseButton.LeftButton, pos=place)


def answers_its_question(qtbot: QtBot, app: Application, scene: LessonScene, right: bool) -> None:
    question, card = scene.question, app.window.lessons.lesson_panel.question
    assert question is not None
    qtbot.waitUntil(lambda: is_told(card.text, [prose(question.text)]))
    before = app.store.experiment
    # What the class is to predict is kept back, and nothing plays yet.
    assert not app.playback.playing
    assert {racer.status.text() for racer in app.window.panel.racers.cards} == {""}
    if isinstance(question, Choice):
        number = question.right if right else question.right % len(question.answers) + 1
        qtbot.mouseClick(card.buttons[number - 1], Qt.MouseButton.LeftButton)
    else:
        target = scene.target()
        assert target is not None
        if not right:
            ends = before.resolve_landscape().domain
            # As far away as the landscape goes, but for its very edge.
            target = tuple(
                low + 0.02 * (high - low) if at > (low + high) / 2 else high - 0.02 * (high - low)
                for at, (low, high) in zip(target, ends, strict=True)
            )
        click_at(qtbot, app, target)
    qtbot.waitUntil(lambda: app.player.answer is not None, timeout=10000)
    assert app.player.answer is not None
    assert app.player.answer.right is right
    assert card.verdict.isVisible()
    assert {racer.status.text() for racer in app.window.panel.racers.cards} != {""}
    if question.explanation:
        qtbot.waitUntil(lambda: is_told(card.explanation, [prose(question.explanation)]))
        assert card.explanation.isVisible()
    # A click is an answer here, no new start.
    assert app.store.experiment == before


@pytest.mark.parametrize("id", lessons.ids())
@pytest.mark.parametrize("spoken", ["en", "ja"], indirect=True)
def test_every_scene_is_shown_and_plays(
    qtbot: QtBot, spoken: Application, id: str, request: pytest.FixtureRequest
) -> None:
    app = spoken
    language: Language = app.settings.language()
    app.window.lessons.open(lessons.file_of(id, language))
    lesson = app.player.lesson
    assert lesson is not None
    assert 5 <= len(lesson.scenes) <= 10
    panel = app.window.lessons.lesson_panel
    assert panel.isVisible()
    for number in range(len(lesson.scenes)):
        scene = enter(qtbot, app, number)
        shown = app.store.experiment
        assert shown.seen_as(scene.experiment) == scene.experiment
        assert shown.view.fog == scene.presentation.fog
        shows_its_views(app, scene)
        points_at_what_to_watch(qtbot, app, scene)
        follows_hidden_and_locked(app, scene)
        assert panel.place.text() == f"{number + 1} / {len(lesson.scenes)}"
        assert panel.back.isEnabled() is (number > 0)
        assert panel.next.isEnabled() is (number + 1 < len(lesson.scenes))
        if scene.question is not None:
            answers_its_question(qtbot, app, scene, right=language == "en")
        last = min(scene.presentation.last, app.playback.length)
        qtbot.waitUntil(
            lambda last=last: app.playback.step == last and not app.playback.playing, timeout=10000
        )
        assert not app.player.free
        assert not panel.freed.isVisible()


def test_both_languages_ask_by_choice_and_by_click() -> None:
    asked = [scene.question for id in lessons.ids() for scene in lessons.get(id, "en").scenes]
    assert any(isinstance(question, Choice) for question in asked)
    assert any(isinstance(question, Click) for question in asked)
