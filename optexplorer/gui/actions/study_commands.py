"""Commands that open the windows of studies; each is made when it is first asked for, and then kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store

if TYPE_CHECKING:
    from optexplorer.gui.dialogs.study_window import StudyWindow


def _sweep_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.sweep_window import SweepWindow

    return SweepWindow


def _map_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.map_window import MapWindow

    return MapWindow


def _range_test_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.range_test_window import RangeTestWindow

    return RangeTestWindow


def _tuning_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.tuning_window import TuningWindow

    return TuningWindow


def _fair_race_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.fair_race_window import FairRaceWindow

    return FairRaceWindow


def _tournament_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.tournament_window import TournamentWindow

    return TournamentWindow


def _shares_window() -> type[StudyWindow]:
    from optexplorer.gui.dialogs.shares_window import SharesWindow

    return SharesWindow


STUDIES: dict[str, Callable[[], type[StudyWindow]]] = {
    "basin-shares": _shares_window,
    "sweep": _sweep_window,
    "map": _map_window,
    "range-test": _range_test_window,
    "tuning": _tuning_window,
    "fair-race": _fair_race_window,
    "tournament": _tournament_window,
}
"""The classes of windows by the ids of their commands."""


class StudyCommands(QObject):
    """Opens a window for each study, at most one of a kind."""

    raceAsked = Signal()
    """A study has changed the experiment, which is worth seeing from its first step."""

    def __init__(self, store: Store, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._store, self._settings, self._window = store, settings, window
        self.windows: dict[str, StudyWindow] = {}

    def handlers(self) -> dict[str, Callable[[bool], Any]]:
        """Return what each command does, by its id."""
        return {id: partial(self._open, id) for id in STUDIES}

    def _open(self, id: str, _: bool = False) -> None:
        self._study(id).open_study()

    def _study(self, id: str) -> StudyWindow:
        if id not in self.windows:
            self.windows[id] = STUDIES[id]()(self._store, self._settings, self._window)
            self.windows[id].raceAsked.connect(self.raceAsked)
        return self.windows[id]

    def tune(self, number: int) -> None:
        """Open the window that finds good settings, for the racer at `number`."""
        from optexplorer.gui.dialogs.tuning_window import TuningWindow

        window = self._study("tuning")
        assert isinstance(window, TuningWindow)
        window.open_for(number)

    def finish(self) -> None:
        """Close all windows and stop their work, before the main window closes."""
        for window in self.windows.values():
            window.finish()
        self.windows.clear()
