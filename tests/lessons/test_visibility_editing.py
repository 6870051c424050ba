"""What a scene hides and locks, written into its lesson: read again it is there, and nothing else has changed."""

from __future__ import annotations

import pytest

from optexplorer import lessons
from optexplorer.lessons.reading import parse_lesson
from optexplorer.lessons.toml_block import LessonError
from optexplorer.lessons.visibility_editing import with_visibility

LESSON = """+++
id = "sample"
title = "Sample"
+++

# First

Told.

```toml experiment
landscape = "himmelblau"
hidden = [
    "seed",   # a comment
    "steps",
]
steps = 40
locked = ["landscape"]
[[racers]]
optimizer = "adam"
lr = 0.1
```

---

# Second

Only told.
"""


def test_marks_are_replaced_and_all_else_stays() -> None:
    text = with_visibility(LESSON, 0, {"chart", "racer:1"}, set())
    first = parse_lesson(text).scenes[0]
    assert first.presentation.hidden == ("chart", "racer:1")
    assert first.presentation.locked == ()
    before = parse_lesson(LESSON).scenes[0]
    assert first.experiment == before.experiment
    assert text.count("hidden") == text.count("locked") == 1


def test_a_scene_without_a_block_gets_one() -> None:
    second = parse_lesson(with_visibility(LESSON, 1, set(), {"learning-rate"})).scenes[1]
    assert second.presentation.locked == ("learning-rate",)
    assert second.presentation.hidden == ()
    assert second.title == "Second"
    assert len(second.narration) == 1


def test_editing_visibility_twice_is_editing_once() -> None:
    once = with_visibility(LESSON, 0, {"seed"}, {"start"})
    assert with_visibility(once, 0, {"seed"}, {"start"}) == once


@pytest.mark.parametrize("id", lessons.ids())
def test_visibility_can_be_edited_in_every_scene_of_the_course(id: str) -> None:
    path = lessons.file_of(id, "ja")
    text = path.read_text(encoding="utf-8")
    lesson = parse_lesson(text)
    for number, scene in enumerate(lesson.scenes):
        after = parse_lesson(with_visibility(text, number, {"seed"}, {"steps"}))
        assert after.scenes[number].presentation.hidden == ("seed",)
        assert [s.experiment for s in after.scenes] == [s.experiment for s in lesson.scenes]
        assert after.scenes[number].title == scene.title


def test_a_scene_that_there_is_not_is_refused() -> None:
    with pytest.raises(LessonError, match="2 scenes"):
        with_visibility(LESSON, 2, set(), set())
