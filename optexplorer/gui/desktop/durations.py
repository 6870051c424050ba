"""How long something takes, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def duration_words(seconds: float) -> str:
    """Return a time such as `12 s`, `3 min` or `2 h`, in the window's language; at least a second."""
    whole = max(1, round(seconds))
    if whole < 100:
        return translate("Durations", "{0} s").format(whole)
    minutes = round(seconds / 60)
    if minutes < 100:
        return translate("Durations", "{0} min").format(minutes)
    return translate("Durations", "{0} h").format(round(minutes / 60))
