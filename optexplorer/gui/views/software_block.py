"""The block of the surface where a program, not a graphics card, draws OpenGL.

It is drawn as an image, so that Qt need not put the whole window together by OpenGL.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter

from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.surface_painter import paint_block_of_polygons
from optexplorer.runs.failure import failure_of, log_failure
from optexplorer.scene.scene import Scene

if TYPE_CHECKING:
    from optexplorer.gui.views.gl_block import OffscreenBlock


QUICK = 0.25
"""Seconds within which blocks follow each other while something is moved."""


class SoftwareBlock:
    """Paints blocks as polygons, as in files; those that follow each other fast are drawn by OpenGL, which is faster.

    Where OpenGL fails, all are polygons.

    Parameters
    ----------
    drawn_fast : called when a block has been drawn by OpenGL, with rough edges
    """

    def __init__(self, drawn_fast: Callable[[], None]) -> None:
        self._drawn_fast = drawn_fast
        self._last = -math.inf
        self._is_broken = False
        self._offscreen: OffscreenBlock | None = None

    @staticmethod
    def load() -> None:
        """Import what draws by OpenGL; on any thread."""
        import optexplorer.gui.views.gl_block  # noqa: F401

    def rest(self) -> None:
        """Paint the next block as polygons, however soon it follows."""
        self._last = -math.inf

    def paint(self, painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
        """Paint the grid behind the block, the block, and its contour lines."""
        before, self._last = self._last, time.monotonic()
        if self._last - before < QUICK and not self._is_broken:
            try:
                self._paint_by_opengl(painter, frame, scene, style)
            except Exception as error:  # noqa: BLE001 - reported, and polygons are painted instead
                self._is_broken, self._offscreen = True, None
                log_failure(failure_of(error, "OpenGL"), logging.WARNING)
            else:
                self._drawn_fast()
                return
        paint_block_of_polygons(painter, frame, scene, style)

    def _paint_by_opengl(self, painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
        if self._offscreen is None:
            from optexplorer.gui.views.gl_block import OffscreenBlock

            self._offscreen = OffscreenBlock()
        self._offscreen.paint(painter, frame, scene, style)
