"""Signals from outside end the program as closing does, and lose nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from optexplorer.gui import app

class Application(app.Application):
    def open(self):
        super().open()
        self.window.edits.choose_steps(37)
        self.window.scene_controller.sceneChanged.connect(self.tell)

    def tell(self, scene):
        # The race plays: from now on the window paints all the time.
        if self.playback.playing and self.playback.step > 0:
            print("ready", flush=True)
            self.window.scene_controller.sceneChanged.disconnect(self.tell)

app.Application = Application
sys.exit(app.run())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_program_and_keeps_unsaved_work(name: str, tmp_path: Path) -> None:
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | folders,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        program.send_signal(getattr(signal, name))
        _, errors = program.communicate(timeout=60)
    finally:
        program.kill()
        program.wait()
    assert (program.returncode, errors) == (0, "")
    (kept,) = (tmp_path / "STATE").rglob("autosave/*.json")
    assert json.loads(kept.read_text(encoding="utf-8"))["experiment"]["steps"] == 37
