"""What is what in a table: the columns that are learned from, and the one that is predicted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QToolButton, QVBoxLayout, QWidget

from optexplorer.engine.landscapes.models.data.csv_reading import Column
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import PlainLabel, describe, plain_tip

_PLACE = Qt.ItemDataRole.UserRole


class TableColumns(Retranslating, QWidget):
    """A checkbox for each column that can be learned from, and a list of those that can be predicted."""

    changed = Signal()
    targetChosen = Signal()
    """Another column is to be predicted: what kind of task this is has to be guessed anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: Sequence[Column] = ()
        self._inputs_label, self._target_label = PlainLabel(name="subtitle"), PlainLabel(name="subtitle")
        self.inputs = QListWidget()
        self.inputs.setObjectName("dataList")
        self.inputs.itemChanged.connect(lambda _: self.changed.emit())
        self.all, self.none = QToolButton(), QToolButton()
        for button, on in ((self.all, True), (self.none, False)):
            button.setObjectName("slim")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, on=on: self._check_all(on))
        self.target = ChoiceField()
        self.target.valueChosen.connect(self._choose_target)
        self._target_label.setBuddy(self.target)
        heading = QHBoxLayout()
        heading.setSpacing(0)
        heading.addWidget(self._inputs_label, 1)
        heading.addWidget(self.all)
        heading.addWidget(self.none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(heading)
        column.addWidget(self.inputs, 1)
        column.addSpacing(4)
        column.addWidget(self._target_label)
        column.addWidget(self.target)
        self.retranslate()

    def retranslate(self) -> None:
        self._inputs_label.setText(self.tr("Learn from"))
        self._target_label.setText(self.tr("Predict"))
        self.all.setText(self.tr("All"))
        describe(self.all, self.tr("Learn from all columns of numbers"))
        self.none.setText(self.tr("None"))
        describe(self.none, self.tr("Learn from no column yet"))
        describe(self.inputs, self.tr("Learn from"), self.tr("The columns that the prediction is made from"))
        describe(self.target, self.tr("Predict"), self.tr("The column that is predicted"))
        with QSignalBlocker(self.inputs):
            for row in range(self.inputs.count()):
                self._write(self.inputs.item(row))

    def show_columns(self, columns: Sequence[Column], inputs: Sequence[str], target: str) -> None:
        """Show the columns, of which `inputs` are checked and `target` is to be predicted."""
        self._columns = columns
        with QSignalBlocker(self.inputs):
            self.inputs.clear()
            for place, column in enumerate(columns):
                item = QListWidgetItem()
                item.setData(_PLACE, place)
                item.setCheckState(
                    Qt.CheckState.Checked if column.name in inputs else Qt.CheckState.Unchecked
                )
                self._write(item)
                self.inputs.addItem(item)
        self.target.show_choices({column.name: column.name for column in columns if column.kind != "empty"})
        self.target.show_value(target)
        self._enable()

    def chosen_inputs(self) -> tuple[str, ...]:
        """Return the names of the columns that are learned from."""
        items = [self.inputs.item(row) for row in range(self.inputs.count())]
        return tuple(
            self._columns[item.data(_PLACE)].name
            for item in items
            if item.checkState() == Qt.CheckState.Checked and item.flags() & Qt.ItemFlag.ItemIsEnabled
        )

    def chosen_target(self) -> str:
        """Return the name of the column that is predicted; empty if there is none."""
        return self.target.currentData() or ""

    def _write(self, item: QListWidgetItem) -> None:
        column = self._columns[item.data(_PLACE)]
        kinds = {
            "numbers": self.tr("numbers"),
            "text": self.tr("text"),
            "empty": self.tr("empty"),
        }
        parts = [kinds[column.kind]]
        if column.missing and column.kind != "empty":
            parts.append(self.tr("%n missing", "", column.missing))
        item.setText(f"{column.name}  ·  {', '.join(parts)}")
        tip = item.text()
        if column.kind == "text":
            tip += "\n" + self.tr("Text cannot be an input, but it can be predicted, as classes.")
        item.setToolTip(plain_tip(tip))

    def _enable(self) -> None:
        """Disable what cannot be learned from: text, and what is predicted."""
        target = self.chosen_target()
        with QSignalBlocker(self.inputs):
            for row in range(self.inputs.count()):
                item = self.inputs.item(row)
                column = self._columns[item.data(_PLACE)]
                possible = column.kind == "numbers" and column.name != target
                flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
                item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if possible else Qt.ItemFlag.NoItemFlags)

    def _choose_target(self, _: object) -> None:
        self._enable()
        self.targetChosen.emit()
        self.changed.emit()

    def _check_all(self, on: bool) -> None:
        with QSignalBlocker(self.inputs):
            for row in range(self.inputs.count()):
                item = self.inputs.item(row)
                if item.flags() & Qt.ItemFlag.ItemIsEnabled:
                    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.changed.emit()
