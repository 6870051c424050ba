"""Where a picture changes when the playhead moves, so that only that is painted anew."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]


def same_until(limit: int, before: Scene, after: Scene) -> bool:
    """Whether the paths of two scenes look the same up to step `limit`."""
    return len(before.racer_paths) == len(after.racer_paths) and all(
        (old.colour, old.variant) == (new.colour, new.variant)
        and old.drawn.descent is new.drawn.descent
        and min(old.step, limit) == min(new.step, limit)
        for old, new in zip(before.racer_paths, after.racer_paths, strict=True)
    )


def parts_around(moves: Iterable[Array], outer: QRectF, margin: float) -> list[QRectF]:
    """Return rectangles, none of which meet, around polylines of places, each of shape (k, 2), and `margin` more.

    Places that are not finite, or far outside of `outer`, count as far away.
    """
    polylines = [places for places in moves if len(places)]
    if not polylines:
        return []
    far = 8 * max(outer.width(), outer.height())
    near = np.nan_to_num(np.concatenate(polylines), nan=far, posinf=far, neginf=-far).clip(-far, far)
    begins = np.cumsum([0, *map(len, polylines[:-1])])
    low = np.minimum.reduceat(near, begins, axis=0) - margin
    high = np.maximum.reduceat(near, begins, axis=0) + margin
    parts: list[tuple[float, float, float, float]] = []
    for left, top, right, bottom in np.concatenate([low, high], axis=1).tolist():
        part, apart = (left, top, right, bottom), 0
        while apart < len(parts):
            other = parts[apart]
            if part[0] < other[2] and other[0] < part[2] and part[1] < other[3] and other[1] < part[3]:
                # The two together may meet others that have been passed.
                del parts[apart]
                part = (*map(min, part[:2], other[:2]), *map(max, part[2:], other[2:]))
                apart = 0
            else:
                apart += 1
        parts.append(part)
    return [QRectF(QPointF(left, top), QPointF(right, bottom)) for left, top, right, bottom in parts]
