"""What scripts and notebooks do with an experiment: they keep it, and open the program with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import optexplorer as ox
from optexplorer.experiment import files, launch, script_methods
from optexplorer.experiment.experiment import Experiment

EXPERIMENT = Experiment(landscape="booth", seed=7)


def test_an_experiment_keeps_itself(tmp_path: Path) -> None:
    EXPERIMENT.save(tmp_path / "mine.optx")
    assert ox.open(tmp_path / "mine.optx") == EXPERIMENT


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_the_program_is_started_with_the_experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/given\n', encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setattr(launch.sys, "executable", str(program))
    EXPERIMENT.show()
    (started,) = launch._windows
    assert isinstance(started, subprocess.Popen)
    assert started.wait(60) == 0
    assert (tmp_path / "arguments").read_text(encoding="utf-8") == "-m optexplorer open -\n"
    assert files.from_json((tmp_path / "given").read_bytes()) == EXPERIMENT
    # One that has ended is forgotten when the next one is opened.
    EXPERIMENT.show()
    (again,) = launch._windows
    assert again is not started
    assert again.wait(60) == 0


def test_without_the_package_the_methods_say_so() -> None:
    with pytest.raises(RuntimeError, match="the package 'optexplorer' has not been imported"):
        script_methods._not_set()
