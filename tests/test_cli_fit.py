"""`optexplorer export --view fit`, and lessons that show the fit."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtGui import QImage

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import to_json
from optexplorer.experiment.racer import Racer
from optexplorer.export.lesson_export import scene_figure
from optexplorer.export.metadata import experiment_in
from optexplorer.lessons.reading import parse_lesson
from tests.command_line import Command

pytestmark = pytest.mark.usefixtures("qapp")

SMALL = ("--size", "320x240")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    racers = (Racer(optimizer=Adam(lr=0.2)), Racer(optimizer=Adam(lr=0.01)))
    line = {"kind": "model", "data": {"id": "line", "examples": 20}, "model": "linear"}
    path = tmp_path / "line.optx"
    path.write_bytes(to_json(Experiment(landscape=line, racers=racers, steps=12)))
    return path


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_fit_is_a_picture_that_carries_the_experiment(
    command: Command, tmp_path: Path, file: Path, suffix: str
) -> None:
    path = tmp_path / f"fit.{suffix}"
    assert command("export", file, "--view", "fit", *SMALL, "-o", path).code == 0
    assert experiment_in(path) == experiment_in(file)


def test_the_fit_is_that_of_the_playhead(command: Command, tmp_path: Path, file: Path) -> None:
    images = []
    for step in ("0", "12"):
        path = tmp_path / f"at-{step}.png"
        assert command("export", file, "--view", "fit", "--playhead", step, *SMALL, "-o", path).code == 0
        images.append(QImage(str(path)))
    assert images[0] != images[1]


def test_a_figure_of_data_has_the_fit_among_its_parts(command: Command, tmp_path: Path, file: Path) -> None:
    pictures = []
    for name, more in (("whole", ()), ("parts", ("--parts", "surface,contour,fit,loss"))):
        path = tmp_path / f"{name}.png"
        assert command("export", file, "--view", "figure", *more, *SMALL, "-o", path).code == 0
        pictures.append(QImage(str(path)))
    assert pictures[0] == pictures[1]


def test_a_film_of_surface_and_fit_side_by_side(command: Command, tmp_path: Path, file: Path) -> None:
    path = tmp_path / "film.mp4"
    options = ("--view", "figure", "--parts", "surface,fit", "--fps", "10", "--hold", "0.2")
    assert command("export", file, *options, "--size", "320x160", "-o", path).code == 0
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
    for half in (np.s_[:, :160], np.s_[:, 160:]):
        assert np.abs(frames[0][half] - frames[-1][half]).max() > 60


def test_without_data_there_is_no_fit_and_the_message_says_what_there_is(
    command: Command, tmp_path: Path
) -> None:
    race = ("--landscape", "beale", "--optimizer", "adam")
    said = command("export", *race, "--view", "fit", "-o", tmp_path / "a.png")
    assert said.code == 2
    assert "not made of data" in said.err
    assert "--view contour" in said.err


LESSON = """+++
id = "fits"
title = "Fits"
language = "en"
+++

# A line

It turns.

```toml experiment
landscape = {landscape}
steps = 5
views = {views}
[[racers]]
optimizer = "adam"
```
"""


def test_a_lesson_shows_the_fit_where_there_are_data() -> None:
    line = '{ kind = "model", data = "line", model = "linear" }'
    scene = parse_lesson(LESSON.format(landscape=line, views='["surface", "fit"]')).scenes[0]
    assert scene_figure(scene).parts == ("surface", "fit")
    with pytest.raises(ValueError, match="needs a landscape of a model and data"):
        parse_lesson(LESSON.format(landscape='"beale"', views='["map", "fit"]'))
