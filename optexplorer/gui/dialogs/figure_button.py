"""A button that offers the sizes in which a figure can be exported."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from optexplorer.export.presets import PRESETS
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized


class FigureButton(Retranslating, QPushButton):
    """Opens a menu of sizes."""

    asked = Signal(object)
    """The `Preset` in whose size the figure is wanted; None for that of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.sizes = QMenu(self)
        self._as_here = self.sizes.addAction("")
        self._as_here.triggered.connect(lambda: self.asked.emit(None))
        self._presets = {preset: self.sizes.addAction("") for preset in PRESETS.values()}
        for preset, action in self._presets.items():
            action.triggered.connect(partial(self._ask, preset))
        self.setMenu(self.sizes)
        self.retranslate()

    def _ask(self, preset: object) -> None:
        self.asked.emit(preset)

    def retranslate(self) -> None:
        self.setText(self.tr("Export figure…"))
        self._as_here.setText(self.tr("As in the window"))
        for preset, action in self._presets.items():
            action.setText(f"{localized(preset.name)} ({preset.width} × {preset.height})")
