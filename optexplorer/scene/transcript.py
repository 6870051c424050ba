"""The events of a race in words, for screen readers."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.scene.geometry.ticks import brief, discernible
from optexplorer.scene.scene import Scene
from optexplorer.text import Text
from optexplorer.weak_cache import cached_with_first

MOST_COORDINATES = 6
"""Coordinates beyond which a place is not told."""
MOST_RISES = 3
"""Rises of the loss that are told of each racer; later ones would only repeat them."""
NEAR = 0.02
"""A head nearer to a minimum than this part of the domain is in it."""
TENTHS = (0.1, 0.01, 0.001)
"""Parts of the way down to the lowest known loss that are told."""


class Event(NamedTuple):
    """Something worth telling of one racer, at one step."""

    step: int
    number: int
    """The racer's place in the list, from 0."""
    words: Text


def transcript(scene: Scene) -> tuple[Event, ...]:
    """Return what has happened up to the playhead, in order of the steps."""
    events = [
        Event(
            step,
            racer_path.number,
            Text(f"{racer_path.name.en} {words.en}", f"{racer_path.name.ja}: {words.ja}"),
        )
        for racer_path in scene.racer_paths
        for step, words in _told(racer_path.trajectory, scene.landscape)
        if step <= racer_path.step
    ]
    return tuple(sorted(events, key=lambda event: (event.step, event.number)))


@cached_with_first(2)
def _told(trajectory: Trajectory, landscape: Landscape) -> tuple[tuple[int, Text], ...]:
    """The events of a whole trajectory, in order of the steps; the racer's name goes before them."""
    told = [
        (0, _beginning(trajectory)),
        *_falls(trajectory, landscape),
        *_rises(trajectory),
    ]
    if trajectory.ending is not TerminationReason.RUNNING:
        told.append((trajectory.steps, _ending(trajectory, landscape)))
    return tuple(sorted(told, key=lambda event: event[0]))


def _beginning(trajectory: Trajectory) -> Text:
    first = _loss(trajectory, 0)
    if len(trajectory.variables) > MOST_COORDINATES:
        return Text(f"starts with loss {first}.", f"出発。損失は {first}。")
    place = _place(trajectory, 0)
    return Text(f"starts at {place} with loss {first}.", f"{place} から出発。損失は {first}。")


def _falls(trajectory: Trajectory, landscape: Landscape) -> list[tuple[int, Text]]:
    lowest = landscape.global_minimum
    if lowest is None:
        return []
    above = trajectory.loss - lowest
    told: dict[int, Text] = {}
    for part in TENTHS:
        below = np.flatnonzero(above <= part * above[0])
        if below.size and above[0] > 0:
            step = int(below[0])
            left, loss = f"{100 * part:g}", _loss(trajectory, step)
            told[step] = Text(
                f"has {left} % of the way down left: loss {loss}.",
                f"最小値までの残りが {left} % になる。損失 {loss}。",
            )
    return list(told.items())


def _rises(trajectory: Trajectory) -> list[tuple[int, Text]]:
    rising = np.diff(trajectory.loss) > 0
    begins = np.flatnonzero(rising & ~np.concatenate([[False], rising[:-1]]))
    told = []
    for begin in begins[:MOST_RISES].tolist():
        rest = np.flatnonzero(~rising[begin:])
        top = begin + int(rest[0]) if rest.size else len(rising)
        before, after = _loss(trajectory, begin), _loss(trajectory, top)
        if before != after:
            words = Text(
                f"overshoots: the loss rises from {before} to {after}.",
                f"行き過ぎて、損失が {before} から {after} に増える。",
            )
            told.append((top, words))
    return told


def _ending(trajectory: Trajectory, landscape: Landscape) -> Text:
    loss = _loss(trajectory, trajectory.steps)
    outcome, valley = trajectory.outcome(), _valley(trajectory, landscape)
    if len(trajectory.variables) > MOST_COORDINATES:
        return Text(
            f"{outcome.en}{valley.en}: loss {loss}.",
            f"{outcome.ja}{valley.ja}。損失 {loss}。",
        )
    place = _place(trajectory, trajectory.steps)
    return Text(
        f"{outcome.en}{valley.en}: at {place}, loss {loss}.",
        f"{outcome.ja}{valley.ja}。位置 {place}、損失 {loss}。",
    )


def _valley(trajectory: Trajectory, landscape: Landscape) -> Text:
    """In which known minimum a trajectory ends."""
    size = math.hypot(*(high - low for low, high in landscape.domain))
    head, lowest = trajectory.position_at(trajectory.steps), landscape.global_minimum
    for minimum in landscape.minima:
        if math.dist(head, minimum.position) < NEAR * size:
            if lowest is not None and minimum.value <= lowest + 1e-9 * max(1.0, abs(lowest)):
                return Text(", in the global minimum", "(大域的最小点)")
            return Text(", in a local minimum", "(局所最小点)")
    return Text("", "")


def _place(trajectory: Trajectory, step: int) -> str:
    columns = trajectory.position.T
    return f"({', '.join(brief(float(column[step]), discernible(column)) for column in columns)})"


def _loss(trajectory: Trajectory, step: int) -> str:
    return brief(float(trajectory.loss[step]), discernible(trajectory.loss))
