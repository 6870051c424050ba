"""Shows failures in the window's notice bar, with the traceback on request."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from optexplorer.gui.desktop.error_log import ErrorLog, log_file
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.runs.failure import Failure

AGAIN = 30.0
"""Seconds after which the same failure is told once more."""
LONGEST = 400
"""Characters of a message that the bar shows; the details have all of it."""


class FailureNotices(QObject):
    """Shows each failure once, however often it comes in quick succession."""

    def __init__(self, errors: ErrorLog, bar: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._bar, self._window = bar, window
        self._last_shown: dict[Failure, float] = {}
        # Never in the middle of what failed, which may have been the painting of this very window.
        errors.reported.connect(self.show_failure, Qt.ConnectionType.QueuedConnection)

    def show_failure(self, failure: Failure) -> None:
        """Show `failure`, unless it has just been shown."""
        now = time.monotonic()
        key = Failure(failure.message, failure.details, failure.subject)
        told = self._last_shown.get(key)
        self._last_shown[key] = now
        if told is not None and now - told < AGAIN:
            return
        words = str(failure)
        short = words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
        self._bar.show_notice(
            lambda: self.tr("Something went wrong: {0}").format(short),
            {lambda: self.tr("Details"): lambda: self.show_details(failure)},
        )

    def show_details(self, failure: Failure) -> None:
        """Show the traceback in a dialog that holds up nothing."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Details"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(str(failure)[:LONGEST])
        box.setInformativeText(self.tr("It has been written to {0}").format(log_file()))
        box.setDetailedText(failure.details or str(failure))
        box.setModal(False)
        box.show()
