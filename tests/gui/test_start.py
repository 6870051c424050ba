"""What a start of the window may cost."""

from __future__ import annotations

import subprocess
import sys

NEEDED_LATER = (
    *("sympy", "scipy", "av", "PIL", "pypdf", "ziamath", "markdown_it", "contourpy"),
    *("urllib.request", "xml.sax"),
    *("PySide6.QtMultimedia", "PySide6.QtNetwork", "PySide6.QtPrintSupport"),
    *("optexplorer.cli", "optexplorer.export"),
    *("optexplorer.engine.optimizers.quasi_newton", "optexplorer.engine.schedules.cycles"),
)
"""What a window does not need to be built and shown: it is imported when it is used."""

BUILD = """
import os, sys
from PySide6.QtWidgets import QApplication
from optexplorer.gui.app import Application
application = QApplication(sys.argv[:1])
app = Application(application)
app.window.show()
print(*sys.modules, flush=True)
os._exit(0)
"""


def test_building_and_showing_the_window_imports_nothing_that_is_needed_later() -> None:
    done = subprocess.run([sys.executable, "-c", BUILD], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "optexplorer.gui.main_window" in loaded
    assert not loaded.intersection(NEEDED_LATER)
