"""Lesson → Export lesson as film, in the real window."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from optexplorer.export.pictures import Sheet
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs import lesson_film_dialog, messages
from optexplorer.gui.dialogs.lesson_film_dialog import LessonFilm

LESSON = """+++
id = "mine"
title = "Mine"
language = "ja"
+++
# One
```toml experiment
landscape = "himmelblau"
steps = {steps}
[[racers]]
optimizer = "gd"
lr = 0.01
```
---
# Two
```toml experiment
seed = 2
```
"""


def asked_for(app: Application, path: Path, monkeypatch: pytest.MonkeyPatch, steps: int) -> LessonFilm:
    """Open a lesson and ask for its film at `path`."""
    monkeypatch.setattr(lesson_film_dialog, "SHEET", Sheet(160, 120))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    file = path.with_name("mine.md")
    file.write_text(LESSON.format(steps=steps), encoding="utf-8")
    app.window.lessons.open(file)
    app.window._actions["export-lesson"].trigger()
    return app.window.findChild(LessonFilm)


def test_the_open_lesson_becomes_a_film(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked_for(app, tmp_path / "film", monkeypatch, 10)
    assert dialog.isVisible()
    qtbot.waitUntil((tmp_path / "film.mp4").exists, timeout=30_000)
    qtbot.waitUntil(lambda: app.window.findChild(LessonFilm) is None)
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 2 * 2 * 30


def test_a_cancelled_film_leaves_no_file(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked_for(app, tmp_path / "film.gif", monkeypatch, 5000)
    qtbot.waitUntil(lambda: dialog.value() > 0, timeout=30_000)
    qtbot.mouseClick(dialog.findChild(QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.window.findChild(LessonFilm) is None, timeout=30_000)
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.md"]


def test_what_cannot_be_written_is_told(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(messages, "warn", lambda *arguments: told.append(arguments[2]))
    (tmp_path / "film.mp4").mkdir()
    asked_for(app, tmp_path / "film.mp4", monkeypatch, 10)
    qtbot.waitUntil(lambda: told == ["it is a folder"], timeout=30_000)


def test_without_a_lesson_it_is_told_to_open_one(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(messages, "inform", lambda *arguments: told.append(arguments[2]))
    app.window._actions["export-lesson"].trigger()
    assert told == ["Open the lesson first."]
