"""Landscapes of three and five coordinates on the command line: tables and charts whole, pictures refused in words."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.racer import Racer
from tests.command_line import Command
from tests.misbehaving import bowl


@pytest.fixture(params=["xyz", "abcdf"])
def race(request: pytest.FixtureRequest) -> Experiment:
    return Experiment(
        landscape=bowl(request.param), racers=(Racer(optimizer=GradientDescent(lr=0.05)),), steps=6
    )


@pytest.fixture
def saved(race: Experiment, tmp_path: Path) -> Path:
    path = tmp_path / "race.optx"
    path.write_bytes(files.to_json(race))
    return path


def test_run_prints_every_coordinate(command: Command) -> None:
    done = command(
        "run", "--landscape", "de-jong-n5", "--optimizer", "gd", "--steps", "3", "--format", "json"
    )
    assert done.code == 0, done.err
    assert "loss" in json.loads(done.out)


def test_data_has_every_coordinate(command: Command, race: Experiment, saved: Path, tmp_path: Path) -> None:
    table = tmp_path / "race.csv"
    done = command("data", saved, "-o", table)
    assert done.code == 0, done.err
    [header, *rows] = csv.reader(io.StringIO(table.read_text(encoding="utf-8")))
    names = race.resolve_landscape().variables
    assert set(names) <= set(header)
    assert len(rows) == 7
    # Gradient descent on k x_k^2 from x: x (1 - 2 k 0.05) after a step.
    for k, name in enumerate(names, start=1):
        first, second = (float(row[header.index(name)]) for row in rows[:2])
        assert second == pytest.approx(first * (1 - 0.1 * k))


def test_export_makes_the_chart_and_refuses_the_map_in_words(
    command: Command, saved: Path, tmp_path: Path
) -> None:
    chart, whole = tmp_path / "chart.png", tmp_path / "whole.svg"
    for options in (["-o", chart], ["--view", "figure", "-o", whole]):
        done = command("export", saved, "--size", "400x300", *options)
        assert done.code == 0, done.err
    assert chart.stat().st_size > 2000
    assert whole.stat().st_size > 2000
    for view in ("contour", "surface", "curve"):
        done = command("export", saved, "--view", view, "-o", tmp_path / "no.png")
        assert done.code == 2
        assert "coordinates" in done.err
        assert "--view loss" in done.err
    assert not (tmp_path / "no.png").exists()


def test_a_plane_is_exported_as_map_and_surface(command: Command, race: Experiment, tmp_path: Path) -> None:
    n = race.resolve_landscape().dimension
    plane = Plane(origin=(0.5,) * n, directions=((1.0,) * n, (1.0, *[0.0] * (n - 1))))
    on_plane = race.model_copy(update={"view": race.view.model_copy(update={"plane": plane})})
    path = tmp_path / "plane.optx"
    path.write_bytes(files.to_json(on_plane))
    for view in ("contour", "surface", "figure"):
        picture = tmp_path / f"{view}.png"
        done = command("export", path, "--view", view, "--size", "400x300", "-o", picture)
        assert done.code == 0, done.err
        assert picture.stat().st_size > 2000


def test_a_film_of_the_chart_is_made(command: Command, saved: Path, tmp_path: Path) -> None:
    film = tmp_path / "race.gif"
    done = command("export", saved, "--size", "160x120", "--fps", "10", "-o", film)
    assert done.code == 0, done.err
    assert film.stat().st_size > 500


@pytest.mark.parametrize(
    "plane",
    [
        "pca",
        "pca:1",
        "random:7",
        "weights:1,0",
        "weights:y,x",
        "hessian",
        "hessian:start",
        "points:start,1.2,1.end",
    ],
)
def test_a_plane_is_found_on_the_command_line(command: Command, tmp_path: Path, plane: str) -> None:
    path, picture = tmp_path / "race.optx", tmp_path / "map.png"
    # A path that bends, so that three of its points span a plane.
    race = Experiment(landscape=bowl("xyz"), racers=(Racer(optimizer=GradientDescent(lr=0.05)),), steps=6)
    path.write_bytes(files.to_json(race))
    done = command("export", path, "--plane", plane, "--size", "400x300", "-o", picture)
    assert done.code == 0, done.err
    assert picture.stat().st_size > 2000


def test_a_line_is_exported_as_a_curve(command: Command, saved: Path, tmp_path: Path) -> None:
    picture = tmp_path / "line.png"
    done = command("export", saved, "--plane", "line:1.start,1.end", "--size", "400x300", "-o", picture)
    assert done.code == 0, done.err
    done = command("export", saved, "--plane", "line", "--view", "contour", "-o", picture)
    assert done.code == 2
    assert "--view curve" in done.err


@pytest.mark.parametrize(
    ("plane", "words"),
    [
        ("pcs", "there is no plane 'pcs'; there are pca"),
        ("pca:3", "there is no racer 3; they have the numbers 1 to 1"),
        ("pca:0", "counted from 1"),
        ("weights:0,99", "there is no parameter 99"),
        ("weights:0,nothing", "there is no parameter 'nothing'"),
        ("weights:1,1", "1 is given twice"),
        ("weights:1", "weights"),
        ("points:start,1.end", "needs 3, but 2 are given"),
        ("line:here,there", "'here' is not understood; it should look like start, 1.start"),
        ("random:x", "random:7"),
    ],
)
def test_planes_that_cannot_be_are_refused_in_words(
    command: Command, saved: Path, tmp_path: Path, plane: str, words: str
) -> None:
    done = command("export", saved, "--plane", plane, "-o", tmp_path / "no.png")
    assert done.code == 2
    assert words in done.err
    assert not (tmp_path / "no.png").exists()


def test_a_plane_that_the_paths_do_not_span_is_told(command: Command, tmp_path: Path) -> None:
    # The racer begins in the minimum and stays there.
    still = Experiment(
        landscape=bowl("xyz"), racers=(Racer(optimizer=GradientDescent()),), start=(0.0, 0.0, 0.0), steps=6
    )
    path = tmp_path / "still.optx"
    path.write_bytes(files.to_json(still))
    for output in ("map.png", "map.gif"):
        done = command(
            "export",
            path,
            "--plane",
            "pca",
            "--view",
            "contour",
            "--size",
            "200x160",
            "-o",
            tmp_path / output,
        )
        assert done.code == 2
        assert "have not moved" in done.err
