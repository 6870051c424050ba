"""Setting up an experiment by hand in the real window: each change is live, one step of undo, and exact."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import Momentum
from optexplorer.gui.app import Application
from optexplorer.gui.fields.text_field import ProblemLabel, TextField
from optexplorer.gui.panels.racer_card import RacerCard
from optexplorer.scene.scene import Scene
from tests.gui.hands import drag, handle, on_screen, send_mouse, settle, type_in


def cards(app: Application) -> list[RacerCard]:
    return app.window.panel.racers.cards


def scene_of(app: Application) -> Scene:
    scene = app.window.scene
    assert scene is not None
    return scene


def test_dragging_the_rate_bends_the_path_while_the_mouse_moves(qtbot: QtBot, app: Application) -> None:
    before = app.store.experiment
    slider = cards(app)[0].rate.slider
    first = scene_of(app).racer_paths[0].trajectory
    begin = slider.handle_at(slider.sliderPosition()).center()

    def bent() -> None:
        # The button is still down.
        rate = app.store.experiment.racers[0].optimizer.lr
        assert rate > 0.001
        qtbot.waitUntil(
            lambda: scene_of(app).racer_paths[0].trajectory.learning_rate[0] == rate, timeout=10000
        )
        assert not np.array_equal(scene_of(app).racer_paths[0].trajectory.position[:2], first.position[:2])
        assert app.window.panel.racers.cards[0].rate.field.text() == f"{rate:g}"

    drag(slider, [begin, handle(slider, 0.5), handle(slider, 0.6), handle(slider, 0.65)], between=bent)
    last = app.store.experiment
    # What came before the last place of the mouse is forgotten: the newest request wins.
    assert settle(qtbot, app).racer_paths[0].trajectory.learning_rate[0] == last.racers[0].optimizer.lr
    app.store.undo()
    assert app.store.experiment == before
    assert app.store.undo_label is None
    app.store.redo()
    assert app.store.experiment == last


def test_two_drags_are_two_steps_of_undo(qtbot: QtBot, app: Application) -> None:
    slider = cards(app)[1].rate.slider
    rates = []
    for part in (0.4, 0.6):
        drag(slider, [slider.handle_at(slider.sliderPosition()).center(), handle(slider, part)])
        rates.append(app.store.experiment.racers[1].optimizer.lr)
    app.store.undo()
    assert app.store.experiment.racers[1].optimizer.lr == rates[0]
    app.store.undo()
    assert app.store.experiment.racers[1].optimizer.lr == 0.001


def test_dragging_the_start_on_the_map_moves_all_racers(qtbot: QtBot, app: Application) -> None:
    before, view = app.store.experiment, app.window.workspace.map
    qtbot.waitUntil(lambda: view.frame is not None)
    frame = view.frame
    assert frame is not None
    places = [
        frame.to_pixel(point).toPoint() for point in (before.start, (0.0, 2.0), (-1.0, 1.0), (-2.0, 3.0))
    ]

    def follows() -> None:
        def arrived() -> bool:
            paths = scene_of(app).racer_paths
            return len(paths) == 6 and np.allclose(paths[5].trajectory.position[0], (-2, 3), atol=0.05)

        qtbot.waitUntil(arrived, timeout=10000)

    drag(view, places, between=follows)
    assert app.store.experiment.start == pytest.approx((-2, 3), abs=0.05)
    fields = app.window.panel.start.coordinates
    assert [float(field.text()) for field in fields] == pytest.approx(app.store.experiment.start, abs=1e-3)
    app.store.undo()
    assert app.store.experiment == before


def test_a_click_on_the_surface_moves_the_start_there(qtbot: QtBot, app: Application) -> None:
    before, view = app.store.experiment, app.window.workspace.surface
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    assert app.store.experiment.start != before.start
    (x0, x1), (y0, y1) = before.resolve_landscape().domain
    x, y = app.store.experiment.start
    assert x0 <= x <= x1
    assert y0 <= y <= y1
    app.store.undo()
    assert app.store.experiment == before


def test_choosing_a_landscape_takes_its_start_and_shows_it(qtbot: QtBot, app: Application) -> None:
    panel = app.window.panel.landscape
    panel.choice.setCurrentIndex(panel.choice.findData("himmelblau"))
    scene = settle(qtbot, app)
    assert scene.landscape.id == "himmelblau"
    assert app.store.experiment.start == scene.landscape.start
    # A new landscape is worth seeing from the first step.
    assert app.playback.playing
    app.store.undo()
    assert settle(qtbot, app).landscape.id == "beale"
    assert panel.choice.currentData() == "beale"


def test_choosing_an_optimizer_keeps_the_rate(qtbot: QtBot, app: Application) -> None:
    card = cards(app)[0]
    card.optimizer.setCurrentIndex(card.optimizer.findData("momentum"))
    racer = app.store.experiment.racers[0]
    assert racer.optimizer == Momentum(lr=0.001)
    settle(qtbot, app)
    assert card.optimizer.currentText() == "Momentum"
    app.store.undo()
    assert card.optimizer.currentText() == "Gradient descent"


def test_racers_come_and_go(qtbot: QtBot, app: Application) -> None:
    before = app.store.experiment
    panel = app.window.panel.racers
    panel.add.click()
    added = settle(qtbot, app)
    assert len(added.racer_paths) == len(panel.cards) == 7
    assert added.racer_paths[6].name not in [racer_path.name for racer_path in added.racer_paths[:6]]
    panel.cards[2].duplicate.click()
    settle(qtbot, app)
    racers = app.store.experiment.racers
    assert racers[3].optimizer == racers[2].optimizer
    assert racers[3].colour != racers[2].colour
    assert len({racer.stream for racer in racers}) == 8
    third = panel.cards[2]
    panel.cards[0].remove.click()
    settle(qtbot, app)
    # A card stays with its racer.
    assert panel.cards[1] is third
    assert third.chip.text() == "2"
    for _ in range(3):
        app.store.undo()
    assert app.store.experiment == before
    settle(qtbot, app)
    panel.cards[4].shown.click()
    assert [racer_path.number for racer_path in scene_of(app).racer_paths] == [0, 1, 2, 3, 5]


def test_all_racers_can_be_removed_and_one_added_again(qtbot: QtBot, app: Application) -> None:
    panel = app.window.panel.racers
    for _ in range(6):
        panel.cards[0].remove.click()
    assert settle(qtbot, app).racer_paths == ()
    assert app.playback.length == 0
    assert app.window.workspace.readout.model().rowCount() == 0
    app.playback.toggle()
    panel.add.click()
    qtbot.waitUntil(lambda: app.playback.length > 0, timeout=10000)
    assert len(settle(qtbot, app).racer_paths) == 1


def test_the_other_hyperparameters_are_set_in_the_unfolded_card(qtbot: QtBot, app: Application) -> None:
    card = cards(app)[5]
    card.unfold.click()
    beta = next(field for field in card.findChildren(TextField) if field.text() == "0.9")
    type_in(qtbot, beta, "0.5")
    optimizer = app.store.experiment.racers[5].optimizer
    assert isinstance(optimizer, Adam)
    assert (optimizer.beta1, optimizer.lr) == (0.5, 0.1)
    rules = {racer_path.number: racer_path.trajectory for racer_path in settle(qtbot, app).racer_paths}
    assert len(rules[5].loss) > 2
    app.store.undo()
    assert beta.text() == "0.9"


@pytest.mark.parametrize(
    ("text", "validation_message"),
    [
        ("1.0", "1.0 is too large: must be less than 1."),
        ("-0.1", "-0.1 is too small: must be at least 0."),
        ("abc", "“abc” is not a number."),
        ("", "A number is missing."),
    ],
)
def test_wrong_input_is_answered_beside_its_field_and_changes_nothing(
    qtbot: QtBot, app: Application, text: str, validation_message: str
) -> None:
    card = cards(app)[5]
    card.unfold.click()
    field = next(field for field in card.findChildren(TextField) if field.text() == "0.9")
    before = app.store.experiment
    if text:
        type_in(qtbot, field, text)
    else:
        field.setFocus()
        field.selectAll()
        qtbot.keyClick(field, Qt.Key.Key_Delete)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert app.store.experiment == before
    assert field.problem.startswith(validation_message)
    shown = [label for label in card.findChildren(ProblemLabel) if label.isVisible()]
    assert [label.text() for label in shown] == [field.problem]
    below = shown[0].mapTo(card, shown[0].rect().topLeft()).y()
    assert 0 <= below - field.mapTo(card, field.rect().bottomLeft()).y() < 30
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.9"
    assert not field.problem


def test_start_steps_and_seed_are_typed(qtbot: QtBot, app: Application) -> None:
    before, start = app.store.experiment, app.window.panel.start
    type_in(qtbot, start.coordinates[0], "-1.5")
    type_in(qtbot, start.steps, "40")
    type_in(qtbot, start.seed, "7")
    experiment = app.store.experiment
    assert (experiment.start, experiment.steps, experiment.seed) == ((-1.5, before.start[1]), 40, 7)
    assert max(racer_path.trajectory.steps for racer_path in settle(qtbot, app).racer_paths) == 40
    type_in(qtbot, start.steps, "0")
    assert app.store.experiment == experiment
    assert start.steps.problem == "0 is too small: must be at least 1."
    qtbot.keyClick(start.steps, Qt.Key.Key_Escape)
    start.reset.click()
    assert app.store.experiment.start == before.start
    for _ in range(4):
        app.store.undo()
    assert app.store.experiment == before


def test_the_chart_and_the_scrubber_seek(qtbot: QtBot, app: Application) -> None:
    chart, transport = app.window.workspace.chart, app.window.workspace.transport
    middle = chart.rect().center()
    send_mouse(chart, QEvent.Type.MouseButtonPress, middle)
    send_mouse(chart, QEvent.Type.MouseButtonRelease, middle)
    assert 0 < app.playback.step < 300
    scrubber = transport.scrubber
    drag(scrubber, [scrubber.handle_at(scrubber.sliderPosition()).center(), scrubber.handle_at(200).center()])
    assert app.playback.step == pytest.approx(200, abs=2)
    assert transport.counter.text() == f"{app.playback.step} / 300"
    transport.to_end.click()
    assert app.playback.step == 300
    transport.to_start.click()
    transport.play.click()
    qtbot.waitUntil(lambda: app.playback.step > 2)
    assert transport.play.toolTip() == "Pause (Space)"
    transport.play.click()
    assert not app.playback.playing


def test_a_schedule_is_chosen_and_drawn(qtbot: QtBot, app: Application) -> None:
    card = cards(app)[0]
    card.unfold.click()
    more = card._more
    assert more is not None
    assert not more.rates.isVisible()
    more.schedule.kind.setCurrentIndex(more.schedule.kind.findData("cosine"))
    assert more.rates.isVisible()
    rates = settle(qtbot, app).racer_paths[0].trajectory.learning_rate
    assert rates[0] == 0.001
    assert rates[-1] < 1e-5


def test_the_error_about_an_experiment_is_in_sight_wherever_the_panel_was(
    qtbot: QtBot, app: Application
) -> None:
    panel = app.window.panel
    panel.verticalScrollBar().setValue(panel.verticalScrollBar().maximum())
    panel.show_failure("too steep")
    qtbot.waitUntil(lambda: on_screen(panel.viewport()).contains(on_screen(panel.failure)))


def test_a_start_where_no_descent_can_begin_is_told_beside_its_fields(app: Application, qtbot: QtBot) -> None:
    app.window.landscapes.choose_formula(
        FormulaDefinition(formula="log(x) + y^2", domain={"x": (-3, 3), "y": (-3, 3)}, start=(1.0, 1.0))
    )
    settle(qtbot, app)
    panel = app.window.panel.start
    words = "Here the loss or its slope is not a finite number; choose another start."

    def told() -> list[str]:
        return [label.text() for label in panel.findChildren(ProblemLabel) if label.isVisible()]

    assert words not in told()
    for x, is_told in (("-1", True), ("2", False)):
        type_in(qtbot, panel.coordinates[0], x)
        settle(qtbot, app)
        assert (words in told()) is is_told
