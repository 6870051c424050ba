"""Time to the first painted frame, against a bare window with an empty GLViewWidget and a PlotWidget."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

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
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from optexplorer.gui.app import Desk
app = QApplication(sys.argv)
desk = Desk(app)
desk.open()
view = desk.window.workspace.surface.gl
def painted():
    if desk.window.scene is not None:
        print("painted", flush=True)
        view.frameSwapped.disconnect(painted)
        desk.close()
        app.quit()
view.frameSwapped.connect(painted)
app.exec()
"""


def seconds_until_painted(script: str) -> float:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "XDG_CONFIG_HOME": home}
        start = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
        assert child.stdout is not None
        line = child.stdout.readline()
        seconds = time.perf_counter() - start
        child.wait(timeout=30)
    if b"painted" not in line:
        raise RuntimeError("the window was never painted")
    return seconds


def measure() -> None:
    bare, ours = [], []
    for _ in range(ROUNDS + 1):
        bare.append(seconds_until_painted(BARE))
        ours.append(seconds_until_painted(OURS))
    ratio = statistics.median(a / b for a, b in zip(ours[1:], bare[1:], strict=True))
    print(
        f"bare window: {statistics.median(bare[1:]):.2f} s, optexplorer: {statistics.median(ours[1:]):.2f} s"
    )
    print(f"ratio: {ratio:.2f} (aim: under 2)")


def main() -> None:
    on_a_display(__file__)


def on_a_display(script: str) -> None:
    """Run a benchmark script with a display: the present one, or a virtual one."""
    command = [sys.executable, script]
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        if shutil.which("xvfb-run") is None:
            print("there is no display and no xvfb-run: left out")
            return
        command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", *command]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    measure()
