"""The system's reasons why a file cannot be read or written, in the window's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from optexplorer.gui.desktop.words import N_

KNOWN = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
    N_("Input/output error"),
)
"""The reasons that are translated; any other is shown as the system says it."""


def system_error_words(reason: str) -> str:
    """Return the reason that the system gave, in the window's language."""
    return QCoreApplication.translate("", reason) if reason in KNOWN else reason
