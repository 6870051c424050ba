"""Opens the window, or explains why none can be opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optexplorer.experiment.experiment import Experiment


class NoWindowError(Exception):
    """No window can be opened here; the message says why."""


def open_window(
    lesson: Path | None = None, file: Path | None = None, experiment: Experiment | None = None
) -> int:
    """Open the program, with a lesson, a file or an experiment, and return its exit code when it is closed.

    Raises
    ------
    NoWindowError
        If no window can be opened here; the message says why.
    """
    from optexplorer.gui.desktop import gc_pause
    from optexplorer.gui.desktop.display import problem

    found = problem()
    if found:
        raise NoWindowError(
            f"{found}; without a window there are 'optexplorer run', 'optexplorer export' and 'optexplorer list'"
        )
    gc_pause.pause()
    try:
        from optexplorer.gui.app import run as run_app
    except ImportError as error:
        # A system library that Qt needs, such as libEGL.so.1; anything else is a fault of the program.
        if not str(error).startswith("lib"):
            raise
        raise NoWindowError(f"Qt needs a system library that is not installed: {error}") from error
    return run_app(experiment, lesson, file)
