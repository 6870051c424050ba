"""Which settings of an optimizer are searched, and from where to where."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStyle, QStyleOptionButton, QWidget

from optexplorer.engine.optimizers.base import Hyperparameter, Optimizer
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.choices import SwitchField
from optexplorer.gui.fields.hyperparameter_field import tip_of
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.runs.tuning.ranges import SearchRange, searchable, usual_range, usual_ranges, usual_scale
from optexplorer.text import Text

FIELD, LEAST = 68, 72
"""Width of a field for an end of a range, and least width of the name of a setting, in pixels."""


class _ShortSwitch(SwitchField):
    """A switch whose text ends in an ellipsis where there is no room for all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self)
        self.setText(
            self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width() - room.left())
        )


class SearchRanges(Retranslating, QWidget):
    """A row for each setting that is a number: whether it is searched, and the ends of its range."""

    rangesChosen = Signal()
    """Another setting is searched, or a range has changed."""

    def __init__(self) -> None:
        super().__init__()
        self._kind: type[Optimizer] | None = None
        self._settings: dict[str, Hyperparameter] = {}
        self.ticks: dict[str, _ShortSwitch] = {}
        self.ends: dict[str, tuple[NumberField, NumberField]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)

    def retranslate(self) -> None:
        for name, tick in self.ticks.items():
            setting = self._settings[name]
            label = localized(setting.label)
            tick.show_text(label)
            describe(tick, self.tr("Search {0}").format(label), tip_of(setting))
            low, high = self.ends[name]
            describe(low, self.tr("{0}: from").format(label))
            describe(high, self.tr("{0}: to").format(label))

    def show_optimizer(self, optimizer: Optimizer) -> None:
        """Show the settings of an optimizer; of another kind than before, with the usual ranges."""
        if type(optimizer) is self._kind:
            return
        self._kind = type(optimizer)
        self._rebuild(optimizer)
        self.retranslate()

    def _rebuild(self, optimizer: Optimizer) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                # Whatever still goes on in it concerns no setting any more.
                widget.blockSignals(True)
                widget.hide()
                widget.deleteLater()
        self._settings = {setting.name: setting for setting in searchable(optimizer)}
        self.ticks, self.ends = {}, {}
        usual = {axis.name for axis in usual_ranges(optimizer)}
        # Those that are usually searched stand at the top.
        ordered = sorted(self._settings, key=lambda name: name not in usual)
        for row, name in enumerate(ordered):
            setting, axis = self._settings[name], usual_range(optimizer, name)
            tick = _ShortSwitch()
            tick.show_value(name in usual)
            bounds = Bounds(
                setting.low, setting.high, setting.low_open or axis.scale == "log", axis.scale == "near one"
            )
            low, high = NumberField(bounds=bounds), NumberField(bounds=bounds)
            low.show_value(axis.low)
            high.show_value(axis.high)
            self.ticks[name], self.ends[name] = tick, (low, high)
            tick.valueChosen.connect(partial(self._tick, name))
            self._grid.addWidget(tick, row, 0)
            for column, field in enumerate((low, high), 1):
                field.setFixedWidth(FIELD)
                field.setEnabled(name in usual)
                field.valueChosen.connect(lambda _: self.rangesChosen.emit())
                self._grid.addWidget(field, row, column)

    def _tick(self, name: str, on: bool) -> None:
        for field in self.ends[name]:
            field.setEnabled(on)
        self.rangesChosen.emit()

    @property
    def searched(self) -> tuple[str, ...]:
        """The names of the settings that are searched."""
        return tuple(name for name, tick in self.ticks.items() if tick.isChecked())

    def ranges(self) -> tuple[SearchRange, ...]:
        """Return what is to be searched.

        Raises
        ------
        ValueError
            If nothing is, or the ends of a range are in the wrong order; the message says what would be right.
        """
        if not self.searched:
            raise ValueError(Text("Tick at least one setting.", "少なくとも1つの設定を選ぶ。"))
        found = []
        for name in self.searched:
            low, high = (float(field.value) for field in self.ends[name])
            if not low < high:
                label = self._settings[name].label
                raise ValueError(
                    Text(
                        f"{label.en}: the range goes from {low:g} to {high:g}; its end must be above its beginning.",
                        f"{label.ja}の範囲が{low:g}から{high:g}となっている。終わりは始めより大きくなければならない。",
                    )
                )
            found.append(SearchRange(name, low, high, usual_scale(self._settings[name])))
        return tuple(found)
