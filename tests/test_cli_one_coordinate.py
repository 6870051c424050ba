"""The command line on landscapes of one coordinate, and pictures of what changes over the steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.command_line import Command

# The application of the other tests, which pictures then use too.
pytestmark = pytest.mark.usefixtures("qapp")


EXPORT = (
    "export",
    "--landscape",
    "double-well-1d",
    "--optimizer",
    "gd",
    "--steps",
    "20",
    "--size",
    "320x240",
)


def picture(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.mark.parametrize("id", ["quadratic-1d", "forrester", "gramacy-lee", "staircase-1d"])
def test_the_table_has_one_coordinate(command: Command, id: str) -> None:
    said = command("run", "--landscape", id, "--optimizer", "adam", "--steps", "3")
    header, *rows = said.out.splitlines()
    assert (said.code, header) == (0, "step,x,loss,grad_x,lr")
    assert [len(row.split(",")) for row in rows] == [5] * 4


def test_a_start_needs_one_number(command: Command) -> None:
    run = ("run", "--landscape", "quadratic-1d", "--optimizer", "gd", "--set", "lr=0.25", "--steps", "1")
    assert command(*run, "--start", "2").out.splitlines()[2].startswith("1,1.0,1.0,2.0,")
    said = command(*run, "--start", "2,3")
    assert said.code == 2
    assert "1 coordinate" in said.err


def test_without_a_view_the_picture_is_the_curve(command: Command, tmp_path: Path) -> None:
    assert command(*EXPORT, "-o", str(tmp_path / "a.png")).code == 0
    assert command(*EXPORT, "--view", "curve", "-o", str(tmp_path / "b.png")).code == 0
    assert (picture(tmp_path / "a.png") == picture(tmp_path / "b.png")).all()


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_a_curve_has_no_map_and_no_surface(command: Command, tmp_path: Path, view: str) -> None:
    said = command(*EXPORT, "--view", view, "-o", str(tmp_path / "a.png"))
    assert said.code == 2
    assert "double-well-1d has no map and no surface" in said.err
    assert "--view curve" in said.err
    assert not list(tmp_path.iterdir())


def test_a_landscape_of_two_coordinates_has_no_curve(command: Command, tmp_path: Path) -> None:
    said = command(
        "export",
        "--landscape",
        "booth",
        "--optimizer",
        "gd",
        "--view",
        "curve",
        "-o",
        str(tmp_path / "a.png"),
    )
    assert said.code == 2
    assert "--view contour or --view surface" in said.err


def test_maps_of_more_coordinates_than_two_are_refused_in_words(command: Command, tmp_path: Path) -> None:
    three = ("--formula", "x^2+y^2+z^2", *(f"--domain={name}=-1,1" for name in "xyz"), "--optimizer", "gd")
    said = command("export", *three, "--view", "contour", "-o", str(tmp_path / "a.png"))
    assert said.code == 2
    assert "has 3 coordinates" in said.err
    assert command("export", *three, "-o", str(tmp_path / "a.png")).code == 0
    assert command("run", *three, "--steps", "1").out.startswith("step,x,y,z,loss,grad_x,grad_y,grad_z,lr\n")


def test_loss_rate_and_gradient_are_charted_over_the_steps(command: Command, tmp_path: Path) -> None:
    schedule = ("--schedule", "step", "--schedule-set", "step_size=5")
    pictures = []
    for view in ("loss", "lr", "gradient"):
        path = tmp_path / f"{view}.png"
        assert command(*EXPORT, *schedule, "--view", view, "-o", str(path)).code == 0
        pictures.append(picture(path))
    for i in range(3):
        for j in range(i):
            assert (pictures[i] != pictures[j]).any()
    # Only the chart of the rate knows of the schedule's steps: without them it is one flat line.
    flat = tmp_path / "flat.png"
    assert command(*EXPORT, "--view", "lr", "-o", str(flat)).code == 0
    assert (picture(flat) != pictures[1]).any()
