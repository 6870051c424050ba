r"""Reads lessons: Markdown files whose scenes carry experiments.

    +++
    id = "fog"
    title = "Walking in fog"
    language = "en"                    # or "ja"
    authors = ["A. Lecturer"]
    time = 15                          # minutes
    summary = "One sentence for the list of lessons."
    +++

    # The scene's heading

    Narration in Markdown, with mathematics: $x^2$ in the text, and displayed

    $$x_{t+1} = x_t - \eta\, g_t$$

    ```toml experiment
    landscape = "himmelblau"           # an id, or a table with kind, formula and domain
    start = [0.5, -1.5]
    steps = 80
    views = ["surface", "map"]         # surface map curve fit network chart anatomy readout
    play_to = 80                       # plays by itself up to this step
    watch = ["learning-rate", "map"]   # points at a control, a view or racer:1
    [[racers]]
    optimizer = { id = "gd", lr = 0.01 }
    ```

    ```toml question
    text = "Where will it end?"
    answers = ["Here", "There"]        # or kind = "click" with tolerance, and target or racer
    right = 1
    explanation = "Because it is downhill."
    ```

    ```notes
    Only the speaker sees this.
    ```

    ---

    # The next scene

The experiment block has the keys of an experiment and those of a `Presentation`. A scene says only what changes:

* What an experiment block leaves out stays as in the scene before; tables such as `view` and `appearance` key by key, `racers` as a
  whole. Racers that name no colour get one by their place. Another landscape brings its own start and window.
* `views`, `speed`, `fog`, `hidden` and `locked` stay too; `watch` and `play_to` hold for one scene.
* The playhead stays where the scene before left it as long as nothing changes that the paths depend on; otherwise it
  is at 0 unless the scene says where.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from optexplorer.bounded_input import RefusedFileError, read_bounded
from optexplorer.catalogue import nearest
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.validation_messages import shown
from optexplorer.lessons.latex_work import MOST_WORK, MOST_WORK_TOGETHER, latex_work
from optexplorer.lessons.lesson import (
    Choice,
    Click,
    FrontMatter,
    Lesson,
    LessonScene,
    Question,
)
from optexplorer.lessons.narration import blocks, parse
from optexplorer.lessons.scene_inheritance import PreviousScenes, resolved_scene
from optexplorer.lessons.toml_block import LessonError, TomlBlock

if TYPE_CHECKING:
    from markdown_it.token import Token
from optexplorer.lessons.toml_validation import valid

MOST_BYTES = 1_000_000
MOST_NARRATION = 100_000
"""Characters outside of fenced blocks: what Markdown has to be read from, some of it slowly."""
MOST_SCENES = 100
BLOCKS = ("toml experiment", "toml question", "notes")
_FENCE = re.compile(r"(`{3,})([^`]*)")
"""A line that begins or ends a fenced block: backticks, and what stands after them."""
_LANGUAGE_OF_BLOCK = re.compile(r"(toml|notes?)\b")


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in a file.

    Raises
    ------
    LessonError
        If it is no lesson; the error knows the line and what would be right.
    OSError
        If the file cannot be read.
    """
    return parse_lesson(_text(path))


