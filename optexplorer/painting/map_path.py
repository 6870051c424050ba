"""Trajectories on the map, thinned to what its pixels can show."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import Descent, Trajectory
from optexplorer.painting.map_frame import MapFrame
from optexplorer.painting.polylines import GrowingCover, SeenNumbers, cell_numbers
from optexplorer.scene.geometry.thinning import changes_of_cell
from optexplorer.scene.growing_array import GrowingArray
from optexplorer.weak_cache import cached_with_first

Array = NDArray[np.float64]

GRAIN = 0.5
"""Width in pixels of the grid on which places can be told apart."""
CELL = 1.5
"""Width, in units of the style, of the squares in which a segment adds nothing to earlier ones."""
DOT_DISTANCE = 8.0
"""Steps at least this long, in units of the style, show a dot where they land."""


@dataclass(frozen=True, eq=False)
class MapPath:
    """A trajectory in a picture, thinned to what can be told apart.

    Attributes
    ----------
    points, steps : shape (m, 2), (m,), the places kept, and the steps that lead there
    hidden : shape (m − 1,), which segments between them add nothing to earlier ones
    dots, dot_steps : shape (d, 2), (d,), where dots stand, and at which steps
    shown_steps : in rising order, the steps at which something is drawn, a segment or a dot
    """

    points: Array
    steps: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    dots: Array
    dot_steps: NDArray[np.int64]
    shown_steps: NDArray[np.int64]


def map_path(trajectory: Trajectory, frame: MapFrame) -> MapPath:
    """Return a trajectory in a frame; of one that has grown, only the new steps are projected."""
    return _growing_path(trajectory.descent, frame).of(trajectory)


class _GrowingMapPath:
    def __init__(self, frame: MapFrame) -> None:
        self._frame = frame
        self._points: GrowingArray[np.float64] = GrowingArray(np.float64, (2,))
        self._steps: GrowingArray[np.int64] = GrowingArray(np.int64)
        self._hidden: GrowingArray[np.bool_] = GrowingArray(np.bool_)
        self._dots: GrowingArray[np.float64] = GrowingArray(np.float64, (2,))
        self._dot_steps: GrowingArray[np.int64] = GrowingArray(np.int64)
        self._shown_steps: GrowingArray[np.int64] = GrowingArray(np.int64)
        self._cover = GrowingCover(CELL * frame.unit)
        self._landings = SeenNumbers()
        self._done = 0
        self._lock = Lock()

    def of(self, trajectory: Trajectory) -> MapPath:
        """Return the beginning of the path that belongs to `trajectory`, which may be shorter than those before."""
        with self._lock:
            if not self._done:
                self._points.append(self._frame.to_pixels(trajectory.position[:1]))
                self._steps.append(np.zeros(1, dtype=np.int64))
                self._done = 1
            if trajectory.steps + 1 > self._done:
                self._extend(self._frame.to_pixels(trajectory.position[self._done - 1 :]))
            steps, dot_steps, shown = self._steps.rows(), self._dot_steps.rows(), self._shown_steps.rows()
            kept = int(np.searchsorted(steps, trajectory.steps, side="right"))
            dots = int(np.searchsorted(dot_steps, trajectory.steps, side="right"))
            return MapPath(
                self._points.rows(kept),
                steps[:kept],
                self._hidden.rows(kept - 1),
                self._dots.rows(dots),
                dot_steps[:dots],
                shown[: int(np.searchsorted(shown, trajectory.steps, side="right"))],
            )

    def _extend(self, places: Array) -> None:
        """Add the steps between these places; the first of them is where the last step led."""
        first = self._done
        new = changes_of_cell(places, GRAIN)
        hidden = self._cover.extend(np.concatenate([self._points.rows()[-1:], places[new]]))
        self._points.append(places[new])
        self._steps.append(new + (first - 1))
        self._hidden.append(hidden)
        landed = self._landed(places)
        self._dots.append(places[landed])
        self._dot_steps.append(landed + (first - 1))
        self._shown_steps.append(np.union1d(new[~hidden], landed) + (first - 1))
        self._done = first - 1 + len(places)

    def _landed(self, places: Array) -> NDArray[np.int64]:
        """Return which places have a dot: where long steps end in pixels in which none has ended before."""
        with np.errstate(all="ignore"):
            length = np.abs(np.diff(places, axis=0)).max(axis=1, initial=0.0)
        landed = np.flatnonzero(length >= DOT_DISTANCE * self._frame.unit) + 1
        return landed[self._landings.add(cell_numbers(places[landed], 1.0))]


@cached_with_first(4)
def _growing_path(descent: Descent, frame: MapFrame) -> _GrowingMapPath:
    return _GrowingMapPath(frame)
