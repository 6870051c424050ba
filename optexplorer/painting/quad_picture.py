"""Many quadrilaterals, each of its own colour, as one recorded picture, which Qt paints several times faster.

Qt has no call that paints them all, and a call for each from Python takes longer than the painting. A `QPicture` holds
calls as bytes: those of one quadrilateral are recorded by Qt itself, and repeated with other numbers by NumPy.
"""

from __future__ import annotations

import binascii
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPicture

Array = NDArray[np.float64]

_HEADER = struct.Struct(">4sHHHBB4iI")
"""Tag, checksum, version (two numbers), first command and its length, bounding rectangle, number of commands."""
_CHECKED_FROM = 6
"""Where in the bytes that begins of which the checksum is made."""
_VERSION = 8
"""The format in which brushes have no transformation, which would be half of all bytes: that of Qt 4.2."""
_BRUSH = 12
"""Bytes of a brush in that format: its kind, and its colour."""
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_COMMANDS = 2
"""Commands of one quadrilateral: the brush, and the polygon."""


def paint_quads(painter: QPainter, corners: Array, inks: NDArray[np.int64]) -> None:
    """Paint convex quadrilaterals in their order, without outlines; the painter is left without a pen.

    Parameters
    ----------
    corners : shape (k, 4, 2), in the painter's coordinates
    inks : shape (k,), their colours as 0xRRGGBB
    """
    layout = _layout()
    if layout is None:
        paint_each_quad(painter, corners, inks)
    elif len(corners):
        painter.setPen(Qt.PenStyle.NoPen)
        _play(painter, _bytes(layout, corners, inks))


def _play(painter: QPainter, data: bytes) -> None:
    picture = QPicture()
    picture.setData(data)
    painter.drawPicture(0, 0, picture)


def paint_each_quad(painter: QPainter, corners: Array, inks: NDArray[np.int64]) -> None:
    """Do the same by a call for each, as files of vectors need it."""
    painter.setPen(Qt.PenStyle.NoPen)
    # One flat list of numbers: many small ones would keep Python's collector of garbage busy.
    number = iter(corners.ravel().tolist())
    for ink in inks.tolist():
        painter.setBrush(QColor.fromRgb(ink))
        painter.drawConvexPolygon([QPointF(next(number), next(number)) for _ in range(4)])


@dataclass(frozen=True)
class _Layout:
    """What a recorded picture looks like.

    `header` goes before the calls of the quadrilaterals, `call` is one of them with places for the colour and the
    corners, `end` goes after them.
    """

    header: bytes
    call: bytes
    colour_at: int
    corners_at: int
    end: bytes


@cache
def _layout() -> _Layout | None:
    """Return the layout that this version of Qt plays; None if it plays none as it should."""
    first = np.array([[1.25, 2.5], [5.5, 2.75], [6.5, 7.125], [1.5, 8.25]])
    corners = np.stack([first, first + 3.0])
    inks = np.array([0x123456, 0x789ABC], dtype=np.int64)
    recorded = _recorded(corners[:1], inks[:1])
    calls = _calls(recorded)
    if len(calls) <= _COMMANDS:
        return None
    brush, polygon, end = calls[-_COMMANDS - 1 :]
    call = bytes([brush[0], _BRUSH]) + brush[2 : 2 + _BRUSH] + polygon
    colour, places = _colours(inks[:1]).tobytes(), corners[:1].astype(">f8").tobytes()
    if call.count(colour) != 1 or call.count(places) != 1:
        return None
    layout = _Layout(recorded[: _HEADER.size], call, call.index(colour), call.index(places), end)
    played = _painted(lambda painter: _play(painter, _bytes(layout, corners, inks)))
    return layout if played == _painted(lambda painter: paint_each_quad(painter, corners, inks)) else None


def _recorded(corners: Array, inks: NDArray[np.int64]) -> bytes:
    picture = QPicture()
    with QPainter(picture) as painter:
        paint_each_quad(painter, corners, inks)
    data: bytes = picture.data()  # type: ignore[assignment]
    return bytes(data)


def _calls(recorded: bytes) -> list[bytes]:
    """Return the calls of a recorded picture: each is its number, a length, and so many bytes."""
    found, at = [], _HEADER.size
    while at + 1 < len(recorded):
        end = at + 2 + recorded[at + 1]
        found.append(recorded[at:end])
        at = end
    return found


def _painted(paint: Callable[[QPainter], None]) -> QImage:
    image = QImage(12, 12, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        paint(painter)
    return image


def _colours(inks: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return opaque colours as Qt writes them, shape (k, 4): alpha, red, green and blue of two bytes each."""
    parts = np.stack([np.full_like(inks, 255), inks >> 16 & 255, inks >> 8 & 255, inks & 255], axis=1)
    return (parts * 0x101).astype(">u2")


def _bytes(layout: _Layout, corners: Array, inks: NDArray[np.int64]) -> bytes:
    """Return the bytes of a picture of these quadrilaterals."""
    calls = np.tile(np.frombuffer(layout.call, np.uint8), (len(corners), 1))
    for at, numbers in (
        (layout.colour_at, _colours(inks)),
        (layout.corners_at, np.ascontiguousarray(corners, dtype=">f8").reshape(len(corners), -1)),
    ):
        part = numbers.view(np.uint8).reshape(len(corners), -1)
        calls[:, at : at + part.shape[1]] = part
    tag, _, _, *rest, _ = _HEADER.unpack(layout.header)
    body = calls.tobytes() + layout.end
    # The rectangle around what is painted is not filled in: nothing reads it when a picture is played.
    head = (_VERSION, *rest, _COMMANDS * len(corners) + 1)
    checked = _HEADER.pack(tag, 0, *head)[_CHECKED_FROM:] + body
    return _HEADER.pack(tag, _checksum(checked), *head) + body


def _checksum(data: bytes) -> int:
    """Return the checksum that Qt demands: the CRC-16 of ISO 3309, which takes the bits of each byte in reverse."""
    remainder = binascii.crc_hqx(data.translate(_REVERSED), 0xFFFF) ^ 0xFFFF
    return int(f"{remainder:016b}"[::-1], 2)