def _text(path: Path) -> str:
    try:
        data = read_bounded(path, MOST_BYTES)
    except RefusedFileError as error:
        raise LessonError(f"this is no lesson: {error}", 1) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LessonError("this is not UTF-8 text; save the file as UTF-8", line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_front_matter(path: Path) -> FrontMatter:
    """Return what stands between the `+++` lines of a lesson's file; its scenes are not looked at.

    Raises
    ------
    LessonError, OSError
        As `read_lesson` does.
    """
    return valid(FrontMatter, _front_matter(_text(path))[0])


def number_of_scenes(path: Path) -> int:
    """Return how many scenes a lesson's file has; what they hold is not looked at.

    Raises
    ------
    LessonError, OSError
        As `read_lesson` does.
    """
    return len(_scenes(_front_matter(_text(path))[1]))


def parse_lesson(text: str) -> Lesson:
    """Return the lesson that `text` holds.

    Raises
    ------
    LessonError
        If it is no lesson; the error knows the line and what would be right.
    """
    front, body = _front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
    matter = valid(FrontMatter, front)
    if _narration_characters(body) > MOST_NARRATION:
        raise LessonError(
            f"this lesson is too long; its narration may have at most {MOST_NARRATION} characters", 1
        )
    scenes: list[LessonScene] = []
    previous = PreviousScenes()
    for tokens, line in _scenes(body):
        if len(scenes) == MOST_SCENES:
            raise LessonError(f"a lesson has at most {MOST_SCENES} scenes", line)
        scenes.append(_scene(tokens, line, previous))
    _check_formulas(scenes)
    return Lesson(
        matter.id,
        matter.title,
        matter.language,
        matter.authors,
        matter.time,
        matter.summary,
        tuple(scenes),
    )


def _narration_characters(body: str) -> int:
    """Return how many characters stand outside of fenced blocks, in time linear in the length of `body`."""
    told, opening = 0, ""
    for line in body.split("\n"):
        fence = _FENCE.fullmatch(line)
        if opening:
            if fence and not fence[2].strip() and len(fence[1]) >= len(opening):
                opening = ""
        elif fence:
            opening = fence[1]
        else:
            told += len(line) + 1
    return told


def _check_formulas(scenes: list[LessonScene]) -> None:
    """Refuse formulas that would take the typesetter longer than anybody waits for a lesson."""
    together = 0
    for scene in scenes:
        for line, latex in scene.formulas():
            work = latex_work(latex)
            together += work
            if work > MOST_WORK:
                raise LessonError(f"this formula is too long or nested too deeply: {shown(latex)}", line)
            if together > MOST_WORK_TOGETHER:
                raise LessonError(
                    "the formulas of this lesson are too many, too long or nested too deeply", line
                )


def experiment_block(text: str, scene: int) -> tuple[int | None, int | None, int]:
    """Return where the experiment block of a scene, counted from 0, stands in a lesson's text.

    Returns
    -------
    The first line of the block's content and the line after its last, counted from 0, both None if there is no
    such block; and the line after the scene's heading.

    Raises
    ------
    LessonError
        If the text is no lesson, or has no such scene.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    scenes = _scenes(_front_matter(text)[1])
    if not 0 <= scene < len(scenes):
        raise LessonError(f"the lesson has {len(scenes)} scenes; there is no scene {scene + 1}", 1)
    tokens, line = scenes[scene]
    heading = next((_line(token) for token in tokens if token.type == "heading_open"), line)
    for token in tokens:
        if _kind(token) == "toml experiment" and token.map is not None:
            return token.map[0] + 1, token.map[1] - 1, heading
    return None, None, heading


def _front_matter(text: str) -> tuple[TomlBlock, str]:
    """Return the front matter, and the text with empty lines in its place, so that lines keep their numbers."""
    lines = text.split("\n")
    if lines[0].rstrip() != "+++":
        raise LessonError("a lesson begins with a line +++, then id, title, language as TOML, then +++", 1)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "+++"), None)
    if end is None:
        raise LessonError("the front matter that begins here does not end; close it with a line +++", 1)
    block = TomlBlock("\n".join(lines[1:end]), 2)
    return block, "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def _scenes(body: str) -> list[tuple[list[Token], int]]:
    """Return the Markdown tokens of each scene, and the line on which it begins."""
    scenes: list[tuple[list[Token], int]] = [([], 1)]
    for token in parse(body):
        if token.type == "hr" and token.level == 0:
            scenes.append(([], _line(token) + 1))
        else:
            scenes[-1][0].append(token)
    return scenes


def _line(token: Token) -> int:
    return (token.map or [0])[0] + 1


def _scene(tokens: list[Token], line: int, previous: PreviousScenes) -> LessonScene:
    found: dict[str, Token] = {}
    prose_tokens: list[Token] = []
    for token in tokens:
        kind = _kind(token)
        if kind is None:
            prose_tokens.append(token)
            continue
        if kind in found:
            raise LessonError(f"this scene has a second ```{kind} block; one is allowed", _line(token))
        found[kind] = token
    if len(prose_tokens) < 3 or prose_tokens[0].type != "heading_open":
        raise LessonError(
            "a scene begins with a heading, such as '# Walking in fog'",
            _line(prose_tokens[0]) if prose_tokens else line,
        )
    heading = _line(prose_tokens[0])
    block = _toml(found["toml experiment"]) if "toml experiment" in found else TomlBlock("", heading)
    experiment, presentation = resolved_scene(block, previous)
    return LessonScene(
        title=prose_tokens[1].content,
        narration=blocks(prose_tokens[3:]),
        experiment=experiment,
        presentation=presentation,
        question=_question(_toml(found["toml question"]), experiment) if "toml question" in found else None,
        notes=found["notes"].content.strip() if "notes" in found else "",
        line=heading,
    )


def _kind(token: Token) -> str | None:
    """Return which of `BLOCKS` this is, or None for what is told."""
    if token.type != "fence":
        return None
    info = " ".join(token.info.split())
    if info in BLOCKS:
        if token.level:
            raise LessonError(f"a ```{info} block cannot stand inside a list or quotation", _line(token))
        return info
    if _LANGUAGE_OF_BLOCK.match(info):
        closest = nearest(info, {name.replace(" ", "-"): name for name in BLOCKS}) or "toml-experiment"
        hint = closest.replace("-", " ")
        raise LessonError(f"there are no ```{shown(info)} blocks; did you mean ```{hint}?", _line(token))
    return None


def _toml(token: Token) -> TomlBlock:
    return TomlBlock(token.content, _line(token) + 1)


def _question(block: TomlBlock, experiment: Experiment) -> Question:
    kind = block.table.get("kind", "choice")
    if kind not in ("choice", "click"):
        raise block.error(f"kind = {shown(kind)} is not allowed; it is 'choice' or 'click'", ("kind",))
    if kind == "choice":
        return valid(Choice, block)
    question = valid(Click, block)
    dimension = experiment.resolve_landscape().dimension
    if question.target is not None and len(question.target) != dimension:
        raise block.error(
            f"target has {len(question.target)} coordinate(s); the landscape has {dimension}", ("target",)
        )
    if question.target is None and question.racer > len(experiment.racers):
        raise block.error(
            f"there is no racer {question.racer}; the scene has {len(experiment.racers)}", ("racer",)
        )
    return question
