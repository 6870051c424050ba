"""From a movement of the mouse to the bent paths on the screen: the start of 6 racers × 300 steps is dragged."""

from __future__ import annotations

import json
import math
import statistics
import sys
import time

import displays
from frames import SMALL, our_window, send_mouse, wait_until, watch_frames

SECONDS = 6.0
INTERVAL = 16
"""Milliseconds between two movements of the mouse."""


def measure() -> list[float]:
    """Return the milliseconds that each movement took until paths from there, or from a later place, were painted."""
    from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer

    app = our_window(SMALL)
    app.playback.to_end()
    window, map_view = app.window, app.window.workspace.map
    wait_until(lambda: map_view.frame is not None, "the map")
    plot = map_view.frame.plot
    sent: list[tuple[tuple[float, ...], float]] = []
    taken: list[float] = []
    moves = 0

    def move() -> None:
        nonlocal moves
        moves += 1
        angle = 0.08 * moves
        offset = QPointF(math.cos(angle) * plot.width(), math.sin(angle) * plot.height()) / 4
        at = time.perf_counter()
        send_mouse(map_view, QEvent.Type.MouseMove, plot.center() + offset, Qt.MouseButton.NoButton)
        sent.append((window.scene_controller.experiment.start, at))

    def painted() -> None:
        starts = [path.trajectory.position_at(0).tolist() for path in window.scene.racer_paths]
        reached = [n for n, (start, _) in enumerate(sent) if all(list(start) == begin for begin in starts)]
        if reached:
            now = time.perf_counter()
            taken.extend((now - at) * 1e3 for _, at in sent[: reached[-1] + 1])
            del sent[: reached[-1] + 1]

    send_mouse(map_view, QEvent.Type.MouseButtonPress, plot.center(), Qt.MouseButton.LeftButton)
    stop = watch_frames(window, painted)
    timer, loop = QTimer(window), QEventLoop()
    timer.timeout.connect(move)
    timer.start(INTERVAL)
    QTimer.singleShot(round(SECONDS * 1000), loop.quit)
    loop.exec()
    timer.stop()
    stop()
    app.close()
    return taken


def main() -> None:
    taken = displays.answer(__file__)
    if taken is None:
        return
    quantile = statistics.quantiles(taken, n=20)[-1]
    print(f"{len(taken)} movements: median {statistics.median(taken):.0f} ms (aim: under 50), ", end="")
    print(f"95th percentile {quantile:.0f} ms (aim: under 100)")


if __name__ == "__main__":
    print(json.dumps(measure()))
    sys.stdout.flush()
