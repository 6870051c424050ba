"""Landscapes made of data in the real window: data, model and split are changed in the panel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.gui.app import Application
from optexplorer.gui.desktop.words import written
from optexplorer.gui.dialogs.choose_data_dialog import ChooseDataDialog
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.panels.learning_panel import LearningPanel
from tests.gui.hands import drag, settle, type_in

SMALL_NETWORK = ModelDefinition.model_validate(
    {"data": {"id": "moons", "examples": 40}, "model": {"id": "mlp", "hidden": [3]}}
)


def definition(app: Application) -> ModelDefinition:
    found = app.store.experiment.resolve_landscape().definition
    assert isinstance(found, ModelDefinition)
    return found


def landscape(app: Application) -> ModelLandscape:
    found = app.store.experiment.resolve_landscape()
    assert isinstance(found, ModelLandscape)
    return found


def undo_labels(app: Application) -> list[str]:
    return [written(entry.label) for entry in app.store._undo]


def pick(field: ChoiceField, value: str) -> None:
    """Choose a value as a click in the list does."""
    field.setCurrentIndex(field.findData(value))


@pytest.fixture
def line(app: Application) -> LearningPanel:
    """The panel of the line through points, with both cards unfolded."""
    app.window.edits.choose_landscape("line-fit")
    panel = app.window.panel.landscape.learning
    for card in (panel.data, panel.model):
        card.unfold.setChecked(True)
    return panel


@pytest.fixture
def network(app: Application) -> LearningPanel:
    app.window.edits.choose_landscape(SMALL_NETWORK)
    panel = app.window.panel.landscape.learning
    for card in (panel.data, panel.model):
        card.unfold.setChecked(True)
    return panel


@pytest.fixture(autouse=True)
def _fold_again(app: Application) -> object:
    yield
    panel = app.window.panel.landscape.learning
    for card in (panel.data, panel.model):
        card.unfold.setChecked(False)


def test_only_landscapes_made_of_data_have_the_panel(app: Application, qtbot: QtBot) -> None:
    panel = app.window.panel.landscape
    assert panel.learning.isHidden()
    app.window.edits.choose_landscape("line-fit")
    assert panel.learning.isVisible()
    assert panel.parameters.isHidden()
    assert "40" in panel.learning.data.summary.text()
    assert panel.learning.model.summary.text().endswith("w, b")
    app.store.undo()
    assert panel.learning.isHidden()


def test_dragging_the_noise_bends_the_landscape_and_is_one_step_of_undo(
    app: Application, qtbot: QtBot, line: LearningPanel
) -> None:
    app.window.edits.move_start((1.0, 2.0))
    view = app.store.experiment.view
    assert line.data.fields is not None
    slider = line.data.fields.sliders["noise"]
    first = slider.handle_at(slider.value()).center()
    labels = undo_labels(app)
    drag(slider, [first, first + QPoint(20, 0), first + QPoint(30, 0), first + QPoint(35, 0)])
    noise = definition(app).data.noise  # type: ignore[attr-defined]
    assert noise > 0.3
    assert line.data.fields.fields["noise"].text() == f"{noise:g}"
    assert undo_labels(app) == [*labels, "Data"]
    assert app.store.experiment.start == (1.0, 2.0)
    assert app.store.experiment.view == view
    assert app.window.panel.landscape.choice.currentText() == "Line through points"
    settle(qtbot, app)
    app.store.undo()
    assert app.store.experiment.landscape == "line-fit"
    assert line.data.fields.fields["noise"].text() == "0.3"


def test_typed_back_to_its_values_it_is_the_catalogues_own_again(
    app: Application, qtbot: QtBot, line: LearningPanel
) -> None:
    assert line.data.fields is not None
    type_in(qtbot, line.data.fields.fields["noise"], "1")
    assert app.store.experiment.landscape != "line-fit"
    type_in(qtbot, line.data.fields.fields["noise"], "0.3")
    assert app.store.experiment.landscape == "line-fit"


def test_a_model_that_cannot_learn_from_other_data_is_replaced_and_that_is_said(
    app: Application, qtbot: QtBot, line: LearningPanel
) -> None:
    pick(line.data.choice, "moons")
    assert definition(app).data.id == "moons"
    assert definition(app).model.id == "logistic"
    assert "the model is now Logistic regression" in line.model.note.text()
    assert line.model.choice.currentText() == "Logistic regression"
    # Of other data and another model, neither name nor lesson holds.
    assert app.window.panel.landscape.choice.currentText() == "Logistic regression: Two moons"
    app.store.undo()
    assert line.model.note.isHidden()


def test_only_models_that_fit_the_data_are_offered(
    app: Application, qtbot: QtBot, line: LearningPanel
) -> None:
    line.model.choice.fill()
    offered = {line.model.choice.itemData(place) for place in range(line.model.choice.count())}
    assert {"linear", "mlp"} <= offered
    assert "logistic" not in offered


def test_other_layers_are_other_parameters_from_their_own_initial_values(
    app: Application, qtbot: QtBot, network: LearningPanel
) -> None:
    racers = app.store.experiment.racers
    own = tuple(0.1 for _ in landscape(app).start)
    app.window.edits.change_racer(0, racers[0].evolve(start=own))
    assert network.model.fields is not None
    type_in(qtbot, network.model.fields.fields["hidden"], "4, 3")
    assert definition(app).model.hidden == (4, 3)  # type: ignore[attr-defined]
    assert app.store.experiment.start == landscape(app).start
    assert all(racer.start is None for racer in app.store.experiment.racers)
    assert "layer2.weight 3×4" in network.model.summary.text()
    assert "layer3.weight 2×3" in network.model.summary.toolTip()


def test_layers_by_button_and_by_key(app: Application, qtbot: QtBot, network: LearningPanel) -> None:
    assert network.model.fields is not None
    field = network.model.fields.fields["hidden"]
    field.more.click()
    assert definition(app).model.hidden == (3, 3)  # type: ignore[attr-defined]
    field.fewer.click()
    field.fewer.click()
    assert definition(app).model.hidden == ()  # type: ignore[attr-defined]
    assert not field.fewer.isEnabled()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("16, x", "“x” is not a number of neurons"),
        ("0", "“0” is not a number of neurons"),
        ("9999", "right are 1 to 512"),
    ],
)
def test_wrong_layers_are_told_beside_the_field_and_the_experiment_stays(
    app: Application, qtbot: QtBot, network: LearningPanel, text: str, words: str
) -> None:
    assert network.model.fields is not None
    before = app.store.experiment
    type_in(qtbot, network.model.fields.fields["hidden"], text)
    shown = [
        label.text() for label in network.model.findChildren(type(network.model.problem)) if label.isVisible()
    ]
    assert any(words in told for told in shown)
    assert app.store.experiment == before


def test_held_out_examples_and_another_split(app: Application, qtbot: QtBot, line: LearningPanel) -> None:
    assert not line.split.dice.isEnabled()
    type_in(qtbot, line.split.held_out, "25")
    assert definition(app).held_out == 0.25
    assert landscape(app).examples == 30
    assert "30 to learn from, 10 held out" in line.data.summary.text()
    places = landscape(app).held_out_places
    line.split.dice.click()
    assert not np.array_equal(landscape(app).held_out_places, places)


def test_standardising_says_the_numbers_that_are_computed(
    app: Application, qtbot: QtBot, line: LearningPanel
) -> None:
    line.split.standardise.click()
    assert definition(app).standardise
    tip = line.split.standardise.toolTip()
    assert "z = (x − mean)/std" in tip
    assert "x: mean" in tip


def test_the_start_of_a_network_says_where_it_comes_from(
    app: Application, qtbot: QtBot, network: LearningPanel
) -> None:
    point = app.window.panel.start._point
    assert len(app.window.panel.start.coordinates) == 6
    told = [label.text() for label in point.children() if hasattr(label, "text")]
    assert "Initial values: Xavier, seed 0" in told
    assert f"The first 6 of {landscape(app).dimension} parameters." in told
    before = app.store.experiment.start
    point.dice.click()  # type: ignore[attr-defined]
    assert definition(app).model.seed != 0  # type: ignore[attr-defined]
    assert app.store.experiment.start == landscape(app).start != before
    type_in(qtbot, app.window.panel.start.coordinates[0], "0.5")
    assert app.store.experiment.start[0] == 0.5
    assert app.store.experiment.start[1:] == landscape(app).start[1:]


def test_data_and_model_are_chosen_in_a_dialog(app: Application, qtbot: QtBot) -> None:
    seen: list[str] = []

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ChooseDataDialog) or seen:
            return
        titles = [dialog.list.item(row).text() for row in range(dialog.list.count())]
        seen.extend(titles)
        dialog.list.setCurrentRow(titles.index("XOR"))
        pick(dialog.model, "mlp")
        dialog.buttons.accepted.emit()

    timer = QTimer(interval=20)
    timer.timeout.connect(choose)
    timer.start()
    app.window.panel.landscape.data.click()
    timer.stop()
    assert {"Line", "Iris flowers", "Handwritten digits"} <= set(seen)
    assert "Own data" not in seen
    assert (definition(app).data.id, definition(app).model.id) == ("xor", "mlp")
    assert undo_labels(app)[-1] == "Data and model"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_control_has_a_name_and_says_what_it_is_for(
    app: Application, qtbot: QtBot, network: LearningPanel, language: str
) -> None:
    app.choose_language(language)  # type: ignore[arg-type]
    dialog = ChooseDataDialog(SMALL_NETWORK, app.window)
    dialog.show()
    nameless = [
        (type(part).__name__, part.objectName(), part.accessibleName(), part.toolTip())
        for whole in (network, app.window.panel.start, dialog)
        for part in whole.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and part.isVisible()
        and not (part.accessibleName() or (isinstance(part, QAbstractButton) and part.text()))
    ]
    dialog.reject()
    dialog.deleteLater()
    assert nameless == []
