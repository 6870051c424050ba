"""Methods of `Experiment` for scripts and notebooks; modules of higher layers implement them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def _not_set(*_: object) -> None:
    raise RuntimeError("the package 'optexplorer' has not been imported")


save: Callable[[Any, str | Path], None] = _not_set
"""Writes an experiment to a file. The package sets it when it is imported, and `show`."""
show: Callable[[Any], None] = _not_set
"""Opens the program with an experiment."""


class ScriptMethods:
    """Methods for scripts and notebooks."""

    def save(self, path: str | Path) -> None:
        """Write the experiment to a file (.optx), whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written; what was there before is then still there.
        """
        save(self, path)

    def show(self) -> None:
        """Open the program with the experiment, in a process of its own; what it says comes on standard error."""
        show(self)
