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
    far = 8 * max(outer.width(), outer.height())
    parts: list[QRectF] = []
    for places in moves:
        near = np.nan_to_num(places, nan=far, posinf=far, neginf=-far).clip(-far, far)
        (left, top), (right, bottom) = near.min(axis=0).tolist(), near.max(axis=0).tolist()
        part = QRectF(QPointF(left, top), QPointF(right, bottom)).adjusted(-margin, -margin, margin, margin)
        while met := [other for other in parts if other.intersects(part)]:
            for other in met:
                parts.remove(other)
                part = part.united(other)
        parts.append(part)
    return parts
