"""What went wrong in the window once: typed texts, keys, strangers' words, sizes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, Parameter
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.desktop import display
from optexplorer.gui.dialogs import messages, opening
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.number_field import Bounds
from optexplorer.gui.fields.rate_field import RateField
from optexplorer.text import Language, Text
from tests.gui.hands import press, settle, type_in

HOSTILE = '<img src="/etc/passwd"><b>bold</b>'


def half_type(qtbot: QtBot, field: QWidget, text: str) -> None:
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, text)


def test_a_half_typed_start_is_not_taken_to_another_landscape(qtbot: QtBot, app: Application) -> None:
    app.window.edits.choose_landscape("booth")
    settle(qtbot, app)
    one = FormulaDefinition(formula="x^2", domain={"x": (-2, 2)})
    half_type(qtbot, app.window.panel.start.coordinates[1], "0.5")
    app.window.edits.choose_landscape(one)
    app.window.setFocus()
    assert app.store.experiment.resolve_landscape().dimension == 1
    assert len(app.store.experiment.start) == 1
    half_type(qtbot, app.window.panel.start.coordinates[0], "0.5")
    app.store.undo()
    app.window.setFocus()
    assert app.store.experiment.start == (app.store.experiment.resolve_landscape().start)


def test_a_half_typed_number_does_not_reach_the_next_document(qtbot: QtBot, app: Application) -> None:
    field = app.window.panel.racers.cards[0].rate.field
    half_type(qtbot, field, "0.7")
    other = app.store.experiment.model_copy(update={"steps": 77})
    app.document.new(other)
    app.window.setFocus()
    assert app.store.experiment == other


def test_a_half_typed_rate_of_a_racer_that_goes_raises_nothing(qtbot: QtBot, app: Application) -> None:
    half_type(qtbot, app.window.panel.racers.cards[5].rate.field, "0.7")
    fewer = app.store.experiment.model_copy(update={"racers": app.store.experiment.racers[:1]})
    app.store.replace(fewer, "fewer")
    app.window.setFocus()
    assert app.store.experiment == fewer


@pytest.mark.parametrize("way", ["add", "duplicate", "show another", "seed", "Alt+2", "Ctrl+N"])
def test_what_is_half_typed_survives_what_does_not_take_the_focus(
    qtbot: QtBot, app: Application, way: str
) -> None:
    panel = app.window.panel
    field = panel.racers.cards[0].rate.field
    half_type(qtbot, field, "0.0077")
    before = app.store.experiment
    places: dict[str, QWidget] = {
        "add": panel.racers.add,
        "duplicate": panel.racers.cards[0].duplicate,
        "show another": panel.racers.cards[1].shown,
        "seed": panel.start.dice,
    }
    if way in places:
        qtbot.mouseClick(places[way], Qt.MouseButton.LeftButton)
    else:
        press(qtbot, field, way)
    assert app.store.experiment.racers[0].optimizer.lr == 0.0077
    # And what was asked for has been done as well.
    rest = app.store.experiment.with_racer(0, before.racers[0])
    assert rest != before


def test_keys_of_the_window_work_within_a_field(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(opening, "export_data", lambda scene, *_: opened.append(scene))
    field = app.window.panel.racers.cards[0].rate.field
    field.setFocus()
    press(qtbot, field, "Ctrl+E")
    qtbot.waitUntil(lambda: bool(opened))


def test_undo_takes_back_a_typed_number(qtbot: QtBot, app: Application) -> None:
    before = app.store.experiment
    field = app.window.panel.racers.cards[0].rate.field
    type_in(qtbot, field, "0.03")
    assert app.store.experiment.racers[0].optimizer.lr == 0.03
    assert field.hasFocus()
    press(qtbot, field, "Ctrl+Z")
    assert app.store.experiment == before
    press(qtbot, field, "Ctrl+Shift+Z")
    assert app.store.experiment.racers[0].optimizer.lr == 0.03


def test_undo_takes_back_letters_while_they_are_typed(qtbot: QtBot, app: Application) -> None:
    before = app.store.experiment
    field = app.window.panel.racers.cards[0].rate.field
    half_type(qtbot, field, "0.03")
    press(qtbot, field, "Ctrl+Z")
    assert field.text() != "0.03"
    assert app.store.experiment == before


@pytest.mark.parametrize(
    ("bounds", "low", "high"), [(Bounds(0, 1, low_open=True), 1e-5, 1.0), (Bounds(0.1, 1e6), 0.1, 10.0)]
)
def test_a_slider_of_rates_keeps_to_the_declared_bounds(
    qtbot: QtBot, bounds: Bounds, low: float, high: float
) -> None:
    rate = RateField()
    qtbot.addWidget(rate)
    rate.describe("rate", "tip", bounds)
    chosen: list[float] = []
    rate.valueChosen.connect(chosen.append)
    rate.slider.setValue(rate.slider.maximum())
    rate.slider.setValue(rate.slider.minimum())
    assert chosen == pytest.approx([high, low])


def test_a_number_typed_without_a_field_changes_no_racer_and_blacks_nothing(
    qtbot: QtBot, app: Application
) -> None:
    before = app.store.experiment.racers
    for key in "0.01b":
        press(qtbot, app.window, key)
    assert app.store.experiment.racers == before
    assert not app.window.presenting.light.isVisible()


def test_plain_digits_show_and_hide_racers_while_presenting(qtbot: QtBot, app: Application) -> None:
    press(qtbot, app.window, "F5")
    press(qtbot, app.window, "1")
    assert not app.store.experiment.racers[0].visible
    press(qtbot, app.window, "Esc")
    press(qtbot, app.window, "1")
    assert not app.store.experiment.racers[0].visible


def test_painting_ends_with_the_experiment_that_is_painted_on(qtbot: QtBot, app: Application) -> None:
    app.window.landscapes.painting.set_active(True)
    app.document.new(Experiment(landscape="booth"))
    assert not app.window.landscapes.painting.active
    assert not app.window.panel.landscape.painting.isVisible()
    assert not app.window._actions["paint"].isChecked()


def test_keyboard_search_does_not_choose_a_heading(qtbot: QtBot) -> None:
    field = ChoiceField("landscape", "tip")
    qtbot.addWidget(field)
    field.show_groups([("Alpha", {"x": "Xi"}), ("Beta", {"y": "Ypsilon"})])
    field.show_value("x")
    chosen: list[object] = []
    field.valueChosen.connect(chosen.append)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_B)
    assert chosen in ([], ["y"])
    field.setCurrentIndex(2)
    assert field.currentData() == "y"


def test_a_box_that_is_disabled_keeps_its_tick(qtbot: QtBot, app: Application) -> None:
    box = QCheckBox(app.window)
    box.setEnabled(False)
    box.resize(40, 24)
    box.show()
    empty = box.grab().toImage()
    box.setChecked(True)
    ticked = box.grab().toImage()
    box.deleteLater()
    differing = [
        (x, y)
        for x in range(empty.width())
        for y in range(empty.height())
        if abs(empty.pixelColor(x, y).lightness() - ticked.pixelColor(x, y).lightness()) > 24
    ]
    assert len(differing) > 20


def test_numbers_and_outcomes_are_never_shortened(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = FormulaDefinition(formula="1e-150*(x^2 + y^2)", domain={"x": (-1e5, 1e5), "y": (-1e5, 1e5)})
    racers = (Racer(optimizer=GradientDescent(lr=0.1)),)
    app.store.replace(
        Experiment(landscape=far, racers=racers, start=(-1.23456e-7, -98765.4321), steps=20), "far"
    )
    settle(qtbot, app)
    table = app.window.workspace.readout
    model = table.model()
    monkeypatch.setattr(app.window.rounding, "steps", lambda: {0: 3})
    app.window.rounding.changed.emit()
    qtbot.waitUntil(lambda: "rounding" in model.data(model.index(0, model.columnCount() - 1)))
    for column in range(1, model.columnCount()):
        place = model.index(0, column)
        assert table.sizeHintForIndex(place).width() <= table.columnWidth(column), model.data(place)


def test_names_are_whole_while_there_is_room_beside_the_outcomes(qtbot: QtBot, app: Application) -> None:
    app.window.edits.choose_landscape("rosenbrock")
    settle(qtbot, app)
    app.playback.pause()
    app.playback.seek(9)
    qtbot.waitUntil(lambda: app.window.scene is not None and app.window.scene.playhead == 9)
    table = app.window.workspace.readout
    last, model = table.model().columnCount() - 1, table.model()
    outcomes = max(table.sizeHintForIndex(model.index(row, last)).width() for row in range(model.rowCount()))
    names = max(table.sizeHintForIndex(model.index(row, 0)).width() for row in range(model.rowCount()))
    free = table.columnWidth(last) - outcomes
    assert names <= table.columnWidth(0) or free < 12, (names, table.columnWidth(0), free, outcomes)


def test_losses_on_an_offset_are_told_apart(qtbot: QtBot, app: Application) -> None:
    high = FormulaDefinition(formula="0.01*(x^2 + y^2) + 1e4", domain={"x": (-5, 5), "y": (-5, 5)})
    racers = tuple(Racer(optimizer=GradientDescent(lr=lr)) for lr in (0.1, 1.0, 3.0))
    app.store.replace(Experiment(landscape=high, racers=racers, start=(-3.0, 2.5), steps=20), "high")
    settle(qtbot, app)
    app.playback.pause()
    app.playback.seek(20)
    qtbot.waitUntil(lambda: app.window.scene is not None and app.window.scene.playhead == 20)
    model = app.window.workspace.readout.model()
    column = 4
    told = [model.data(model.index(row, column)) for row in range(3)]
    assert len(set(told)) == 3, told
    assert told[0] == "10000.1408"
    told = [card.status.text() for card in app.window.panel.racers.cards]
    assert len(set(told)) == 3, told
    assert told[0].endswith("10000.1408")


def test_names_have_the_room_that_the_readout_leaves_while_nothing_plays(
    qtbot: QtBot, app: Application
) -> None:
    app.playback.pause()
    table = app.window.workspace.readout
    whole, width, height = table.columnWidth(0), table.width(), table.height()
    widths = set()
    for less in range(10, 200, 10):
        table.resize(width - less, height)
        widths.add(table.columnWidth(0))
    assert min(widths) < whole
    # In a table that has to be scrolled sideways, names are not shortened.
    assert table.columnWidth(0) == whole
    table.resize(width, height)
    assert table.columnWidth(0) == whole


def hostile_experiment() -> Experiment:
    landscape = FormulaDefinition(
        formula="x^2 + k*y^2",
        domain={"x": (-2, 2), "y": (-2, 2)},
        parameters={"k": Parameter(value=1, low=0, high=2, label=Text(HOSTILE, HOSTILE))},
        name=Text(HOSTILE, HOSTILE),
        lesson=Text(HOSTILE, HOSTILE),
        source=HOSTILE,
    )
    return Experiment(landscape=landscape, racers=(Racer(optimizer=GradientDescent(lr=0.1)),), steps=5)


LESSON = f"""+++
id = "hostile"
title = '{HOSTILE}'
language = "en"
authors = ["nobody"]
+++

