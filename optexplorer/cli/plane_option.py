"""The option that says which plane through parameter space is drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from optexplorer.engine.landscapes.base import Landscape
    from optexplorer.experiment.experiment import Experiment

SHOWN = 60
HELP = (
    "The plane through the parameters that is drawn: pca (or pca:1,2 of these racers), random (random:7 with a seed), "
    "weights:3,17 (numbers from 0, or names), hessian, points, line, or none. Points follow as hessian:1.end, "
    "points:start,1.end,2.end or line:1.start,1.end: racers count from 1, a number in place of start or end is a step."
)


def with_plane(experiment: Experiment, text: str) -> Experiment:
    """Return the experiment with the plane that the option `text` names, all of it in view.

    Raises
    ------
    click.UsageError
        If there is no such plane; the message says what would be right.
    """
    from optexplorer.experiment.frozen_model import InvalidValueError
    from optexplorer.experiment.plane_rule import PlaneRule

    kind, colon, rest = text.strip().partition(":")
    try:
        rule = None
        if kind != "none" or colon:
            rule = PlaneRule(kind=kind, **_settings(kind, rest, experiment.resolve_landscape()))
        view = experiment.view.evolve(plane=rule, window=None, interval=None)
        return experiment.evolve(view=view)
    except InvalidValueError as error:
        raise click.UsageError(f"--plane {text[:SHOWN]}: {_counted_from_one(str(error))}") from error


def _settings(kind: str, rest: str, landscape: Landscape) -> dict[str, Any]:
    """Return the settings of a plane of some kind that follow its name."""
    parts = [part.strip() for part in re.split(r",(?![^\[]*\])", rest)] if rest else []
    if not parts:
        return {}
    if kind == "pca":
        return {"racers": tuple(_racer(part) for part in parts)}
    if kind == "random":
        return (
            {"seed": _whole(parts[0], "a seed, such as random:7")}
            if len(parts) == 1
            else _refuse(rest, "random:7")
        )
    if kind == "weights":
        return {"weights": tuple(_parameter(part, landscape) for part in parts)}
    if kind in ("points", "line", "hessian"):
        return {"points": tuple(_point(part) for part in parts)}
    # An unknown kind is refused by its name.
    return {}


def _refuse(text: str, right: str) -> Any:
    raise click.UsageError(f"--plane: '{text[:SHOWN]}' is not understood; it should look like {right}")


def _whole(text: str, right: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else _refuse(text, right)


def _racer(text: str) -> int:
    number = _whole(text, "pca:1,2, with racers counted from 1")
    return number - 1 if number else _refuse(text, "pca:1,2, with racers counted from 1")


def _parameter(text: str, landscape: Landscape) -> int:
    """Return the number of a parameter, given by its number or its name."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    if text in landscape.variables:
        return landscape.variables.index(text)
    from optexplorer.catalogue import nearest

    near = nearest(text, list(landscape.variables[:4096]))
    hint = f"did you mean '{near}'?" if near else f"the first is {landscape.variables[0]}"
    raise click.UsageError(f"--plane: there is no parameter '{text[:SHOWN]}'; {hint}")


def _point(text: str) -> dict[str, Any]:
    """Return a point on a path, such as `start` (the common one), `1.end` or `2.40`."""
    if text == "start":
        return {}
    right = "start, 1.start, 1.end or 1.40"
    found = re.fullmatch(r"([0-9]{1,9})\.(start|end|[0-9]{1,9})", text)
    if found is None or not int(found[1]):
        return _refuse(text, right)  # type: ignore[no-any-return]
    return {"racer": int(found[1]) - 1, "step": int(found[2]) if found[2].isdigit() else found[2]}


def _counted_from_one(message: str) -> str:
    """Return a message about the numbers of racers, which files count from 0, for the command line."""
    found = re.search(r"there is no racer (\d+); they have the numbers 0 to (\d+)", message)
    if found is None:
        return message.removeprefix("view.plane: ")
    return f"there is no racer {int(found[1]) + 1}; they have the numbers 1 to {int(found[2]) + 1}"
