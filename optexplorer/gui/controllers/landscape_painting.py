"""Painting on the map: turns brush strokes into heights of a painted landscape."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from optexplorer.engine.landscapes.painted.brush import Brush, Stroke
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition, flat, sampled
from optexplorer.engine.landscapes.painted.height_map import PictureError, height_map
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.controllers.edits import Edits
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.panels.paint_panel import PaintPanel
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.views.paint_overlay import PaintOverlay
from optexplorer.gui.workers.latest_task import LatestTask

GRID = 96
"""Heights along each side of a landscape that is painted by hand."""


class LandscapePainting(QObject):
    """Turns strokes into changes of the landscape; every stroke is one step of undo."""

    activeChanged = Signal(bool)

    def __init__(
        self,
        store: Store,
        edits: Edits,
        panel: PaintPanel,
        overlay: PaintOverlay,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._edits, self._settings = store, edits, settings
        self._panel, self._overlay = panel, overlay
        self._active = False
        self._painted: PaintedDefinition | None = None
        self._unit = 1.0
        self._stroke: Stroke | None = None
        self._strokes = 0
        self._sampling, self._reading = LatestTask(self), LatestTask(self)
        self._sampling.finished.connect(self._on_painted)
        self._reading.finished.connect(self._on_picture_read)
        self._reading.failed.connect(panel.problem.show_problem)
        store.changed.connect(self._follow)
        panel.brushChanged.connect(lambda _: self._show_brush())
        panel.flatAsked.connect(self._flatten)
        panel.pictureAsked.connect(self._ask_picture)
        overlay.strokeBegan.connect(self._begin)
        overlay.strokeMoved.connect(self._move)
        overlay.strokeEnded.connect(self._end)

    @property
    def active(self) -> bool:
        """Whether the mouse paints on the map."""
        return self._active

    def set_active(self, active: bool) -> None:
        """Begin or end painting; only landscapes of two coordinates can be painted on."""
        experiment = self._store.experiment
        active = active and experiment.resolve_landscape().dimension == 2 and experiment.view.plane is None
        if active != self._active:
            self._active = active
            self._painted = None
            self._panel.setVisible(active)
            self._overlay.set_active(active)
            if active:
                self._follow(self._store.experiment)
        self.activeChanged.emit(active)

    def finish(self) -> None:
        """Disconnect from the store and drop running work before the window closes."""
        self._store.changed.disconnect(self._follow)
        self._sampling.forget()
        self._reading.forget()

    def open_picture(self, path: str) -> None:
        """Read a picture as a height map, off the GUI thread."""
        self._panel.problem.show_problem("")
        self._reading.run(partial(_read, path))

    # What is painted on

    def _follow(self, experiment: Experiment) -> None:
        if not self._active or self._stroke is not None:
            return
        landscape = experiment.resolve_landscape()
        if landscape.dimension != 2:
            self.set_active(False)
        elif isinstance(experiment.landscape, PaintedDefinition):
            self._on_painted(experiment.landscape)
        else:
            # Until its heights are known, a stroke would have nothing to change.
            self._painted = None
            self._sampling.run(partial(sampled, landscape, GRID, GRID))

    def _on_painted(self, painted: PaintedDefinition) -> None:
        same = self._painted is not None and self._painted.domain == painted.domain
        self._painted = painted
        if not same:
            # Kept while the same ground is painted, so that the brush does not grow with the hill.
            self._unit = _large(painted)
        self._show_brush()

    def _flatten(self) -> None:
        landscape = self._store.experiment.resolve_landscape()
        # The brush is to reach as high as it did, or as is usual where the ground was flat.
        self._edits.choose_landscape(flat(landscape, GRID, GRID), lambda: self.tr("Flat ground"))
        self._unit = 1.0

    def _ask_picture(self) -> None:
        folder = self._settings.text("picture folder", str(Path.home()))
        path, _ = QFileDialog.getOpenFileName(
            self._panel,
            self.tr("Open picture as height map"),
            folder,
            self.tr("Pictures (*.png *.jpg *.jpeg)"),
        )
        if path:
            self._settings.remember_text("picture folder", str(Path(path).parent))
            self.open_picture(path)

    def _on_picture_read(self, found: PaintedDefinition | PictureError) -> None:
        if isinstance(found, PictureError):
            self._panel.problem.show_problem(localized(found.message))
        else:
            self._painted = None
            self._edits.choose_landscape(found, lambda: self.tr("Picture as height map"))

    # The strokes

    def _cells(self, painted: PaintedDefinition) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the lower left corner of the ground, and the sides of its cells."""
        (x0, x1), (y0, y1) = painted.domain.values()
        return (x0, y0), ((x1 - x0) / (painted.columns - 1), (y1 - y0) / (painted.rows - 1))

    def _show_brush(self) -> None:
        if self._painted is None:
            return
        brush = self._panel.brush
        reach = brush.radius * (min(self._painted.rows, self._painted.columns) - 1)
        _, (width, height) = self._cells(self._painted)
        sign = {"raise": 1, "lower": -1}.get(brush.tool)
        self._overlay.show_brush((reach * width, reach * height), sign)

    def _begin(self, x: float, y: float, inverted: bool) -> None:
        if self._painted is not None:
            self._stroke = Stroke(self._painted.grid, self._unit)
            self._strokes += 1
            self._move(x, y, inverted)

    def _move(self, x: float, y: float, inverted: bool) -> None:
        stroke, painted = self._stroke, self._painted
        if stroke is None or painted is None:
            return
        (left, low), (width, height) = self._cells(painted)
        brush: Brush = self._panel.brush.inverted() if inverted else self._panel.brush
        heights = stroke.move(brush, ((x - left) / width, (y - low) / height))
        painted = PaintedDefinition.of(
            heights,
            painted.domain,
            start=painted.start,
            name=painted.name,
            scale=painted.scale,
        )
        self._edits.change(lambda: self.tr("Brush stroke"), f"stroke {self._strokes}", landscape=painted)

    def _end(self) -> None:
        if self._stroke is not None:
            self._stroke = None
            self._store.end_merge()
            self._follow(self._store.experiment)


def _large(painted: PaintedDefinition) -> float:
    """Return the height that counts as large on this ground: where it is seen by logarithms, that of its middle."""
    heights = painted.grid
    high = np.median(heights) if painted.scale == "log" else heights.max()
    return float(high - heights.min()) or 1.0


def _read(path: str) -> PaintedDefinition | PictureError:
    try:
        return height_map(path)
    except PictureError as error:
        return error