# {HOSTILE}

Text with {HOSTILE}.

```toml experiment
landscape = "booth"
steps = 5
[[racers]]
optimizer = "gd"
lr = 0.1
```
"""


def rich_labels(root: QWidget) -> list[str]:
    """Return the texts of labels that would be shown as markup although they hold a stranger's."""
    found = []
    for label in root.findChildren(QLabel):
        automatic = label.textFormat() == QtText.TextFormat.AutoText and QtText.mightBeRichText(label.text())
        rich = label.textFormat() == QtText.TextFormat.RichText
        if automatic or (rich and "<img" in label.text()):
            found.append(label.text())
    return found


def rich_tips(root: QWidget) -> list[str]:
    tips = [widget.toolTip() for widget in [root, *root.findChildren(QWidget)]]
    tips += [action.toolTip() for action in root.findChildren(QAction)]
    return [tip for tip in tips if QtText.mightBeRichText(tip) and ("<img" in tip or "<b>" in tip)]


def test_strangers_text_is_shown_as_it_stands(
    qtbot: QtBot, app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.document.new(hostile_experiment())
    settle(qtbot, app)
    assert app.window.panel.landscape.lesson.text() == HOSTILE
    assert rich_labels(app.window) == []
    assert rich_tips(app.window) == []
    monkeypatch.setattr(messages, "warn", lambda parent, title, text: pytest.fail(text))
    path = tmp_path / "lesson.md"
    path.write_text(LESSON, encoding="utf-8")
    app.window.lessons.open(path)
    settle(qtbot, app)
    assert app.window.lessons.lesson_panel.lesson_title.text() == HOSTILE
    assert rich_labels(app.window) == []
    box = messages.message_box(app.window, QMessageBox.Icon.Warning, HOSTILE, HOSTILE)
    assert rich_labels(box) == []
    box.deleteLater()


def test_no_label_of_the_window_guesses_whether_its_text_is_markup(app: Application) -> None:
    guessing = [
        label.text()
        for label in app.window.findChildren(QLabel)
        if label.textFormat() == QtText.TextFormat.AutoText
    ]
    assert guessing == []


@pytest.mark.parametrize("factor", ["1.5", "2"])
def test_the_first_window_is_no_larger_than_the_screen(factor: str, tmp_path: Path) -> None:
    program = (
        "import sys; from PySide6.QtWidgets import QApplication; from optexplorer.gui.app import Application\n"
        "a = QApplication(sys.argv); d = Application(a); d.window.show(); a.processEvents()\n"
        "s = d.window.screen().availableSize(); f = d.window.frameGeometry()\n"
        "print(f.width() <= s.width() and f.height() <= s.height(), f, s); d.close()"
    )
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | folders | {"QT_SCALE_FACTOR": factor},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.startswith("True"), done.stdout


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_window_fits_on_a_small_screen_of_large_type(
    qtbot: QtBot, app: Application, language: Language
) -> None:
    app.choose_language(language)
    settle(qtbot, app)
    # 1600×1000 at a scale of 2, less a frame.
    least = app.window.minimumSizeHint()
    assert least.width() <= 796
    assert least.height() <= 470


def test_opening_the_anatomy_leaves_the_window_as_wide_as_it_is(qtbot: QtBot, app: Application) -> None:
    app.window.resize(app.window.minimumSizeHint())
    settle(qtbot, app)
    width = app.window.width()
    for numbers in ((1,), (1, 2)):
        appearance = app.store.experiment.appearance
        opened = appearance.model_copy(update={"anatomy": True, "anatomy_racers": numbers})
        app.store.replace(app.store.experiment.model_copy(update={"appearance": opened}), "anatomy")
        qtbot.waitUntil(app.window.workspace.frames["anatomy"].isVisible)
        settle(qtbot, app)
        # Each layout asks the one around it by an event.
        for _ in range(10):
            QApplication.processEvents()
        assert app.window.width() == width


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has the two display servers")
def test_the_reason_why_there_is_no_window_is_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert display.problem() == (
        "QT_QPA_PLATFORM=wayland asks for Wayland, but WAYLAND_DISPLAY does not say where it is"
    )


def test_a_start_as_far_away_as_numbers_go_is_drawn_without_a_warning(qtbot: QtBot, app: Application) -> None:
    for start in ((1e308, -1e308), (1e200, 0.0)):
        app.window.edits.move_start(start)
        settle(qtbot, app)
        app.playback.to_end()
        QApplication.processEvents()
        app.window.grab()
