"""Frames that reached the screen: the whole window, what the driver does included, against a bare pyqtgraph window.

Run with the name of a scenario, it opens a window, measures it and prints JSON; both kinds of windows are measured by
the same means: how often the window was put together and handed to the screen with something new in it.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import displays

SECONDS = 4.0
"""For which each window is watched."""
SMALL, FULL = (1280, 720), (1920, 1080)
STEPS_PER_SECOND = 60
LONG_STEPS = 1000
LONG_PLAYED = 320
"""Steps at the end of the long race that are played."""
ROUNDS = 3
MOUSE = 4
"""Milliseconds between two movements of the mouse that turns the camera."""


def watch_frames(window: Any, painted: Callable[[], object]) -> Callable[[], None]:
    """Call `painted` whenever a window has been painted and handed to the screen; return what ends that."""
    from PySide6.QtCore import QEvent, QObject

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() != QEvent.Type.UpdateRequest:
                return False
            window.event(event)
            painted()
            return True

    watcher = Watcher()
    window.installEventFilter(watcher)
    return lambda: window.removeEventFilter(watcher)


def frames_per_second(window: Any, changes: Callable[[], object], seconds: float = SECONDS) -> float:
    """Return how many frames a second a window paints of which each shows something new.

    `changes` returns a value that differs from that of the frame before where there is something new to see.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    frames, shown = 0, object()

    def painted() -> None:
        nonlocal frames, shown
        now = changes()
        frames += now != shown
        shown = now

    stop, loop, start = watch_frames(window, painted), QEventLoop(), time.perf_counter()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    passed = time.perf_counter() - start
    stop()
    return frames / passed


def wait_until(done: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    limit = time.monotonic() + seconds
    while not done():
        if time.monotonic() > limit:
            raise RuntimeError(f"{what}: not after {seconds:g} s")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def send_mouse(widget: Any, kind: Any, place: Any, button: Any) -> None:
    """Send a mouse event to a widget while the left button is held."""
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    everywhere = QPointF(widget.mapToGlobal(QPoint(0, 0))) + place
    event = QMouseEvent(
        kind, place, everywhere, button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def drag_around(widget: Any) -> tuple[Any, list[int]]:
    """Press the mouse on a widget and move it by a timer; return the timer and the number of movements."""
    from PySide6.QtCore import QEvent, QPointF, Qt, QTimer

    middle, moves = QPointF(widget.width() / 2, widget.height() / 2), [0]

    def move() -> None:
        moves[0] += 1
        place = middle + QPointF(2.0 * moves[0], 0.0)
        send_mouse(widget, QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton)

    send_mouse(widget, QEvent.Type.MouseButtonPress, middle, Qt.MouseButton.LeftButton)
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


def our_window(size: tuple[int, int], experiment: Any = None) -> Any:
    """Open the program with an experiment, the default one if None, computed to its end; return its application."""
    home = tempfile.mkdtemp()
    os.environ.update({f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")})
    from PySide6.QtWidgets import QApplication

    from optexplorer.gui.app import Application

    application = QApplication(sys.argv[:1])
    app = Application(application, experiment)
    app.window.resize(*size)
    app.open()
    wait_until(lambda: app.window.scene is not None and app.window.scene_controller.is_complete, "the race")
    return app


def playing(size: tuple[int, int], experiment: Any = None, first: int = 0) -> float:
    """The whole window while a race plays from step `first` on."""
    app = our_window(size, experiment)
    app.playback.set_loop(True)
    app.playback.set_speed(STEPS_PER_SECOND)
    app.playback.seek(first)
    app.playback.play()
    found = frames_per_second(app.window, lambda: app.window.scene.playhead)
    app.close()
    return found


def orbiting(size: tuple[int, int]) -> float:
    """The whole window while the mouse turns the camera."""
    app = our_window(size)
    app.playback.to_end()
    timer, _ = drag_around(app.window.workspace.surface)
    found = frames_per_second(app.window, lambda: app.window.scene.appearance.camera)
    timer.stop()
    app.close()
    return found


SCENARIOS: dict[str, Callable[[], float]] = {
    "bare": lambda: bare(SMALL, orbit=False),
    "bare, orbiting": lambda: bare(SMALL, orbit=True),
    "default race": lambda: playing(SMALL),
    "6 racers × 1,000 steps": lambda: playing(SMALL, long_race(), LONG_STEPS - LONG_PLAYED),
    "default race, 1920 × 1080": lambda: playing(FULL),
    "orbiting": lambda: orbiting(SMALL),
}
COMPARED = (
    ("default race", "bare", 1.0),
    ("6 racers × 1,000 steps", "bare", 1.0),
    ("orbiting", "bare, orbiting", 0.7),
    ("default race, 1920 × 1080", "default race", 0.5),
)
"""A scenario, the one that it is compared with, and the ratio that is aimed at."""


def main() -> None:
    found: dict[str, list[float]] = {name: [] for name in SCENARIOS}
    for _ in range(ROUNDS):
        for name, frames in found.items():
            measured = displays.answer(__file__, name)
            if measured is None:
                return
            frames.append(measured)
    print(f"frames a second, medians of {ROUNDS}; a race plays {STEPS_PER_SECOND} steps a second")
    for name, frames in found.items():
        print(f"{name}: {statistics.median(frames):.1f}")
    for name, other, aim in COMPARED:
        ratio = statistics.median(a / b for a, b in zip(found[name], found[other], strict=True))
        print(f"ratio: {name} {ratio:.2f} times {other} (aim: {aim})")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(SCENARIOS[sys.argv[1]]()))
    else:
        main()
