"""Quadrilaterals played as one recorded picture: the same pixels as by a call for each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from optexplorer.painting import quad_picture
from optexplorer.painting.quad_picture import paint_each_quad, paint_quads

Paint = Callable[[QPainter, NDArray[np.float64], NDArray[np.int64]], None]


def painted(paint: Paint, count: int, ratio: float = 1.0) -> QImage:
    random = np.random.default_rng(3)
    corners = random.uniform(-5, 95, (count, 1, 2)) + np.array([[0, 0], [9, 1], [10, 6], [1, 5]])
    image = QImage(round(100 * ratio), round(100 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0xFFFFFF)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, corners, random.integers(0, 1 << 24, count))
    return image


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("count", [0, 1, 300])
def test_one_picture_has_the_pixels_of_many_calls(count: int, ratio: float) -> None:
    assert painted(paint_quads, count, ratio) == painted(paint_each_quad, count, ratio)


def test_this_version_of_qt_plays_such_pictures() -> None:
    """Otherwise each quadrilateral would be painted by a call of its own, which takes several times as long."""
    assert quad_picture._layout() is not None


def test_a_version_of_qt_that_plays_none_gets_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = painted(paint_quads, 50)
    monkeypatch.setattr(quad_picture, "_layout", lambda: None)
    assert painted(paint_quads, 50) == expected
