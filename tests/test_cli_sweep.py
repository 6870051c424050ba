"""`optexplorer sweep`: its table, what it refuses, and that it can be broken off and resumed."""

from __future__ import annotations

import csv
import errno
import io
import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import optexplorer as ox
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.export.results import result_file
from tests.command_line import Command

RACE = ("--landscape", "himmelblau", "--optimizer", "adam", "--optimizer", "momentum", "--steps", "50")
GRID = ("--grid", "lr=1e-3:0.1:5:log")
FORMS = [form for form in ("csv", "npz", "parquet") if form != "parquet" or find_spec("pyarrow")]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_row_is_a_run(command: Command) -> None:
    """Of what `optexplorer run` does with the same settings, start and seed."""
    said = command(
        "sweep", *RACE, *GRID, "--starts", "3", "--seeds", "2", "--seed", "7", "--source", "noisy", "--tolerance", "2"
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    rows = rows_of(said.out)
    assert [int(row["cell"]) for row in rows] == list(range(2 * 5 * 3 * 2))
    assert {row["seed"] for row in rows} == {"7", "8"}
    for row in rows[::11]:
        optimizer = {"adam": ox.Adam, "momentum": ox.Momentum}[row["optimizer"]](lr=float(row["lr"]))
        start = (float(row["start_x"]), float(row["start_y"]))
        path = ox.run("himmelblau", optimizer, start=start, steps=50, seed=int(row["seed"]), source="noisy")
        assert row["loss"] == repr(path.loss[-1].item())
        assert (row["end_x"], row["end_y"]) == tuple(map(repr, path.position[-1].tolist()))
        assert int(row["steps"]) == path.steps
        assert row["ending"] == path.ending.name.lower().replace("_", " ")
        counts = [row[f"{kind}_evaluations"] for kind in ("loss", "gradient", "hessian")]
        assert counts == ["0", row["steps"], "0"]
        low = np.flatnonzero(path.loss <= 2.0)
        assert row["steps_to_tolerance"] == (str(low[0]) if low.size else "")


def test_one_start_is_the_usual_one_or_the_one_that_is_given(command: Command) -> None:
    (row,) = rows_of(command("sweep", *RACE[:4], "--grid", "lr=0.1").out)
    assert (float(row["start_x"]), float(row["start_y"])) == ox.landscape("himmelblau").start
    (row,) = rows_of(command("sweep", *RACE[:4], "--grid", "lr=0.1", "--start", "1,2").out)
    assert (row["start_x"], row["start_y"]) == ("1.0", "2.0")


def test_several_axes_and_lists(command: Command) -> None:
    said = command(
        "sweep", *RACE[:2], "--optimizer", "momentum", "--grid", "momentum=0,0.9", "--grid", "lr=0.001:0.003:3"
    )  # fmt: skip
    found = [(float(row["momentum"]), float(row["lr"])) for row in rows_of(said.out)]
    assert found == [(m, lr) for m in (0.0, 0.9) for lr in (0.001, 0.002, 0.003)]


def test_a_network_starts_from_other_initial_weights(command: Command) -> None:
    said = command(
        "sweep", "--data", "moons", "--layers", "2,16,2", "--optimizer", "adam", "--starts", "3", "--steps", "5",
        "--target-loss", "10", "--batch-size", "16",
    )  # fmt: skip
    rows = rows_of(said.out)
    assert len({row["loss"] for row in rows}) == 3
    assert {row["steps_to_tolerance"] for row in rows} == {"0"}
    assert "start_x" not in rows[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing varies"),
        (("--grid", "lr=1e-4:1:1000000000:log"), "2,000,000,000 cells; at most 10,000,000"),
        (("--grid", "lr=1:2:" + "9" * 60), "cells; at most 10,000,000"),
        ((*GRID, "--starts", "100000000"), "at most 10,000,000"),
        ((*GRID, "--seeds", "1000000000000"), "at most 10,000,000"),
        (("--grid", "lr=1:2:0"), "at least 1 value, not 0"),
        (("--grid", "lr=1:2:-4"), "at least 1 value, not -4"),
        (("--grid", "lr="), "should look like lr=1e-5:1:200:log"),
        (("--grid", "lr=1:2"), "should look like"),
        (("--grid", "lr=1:2:3:cubic"), "should look like"),
        (("--grid", "=1,2"), "should look like"),
        (("--grid", "lr=0.1,nan"), "finite"),
        (("--grid", "lr=2:1:5"), "low < high"),
        (("--grid", "lr=0:1:5:log"), "begins above 0"),
        (("--grid", "lr=-1:1:5"), "lr = -1.0 is not allowed; 0 < lr"),
        (("--grid", "lr=0.1,0.1"), "listed twice"),
        (("--grid", "lr=0.1,0.2", "--grid", "lr=1,2"), "two ranges of 'lr'"),
        (("--grid", "rl=0.1,0.2"), "did you mean 'lr'?"),
        (("--grid", "momentum=0,0.9"), "adam has no setting 'momentum'"),
        (("--grid", "amsgrad=0,1"), "no number"),
        ((*GRID, "--set", "lr=0.1"), "--set lr and --grid both set it"),
        ((*GRID, "--set", "adam.lr=0.1"), "--set adam.lr and --grid both set it"),
        ((*GRID, "--starts", "0"), "0 is not in the range"),
        ((*GRID, "--starts", "3", "--start", "1,1"), "give one of them"),
        ((*GRID, "--tolerance", "-1"), "at least 0"),
        ((*GRID, "--tolerance", "1", "--target-loss", "1"), "give one of them"),
        ((*GRID, "--target-loss", "nan"), "finite number"),
        ((*GRID, "--seed", str(2**63 - 1), "--seeds", "2"), "seeds go from 0"),
        ((*GRID, "--landscape", "himmelblauu"), "did you mean"),
        ((*GRID, "--resume"), "--resume needs a file"),
        ((*GRID, "--resume", "--overwrite"), "contradict"),
        ((*GRID, "--workers", "0"), "0 is not in the range"),
        ((*GRID, "--workers", "2", "--cluster", "tcp://localhost:1"), "give one of them"),
        ((*GRID, "-o", "a.xlsx"), "use .csv, .npz, .parquet"),
        ((*GRID, "-o", "nowhere/a.csv"), "cannot be written: No such file or directory"),
        ((*GRID, "-o", "a.csv", "--cluster", "localhost"), "should look like tcp://localhost:8786"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    command: Command,
    arguments: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = command("sweep", *RACE, *arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert said.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_whole_numbers_are_asked_for(command: Command) -> None:
    race = ("sweep", "--landscape", "booth", "--optimizer", "l-bfgs")
    assert "history_size is a whole number, not 2.5" in command(*race, "--grid", "history_size=2.5,3").err
    assert len(rows_of(command(*race, "--grid", "history_size=1,2,5").out)) == 3


INTERRUPTED = """
import os, signal, sys
from optexplorer.cli import main
from optexplorer.export.results import result_file
from optexplorer.export.results.results import Results
from optexplorer.runs import sweep
sweep.BLOCK_CELLS = 4
put, done = Results.put, []
def interrupting(*given):
    done.append(put(*given))
    if len(done) == 4:
        for _ in range(times):
            signal.raise_signal(number)
    return done[-1]
if __name__ == "__main__":
    result_file.SAVED_EVERY = float(sys.argv.pop(1))
    result_file.SAVING_SHARE = 1e9
    number, times = signal.Signals[sys.argv.pop(1)], int(sys.argv.pop(1))
    Results.put = interrupting
    sys.exit(main())
"""


def interrupted(
    folder: Path, *arguments: str, saved_every: float = 30, by: str = "SIGINT", times: int = 1
) -> subprocess.CompletedProcess[str]:
    """Run a sweep whose blocks have four cells, and which gets a signal after the fourth block."""
    script = folder / "interrupted.py"
    script.write_text(INTERRUPTED)
    given = [sys.executable, str(script), str(saved_every), by, str(times), "sweep", *RACE, *GRID, *arguments]
    return subprocess.run(given, capture_output=True, text=True, cwd=folder)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
@pytest.mark.parametrize("form", FORMS)
def test_broken_off_and_resumed_it_ends_with_the_same_bytes(
    command: Command, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ("--starts", "4", *(("--workers", "2") if form == "npz" else ()))
    done = interrupted(tmp_path, *where, "-o", f"a.{form}")
    assert done.returncode == 130, done.stderr
    first, second = done.stderr.splitlines()
    assert first.startswith("optexplorer: stopping")
    assert second == "optexplorer: interrupted: 16 of 40 cells are finished; --resume goes on with them"
    monkeypatch.chdir(tmp_path)
    # The blocks need not be the same: cells that are missing are computed.
    assert command("sweep", *RACE, *GRID, *where, "-o", f"a.{form}", "--resume").code == 0
    assert command("sweep", *RACE, *GRID, "--starts", "4", "-o", f"b.{form}").code == 0
    assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / f"b.{form}").read_bytes()
    said = command("sweep", *RACE, *GRID, "--starts", "4", "-o", f"a.{form}", "--resume")
    assert (said.code, said.err) == (0, f"optexplorer: all 40 cells are in a.{form} already\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_what_has_been_saved_survives_an_end_at_once(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = interrupted(tmp_path, "--starts", "4", "-o", "a.csv", saved_every=0, by="SIGKILL")
    assert killed.returncode == -signal.SIGKILL
    twice = interrupted(tmp_path, "--starts", "4", "-o", "b.csv", saved_every=0, times=2)
    assert twice.returncode == 130
    ended = interrupted(tmp_path, "--starts", "4", "-o", "c.csv", by="SIGTERM")
    assert ended.returncode == 130
    monkeypatch.chdir(tmp_path)
    found = {}
    for name in ("a.csv", "b.csv", "c.csv"):
        assert len(rows_of(Path(name).read_text())) >= 12
        assert command("sweep", *RACE, *GRID, "--starts", "4", "-o", name, "--resume").code == 0
        found[name] = Path(name).read_bytes()
    assert found["a.csv"] == found["b.csv"] == found["c.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_standard_output_gets_what_is_finished(tmp_path: Path) -> None:
    done = interrupted(tmp_path, "--starts", "4")
    assert done.returncode == 130
    assert len(rows_of(done.stdout)) == 16
    assert done.stderr.splitlines()[-1] == "optexplorer: interrupted: 16 of 40 cells are finished"


def test_files_of_other_sweeps_and_existing_ones_stay(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ("sweep", *RACE, "-o", "a.csv")
    assert command(*asked, *GRID).code == 0
    before = Path("a.csv").read_bytes()
    assert "a.csv exists already" in command(*asked, *GRID).err
    said = command(*asked, "--grid", "lr=1e-3:0.1:6:log", "--resume")
    assert (said.code, Path("a.csv").read_bytes()) == (2, before)
    assert "a.csv is of another sweep: sweep.grid 1.count is 5 there and 6 here" in said.err
    assert command(*asked, "--grid", "lr=1e-3:0.1:6:log", "--overwrite").code == 0
    assert Path("a.csv").read_bytes() != before
    Path("b.csv").write_bytes(before[:-7])
    Path("b.csv.json").write_bytes(Path("a.csv.json").read_bytes())
    said = command(*asked[:-1], "b.csv", "--grid", "lr=1e-3:0.1:6:log", "--resume")
    assert "b.csv is damaged, or no file of this program: it ends within a line" in said.err
    Path("own.csv").write_text("x,y\n1,2\n3,4\n5,6\n7,8\n")
    said = command(
        "sweep", "--data", "own.csv", "--model", "linear", "--optimizer", "gd", "--starts", "2", "-o", "own.csv",
        "--overwrite",
    )  # fmt: skip
    assert (said.code, "own.csv is what is read" in said.err) == (2, True)


def test_a_full_disk_is_told_and_keeps_what_was_saved(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(result_file, "SAVED_EVERY", 0.0)
    monkeypatch.setattr("optexplorer.runs.sweep.BLOCK_CELLS", 2)
    monkeypatch.setattr(result_file, "SAVING_SHARE", 1e9)
    write, calls = result_file.write_results, []

    def full(*given: object) -> None:
        calls.append(1)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(result_file, "write_results", full)
    said = command("sweep", *RACE, *GRID, "--starts", "2", "-o", "a.npz")
    assert said.code == 2
    assert "a.npz cannot be written: No space left on device; 4 cells are in it, --resume goes on" in said.err
    monkeypatch.setattr(result_file, "write_results", write)
    assert command("sweep", *RACE, *GRID, "--starts", "2", "-o", "a.npz", "--resume").code == 0
    with np.load("a.npz") as arrays:
        assert arrays["cell"].tolist() == list(range(20))


def test_a_task_that_fails_leaves_what_is_finished(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optexplorer.runs.sweep import SweepTask

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("optexplorer.runs.sweep.BLOCK_CELLS", 2)
    compute = SweepTask.__call__

    def failing(task: SweepTask, should_stop: object) -> object:
        if task.cells.start == 4:
            raise ValueError("no such number")
        return compute(task, should_stop)  # type: ignore[arg-type]

    monkeypatch.setattr(SweepTask, "__call__", failing)
    said = command("sweep", *RACE, *GRID, "-o", "a.npz")
    assert (said.code, said.err) == (2, "optexplorer: no such number (in the cells 4 to 4)\n")


def test_progress_is_shown_where_someone_sees_it(command: Command) -> None:
    """That is tested of the line itself; here standard error is no terminal."""
    assert command("sweep", *RACE, *GRID).err == ""


def test_the_words_for_endings_are_those_of_the_engine() -> None:
    from optexplorer.export.results.sweep_plan import ENDINGS

    assert [ENDINGS[reason.value] for reason in TerminationReason] == list(ENDINGS)
