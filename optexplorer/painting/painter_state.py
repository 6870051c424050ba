"""A context manager that saves and restores the state of a QPainter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPainter


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """Save the painter's state and restore it in the end, also after an exception or Ctrl+C.

    Qt complains about a painter that ends with saved states.
    """
    painter.save()
    try:
        yield
    finally:
        painter.restore()
