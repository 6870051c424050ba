"""What a start of the window may cost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NEEDED_LATER = (
    *("sympy", "scipy", "av", "PIL", "pypdf", "ziamath", "markdown_it", "contourpy", "click"),
    *("urllib.request", "xml.sax", "multiprocessing"),
    *("PySide6.QtMultimedia", "PySide6.QtNetwork", "PySide6.QtPrintSupport"),
    *("optexplorer.cli.command_line", "optexplorer.export"),
    *("optexplorer.engine.optimizers.quasi_newton", "optexplorer.engine.schedules.cycles"),
)
"""What a window does not need to be built and shown: it is imported when it is used."""
NEEDED_BY_A_CARD = ("pyqtgraph", "OpenGL")
"""What draws the surface on a graphics card."""

START = """
import os, sys
from PySide6.QtWidgets import QApplication
def shown(application):
    from optexplorer.gui.desktop.opengl import renderer
    print(renderer(), *sys.modules, flush=True)
    os._exit(0)
QApplication.exec = shown
sys.argv = ["optexplorer"]
from optexplorer.cli import main
main()
"""


def test_a_start_imports_nothing_that_the_first_picture_does_not_need(tmp_path: Path) -> None:
    folders = {f"XDG_{kind}_HOME": str(tmp_path) for kind in ("CONFIG", "DATA", "STATE")}
    done = subprocess.run(
        [sys.executable, "-c", START],
        env={**os.environ, **folders},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    renderer, *modules = done.stdout.split()
    loaded = set(modules)
    assert "optexplorer.gui.main_window" in loaded
    assert not loaded.intersection(NEEDED_LATER)
    assert renderer == "card" or not loaded.intersection(NEEDED_BY_A_CARD)
