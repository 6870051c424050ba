"""A picture with paths up to the playhead, of which only what changes is painted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from optexplorer.painting.layer_images import painter_on, put, restore
from optexplorer.painting.painter_state import saved
from optexplorer.painting.path_changes import parts_around, same_until
from optexplorer.painting.path_style import CASING
from optexplorer.painting.step_blocks import BLOCKS
from optexplorer.scene.scene import Scene

Array = NDArray[np.float64]

KEPT_EVERY = 8
"""Blocks of steps after which a picture is kept, so that going back in a long race paints few of them."""
MOST_KEPT = 96 * 2**20
"""Bytes of the pictures that are kept."""


Paint = Callable[[QPainter], None]


class Drawing:
    """Some blocks of paths, to be painted within a part of the picture.

    Attributes
    ----------
    layers : what paints them, from the lowest layer to the highest, each over that of all earlier blocks
    """

    def __init__(self, seen: QRectF, layers: Sequence[Paint]) -> None:
        self._seen = seen
        self.layers: Sequence[Paint] = [partial(self._paint, layer) for layer in layers]

    def _paint(self, layer: Paint, painter: QPainter) -> None:
        with saved(painter):
            painter.setClipRect(self._seen, Qt.ClipOperation.IntersectClip)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            layer(painter)


class Paths(ABC):
    """Knows what to paint of the paths of a scene in one frame, and where those of two scenes differ.

    Parameters
    ----------
    area : where paths show in the picture
    unit : pixels per unit of the style
    """

    def __init__(self, area: QRectF, unit: float) -> None:
        self._area, self._margin = area, CASING * unit

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint the paths up to the playhead."""
        for paint in self.drawing(scene).layers:
            paint(painter)

    def drawing(
        self, scene: Scene, part: QRectF | None = None, first: int = 0, last: int | None = None
    ) -> Drawing:
        """Return what there is to paint of the paths up to the playhead, or of what shows in `part` of the picture.

        Of the blocks of steps only `first` to before `last`, if they are given.
        """
        seen, margin = self._area if part is None else self._area.intersected(part), self._margin
        near = seen.adjusted(-margin, -margin, margin, margin)
        last = BLOCKS.complete(scene.playhead) + 1 if last is None else last
        return Drawing(seen, self.layers(scene, near, first, last))

    @abstractmethod
    def layers(self, scene: Scene, near: QRectF, first: int, last: int) -> Sequence[Paint]:
        """Return what paints the layers of the blocks of steps from `first` to before `last`, of what comes near."""

    @abstractmethod
    def moves(self, before: Scene, after: Scene) -> list[Array]:
        """Return the places, each of shape (k, 2), between the heads of two scenes."""

    def same_until(self, limit: int, before: Scene, after: Scene) -> bool:
        """Whether the paths of two scenes look the same up to step `limit`."""
        return same_until(limit, before, after)

    def changed_parts(self, before: Scene, after: Scene) -> list[QRectF]:
        """Return where the paths of two scenes, whose complete blocks are the same, differ."""
        parts = parts_around(self.moves(before, after), self._area, 2 * self._margin)
        return [part for part in parts if part.intersects(self._area)]


def goes_on(paths: Paths, before: Scene, after: Scene) -> bool:
    """Whether the complete blocks of `before` look the same in `after`."""
    complete = BLOCKS.complete(before.playhead)
    return complete <= BLOCKS.complete(after.playhead) and paths.same_until(
        int(BLOCKS.begins[complete]), before, after
    )


