"""Charts on the command line: stability and accuracy, and what they are drawn over."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.command_line import Command

RACE = ("--landscape", "booth", "--optimizer", "gd", "--set", "lr=0.05", "--steps", "20")


def picture(path: Path) -> QImage:
    image = QImage(str(path))
    assert not image.isNull()
    return image


def test_the_stability_is_computed_for_a_picture(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "stability.png"
    asked = ("export", *RACE, "--size", "400x300", "--no-metadata")
    assert command(*asked, "--view", "stability", "-o", str(path)).code == 0
    other = tmp_path / "loss.png"
    assert command(*asked, "--view", "loss", "-o", str(other)).code == 0
    assert picture(path) != picture(other)


@pytest.mark.parametrize("over", ["steps", "log-steps", "evaluations"])
def test_charts_are_drawn_over_what_is_asked_for(command: Command, tmp_path: Path, over: str) -> None:
    path = tmp_path / "chart.svg"
    result = command("export", *RACE, "--view", "loss", "--over", over, "--no-metadata", "-o", str(path))
    assert result.code == 0
    assert ("evaluations" in path.read_text(encoding="utf-8")) is (over == "evaluations")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--view", "accuracy"), "no classes"),
        (("--view", "loss", "--over", "epochs"), "not made of data"),
        (("--view", "loss", "--over", "time"), "log-steps"),
    ],
)
def test_what_a_landscape_does_not_have_is_refused(
    command: Command, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    result = command("export", *RACE, *options, "-o", str(tmp_path / "chart.png"))
    assert result.code != 0
    assert words in result.err
    assert not (tmp_path / "chart.png").exists()


def test_a_film_of_the_stability_agrees_with_its_picture(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "frames"
    result = command(
        "export", *RACE, "--view", "stability", "--size", "320x240", "--fps", "5", "-o", f"{path}/"
    )
    assert result.code == 0
    frames = sorted(path.glob("*.png"))
    still = tmp_path / "still.png"
    assert command("export", *RACE, "--view", "stability", "--size", "320x240", "-o", str(still)).code == 0
    last, end = picture(frames[-1]), picture(still)
    differing = sum(
        last.pixelColor(x, y).lightness() - end.pixelColor(x, y).lightness() not in range(-8, 9)
        for x in range(320)
        for y in range(240)
    )
    assert differing < 60
