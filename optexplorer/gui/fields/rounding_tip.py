"""The tooltip of racers whose path depends on rounding."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def rounding_tip(step: int | None) -> str:
    """Return what it means that a path depends on rounding from `step` on; empty if it is not known to."""
    if step is None:
        return ""
    words = translate(
        "Rounding",
        "From step {0} on, the path depends on how numbers are rounded: "
        "on another computer it may be another one.\n"
        "Found by moving the start by 1e-13 of the domain's size.",
    )
    return words.format(step)
