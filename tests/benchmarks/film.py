"""Films against the same animations by matplotlib: a growing race on a map, and on a surface.

matplotlib need not be where the program is: PYTHONPATH may name the place. Without an `ffmpeg` program it makes no MP4:
then its GIF, by the fastest writer that is there, stands for it.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from timing import installed

FRAMES, ROUNDS = 300, 3
FPS = 30
SIZE = (1280, 720)
MAP_AIM, SURFACE_AIM = 12, 3
"""How many times as fast as matplotlib films should be."""
ORBIT = 60.0
"""Degrees by which the camera turns."""
SURFACES = (
    ("still camera", SIZE, 60, 0.0),
    ("turning camera", SIZE, 90, ORBIT),
    ("turning camera", (640, 480), 90, ORBIT),
)
"""matplotlib would take minutes for more frames."""
MESH = 80
"""Cells along each side of the surface, as many as ours has at this size; matplotlib's default is 50."""


def race() -> Any:
    from optexplorer.experiment.default_experiment import default_experiment
    from optexplorer.scene.computed import compute

    experiment = default_experiment()
    return compute(experiment.model_copy(update={"steps": FRAMES, "stop_when_converged": False}))


def ours(
    computed: Any, part: Any, frames: int, orbit: float, path: Path, kind: Any, size: tuple[int, int] = SIZE
) -> None:
    from optexplorer.export.pictures import text_size
    from optexplorer.export.video.film import ComputedSegment, Film, Motion
    from optexplorer.export.video.film_writer import write_film
    from optexplorer.painting.figure import Figure
    from optexplorer.painting.style import Style

    motion = Motion(last=frames - 1, steps_per_second=float(FPS), orbit=orbit, hold=0)
    segment = ComputedSegment(computed, Figure((part,)), motion)
    style = Style(text_size=text_size(*size))
    film = Film((segment,), *size, Fraction(FPS), style)
    assert film.frames == frames
    assert write_film(film, path, kind)


def matplotlib_map(computed: Any, frames: int, path: Path, writer: str) -> None:
    import numpy as np
    from matplotlib import pyplot
    from matplotlib.animation import FuncAnimation

    surface = computed.samples
    figure, axes = pyplot.subplots(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100)
    plane = np.meshgrid(surface.x, surface.y)
    axes.contourf(*plane, surface.height, levels=len(surface.bands))
    axes.contour(*plane, surface.height, levels=len(surface.lines), colors="k", linewidths=0.6)
    lines = [axes.plot([], [], lw=2.4)[0] for _ in computed.trajectories]
    heads = [axes.plot([], [], "o", ms=9)[0] for _ in computed.trajectories]

    def show(step: int) -> list[Any]:
        for trajectory, line, head in zip(computed.trajectories, lines, heads, strict=True):
            x, y = trajectory.position[: step + 1].T
            line.set_data(x, y)
            head.set_data(x[-1:], y[-1:])
        return lines + heads

    FuncAnimation(figure, show, frames=frames, blit=True).save(path, writer=writer, fps=FPS)
    pyplot.close(figure)


def matplotlib_surface(
    computed: Any, frames: int, orbit: float, path: Path, writer: str, size: tuple[int, int] = SIZE
) -> None:
    import numpy as np
    from matplotlib import pyplot
    from matplotlib.animation import FuncAnimation

    surface = computed.samples
    figure = pyplot.figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
    axes = figure.add_subplot(projection="3d")
    plane = np.meshgrid(surface.x, surface.y)
    axes.plot_surface(*plane, surface.height, cmap="viridis", rcount=MESH, ccount=MESH)
    lines = [axes.plot([], [], [], lw=2.4)[0] for _ in computed.trajectories]
    heights = [surface.height_at(trajectory.position) for trajectory in computed.trajectories]

    def show(step: int) -> list[Any]:
        for trajectory, height, line in zip(computed.trajectories, heights, lines, strict=True):
            x, y = trajectory.position[: step + 1].T
            line.set_data_3d(x, y, height[: step + 1])
        if orbit:
            axes.view_init(38, -62 + orbit * step / frames)
        return lines

    FuncAnimation(figure, show, frames=frames).save(path, writer=writer, fps=FPS)
    pyplot.close(figure)


def measure(functions: dict[str, Callable[[], object]], frames: int) -> dict[str, float]:
    """Return the frames per second of each function, the median of rounds in turn."""
    found: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(ROUNDS):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            found[name].append(frames / (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in found.items()}


def compare(title: str, speeds: dict[str, float], aim: int) -> None:
    print(f"{title}: " + ", ".join(f"{name} {speed:.1f} frames/s" for name, speed in speeds.items()))
    others = {name: speed for name, speed in speeds.items() if name.startswith("matplotlib")}
    for name, speed in others.items():
        print(
            f"  ratio: {speeds['optexplorer'] / speed:.1f} times as fast as {name} (aim: {aim})", flush=True
        )


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from optexplorer.export.export_jobs import drawing

    with drawing(), tempfile.TemporaryDirectory() as folder:
        _measure_all(Path(folder))


def _measure_all(folder: Path) -> None:
    computed = race()
    compared = installed("matplotlib")
    if compared:
        import matplotlib

        matplotlib.use("Agg")
    mp4, fastest = ("ffmpeg", "mp4") if shutil.which("ffmpeg") else ("pillow", "gif")
    # Of each kind of film, what matplotlib writes, and with what.
    rivals = {"mp4": (mp4, fastest), "gif": ("pillow", "gif")}
    for kind, (writer, other) in rivals.items():
        functions: dict[str, Callable[[], object]] = {
            "optexplorer": lambda kind=kind: ours(computed, "map", FRAMES, 0, folder / f"ours.{kind}", kind)
        }
        if compared:
            functions[_rival(kind, writer, other)] = lambda writer=writer, other=other: matplotlib_map(
                computed, FRAMES, folder / f"other.{other}", writer
            )
        title = f"map, {kind}, {SIZE[0]}×{SIZE[1]}, {FRAMES} frames"
        compare(title, measure(functions, FRAMES), MAP_AIM)
    writer, other = rivals["mp4"]
    for camera, size, frames, orbit in SURFACES:
        functions = {
            "optexplorer": lambda f=frames, o=orbit, s=size: ours(
                computed, "surface", f, o, folder / "ours.mp4", "mp4", s
            )
        }
        if compared:
            functions[_rival("mp4", writer, other)] = lambda f=frames, o=orbit, s=size: matplotlib_surface(
                computed, f, o, folder / f"other.{other}", writer, s
            )
        title = f"surface, mp4, {camera}, {size[0]}×{size[1]}, {frames} frames"
        compare(title, measure(functions, frames), SURFACE_AIM)


def _rival(kind: str, writer: str, other: str) -> str:
    """Return how matplotlib's film is named beside one of `kind`."""
    note = "" if kind == other else f", {other} because its {kind} needs ffmpeg, which is not here"
    return f"matplotlib ({writer}{note})"


if __name__ == "__main__":
    main()
