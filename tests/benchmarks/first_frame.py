"""Time to the first painted frame, against a bare window with an empty GLViewWidget and a PlotWidget."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROUNDS = 5

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
app = QApplication(sys.argv)
import pyqtgraph, pyqtgraph.opengl
window = QWidget()
layout = QHBoxLayout(window)
view, plot = pyqtgraph.opengl.GLViewWidget(), pyqtgraph.PlotWidget()
layout.addWidget(view)
layout.addWidget(plot)
window.resize(1280, 720)
def painted():
    print("painted", flush=True)
    app.quit()
view.frameSwapped.connect(painted)
window.show()
app.exec()
"""

OURS = """
from optexplorer.gui.desktop import gc_pause
from optexplorer.gui.desktop.display import problem
assert problem() is None
gc_pause.pause()
from optexplorer.gui import app
class Watched(app.Application):
    def open(self):
        super().open()
        self.window.workspace.surface.gl.frameSwapped.connect(self.painted)
    def painted(self):
        print("painted", flush=True)
        if self.window.scene is not None:
            print("race", flush=True)
            self.close()
            self._application.quit()
app.Application = Watched
app.run()
"""
"""What `optexplorer` does when it is started without a command, watched."""


class Times(NamedTuple):
    """Seconds from the start of the process until its window is painted first, and then first with the race."""

    painted: float
    race: float


def times(script: str) -> Times:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, **{f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")}}
        start = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
        assert child.stdout is not None
        seen = {}
        for line in child.stdout:
            seen.setdefault(line.decode().strip(), time.perf_counter() - start)
        child.wait(timeout=30)
    if "painted" not in seen:
        raise RuntimeError("the window was never painted")
    return Times(seen["painted"], seen.get("race", seen["painted"]))


def measure() -> None:
    # The first round fills the caches of the system and the program's own.
    bare, ours = [], []
    for _ in range(ROUNDS + 1):
        bare.append(times(BARE).painted)
        ours.append(times(OURS))
    bare, ours = bare[1:], ours[1:]
    print(f"bare window: {statistics.median(bare):.2f} s")
    painted = statistics.median(ours.painted / empty for ours, empty in zip(ours, bare, strict=True))
    race = statistics.median(ours.race / empty for ours, empty in zip(ours, bare, strict=True))
    print(f"optexplorer's window painted: {statistics.median(t.painted for t in ours):.2f} s")
    print(f"ratio: {painted:.2f} (aim: under 2)")
    print(
        f"optexplorer's window painted with the race in it: {statistics.median(t.race for t in ours):.2f} s"
    )
    print(f"ratio: {race:.2f}")


def main() -> None:
    on_a_display(__file__)


def on_a_display(script: str, *arguments: str) -> None:
    """Run a benchmark script with a display: the present one, or a virtual one."""
    command = [sys.executable, script, *arguments]
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        if shutil.which("xvfb-run") is None:
            print("there is no display and no xvfb-run: left out")
            return
        command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", *command]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    measure()
