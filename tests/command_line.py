"""The command line, run in the process of the tests: starting one for each command would take most of their time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from optexplorer.cli import main


class Said(NamedTuple):
    """What a command has printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


def command_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs `optexplorer` with arguments."""

    def said(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["optexplorer", *map(str, arguments)])
        code = main()
        return Said(code, *capsys.readouterr())

    return said
