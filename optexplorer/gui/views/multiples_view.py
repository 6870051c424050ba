"""Small multiples: nine pictures of the same experiment, each at another learning rate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.views.curve_view import CurveView
from optexplorer.gui.views.map_view import MapView
from optexplorer.gui.workers.latest_task import LatestTask
from optexplorer.painting.style import Style
from optexplorer.scene.multiples import FACTORS, Multiple, compute_multiples
from optexplorer.scene.scene import Scene

COLUMNS = 3
SMALL = 0.7
"""Size of the type in the small pictures, in parts of the usual one."""


class _Cell(QWidget):
    """One picture, below the button that takes its rates over."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton()
        self.button.setObjectName("multiple")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.map, self.curve = MapView(), CurveView()
        self._stack = QStackedWidget()
        for view in (self.map, self.curve):
            view.setMinimumSize(80, 60)
            view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button)
        column.addWidget(self._stack, 1)

    def show_scene(self, scene: Scene, style: Style) -> None:
        view = self.curve if scene.picture == "curve" else self.map
        self._stack.setCurrentWidget(view)
        view.show_scene(scene, style)

    def forget(self) -> None:
        """Give the scenes back that are shown."""
        for view in (self.map, self.curve):
            view.forget()


class MultiplesView(Retranslating, QWidget):
    """Shows the race at nine rates at the playhead; a click on one takes its rates over."""

    chosen = Signal(float)
    """By how much the rates are to be multiplied."""
    computed = Signal(int)
    """The step at which the longest of the races ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("multiples")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._multiples: tuple[Multiple, ...] = ()
        self._asked: Any = None
        self._scene: Scene | None = None
        self._playhead = 0
        self._style = Style()
        self._work = LatestTask(self, "other learning rates")
        self._work.finished.connect(self._set_multiples)
        self._drawn: tuple[tuple[Multiple, ...], Style] = (), self._style
        self._due: list[int] = []
        """Cells that are to be drawn anew, one at a time: all at once would hold up the window."""
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._draw_next)
        self.cells = [_Cell() for _ in FACTORS]
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 4, 8, 4)
        grid.setSpacing(6)
        for place, (factor, cell) in enumerate(zip(FACTORS, self.cells, strict=True)):
            grid.addWidget(cell, place // COLUMNS, place % COLUMNS)
            cell.button.clicked.connect(lambda _=False, factor=factor: self.chosen.emit(factor))
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("The race at nine learning rates"))

    def show_scene(self, experiment: Experiment, scene: Scene, playhead: int, style: Style) -> None:
        """Show what `experiment` is like at other rates; nothing while hidden."""
        if self.isHidden():
            return
        self._scene, self._style = scene, replace(style, text_size=SMALL * style.text_size, axes=False)
        wanted = experiment.evolve(appearance=Appearance())
        if wanted != self._asked:
            if self._asked is not None and wanted.landscape != self._asked.landscape:
                self._forget()
            self._asked = wanted
            self._work.run_stoppable(partial(compute_multiples, wanted))
        self._show(playhead)

    def _set_multiples(self, multiples: tuple[Multiple, ...]) -> None:
        self._multiples = multiples
        self.computed.emit(max(multiple.computed.length for multiple in multiples))
        if self._scene is not None and not self.isHidden():
            self._show(self._scene.playhead)

    def _show(self, playhead: int) -> None:
        self._playhead = playhead
        if (self._multiples, self._style) != self._drawn:
            self._drawn = self._multiples, self._style
            self._due = list(range(len(self._multiples)))
            self._next.start()
        for place in range(len(self._multiples)):
            if place not in self._due:
                self._show_cell(place)

    def _draw_next(self) -> None:
        if self._due:
            self._show_cell(self._due.pop(0))
        if not self._due:
            self._next.stop()

    def _show_cell(self, place: int) -> None:
        if self._scene is None:
            return
        multiple, cell = self._multiples[place], self.cells[place]
        shown = {
            name: getattr(self._scene.appearance, name) for name in ("colour_map", "minima", "spotlight")
        }
        computed = multiple.computed.with_appearance(Appearance(**shown))
        scene = computed.resolved(self._playhead)
        cell.show_scene(scene, self._style)
        cell.button.setText(self._title(multiple, scene))

    def _title(self, multiple: Multiple, scene: Scene) -> str:
        """Say which rate, or by how much all rates are multiplied, and whether any racer diverges."""
        rates = {racer.optimizer.lr for racer in multiple.computed.experiment.racers if racer.visible}
        title = f"η = {rates.pop():g}" if len(rates) == 1 else f"η × {multiple.factor:.2g}"
        endings = [racer_path.trajectory.ending for racer_path in scene.racer_paths if racer_path.ended]
        if (
            endings
            and all(ending is TerminationReason.DIVERGED for ending in endings)
            and len(endings) == len(scene.racer_paths)
        ):
            return title + " · " + self.tr("diverged")
        if endings and len(endings) == len(scene.racer_paths) and TerminationReason.CONVERGED in endings:
            return title + " · " + self.tr("converged")
        return title

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._work.forget()
            self._asked = None
            self._forget()

    def _forget(self) -> None:
        """Show nothing until something new has been computed."""
        self._next.stop()
        self._multiples, self._due, self._drawn = (), [], ((), self._style)
        for cell in self.cells:
            cell.forget()
            cell.button.setText("")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous() and self._scene is not None:
            self._show(self._scene.playhead)

    def stop(self) -> None:
        """Drop running work before the window closes."""
        self._next.stop()
        self._work.forget()
