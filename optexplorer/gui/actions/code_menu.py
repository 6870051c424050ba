"""The menu that copies a racer as a script: a submenu per racer, an entry per library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from optexplorer.experiment.racer import Racer
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.number_field import number_text
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.latest_task import LatestTask

if TYPE_CHECKING:
    from optexplorer.export.code import Target

_CHIP = 12


class CodeMenu(Retranslating, QMenu):
    """Fills itself when it is opened; scripts are written on another thread."""

    copied = Signal(str)
    """What has been put on the clipboard, in words."""
    failed = Signal(str)
    """Why there is no script."""

    def __init__(self, store: Store, parent: QWidget) -> None:
        super().__init__(parent)
        self._store = store
        self._words = ""
        self._work = LatestTask(self)
        self._work.finished.connect(self._copy_text)
        self._work.failed.connect(self.failed)
        self.aboutToShow.connect(self._fill)
        self.retranslate()

    def retranslate(self) -> None:
        self.setTitle(self.tr("Copy as code"))

    def _fill(self) -> None:
        self.clear()
        for menu in self.findChildren(QMenu):
            # Without their entries they would stay.
            menu.deleteLater()
        for number, racer in enumerate(self._store.experiment.racers, start=1):
            title = localized(racer.optimizer.title)
            menu = QMenu(f"{number}  {title}, η = {number_text(racer.optimizer.lr)}", self)
            self.addMenu(menu)
            menu.setIcon(_chip(racer.colour))
            menu.aboutToShow.connect(partial(self._fill_racer, menu, racer, title))
        if self.isEmpty():
            self.addAction(self.tr("No racers")).setEnabled(False)

    def _fill_racer(self, menu: QMenu, racer: Racer, title: str) -> None:
        from optexplorer.export.code import NAMES, TARGETS, reason_against

        menu.clear()
        for target in TARGETS:
            reason = reason_against(self._store.experiment, racer, target)
            action = menu.addAction(reason or NAMES[target])
            action.setEnabled(not reason)
            action.triggered.connect(partial(self._copy, racer, target, title))

    def _copy(self, racer: Racer, target: Target, title: str) -> None:
        from optexplorer.export.code import NAMES, script

        experiment = self._store.experiment
        self._words = self.tr("{0} for {1} is on the clipboard.").format(title, NAMES[target])
        self._work.run(lambda: script(experiment, racer, target))

    def _copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(self._words)


def _chip(colour: str) -> QIcon:
    picture = QPixmap(_CHIP, _CHIP)
    picture.fill(QColor(colour))
    return QIcon(picture)
