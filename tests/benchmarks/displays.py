"""Runs a benchmark script in a process of its own that has a display: the present one, or a virtual one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

VIRTUAL = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24"]


def run(script: str, *arguments: str) -> None:
    """Run a script, which prints for itself; say so if there is no display."""
    if (command := _command(script, arguments)) is not None:
        subprocess.run(command, check=True)


def answer(script: str, *arguments: str) -> Any:
    """Return what a script prints in its last line as JSON; None, and say so, if there is no display."""
    command = _command(script, arguments)
    if command is None:
        return None
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(told.splitlines()[-1])


def _command(script: str, arguments: tuple[str, ...]) -> list[str] | None:
    display = VIRTUAL if sys.platform == "linux" and not os.environ.get("DISPLAY") else []
    if display and shutil.which(display[0]) is None:
        print(f"there is no display and no {display[0]}: left out")
        return None
    return [*display, sys.executable, script, *arguments]
