"""Icons in the colours of the theme in use; their shapes are Material Design Icons, one file each in `icons/mdi6`."""

from __future__ import annotations

import atexit
import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from optexplorer.resource_files import resources

_FILLED = 0.875
"""Part of an icon's side that its shape has; the rest is air."""


class _Engine(QIconEngine):
    """Draws a shape in one colour, and in another while disabled."""

    def __init__(self, name: str, colour: str, faint: str) -> None:
        super().__init__()
        self._name, self._colour, self._faint = name, colour, faint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        room = QRectF(rect)
        shape = QRectF(0, 0, _FILLED * room.width(), _FILLED * room.height())
        shape.moveCenter(room.center())
        colour = self._faint if mode is QIcon.Mode.Disabled else self._colour
        _shape(self._name, colour).render(painter, shape)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        found = QPixmap(size)
        found.fill(Qt.GlobalColor.transparent)
        with QPainter(found) as painter:
            self.paint(painter, QRect(found.rect()), mode, state)
        return found


@cache
def _shape(name: str, colour: str) -> QSvgRenderer:
    family, _, shape = name.partition(".")
    text = (resources() / "icons" / family / f"{shape}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("<path", f'<path fill="{colour}"').encode()))


def icon(name: str, colour: str | None = None, faint: str | None = None) -> QIcon:
    """Return the icon `name`, such as `mdi6.close`, in the theme's text colour or in `colour`.

    It is `faint` while what it stands on is disabled. Its file is read when it is first drawn.
    """
    palette = QApplication.palette()
    ink = colour or palette.color(QPalette.ColorRole.ButtonText).name()
    faint = faint or palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText).name()
    return QIcon(_Engine(name, ink, faint))


@cache
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="optexplorer-icons-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def icon_file(name: str, colour: str) -> str:
    """Return the path of a picture of an icon in `colour` (`#rrggbb`): style sheets take only files."""
    path = _folder() / f"{name}-{colour[1:]}.png"
    icon(name, colour).pixmap(QSize(32, 32)).save(str(path))
    return path.as_posix()
