"""`optexplorer tune`, `optexplorer.tune` and `optexplorer.fair_race`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import optexplorer as ox
from optexplorer.cli import tune as tune_module
from optexplorer.cli.interruption import Interruption
from optexplorer.runs.tuning import optuna_search
from tests.command_line import Command

BOWL = ("--formula", "x^2 + 10*y^2", "--domain", "x=-3,3", "--domain", "y=-3,3", "--optimizer", "gd")
SMALL = ("--candidates", "24", "--starts", "2", "--fresh", "4", "--steps", "60")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_the_winner_is_printed_as_options_of_other_commands(command: Command, tmp_path: Path) -> None:
    said = command("tune", *BOWL, "--search", "lr=1e-3:1:log", "--candidates", "64", "--steps", "60")
    assert (said.code, said.err) == (0, "")
    options = said.out.splitlines()[-1]
    assert options.startswith("--optimizer gd --set lr=")
    # 2/(2 + 20), of the curvatures 2 and 20.
    assert float(options.split("lr=")[1]) == pytest.approx(1 / 11, rel=0.1)
    assert "times larger" in said.out
    path = tmp_path / "path.csv"
    assert command("run", *BOWL[:-2], *options.split(), "-o", str(path)).code == 0


def test_the_file_has_all_candidates(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    asked = ("tune", "--landscape", "booth", "--optimizer", "momentum", *SMALL, "--set", "lr=0.01")
    assert command(*asked, "-o", str(path)).code == 0
    rows = rows_of(path)
    assert [row["kind"] for row in rows] == ["default", "present", *["searched"] * 24]
    assert rows[1]["lr"] == "0.01"
    assert sum(row["winner"] == "True" for row in rows) == 1
    about = json.loads((tmp_path / "all.csv.json").read_text())
    assert about["on fresh starts"]["descents"] == 4
    assert about["explanation"]
    before = path.read_bytes()
    assert "exists already" in command(*asked, "-o", str(path)).err
    assert command(*asked, "-o", str(path), "--overwrite", "--workers", "2").code == 0
    assert path.read_bytes() == before


def test_several_optimizers_are_a_fair_race(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "race.json"
    said = command(
        "tune", "--landscape", "ravine", "--optimizer", "gd", "--optimizer", "momentum", "--optimizer", "newton",
        *SMALL, "--budget", "50", "--search", "momentum.momentum", "--search", "momentum.lr=1e-3:1", "-o", str(path),
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    assert "Budget: 50 gradients" in said.out
    assert "A loss costs 1/3 of one, a Hessian 2" in said.out
    ranked = [line.split()[1] for line in said.out.splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert ranked == ["newton", "momentum", "gd"]
    options = said.out.splitlines()[-1]
    assert options.count("--optimizer") == 3
    assert "--set momentum.momentum=" in options
    rows = json.loads(path.read_text())
    assert {row["optimizer"] for row in rows} == {"gd", "momentum", "newton"}
    assert all((row["momentum"] is None) == (row["optimizer"] != "momentum") for row in rows)
    about = json.loads((tmp_path / "race.json.json").read_text())
    assert [each["optimizer"] for each in about["ranking"]] == ranked


def test_networks_are_judged_by_held_out_examples(command: Command) -> None:
    said = command("tune", "--data", "moons", "--layers", "2,3,2", "--held-out", "0.3", "--optimizer", "adam",
                   "--candidates", "3", "--starts", "1", "--fresh", "1", "--steps", "15", "--batch-size", "16")  # fmt: skip
    assert (said.code, said.err) == (0, "")
    assert "held-out loss" in said.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*BOWL, "--search", "lr=1:0.1"), "low < high"),
        ((*BOWL, "--search", "lr=0:1:log"), "above 0"),
        ((*BOWL, "--search", "lr=a:b"), "should look like"),
        ((*BOWL, "--search", "lr=0.1:1:cubic"), "should look like"),
        ((*BOWL, "--search", "=1:2"), "should look like"),
        ((*BOWL, "--search", "lr=1:1e9"), "lr"),
        ((*BOWL, "--search", "l=0.1:1"), "no setting 'l'"),
        ((*BOWL, "--search", "lr", "--search", "lr"), "two ranges of 'lr'"),
        ((*BOWL, "--search", "adam.lr"), "no adam in this race"),
        ((*BOWL, "--optimizer", "gd"), "named twice"),
        ((*BOWL, "--tolerance", "0.1"), "lowest loss is known"),
        (("--landscape", "booth", "--optimizer", "gd", "--tolerance", "-1"), "above 0"),
        ((*BOWL, "--overwrite"), "needs a file"),
        ((*BOWL, "-o", "table.txt"), "no ending for a table"),
        ((*BOWL, "--candidates", "1000000", "--starts", "100000"), "too many"),
        ((*BOWL, "--criterion", "target"), "finite target"),
    ],
)
def test_what_cannot_be_searched(command: Command, arguments: tuple[str, ...], message: str) -> None:
    said = command("tune", *arguments)
    assert said.code == 2
    assert message in said.err
    assert said.out == ""


def test_optuna_that_is_not_installed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optuna_search, "has_optuna", lambda: False)
    said = command("tune", *BOWL, *SMALL, "--method", "optuna")
    assert said.code == 2
    assert "pip install 'optexplorer[optuna]'" in said.err


def test_optuna(command: Command) -> None:
    said = command("tune", "--landscape", "ravine", "--optimizer", "gd", *SMALL, "--method", "optuna")
    assert (said.code, said.err) == (0, "")
    again = command("tune", "--landscape", "ravine", "--optimizer", "gd", *SMALL, "--method", "optuna")
    assert again.out == said.out


def test_what_is_finished_is_kept_when_it_is_interrupted(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    looks = iter(range(1000))
    monkeypatch.setattr(Interruption, "asked", lambda self: next(looks) > 3)
    path = tmp_path / "part.csv"
    said = command("tune", *BOWL, *SMALL, "-o", str(path))
    assert said.code == 130
    assert "no winner" in said.err
    assert len(rows_of(path)) == 25
    looks = iter(range(1000))
    said = command("tune", *BOWL, "--optimizer", "adam", *SMALL)
    assert said.code == 130
    assert "not finished" in said.err


def test_a_file_that_cannot_be_written(command: Command, tmp_path: Path) -> None:
    said = command("tune", *BOWL, *SMALL, "-o", str(tmp_path / "missing" / "a.csv"))
    assert said.code == 2
    assert "cannot be written" in said.err


def test_python_finds_what_the_command_line_does(command: Command, tmp_path: Path) -> None:
    seen: list[object] = []
    found = ox.tune(
        "booth", ox.Momentum(lr=0.01), steps=60, candidates=24, starts=2, fresh=4, progress=seen.append
    )
    found.save(tmp_path / "python.csv")
    line = tmp_path / "line.csv"
    command("tune", "--landscape", "booth", "--optimizer", "momentum", "--set", "lr=0.01", *SMALL, "-o", line)
    assert (tmp_path / "python.csv").read_bytes() == (tmp_path / "line.csv").read_bytes()
    assert seen
    assert found.improved
    assert isinstance(found.optimizer, ox.Momentum)
    assert found.settings["lr"] == found.optimizer.lr
    assert len(found.columns()["lr"]) == 26
    assert "times larger" in " ".join(found.explanation)
    assert repr(found).startswith("Tuning(")


def test_fair_races_in_python() -> None:
    race = ox.fair_race("ravine", ["gd", ox.Momentum()], 60, candidates=32, starts=3, fresh=6)
    assert [finish.optimizer.id for finish in race.ranking] == ["momentum", "gd"]
    assert [optimizer.id for optimizer in race.optimizers] == ["gd", "momentum"]
    assert race.curves[0].at[-1] == 60
    assert set(np.unique(race.columns()["optimizer"])) == {"gd", "momentum"}
    assert repr(race) == "FairRace(momentum, gd; budget 60)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"search": {"lr": 3}}, "is no range"),
        ({"search": {"lr": (0.1, 1, "cubic")}}, "scale"),
        ({"search": ["momentum"]}, "no setting 'momentum'"),
        ({"candidates": 0}, "candidates = 0"),
        ({"criterion": "speed"}, "criterion"),
        ({"method": "grid"}, "method"),
        ({"search": []}, "at least one setting"),
    ],
)
def test_wrong_arguments_in_python(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ox.tune("booth", "gd", **arguments)  # type: ignore[arg-type]


def test_a_race_in_python_needs_optimizers() -> None:
    with pytest.raises(ValueError, match="no optimizer"):
        ox.fair_race("booth", [])


def test_ranges_are_read_once() -> None:
    asked = tune_module.SearchOption().convert("adam.lr=1e-5:1:near-one", None, None)
    assert (asked.optimizer, asked.name, asked.ends, asked.scale) == ("adam", "lr", (1e-5, 1.0), "near one")
    assert tune_module.SearchOption().convert(asked, None, None) is asked
