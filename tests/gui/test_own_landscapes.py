"""Landscapes of the user's own in the real window: written, bent, painted, taken from pictures, kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes import personal
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition
from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.app import Application
from optexplorer.gui.desktop.words import written
from optexplorer.gui.dialogs import messages
from optexplorer.gui.dialogs.formula_dialog import FormulaDialog
from tests.gui.hands import drag, listening, settle, type_in

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def undo_labels(app: Application) -> list[str]:
    return [written(entry.label) for entry in app.store._undo]


# Formulas


def answer(qtbot: QtBot, act: Callable[[FormulaDialog], Any], ask: Callable[[], Any]) -> None:
    """Do `ask`, which opens the formula dialog, and `act` on it there."""
    done: list[bool] = []

    def find() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, FormulaDialog) and not done:
            done.append(True)
            act(dialog)

    timer = QTimer()
    timer.setInterval(20)
    timer.timeout.connect(find)
    timer.start()
    ask()
    timer.stop()
    assert done


def test_a_written_formula_is_descended_after_one_step_of_undo(app: Application, qtbot: QtBot) -> None:
    before = app.store.experiment

    def write(dialog: FormulaDialog) -> None:
        dialog.text.selectAll()
        qtbot.keyClicks(dialog.text, "x^2 + width*(y - 1)^2")
        qtbot.keyClicks(dialog.name, "Mine")
        qtbot.keyClick(dialog.text, Qt.Key.Key_Return)

    answer(qtbot, write, app.window.panel.landscape.new.click)
    chosen = app.store.experiment.landscape
    assert isinstance(chosen, FormulaDefinition)
    assert chosen.formula == "x^2 + width*(y - 1)^2"
    assert undo_labels(app) == ["Formula"]
    scene = settle(qtbot, app)
    assert scene.landscape.name.en == "Mine"
    assert list(app.window.panel.landscape.parameters.sliders) == ["width"]
    assert Experiment.model_validate_json(app.store.experiment.model_dump_json()) == app.store.experiment
    app.store.undo()
    assert app.store.experiment.landscape == before.landscape


def test_cancelling_changes_nothing_and_editing_starts_from_the_present(
    app: Application, qtbot: QtBot
) -> None:
    before = app.store.experiment
    seen: list[str] = []

    def look(dialog: FormulaDialog) -> None:
        seen.append(dialog.text.formula)
        dialog.text.set_formula("x +")
        qtbot.keyClick(dialog.text, Qt.Key.Key_Escape)

    answer(qtbot, look, app.window.panel.landscape.edit.click)
    assert app.store.experiment == before
    assert seen == [landscapes.get("beale").definition.formula]  # type: ignore[attr-defined]


def test_a_kept_formula_is_listed_renamed_and_deleted(
    app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = app.window.panel.landscape

    def keep(dialog: FormulaDialog) -> None:
        qtbot.keyClicks(dialog.name, "My bowl")
        dialog.keep.setChecked(True)
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)

    answer(qtbot, keep, panel.new.click)
    assert list(personal.load().definitions) == ["my-bowl"]
    assert panel.choice.currentText() == "My bowl"
    app.window.edits.choose_landscape("booth")
    assert panel.choice.currentText() == "Booth"
    panel.choice.setCurrentIndex(panel.choice.findData("own:my-bowl"))
    assert app.store.experiment.landscape == personal.load().definitions["my-bowl"]

    def chosen(place: int) -> QAction:
        panel.mine_menu.aboutToShow.emit()
        return panel.mine_menu.actions()[place]

    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: ("Our bowl", True))
    chosen(1).trigger()
    assert list(personal.load().definitions) == ["our-bowl"]
    assert panel.choice.currentText() == "Our bowl"
    monkeypatch.setattr(messages, "ask", lambda *a: False)
    chosen(2).trigger()
    assert list(personal.load().definitions) == ["our-bowl"]
    monkeypatch.setattr(messages, "ask", lambda *a: True)
    chosen(2).trigger()
    assert personal.load().definitions == {}
    assert panel.choice.findData("own:our-bowl") == -1
    assert not chosen(1).isEnabled()
    # The present landscape can be kept at any time.
    chosen(0).trigger()
    assert list(personal.load().definitions) == ["our-bowl"]
    settle(qtbot, app)


def test_broken_files_of_ones_own_are_named_in_the_panel(app: Application) -> None:
    personal.folder().mkdir(parents=True)
    (personal.folder() / "broken.json").write_text("{", encoding="utf-8")
    app.window.landscapes.refresh()
    assert "broken.json holds no landscape" in app.window.panel.landscape.problem.text()
    (personal.folder() / "broken.json").unlink()
    app.window.landscapes.refresh()
    assert app.window.panel.landscape.problem.isHidden()


# Parameters


def test_dragging_a_parameter_bends_the_surface_as_one_step_of_undo(app: Application, qtbot: QtBot) -> None:
    app.window.edits.choose_landscape("ravine")
    settle(qtbot, app)
    panel = app.window.panel.landscape
    slider = panel.parameters.sliders["k"]
    seen: list[float] = []
    places = [slider.handle_at(at).center() for at in (160, 200, 260, 300)]
    with listening(
        app.window.scene_controller.sceneChanged,
        lambda scene: seen.append(scene.landscape.value(np.array([0.0, 1.0]))),
    ):
        drag(slider, places, between=lambda: qtbot.waitUntil(lambda: len(set(seen)) > 1, timeout=10000))
    assert undo_labels(app) == ["Landscape", "Parameter k"]
    bent = app.store.experiment.landscape
    assert isinstance(bent, FormulaDefinition)
    assert bent.parameters["k"].value > 100
    assert bent.name.en == "Ill-conditioned ravine"
    assert panel.choice.currentData() == "ravine"
    assert settle(qtbot, app).landscape.value(np.array([0.0, 1.0])) == bent.parameters["k"].value / 2
    assert Experiment.model_validate_json(app.store.experiment.model_dump_json()) == app.store.experiment
    # Back at the value of the catalogue it is the catalogue's landscape again.
    type_in(qtbot, panel.parameters.fields["k"], "20")
    assert app.store.experiment.landscape == "ravine"
    type_in(qtbot, panel.parameters.fields["k"], "5000")
    assert app.store.experiment.landscape == "ravine"
    assert "must be at most" in panel.parameters.fields["k"].problem
    settle(qtbot, app)


# Painting


def send(widget: Any, kind: QEvent.Type, place: QPoint, button: Any = LEFT, keys: Any = NONE) -> None:
    none = Qt.MouseButton.NoButton
    acting = none if kind == QEvent.Type.MouseMove else button
    held = none if kind == QEvent.Type.MouseButtonRelease else button
    event = QMouseEvent(kind, QPointF(place), QPointF(widget.mapToGlobal(place)), acting, held, keys)
    QApplication.sendEvent(widget, event)


def stroke(app: Application, places: list[QPoint], button: Any = LEFT, keys: Any = NONE) -> None:
    overlay = app.window.landscapes.overlay
    send(overlay, QEvent.Type.MouseButtonPress, places[0], button, keys)
    for place in places[1:]:
        send(overlay, QEvent.Type.MouseMove, place, button, keys)
    send(overlay, QEvent.Type.MouseButtonRelease, places[-1], button, keys)


@pytest.fixture
def painter(app: Application, qtbot: QtBot) -> Application:
    """The program with the brush in the hand, above flat ground."""
    panel = app.window.panel.landscape
    qtbot.mouseClick(panel.paint, LEFT)
    painting = app.window.landscapes.painting
    assert painting.active
    qtbot.waitUntil(lambda: painting._painted is not None, timeout=10000)
    qtbot.mouseClick(panel.painting.flat, LEFT)
    settle(qtbot, app)
    app.window.workspace.map.grab()
    return app


def place(app: Application, x: float, y: float) -> QPoint:
    frame = app.window.workspace.map.frame
    assert frame is not None
    return frame.to_pixel((x, y)).toPoint()


def height(app: Application, x: float, y: float) -> float:
    return float(app.store.experiment.resolve_landscape().value(np.array([x, y])))


def test_a_stroke_raises_heights_live_and_is_one_step_of_undo(painter: Application, qtbot: QtBot) -> None:
    flat = painter.store.experiment
    labels = undo_labels(painter)
    highest: list[float] = []
    overlay = painter.window.landscapes.overlay
    path = [place(painter, x / 10, 0.0) for x in range(-20, 21)]
    send(overlay, QEvent.Type.MouseButtonPress, path[0])
    with listening(
        painter.window.scene_controller.sceneChanged,
        lambda scene: highest.append(float(scene.surface.loss.max())),
    ):
        for point in path[1:30]:
            send(overlay, QEvent.Type.MouseMove, point)
        qtbot.waitUntil(lambda: any(loss > 0 for loss in highest), timeout=10000)
    for point in path[30:]:
        send(overlay, QEvent.Type.MouseMove, point)
    send(overlay, QEvent.Type.MouseButtonRelease, path[-1])
    assert undo_labels(painter) == [*labels, "Brush stroke"]
    painted = painter.store.experiment.landscape
    assert isinstance(painted, PaintedDefinition)
    assert height(painter, 0, 0) > 0.05
    assert height(painter, 0, 3) == 0
    assert settle(qtbot, painter).surface.loss.max() > 0.05
    assert (
        Experiment.model_validate_json(painter.store.experiment.model_dump_json()) == painter.store.experiment
    )
    stroke(painter, path[:3])
    assert undo_labels(painter)[-2:] == ["Brush stroke", "Brush stroke"]
    painter.store.undo()
    assert painter.store.experiment.landscape == painted
    painter.store.undo()
    assert painter.store.experiment == flat
    settle(qtbot, painter)


@pytest.mark.parametrize(("button", "keys"), [(RIGHT, NONE), (LEFT, SHIFT)])
def test_right_button_and_shift_lower(painter: Application, qtbot: QtBot, button: Any, keys: Any) -> None:
    stroke(painter, [place(painter, 1, 1)] * 2, button, keys)
    assert height(painter, 1, 1) < -0.02
    settle(qtbot, painter)
    assert len(painter.store.experiment.resolve_landscape().minima) == 1


def test_size_strength_and_tool_of_the_brush(painter: Application, qtbot: QtBot) -> None:
    panel = painter.window.panel.landscape.painting
    panel.size_slider.setValue(panel.size_slider.maximum())
    panel.strength.setValue(panel.strength.maximum())
    stroke(painter, [place(painter, 0, 0)])
    high = height(painter, 0, 0)
    assert high == pytest.approx(0.08, abs=0.002)
    assert height(painter, 2, 0) > 0
    qtbot.mouseClick(panel.tool.buttons["lower"], LEFT)
    stroke(painter, [place(painter, 0, 0)])
    assert height(painter, 0, 0) == pytest.approx(0, abs=1e-6)
    qtbot.mouseClick(panel.tool.buttons["raise"], LEFT)
    panel.size_slider.setValue(panel.size_slider.minimum())
    stroke(painter, [place(painter, 0, 0)])
    sharp = height(painter, 0, 0)
    qtbot.mouseClick(panel.tool.buttons["smooth"], LEFT)
    stroke(painter, [place(painter, 0, 0)])
    assert 0 < height(painter, 0, 0) < sharp
    settle(qtbot, painter)


def test_painting_begins_on_the_present_landscape(app: Application, qtbot: QtBot) -> None:
    before = app.store.experiment.resolve_landscape()
    app.window._actions["paint"].trigger()
    painting = app.window.landscapes.painting
    qtbot.waitUntil(lambda: painting._painted is not None, timeout=10000)
    # Only the first stroke changes anything.
    assert app.store.experiment.resolve_landscape() == before
    app.window.workspace.map.grab()
    stroke(app, [place(app, -3, -3)])
    after = app.store.experiment.resolve_landscape()
    assert isinstance(app.store.experiment.landscape, PaintedDefinition)
    far = np.array([3.0, 0.5])
    assert after.value(far) == pytest.approx(before.value(far), abs=0.05)
    assert after.name.en == f"{before.name.en} (painted)"
    # On ground that is seen by logarithms the brush is as fine as what lies low.
    here = np.array([-3.0, -3.0])
    assert 1 < after.value(here) - before.value(here) < 1000
    assert app.store.experiment.start == before.start
    settle(qtbot, app)


def test_the_mouse_moves_the_start_again_after_painting(painter: Application, qtbot: QtBot) -> None:
    panel = painter.window.panel.landscape
    qtbot.mouseClick(panel.paint, LEFT)
    assert not painter.window.landscapes.overlay.isVisible()
    assert not panel.painting.isVisible()
    assert not painter.window._actions["paint"].isChecked()
    drag(painter.window.workspace.map, [place(painter, 2, 2)])
    assert painter.store.experiment.start == pytest.approx((2, 2), abs=0.05)
    settle(qtbot, painter)


def test_one_coordinate_cannot_be_painted(painter: Application, qtbot: QtBot) -> None:
    painter.window.edits.choose_landscape("quadratic-1d")
    assert not painter.window.landscapes.painting.active
    assert not painter.window.panel.landscape.paint.isEnabled()
    assert not painter.window._actions["paint"].isEnabled()
    settle(qtbot, painter)


def test_the_circle_shows_the_brush(painter: Application, qtbot: QtBot) -> None:
    view, overlay = painter.window.workspace.map, painter.window.landscapes.overlay
    send(overlay, QEvent.Type.MouseMove, place(painter, 0, 0), Qt.MouseButton.NoButton)
    shown = view.grab().toImage()
    overlay.hide()
    plain = view.grab().toImage()
    overlay.show()
    reach = round(0.12 * 9.0 * abs(view.frame.transform.m11()))  # type: ignore[union-attr]
    middle = place(painter, 0, 0)
    for offset in (QPoint(reach, 0), QPoint(-reach, 0), QPoint(0, reach), QPoint(0, -reach)):
        around = [middle + offset + QPoint(a, b) for a in range(-3, 4) for b in range(-3, 4)]
        assert any(shown.pixelColor(at) != plain.pixelColor(at) for at in around)


def test_pictures_become_height_maps_and_bombs_a_message(
    painter: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    ramp = np.tile(np.linspace(0, 255, 90).astype(np.uint8), (60, 1))
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    painting, problem = painter.window.landscapes.painting, painter.window.panel.landscape.painting.problem
    painting.open_picture(str(tmp_path / "ramp.png"))
    qtbot.waitUntil(lambda: painter.store.undo_label == "Picture as height map", timeout=10000)
    assert height(painter, 2.9, 0) > height(painter, -2.9, 0) + 0.8
    settle(qtbot, painter)
    shown = painter.store.experiment
    Image.new("1", (14000, 14000)).save(tmp_path / "bomb.png")
    for name, words in (("bomb.png", "at most 40 million"), ("none.png", "No such file")):
        painting.open_picture(str(tmp_path / name))
        qtbot.waitUntil(lambda words=words: words in problem.text(), timeout=10000)
    assert painter.store.experiment == shown


# The engine


@pytest.mark.parametrize(
    "formula",
    [
        "log(-1 - x^2 - y^2)",
        "1/(x - x*y/y)",
        "^".join(["x"] * 20) + "*y",
        "*".join(f"(sin(x + {i}) + y)" for i in range(99)),
        "exp(exp(exp(x^2 + y^2)))",
    ],
)
def test_the_engine_survives_any_formula(app: Application, qtbot: QtBot, formula: str) -> None:
    definition = FormulaDefinition(formula=formula, domain={"x": (-3, 3), "y": (-3, 3)})
    failed: list[str] = []
    with listening(app.window.scene_controller.failed, failed.append):
        app.window.landscapes.choose_formula(definition)
        qtbot.waitUntil(lambda: bool(failed) or not app.playback.growing, timeout=30000)
    app.window.edits.choose_landscape("booth")
    assert settle(qtbot, app).landscape.id == "booth"
    assert app.window.panel.failure.isHidden()


def test_a_landscape_is_not_replaced_under_its_name_without_a_question(
    app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, asked, answers = app.window.panel.landscape.new.click, [], [False, True]

    def ask(*words: Any) -> bool:
        asked.append(words[-1])
        return answers.pop(0)

    monkeypatch.setattr(messages, "ask", ask)

    def keep(formula: str) -> Callable[[FormulaDialog], None]:
        def act(dialog: FormulaDialog) -> None:
            dialog.text.set_formula(formula)
            dialog.name.clear()
            qtbot.keyClicks(dialog.name, "Seminar")
            dialog.keep.setChecked(True)
            qtbot.keyClick(dialog.name, Qt.Key.Key_Return)

        return act

    def kept() -> str:
        (definition,) = personal.load().definitions.values()
        return definition.formula  # type: ignore[attr-defined, no-any-return]

    answer(qtbot, keep("x^2 + 3*y^2"), new)
    assert asked == []
    answer(qtbot, keep("cos(x) + y^4"), new)
    assert asked == ["There is another landscape called “Seminar” among yours. Replace it?"]
    assert kept() == "x^2 + 3*y^2"
    answer(qtbot, keep("cos(x) + y^4"), new)
    assert kept() == "cos(x) + y^4"


def test_a_formula_whose_dialog_was_closed_is_there_again(app: Application, qtbot: QtBot) -> None:
    new, found = app.window.panel.landscape.new.click, []

    def begin(dialog: FormulaDialog) -> None:
        dialog.text.set_formula("sin(x) + 7*y^2")
        dialog.reject()

    def look(dialog: FormulaDialog) -> None:
        found.append(dialog.text.toPlainText())
        dialog.accept()

    answer(qtbot, begin, new)
    answer(qtbot, look, new)
    # Once it is used, the next one begins anew.
    answer(qtbot, lambda dialog: (found.append(dialog.text.toPlainText()), dialog.reject()), new)
    assert found[0] == "sin(x) + 7*y^2"
    assert found[1] != found[0]


def test_renaming_what_another_program_has_deleted_says_so(
    app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(messages, "warn", lambda *words: told.append(words[-1]))
    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: ("Our bowl", True))
    id = personal.save(
        FormulaDefinition(
            formula="x^2+y^2", domain={"x": (-1, 1), "y": (-1, 1)}, name={"en": "Bowl", "ja": "Bowl"}
        )
    )
    app.window.landscapes.refresh()
    personal.delete(id)
    app.window.landscapes._ask_new_name(id)
    assert told == ["“Bowl” is no longer there: another window or program has deleted it."]
