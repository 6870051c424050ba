"""`optexplorer basins`: pictures and tables of basin maps, what it refuses, and that it can be broken off and resumed."""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

import optexplorer as ox
from optexplorer.cli import interruption
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.metadata import experiment_in
from tests.command_line import Command

RACE = ("--landscape", "himmelblau", "--optimizer", "gd", "--set", "lr=0.01", "--steps", "120")
FORMS = [form for form in ("csv", "npz", "parquet") if form != "parquet" or find_spec("pyarrow")]

pytestmark = pytest.mark.usefixtures("qapp")


def test_shares_are_told_and_a_picture_is_written(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "basins.png"
    said = command("basins", *RACE, "--size", "32", "-o", file)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert [line.split("%")[1].split(" at")[0].strip() for line in lines[:4]] == [
        f"minimum {k}" for k in (1, 2, 3, 4)
    ]
    assert sum(float(line.split("%")[0]) for line in lines[:4]) == pytest.approx(100, abs=0.1)
    assert lines[-1] == "100.00 %  find a global minimum"
    assert QImage(str(file)).width() == 1600
    # It opens as an experiment that shows the same.
    experiment = experiment_in(file)
    assert experiment.appearance.basins
    assert experiment.racers[0].optimizer.id == "gd"


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_files_of_lines(command: Command, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"basins.{kind}"
    assert (
        command("basins", *RACE, "--size", "16", "-o", file, "--theme", "dark", "--language", "ja").code == 0
    )
    assert file.read_bytes().startswith(b"<?xml" if kind == "svg" else b"%PDF")


def test_a_row_for_each_start(command: Command, tmp_path: Path) -> None:
    file, picture = tmp_path / "basins.csv", tmp_path / "beside.png"
    said = command(
        "basins", *RACE, "--size", "6x4", "--window", "-4,2,-3,1", "-o", file, "--picture", picture
    )
    assert said.code == 0
    assert picture.exists()
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert len(rows) == 24
    minima = np.array([minimum.position for minimum in ox.landscape("himmelblau").minima])
    for row in rows[::5]:
        start = (float(row["start_x"]), float(row["start_y"]))
        assert start == pytest.approx((-3.5 + int(row["column"]), -2.5 + int(row["row"])))
        path = ox.run("himmelblau", ox.GradientDescent(lr=0.01), start=start, steps=120)
        assert (row["end_x"], row["end_y"]) == tuple(map(repr, path.position[-1].tolist()))
        assert int(row["steps"]) == path.steps
        assert row["outcome"] == "minimum"
        nearest = int(np.linalg.norm(minima - path.position[-1], axis=1).argmin())
        assert int(row["minimum"]) == nearest + 1


@pytest.mark.parametrize("form", FORMS)
def test_broken_off_and_resumed(
    command: Command, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optexplorer.runs.basins.BLOCK_NUMBERS", 100)
    arguments = (
        "basins",
        "--landscape",
        "mccormick",
        "--optimizer",
        "gd",
        "--set",
        "lr=0.2",
        "--steps",
        "900",
        "--size",
        "20",
        "--window",
        "-4.5,4,-5.5,4",
    )
    whole, broken = tmp_path / f"whole.{form}", tmp_path / f"broken.{form}"
    assert command(*arguments, "-o", whole).code == 0
    asked = 0

    def soon(self: object) -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with monkeypatch.context() as breaking:
        breaking.setattr(interruption.Interruption, "asked", soon)
        said = command(*arguments, "-o", broken, "--picture", tmp_path / "no.png")
    assert said.code == 130
    assert "--resume goes on" in said.err
    assert "no.png is not written" in said.err
    assert not (tmp_path / "no.png").exists()
    said = command(*arguments, "-o", broken, "--resume")
    assert said.code == 0
    assert broken.read_bytes() == whole.read_bytes()
    # Starts outside of the domain find a further minimum, which is told as well.
    assert "minimum 3 at" in said.out
    said = command(*arguments, "-o", broken, "--resume")
    assert "are in" in said.err
    assert "minimum 3 at" in said.out
    other = command(*arguments, "--window", "-1,1,-1,1", "-o", broken, "--resume")
    assert other.code == 2
    assert "of another basins: basins.window" in other.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*RACE,), "Missing option '-o'"),
        ((*RACE, "-o", "basins.gif"), "no ending for results"),
        ((*RACE, "-o", "basins.png", "--resume"), "--resume goes on with a table"),
        ((*RACE, "-o", "b.csv", "--picture", "b.npz"), "its name ends in .png, .svg, .pdf"),
        ((*RACE, "--optimizer", "adam", "-o", "b.png"), "that of one optimizer"),
        ((*RACE, "-o", "b.png", "--size", "0"), "cannot have 0 × 0 cells"),
        ((*RACE, "-o", "b.png", "--size", "4x0"), "cannot have 0 × 4 cells"),
        ((*RACE, "-o", "b.png", "--size", "99999"), "too large; at most 16,777,216 cells"),
        ((*RACE, "-o", "b.png", "--size", "many"), "it should look like 512 or 640x480"),
        ((*RACE, "-o", "b.png", "--window", "1,2,3"), "it should look like -2,2,-1,3"),
        ((*RACE, "-o", "b.png", "--window", "1,1,3,4"), "low < high"),
        ((*RACE, "-o", "nowhere/b.png"), "there is no folder"),
        (("--landscape", "double-well-1d", "--optimizer", "gd", "-o", "b.png"), "ask for a table"),
        (("--landscape", "matrix-factorisation", "--optimizer", "gd", "-o", "b.png", "--plane", "none"), "--plane"),
    ],
)  # fmt: skip
def test_what_it_refuses(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = command("basins", *arguments)
    assert said.code == 2
    assert message in said.err
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten_without_being_asked(command: Command, tmp_path: Path) -> None:
    for name in ("b.png", "b.npz"):
        file = tmp_path / name
        file.write_text("mine")
        said = command("basins", *RACE, "--size", "8", "-o", file)
        assert said.code == 2
        assert "exists already" in said.err
        assert file.read_text() == "mine"
        assert command("basins", *RACE, "--size", "8", "-o", file, "--overwrite").code == 0
        assert file.read_bytes() != b"mine"


def test_one_coordinate_and_planes_have_tables(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    said = command(
        "basins",
        "--landscape",
        "double-well-1d",
        "--optimizer",
        "gd",
        "--set",
        "lr=0.05",
        "--size",
        "8",
        "-o",
        file,
    )
    assert said.code == 0
    assert " 50.00 %  minimum 1" in said.out
    assert len(file.read_text().splitlines()) == 9
    plane = tmp_path / "p.npz"
    said = command(
        "basins", "--landscape", "matrix-factorisation", "--optimizer", "gd", "--set", "lr=0.1", "--steps", "900",
        "--size", "4", "--plane", "weights:0,1", "-o", plane,
    )  # fmt: skip
    assert said.code == 0
    with np.load(plane) as found:
        assert {"u", "v", "end_u1", "minimum"} & set(found) >= {"u", "v", "minimum"}
        assert found["cell"].shape == (16,)


def test_in_processes_it_is_the_same(command: Command, tmp_path: Path) -> None:
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    assert command("basins", *RACE, "--size", "24", "-o", one).code == 0
    assert command("basins", *RACE, "--size", "24", "-o", two, "--workers", "2").code == 0
    assert one.read_bytes() == two.read_bytes()


def test_in_scripts(tmp_path: Path, command: Command) -> None:
    told: list[int] = []
    found = ox.basins(
        "himmelblau",
        ox.GradientDescent(lr=0.01),
        size=24,
        steps=120,
        progress=lambda progress: told.append(progress.done),
    )
    assert told[-1] == 24 * 24
    assert found.labels.shape == (24, 24)
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.global_share == pytest.approx(1)
    assert len(found.minima) == 4
    assert (found.outcomes == "minimum").all()
    assert found.position.shape == (2, 24, 24)
    assert found.steps.max() <= 120
    assert "24 × 24 starts" in repr(found)
    assert str(found).splitlines()[-1] == "100.00 %  find a global minimum"
    assert found._repr_png_()
    found.save(tmp_path / "script.npz")
    assert command("basins", *RACE, "--size", "24", "-o", tmp_path / "command.npz").code == 0
    assert (tmp_path / "script.npz").read_bytes() == (tmp_path / "command.npz").read_bytes()
    found.save(tmp_path / "script.svg")
    assert len(found.columns()["minimum"]) == 24 * 24
    part = ox.basins("himmelblau", ox.GradientDescent(lr=0.01), size=(6, 4), window=(-1, 1, -2, 2))
    assert part.labels.shape == (4, 6)
    line = ox.basins("double-well-1d", "gd", size=16, window=(-1, 1))
    assert line.labels.shape == (1, 16)
    assert line._repr_png_() is None
    with pytest.raises(ValueError, match="save a table"):
        line.save(tmp_path / "line.png")
    with pytest.raises(ValueError, match="--plane"):
        ox.basins("matrix-factorisation", "gd")
    with pytest.raises(ValueError, match="at most 100,000 steps"):
        ox.basins("himmelblau", "gd", steps=1_000_000)
    with pytest.raises(ValueError, match="low < high"):
        ox.basins("himmelblau", "gd", window=(1, 0, 0, 1))


def test_experiments_with_basins_are_exported_with_them(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optexplorer.scene.basins.SIDE", 32)
    racers = [{"optimizer": {"id": "gd", "lr": 0.01}}]
    for name, on in (("with", True), ("without", False)):
        experiment = Experiment(landscape="himmelblau", racers=racers, appearance={"basins": on})
        experiment.save(tmp_path / f"{name}.optx")
        for end in ("png", "svg"):
            said = command(
                "export", tmp_path / f"{name}.optx", "-o", tmp_path / f"{name}.{end}", "--size", "400x300"
            )
            assert said.code == 0, said.err
    for end in ("png", "svg"):
        assert len((tmp_path / f"with.{end}").read_bytes()) != len((tmp_path / f"without.{end}").read_bytes())
    assert b"<image" in (tmp_path / "with.svg").read_bytes()
