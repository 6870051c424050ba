"""Icons in the colours of the theme in use."""

from __future__ import annotations

import atexit
import tempfile
from functools import cache
from pathlib import Path

import qtawesome
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication


def icon(name: str, colour: str | None = None) -> QIcon:
    """Return the icon `name` in the theme's text colour, or in `colour`."""
    palette = QApplication.palette()
    faint = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText).name()
    found: QIcon = qtawesome.icon(
        name, color=colour or palette.color(QPalette.ColorRole.ButtonText).name(), color_disabled=faint
    )
    return found


@cache
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="optexplorer-icons-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def icon_file(name: str, colour: str) -> str:
    """Return the path of a picture of an icon in `colour` (`#rrggbb`): style sheets take only files."""
    path = _folder() / f"{name}-{colour[1:]}.png"
    qtawesome.icon(name, color=colour).pixmap(QSize(32, 32)).save(str(path))
    return path.as_posix()
