"""The options for the steps, speed and camera motion of films."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from optexplorer.export.video.encoders import FilmKind
    from optexplorer.export.video.film import Easing, Motion

F = TypeVar("F", bound=Callable[..., Any])


class Range(click.ParamType):  # type: ignore[type-arg]
    """First and last step, such as `0,100`; the last may be left out."""

    name = "FIRST,LAST"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int | None]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"\s*([0-9]{1,9})\s*,\s*([0-9]{1,9})?\s*", value)
        if not found:
            self.fail(f"'{value}' is no range of steps; it should look like 0,100 or 20,", param, ctx)
        return int(found[1]), int(found[2]) if found[2] else None


_OPTIONS = (
    click.option("--fps", type=float, default=30.0, show_default=True, help="Frames per second of a film."),
    click.option(
        "--steps-per-second", type=float, default=30.0, show_default=True, help="How fast a film descends."
    ),
    click.option("--range", "span", type=Range(), default="0,", help="The steps that a film shows."),
    click.option(
        "--orbit", type=float, default=0.0, help="Degrees by which the camera turns around the surface."
    ),
    click.option(
        "--easing",
        type=click.Choice(["even", "smooth"]),
        default="even",
        show_default=True,
        help="Whether a film begins and ends slowly.",
    ),
    click.option(
        "--hold",
        type=float,
        default=1.0,
        show_default=True,
        help="Seconds for which the end of a film rests.",
    ),
)


def motion_options(command: F) -> F:
    """Give a command all options of `MotionOptions`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class MotionOptions:
    """What was asked for about how a film moves."""

    fps: float
    steps_per_second: float
    span: tuple[int, int | None]
    orbit: float
    easing: Easing
    hold: float

    def motion(self) -> Motion:
        """Return how playhead and camera move.

        Raises
        ------
        ValueError
            If a number is out of its bounds.
        """
        from optexplorer.export.video.film import FASTEST, Motion

        if not 1 <= self.fps <= FASTEST:
            raise ValueError(f"fps = {self.fps:g} is not allowed; 1 <= fps <= {FASTEST}")
        return Motion(*self.span, self.steps_per_second, self.orbit, self.easing, self.hold)


def film_kind(output: str) -> FilmKind | None:
    """Return what kind of film the name of an output asks for; None if it asks for a picture."""
    if output.endswith(("/", "\\")):
        return "frames"
    kinds: dict[str, FilmKind] = {".mp4": "mp4", ".webm": "webm", ".gif": "gif", ".apng": "apng"}
    return next((kind for suffix, kind in kinds.items() if output.lower().endswith(suffix)), None)
