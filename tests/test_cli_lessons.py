"""`optexplorer lesson` and `optexplorer list lessons`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from optexplorer import lessons
from tests.command_line import Command, Said

LESSON = """+++
id = "mine"
title = "My lesson"
+++

# The only scene

The slope is $2x$.

```toml experiment
landscape = "quadratic-1d"
start = [-2.6]
[[racers]]
optimizer = "gd"
lr = 0.1
```
"""

Check = Callable[..., Said]


@pytest.fixture
def check(command: Command, tmp_path: Path) -> Check:
    """Check the lesson above with one piece of its text replaced."""

    def run(old: str = "", new: str = "") -> Said:
        path = tmp_path / "mine.md"
        path.write_text(LESSON.replace(old, new, 1) if old else LESSON, encoding="utf-8")
        code, out, err = command("lesson", "--check", str(path))
        return Said(code, out, err.replace(str(path), "mine.md"))

    return run


def test_a_good_lesson_gets_one_line(check: Check) -> None:
    code, out, err = check()
    assert (code, err) == (0, "")
    assert out == "My lesson: all is well (scenes: 1, descents: 1, minutes: 10)\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lr = 0.1", "lr = -1", "mine.md:15: racers[0].optimizer.lr = -1 is not allowed; 0 < lr <= 1e+06"),
        ("[-2.6]", "[-26]", "mine.md:6: racer 1 starts outside the landscape: x = -26, but -3 <= x <= 3"),
        ("$2x$", r"$\frac{2$", "mine.md:8: this is no mathematics that can be drawn"),
        ("$2x$", r"$\lamda$", r"mine.md:8: there is no \lamda in mathematics"),
        ('"gd"', '"adahessian"\nnonsense = 1', "mine.md:15: "),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(check: Check, old: str, new: str, message: str) -> None:
    code, out, err = check(old, new)
    assert code == 2
    assert out == ""
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_a_start_where_there_is_no_loss_is_told(check: Check) -> None:
    formula = '{ formula = "log(x)", domain = { x = [-3, 3] } }'
    code, _, err = check('"quadratic-1d"', formula)
    assert code == 2
    assert err == "mine.md:6: racer 1 starts where the loss is nan\n"


def test_a_file_that_is_not_there_is_told(command: Command, tmp_path: Path) -> None:
    code, _, err = command("lesson", "--check", str(tmp_path / "none.md"))
    assert code == 2
    assert "cannot be read: No such file" in err
    code, _, err = command("lesson", "--check", "3-lerning-rate")
    assert code == 2
    assert "did you mean '3-learning-rate'?" in err


def test_a_lesson_of_the_course_is_known_by_its_id(command: Command) -> None:
    code, out, _ = command("lesson", "--check", "3-learning-rate", "--language", "ja")
    assert code == 0
    assert out.startswith("学習率: ")


def test_lessons_are_listed(command: Command) -> None:
    code, out, _ = command("list", "lessons")
    assert code == 0
    assert all(f"{id} " in out for id in lessons.ids())
    code, out, _ = command("list", "lessons", "--json")
    entries = json.loads(out)
    assert [entry["id"] for entry in entries] == list(lessons.ids())
    assert all(Path(entry["files"]["ja"]).exists() for entry in entries)
    assert entries[2]["name_ja"] == "学習率"
