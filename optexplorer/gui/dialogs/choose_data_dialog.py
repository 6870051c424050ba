"""The dialog that chooses data and a model, or asks for a table of the person's own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import DataSource
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.pairing import fitting_models, problem_of, synthetic_and_shipped
from optexplorer.engine.landscapes.models.predictors.base import Model
from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs.form_rows import FormRows
from optexplorer.gui.dialogs.save_buttons import DialogButtons
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.text_field import ProblemLabel
from optexplorer.gui.panels.learning_words import LearningWords
from optexplorer.painting.data_picture import data_picture
from optexplorer.text import Text

ICON = QSize(54, 40)
SMALLEST_PICTURE = QSize(240, 180)


class ChooseDataDialog(Retranslating, QDialog):
    """Once accepted, `definition` is the landscape, or `own` says where a table of the person's own comes from."""

    def __init__(self, present: ModelDefinition | None = None, parent: QWidget | None = None) -> None:
        """Offer the data and models of the catalogues; `present` is what is on the screen."""
        super().__init__(parent)
        self._present = present
        self._definition: ModelDefinition | None = None
        self._model: Model | None = None if present is None else present.model
        self._switched = Text("", "")
        self.own: str = ""
        """`file` or `clipboard` if the person wants a table of their own."""
        self.list = QListWidget()
        self.list.setIconSize(ICON)
        self.list.setObjectName("dataList")
        self.list.currentItemChanged.connect(lambda item, _: self._choose_data(item))
        self.list.itemActivated.connect(lambda _: self._accept())
        self.picture = PlainLabel()
        self.picture.setMinimumSize(SMALLEST_PICTURE)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.idea, self.summary = PlainLabel(wrap=True), PlainLabel(name="hint", wrap=True)
        self.model = ChoiceField()
        self.model.valueChosen.connect(self._choose_model)
        self.model_idea = PlainLabel(wrap=True)
        self.parameters = PlainLabel(name="hint", wrap=True)
        self.problem = ProblemLabel()
        self.buttons = DialogButtons(self, self._button_words)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.file, self.paste = QPushButton(self), QPushButton(self)
        self.file.setIcon(icon("mdi6.folder-open-outline"))
        self.paste.setIcon(icon("mdi6.content-paste"))
        for button, own in ((self.file, "file"), (self.paste, "clipboard")):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, own=own: self._ask_own(own))
        self._lay_out()
        self._fill()
        self.retranslate()
        self.list.setFocus()

    @property
    def definition(self) -> ModelDefinition | None:
        """The landscape that has been chosen; None while it cannot be made."""
        return self._definition

    def _lay_out(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setDefault(True)
        self._form = FormRows()
        self._form.add(self.model)
        left, right = QVBoxLayout(), QVBoxLayout()
        own = QHBoxLayout()
        own.setSpacing(8)
        own.addWidget(self.file)
        own.addWidget(self.paste)
        left.setSpacing(12)
        left.addWidget(self.list, 1)
        left.addLayout(own)
        right.setSpacing(8)
        right.addWidget(self.picture, 1)
        right.addWidget(self.idea)
        right.addWidget(self.summary)
        right.addSpacing(8)
        right.addLayout(self._form)
        right.addWidget(self.model_idea)
        right.addWidget(self.parameters)
        right.addWidget(self.problem)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addLayout(left, 5)
        columns.addLayout(right, 6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(columns, 1)
        layout.addWidget(self.buttons)
        resize_within_screen(self, QSize(820, 620))

    def _fill(self) -> None:
        chosen = 0
        sources = [self._source(id) for id in synthetic_and_shipped()]
        for source in sorted(sources, key=_rank):
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, source)
            self.list.addItem(item)
            if self._present is not None and type(source) is type(self._present.data):
                chosen = self.list.count() - 1
        self._draw()
        self.list.setCurrentRow(chosen)

    def _source(self, id: str) -> DataSource:
        """Return the source called `id`, as it is on the screen if it is there."""
        kind = data_sources.get(id)
        present = self._present
        return present.data if present is not None and type(present.data) is kind else kind()

    def _draw(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            source = item.data(Qt.ItemDataRole.UserRole)
            image = data_picture(source.load(), ICON, self.devicePixelRatioF(), window_style())
            pixmap, picture = QPixmap.fromImage(image), QIcon()
            # Else Qt tints that of the chosen row.
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
                picture.addPixmap(pixmap, mode)
            item.setIcon(picture)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Data and model"))
        describe(self.list, self.tr("Data"))
        self._form.name_rows({self.model: self.tr("Model")})
        describe(self.model, self.tr("Model"), self.tr("What learns from the data"))
        self.file.setText(self.tr("Open a file…"))
        self.file.setToolTip(self.tr("A table of your own: CSV, TSV or text"))
        self.paste.setText(self.tr("Paste a table"))
        self.paste.setToolTip(self.tr("A table that was copied from a spreadsheet"))
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setText(localized(item.data(Qt.ItemDataRole.UserRole).title))
        self.picture.setAccessibleName(self.tr("Picture of the data"))
        self._show()

    def restyle(self) -> None:
        self._draw()
        self._show()

    def _button_words(self) -> dict[QDialogButtonBox.StandardButton, str]:
        buttons = QDialogButtonBox.StandardButton
        return {buttons.Ok: self.tr("Use these"), buttons.Cancel: self.tr("Cancel")}

    @property
    def _data(self) -> DataSource:
        source: DataSource = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
        return source

    def _choose_data(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._show()

    def _choose_model(self, id: str) -> None:
        kind = predictors.get(id)
        present = self._present
        self._model = present.model if present is not None and type(present.model) is kind else kind()
        self._show()

    def _show(self) -> None:
        """Show the chosen data, the models that can learn from them, and what both make together."""
        if self.list.currentItem() is None:
            return
        source, data = self._data, self._data.load()
        fitting = fitting_models(data)
        model = self._model if self._model is not None and self._model.id in fitting else None
        if model is None and fitting:
            model = predictors.get(fitting[0])()
        kinds = {id: predictors.get(id) for id in fitting}
        self.model.show_choices({id: localized(kind.title) for id, kind in kinds.items()})
        self.idea.setText(localized(source.idea))
        self.summary.setText("\n".join(filter(None, (LearningWords().data_summary(data), source.reference))))
        self._show_picture()
        self._make(source, model)

    def _make(self, source: DataSource, model: Model | None) -> None:
        self._definition, problem = None, ""
        fields: dict[str, Any] = {"data": source, "model": model}
        if self._present is not None:
            for name in ("standardise", "held_out", "split_seed"):
                fields[name] = getattr(self._present, name)
        if model is None:
            problem = self.tr("No model can learn from these data.")
        else:
            try:
                self._definition = ModelDefinition.model_validate(fields)
            except ValueError as error:
                problem = localized(problem_of(error))
            self.model.show_value(model.id)
            self.model_idea.setText(localized(model.idea))
        made = self._definition
        self.parameters.setText(
            "" if made is None else LearningWords().parameter_summary(made.landscape().blocks)
        )
        self.problem.show_problem(problem)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(made is not None)

    def _show_picture(self) -> None:
        image = data_picture(self._data.load(), self.picture.size(), self.devicePixelRatioF(), window_style())
        self.picture.setPixmap(QPixmap.fromImage(image))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None and self.list.currentItem() is not None:
            layout.activate()
            self._show_picture()

    def _ask_own(self, own: str) -> None:
        self.own = own
        self.accept()

    def _accept(self) -> None:
        if self._definition is not None:
            self.accept()


def _rank(source: DataSource) -> tuple[bool, bool]:
    """Return the key that sorts numbers before classes, and what is made before what was measured."""
    return source.load().task == "classification", bool(source.reference)
