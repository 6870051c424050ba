"""The basin map in the window: how soon it is on the screen, how fast it follows, and what it costs other frames."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import displays
from frames import SMALL, STEPS_PER_SECOND, our_window, wait_until, watch_frames

SECONDS = 5.0
"""For which frames are watched."""
DRAG = 16
"""Milliseconds between two values of a slider that is dragged."""
RATES = 120
"""Values that it takes."""
ROUNDS = 3
HUGE = 1024
"""Cells along each side of a map that is not ready before the watching ends."""


def race(*, basins: bool) -> Any:
    from optexplorer.experiment.experiment import Experiment

    racers = [{"optimizer": {"id": "momentum", "lr": 0.01}}, {"optimizer": {"id": "adam", "lr": 0.1}}]
    return Experiment(landscape="himmelblau", racers=racers, appearance={"basins": basins})


def intervals(
    window: Any,
    seconds: float,
    counts: Callable[[], bool] = lambda: True,
    at_each: Callable[[], object] = lambda: None,
) -> list[float]:
    """Return the milliseconds between frames that follow each other while `counts` says so; call `at_each` at each."""
    from PySide6.QtCore import QEventLoop, QTimer

    found: list[float] = []
    last: list[float] = []

    def painted() -> None:
        now = time.perf_counter()
        if last and counts():
            found.append((now - last[0]) * 1e3)
        last[:] = [now]
        at_each()

    stop, loop = watch_frames(window, painted), QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    stop()
    return found


def quantile(found: list[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]


def play(app: Any) -> None:
    app.playback.set_loop(True)
    app.playback.set_speed(STEPS_PER_SECOND)
    app.playback.seek(0)
    app.playback.play()


def idle() -> dict[str, float]:
    """A race plays; no basin map is shown."""
    app = our_window(SMALL, race(basins=False))
    play(app)
    found = quantile(intervals(app.window, SECONDS))
    app.close()
    return {"interval": found}


def resting() -> dict[str, float]:
    """A race plays, and a basin map is shown that is complete."""
    app = our_window(SMALL, race(basins=True))
    worker = app.window.scene_controller.basin_worker
    wait_until(lambda: worker.map is not None and worker.is_complete, "the basin map")
    play(app)
    found = quantile(intervals(app.window, SECONDS))
    app.close()
    return {"interval": found}


def computing() -> dict[str, float]:
    """A race plays while a basin map becomes finer and finer."""
    from optexplorer.gui.workers import basin_worker
    from optexplorer.scene import basins

    basins.SIDE, basin_worker.LONGEST = HUGE, float("inf")
    app = our_window(SMALL, race(basins=True))
    worker = app.window.scene_controller.basin_worker
    play(app)
    found = quantile(intervals(app.window, SECONDS, lambda: not worker.is_complete))
    app.close()
    return {"interval": found}


def first() -> dict[str, float]:
    """The button is pressed: milliseconds until a coarse map is on the screen."""
    app = our_window(SMALL, race(basins=False))
    app.playback.to_end()
    taken: list[float] = []
    begun = time.perf_counter()

    def painted() -> None:
        if app.window.scene.basins is not None and not taken:
            taken.append((time.perf_counter() - begun) * 1e3)

    stop = watch_frames(app.window, painted)
    begun = time.perf_counter()
    app.window._actions["basins"].trigger()
    wait_until(lambda: bool(taken), "the basin map")
    stop()
    app.close()
    return {"first": taken[0]}


def dragging() -> dict[str, float]:
    """The learning rate is dragged: milliseconds from each value to a map of it, or of a later one, on the screen."""
    from PySide6.QtCore import QTimer

    app = our_window(SMALL, race(basins=True))
    app.playback.to_end()
    window, worker = app.window, app.window.scene_controller.basin_worker
    wait_until(lambda: worker.map is not None and worker.is_complete, "the basin map")
    sent: list[tuple[float, float]] = []
    taken: list[float] = []
    sides: list[int] = []
    moves = [0]

    def move() -> None:
        moves[0] += 1
        rate = 0.004 * 1.02 ** moves[0]
        racer = app.store.experiment.racers[0]
        optimizer = racer.optimizer.model_copy(update={"lr": rate})
        sent.append((rate, time.perf_counter()))
        window.edits.change_racer(0, racer.evolve(optimizer=optimizer), "lr")
        if moves[0] == RATES:
            timer.stop()

    def painted() -> None:
        picture = window.scene.basins
        shown = None if picture is None else picture.map.spec.run_spec.optimizer.lr
        reached = [n for n, (rate, _) in enumerate(sent) if rate == shown]
        if reached:
            now = time.perf_counter()
            taken.extend((now - at) * 1e3 for _, at in sent[: reached[-1] + 1])
            sides.append(picture.resolution[0])
            del sent[: reached[-1] + 1]

    timer = QTimer(window)
    timer.timeout.connect(move)
    timer.start(DRAG)
    found = intervals(window, RATES * DRAG / 1000 + 0.5, timer.isActive, painted)
    app.close()
    return {
        "lag": statistics.median(taken), "lag95": quantile(taken), "maps": len(sides),
        "side": statistics.median(sides), "interval": quantile(found),
    }  # fmt: skip


SCENARIOS: dict[str, Callable[[], dict[str, float]]] = {
    "idle": idle, "resting": resting, "computing": computing, "first": first, "dragging": dragging,
}  # fmt: skip


def main() -> None:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SCENARIOS}
    for _ in range(ROUNDS):
        for name, measured in found.items():
            answer = displays.answer(__file__, name)
            if answer is None:
                return
            measured.append(answer)

    def median(name: str, what: str) -> float:
        return statistics.median(one[what] for one in found[name])

    print(f"medians of {ROUNDS}; a race plays {STEPS_PER_SECOND} steps a second on Himmelblau's landscape")
    print(f"first coarse map on the screen: {median('first', 'first'):.0f} ms (aim: under 150)")
    for name in ("idle", "resting", "computing"):
        print(f"{name}: 95th percentile of frame intervals {median(name, 'interval'):.1f} ms")
    ratio = statistics.median(
        one["interval"] / other["interval"]
        for one, other in zip(found["computing"], found["idle"], strict=True)
    )
    print(f"ratio: while a map is computed {ratio:.2f} times idle (aim: at most 1.5)")
    print(
        f"dragging the rate: a map of it after {median('dragging', 'lag'):.0f} ms, 95th percentile "
        f"{median('dragging', 'lag95'):.0f} ms; {median('dragging', 'side'):.0f} cells a side; "
        f"95th percentile of frame intervals {median('dragging', 'interval'):.1f} ms"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(SCENARIOS[sys.argv[1]]()))
    else:
        main()
