"""Commands that need no window import little: what they import is most of the time that they take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment

QT = ("PySide6", "shiboken6", "pyqtgraph", "OpenGL")
SLOW = ("sympy", "scipy", "av", "PIL", "pypdf", "ziamath", "contourpy", "urllib.request")
RACE = ("--landscape", "rosenbrock", "--optimizer", "adam")
PROGRAM = """
import sys
from optexplorer.cli import main
code = main()
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


def imported_by(folder: Path, *command: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.split())
    assert "optexplorer.cli" in loaded
    return loaded


@pytest.mark.parametrize("command", [("--help",), ("--version",), ("run", "--help"), ("export", "--help")])
def test_help_imports_no_library_but_that_of_the_command_line(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    assert not imported_by(tmp_path, *command).intersection((*QT, *SLOW, "numpy", "pydantic"))


@pytest.mark.parametrize(
    "command",
    [
        ("list", "landscapes"),
        ("list", "optimizers"),
        ("list", "schedules"),
        ("list", "sources"),
        ("list", "lessons"),
        ("run", *RACE, "-o", "steps.csv"),
        ("run", *RACE, "-o", "steps.npz"),
        ("data", *RACE, "-o", "race.csv"),
        ("code", *RACE),
        ("share", "race.optx"),
    ],
    ids=" ".join,
)
def test_commands_without_pictures_import_neither_qt_nor_a_slow_library(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    files.write(tmp_path / "race.optx", default_experiment())
    assert not imported_by(tmp_path, *command).intersection((*QT, *SLOW))


def test_listing_lessons_reads_no_optimizer(tmp_path: Path) -> None:
    assert "optexplorer.engine.optimizers.adam" not in imported_by(tmp_path, "list", "lessons")
