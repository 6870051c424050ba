"""Keeps what is drawn of landscapes: samples, and the planes of the last races, on which the next ones are drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from optexplorer.engine.landscapes.base import Landscape, is_parameter_variant
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import PlaneRule
from optexplorer.scene.planes import PlaneError, resolve_plane
from optexplorer.scene.samples.cost import is_costly
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, drawn_landscape, sample_landscape
from optexplorer.scene.samples.staged_sampling import SamplingProgress, sampling_stages
from optexplorer.text import Text

MOST_SAMPLES = 8
"""Landscapes whose samples are kept."""
MOST_PLANES = 8
"""Rules of which the plane found last is kept."""
WAITING = Text(
    "The plane goes through the paths: it is found as soon as they have ended.",
    "平面は経路から決まる。経路の計算が終わると表示される。",
)

Value = TypeVar("Value")


class _Kept(Generic[Value]):
    """The values that were used last, by their keys."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: Hashable, value: Value) -> Value:
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


@dataclass(frozen=True, eq=False)
class DrawnPart:
    """What can be drawn of a landscape now.

    Attributes
    ----------
    samples : None if there is no picture; `absence` then says why, if it is not for the usual reason
    progress : how far it is computed; None if it is exact and on the right plane
    """

    samples: LandscapeSamples | None
    absence: Text | None = None
    progress: SamplingProgress | None = None


class SampleKeeper:
    """Finds what is drawn of an experiment's landscape, before its race has ended and after."""

    def __init__(self) -> None:
        self._exact: _Kept[LandscapeSamples] = _Kept(MOST_SAMPLES)
        self._coarse: _Kept[LandscapeSamples] = _Kept(MOST_SAMPLES)
        self._planes: _Kept[tuple[Landscape, Plane]] = _Kept(MOST_PLANES)

    def before_race(self, experiment: Experiment) -> DrawnPart:
        """Return what can be drawn without paths: on the plane of the last race with this rule, if it needs one.

        Of a costly landscape at least a coarse picture.
        """
        landscape, rule = experiment.resolve_landscape(), experiment.view.plane
        if not isinstance(rule, PlaneRule):
            return self._first_picture(landscape, experiment.view)
        plane = self._last_plane(landscape, rule)
        if plane is None:
            if rule.needs_paths:
                return DrawnPart(None, WAITING, SamplingProgress(0.0))
            try:
                none: list[Trajectory | None] = [None] * len(experiment.racers)
                plane = resolve_plane(landscape, rule, none, experiment.start)
            except PlaneError as error:
                return DrawnPart(None, error.reason, SamplingProgress(0.0))
        part = self._first_picture(landscape, experiment.view.model_copy(update={"plane": plane}))
        return DrawnPart(part.samples, progress=part.progress or SamplingProgress(0.0))

    def after_race(
        self,
        experiment: Experiment,
        trajectories: Sequence[Trajectory | None],
        should_stop: Callable[[], bool],
    ) -> Iterator[DrawnPart]:
        """Yield what is drawn of a race that has ended, finer and finer; the last one is exact, unless it is stopped."""
        landscape, view = experiment.resolve_landscape(), experiment.view
        if isinstance(view.plane, PlaneRule):
            try:
                plane = resolve_plane(landscape, view.plane, trajectories, experiment.start, should_stop)
            except PlaneError as error:
                yield DrawnPart(None, error.reason)
                return
            if should_stop():
                return
            self._planes.put(view.plane, (landscape, plane))
            view = view.model_copy(update={"plane": plane})
        key = _key(landscape, view)
        samples = self._exact.get(key)
        if samples is not None:
            yield DrawnPart(samples)
            return
        drawn = drawn_landscape(landscape, view)
        if drawn is None or not is_costly(drawn):
            yield DrawnPart(self._sampled(landscape, view))
            return
        for found, progress in sampling_stages(drawn, view, should_stop):
            if found is not None:
                samples = (self._coarse if progress.share < 1 else self._exact).put(key, found)
            yield DrawnPart(samples, progress=progress if progress.share < 1 else None)

    def _last_plane(self, landscape: Landscape, rule: PlaneRule) -> Plane | None:
        """Return the plane found last by a rule, if it lies in the parameter space of this landscape."""
        known = self._planes.get(rule)
        if known is None or not (known[0] == landscape or is_parameter_variant(known[0], landscape)):
            return None
        return known[1]

    def _first_picture(self, landscape: Landscape, view: ComputationView) -> DrawnPart:
        key = _key(landscape, view)
        samples = self._exact.get(key)
        if samples is not None:
            return DrawnPart(samples)
        drawn = drawn_landscape(landscape, view)
        if drawn is None or not is_costly(drawn):
            return DrawnPart(self._sampled(landscape, view))
        samples = self._coarse.get(key) or self._coarse.put(
            key, next(found for found, _ in sampling_stages(drawn, view) if found is not None)
        )
        return DrawnPart(samples, progress=SamplingProgress(0.0))

    def _sampled(self, landscape: Landscape, view: ComputationView) -> LandscapeSamples | None:
        samples = sample_landscape(landscape, view)
        return None if samples is None else self._exact.put(_key(landscape, view), samples)


def _key(landscape: Landscape, view: ComputationView) -> Hashable:
    return landscape, view.height_scale, view.window, view.interval, view.plane
