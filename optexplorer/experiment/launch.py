"""Starts the program with an experiment, from a script or a notebook."""

from __future__ import annotations

import subprocess
import sys

from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment

_windows: list[subprocess.Popen[bytes]] = []
"""The programs that were opened and may still run: each is looked at again, so that none is left as a zombie."""


def show(experiment: Experiment) -> None:
    """Open the program with the experiment in a process of its own, and return at once."""
    _windows[:] = [window for window in _windows if window.poll() is None]
    window = subprocess.Popen([sys.executable, "-m", "optexplorer", "open", "-"], stdin=subprocess.PIPE)
    _windows.append(window)
    assert window.stdin is not None
    with window.stdin as pipe:
        pipe.write(files.to_json(experiment))
