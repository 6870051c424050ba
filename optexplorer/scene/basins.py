"""The basin map of a picture: which minimum is reached from where, its minima and shares in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.attractors import DIVERGED, NO_MINIMUM, OTHER, RAN_OUT
from optexplorer.engine.landscapes.base import is_parameter_variant
from optexplorer.experiment.experiment import Experiment
from optexplorer.runs.basins import BasinMap, BasinSpec, Window, basin_map
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.samples.landscape_samples import LandscapeSamples, Picture
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.samples.surface_samples import SurfaceSamples
from optexplorer.text import Text

Array = NDArray[np.float64]

SIDE, COSTLY_SIDE = 384, 24
FIRST_SIDE, COSTLY_FIRST_SIDE = 24, 6
"""Cells along the longer side of a map, and of the first coarse one; and where the landscape is made of data."""
MULTIPLE = 32
"""The cells along each side are a multiple of this, so that coarse blocks fill the map."""
ON_PLANE = 1e-9
"""Minima nearer to the plane than this part of the domain's size lie on it."""
ROUNDING = 1e-12
"""Losses smaller than this part of their range are written as zero."""
MOST_WRITTEN = 6
"""Coordinates of a minimum that are written."""
OUTCOMES = {
    DIVERGED: Text("diverged", "発散"),
    RAN_OUT: Text("steps used up", "ステップ切れ"),
    NO_MINIMUM: Text("no minimum", "極小点以外で停止"),
    OTHER: Text("other minima", "ほかの極小点"),
}
"""What is reached where it is none of the minima that are told apart."""
MOST_UNEQUAL = 3.0
"""Cells are squares up to this ratio of the window's sides, as the map draws both axes with one scale up to there."""


@dataclass(frozen=True, eq=False)
class BasinEntry:
    """One line of a basin map's legend.

    Attributes
    ----------
    label : number of the minimum or negative code, as in the map; None for further minima together
    text : what it is
    share : of the map
    steps : the median of the steps until there; None where they say nothing
    lowest : whether it is a lowest minimum
    """

    label: int | None
    text: Text
    share: float
    steps: int | None = None
    lowest: bool = False


@dataclass(frozen=True, eq=False)
class BasinPicture:
    """A basin map as a picture shows it.

    Attributes
    ----------
    map : which minimum is reached from where
    number : the racer's place in the experiment
    name : what the racer is called
    stale : whether it is of another setting than the present one, while the present map is being computed
    places : of the minima in the coordinates that are drawn, shape (minima, 2); NaN off the plane
    """

    map: BasinMap
    number: int
    name: Text
    stale: bool
    places: Array

    @property
    def resolution(self) -> tuple[int, int]:
        """How many columns and rows are computed."""
        rows, columns = self.map.blocks[0].shape
        return columns, rows

    @property
    def notes(self) -> tuple[Text, ...]:
        """What there is to know about the map."""
        source = self.map.spec.run_spec.gradient_source
        if not source.is_random:
            return ()
        if self.map.spec.run_spec.landscape.examples:
            return (
                Text(
                    "basins: the same mini-batches from every start", "吸引域: どの初期点でも同じミニバッチ"
                ),
            )
        return (Text("basins: the same noise from every start", "吸引域: どの初期点でも同じノイズ"),)

    @cached_property
    def reached(self) -> list[int]:
        """The numbers of the minima that are reached, in their order."""
        return sorted(label for label in self.map.shares if label >= 0)

    def entries(self, most: int) -> list[BasinEntry]:
        """Return the lines of the legend, at most `most` and those of what is no minimum.

        Where there are more minima, those of the largest shares have lines of their own.
        """
        shares = self.map.shares
        shown = self.reached
        if len(shown) > most:
            largest = sorted(shown, key=lambda label: (-shares[label], label))[: max(most - 1, 0)]
            shown = sorted(largest)
        entries = [self._of_minimum(label) for label in shown]
        rest = [label for label in self.reached if label not in shown]
        others = sum(shares[label] for label in rest) + shares.get(OTHER, 0.0)
        if others:
            many = OUTCOMES[OTHER]
            if rest and OTHER not in shares:
                many = Text(f"{len(rest)} other minima", f"ほかの極小点 {len(rest)}個")
            entries.append(BasinEntry(None, many, others))
        for code in (DIVERGED, RAN_OUT, NO_MINIMUM):
            if code in shares:
                entries.append(BasinEntry(code, OUTCOMES[code], shares[code]))
        return entries

    def words_of(self, label: int) -> Text:
        """Return what a minimum is called: where it lies, or how low it is where it does not lie on the plane."""
        minimum, place = self.map.minima[label], self.places[label]
        if not np.isfinite(place).all():
            loss = f"{told_loss(self.map, label):.4g}".replace("-", "−")
            return Text(f"loss {loss}", f"損失 {loss}")
        at = written_point(place, self.map.spec)
        return Text(f"{at} …", f"{at} …") if minimum.many else Text(at, at)

    def _of_minimum(self, label: int) -> BasinEntry:
        return BasinEntry(
            label,
            self.words_of(label),
            self.map.shares[label],
            self.map.typical_steps[label],
            self.map.minima[label].lowest,
        )

    def outcome_at(self, point: tuple[float, ...]) -> Text | None:
        """Return in words what is reached from a point of the map; None where nothing is known."""
        found = self.map.at(point)
        if found is None:
            return None
        label, steps = found
        if label < 0:
            return OUTCOMES[label]
        return Text(f"→ {label + 1}, {steps} steps", f"→ {label + 1}、{steps}ステップ")


