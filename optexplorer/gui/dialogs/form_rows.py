"""The rows of a form, whose labels can be written in another language, and combo boxes likewise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QFormLayout, QLineEdit, QWidget

from optexplorer.gui.fields.labels import PlainLabel

LABELS = 96
"""Width of the labels, in pixels, so that the fields of forms that stand below each other are aligned."""


class FormRows(QFormLayout):
    """A form of labels and fields; `name_rows` gives the labels their words."""

    def __init__(self, parent: QWidget | None = None, *, label_width: int = 0) -> None:
        super().__init__(parent)
        self.setHorizontalSpacing(12)
        self.setVerticalSpacing(8)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._label_width = label_width
        self._labels: dict[int, PlainLabel] = {}

    def add(self, *fields: QWidget) -> None:
        """Add a row per field."""
        for field in fields:
            label = PlainLabel()
            label.setMinimumWidth(self._label_width)
            self._labels[id(field)] = label
            self.addRow(label, field)

    def name_rows(self, words: Mapping[QWidget, str]) -> None:
        """Write the labels of the rows, which also are the accessible names of their fields."""
        for field, text in words.items():
            self._labels[id(field)].setText(text)
            field.setAccessibleName(text)


def name_items(combo: QComboBox, words: Mapping[Any, str]) -> None:
    """Write the texts of a combo box by the data of its items; items that `words` leaves out stay as they are."""
    for place in range(combo.count()):
        key = combo.itemData(place)
        if key in words:
            combo.setItemText(place, words[key])


def indent_numbers(form: QWidget) -> None:
    """Give the numbers in the spin boxes of a form some room at their left."""
    for box in form.findChildren(QAbstractSpinBox):
        text = box.findChild(QLineEdit)
        assert isinstance(text, QLineEdit)
        text.setTextMargins(5, 0, 0, 0)
