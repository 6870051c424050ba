"""Commands that open the windows of studies; each is made when it is first asked for, and then kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store


def _sweep_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.sweep_window import SweepWindow

    return SweepWindow


def _map_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.map_window import MapWindow

    return MapWindow


def _range_test_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.range_test_window import RangeTestWindow

    return RangeTestWindow


def _tournament_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.tournament_window import TournamentWindow

    return TournamentWindow


STUDIES: dict[str, Callable[[], type[StudyWindow]]] = {
    "sweep": _sweep_window,
    "map": _map_window,
    "range-test": _range_test_window,
    "tournament": _tournament_window,
}
"""The classes of windows by the ids of their commands."""


class StudyCommands(QObject):
    """Opens a window for each study, at most one of a kind."""

    def __init__(self, store: Store, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._store, self._settings, self._window = store, settings, window
        self.windows: dict[str, StudyWindow] = {}

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {id: partial(self._open, id) for id in STUDIES}

    def _open(self, id: str, _: bool = False) -> None:
        if id not in self.windows:
            self.windows[id] = STUDIES[id]()(self._store, self._settings, self._window)
        self.windows[id].open_study()

    def finish(self) -> None:
        """Close all windows and stop their work, before the main window closes."""
        for window in self.windows.values():
            window.finish()
        self.windows.clear()
