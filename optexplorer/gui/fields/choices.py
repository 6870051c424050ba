"""Fields that choose one of several values: switch, combo box, row of buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPaintEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

from optexplorer.gui.fields.labels import describe, plain_tip


class SwitchField(QCheckBox):
    """On or off."""

    valueChosen = Signal(object)

    def __init__(self, name: str = "", tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        describe(self, name, tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(self.valueChosen.emit)

    def show_value(self, value: bool) -> None:
        """Show `value`."""
        with QSignalBlocker(self):
            self.setChecked(value)


class ChoiceField(QComboBox):
    """One of a list; each choice has a value and a text, and may have a tooltip."""

    valueChosen = Signal(object)

    def __init__(self, name: str = "", tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        describe(self, name, tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMaxVisibleItems(18)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self._fill: Callable[[], None] | None = None
        self.currentIndexChanged.connect(self._choose)

    def fill_when_asked(self, fill: Callable[[], None]) -> None:
        """Call `fill` to list the choices when the field is first opened; until then it holds only its value."""
        self._fill = fill
        if self.hasFocus():
            self.fill()

    def fill(self) -> None:
        """Show the choices that were left for later."""
        fill, self._fill = self._fill, None
        if fill is not None:
            value = self.currentData()
            fill()
            self.show_value(value)

    def show_choices(self, choices: Mapping[Any, str], tips: Mapping[Any, str] | None = None) -> None:
        """Offer the values of `choices` under their texts."""
        with QSignalBlocker(self):
            self.clear()
            for value, text in choices.items():
                self.addItem(text, value)
                if tips and value in tips:
                    self.setItemData(self.count() - 1, plain_tip(tips[value]), Qt.ItemDataRole.ToolTipRole)

    def show_groups(
        self, groups: Iterable[tuple[str, Mapping[str, str]]], tips: Mapping[Any, str] | None = None
    ) -> None:
        """Offer the values of each group under its heading; empty groups are left out."""
        choices: dict[str | tuple[str], str] = {}
        for heading, entries in groups:
            if entries:
                # A tuple cannot be mistaken for a value.
                choices[(heading,)] = heading
                choices.update((value, text) for value, text in entries.items())
        self.show_choices(choices, tips)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        bold = self.font()
        bold.setBold(True)
        for row in range(model.rowCount()):
            item = model.item(row)
            if not isinstance(item.data(Qt.ItemDataRole.UserRole), str):
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setFont(bold)

    def show_value(self, value: Any, text: str = "") -> None:
        """Show `value`; under `text` if the choices were left for later."""
        with QSignalBlocker(self):
            if self._fill is not None:
                self.clear()
                self.addItem(text, value)
            self.setCurrentIndex(super().findData(value))

    def findData(self, *arguments: Any, **named: Any) -> int:
        self.fill()
        return super().findData(*arguments, **named)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.fill()
        super().focusInEvent(event)

    def _choose(self, index: int) -> None:
        if index < 0:
            return
        value = self.itemData(index)
        if isinstance(value, tuple):
            # The keyboard's search also finds headings: it means the first entry below.
            self.setCurrentIndex(index + 1)
        else:
            self.valueChosen.emit(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        # A name that is too long ends in an ellipsis; Qt would cut through a letter.
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            self.currentText() or self.placeholderText(), Qt.TextElideMode.ElideRight, room.width() - 4
        )
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def showPopup(self) -> None:
        self.fill()
        # The list is as wide as its longest entry, however narrow the field.
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * view.verticalScrollBar().sizeHint().width() + 8)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Segments(QWidget):
    """One of a few, all in sight: a row of joined buttons, between which the arrow keys move."""

    valueChosen = Signal(object)

    def __init__(self, values: Sequence[str], parent: QWidget | None = None) -> None:
        """Offer `values`; `name_choices` gives their buttons words."""
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for place, value in enumerate(values):
            button = QToolButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            ends = {0: "first", len(values) - 1: "last"}
            button.setProperty("segment", ends.get(place, "middle"))
            button.clicked.connect(lambda _=False, value=value: self.valueChosen.emit(value))
            self._group.addButton(button)
            self.buttons[value] = button
            layout.addWidget(button)

    def name_choices(self, name: str, words: Mapping[str, tuple[str, str]]) -> None:
        """Give the whole a name, and the button of each value its text and its tooltip."""
        self.setAccessibleName(name)
        for value, (text, tip) in words.items():
            self.buttons[value].setText(text)
            describe(self.buttons[value], f"{name}: {text}", tip)

    def show_value(self, value: str) -> None:
        """Show `value` as chosen; no signal is emitted, since only clicks are."""
        self.buttons[value].setChecked(True)
