"""Paints frames of a segment; of one whose camera never rests, any may be left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtGui import QImage

from optexplorer.export.video.film import ComputedSegment, Film, Shot


def camera_never_rests(shots: Sequence[Shot]) -> bool:
    """Whether every frame is seen from another place than the one before."""
    return all(a.camera != b.camera for a, b in pairwise(shots))


class FramePainter:
    """Paints frames of `segment`, `width` × `height` pixels each.

    Each is equal to the bit whichever of those before it have been left out: a map, to which every frame adds a little,
    follows those too.
    """

    def __init__(
        self, film: Film, segment: ComputedSegment, shots: Sequence[Shot], width: int, height: int
    ) -> None:
        self._film, self._segment, self._shots, self._size = film, segment, shots, (width, height)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._animation = self._film.animation(self._segment, *self._size)
        self._next = 0

    def frame(self, number: int) -> QImage:
        """Return a frame; those in rising order are painted sooner."""
        if number < self._next:
            self._begin_anew()
        for left_out in range(self._next, number):
            self._animation.leave_out(self._segment.scene(self._shots[left_out]))
        self._next = number + 1
        return self._animation.frame(self._segment.scene(self._shots[number]))
