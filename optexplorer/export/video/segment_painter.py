"""Paints the frames of a segment in their order, with the help of other processes where that pays."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtGui import QImage

from optexplorer.export.video.film import ComputedSegment, Film, Shot
from optexplorer.export.video.frame_painter import FramePainter, camera_never_rests
from optexplorer.export.video.painting_helper import HelperError, PaintingHelper, useful_helpers
from optexplorer.export.video.painting_task import (
    PaintingTask,
    descents_digest,
    pixels_digest,
)

TRIED = 10
"""Frames after which it is decided whether helpers would pay; more than may wait for the encoder."""
WORTH = 1.5
"""Seconds of painting that must remain: a helper takes about one to start."""
PAINTING_SHARE = 0.7
"""The part of the time that painting must take; the rest is spent waiting for the encoder, which needs the cores."""
AHEAD = 8
"""Frames that are painted, or being painted, before the next one is there: what of memory they take is bounded."""
AHEAD_BYTES = 256 * 2**20
"""Bytes of them, if frames are so large that two of them do not take more."""
ASKED = 2
"""Frames that are asked of a helper at a time: one that it paints, and the next."""
PATIENCE = 20.0
"""Seconds that a helper may take for one frame."""
POLL = 0.1
"""Seconds between two looks at whether the film is still wanted."""

_log = logging.getLogger(__name__)


class StoppedError(Exception):
    """The film is no longer wanted."""


class SegmentPainter:
    """Paints the frames of a segment that differ, one after the other.

    Helpers are given the next frames that nobody has begun; this process paints one of them too whenever the frame that
    is due is not there yet. A frame of a helper that fails is painted here.

    Parameters
    ----------
    shots : all frames that will be asked for, in order
    should_stop : asked while waiting for a helper
    """

    def __init__(
        self,
        film: Film,
        segment: ComputedSegment,
        shots: Sequence[Shot],
        width: int,
        height: int,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._film, self._segment, self._shots, self._size = film, segment, shots, (width, height)
        self._should_stop = should_stop
        self._painter = FramePainter(film, segment, shots, width, height)
        self._todo = deque(range(len(shots)))
        self._due = 0
        self._places = max(min(AHEAD, AHEAD_BYTES // (4 * width * height)), 2)
        self._painted: dict[int, QImage] = {}
        self._helpers: dict[PaintingHelper, list[int]] = {}
        self._began = time.perf_counter()
        self._painting = 0.0
        self._form = QImage.Format.Format_Invalid

    def next_image(self) -> QImage:
        """Return the next frame.

        Raises
        ------
        StoppedError
            If it is no longer wanted.
        """
        if self._due == TRIED and self._would_pay():
            self.start_helpers(useful_helpers())
        waited = time.perf_counter()
        while self._due not in self._painted:
            self._exchange()
            if self._due in self._painted:
                break
            if self._todo and self._todo[0] < self._due + self._places:
                self._paint(self._todo.popleft())
            elif self._should_stop():
                raise StoppedError
            elif time.perf_counter() - waited > PATIENCE:
                self._dismiss_helper_of(self._due)
            else:
                self._exchange(POLL)
        self._due += 1
        return self._painted.pop(self._due - 1)

    def _would_pay(self) -> bool:
        remaining = self._painting / TRIED * (len(self._shots) - TRIED)
        share = self._painting / (time.perf_counter() - self._began)
        return remaining > WORTH and share > PAINTING_SHARE and camera_never_rests(self._shots)

    def _paint(self, number: int) -> QImage:
        begin = time.perf_counter()
        image = self._painter.frame(number)
        self._painting += time.perf_counter() - begin
        self._form = image.format()
        self._painted[number] = image
        return image

    def start_helpers(self, count: int) -> None:
        """Let other processes paint too, as soon as they are ready."""
        if not count or not self._todo:
            return
        number = self._todo.popleft()
        sample = pixels_digest(self._paint(number))
        computed, film = self._segment.computed, self._film
        task = PaintingTask(
            computed.experiment,
            self._segment.figure,
            film.style,
            tuple(self._shots),
            *self._size,
            descents_digest(computed),
            number,
            sample,
        )
        for _ in range(count):
            try:
                self._helpers[PaintingHelper(task, self._places)] = []
            except (OSError, ValueError) as error:
                _log.info("no other process paints frames: %s", error)
                return

    def _exchange(self, timeout: float = 0.0) -> None:
        """Take what helpers have painted, and give them the next frames; wait for the frame that is due if asked to."""
        for helper, asked in list(self._helpers.items()):
            try:
                patience = timeout if self._due in asked else 0.0
                while (number := helper.painted(patience)) is not None:
                    self._take(helper, asked, number)
                    patience = 0.0
                while helper.ready and len(asked) < ASKED and self._todo:
                    if self._todo[0] >= self._due + self._places:
                        break
                    asked.append(self._todo.popleft())
                    helper.ask(asked[-1])
            except HelperError as error:
                self._dismiss(helper, error)

    def _take(self, helper: PaintingHelper, asked: list[int], number: int) -> None:
        if number not in asked:
            raise HelperError(f"frame {number} was not asked for")
        asked.remove(number)
        self._painted[number] = helper.image(number, self._form)

    def _dismiss_helper_of(self, number: int) -> None:
        for helper, asked in list(self._helpers.items()):
            if number in asked:
                self._dismiss(helper, HelperError(f"no frame within {PATIENCE:g} seconds"))

    def _dismiss(self, helper: PaintingHelper, error: HelperError) -> None:
        _log.info("a process that painted frames is ended: %s", error)
        self._todo = deque(sorted([*self._todo, *self._helpers.pop(helper)]))
        helper.end()

    def close(self) -> None:
        """End the helpers, whatever they are doing."""
        while self._helpers:
            self._helpers.popitem()[0].end()
