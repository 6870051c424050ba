"""The two windows that are compared: a bare one of pyqtgraph and the program's, each in a process of its own.

Run with the name of a window, it opens it, prints `painted` when it has been painted and handed to the screen first,
`race` when that happened first with the race in it, and, where it is asked to stay, `resident` and the megabytes of
memory that the process holds some seconds later.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

IDLE = 5000
"""Milliseconds after the race has been painted, when memory is looked at."""


@contextlib.contextmanager
def new_user() -> Iterator[dict[str, str]]:
    """Yield the environment of somebody who has installed the program: bytecode is kept, settings are none yet."""
    with tempfile.TemporaryDirectory() as home:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        folders = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")}
        yield {**kept, **folders, "PYTHONPYCACHEPREFIX": f"{home}/bytecode"}


def lines_of(window: str, environment: dict[str, str], *, stay: bool = False) -> dict[str, tuple[float, str]]:
    """Open the window `bare` or `ours`, and return what it prints: seconds from the start of its process, and the rest."""
    command = [sys.executable, __file__, window, *(["stay"] if stay else [])]
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert child.stdout is not None
    seen: dict[str, tuple[float, str]] = {}
    for line in child.stdout:
        word, _, rest = line.strip().partition(" ")
        seen.setdefault(word, (time.perf_counter() - start, rest))
    child.wait(timeout=30)
    if "race" not in seen:
        raise RuntimeError(f"the {window} window was never painted")
    return seen


def _watch(window: Any, has_race: Callable[[], bool], stay: bool) -> None:
    """Print what is to be seen on the screen, then end the program."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    painting = (QEvent.Type.UpdateRequest, QEvent.Type.Expose, QEvent.Type.Paint)

    def resident() -> None:
        status = Path("/proc/self/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        print("resident", int(kilobytes) / 1024, flush=True)
        QApplication.quit()

    class Painted(QObject):
        race = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            by_itself = watched is window and event.type() == QEvent.Type.Paint
            if event.type() not in painting or by_itself:
                return False
            watched.removeEventFilter(self)
            watched.event(event)
            watched.installEventFilter(self)
            print("painted", flush=True)
            if has_race() and not self.race:
                self.race = True
                print("race", flush=True)
                QTimer.singleShot(IDLE if stay else 0, resident if stay else QApplication.quit)
            return True

    painted = Painted(window)
    for part in (window, window.windowHandle()):
        part.installEventFilter(painted)


def bare(stay: bool) -> None:
    """Open an empty GLViewWidget beside an empty PlotWidget."""
    from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

    application = QApplication(sys.argv[:1])
    import pyqtgraph.opengl

    window = QWidget()
    layout = QHBoxLayout(window)
    layout.addWidget(pyqtgraph.opengl.GLViewWidget())
    layout.addWidget(pyqtgraph.PlotWidget())
    window.resize(1280, 720)
    window.show()
    _watch(window, lambda: True, stay)
    application.exec()


def ours(stay: bool) -> None:
    """Do what `optexplorer` does when it is started without a command."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    run = QApplication.exec

    def watched(application: QApplication) -> int:
        (window,) = (found for found in application.topLevelWidgets() if isinstance(found, QMainWindow))
        _watch(window, lambda: window.scene is not None, stay)  # type: ignore[attr-defined]
        return run()

    QApplication.exec = watched  # type: ignore[method-assign, assignment]
    sys.argv = ["optexplorer"]
    from optexplorer.cli import main

    main()


if __name__ == "__main__":
    {"bare": bare, "ours": ours}[sys.argv[1]]("stay" in sys.argv[2:])
