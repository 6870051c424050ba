"""What the class sees: parts are hidden and locked with a click, and the open lesson keeps it."""

from __future__ import annotations

from pathlib import Path

from optexplorer.gui.app import Application
from optexplorer.gui.controllers.part_locking import PartTag
from optexplorer.lessons.reading import read_lesson

LESSON = """+++
id = "sample"
title = "Sample"
+++

# First

Told.

```toml experiment
landscape = "himmelblau"
[[racers]]
optimizer = "adam"
```
"""


def tags(app: Application) -> list[PartTag]:
    return [tag for tag in app.window.findChildren(PartTag) if not tag.isHidden()]


def tag(app: Application, mark: str) -> PartTag:
    return next(tag for tag in tags(app) if tag.mark == mark)


def test_a_click_locks_a_second_hides_a_third_shows(app: Application) -> None:
    room, seed = app.window.lessons.part_locking, app.window.panel.start.seed
    for state, hidden, enabled in (("locked", False, False), ("hidden", True, True), ("shown", False, True)):
        room.edit(True)
        assert seed.isEnabled()
        assert not seed.isHidden()
        tag(app, "seed").click()
        room.edit(False)
        assert (room.state("seed"), seed.isHidden(), seed.isEnabled()) == (state, hidden, enabled)


def test_every_part_can_be_hidden_and_locked_and_the_tags_are_removed(app: Application) -> None:
    room = app.window.lessons.part_locking
    room.edit(True)
    marks = {tag.mark for tag in tags(app)}
    assert {
        "landscape",
        "learning-rate",
        "transport",
        "surface",
        "map",
        "chart",
        "readout",
        "racer:6",
    } <= marks
    assert all(tag.accessibleName() and tag.toolTip() for tag in tags(app))
    room.edit(False)
    assert tags(app) == []


def test_an_open_lesson_keeps_what_is_hidden(app: Application, tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON, encoding="utf-8")
    window = app.window
    window.lessons.open(path)
    room = window.lessons.part_locking
    room.edit(True)
    tag(app, "transport").click()
    for _ in range(2):
        tag(app, "chart").click()
    room.edit(False)
    chart = window.workspace.frames["chart"]
    assert chart.isHidden()
    window.workspace.maximise("map")
    assert chart.isHidden()
    assert not window.workspace.transport.isEnabled()
    presentation = read_lesson(path).scenes[0].presentation
    assert presentation.hidden == ("chart",)
    assert presentation.locked == ("transport",)
    app.player.close()
    assert not chart.isHidden()
    assert window.workspace.transport.isEnabled()


def test_what_is_hidden_follows_racers_that_come_and_go(app: Application) -> None:
    window = app.window
    window.lessons.part_locking.show({"racer:2"}, set())
    first = window.panel.racers.cards[1]
    assert first.isHidden()
    window.edits.remove_racer(0)
    assert window.panel.racers.cards[1].isHidden()
    assert not first.isHidden()
    window.lessons.part_locking.show(set(), set())
    assert not any(card.isHidden() for card in window.panel.racers.cards)
