"""The command line: tables of races and landscapes."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import optexplorer as ox
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from tests.command_line import Command

RACE = Experiment.model_validate(
    {"landscape": "booth", "racers": [{"optimizer": "adam"}, {"optimizer": "gd"}], "steps": 30}
)
RUN = ("--landscape", "booth", "--optimizer", "adam", "--steps", "30")


def test_run_writes_arrays_that_need_no_pickle(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "adam.npz"
    done = command("run", *RUN, "--format", "npz", "-o", str(path))
    assert (done.code, done.err) == (0, "")
    same = ox.run("booth", "adam", steps=30, stop_when_converged=False)
    with np.load(path, allow_pickle=False) as held:
        np.testing.assert_array_equal(held["loss"], same.loss)
        assert json.loads(str(held["about"]))["columns"]["lr"]["meaning"].startswith("learning rate")


def test_bytes_are_not_printed(command: Command) -> None:
    done = command("run", *RUN, "--format", "npz")
    assert done.code == 2
    assert done.err == "optexplorer: --format npz makes no text; name a file with -o\n"


def test_data_holds_all_racers_of_a_file(command: Command, tmp_path: Path) -> None:
    files.write(tmp_path / "race.optx", RACE)
    done = command("data", str(tmp_path / "race.optx"), "-o", str(tmp_path / "race.csv"))
    assert done.code == 0, done.err
    header, *rows = (tmp_path / "race.csv").read_text(encoding="utf-8").splitlines()
    assert header == "racer,step,x,y,loss,grad_x,grad_y,lr"
    assert len(rows) == 62
    about = json.loads((tmp_path / "race.csv.json").read_text(encoding="utf-8"))
    assert list(about["endings"]) == ["adam", "gd"]


def test_data_holds_the_landscape_on_a_grid(command: Command, tmp_path: Path) -> None:
    done = command("data", *RUN, "--what", "landscape", "--points", "5", "-o", str(tmp_path / "grid.json"))
    assert done.code == 0, done.err
    held = json.loads((tmp_path / "grid.json").read_text(encoding="utf-8"))
    x, y, loss = (np.array([row[name] for row in held]) for name in ("x", "y", "loss"))
    np.testing.assert_allclose(loss, (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2)


@pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_data_as_parquet(command: Command, tmp_path: Path) -> None:
    import pyarrow.parquet

    done = command("data", *RUN, "-o", str(tmp_path / "race.parquet"))
    assert done.code == 0, done.err
    assert pyarrow.parquet.read_table(tmp_path / "race.parquet").num_rows == 31


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*RUN, "-o", "race.xlsx"), "race.xlsx has no ending for a table; use .csv, .json, .npz, .parquet"),
        ((*RUN, "--what", "landscape", "--points", "1", "-o", "x.csv"), "points = 1 is not allowed; 2 <= points <= 2000"),
        (("none.optx", "-o", "x.csv"), "none.optx cannot be read: No such file or directory"),
        ((*RUN, "-o", "no/such/folder/x.csv"), "x.csv cannot be written: No such file or directory"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_told_in_one_line(
    command: Command, arguments: tuple[str, ...], message: str
) -> None:
    done = command("data", *arguments)
    assert done.code == 2
    assert message in done.err
    assert done.err.count("\n") == 1


def test_what_describes_the_columns_overwrites_nothing_of_others(command: Command, tmp_path: Path) -> None:
    path, beside = tmp_path / "race.csv", tmp_path / "race.csv.json"
    for _ in range(2):
        assert command("data", *RUN, "-o", str(path)).code == 0
    path.unlink()
    beside.write_text("[1, 2]", encoding="utf-8")
    done = command("data", *RUN, "-o", str(path))
    assert done.code == 2
    assert "race.csv.json exists already, and would be overwritten" in done.err
    assert beside.read_text(encoding="utf-8") == "[1, 2]"
    assert not path.exists()