def told_point(position: tuple[float, ...], spec: BasinSpec) -> str:
    """Return the first coordinates of a point of the landscape, as they are written."""
    more = ", …" if len(position) > MOST_WRITTEN else ""
    return written_point(np.array(position[:MOST_WRITTEN]), spec)[:-1] + more + ")"


def written_point(place: Array, spec: BasinSpec) -> str:
    """Return the coordinates of a point of the map, with as many digits as suit its window."""
    width = max(high - low for low, high in spec.window)
    decimals = min(max(2 - round(math.log10(width / 10)), 0), 12)
    parts = (f"{round(x, decimals) + 0.0:.{decimals}f}".replace("-", "−") for x in place.tolist())
    return f"({', '.join(parts)})"


def basin_racer(experiment: Experiment) -> int | None:
    """Return the number of the racer whose basins are shown; see `shown_racer`."""
    return shown_racer(experiment, experiment.appearance.basin_racer)


def shown_racer(experiment: Experiment, chosen: int | None) -> int | None:
    """Return the number of the racer that something is shown of: the chosen one, or the one in the spotlight, or the first.

    None without racers.
    """
    racers, spotlight = experiment.racers, experiment.appearance.spotlight
    if chosen is not None and chosen < len(racers):
        return chosen
    visible = [number for number, racer in enumerate(racers) if racer.visible]
    if spotlight in visible:
        return spotlight
    return next(iter(visible), 0 if racers else None)


def absence_of_basins(experiment: Experiment, picture: Picture | None) -> Text | None:
    """Return why an experiment that is so drawn has no basin map; None if it has."""
    if not experiment.racers:
        return Text("Basins are those of a racer; add one.", "吸引域は走者ごとに決まる。走者を追加する。")
    if picture != "surface":
        return Text(
            "Basins are drawn on map and surface; choose a landscape or a plane of two coordinates.",
            "吸引域は等高線図と曲面に描かれる。2座標の地形か平面を選ぶ。",
        )
    return None


def basin_spec(
    experiment: Experiment, samples: LandscapeSamples | None, side: int | None = None
) -> BasinSpec | None:
    """Return the basin map that a picture of `samples` shows; None if it shows none.

    `side` is the number of cells along the longer side, rounded; None for the usual one.
    """
    number = basin_racer(experiment)
    if not experiment.appearance.basins or number is None or not isinstance(samples, SurfaceSamples):
        return None
    side = side or usual_side(experiment)
    unit = MULTIPLE if side >= MULTIPLE else 1
    columns, rows = (max(round(part * side / unit), 1) * unit for part in _parts(samples))
    return spec_on(experiment, number, samples, (columns, rows))


def spec_on(
    experiment: Experiment, number: int, samples: LandscapeSamples, size: tuple[int, int | None]
) -> BasinSpec:
    """Return the map of the basins of a racer on what is drawn of the landscape.

    `size` is the number of columns and rows; without the second, that of cells along the longer side.

    Raises
    ------
    ValueError
        If there cannot be so many.
    """
    section, (columns, rows) = samples.landscape, size
    window: Window = ((float(samples.x[0]), float(samples.x[-1])),)
    if isinstance(samples, SurfaceSamples):
        window += ((float(samples.y[0]), float(samples.y[-1])),)
        if rows is None:
            columns, rows = (max(round(part * columns), min(columns, 1)) for part in _parts(samples))
    return BasinSpec(
        run_spec=experiment.run_spec(experiment.racers[number]),
        steps=experiment.steps,
        window=window,
        rows=rows or (0 if rows == 0 else 1),
        columns=columns,
        plane=section.plane if isinstance(section, PlaneSection) else None,
        end=experiment.end_rule(),
    )


