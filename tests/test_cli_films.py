"""`optexplorer export`: films, files that are read again, several outputs at once, lessons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from optexplorer import lessons
from optexplorer.export.lesson_export import film_job, first_sentence, picture_jobs, scene_figure
from optexplorer.export.metadata import experiment_in
from optexplorer.export.pictures import Sheet
from optexplorer.painting.style import Style
from tests.command_line import Command

pytestmark = pytest.mark.usefixtures("qapp")

RACE = ("--landscape", "himmelblau", "--optimizer", "adam", "--set", "lr=0.2", "--steps", "40")
SMALL = ("--size", "160x120")
Export = Callable[..., tuple[int, str]]


@pytest.fixture
def export(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Export:
    """Run `optexplorer export` in an empty folder; return its exit code and its error output."""
    monkeypatch.chdir(tmp_path)

    def said(*arguments: str) -> tuple[int, str]:
        code, out, err = command("export", *arguments)
        assert out == ""
        return code, err

    return said


@pytest.mark.parametrize("suffix", ["mp4", "webm", "gif", "apng"])
def test_the_name_of_the_output_asks_for_a_film(export: Export, tmp_path: Path, suffix: str) -> None:
    settings = ("--fps", "10", "--range", "2,8", "--steps-per-second", "10", "--hold", "0.5")
    assert export(*RACE, *SMALL, *settings, "-o", f"film.{suffix}") == (0, "")
    with av.open(str(tmp_path / f"film.{suffix}")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert frames[0].shape == (120, 160, 3)
    assert len(frames) == (11 if suffix in ("mp4", "webm") else 7)


def test_a_folder_of_frames(export: Export, tmp_path: Path) -> None:
    assert export(*RACE, *SMALL, "--range", "0,4", "--hold", "0", "--fps", "30", "-o", "frames/") == (0, "")
    assert len(list((tmp_path / "frames").iterdir())) == 5


def test_a_picture_is_a_document_from_which_others_are_made(export: Export, tmp_path: Path) -> None:
    assert export(*RACE, *SMALL, "-o", "first.png") == (0, "")
    assert export("first.png", *SMALL, "--view", "figure", "--parts", "contour,loss", "-o", "b.svg") == (
        0,
        "",
    )
    assert experiment_in("b.svg") == experiment_in("first.png")
    assert export("b.svg", *SMALL, "--no-metadata", "-o", "c.pdf") == (0, "")
    code, error = export("c.pdf", "-o", "d.png")
    assert code == 2
    assert error.startswith("optexplorer: c.pdf: ")
    assert not (tmp_path / "d.png").exists()


def test_several_are_made_at_once(export: Export, tmp_path: Path) -> None:
    assert export(*RACE, *SMALL, "-o", "one.png") == (0, "")
    views = ("--view", "contour", "--view", "loss")
    assert export("one.png", *SMALL, *views, "-o", "{name}-{view}.png", "-o", "{name}-{view}.pdf") == (0, "")
    names = {"one.png", "one-contour.png", "one-loss.png", "one-contour.pdf", "one-loss.pdf"}
    assert {entry.name for entry in tmp_path.iterdir()} == names


def test_all_appear_or_none(export: Export, tmp_path: Path) -> None:
    (tmp_path / "b.png").mkdir()
    code, error = export(*RACE, *SMALL, "--view", "loss", "--view", "contour", "-o", "a.png", "-o", "b.png")
    assert code == 2
    assert "b.png cannot be written" in error
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.png"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*RACE, "--fps", "0", "-o", "a.mp4"), "1 <= fps <= 120"),
        ((*RACE, "--range", "9,3", "-o", "a.mp4"), "steps 9 to 3"),
        ((*RACE, "--range", "all", "-o", "a.mp4"), "0,100"),
        (
            (*RACE, "--range", "0,9999", "-o", "a.mp4"),
            "--range: there is no step 9999; the last step of race is",
        ),
        ((*RACE, "--playhead", "9999", "-o", "a.png"), "--playhead: there is no step 9999; the last step"),
        ((*RACE, "--hold", "-1", "-o", "a.mp4"), "0 <= hold"),
        ((*RACE, "--size", "9000x200", "-o", "a.mp4"), "at most 4096x4096"),
        ((*RACE, "--fps", "60", "-o", "a.gif"), "at most 50"),
        ((*RACE, "-o", "missing/a.mp4"), "missing/a.mp4 cannot be written"),
        ((*RACE, "--film", "-o", "a.mp4"), "--film belongs to --all-lessons"),
        (("--all-lessons", *RACE, "-o", "folder/"), "--landscape does not go with --all-lessons"),
        (("--all-lessons", "-o", "a/", "-o", "b/"), "needs one folder"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    export: Command, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    code, error = export(*arguments)
    assert code == 2
    assert message in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def style(*_: object) -> Style:
    return Style(text_size=8)


def test_every_scene_of_a_lesson_is_a_picture(tmp_path: Path) -> None:
    lesson = lessons.get(lessons.ids()[0], "ja")
    orders = picture_jobs(lesson, tmp_path, ".png", Sheet(200, 150), style, with_metadata=True)
    assert len(orders) == len(lesson.scenes)
    assert orders[0].path.name == f"{lesson.id}.ja-01.png"
    orders[0].run(orders[0].path)
    assert experiment_in(orders[0].path).landscape == lesson.scenes[0].experiment.landscape


def test_a_lesson_is_one_film(tmp_path: Path) -> None:
    lesson = lessons.get(lessons.ids()[0], "en")
    order = film_job(lesson, tmp_path / "film.mp4", "mp4", Sheet(128, 96), 2.0, style)
    film = order.film()
    assert [segment.figure.caption.splitlines()[0] for segment in film.segments] == [
        s.title for s in lesson.scenes
    ]
    assert film.seconds >= 2 * len(lesson.scenes)
    order.run(order.path)
    with av.open(str(order.path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == film.frames


LESSON = """+++
id = "mine"
title = "Mine"
language = "ja"
+++
# One
```toml experiment
landscape = "himmelblau"
steps = 5
[[racers]]
optimizer = "gd"
lr = 0.01
```
---
# Two
```toml experiment
steps = 9
```
"""


def test_a_lesson_of_ones_own_is_a_film(export: Export, tmp_path: Path) -> None:
    Path("mine.md").write_text(LESSON, encoding="utf-8")
    assert export("mine.md", *SMALL, "--fps", "2", "-o", "{name}.mp4", "-o", "{name}/") == (0, "")
    with av.open("mine.mp4") as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert frames >= 2 * 2 * 2
    assert len(list(Path("mine").iterdir())) == frames


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mine.md", "-o", "a.png"), "a.png is no film"),
        (("mine.md", "race.optx", "-o", "a.mp4"), "race.optx is no lesson"),
        (("mine.md", "--steps", "3", "-o", "a.mp4"), "--steps does not go with a lesson"),
        (("wrong.md", "-o", "a.mp4"), "wrong.md: line 8: "),
        (("missing.md", "-o", "a.mp4"), "missing.md cannot be read"),
        (("mine.md", "wrong.md", "-o", "a.mp4"), "wrong.md: line 8: "),
    ],
)
def test_a_lesson_that_cannot_be_a_film_is_told(
    export: Command, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    Path("mine.md").write_text(LESSON, encoding="utf-8")
    Path("wrong.md").write_text(LESSON.replace("himmelblau", "himmelblow"), encoding="utf-8")
    code, error = export(*arguments)
    assert code == 2
    assert message in error
    assert error.count("\n") == 1
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mine.md", "wrong.md"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_captions_are_plain_and_short(language: str) -> None:
    for id in lessons.ids():
        for scene in lessons.get(id, language).scenes:  # type: ignore[arg-type]
            told = first_sentence(scene)
            assert len(told) <= 150
            assert not set("<>$\n").intersection(told)
            assert scene_figure(scene).parts


def test_a_film_says_when_it_is_a_little_larger_than_asked_for(export: Export, tmp_path: Path) -> None:
    short = ("--range", "0,2", "--hold", "0")
    code, said = export(*RACE, "--size", "161x121", *short, "-o", "film.mp4")
    assert code == 0
    assert "film.mp4 has 162x122 pixels instead of 161x121" in said
    assert export(*RACE, "--size", "161x121", *short, "-o", "film.gif") == (0, "")
    assert export(*RACE, "--size", "160x120", *short, "-o", "even.mp4") == (0, "")


def test_a_transparent_mp4_is_refused_and_others_are_not(export: Export, tmp_path: Path) -> None:
    short = (*SMALL, "--range", "0,2", "--hold", "0", "--transparent")
    code, said = export(*RACE, *short, "-o", "film.mp4")
    assert code == 2
    assert "MP4 film cannot be transparent" in said
    assert not list(tmp_path.iterdir())
    assert export(*RACE, *short, "-o", "film.apng") == (0, "")


@pytest.mark.parametrize("dpi", [None, 150, 300, 600])
def test_dots_per_inch_of_a_preset_change_pixels_and_no_millimetres(
    export: Command, tmp_path: Path, dpi: int | None
) -> None:
    from PIL import Image

    asked = () if dpi is None else ("--dpi", str(dpi))
    assert export(*RACE, "--playhead", "0", "--preset", "paper", *asked, "-o", "a.png") == (0, "")
    with Image.open(tmp_path / "a.png") as picture:
        size, density = picture.size, picture.info["dpi"]
    assert density[0] == pytest.approx(dpi or 600, abs=0.1)
    assert size[0] / density[0] * 25.4 == pytest.approx(85, abs=0.2)
    assert size[1] / density[1] * 25.4 == pytest.approx(63.75, abs=0.2)
