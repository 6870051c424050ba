"""Checks a lesson by running its experiments: finds starts outside the view and descents that fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.lessons.lesson import Lesson
from optexplorer.runs.failure import error_words
from optexplorer.runs.run import run


class Finding(NamedTuple):
    """What is wrong with a lesson, and the line of the scene."""

    line: int
    message: str


def findings(lesson: Lesson) -> Iterator[Finding]:
    """Yield what is wrong with the descents of each scene.

    A descent may diverge, if that is what the lesson shows; but it begins where the landscape is seen and is finite.
    """
    done: set[Experiment] = set()
    for scene in lesson.scenes:
        # Many scenes show the same race; how it is looked at makes no difference.
        race = scene.experiment.evolve(view=ComputationView(), appearance=Appearance())
        if race not in done:
            done.add(race)
            yield from (Finding(scene.line, message) for message in _problems(race))


def _problems(experiment: Experiment) -> Iterator[str]:
    landscape, results = experiment.resolve_landscape(), run(experiment)
    for number, racer in enumerate(experiment.racers, 1):
        start = experiment.start_of(racer)
        for name, coordinate, (low, high) in zip(landscape.variables, start, landscape.domain, strict=True):
            if not low <= coordinate <= high:
                yield (
                    f"racer {number} starts outside the landscape: "
                    f"{name} = {coordinate:g}, but {low:g} <= {name} <= {high:g}"
                )
        if number - 1 in results.errors:
            yield f"racer {number} cannot run: {error_words(results.errors[number - 1].cause)}"
            continue
        path = results.trajectories[number - 1]
        if path is not None and not np.isfinite(path.loss[0]):
            yield f"racer {number} starts where the loss is {path.loss[0]}"
