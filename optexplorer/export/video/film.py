"""Timing of films: which step each frame shows, and from which camera."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from PySide6.QtGui import QImage

from optexplorer.experiment.appearance import Camera
from optexplorer.export.pictures import SMALLEST, fine_scene, render, with_fit
from optexplorer.painting.animation import Animation
from optexplorer.painting.figure import Figure, figure_appearance
from optexplorer.painting.style import Style
from optexplorer.scene.computed import Computed
from optexplorer.scene.scene import Scene

Easing = Literal["even", "smooth"]

LARGEST = 4096
"""The longest side of a film's frames, in pixels."""
FASTEST = 120
MOST_FRAMES = 36_000


@dataclass(frozen=True)
class Motion:
    """How playhead and camera move.

    `first` and `last` step (None: the end); `orbit` in degrees, counter-clockwise as seen from above, until the last
    step is reached; `hold` in seconds, for which the last step then rests. `smooth` easing begins and ends slowly.

    Raises
    ------
    ValueError
        If a number is out of its bounds.
    """

    first: int = 0
    last: int | None = None
    steps_per_second: float = 30.0
    orbit: float = 0.0
    easing: Easing = "even"
    hold: float = 1.0

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("first", self.first, 0, 10**9),
            ("steps per second", self.steps_per_second, 0.1, 10_000),
            ("orbit", self.orbit, -3600, 3600),
            ("hold", self.hold, 0, 600),
        ):
            if not low <= value <= high:
                raise ValueError(f"{name} = {value:g} is not allowed; {low:g} <= {name} <= {high:g}")
        if self.last is not None and self.last < self.first:
            raise ValueError(f"steps {self.first} to {self.last} are no range; the first is at most the last")


class Shot(NamedTuple):
    """One frame: the step that is shown, and from where."""

    playhead: int
    camera: Camera


@dataclass(frozen=True, eq=False)
class ComputedSegment:
    """One descent in a film, with its figure and its motion."""

    computed: Computed
    figure: Figure
    motion: Motion

    def shots(self, fps: Fraction) -> list[Shot]:
        """Return the frames, at `fps` frames per second."""
        motion, camera = self.motion, self.computed.experiment.appearance.camera
        first = min(motion.first, self.computed.length)
        last = self.computed.length if motion.last is None else min(motion.last, self.computed.length)
        moving = round((last - first) / Fraction(motion.steps_per_second) * fps)
        shots = []
        for number in range(moving):
            part = _eased(number / moving, motion.easing)
            shots.append(
                Shot(first + int(part * (last - first) + 1e-9), _turned(camera, part * motion.orbit))
            )
        still = max(round(Fraction(motion.hold) * fps), 1)
        return shots + [Shot(last, _turned(camera, motion.orbit))] * still

    def scene(self, shot: Shot) -> Scene:
        """Return what a frame shows."""
        appearance = figure_appearance(self.figure, self.computed.experiment.appearance)
        moved = appearance if shot.camera == appearance.camera else appearance.evolve(camera=shot.camera)
        return with_fit(self.computed.scene(shot.playhead, moved), self.figure)


def _eased(part: float, easing: Easing) -> float:
    return part if easing == "even" else part * part * (3 - 2 * part)


def _turned(camera: Camera, degrees: float) -> Camera:
    if not degrees:
        return camera
    return camera.evolve(azimuth=(camera.azimuth + degrees + 180) % 360 - 180)


@dataclass(frozen=True, eq=False)
class Film:
    """Segments that follow each other, and how they are painted.

    Raises
    ------
    ValueError
        If the frames would be too small, too large or too many.
    """

    segments: tuple[ComputedSegment, ...]
    width: int
    height: int
    fps: Fraction
    style: Style

    def __post_init__(self) -> None:
        if not SMALLEST <= min(self.width, self.height) <= max(self.width, self.height) <= LARGEST:
            raise ValueError(
                f"size {self.width}x{self.height} is not allowed; "
                f"at least {SMALLEST}x{SMALLEST} and at most {LARGEST}x{LARGEST}"
            )
        if not 1 <= self.fps <= FASTEST:
            raise ValueError(f"fps = {float(self.fps):g} is not allowed; 1 <= fps <= {FASTEST}")
        if self.frames > MOST_FRAMES:
            raise ValueError(
                f"the film would have {self.frames} frames; at most {MOST_FRAMES} are allowed: "
                "show fewer steps, or more of them per second"
            )

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return sum(len(segment.shots(self.fps)) for segment in self.segments)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return float(self.frames / self.fps)

    def image(self, number: int, scale: float = 1.0) -> QImage:
        """Return the frame at `number` alone, its layout `scale` times as fine; the last one for larger numbers."""
        for segment in self.segments:
            shots = segment.shots(self.fps)
            if number < len(shots) or segment is self.segments[-1]:
                scene = segment.scene(shots[min(number, len(shots) - 1)])
                return render(scene, segment.figure, self.width, self.height, scale, self.style)
            number -= len(shots)
        raise ValueError("a film has at least one segment")

    def animation(self, segment: ComputedSegment, width: int, height: int) -> Animation:
        """Return what paints the frames of `segment`, in frames of this size."""
        scene = fine_scene(
            segment.scene(Shot(0, segment.computed.experiment.appearance.camera)),
            segment.figure,
            width,
            height,
            1.0,
            self.style,
        )
        return Animation(segment.figure, scene, width, height, self.style)
