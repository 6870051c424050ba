"""The chart in the window: zoom, what it shows, over what; and epochs on the transport bar."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.app import Application
from optexplorer.gui.panels.chart_controls import ChartControls
from optexplorer.gui.views.chart_view import ChartView
from tests.gui.hands import drag, press, send_mouse, settle, wheel


def learning(**rest: Any) -> Experiment:
    fields = {
        "landscape": {
            "kind": "model",
            "data": {"id": "line"},
            "model": {"id": "linear"},
            "held_out": 0.2,
        },
        "racers": [
            {
                "optimizer": {"id": "sgd", "lr": 0.02},
                "source": {"id": "mini-batch", "batch_size": 8},
            }
        ],
        "steps": 60,
        "stop_when_converged": False,
        **rest,
    }
    return Experiment.model_validate_json(json.dumps(fields))


def bowl(rate: float) -> Experiment:
    return Experiment.model_validate(
        {
            "landscape": {
                "kind": "formula",
                "formula": "0.5*x^2 + 6*y^2",
                "domain": {"x": (-2, 2), "y": (-2, 2)},
            },
            "start": (1.0, 1.0),
            "steps": 40,
            "racers": [
                {"optimizer": {"id": "gd", "lr": rate}},
                {"optimizer": {"id": "muon", "lr": 0.01}},
            ],
        }
    )


def looks(app: Application) -> Appearance:
    return app.store.experiment.appearance


def chart_of(app: Application) -> ChartView:
    return app.window.workspace.chart


def place(app: Application, across: float, up: float) -> QPoint:
    frame = chart_of(app).frame
    assert frame is not None
    plot = frame.plot
    return QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height()).toPoint()


def shown(qtbot: QtBot, app: Application) -> None:
    """Wait until the chart on the screen is of the present experiment."""
    settle(qtbot, app)
    view = chart_of(app)
    qtbot.waitUntil(lambda: view._scene is not None and view._scene.appearance == looks(app))
    view.grab()


def test_the_wheel_zooms_and_a_double_click_shows_all(qtbot: QtBot, app: Application) -> None:
    shown(qtbot, app)
    view = chart_of(app)
    step = app.playback.step
    wheel(view, place(app, 0.5, 0.5), 240)
    zoomed = looks(app)
    assert zoomed.chart_span is not None
    assert zoomed.chart_values is not None
    assert app.store.undo_label is None
    shown(qtbot, app)
    frame = view.frame
    assert frame is not None
    assert (frame.abscissa.low, frame.abscissa.high) == zoomed.chart_span
    spot = place(app, 0.3, 0.5)
    send_mouse(view, QEvent.Type.MouseButtonPress, spot)
    send_mouse(view, QEvent.Type.MouseButtonRelease, spot)
    step = app.playback.step
    assert zoomed.chart_span[0] < step < zoomed.chart_span[1]
    middle = place(app, 0.6, 0.5)
    send_mouse(view, QEvent.Type.MouseButtonPress, middle)
    send_mouse(view, QEvent.Type.MouseButtonRelease, middle)
    send_mouse(view, QEvent.Type.MouseButtonDblClick, middle)
    assert looks(app).chart_span is None
    assert looks(app).chart_values is None
    # What the first of the two clicks did to the playhead is taken back.
    assert app.playback.step == step


def test_shift_and_drag_move_the_chart(qtbot: QtBot, app: Application) -> None:
    shown(qtbot, app)
    app.window.edits.set_appearance(chart_span=(100.0, 140.0))
    shown(qtbot, app)
    step = app.playback.step
    path = [place(app, 0.5, 0.5), place(app, 0.6, 0.5), place(app, 0.75, 0.5)]
    drag(chart_of(app), path, modifiers=Qt.KeyboardModifier.ShiftModifier)
    span = looks(app).chart_span
    assert span is not None
    # To whole pixels.
    assert span[0] == pytest.approx(90, abs=0.6)
    assert span[1] - span[0] == pytest.approx(40)
    assert app.playback.step == step
    press(qtbot, app.window, "0")
    assert looks(app).chart_span is None


def test_the_controls_choose_what_is_charted_and_over_what(qtbot: QtBot, app: Application) -> None:
    shown(qtbot, app)
    controls = app.window.workspace.chart_controls
    app.window.edits.set_appearance(chart_values=(1e-3, 1.0))
    controls.quantityChosen.emit("gradient")
    assert (looks(app).chart, looks(app).chart_values) == ("gradient", None)
    assert controls.segments.buttons["gradient"].isChecked()
    assert controls.choice.currentData() == "gradient"
    controls.abscissas.choice("log-steps").trigger()
    assert looks(app).abscissa == "log-steps"
    assert controls.abscissas.choice("log-steps").isChecked()
    assert not controls.whole.isEnabled()
    app.window.edits.set_appearance(chart_span=(2.0, 20.0))
    assert controls.whole.isEnabled()
    controls.whole.trigger()
    assert looks(app).chart_span is None
    assert not controls.abscissas.choice("epochs").isVisible()
    assert not controls.segments.buttons["accuracy"].isVisibleTo(controls.segments)


def test_controls_fit_where_there_is_little_room(qtbot: QtBot) -> None:
    controls = ChartControls()
    qtbot.addWidget(controls)
    controls.show()
    for width in (controls.minimumSizeHint().width(), controls.sizeHint().width()):
        controls.resize(width, controls.height())
        QApplication.processEvents()
        assert controls.segments.isVisibleTo(controls) is (width >= controls.sizeHint().width())
        assert controls.choice.isVisibleTo(controls) is (width < controls.sizeHint().width())


def test_the_stability_is_computed_and_shown(qtbot: QtBot, app: Application) -> None:
    app.store.reset(bowl(0.12))
    settle(qtbot, app)
    app.window.workspace.chart_controls.quantityChosen.emit("stability")

    def curves() -> list[Any]:
        scene = app.window.scene
        return [] if scene is None else [path.sharpness for path in scene.racer_paths]

    qtbot.waitUntil(lambda: len(curves()) == 2 and all(found and found.complete for found in curves()))
    first, second = curves()
    np.testing.assert_allclose(first.eigenvalue, 12.0)
    np.testing.assert_allclose(first.limit, 2 / 0.12)
    assert not second.has_limit
    # Another rate is another limit; hidden racers and other quantities cost nothing.
    app.store.reset(bowl(0.2).evolve(appearance=looks(app)))
    qtbot.waitUntil(lambda: bool(curves() and curves()[0] and curves()[0].limit[0] == 10.0))
    app.window.workspace.chart_controls.quantityChosen.emit("loss")
    qtbot.waitUntil(lambda: curves() == [None, None])


def test_epochs_are_marked_and_stepped_by(qtbot: QtBot, app: Application) -> None:
    app.store.reset(learning())
    scene = settle(qtbot, app)
    length = scene.steps_per_epoch
    assert length is not None
    assert length > 1
    transport = app.window.workspace.transport
    assert transport.scrubber.steps_per_epoch == length
    app.playback.seek(length + 1)
    assert transport.counter.text().startswith(f"epoch 1 · step {length + 1}")
    for keys, step in (
        ("Shift+Right", 2 * length),
        ("Shift+Right", 3 * length),
        ("Shift+Left", 2 * length),
    ):
        press(qtbot, app.window, keys)
        assert app.playback.step == step
    app.playback.seek(2 * length + 1)
    press(qtbot, app.window, "Shift+Left")
    assert app.playback.step == 2 * length
    app.playback.seek(app.playback.length)
    press(qtbot, app.window, "Shift+Right")
    assert app.playback.step == app.playback.length
    controls = app.window.workspace.chart_controls
    assert controls.abscissas.choice("epochs").isVisible()
    controls.abscissas.choice("epochs").trigger()
    shown(qtbot, app)
    frame = chart_of(app).frame
    assert frame is not None
    assert frame.abscissa.high == pytest.approx(60 / length)


def test_without_epochs_the_keys_do_nothing(qtbot: QtBot, app: Application) -> None:
    settle(qtbot, app)
    app.playback.seek(10)
    press(qtbot, app.window, "Shift+Right")
    assert app.playback.step == 10
    assert app.window.workspace.transport.scrubber.steps_per_epoch is None


def test_what_is_under_the_mouse_is_told(qtbot: QtBot, app: Application) -> None:
    app.store.reset(learning())
    settle(qtbot, app)
    shown(qtbot, app)
    view, scene = chart_of(app), app.window.scene
    assert scene is not None
    frame = view.frame
    assert frame is not None
    length, path = scene.steps_per_epoch, scene.racer_paths[0].trajectory
    assert length is not None
    (where, _), (values, _) = view._readout(scene, frame, 2 * length + 1)
    assert where == f"epoch 2 · step {2 * length + 1}"
    full, held_out = (float(text) for text in values.removeprefix("● ").split(" / "))
    assert full == pytest.approx(path.loss[2 * length + 1], rel=1e-2)
    assert held_out == pytest.approx(path.measures["held_out_loss"][2 * length + 1], rel=1e-2)


def test_over_evaluations_the_table_tells_what_they_cost(qtbot: QtBot, app: Application) -> None:
    app.store.reset(
        Experiment.model_validate(
            {
                "landscape": "himmelblau",
                "steps": 20,
                "racers": [{"optimizer": {"id": "newton"}}, {"optimizer": {"id": "gd", "lr": 0.001}}],
            }
        )
    )
    settle(qtbot, app)
    shown(qtbot, app)
    model = app.window.workspace.readout.model()

    def headings() -> list[str]:
        across = Qt.Orientation.Horizontal
        return [model.headerData(column, across, 0) for column in range(model.columnCount())]

    assert "Evaluations" not in headings()
    app.window.workspace.chart_controls.abscissas.choice("evaluations").trigger()
    settle(qtbot, app)
    column = headings().index("Evaluations")
    assert app.window.scene is not None
    for row, path in enumerate(app.window.scene.racer_paths):
        evaluations = path.trajectory.evaluations
        assert evaluations is not None
        values, gradients, hessians = evaluations[path.step].tolist()
        index = model.index(row, column)
        assert model.data(index, 0) == f"{values / 3 + gradients + 2 * hessians:.1f}"
        tip = f"Losses: {values}, gradients: {gradients}, Hessians: {hessians}"
        assert tip in model.data(index, Qt.ItemDataRole.ToolTipRole)
    tip = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "third" in tip
