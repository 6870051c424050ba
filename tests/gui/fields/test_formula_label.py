"""The label of a formula shows the one that has been named last, or nothing."""

from __future__ import annotations

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from optexplorer.gui.fields.formula_label import FormulaLabel

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20">'
    b'<rect width="80" height="20" fill="#ff0000"/></svg>'
)


def is_drawn(label: FormulaLabel) -> bool:
    return label.grab().toImage().pixelColor(40, label.height() // 2) == QColor("#ff0000")


def test_a_formula_goes_when_another_is_named_and_comes_back_with_its_name(qtbot: QtBot) -> None:
    label = FormulaLabel()
    qtbot.addWidget(label)
    label.resize(200, 30)
    label.show_words("x^2")
    assert not is_drawn(label)
    label.show_svg(SVG)
    assert is_drawn(label)
    height = label.heightForWidth(200)
    label.show_words("x^4")
    assert not is_drawn(label)
    assert label.heightForWidth(200) == height
    label.show_words("x^2")
    assert is_drawn(label)
    label.show_words("x^4")
    label.show_svg(SVG)
    assert is_drawn(label)
