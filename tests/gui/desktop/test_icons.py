"""Icons: each that the program names has a shape, and is drawn in the colours asked for."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import optexplorer
from optexplorer.gui.desktop.icons import icon, icon_file
from optexplorer.resource_files import resources

PACKAGE = Path(optexplorer.__file__).parent
SIDE = 32


def inks(image: QImage) -> set[str]:
    pixels = (QColor(image.pixelColor(x, y)) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_every_icon_that_the_program_names_has_a_shape_and_every_shape_is_named() -> None:
    named = {
        name for path in PACKAGE.rglob("*.py") for name in re.findall(r'"mdi6\.([\w-]+)"', path.read_text())
    }
    shapes = {path.stem for path in (resources() / "icons" / "mdi6").glob("*.svg")}
    assert named == shapes


def test_an_icon_follows_the_palette_and_has_another_colour_while_disabled(qapp: QApplication) -> None:
    drawn, before = icon("mdi6.play"), qapp.palette()
    groups = QPalette.ColorGroup
    try:
        for normal, faint in (("#102030", "#a0b0c0"), ("#e0d0c0", "#605040")):
            palette = QPalette(before)
            palette.setColor(groups.Active, QPalette.ColorRole.ButtonText, QColor(normal))
            palette.setColor(groups.Disabled, QPalette.ColorRole.ButtonText, QColor(faint))
            qapp.setPalette(palette)
            for mode, colour in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, faint)):
                assert inks(drawn.pixmap(QSize(SIDE, SIDE), mode).toImage()) == {colour}
    finally:
        qapp.setPalette(before)


def test_an_icon_leaves_air_around_its_shape(qtbot: QtBot) -> None:
    image = icon("mdi6.grid").pixmap(QSize(SIDE, SIDE)).toImage()
    edge = [(n, m) for n in range(SIDE) for m in (0, SIDE - 1)]
    assert not any(image.pixelColor(x, y).alpha() for n, m in edge for x, y in ((n, m), (m, n)))


def test_style_sheets_get_a_file_of_the_icon(qtbot: QtBot) -> None:
    assert inks(QImage(icon_file("mdi6.chevron-down", "#aa5500"))) == {"#aa5500"}
