"""Icons in the colours of the present theme; their shapes are Material Design Icons, one file each in `icons/mdi6`.

An icon takes its colour from the application's palette when it is drawn, so that it follows a change of theme.
"""

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
_SIDE = 32
"""Of the pictures for style sheets, in pixels."""


class _Engine(QIconEngine):
    """Draws a shape in one colour of the palette, which may be another one while the icon is disabled."""

    def __init__(self, name: str, ink: QPalette.ColorRole) -> None:
        super().__init__()
        self._name, self._ink = name, ink

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        group = QPalette.ColorGroup.Disabled if mode is QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        _draw(painter, rect, self._name, QApplication.palette().color(group, self._ink).name())

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        found = QPixmap(size)
        if found.isNull():
            return found
        found.fill(Qt.GlobalColor.transparent)
        with QPainter(found) as painter:
            self.paint(painter, QRect(found.rect()), mode, state)
        return found


def _draw(painter: QPainter, rect: QRect, name: str, colour: str) -> None:
    room = QRectF(rect)
    shape = QRectF(0, 0, _FILLED * room.width(), _FILLED * room.height())
    shape.moveCenter(room.center())
    _shape(name, colour).render(painter, shape)


@cache
def _shape(name: str, colour: str) -> QSvgRenderer:
    family, _, shape = name.partition(".")
    text = (resources() / "icons" / family / f"{shape}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("<path", f'<path fill="{colour}"').encode()))


def icon(name: str, ink: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return the icon `name`, such as `mdi6.close`, in a colour of the palette. Its file is read when it is first drawn."""
    return QIcon(_Engine(name, ink))


@cache
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="optexplorer-icons-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def icon_file(name: str, colour: str) -> str:
    """Return the path of a picture of an icon in `colour` (`#rrggbb`): style sheets take only files."""
    path = _folder() / f"{name}-{colour[1:]}.png"
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        _draw(painter, picture.rect(), name, colour)
    picture.save(str(path))
    return path.as_posix()
