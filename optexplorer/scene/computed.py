"""All that pictures and films of an experiment need: its ground and its descents, computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from optexplorer.engine.descent import trajectory
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.view import View
from optexplorer.scene.anatomy import Anatomist
from optexplorer.scene.fog import Footprint, footprint
from optexplorer.scene.ground import Ground, make_ground
from optexplorer.scene.resolve import draped_on, resolve
from optexplorer.scene.scene import Draped, Scene


@dataclass(frozen=True, eq=False)
class Computed:
    """An experiment with everything computed that a scene of it shows.

    Attributes
    ----------
    trajectories : one per racer, None if nothing of it has been computed
    draped : those laid on the surface, by identity; others are laid when a scene is made
    footprints : what they have seen in fog, by identity; empty without fog
    anatomist : lays steps open where a scene shows their anatomy
    """

    experiment: Experiment
    ground: Ground
    trajectories: tuple[Trajectory | None, ...]
    draped: Mapping[Trajectory, Draped]
    footprints: Mapping[Trajectory, Footprint]
    anatomist: Anatomist = field(default_factory=Anatomist)

    @property
    def length(self) -> int:
        """The step at which the longest visible trajectory ends."""
        return max(
            (
                trajectory.steps
                for racer, trajectory in zip(self.experiment.racers, self.trajectories, strict=True)
                if racer.visible and trajectory is not None
            ),
            default=0,
        )

    def looked_at(self, view: View) -> Computed:
        """Return the same, looked at as in `view`; it may differ in camera, colours and marks."""
        return replace(self, experiment=self.experiment.model_copy(update={"view": view}))

    def scene(self, playhead: int | None = None, view: View | None = None) -> Scene:
        """Return what is shown at `playhead` (None: at the end), looked at as in `view` or the experiment's own.

        `view` may differ from the experiment's in camera, colours and marks, not in the part that is seen.
        """
        experiment = self.experiment if view is None else self.experiment.model_copy(update={"view": view})
        step = self.length if playhead is None else playhead
        anatomies = self.anatomist.anatomies(experiment, self.trajectories, step)
        return resolve(
            experiment, self.ground, self.trajectories, step, self.draped, anatomies, self.footprints
        )


def compute(experiment: Experiment, should_stop: Callable[[], bool] = lambda: False) -> Computed:
    """Compute all that `experiment` shows.

    Parameters
    ----------
    should_stop : asked now and then; the descents end where they are when it says so

    Raises
    ------
    ValueError
        If the landscape has more than two coordinates.
    """
    ground = make_ground(experiment.resolve_landscape(), experiment.view)
    end = experiment.end_rule()
    trajectories = tuple(
        trajectory(
            experiment.rule(racer),
            experiment.start_of(racer),
            experiment.steps,
            end=end,
            should_stop=should_stop,
        )
        for racer in experiment.racers
    )
    draped = {t: laid for t in trajectories if (laid := draped_on(ground, t)) is not None}
    fog = experiment.view.fog
    footprints = {t: footprint(ground, t, fog) for t in trajectories} if fog > 0 else {}
    return Computed(experiment, ground, trajectories, draped, footprints)
