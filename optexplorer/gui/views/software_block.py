"""The block of the surface where a program, not a graphics card, draws OpenGL.

It is drawn as an image, so that Qt need not put the whole window together by OpenGL.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter

from optexplorer.painting.style import Style
from optexplorer.painting.surface_frame import SurfaceFrame
from optexplorer.painting.surface_painter import paint_block_of_polygons
from optexplorer.runs.failure import failure_of, log_failure
from optexplorer.scene.scene import Scene

if TYPE_CHECKING:
    from optexplorer.gui.views.gl_block import OffscreenBlock


class SoftwareBlock:
    """Paints the first block as polygons, which needs no preparation, and the following by OpenGL, which is faster.

    Where OpenGL fails, all are polygons.
    """

    def __init__(self) -> None:
        self.smooth = True
        """Whether edges are smooth; while the camera turns, it goes faster without."""
        self._is_first, self._is_broken = True, False
        self._offscreen: OffscreenBlock | None = None

    @staticmethod
    def load() -> None:
        """Import what draws by OpenGL; on any thread."""
        import optexplorer.gui.views.gl_block  # noqa: F401

    def paint(self, painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
        """Paint the grid behind the block, the block, and its contour lines."""
        if not (self._is_first or self._is_broken):
            try:
                self._paint_by_opengl(painter, frame, scene, style)
            except Exception as error:  # noqa: BLE001 - reported, and polygons are painted instead
                self._is_broken, self._offscreen = True, None
                log_failure(failure_of(error, "OpenGL"), logging.WARNING)
            else:
                return
        self._is_first = False
        paint_block_of_polygons(painter, frame, scene, style)

    def _paint_by_opengl(self, painter: QPainter, frame: SurfaceFrame, scene: Scene, style: Style) -> None:
        if self._offscreen is None:
            from optexplorer.gui.views.gl_block import OffscreenBlock

            self._offscreen = OffscreenBlock()
        self._offscreen.paint(painter, frame, scene, style, smooth=self.smooth)
