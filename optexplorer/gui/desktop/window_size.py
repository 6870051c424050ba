"""How large a dialog or a window opens: never beyond the screen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 48)
"""About what a window manager draws around a window, in pixels."""


def resize_within_screen(window: QWidget, size: QSize) -> None:
    """Resize `window` to `size`, or to what the screen has room for."""
    window.resize(size.boundedTo(window.screen().availableSize() - FRAME))
