"""Paths of every kind, to compare processes: `python -m tests.recorded_paths FILE` writes them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from optexplorer import lessons
from optexplorer.engine import landscapes, optimizers, schedules
from optexplorer.engine.descent import trajectory
from optexplorer.engine.run_spec import RunSpec
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.gallery import entries

Race = tuple[RunSpec, tuple[float, ...], int]


def races() -> dict[str, Race]:
    """Return what every racer of the course and of the gallery runs, and each optimizer, landscape and schedule once."""
    found: dict[str, Race] = {}

    def add(name: str, experiment: Experiment) -> None:
        for number, racer in enumerate(experiment.racers, 1):
            found[f"{name} racer {number}"] = (
                experiment.run_spec(racer),
                tuple(experiment.start_of(racer)),
                experiment.steps,
            )

    for id in lessons.ids():
        for number, scene in enumerate(lessons.get(id, "en").scenes, 1):
            add(f"{id} scene {number}", scene.experiment)
    for entry in entries():
        add(entry.id, entry.experiment)
    for id in optimizers.ids():
        landscape = landscapes.get("beale")
        found[f"optimizer {id}"] = (RunSpec(landscape, optimizers.get(id)()), landscape.start, 60)
    for id in landscapes.ids():
        landscape = landscapes.get(id)
        if landscape.examples:
            # Products of matrices depend on the processor.
            continue
        optimizer = optimizers.get("adam")(lr=0.01)
        found[f"landscape {id}"] = (RunSpec(landscape, optimizer), landscape.start, 30)
    for id in schedules.ids():
        landscape = landscapes.get("himmelblau")
        schedule = schedules.get(id)()
        found[f"schedule {id}"] = (
            RunSpec(landscape, optimizers.get("gd")(lr=0.005), schedule),
            landscape.start,
            60,
        )
    return found


def write(file: Path) -> None:
    """Write the positions of all paths, each of shape (steps + 1, n), by their names."""
    np.savez(file, **{name: trajectory(*race).position for name, race in races().items()})


if __name__ == "__main__":
    write(Path(sys.argv[1]))
