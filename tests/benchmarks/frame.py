"""GUI-thread time per frame of the animation at 6 racers × 1,000 steps, without the GL driver's rasterising."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time

from first_frame import on_a_display

STEPS = 1000


def measure() -> None:
    import os

    home = tempfile.mkdtemp()
    os.environ["XDG_CONFIG_HOME"] = home
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication, QWidget

    from optexplorer.engine import optimizers
    from optexplorer.experiment.experiment import Experiment
    from optexplorer.experiment.racer import Racer
    from optexplorer.gui.app import Application
    from optexplorer.scene.palette import RACER_COLOURS

    application = QApplication(sys.argv)
    kinds = {"gd": 1e-4, "momentum": 1e-5, "nesterov": 1e-5, "adagrad": 0.05, "rmsprop": 1e-3, "adam": 0.01}
    racers = tuple(
        Racer(optimizer=optimizers.get(id)(lr=lr), colour=colour, stream=i)
        for i, ((id, lr), colour) in enumerate(zip(kinds.items(), RACER_COLOURS, strict=False))
    )
    experiment = Experiment(landscape="rosenbrock", racers=racers, steps=STEPS, stop_when_converged=False)
    app = Application(application, experiment)
    window = app.window
    window.show()
    deadline = time.monotonic() + 20
    while (window.scene is None or window.scene.length < STEPS) and time.monotonic() < deadline:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    assert window.scene is not None
    assert window.scene.length == STEPS
    gl, frames = window.workspace.surface.gl, []
    rasterising = [0.0]
    paint = gl.paintGL

    def timed_paint() -> None:
        start = time.perf_counter()
        paint()
        rasterising[0] += time.perf_counter() - start

    gl.paintGL = timed_paint
    # Whatever changes, the driver puts the whole window together anew: a speck alone shows how long that takes.
    speck, composing = QWidget(window), []
    speck.setGeometry(0, 0, 2, 2)
    speck.show()
    application.processEvents()
    for step in range(0, STEPS, 3):
        rasterising[0] = 0.0
        start = time.perf_counter()
        app.playback.seek(step)
        gl.setUpdatesEnabled(False)
        application.processEvents()
        frames.append(time.perf_counter() - start - rasterising[0])
        gl.setUpdatesEnabled(True)
        application.processEvents()
        start = time.perf_counter()
        speck.update()
        application.processEvents()
        composing.append(time.perf_counter() - start)
    app.close()
    application.processEvents()
    milliseconds = [frame * 1e3 for frame in frames[10:]]
    driver = statistics.median(composing[10:]) * 1e3
    quantile = statistics.quantiles(milliseconds, n=20)[-1]
    median = statistics.median(milliseconds)
    print(
        f"median {median:.1f} ms, 95th percentile {quantile:.1f} ms, of which the driver's composing {driver:.1f} ms"
    )
    print(f"without the driver: {median - driver:.1f} ms (aim: under 8 ms)")


def main() -> None:
    on_a_display(__file__)


if __name__ == "__main__":
    measure()
