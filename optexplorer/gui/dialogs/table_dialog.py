"""The dialog that makes a landscape of a person's own table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import Dataset, Task
from optexplorer.engine.landscapes.models.data.csv_reading import Preview, TableChoice
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.pairing import fitting_models
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.dialogs.form_rows import FormRows
from optexplorer.gui.dialogs.save_buttons import DialogButtons
from optexplorer.gui.dialogs.table_columns import TableColumns
from optexplorer.gui.dialogs.table_layout_form import TableLayoutForm
from optexplorer.gui.dialogs.table_rows import TableRows
from optexplorer.gui.fields.choices import ChoiceField, Segments, SwitchField
from optexplorer.gui.fields.labels import PlainLabel, describe, plain_tip
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.gui.workers.table_reader import TableReader
from optexplorer.text import Text, printable

LONGEST_NAME = 60
"""Characters of a file's name that the landscape is called."""
STEPS = 1000
"""Of the progress bar."""
SMALL = 1_000_000
"""Bytes below which reading is over before a progress bar could be read."""
FEW_EXAMPLES = 8
"""Of the stand-in that says which models can learn from data of this shape."""


class TableDialog(Retranslating, QDialog):
    """Asks what is what in a table; once accepted, `definition` is the landscape."""

    def __init__(self, path: Path, name: str, parent: QWidget | None = None) -> None:
        """Open the table in the file at `path`, which is called `name` in the window."""
        super().__init__(parent)
        self._name = printable(name)
        self._table: Preview | None = None
        self._task: Task = "regression"
        self._model = ""
        self._definition: ModelDefinition | None = None
        self._problem = Text("", "")
        self._reading = False
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.hide()
        self.reader = TableReader(path, self)
        self.reader.looked.connect(self._show_table)
        self.reader.read.connect(self._take)
        self.reader.refused.connect(self._refuse)
        self.reader.progressed.connect(lambda share: self.progress.setValue(round(STEPS * share)))
        self.form = TableLayoutForm()
        self.form.changed.connect(self._look)
        self.columns = TableColumns()
        self.columns.targetChosen.connect(self._guess_task)
        self.columns.changed.connect(self._show_choice)
        self.task = Segments(("regression", "classification"))
        self.task.valueChosen.connect(self._choose_task)
        self.missing = ChoiceField()
        self.model = ChoiceField()
        self.model.valueChosen.connect(self._choose_model)
        self.standardise = SwitchField()
        self.rows = TableRows()
        self.preview = QTableView()
        self.preview.setModel(self.rows)
        self.told = PlainLabel(name="hint", wrap=True)
        self.problem = ProblemLabel()
        self.buttons = DialogButtons(self, self._button_words)
        self.buttons.accepted.connect(self._read)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.retranslate()
        self._enable()
        self._look()

    @property
    def definition(self) -> ModelDefinition | None:
        """The landscape that was made; None before."""
        return self._definition

    def _lay_out(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setDefault(True)
        self.preview.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.preview.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.preview.setWordWrap(False)
        self.preview.verticalHeader().hide()
        self.preview.verticalHeader().setDefaultSectionSize(24)
        self.preview.setTabKeyNavigation(False)
        self._rows_form = FormRows()
        self._as = QWidget()
        beside = QHBoxLayout(self._as)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.task)
        beside.addStretch(1)
        self._rows_form.add(self._as, self.missing, self.model)
        self._rows_form.addRow(self.standardise)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.columns, 1)
        left.addLayout(self._rows_form)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.preview, 1)
        right.addWidget(self.told)
        self._body = QWidget()
        body = QHBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(20)
        body.addLayout(left, 3)
        body.addLayout(right, 5)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.progress, 1)
        foot.addStretch(0)
        foot.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.form)
        layout.addWidget(self._body, 1)
        layout.addWidget(self.problem)
        layout.addLayout(foot)
        resize_within_screen(self, QSize(980, 660))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Open data: {0}").format(self._name))
        self._rows_form.name_rows(
            {
                self._as: self.tr("As"),
                self.missing: self.tr("Missing cells"),
                self.model: self.tr("Model"),
            }
        )
        self.task.name_choices(
            self.tr("What is predicted"),
            {
                "regression": (self.tr("Number"), self.tr("Regression: how much?")),
                "classification": (self.tr("Class"), self.tr("Classification: which one?")),
            },
        )
        kept = self.missing.currentData() or "refuse"
        self.missing.show_choices(
            {"refuse": self.tr("Say where they are"), "drop rows": self.tr("Leave their rows out")}
        )
        self.missing.show_value(kept)
        describe(self.missing, self.tr("Missing cells"), self.tr("What happens to rows with empty cells"))
        describe(self.model, self.tr("Model"), self.tr("What learns from the data"))
        self.standardise.setText(self.tr("Standardise the inputs"))
        describe(
            self.standardise,
            self.tr("Standardise the inputs"),
            self.tr(
                "z = (x − mean)/std for each input, with mean and standard deviation of the examples to learn from"
            ),
        )
        describe(
            self.preview, self.tr("First rows"), self.tr("The first rows of the table, as they are read")
        )
        describe(self.progress, self.tr("Reading"))
        self._show_models()
        self._tell()
        self._show_problem()

    def restyle(self) -> None:
        self.rows.repaint_all()

    def _button_words(self) -> dict[QDialogButtonBox.StandardButton, str]:
        buttons = QDialogButtonBox.StandardButton
        return {buttons.Ok: self.tr("Learn from this"), buttons.Cancel: self.tr("Cancel")}

    # The beginning of the table

    def _look(self) -> None:
        self.reader.look(self.form.options)

    def _show_table(self, table: Preview) -> None:
        """Show the beginning of the table; what was chosen of its columns stays where they have the same names."""
        before, self._table = self._table, table
        self._problem = table.problem or Text("", "")
        self.form.show_table(table)
        self.rows.show_rows(table.columns, table.rows)
        if before is None or _names(before) != _names(table):
            self.columns.show_columns(table.columns, table.inputs, table.target)
            self._guess_task()
        else:
            inputs, target = self.columns.chosen_inputs(), self.columns.chosen_target()
            self.columns.show_columns(table.columns, inputs or table.inputs, target)
        for place in range(len(table.columns)):
            self.preview.resizeColumnToContents(place)
        self._tell()
        self._show_choice()
        self._show_problem()

    def _tell(self) -> None:
        """Say how much of the file is shown."""
        table = self._table
        if table is None:
            self.told.setText("")
        elif table.whole:
            self.told.setText(self.tr("%n row(s)", "", table.rows_looked_at))
        else:
            size = self.locale().formattedDataSize(table.size)
            words = self.tr("{0} in all; judged by the first {1} rows.")
            self.told.setText(words.format(size, table.rows_looked_at))

    # What is chosen

    def _guess_task(self) -> None:
        column = self._target_column()
        if column is not None:
            self._task = column.task
            self._show_models()

    def _target_column(self) -> Any:
        columns = self._table.columns if self._table is not None else ()
        target = self.columns.chosen_target()
        return next((column for column in columns if column.name == target), None)

    def _choose_task(self, task: Task) -> None:
        self._task = task
        self._show_models()

    def _choose_model(self, id: str) -> None:
        self._model = id

    def _show_choice(self) -> None:
        self.rows.show_choice(self.columns.chosen_inputs(), self.columns.chosen_target())
        self._show_models()
        self._enable()

    def _show_models(self) -> None:
        """Offer the models that can learn from data of this shape."""
        self.task.show_value(self._task)
        fitting = fitting_models(self._stand_in()) if self._table is not None else ()
        kinds = {id: predictors.get(id) for id in fitting}
        self.model.show_choices(
            {id: localized(kind.title) for id, kind in kinds.items()},
            {id: localized(kind.idea) for id, kind in kinds.items()},
        )
        chosen = self._model if self._model in fitting else fitting[0] if fitting else ""
        self.model.show_value(chosen)
        if chosen:
            self.model.setToolTip(plain_tip(localized(kinds[chosen].idea)))

    def _stand_in(self) -> Dataset:
        """Return data of the shape that the table's will have."""
        inputs = self.columns.chosen_inputs() or ("x",)
        column = self._target_column()
        count = min(max(column.distinct if column is not None else 2, 2), 100)
        classes = tuple(map(str, range(count))) if self._task == "classification" else ()
        examples = max(FEW_EXAMPLES, count)
        return Dataset(
            np.ones((examples, len(inputs))),
            np.arange(examples) % count,
            self._task,
            inputs,
            self.columns.chosen_target(),
            classes,
        )

    def _enable(self) -> None:
        ready = self._table is not None and bool(self.columns.chosen_inputs()) and not self._reading
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ready and self.model.count() > 0)
        for part in (self.form, self._body):
            part.setEnabled(not self._reading)
        self.progress.setVisible(self._reading and self._table is not None and self._table.size > SMALL)

    # All of it

    def _read(self) -> None:
        if self._table is None:
            return
        self._reading = True
        self.progress.setValue(0)
        self._problem = Text("", "")
        self._show_problem()
        self._enable()
        options = self.form.options
        choice = TableChoice(
            encoding=options.encoding,
            delimiter=options.delimiter,
            decimal=options.decimal,
            header=options.header,
            inputs=self.columns.chosen_inputs(),
            target=self.columns.chosen_target(),
            task=self._task,
            missing=self.missing.currentData(),
        )
        self.reader.read_all(
            choice,
            partial(_made, self._name, str(self.model.currentData()), self.standardise.isChecked()),
        )

    def _take(self, definition: ModelDefinition) -> None:
        self._definition = definition
        self.accept()

    def _refuse(self, problem: Text) -> None:
        self._problem, self._reading = problem, False
        self._show_problem()
        self._enable()
        # While everything was disabled, Qt gave the keyboard to the button that cancels.
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setDefault(True)
        ok.setFocus()

    def _show_problem(self) -> None:
        self.problem.show_problem(localized(self._problem))

    def reject(self) -> None:
        """Stop reading, if it is under way; else close the dialog."""
        self.reader.cancel()
        if self._reading:
            self._reading = False
            self._enable()
        else:
            super().reject()

    def done(self, result: int) -> None:
        self.reader.cancel()
        super().done(result)


def _names(table: Preview) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _made(name: str, model: str, standardise: bool, data: Dataset, note: Text) -> ModelDefinition:
    """Return the landscape of the examples of a table; runs on the reader's thread."""
    return ModelDefinition.model_validate(
        {
            "data": Given.of(data, Text(f"{name}: {note.en}", f"{name}: {note.ja}")),
            "model": predictors.get(model)(),
            "standardise": standardise,
            "name": Text(*[name[:LONGEST_NAME]] * 2),
        }
    )
