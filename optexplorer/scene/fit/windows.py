"""What the plots of a fit show: the range of the data with room around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.scene.fit.fit_scene import FitKind, Window

ROOM = 0.08
"""Left free at each side, as a part of the range of the data."""
PROBABILITIES = (-0.1, 1.1)


def kind_of(data: Dataset) -> FitKind:
    """Return how a fit of these data is drawn."""
    if data.image_shape is None and data.features <= 2:
        kinds: dict[tuple[str, int], FitKind] = {
            ("regression", 1): "line",
            ("regression", 2): "field",
            ("classification", 1): "probability",
            ("classification", 2): "regions",
        }
        return kinds[data.task, data.features]
    return "scatter" if data.task == "regression" else "confusion"


def window_of(data: Dataset, kind: FitKind) -> Window:
    """Return the part of the plane that plots of this kind show; of a matrix of classes, the unit square."""
    if kind == "confusion":
        return 0.0, 1.0, 0.0, 1.0
    if kind == "scatter":
        both = _with_room(data.targets)
        return (*both, *both)
    across = _with_room(data.inputs[:, 0])
    if kind == "probability":
        return (*across, *PROBABILITIES)
    return (*across, *_with_room(data.targets if kind == "line" else data.inputs[:, 1]))


def _with_room(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    # Each end by itself: the difference of two large numbers may be infinite.
    room = ROOM * high - ROOM * low
    if not room > 1e-9 * max(abs(low), abs(high)):
        room = 0.5 * max(abs(low), abs(high)) or 1.0
    return low - room, high + room
