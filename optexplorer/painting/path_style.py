"""How the paths of racers are drawn: the same colours and widths on maps, charts and surfaces, by painter and OpenGL.

Racers of one colour are told apart by a line along the middle of their paths, and a dot in the middle of their balls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.painting.marks import Head
from optexplorer.scene.palette import Theme
from optexplorer.scene.scene import PathAtPlayhead

LINE, CASING = 2.4, 5.0
"""Widths of a path and of its casing, in units of the style."""
CORED, CORE = 3.4, 1.2
"""Widths of a path that has a line along its middle, and of that line."""
MAP_DOT, SURFACE_DOT = 5.2, 5.0
"""Widths of the dots where long steps land."""
HIDDEN_LINE, HIDDEN = 0.8 * LINE, 0.3
"""Width and opacity of what hills hide."""
_CORES = ("#FFFFFF", "#101418")


@dataclass(frozen=True)
class Stroke:
    """One layer of a path: its colour, the widths of its line and dots (0: none) in units of the style."""

    colour: str
    line: float
    dot: float = 0.0
    opacity: float = 1.0
    hidden: bool = False
    """Whether it is drawn where hills hide the path, or where it is in view."""
    casing: bool = False
    """Whether it lies beneath the lines of all paths."""
    core: bool = False
    """Whether it lies along the middle of a line."""


def core_colour(racer_path: PathAtPlayhead) -> str | None:
    """Return the colour along the middle of a racer's path; None for the first racer of a colour."""
    return core_of(racer_path.variant)


def core_of(variant: int) -> str | None:
    """Return the colour along the middle of the lines of a racer that `variant` others of its colour come before."""
    return _CORES[(variant - 1) % len(_CORES)] if variant else None


def line_width(racer_path: PathAtPlayhead) -> float:
    """Return the width of a racer's path, in units of the style."""
    return CORED if racer_path.variant else LINE


def head_of(racer_path: PathAtPlayhead, at: QPointF) -> Head:
    """Return the head of a racer whose place in the picture is `at`."""
    ending = racer_path.trajectory.ending if racer_path.ended else TerminationReason.RUNNING
    return Head(at, racer_path.colour, ending, core_colour(racer_path))


def surface_strokes(
    racer_paths: Sequence[PathAtPlayhead], theme: Theme
) -> Iterator[tuple[PathAtPlayhead, Stroke]]:
    """Yield the strokes of paths on a surface, the lowest first."""
    for racer_path in racer_paths:
        yield racer_path, Stroke(racer_path.colour, HIDDEN_LINE, 0.0, HIDDEN, hidden=True)
    extra = CASING - LINE
    for racer_path in racer_paths:
        width = line_width(racer_path) + extra
        yield racer_path, Stroke(theme.casing, width, SURFACE_DOT + extra, casing=True)
    for racer_path in racer_paths:
        yield racer_path, Stroke(racer_path.colour, line_width(racer_path), SURFACE_DOT)
        if (core := core_colour(racer_path)) is not None:
            yield racer_path, Stroke(core, CORE, core=True)
