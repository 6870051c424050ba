"""All that pictures and films of an experiment need: its ground and its descents, computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from optexplorer.engine.descent import trajectory
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.anatomy.explained_step import StepExplainer
from optexplorer.scene.fog import Footprint, footprint
from optexplorer.scene.resolve import resolve, surface_path_on
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, sample_landscape
from optexplorer.scene.scene import Scene, SurfacePath


@dataclass(frozen=True, eq=False)
class Computed:
    """An experiment with everything computed that a scene of it shows.

    Attributes
    ----------
    trajectories : one per racer, None if nothing of it has been computed
    surface_paths : those laid on the surface, by identity; others are laid when a scene is made
    footprints : what they have seen in fog, by identity; empty without fog
    step_explainer : lays steps open where a scene shows their anatomy
    """

    experiment: Experiment
    samples: LandscapeSamples
    trajectories: tuple[Trajectory | None, ...]
    surface_paths: Mapping[Trajectory, SurfacePath]
    footprints: Mapping[Trajectory, Footprint]
    step_explainer: StepExplainer = field(default_factory=StepExplainer)

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

    def with_appearance(self, appearance: Appearance) -> Computed:
        """Return the same with another camera, other colours or other marks."""
        return replace(self, experiment=self.experiment.evolve(appearance=appearance))

    def scene(self, playhead: int | None = None, appearance: Appearance | None = None) -> Scene:
        """Return what is shown at `playhead` (None: at the end), with `appearance` or the experiment's own."""
        experiment = (self if appearance is None else self.with_appearance(appearance)).experiment
        step = self.length if playhead is None else playhead
        anatomies = self.step_explainer.anatomies(experiment, self.trajectories, step)
        return resolve(
            experiment, self.samples, self.trajectories, step, self.surface_paths, anatomies, self.footprints
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
    samples = sample_landscape(experiment.resolve_landscape(), experiment.view)
    end = experiment.end_rule()
    trajectories = tuple(
        trajectory(
            experiment.run_spec(racer),
            experiment.start_of(racer),
            experiment.steps,
            end=end,
            should_stop=should_stop,
        )
        for racer in experiment.racers
    )
    surface_paths = {t: laid for t in trajectories if (laid := surface_path_on(samples, t)) is not None}
    fog = experiment.view.fog
    footprints = {t: footprint(samples, t, fog) for t in trajectories} if fog > 0 else {}
    return Computed(experiment, samples, trajectories, surface_paths, footprints)
