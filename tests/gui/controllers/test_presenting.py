"""Presenting in the real window: full screen and back, pointer, pen and black screen, the speaker's view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QCursor
from pytestqt.qtbot import QtBot

from optexplorer import lessons
from optexplorer.gui.app import Application
from optexplorer.gui.views.speaker_view import SpeakerView
from tests.gui.hands import drag, press, settle


def test_f5_gives_the_pictures_the_screen_and_escape_everything_back(qtbot: QtBot, app: Application) -> None:
    app.player.open(lessons.file_of("3-learning-rate", "en"), 4)
    settle(qtbot, app)
    app.playback.pause()
    window, views = app.window, app.window.workspace
    panel = window.lessons.lesson_panel
    qtbot.waitUntil(lambda: panel.drawn)
    sizes = {name: part.sizes() for name, part in window._layout.splitters().items()}
    place, experiment, step = window.geometry(), app.store.experiment, app.playback.step
    assert panel.scene_title.fontInfo().pixelSize() == 18
    press(qtbot, window, "F5")
    assert window.isFullScreen()
    assert not window.panel.isVisible()
    assert not window.menuBar().isVisible()
    assert panel.isVisible()
    assert panel.scene_title.fontInfo().pixelSize() == 28
    press(qtbot, window, "Esc")
    assert not window.isFullScreen()
    assert window.panel.isVisible()
    assert window.menuBar().isVisible()
    qtbot.waitUntil(lambda: window.geometry() == place)
    qtbot.waitUntil(
        lambda: all(
            window._layout.splitters()[name].sizes() == pytest.approx(was, abs=3)
            for name, was in sizes.items()
        )
    )
    assert views.frames["chart"].isVisible()
    assert (app.store.experiment, app.playback.step) == (experiment, step)
    # While not presenting, Escape does nothing.
    press(qtbot, window, "Esc")
    assert window.panel.isVisible()


def test_a_remote_walks_the_scenes_and_without_a_lesson_the_steps(qtbot: QtBot, app: Application) -> None:
    press(qtbot, app.window, "F5")
    press(qtbot, app.window, "PgDown")
    press(qtbot, app.window, "PgDown")
    press(qtbot, app.window, "PgUp")
    assert app.playback.step == 1
    app.window.lessons.open(lessons.file_of("2-walking-in-fog", "en"))
    press(qtbot, app.window, "PgDown")
    assert app.player.index == 1
    press(qtbot, app.window, "PgUp")
    assert app.player.index == 0
    # The narration can be taken away, for the picture alone.
    side = app.window.lessons.side
    assert side.isVisible()
    press(qtbot, app.window, "N")
    assert not side.isVisible()
    press(qtbot, app.window, "N")
    assert side.isVisible()


@pytest.mark.parametrize("key", ["B", "."])
def test_the_screen_goes_black_and_comes_back(qtbot: QtBot, app: Application, key: str) -> None:
    press(qtbot, app.window, "F5")
    light, views = app.window.presenting.light, app.window.workspace
    press(qtbot, app.window, key)
    assert light.isVisible()
    assert light.size() == views.size()
    image = light.grab().toImage()
    assert {image.pixelColor(x, y).name() for x in (3, 400, 900) for y in (3, 300, 600)} == {"#000000"}
    press(qtbot, app.window, key)
    assert not light.isVisible()


def test_a_spot_of_light_follows_the_mouse(qtbot: QtBot, app: Application) -> None:
    press(qtbot, app.window, "F5")
    light = app.window.presenting.light
    press(qtbot, app.window, "X")
    assert light.isVisible()
    spot = QPoint(300, 200)

    def shines() -> bool:
        QCursor.setPos(light.mapToGlobal(spot))
        return light.grab().toImage().pixelColor(spot).red() > 200

    qtbot.waitUntil(shines, timeout=10000)
    # The views below are still operated: the light lets the mouse through.
    assert light.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    press(qtbot, app.window, "X")
    assert not light.isVisible()


def test_strokes_of_the_pen_stay_until_they_are_wiped_away(qtbot: QtBot, app: Application) -> None:
    press(qtbot, app.window, "F5")
    light, before = app.window.presenting.light, app.store.experiment
    press(qtbot, app.window, "D")
    drag(light, [QPoint(100, 100), QPoint(200, 100), QPoint(200, 200)])
    drag(light, [QPoint(300, 100), QPoint(350, 150)])
    assert light.strokes == 2
    ink = light.grab().toImage().pixelColor(150, 100)
    assert ink == QColor("#E4572E")
    # What lies below was not touched.
    assert app.store.experiment == before
    press(qtbot, app.window, "D")
    assert light.isVisible()
    press(qtbot, app.window, "E")
    assert light.strokes == 0
    assert not light.isVisible()
    press(qtbot, app.window, "D")
    drag(light, [QPoint(100, 100), QPoint(200, 100)])
    press(qtbot, app.window, "Esc")
    assert light.strokes == 0
    assert not light.pen


def test_the_spotlight_goes_from_racer_to_racer_and_out(qtbot: QtBot, app: Application) -> None:
    press(qtbot, app.window, "Alt+2")
    seen = []
    for _ in range(6):
        press(qtbot, app.window, "S")
        seen.append(app.store.experiment.appearance.spotlight)
    # The second racer is hidden.
    assert seen == [0, 2, 3, 4, 5, None]


def test_the_speaker_sees_notes_the_next_scene_and_the_time(qtbot: QtBot, app: Application) -> None:
    app.player.open(lessons.file_of("3-learning-rate", "en"), 4)
    view = SpeakerView(app.window)
    qtbot.addWidget(view)
    view.resize(1024, 768)
    view.show()
    view.show_player(app.player)
    lesson = app.player.lesson
    assert lesson is not None
    assert view.title.text() == lesson.scenes[4].title
    assert view.next_title.text() == lesson.scenes[5].title
    assert view.place.text().endswith(f"5 / {len(lesson.scenes)}")
    qtbot.waitUntil(lambda: "Stop at step 20" in view.notes.toPlainText())
    qtbot.waitUntil(lambda: "ravine" in view.narration.toPlainText())
    began = view.clock.text()
    qtbot.waitUntil(lambda: view.clock.text() != began, timeout=5000)
    app.player.go(len(lesson.scenes) - 1)
    view.show_player(app.player)
    assert view.next_title.text() == "The lesson ends here."
    view.finish()


def test_on_a_tall_screen_the_pictures_stand_above_each_other(qtbot: QtBot, app: Application) -> None:
    views = app.window.workspace
    pictures = views.splitters()["views"]
    views.present(True, 1.6)
    views.show_only({"surface", "map"})
    assert pictures.orientation() == Qt.Orientation.Horizontal
    views.setMaximumWidth(500)
    qtbot.waitUntil(lambda: pictures.orientation() == Qt.Orientation.Vertical)
    assert abs(pictures.sizes()[0] - pictures.sizes()[1]) < 40
    views.present(False, 1.0)
    assert pictures.orientation() == Qt.Orientation.Horizontal
