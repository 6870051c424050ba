"""What map and surface show of mini-batches and single examples: computed, so never part of `resolve`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.trajectory import TerminationReason, Trajectory
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.batch_surface import RESTING, BatchSurface, batch_surface
from optexplorer.scene.gradient_cloud import GradientCloud, gradient_cloud
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, Picture
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.text import Text


@dataclass(frozen=True, eq=False)
class BatchMarks:
    """What is shown of one racer's mini-batch and of the examples' gradients at its head.

    Attributes
    ----------
    samples : what is drawn of the landscape, to which the marks belong
    number : the racer's place in the experiment
    step : the step at whose head they hold, and whose mini-batch it is
    batch : how many examples that has; None where the step sees all of them, or there is no such step
    examples : how many training examples there are
    surface : the losses of the mini-batch, if they are asked for
    cloud : the gradients of single examples, if they are asked for
    absences : why something that is asked for is not there
    """

    samples: SurfaceSamples
    number: int
    step: int
    batch: int | None
    examples: int
    surface: BatchSurface | None = None
    cloud: GradientCloud | None = None
    absences: tuple[Text, ...] = ()

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is shown, and of which step, in words."""
        notes = []
        if self.batch is not None:
            notes.append(
                Text(
                    f"mini-batch of step {self.step}: {self.batch} of {self.examples} examples",
                    f"ステップ{self.step}のミニバッチ: {self.examples}個中{self.batch}個",
                )
            )
        if self.cloud is not None:
            used = len(self.cloud.slopes)
            whose = (
                Text(f"{self.examples} examples", f"データ{self.examples}個")
                if used == self.examples
                else Text(f"{used} of {self.examples} examples", f"データ{self.examples}個中{used}個")
            )
            notes.append(
                Text(
                    f"−gradients × {self.cloud.rate:g} of {whose.en}",
                    f"{whose.ja}の−勾配 × {self.cloud.rate:g}",
                )
            )
        return (*notes, *self.absences)


def wants_batch_marks(appearance: Appearance) -> bool:
    """Return whether an appearance asks for any of these marks."""
    return appearance.batch_surface or appearance.example_gradients or appearance.gradient_ellipse


def absence_of_batch_marks(examples: int, picture: Picture | None) -> Text | None:
    """Return why a landscape of so many examples, and so drawn, has no such marks; None if it has."""
    if not examples:
        return Text(
            "Only landscapes that learn from data have mini-batches and examples.",
            "ミニバッチとデータごとの勾配があるのは、データから学習する地形だけ。",
        )
    if picture != "surface":
        return Text(
            "They are drawn on map and surface; choose a plane of two directions.",
            "等高線図と曲面に描かれる。2方向の平面を選ぶ。",
        )
    return None


def batch_racer(experiment: Experiment, trajectories: Sequence[Trajectory | None]) -> int | None:
    """Return the number of the racer that is shown: in the spotlight or the first with mini-batches, else the first."""
    lit = experiment.appearance.spotlight
    known = [
        (number, trajectory)
        for number, trajectory in enumerate(trajectories)
        if trajectory is not None and experiment.racers[number].visible
    ]
    known.sort(key=lambda one: one[0] != lit)
    with_batches = [one for one in known if one[1].steps_per_epoch is not None]
    return next((number for number, _ in with_batches or known), None)


def batch_marks(
    experiment: Experiment,
    trajectories: Sequence[Trajectory | None],
    playhead: int,
    samples: LandscapeSamples | None,
    should_stop: Callable[[], bool] = lambda: False,
    costly_side: int = RESTING,
) -> BatchMarks | None:
    """Return the marks that a scene of `experiment` at `playhead` shows; None if there are none to show.

    `should_stop` is asked now and then; what is not there yet is left out then. `costly_side` as in `batch_surface`.
    """
    appearance, landscape = experiment.appearance, experiment.resolve_landscape()
    number = batch_racer(experiment, trajectories)
    if (
        not wants_batch_marks(appearance)
        or not isinstance(samples, SurfaceSamples)
        or not isinstance(landscape, ModelLandscape)
        or number is None
    ):
        return None
    trajectory = trajectories[number]
    assert trajectory is not None
    step = min(max(playhead, 0), trajectory.steps)
    # A racer that has come to its end takes no further step.
    ended = trajectory.ending is not TerminationReason.RUNNING and step == trajectory.steps
    sample = None if ended else trajectory.sample_at(step)
    absences = []
    surface, cloud = None, None
    if appearance.batch_surface:
        if sample is not None:
            surface = batch_surface(samples, sample, should_stop, costly_side)
        elif ended and trajectory.steps_per_epoch is not None:
            absences.append(Text("no mini-batch after the last step", "最後のステップの後にミニバッチはない"))
        else:
            absences.append(Text("no racer uses mini-batches", "ミニバッチを使う走者がいない"))
    if appearance.example_gradients or appearance.gradient_ellipse:
        if landscape.predictor.couples_examples:
            absences.append(
                Text(
                    "no gradients of single examples with batch normalisation",
                    "バッチ正規化では、データごとの勾配は求められない",
                )
            )
        else:
            head = trajectory.position_at(step)
            cloud = gradient_cloud(samples, landscape, head, sample, should_stop)
    return BatchMarks(
        samples=samples,
        number=number,
        step=step,
        batch=None if sample is None else len(sample.places),
        examples=landscape.examples,
        surface=surface,
        cloud=cloud,
        absences=tuple(absences),
    )


def shown_marks(
    marks: BatchMarks | None,
    appearance: Appearance,
    samples: LandscapeSamples | None,
    visible: Collection[int],
) -> BatchMarks | None:
    """Return of some marks those that are asked for; None if they belong to another picture or to no visible racer."""
    if marks is None or marks.samples is not samples or marks.number not in visible:
        return None
    if not wants_batch_marks(appearance):
        return None
    has_cloud = appearance.example_gradients or appearance.gradient_ellipse
    return replace(
        marks,
        surface=marks.surface if appearance.batch_surface else None,
        cloud=marks.cloud if has_cloud else None,
    )
