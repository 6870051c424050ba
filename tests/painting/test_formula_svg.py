"""Formulas that cannot be set as mathematics are written as they stand."""

from __future__ import annotations

import logging
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from optexplorer.painting.formula_svg import formula_extent, formula_svg

BROKEN = [
    r"\frac{1",
    "10^{3}^{2}",
    r"\left( x",
    r"x_{",
    r"\begin{cases} a & b",
    "\x00",
    r"\sqrt[",
    "&&&",
    "<x>&\"'",
]


@pytest.mark.parametrize("latex", BROKEN)
@pytest.mark.parametrize("width", [None, 60.0])
def test_whatever_the_text_there_is_a_picture(latex: str, width: float | None, qapp: object) -> None:
    data = formula_svg(latex, "#112233", 16.0, width)
    root = ElementTree.fromstring(data)
    assert float(root.get("width", "0")) > 0
    renderer = QSvgRenderer(QByteArray(data))
    assert renderer.isValid()
    image = QImage(200, 80, QImage.Format.Format_ARGB32)
    image.fill(0)
    with QPainter(image) as painter:
        renderer.render(painter)
    above, below = formula_extent(latex, 16.0)
    assert above + below > 0


def test_a_typesetter_that_raises_leaves_the_text_and_a_note(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import ziamath

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(ziamath, "Latex", fail)
    with caplog.at_level(logging.WARNING):
        data = formula_svg(r"x^2 + \text{日本}", "#ABCDEF", 15.0, 80.0)
    assert "RuntimeError" in caplog.text
    lines = [e.text or "" for e in ElementTree.fromstring(data).iter("{http://www.w3.org/2000/svg}text")]
    assert "".join(lines) == r"x^2 + \text{日本}"
    assert len(lines) > 1
    assert all(value > 0 for value in formula_extent("y^{7}", 15.0))


def test_what_can_be_set_is_drawn_as_mathematics() -> None:
    assert b"<path" in formula_svg(r"\frac{x^2}{2}", "#000000", 15.0)


def test_a_sign_has_no_space_after_it() -> None:
    for signed, subtracted in ((r"x\left(-y\right)", r"x\left(x-y\right)"), ("x < -2", "x < y-2")):
        letters = [formula_svg(latex, "#112233", 16.0) for latex in (signed, subtracted)]
        widths = [float(ElementTree.fromstring(data).get("width", "0")) for data in letters]
        letter = float(ElementTree.fromstring(formula_svg("x", "#112233", 16.0)).get("width", "0"))
        # The space on both sides of a binary minus is 4/18 of the size of the type.
        assert widths[1] - widths[0] > letter + 16.0 * 4 / 18 - 2
