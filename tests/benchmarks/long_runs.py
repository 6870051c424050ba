"""Long runs in the window: their time against the engine's own, their memory, and frames a second while scrubbing.

Each scenario is measured in a process of its own, on a display. The window's time is also given as processor time of
the thread that computes, which tells more where other programs have the processor.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import displays
from frames import frames_per_second, long_race

SIZE = (1280, 720)
SCENARIOS = {
    "6 racers × 40,000 steps": (6, 40_000, False),
    "the same, playing": (6, 40_000, True),
    "24 racers × 100,000 steps": (24, 100_000, False),
}
PATIENCE = 400.0
"""Seconds after which a run is given up."""
ROUNDS = 3
"""Runs of the engine alone, of which the shortest counts."""
POLL = 10
"""Milliseconds between two looks whether something is done."""
SCRUBBED = 16
"""Milliseconds between two movements of the playhead."""


def race(racers: int, steps: int) -> Any:
    """Return the long race with this many racers, those of one kind with different learning rates."""
    experiment = long_race()
    kinds = experiment.racers
    more = tuple(
        racer.evolve(
            optimizer=racer.optimizer.model_copy(
                update={"lr": racer.optimizer.lr * 0.9 ** (i // len(kinds))}
            ),
            stream=i,
        )
        for i, racer in ((i, kinds[i % len(kinds)]) for i in range(racers))
    )
    return experiment.evolve(racers=more, steps=steps)


def memory(kind: str) -> float:
    """Return the memory of this process in MB: `VmRSS` that it has now, `VmHWM` that it had at most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/self/status tells no {kind}")


def seconds_of(work: Callable[[], object]) -> tuple[float, float]:
    """Return how many seconds `work` takes, and how much of the processor's time."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def engine_seconds() -> float:
    """Return the processor time that the engine's thread of this process has used so far."""
    thread = next(thread for thread in threading.enumerate() if thread.name == "engine")
    assert thread.ident is not None
    return time.clock_gettime(time.pthread_getcpuclockid(thread.ident))


def wait_until(done: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Let the window work until `done` says so, sleeping in between: other threads have the interpreter meanwhile."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer = QEventLoop(), QTimer(interval=POLL)
    limit = time.monotonic() + seconds
    timer.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > limit else None)
    timer.start()
    loop.exec()
    if not done():
        raise RuntimeError(f"{what}: not after {seconds:g} s")


def scrubbed(app: Any) -> float:
    """Return how many frames a second are seen while the playhead is dragged through the whole race and back."""
    from PySide6.QtCore import QTimer

    playback, moves = app.playback, [0]
    length = playback.length
    parts = 97

    def move() -> None:
        moves[0] += 1
        at = moves[0] % (2 * parts)
        playback.seek(round(length * min(at, 2 * parts - at) / parts))

    timer = QTimer(app.window)
    timer.timeout.connect(move)
    timer.start(SCRUBBED)
    found = frames_per_second(app.window, lambda: app.window.scene.playhead)
    timer.stop()
    return found


def measure(racers: int, steps: int, *, plays: bool) -> None:
    """Print seconds, memory and frames a second of one run in the window."""
    import os
    import tempfile

    home = tempfile.mkdtemp()
    os.environ.update({f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")})
    from PySide6.QtWidgets import QApplication

    from optexplorer.gui.app import Application
    from optexplorer.gui.desktop import allocator
    from optexplorer.runs.run import run

    allocator.give_memory_back()
    experiment = race(racers, steps)
    run(experiment.evolve(steps=200))
    engine, alone = min(seconds_of(lambda: run(experiment)) for _ in range(ROUNDS))

    application = QApplication(sys.argv[:1])
    app = Application(application)
    window = app.window
    window.resize(*SIZE)
    app.open()

    def is_complete() -> bool:
        return window.scene is not None and window.scene_controller.is_complete

    wait_until(is_complete, "the default race")
    app.playback.pause()
    usual = scrubbed(app)
    app.playback.to_start()
    end = time.perf_counter() + 2
    wait_until(lambda: time.perf_counter() > end, "a moment of rest")
    empty = memory("VmRSS")
    if plays:
        app.playback.play()
    start, used = time.perf_counter(), engine_seconds()
    app.store.replace(experiment, experiment.landscape)
    wait_until(is_complete, "the long race", PATIENCE)
    seconds, thread = time.perf_counter() - start, engine_seconds() - used
    app.playback.pause()
    long = scrubbed(app)
    end = time.perf_counter() + 2
    wait_until(lambda: time.perf_counter() > end, "a moment of rest")
    print(f"the engine alone: {engine:.2f} s; from request to done in the window: {seconds:.2f} s")
    print(f"ratio: {seconds / engine:.2f} (aim: at most 1.3)")
    print(f"processor time of the thread that computes, against the engine alone: {thread / alone:.2f}")
    print(f"memory above an empty window: {memory('VmRSS') - empty:.0f} MB (aim: under 700)")
    print(f"at most meanwhile: {memory('VmHWM') - empty:.0f} MB")
    print(f"scrubbing: {long:.1f} frames a second; the default race: {usual:.1f}")
    print(f"ratio: {long / usual:.2f} (aim: 1)")
    app.close()


def main() -> None:
    if sys.platform != "linux":
        print("memory and processor time are read as Linux tells them: left out")
        return
    for name in SCENARIOS:
        print(f"{name}:", flush=True)
        displays.run(__file__, name)


if __name__ == "__main__":
    racers, steps, plays = SCENARIOS[sys.argv[1]]
    measure(racers, steps, plays=plays)
