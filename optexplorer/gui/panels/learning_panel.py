"""The panel for a landscape made of data and a model: both with their settings, and how the data are prepared."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.landscapes.models.pairing import fitting_models, synthetic_and_shipped
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.labels import describe, plain_tip
from optexplorer.gui.panels.learning_words import LearningWords
from optexplorer.gui.panels.part_card import PartCard, polish_parts
from optexplorer.gui.panels.split_fields import SplitFields
from optexplorer.text import Text

OWN_TABLE = "own table"
"""The last choice of data: a file of the person's own. No data source has a space in its id."""


class LearningPanel(Retranslating, QWidget):
    """Shows the data and the model of a landscape, each on a card; hidden for other landscapes."""

    dataKindChosen = Signal(str)
    dataChosen = Signal(object, str)
    """The data source with another setting, and the setting's name."""
    modelKindChosen = Signal(str)
    modelChosen = Signal(object, str)
    standardiseChosen = Signal(bool)
    heldOutChosen = Signal(float)
    splitChosen = Signal(int)
    tableAsked = Signal()
    """The person wants data of their own."""
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._landscape: ModelLandscape | None = None
        self._switched: Text = Text("", "")
        self.split = SplitFields()
        self.data, self.model = PartCard(self.split), PartCard()
        self.data.kindChosen.connect(self._choose_data)
        self.data.partChosen.connect(self.dataChosen)
        self.model.kindChosen.connect(self.modelKindChosen.emit)
        self.model.partChosen.connect(self.modelChosen)
        self.split.standardiseChosen.connect(self.standardiseChosen)
        self.split.heldOutChosen.connect(self.heldOutChosen)
        self.split.splitChosen.connect(self.splitChosen)
        for part in (self.data, self.model, self.split):
            part.ended.connect(self.ended)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.data)
        layout.addWidget(self.model)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self.data.title.setText(self.tr("Data"))
        self.model.title.setText(self.tr("Model"))
        self.data.choice.setAccessibleName(self.tr("Data"))
        self.model.choice.setAccessibleName(self.tr("Model"))
        describe(self.data.unfold, self.tr("Settings of the data"))
        describe(self.model.unfold, self.tr("Settings of the model"))
        self.data.offer(self._list_data)
        self.model.offer(self._list_models)
        self._write_summaries()

    def show_landscape(self, landscape: ModelLandscape | None) -> None:
        """Show data and model of `landscape`; None hides the panel."""
        before, self._landscape = self._landscape, landscape
        if landscape is not None and landscape is not before:
            self._show(landscape, before)
        if landscape is not None and self.isHidden():
            polish_parts(self)
        self.setVisible(landscape is not None)

    def _show(self, landscape: ModelLandscape, before: ModelLandscape | None) -> None:
        if before is None or before.definition.model != landscape.definition.model:
            self._switched = Text("", "")
        definition = landscape.definition
        self.data.show_part(definition.data)
        self.model.show_part(definition.model)
        self.split.show_landscape(landscape)
        if before is None or before.data is not landscape.data:
            self.data.offer(self._list_data)
            self.model.offer(self._list_models)
        self._write_summaries()
        for card in (self.data, self.model):
            card.problem.show_problem("")

    def show_switched(self, note: Text) -> None:
        """Say that another model was taken, because the one before cannot learn from the data."""
        self._switched = note
        self._write_summaries()

    def _write_summaries(self) -> None:
        landscape = self._landscape
        if landscape is None:
            return
        split = LearningWords().split_summary(landscape)
        self.data.summary.setText(
            " · ".join(filter(None, (LearningWords().data_summary(landscape.data), split)))
        )
        source = landscape.definition.data
        self.data.show_note(localized(source.note) if isinstance(source, Given) else "")
        self.model.summary.setText(LearningWords().parameter_summary(landscape.blocks))
        self.model.summary.setToolTip(plain_tip(LearningWords().parameter_summary(landscape.blocks, None)))
        self.model.show_note(localized(self._switched))

    def _list_data(self) -> None:
        headings = {
            "regression": self.tr("Numbers to predict"),
            "classification": self.tr("Classes to predict"),
        }
        kinds = {id: data_sources.get(id) for id in synthetic_and_shipped()}
        tasks = {id: kind().load().task for id, kind in kinds.items()}
        groups = [
            (heading, {id: localized(kinds[id].title) for id in kinds if tasks[id] == task})
            for task, heading in headings.items()
        ]
        own = {OWN_TABLE: self.tr("From a file…")}
        if self._landscape is not None and isinstance(self._landscape.definition.data, Given):
            own = {Given.id: localized(Given.title), **own}
        tips = {id: localized(kind.idea) for id, kind in kinds.items()}
        self.data.choice.show_groups([*groups, (localized(Given.title), own)], tips)

    def _list_models(self) -> None:
        if self._landscape is None:
            return
        kinds = {id: predictors.get(id) for id in fitting_models(self._landscape.data)}
        kinds[self._landscape.definition.model.id] = type(self._landscape.definition.model)
        self.model.choice.show_choices(
            {id: localized(kind.title) for id, kind in kinds.items()},
            {id: localized(kind.idea) for id, kind in kinds.items()},
        )

    def _choose_data(self, id: str) -> None:
        if id != OWN_TABLE:
            self.dataKindChosen.emit(id)
            return
        if self._landscape is not None:
            self.data.choice.show_value(self._landscape.definition.data.id)
        self.tableAsked.emit()
