"""Networks: how soon their plane is on the screen, and how soon a path bends when the learning rate is dragged."""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

import displays
from frames import SMALL, our_window, watch_frames

SECONDS = 6.0
INTERVAL = 16
"""Milliseconds between two values of the slider that is dragged."""
STEPS = 500
MINI_BATCHES = {"id": "mini-batch", "batch_size": 16}


def moons(steps: int = STEPS) -> Any:
    """A race of one racer on a network for two moons, seen on the plane of its path."""
    from optexplorer.experiment.experiment import Experiment

    return Experiment(
        landscape={
            "kind": "model",
            "data": {"id": "moons", "examples": 200},
            "model": {"id": "mlp", "hidden": [16]},
        },
        racers=[{"optimizer": {"id": "adam", "lr": 0.02}, "source": MINI_BATCHES}],
        steps=steps,
        view={"plane": {"kind": "pca"}},
    )


def digits() -> Any:
    """The same on a network for 500 images of digits."""
    from optexplorer.experiment.experiment import Experiment

    return Experiment(
        landscape={
            "kind": "model",
            "data": {"id": "digits", "examples": 500},
            "model": {"id": "mlp", "hidden": [32]},
        },
        racers=[{"optimizer": {"id": "adam", "lr": 0.01}, "source": MINI_BATCHES}],
        steps=100,
        view={"plane": {"kind": "pca"}},
    )


def plane_stages(experiment: Any) -> list[float]:
    """Return the seconds from a finished race to each picture of its plane, from coarse to exact."""
    from optexplorer.runs.run import run
    from optexplorer.scene.planes import with_plane
    from optexplorer.scene.samples.landscape_samples import drawn_landscape
    from optexplorer.scene.samples.staged_sampling import sampling_stages

    results = run(experiment)
    begin = time.perf_counter()
    landscape = experiment.resolve_landscape()
    view = with_plane(experiment.view, landscape, results.trajectories, experiment.start)
    drawn = drawn_landscape(landscape, view)
    assert drawn is not None
    return [
        time.perf_counter() - begin for stage in sampling_stages(drawn, view) if stage.samples is not None
    ]


def drag_rate() -> list[float]:
    """Return the milliseconds from each value of a dragged learning rate to its path, or a later one's, on the screen."""
    from PySide6.QtCore import QEventLoop, QTimer

    app = our_window(SMALL, moons())
    app.playback.to_end()
    window = app.window
    card = window.panel.racers.cards[0]
    sent: list[tuple[float, float]] = []
    taken: list[float] = []
    moves = 0

    def move() -> None:
        nonlocal moves
        moves += 1
        rate = 0.01 + 0.02 * (moves % 50) / 50
        at = time.perf_counter()
        card.rate.valueChosen.emit(rate)
        sent.append((window.scene_controller.experiment.racers[0].optimizer.lr, at))

    def painted() -> None:
        if window.scene is None or not window.scene.racer_paths:
            return
        shown = float(window.scene.racer_paths[0].trajectory.learning_rate[0])
        reached = [n for n, (rate, _) in enumerate(sent) if rate == shown]
        if reached:
            now = time.perf_counter()
            taken.extend((now - at) * 1e3 for _, at in sent[: reached[-1] + 1])
            del sent[: reached[-1] + 1]

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
    for name, experiment, aim in (
        ("moons, 200 examples", moons(100), "first under 0.15 s, all under 1 s"),
        ("digits, 500 examples", digits(), "all under 10 s"),
    ):
        best = min((plane_stages(experiment) for _ in range(3)), key=sum)
        print(
            f"51 × 51 plane of {name}: "
            + ", ".join(f"{seconds:.2f} s" for seconds in best)
            + f" (aim: {aim})"
        )
    taken = displays.answer(__file__)
    if not taken:
        print("no path followed the dragged rate" if taken is not None else "no display")
        return
    quantile = statistics.quantiles(taken, n=20)[-1]
    print(
        f"dragged rate of a moons path of {STEPS} steps, {len(taken)} values: median {statistics.median(taken):.0f} ms, "
        f"95th percentile {quantile:.0f} ms"
    )


if __name__ == "__main__":
    print(json.dumps(drag_rate()))
    sys.stdout.flush()
