"""Lessons are read as they are meant, and what is wrong is told with its line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer import lessons
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import RACE_COLOURS
from optexplorer.lessons.lesson import Choice, Click, LessonScene
from optexplorer.lessons.narration import DEEPEST, Mathematics, Prose, prose
from optexplorer.lessons.reading import (
    MOST_BYTES,
    MOST_NARRATION,
    MOST_SCENES,
    number_of_scenes,
    parse_lesson,
    read_lesson,
)
from optexplorer.lessons.toml_block import LessonError

LESSON = r"""+++
id = "fog"
title = "Walking in fog"
language = "en"
authors = ["A. Lecturer"]
time = 15
+++

# Underfoot

The slope is $f'(x)$, **not** <b>the shape</b>.

$$x_{t+1} = x_t - \eta\, g_t$$

- one $a$

```toml experiment
landscape = "himmelblau"
start = [0.5, -1.5]
steps = 80
fog = 0.5
play_to = 60
watch = ["learning-rate", "racer:1"]
[view]
window = [-4, 4, -4, 4]
[appearance]
colour_map = "viridis"
[appearance.camera]
azimuth = 10
[[racers]]
[racers.optimizer]
id = "gd"
lr = 0.01
[[racers]]
optimizer = { id = "momentum", lr = 0.005 }
```

```toml question
text = "Where does it end?"
answers = ["Here", "There"]
right = 2
explanation = "Because $g$ says so."
```

```notes
Wait for the class.
```

---

# The same picture

It is still there.

---

# Another place

```toml experiment
start = [1, 1]
[appearance.camera]
elevation = 60
```

```toml question
kind = "click"
text = "Where?"
tolerance = 0.3
```

---

# A curve

