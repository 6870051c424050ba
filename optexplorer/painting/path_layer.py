"""A picture with paths up to the playhead, of which only what changes is painted."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from optexplorer.painting.layer_images import painter_on, restore
from optexplorer.painting.step_blocks import StepBlocks
from optexplorer.scene.scene import Scene

KEPT_EVERY = 8
"""Blocks of steps after which a picture is kept, so that going back in a long race paints few of them."""


class Paths(Protocol):
    """Paints paths in blocks of steps, and knows where those of two scenes differ."""

    @property
    def blocks(self) -> StepBlocks:
        """The blocks of steps in which the paths are painted."""

    def paint(
        self, painter: QPainter, scene: Scene, part: QRectF | None, first: int, last: int | None = None
    ) -> None:
        """Paint the blocks from `first` to before `last`, or only what of them shows in `part` of the picture."""

    def same_until(self, limit: int, before: Scene, after: Scene) -> bool:
        """Whether the paths of two scenes look the same up to step `limit`."""

    def changed_parts(self, before: Scene, after: Scene) -> list[QRectF]:
        """Return where the paths of two scenes, whose complete blocks are the same, differ."""


def goes_on(paths: Paths, before: Scene, after: Scene) -> bool:
    """Whether the complete blocks of `before` look the same in `after`."""
    blocks = paths.blocks
    complete = blocks.complete(before.playhead)
    return complete <= blocks.complete(after.playhead) and paths.same_until(
        int(blocks.begins[complete]), before, after
    )


class PathLayer:
    """Paths on a background, which fills `outer`."""

    def __init__(self, background: QImage, outer: QRectF, paths: Paths) -> None:
        self._background, self._outer, self._paths = background, outer, paths
        self._old_steps = background
        self._kept: dict[int, tuple[Scene, QImage]] = {}
        """By the number of blocks of steps on them, pictures of old steps to go back to, with a scene they belong to.

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
        complete = self._paths.blocks.complete
        last = complete(scene.playhead)
        if before is not None and goes_on(self._paths, before, scene):
            first = complete(before.playhead)
            parts = self._paths.changed_parts(before, scene)
        else:
            first, parts = self._go_back(scene, last), [self._outer]
        self._add_blocks(scene, first, last)
        if parts:
            with painter_on(self.picture, self._outer.topLeft()) as painter:
                for part in parts:
                    place = restore(painter, self._old_steps, self._outer, part)
                    self._paths.paint(painter, scene, place, last)
        self._shown = scene

    def _go_back(self, scene: Scene, last: int) -> int:
        """Take the latest picture of old steps that `scene` goes on from; return how many blocks are on it."""
        alike, begins = self._paths.same_until, self._paths.blocks.begins
        self._kept = {blocks: kept for blocks, kept in self._kept.items() if alike(0, kept[0], scene)}
        found = [
            blocks
            for blocks, (shown, _) in self._kept.items()
            if blocks <= last and alike(int(begins[blocks]), shown, scene)
        ]
        first = max(found, default=0)
        self._old_steps = self._kept[first][1] if first else self._background
        return first

    def _add_blocks(self, scene: Scene, first: int, last: int) -> None:
        """Paint the blocks of steps from `first` to before `last`, keeping a picture now and then."""
        group = last // KEPT_EVERY * KEPT_EVERY
        while first < last:
            end = first + 1 if first >= group else min(last, (first // KEPT_EVERY + 1) * KEPT_EVERY)
            # The picture before may be kept, or be the background.
            self._old_steps = self._old_steps.copy()
            with painter_on(self._old_steps, self._outer.topLeft()) as painter:
                self._paths.paint(painter, scene, None, first, end)
            self._kept[end] = scene, self._old_steps
            first = end
        self._kept = {
            blocks: kept
            for blocks, kept in self._kept.items()
            if blocks % KEPT_EVERY == 0 or blocks // KEPT_EVERY == last // KEPT_EVERY
        }