class _OldSteps:
    """Pictures of complete blocks, one for each layer: the lowest on the background, the others clear."""

    def __init__(self, pictures: Sequence[QImage]) -> None:
        self.pictures = pictures
        self.size = sum(picture.sizeInBytes() for picture in pictures)
        """How many bytes they take."""

    def with_drawing(self, drawing: Drawing, corner: QPointF) -> _OldSteps:
        """Return new pictures that also show a drawing."""
        before = [*self.pictures, *(self._clear() for _ in drawing.layers[len(self.pictures) :])]
        pictures = [picture.copy() for picture in before]
        for picture, paint in zip(pictures, drawing.layers, strict=True):
            with painter_on(picture, corner) as painter:
                paint(painter)
        return _OldSteps(pictures)

    def _clear(self) -> QImage:
        background = self.pictures[0]
        picture = QImage(background.size(), QImage.Format.Format_ARGB32_Premultiplied)
        picture.setDevicePixelRatio(background.devicePixelRatio())
        picture.fill(Qt.GlobalColor.transparent)
        return picture


class PathLayer:
    """Paths on a background, which fills `outer`."""

    def __init__(self, background: QImage, outer: QRectF, paths: Paths) -> None:
        self._outer, self._paths = outer, paths
        self._none = self._old_steps = _OldSteps([background])
        self._kept: dict[int, tuple[Scene, _OldSteps]] = {}
        """By the number of blocks of steps on them, pictures to go back to, with a scene they belong to.

        One of every `KEPT_EVERY`, and all since the last of these.
        """
        self._shown: Scene | None = None
        self.picture = background.copy()
        """Background and paths."""

    def advance(self, scene: Scene) -> None:
        """Bring the picture to `scene`."""
        before = self._shown
        if before is scene:
            return
        last = BLOCKS.complete(scene.playhead)
        if before is not None and goes_on(self._paths, before, scene):
            first = BLOCKS.complete(before.playhead)
            parts = self._paths.changed_parts(before, scene)
        else:
            first, parts = self._go_back(scene, last), [self._outer]
        self._add_blocks(scene, first, last)
        if parts:
            with painter_on(self.picture, self._outer.topLeft()) as painter:
                for part in parts:
                    self._paint(painter, scene, part, last)
        self._shown = scene

    def _paint(self, painter: QPainter, scene: Scene, part: QRectF, last: int) -> None:
        """Paint a part of the picture anew, layer by layer: old steps, and the blocks from `last` on."""
        lowest, *others = self._old_steps.pictures
        place = restore(painter, lowest, self._outer, part)
        for level, paint in enumerate(self._paths.drawing(scene, place, last).layers):
            if 0 < level <= len(others):
                put(painter, others[level - 1], self._outer, place)
            paint(painter)

    def _go_back(self, scene: Scene, last: int) -> int:
        """Take the latest picture of old steps that `scene` goes on from; return how many blocks are on it."""
        alike = self._paths.same_until
        self._kept = {blocks: kept for blocks, kept in self._kept.items() if alike(0, kept[0], scene)}
        found = [
            blocks
            for blocks, (shown, _) in self._kept.items()
            if blocks <= last and alike(int(BLOCKS.begins[blocks]), shown, scene)
        ]
        first = max(found, default=0)
        self._old_steps = self._kept[first][1] if first else self._none
        return first

    def _add_blocks(self, scene: Scene, first: int, last: int) -> None:
        """Paint the blocks of steps from `first` to before `last`, keeping a picture now and then."""
        group = last // KEPT_EVERY * KEPT_EVERY
        while first < last:
            end = first + 1 if first >= group else min(last, (first // KEPT_EVERY + 1) * KEPT_EVERY)
            drawing = self._paths.drawing(scene, None, first, end)
            self._old_steps = self._old_steps.with_drawing(drawing, self._outer.topLeft())
            self._kept[end] = scene, self._old_steps
            first = end
        self._kept = {
            blocks: kept
            for blocks, kept in self._kept.items()
            if blocks % KEPT_EVERY == 0 or blocks // KEPT_EVERY == last // KEPT_EVERY
        }
        while sum(old.size for _, old in self._kept.values()) > MOST_KEPT:
            del self._kept[max(self._kept, key=lambda blocks: abs(blocks - last))]