```toml experiment
landscape = { formula = "x^2", domain = { x = [-3, 3] } }
```
"""


@pytest.fixture(scope="module")
def scenes() -> tuple[LessonScene, ...]:
    return parse_lesson(LESSON).scenes


def test_the_front_matter_is_the_lessons_own() -> None:
    lesson = parse_lesson(LESSON)
    assert (lesson.id, lesson.title, lesson.language) == ("fog", "Walking in fog", "en")
    assert (lesson.authors, lesson.minutes) == (("A. Lecturer",), 15)


def test_a_scene_has_narration_experiment_question_and_notes(scenes: tuple[LessonScene, ...]) -> None:
    first = scenes[0]
    assert (first.title, first.line) == ("Underfoot", 9)
    told, displayed, items = first.narration
    assert isinstance(told, Prose)
    assert told.formulas == ("f'(x)",)
    assert '<img src="formula:0" alt="f\'(x)">' in told.html
    assert displayed == Mathematics(r"x_{t+1} = x_t - \eta\, g_t", 13)
    assert isinstance(items, Prose)
    assert items.formulas == ("a",)
    assert first.experiment.start == (0.5, -1.5)
    assert [racer.optimizer for racer in first.experiment.racers] == [
        GradientDescent(lr=0.01),
        Momentum(lr=0.005),
    ]
    assert isinstance(first.question, Choice)
    assert first.question.answers[first.question.right - 1] == "There"
    assert first.notes == "Wait for the class."
    assert [latex for _, latex in first.formulas()] == ["f'(x)", displayed.latex, "a", "g"]


def test_html_in_a_lesson_is_text() -> None:
    assert "&lt;b&gt;" in prose("<b>bold</b>").html
    assert "href" not in prose("[x](javascript:alert(1)) [y](file:///etc/passwd)").html
    assert "<img" not in prose("![x](https://example.org/x.png)").html


def test_racers_that_name_no_colour_have_one_by_their_place(scenes: tuple[LessonScene, ...]) -> None:
    racers = scenes[0].experiment.racers
    assert [racer.colour for racer in racers] == list(RACE_COLOURS[:2])
    assert [racer.stream for racer in racers] == [0, 1]


def test_a_scene_without_a_block_goes_on_with_the_same_picture(scenes: tuple[LessonScene, ...]) -> None:
    first, second = scenes[:2]
    assert second.experiment == first.experiment
    assert second.presentation.playhead == 60
    assert second.presentation.fog == 0.5
    assert (second.presentation.play_to, second.presentation.watch) == (None, ())


def test_a_scene_changes_only_what_it_says(scenes: tuple[LessonScene, ...]) -> None:
    _, before, after = scenes[:3]
    assert after.experiment.start == (1, 1)
    assert after.experiment.racers == before.experiment.racers
    assert after.experiment.appearance.colour_map == "viridis"
    assert (after.experiment.appearance.camera.azimuth, after.experiment.appearance.camera.elevation) == (
        10,
        60,
    )
    assert after.presentation.playhead == 0


def test_a_click_is_right_where_the_racer_ends(scenes: tuple[LessonScene, ...]) -> None:
    scene = scenes[2]
    assert isinstance(scene.question, Click)
    target = scene.target()
    assert target is not None
    assert target == pytest.approx((3, 2), abs=0.05)


def test_another_landscape_brings_its_own_start_and_views(scenes: tuple[LessonScene, ...]) -> None:
    last = scenes[-1]
    assert last.experiment.start == Experiment(landscape=last.experiment.landscape).start
    assert last.presentation.views == ("curve", "chart")
    assert (last.experiment.view.window, last.experiment.appearance.colour_map) == (None, "viridis")
    assert last.presentation.fog == 0.5


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_read(newline: str) -> None:
    assert parse_lesson(LESSON.replace("\n", newline)) == parse_lesson(LESSON)


WRONG = [
    ("lr = 0.01", "lr = -1", "0 < lr"),
    ("lr = 0.005", "learning_rate = 1", "momentum has no parameter 'learning_rate'"),
    ('id = "gd"', 'id = "gdd"', "did you mean 'gd'?"),
    ("steps = 80", "stepz = 80", "did you mean 'steps'?"),
    ("steps = 80", "steps = 0", "it must be at least 1"),
    ("steps = 80", "steps = 80 80", "expected newline"),
    ('"himmelblau"', '"himelblau"', "did you mean 'himmelblau'?"),
    ("start = [0.5, -1.5]", "start = [1]", "himmelblau has 2 coordinate(s)"),
    ("play_to = 60", "play_to = 81", "the experiment has 80 steps"),
    ("play_to = 60", "playhead = -1", "it must be at least 0"),
    ('watch = ["learning-rate", "racer:1"]', 'watch = ["lerning-rate"]', "did you mean 'learning-rate'?"),
    ('watch = ["learning-rate", "racer:1"]', 'watch = ["racer:3"]', "there is no racer:3"),
    ("fog = 0.5", 'views = ["curve"]', "the view 'curve' cannot show 2 coordinate(s)"),
    ("fog = 0.5", 'views = ["network"]', "the view 'network' needs the landscape of a network"),
    ('colour_map = "viridis"', 'colour_map = "pink"', "terrain"),
    ("azimuth = 10", "azimut = 10", "did you mean 'azimuth'?"),
    ("right = 2", "right = 3", "there are 2 answers"),
    ("tolerance = 0.3", "tolerance = 0", "greater than 0"),
    ('kind = "click"', 'kind = "clack"', "'choice' or 'click'"),
    ("tolerance = 0.3", "tolerance = 1\ntarget = [1]", "the landscape has 2"),
    ("tolerance = 0.3", "tolerance = 1\nracer = 3", "there is no racer 3"),
    ("```toml question\ntext", "```toml quiz\ntext", "did you mean ```toml question?"),
    ("- one $a$", "- ```toml experiment\n  steps = 3\n  ```", "inside a list"),
    ("# The same picture", "The same picture", "begins with a heading"),
    ('"x^2"', '"x^^2"', "missing before '^' (at character 3)"),
    (", domain = { x = [-3, 3] }", "", "landscape.domain is missing"),
    ('title = "Walking in fog"', 'titel = "Walking"', "did you mean 'title'?"),
    ('id = "fog"', 'id = "The Fog"', "pattern"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG)
def test_what_is_wrong_is_told_with_its_line(right: str, wrong: str, message: str) -> None:
    assert right in LESSON
    with pytest.raises(LessonError) as caught:
        parse_lesson(LESSON.replace(right, wrong, 1))
    assert message in caught.value.message
    place = LESSON.index(right)
    line = LESSON.count("\n", 0, place) + 1
    assert line <= caught.value.line <= line + wrong.count("\n")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        ("steps = 80", f"steps = {'1' * 5000}", 'landscape = "himmelblau"', "not TOML"),
        ("steps = 80", f"steps = {'[' * 5000}", 'landscape = "himmelblau"', "nested too deeply"),
        ("steps = 80", f"steps = {'[' * 9}{']' * 9}", 'landscape = "himmelblau"', "nested too deeply"),
        ("```toml question", "```notes", "```notes\nWait", "second ```notes block"),
        ("# The same picture", "---", "\n---\n\nIt is", "begins with a heading"),
    ],
)
def test_what_is_wrong_as_a_whole_is_told_where_it_begins(
    right: str, wrong: str, line: str, message: str
) -> None:
    text = LESSON.replace(right, wrong, 1)
    with pytest.raises(LessonError, match=message) as caught:
        parse_lesson(text)
    assert caught.value.line == text.count("\n", 0, text.index(line)) + 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "begins with a line +++"),
        ("# Heading", 1, "begins with a line +++"),
        ("+++\nid = 1", 1, "does not end"),
        ("+++\nid = 'a'\n+++\n# A", 2, "title is missing"),
        ("+++\nid = 'a'\ntitle = 'A'\n+++\n\n# A\n\ntext", 6, "needs a ```toml experiment block"),
        ("+++\nid = 'a'\ntitle = 'A'\n+++\n\n", 1, "begins with a heading"),
    ],
)
def test_what_is_no_lesson_is_told_what_one_is(text: str, line: int, message: str) -> None:
    with pytest.raises(LessonError, match=message.replace("+", r"\+")) as caught:
        parse_lesson(text)
    assert caught.value.line == line


def test_too_much_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.md"
    large.write_bytes(b"x" * (MOST_BYTES + 1))
    with pytest.raises(LessonError, match="at most 1,000,000"):
        read_lesson(large)
    with pytest.raises(LessonError, match=f"at most {MOST_NARRATION} characters"):
        parse_lesson(LESSON + "[" * MOST_NARRATION)
    with pytest.raises(LessonError, match=f"at most {MOST_SCENES} scenes"):
        parse_lesson(LESSON + "\n---\n\n# Again\n" * MOST_SCENES)
    many = "\n".join(["[[racers]]\noptimizer = 'gd'"] * 30)
    with pytest.raises(LessonError, match="racers"):
        parse_lesson(LESSON.replace("[[racers]]", f"{many}\n[[racers]]", 1))


def test_deep_markdown_is_read_without_going_deep() -> None:
    before = sys.getrecursionlimit()
    scenes = parse_lesson(LESSON.replace("- one $a$", "> " * 5000 + "deep")).scenes
    assert sys.getrecursionlimit() == before
    assert all(
        block.html.count("<blockquote>") <= DEEPEST
        for block in scenes[0].narration
        if isinstance(block, Prose)
    )


def test_what_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.md"
    path.write_bytes(LESSON.replace("still there", "still théré").encode("latin-1"))
    with pytest.raises(LessonError, match="UTF-8") as caught:
        read_lesson(path)
    assert LESSON.split("\n")[caught.value.line - 1] == "It is still there."


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(LESSON)),
    st.integers(0, 40),
    st.text("+-`[]{}=\"'$#\\\n\0 \u3000ax1.", max_size=6),
)
def test_a_damaged_lesson_is_read_or_told_its_line(place: int, length: int, instead: str) -> None:
    damaged = LESSON[:place] + instead + LESSON[place + length :]
    error = None
    try:
        parse_lesson(damaged)
    except LessonError as refused:
        error = refused
    assert error is None or (1 <= error.line <= damaged.count("\n") + 1 and error.message)


FRONT = LESSON.partition("# Underfoot")[0]
SCENE = FRONT + "# H\n\n```toml experiment\nlandscape = 'beale'\n```\n\n"


def test_blocks_that_are_opened_again_and_again_are_counted_in_one_pass() -> None:
    # A search for the end of each of them would look at 10^11 characters.
    with pytest.raises(LessonError, match="needs a ```toml experiment block"):
        parse_lesson(FRONT + "# H\n\n" + "```x\n" * 190_000)


def test_only_what_stands_outside_of_blocks_counts_as_told() -> None:
    inside = "y\n" * MOST_NARRATION
    assert parse_lesson(f"{SCENE}````text\n```\n{inside}````\n").scenes
    with pytest.raises(LessonError, match="too long"):
        parse_lesson(f"{SCENE}```text\n```\n{inside}")
    with pytest.raises(LessonError, match="too long"):
        parse_lesson(f"{SCENE}```text `no block`\n{inside}")


@pytest.mark.parametrize(
    "formula",
    [
        r"\sqrt{" * 25 + "x" + "}" * 25,
        r"\left(" * 14 + "x" + r"\right)" * 14,
        "x^{" * 20 + "x" + "}" * 20,
        r"\frac{" * 30 + "x" + "}{y}" * 30,
        r"\begin{cases}" * 12 + "x" + r"\end{cases}" * 12,
        "x" * 15_000,
        r"\Bigg(" * 3000,
    ],
)
def test_a_formula_that_would_take_minutes_to_set_is_refused_on_its_line(formula: str) -> None:
    line = SCENE.count("\n") + 3
    with pytest.raises(LessonError, match=f"line {line}: this formula is too long or nested too deeply"):
        parse_lesson(f"{SCENE}Told.\n\n${formula}$\n")


def test_formulas_are_bounded_together_in_questions_too() -> None:
    with pytest.raises(LessonError, match="formulas of this lesson are too many"):
        parse_lesson(SCENE + "$x$ " * 16_000)
    answers = ", ".join(f"'${'x' * 1_900}$'" for _ in range(6))
    with pytest.raises(LessonError):
        parse_lesson(f"{SCENE}```toml question\ntext = 'Which?'\nanswers = [{answers}]\nright = 1\n```\n")


@pytest.mark.parametrize("id", lessons.ids())
def test_scenes_are_counted_without_reading_what_they_hold(id: str) -> None:
    assert number_of_scenes(lessons.file_of(id, "en")) == len(lessons.get(id, "en").scenes)


def test_a_scene_can_show_a_network() -> None:
    text = """+++
id = "net"
title = "A network"
+++

# Forwards and backwards

```toml experiment
views = ["network", "anatomy"]
steps = 3

[landscape]
kind = "model"
data = { id = "line" }
model = { id = "mlp", hidden = [3] }
```
"""
    (scene,) = parse_lesson(text).scenes
    assert scene.presentation.views == ("network", "anatomy")


def test_a_scene_may_show_basins() -> None:
    text = LESSON.replace('colour_map = "viridis"', "basins = true\nbasin_racer = 1\nbasin_opacity = 0.5")
    first, second = parse_lesson(text).scenes[:2]
    assert first.experiment.appearance.basins
    assert (second.experiment.appearance.basin_racer, second.experiment.appearance.basin_opacity) == (1, 0.5)
    with pytest.raises(LessonError, match="basin_opacity"):
        parse_lesson(text.replace("basin_opacity = 0.5", "basin_opacity = 2"))
