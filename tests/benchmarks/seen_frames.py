"""Frames that reached the screen: the whole window, what the driver does included, against a bare pyqtgraph window.

Run with the name of a scenario, it opens a window, measures it and prints JSON; both kinds of windows are measured by
the same means: how often the window was put together and handed to the screen with something new in it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

SECONDS = 4.0
"""For which each window is watched."""
SMALL, FULL = (1280, 720), (1920, 1080)
STEPS_PER_SECOND = 60
LONG_STEPS = 1000
MOUSE = 4
"""Milliseconds between two movements of the mouse that turns the camera."""


def frames_per_second(window: Any, changes: Callable[[], object], seconds: float = SECONDS) -> float:
    """Return how many frames a second a window paints of which each shows something new.

    `changes` returns a value that differs from that of the frame before where there is something new to see.
    """
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

    class Counter(QObject):
        frames, shown = 0, object()

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.UpdateRequest:
                now = changes()
                self.frames += now != self.shown
                self.shown = now
            return False

    counter = Counter()
    window.installEventFilter(counter)
    loop, start = QEventLoop(), time.perf_counter()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    passed = time.perf_counter() - start
    window.removeEventFilter(counter)
    return counter.frames / passed


def wait_until(done: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    limit = time.monotonic() + seconds
    while not done():
        if time.monotonic() > limit:
            raise RuntimeError(f"{what}: not after {seconds:g} s")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def drag_around(widget: Any) -> tuple[Any, list[int]]:
    """Press the mouse on a widget and move it to and fro by a timer; return the timer and where the mouse is."""
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    middle, moves = QPointF(widget.width() / 2, widget.height() / 2), [0]

    def send(kind: QEvent.Type, place: QPointF, button: Qt.MouseButton) -> None:
        everywhere = QPointF(widget.mapToGlobal(QPoint(0, 0))) + place
        left = Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            widget, QMouseEvent(kind, place, everywhere, button, left, Qt.KeyboardModifier.NoModifier)
        )

    def move() -> None:
        moves[0] += 1
        send(QEvent.Type.MouseMove, middle + QPointF(2.0 * moves[0], 0.0), Qt.MouseButton.NoButton)

    send(QEvent.Type.MouseButtonPress, middle, Qt.MouseButton.LeftButton)
    timer = QTimer(widget)
    timer.timeout.connect(move)
    timer.start(MOUSE)
    return timer, moves


def bare(size: tuple[int, int], *, orbit: bool) -> float:
    """A pyqtgraph surface of 150 × 150 with a growing line."""
    import numpy as np
    from pyqtgraph import opengl
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    application = QApplication(sys.argv[:1])
    view = opengl.GLViewWidget()
    axis = np.linspace(-5, 5, 150)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    height = np.sin(x) * np.cos(y) * 2
    view.addItem(opengl.GLSurfacePlotItem(x=axis, y=axis, z=height, shader="shaded", computeNormals=True))
    way = np.linspace(0, 30, 4000)
    points = np.stack([3 * np.cos(way), 3 * np.sin(2 * way), 0.1 * way], axis=1)
    line = opengl.GLLinePlotItem(pos=points[:2], width=2, antialias=True)
    view.addItem(line)
    view.setCameraPosition(distance=16)
    view.resize(*size)
    view.show()
    wait_until(view.isVisible, "the bare window")
    wait_until(lambda: not view.visibleRegion().isEmpty(), "the bare window")
    for _ in range(20):
        application.processEvents()
    if orbit:
        timer, moves = drag_around(view)
        return frames_per_second(view, lambda: moves[0])
    grown, start = [2], time.perf_counter()

    def grow() -> None:
        grown[0] = 2 + int((time.perf_counter() - start) * STEPS_PER_SECOND)
        line.setData(pos=points[: grown[0]])

    timer = QTimer(view, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(grow)
    timer.start(1000 // STEPS_PER_SECOND)
    return frames_per_second(view, lambda: grown[0])


def long_race() -> Any:
    from optexplorer.engine import optimizers
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.experiment.racer import Racer
    from optexplorer.scene.palette import RACER_COLOURS

    kinds = {"gd": 1e-4, "momentum": 1e-5, "nesterov": 1e-5, "adagrad": 0.05, "rmsprop": 1e-3, "adam": 0.01}
    racers = tuple(
        Racer(optimizer=optimizers.get(id)(lr=lr), colour=colour, stream=i)
        for i, ((id, lr), colour) in enumerate(zip(kinds.items(), RACER_COLOURS, strict=False))
    )
    return Experiment(landscape="rosenbrock", racers=racers, steps=LONG_STEPS, stop_when_converged=False)


def ours(size: tuple[int, int], *, long: bool = False, orbit: bool = False) -> float:
    """The whole window with a race that plays, or whose camera is turned with the mouse."""
    import os

    home = tempfile.mkdtemp()
    os.environ.update({f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")})
    from PySide6.QtWidgets import QApplication

    from optexplorer.gui.app import Application

    application = QApplication(sys.argv[:1])
    app = Application(application, long_race() if long else None)
    window = app.window
    window.resize(*size)
    app.open()
    wait_until(lambda: window.scene is not None and window.scene_controller.is_complete, "the race")
    app.playback.set_loop(True)
    if orbit:
        app.playback.to_end()
        timer, _ = drag_around(window.workspace.surface)
        found = frames_per_second(window, lambda: window.scene.appearance.camera)
        timer.stop()
    else:
        app.playback.set_speed(STEPS_PER_SECOND)
        app.playback.seek(LONG_STEPS - round(1.2 * SECONDS * STEPS_PER_SECOND) if long else 0)
        app.playback.play()
        found = frames_per_second(window, lambda: window.scene.playhead)
    app.close()
    return found


SCENARIOS: dict[str, Callable[[], float]] = {
    "bare": lambda: bare(SMALL, orbit=False),
    "bare orbit": lambda: bare(SMALL, orbit=True),
    "default race": lambda: ours(SMALL),
    "6 racers × 1,000 steps": lambda: ours(SMALL, long=True),
    "orbit": lambda: ours(SMALL, orbit=True),
    "full screen": lambda: ours(FULL),
}


if __name__ == "__main__":
    print(json.dumps(SCENARIOS[sys.argv[1]]()))
