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
