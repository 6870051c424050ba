"""Keeps the tab order of a panel whose widgets are added and removed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def focusable(part: QWidget | QLayout) -> Iterator[QWidget]:
    """Yield the widgets in `part` that Tab reaches, in the order in which they lie in their layouts."""
    if isinstance(part, QLayout):
        for place in range(part.count()):
            item = part.itemAt(place)
            inner = item.widget() or item.layout() if item is not None else None
            if inner is not None:
                yield from focusable(inner)
        return
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield part
    layout = part.layout()
    if layout is not None:
        yield from focusable(layout)


def follow_layout(part: QWidget) -> None:
    """Set the tab order inside `part` to the order of its layouts."""
    for before, after in pairwise(focusable(part)):
        QWidget.setTabOrder(before, after)