def _parts(samples: SurfaceSamples) -> tuple[float, float]:
    """Return width and height of the window as parts of the longer one, as the map draws it."""
    x0, x1, y0, y1 = samples.window
    ratio = (x1 - x0) / (y1 - y0)
    if not 1 / MOST_UNEQUAL <= ratio <= MOST_UNEQUAL:
        ratio = 1.0
    return min(ratio, 1.0), min(1 / ratio, 1.0)


def usual_side(experiment: Experiment) -> int:
    """Return how many cells a map has along its longer side."""
    return COSTLY_SIDE if experiment.resolve_landscape().examples else SIDE


def first_side(experiment: Experiment) -> int:
    """Return how many cells the first, coarse map has along its longer side, about."""
    return COSTLY_FIRST_SIDE if experiment.resolve_landscape().examples else FIRST_SIDE


def basin_picture(
    experiment: Experiment, samples: LandscapeSamples | None, found: BasinMap, *, late: bool = True
) -> BasinPicture | None:
    """Return a map as a picture of `samples` shows it; None if it is of another landscape or plane, or not asked for.

    That of another setting is shown, `stale` if it is `late`. Nothing is computed here.
    """
    number = basin_racer(experiment)
    if (
        not experiment.appearance.basins
        or number is None
        or not isinstance(samples, SurfaceSamples)
        or not found.blocks[0].size
    ):
        return None
    section = samples.landscape
    if found.spec.plane != (section.plane if isinstance(section, PlaneSection) else None):
        return None
    spec, landscape = found.spec, experiment.resolve_landscape()
    before = spec.run_spec.landscape
    if before != landscape and not is_parameter_variant(before, landscape):
        return None
    wanted = (experiment.run_spec(experiment.racers[number]), experiment.steps, experiment.end_rule())
    return BasinPicture(
        map=found,
        number=number,
        name=racer_names(experiment)[number],
        stale=late and (spec.run_spec, spec.steps, spec.end) != wanted,
        places=_places(found),
    )


def shares_in_words(found: BasinMap) -> list[str]:
    """Return a line for each minimum and each other outcome, with its share of the map."""
    lines = []
    for label, share in sorted(found.shares.items(), key=lambda one: (one[0] < 0, abs(one[0]))):
        if label >= 0:
            minimum = found.minima[label]
            place = ", ".join(f"{x:.6g}" for x in minimum.position[:MOST_WRITTEN])
            more = ", ..." if len(minimum.position) > MOST_WRITTEN else ""
            what = f"minimum {label + 1} at ({place}{more}), loss {told_loss(found, label):.6g}"
            what += ", global" if minimum.lowest else ""
        else:
            what = OUTCOMES[label].en
        lines.append(f"{100 * share:6.2f} %  {what}")
    if found.minima:
        lines.append(f"{100 * found.lowest_share:6.2f} %  find a global minimum")
    return lines


def told_loss(found: BasinMap, label: int) -> float:
    """Return the loss of a minimum; what rounding leaves of a loss of zero is zero."""
    loss = found.minima[label].value
    return loss if abs(loss) > ROUNDING * found.attractors.span else 0.0


def _places(found: BasinMap) -> Array:
    """Return where the minima lie on the map, shape (minima, 2); NaN off its plane."""
    n = found.spec.run_spec.landscape.dimension
    positions = np.array([minimum.position for minimum in found.minima]).reshape(-1, n)
    plane = found.spec.plane
    if plane is None:
        return positions
    along = plane.project(positions.T)
    away = np.abs(plane.points(along) - positions.T).max(axis=0, initial=0.0)
    size = max(high - low for low, high in found.spec.run_spec.landscape.domain)
    places: Array = np.where(away <= ON_PLANE * size, along, np.nan).T
    return places


class BasinMaker:
    """Computes the maps of pictures on the spot, and keeps the last one: the pictures of a film share it."""

    def __init__(self) -> None:
        self._last: BasinMap | None = None

    def map_of(
        self,
        experiment: Experiment,
        samples: LandscapeSamples | None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> BasinMap | None:
        """Return the basin map that a picture of `samples` shows; None if it shows none."""
        spec = basin_spec(experiment, samples)
        if spec is None:
            return None
        if self._last is None or self._last.spec != spec or not self._last.complete:
            self._last = basin_map(spec, should_stop=should_stop)
        return self._last
