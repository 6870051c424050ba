"""What a picture shows of many descents of one racer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optexplorer.experiment.experiment import Experiment
from optexplorer.runs.descent_cloud import CloudSpec, DescentCloud, descent_cloud
from optexplorer.scene.basins import shown_racer
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.samples.landscape_samples import LandscapeSamples
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.text import Text

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnCloud:
    """A cloud in the coordinates that are drawn.

    Attributes
    ----------
    cloud : in all coordinates
    section : the plane that is drawn; None for the landscape's own coordinates
    places : shape (rows, k, count)
    median, mean : shape (rows, k)
    exact : of the same shape; None without
    """

    cloud: DescentCloud
    section: PlaneSection | None
    places: Array
    median: Array
    mean: Array
    exact: Array | None


@dataclass(frozen=True, eq=False)
class CloudPicture:
    """The cloud of a scene.

    Attributes
    ----------
    drawn : what is drawn
    number : the racer's place in the experiment
    name, colour : the racer's
    row : the number of the row at the playhead
    """

    drawn: DrawnCloud
    number: int
    name: Text
    colour: str
    row: int

    @property
    def cloud(self) -> DescentCloud:
        """The cloud in all coordinates."""
        return self.drawn.cloud

    @property
    def words(self) -> Text:
        """What the cloud is of."""
        count = self.cloud.count
        if self.cloud.spec.of == "seeds":
            return Text(f"{self.name.en}: {count} seeds", f"{self.name.ja}: シード{count}個")
        return Text(f"{self.name.en}: {count} starts", f"{self.name.ja}: 初期点{count}個")


MEDIAN = Text("median of each coordinate", "座標ごとの中央値")
MEAN = Text("mean", "平均")
EXACT = Text("path without noise", "ノイズのない経路")


def cloud_racer(experiment: Experiment) -> int | None:
    """Return the number of the racer whose cloud is shown: the chosen one, or the one in the spotlight, or the first."""
    return shown_racer(experiment, experiment.appearance.cloud_racer)


def cloud_spec(experiment: Experiment) -> CloudSpec | None:
    """Return the cloud that an experiment shows; None if it shows none."""
    appearance, number = experiment.appearance, cloud_racer(experiment)
    if not appearance.cloud or number is None:
        return None
    racer = experiment.racers[number]
    return CloudSpec(
        experiment.run_spec(racer),
        experiment.start_of(racer),
        experiment.steps,
        appearance.cloud_of,
        appearance.cloud_count,
        appearance.cloud_spread,
        experiment.end_rule(),
    )


def drawn_cloud(cloud: DescentCloud, samples: LandscapeSamples | None) -> DrawnCloud:
    """Return a cloud in the coordinates that a picture of `samples` draws."""
    section = _section_of(samples)
    if section is None:
        return DrawnCloud(cloud, None, cloud.position, cloud.median, cloud.mean, cloud.exact)
    rows, _, count = cloud.position.shape
    every = section.nearest(cloud.position.swapaxes(1, 2).reshape(rows * count, -1))
    return DrawnCloud(
        cloud,
        section,
        np.ascontiguousarray(every.reshape(rows, count, -1).swapaxes(1, 2)),
        section.nearest(cloud.median),
        section.nearest(cloud.mean),
        None if cloud.exact is None else section.nearest(cloud.exact),
    )


def cloud_picture(
    experiment: Experiment, samples: LandscapeSamples | None, drawn: DrawnCloud | None, playhead: int
) -> CloudPicture | None:
    """Return a cloud as a scene shows it; None if it is of another landscape, racer or plane, or not asked for.

    While a setting is being changed, that of the setting before stands in for the present one.
    """
    spec, number = cloud_spec(experiment), cloud_racer(experiment)
    if drawn is None or spec is None or number is None:
        return None
    if drawn.section is not _section_of(samples):
        return None
    before = drawn.cloud.spec
    if before.run.landscape != spec.run.landscape or type(before.run.optimizer) is not type(
        spec.run.optimizer
    ):
        return None
    racer = experiment.racers[number]
    return CloudPicture(
        drawn, number, racer_names(experiment)[number], racer.colour, drawn.cloud.row_at(playhead)
    )


class CloudMaker:
    """Computes the clouds of pictures on the spot, and keeps the last one: the pictures of a film share it."""

    def __init__(self) -> None:
        self._last: DrawnCloud | None = None

    def cloud_of(
        self,
        experiment: Experiment,
        samples: LandscapeSamples | None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> DrawnCloud | None:
        """Return the cloud that a picture of `samples` shows; None if it shows none."""
        spec = cloud_spec(experiment)
        if spec is None:
            return None
        last = self._last
        cloud = last.cloud if last is not None and last.cloud.spec == spec else None
        if cloud is None or last is None or last.section is not _section_of(samples):
            cloud = cloud or descent_cloud(spec, should_stop=should_stop)
            self._last = drawn_cloud(cloud, samples)
        return self._last


def _section_of(samples: LandscapeSamples | None) -> PlaneSection | None:
    section = None if samples is None else samples.landscape
    return section if isinstance(section, PlaneSection) else None
