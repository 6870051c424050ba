"""Pictures and films of a network on the command line, and why others have none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from optexplorer.experiment import files
from tests.command_line import Command
from tests.shown_networks import corners, experiment_with, network


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    experiment = experiment_with(network(corners(), (4, 3)), steps=6, network=False, anatomy=False)
    path = tmp_path / "net.optx"
    path.write_bytes(files.to_json(experiment))
    return path


def variety(path: Path) -> int:
    image = QImage(str(path))
    return len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)})


def test_a_network_is_exported_though_the_window_does_not_show_it(
    command: Command, saved: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "net.png"
    done = command("export", saved, "--view", "network", "--size", "640x480", "-o", picture)
    assert done.code == 0, done.err
    assert variety(picture) > 50


def test_a_network_is_part_of_a_figure_of_lines(command: Command, saved: Path, tmp_path: Path) -> None:
    for suffix in ("svg", "pdf"):
        picture = tmp_path / f"net.{suffix}"
        done = command("export", saved, "--parts", "network,loss", "--size", "640x480", "-o", picture)
        assert done.code == 0, done.err
        assert picture.stat().st_size > 4000


def test_a_film_of_a_network_shows_every_step(command: Command, saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    folder.mkdir()
    options = ["--size", "320x240", "--fps", "30", "--range", "0,4", "--hold", "0"]
    done = command("export", saved, "--view", "network", *options, "-o", f"{folder}/")
    assert done.code == 0, done.err
    frames = sorted(folder.glob("*.png"))
    assert len(frames) > 4
    assert len({frame.read_bytes() for frame in frames}) >= 4


def test_a_formula_has_no_network_and_says_so(command: Command, tmp_path: Path) -> None:
    done = command(
        "export", "--landscape", "ravine", "--optimizer", "gd", "--view", "network", "-o", tmp_path / "no.png"
    )
    assert done.code != 0
    assert "no network" in done.err
    assert not (tmp_path / "no.png").exists()
