"""The frame of all studies: settings, picture, progress, files, and what it does when the document changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.tables.columns import Column, Table
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.fields.number_field import Bounds, NumberField
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.painting.style import Style
from optexplorer.runs.tasks import Progress, ShouldStop
from optexplorer.scene.plot import Line, Plot, PlotSheet
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.text import Text
from tests.gui.hands import type_in, wheel

START = Experiment(landscape="booth", racers=(Racer(optimizer=GradientDescent(lr=0.05)),), steps=10)


class Squares(StudyWindow):
    """Computes squares, one after the other."""

    name = "squares"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self.count = NumberField(bounds=Bounds(1, 100, whole=True))
        self.count.show_value(5)
        self.fields.add(self.count)
        self.goes_on, self.reached = threading.Event(), threading.Event()
        self.goes_on.set()
        self.retranslate()

    def work(self, experiment: Experiment) -> StudyWork:
        count = int(self.count.value)
        if count == 13:
            raise ValueError("13 squares are too many; 1 <= count <= 12")

        def compute(should_stop: ShouldStop, report: Report) -> Any:
            found: tuple[float, ...] = ()
            for number in range(count):
                if should_stop():
                    break
                found = (*found, float(number * number))
                report(Progress(number + 1, count, 0.1 * (number + 1)), found)
                if number == 2:
                    self.reached.set()
                    while not (self.goes_on.wait(0.01) or should_stop()):
                        pass
                if count == 66:
                    raise RuntimeError("out of squares")
            return found

        return compute

    def sheet(self, result: Any) -> PlotSheet:
        x, y = PlotAxis(Text("number", "数"), 0.0, 10.0), PlotAxis(Text("square", "平方"), 0.0, 100.0)
        if result is None:
            return PlotSheet((Plot(x, y, absence=Text("Nothing yet.", "まだない。")),))
        values = np.array(result)
        return PlotSheet((Plot(x, y, lines=(Line(np.arange(len(values), dtype=float), values, "#0072B2"),)),))

    def table(self, result: Any) -> Table:
        return Table({"square": Column(np.array(result), "1", Text("a square", "平方"))}, {})

    def summary(self, result: Any) -> str:
        return f"{len(result)} squares"


@pytest.fixture
def study(qtbot: QtBot) -> Iterator[Squares]:
    owner = QWidget()
    qtbot.addWidget(owner)
    window = Squares(Store(START), Settings(), owner)
    yield window
    window.goes_on.set()
    window.finish()
    qtbot.waitUntil(lambda: not window.worker.busy)


def done(study: Squares) -> bool:
    return study.result is not None and not study.worker.busy


def test_it_computes_by_itself_when_it_is_opened_and_says_what_it_found(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    assert not study.isModal()
    qtbot.waitUntil(lambda: done(study))
    assert study.result == (0, 1, 4, 9, 16)
    assert study.status.text() == "5 squares"
    assert study.start.text() == "Start"
    assert study.view.sheet is not None
    assert study.view.sheet.plots[0].lines


def test_what_is_found_is_seen_meanwhile_and_stop_keeps_it(study: Squares, qtbot: QtBot) -> None:
    study.goes_on.clear()
    study.open_study()
    qtbot.waitUntil(lambda: study.result == (0, 1, 4))
    qtbot.waitUntil(lambda: "left" in study.status.text())
    assert study.progress.isVisible()
    assert study.start.text() == "Stop"
    qtbot.mouseClick(study.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not study.worker.busy)
    assert study.result == (0, 1, 4)
    assert not study.progress.isVisible()


def test_closing_stops_the_work(study: Squares, qtbot: QtBot) -> None:
    study.goes_on.clear()
    study.open_study()
    qtbot.waitUntil(study.reached.is_set)
    qtbot.keyClick(study, Qt.Key.Key_Escape)
    assert not study.isVisible()
    assert not study.worker.busy


def test_wrong_settings_are_said_beside_the_button(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    qtbot.waitUntil(lambda: done(study))
    type_in(qtbot, study.count, "13")
    study.compute()
    assert study.problem.text() == "13 squares are too many; 1 <= count <= 12"
    assert not study.worker.busy
    type_in(qtbot, study.count, "x")
    study.compute()
    assert "not a number" in study.problem.text()


def test_an_error_is_said_and_the_next_study_is_computed(study: Squares, qtbot: QtBot) -> None:
    study.count.show_value(66)
    study.open_study()
    qtbot.waitUntil(lambda: "out of squares" in study.problem.text())
    study.count.show_value(4)
    study.compute()
    qtbot.waitUntil(lambda: study.result == (0, 1, 4, 9))
    assert study.problem.text() == ""


def test_when_the_experiment_changes_it_offers_to_compute_anew(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    qtbot.waitUntil(lambda: done(study))
    assert study.up_to_date
    study.store.replace(START.evolve(steps=20), "Steps")
    qtbot.waitUntil(study.notice.isVisible)
    assert not study.up_to_date
    (anew,) = study.notice.findChildren(QPushButton)
    study.count.show_value(3)
    qtbot.mouseClick(anew, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: study.result == (0, 1, 4))
    assert not study.notice.isVisible()


def test_what_does_not_matter_makes_no_result_old(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    qtbot.waitUntil(lambda: done(study))
    racer = START.racers[0].evolve(colour="#D55E00")
    study.store.replace(START.with_racer(0, racer), "Colour")
    qtbot.wait(150)
    assert not study.notice.isVisible()


def test_undo_works_from_here(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    study.store.replace(START.evolve(steps=20), "Steps")
    qtbot.waitUntil(study.isActiveWindow)
    qtbot.keyClick(study, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: study.store.experiment == START)


def test_figure_and_table_are_written(study: Squares, qtbot: QtBot, tmp_path: Path) -> None:
    study.open_study()
    assert not study.export_table.isEnabled()
    qtbot.waitUntil(lambda: done(study))
    assert study.export_figure.isEnabled()
    assert study.view.sheet is not None
    for name in ("squares.png", "squares.svg", "squares.pdf"):
        study.files.write_figure(tmp_path / name, study.view.sheet, QSize(400, 300), None, Style())
    study.files.write_table(tmp_path / "squares.csv", study.table_of())
    qtbot.waitUntil(lambda: study.status.text() == "squares.csv is written.")
    assert (tmp_path / "squares.csv").read_text().split() == ["square", "0.0", "1.0", "4.0", "9.0", "16.0"]
    assert (tmp_path / "squares.pdf").read_bytes().startswith(b"%PDF")
    study.files.write_table(tmp_path / "gone" / "squares.csv", study.table_of())
    qtbot.waitUntil(lambda: "could not be written" in study.problem.text())


def test_its_size_is_remembered(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    study.resize(760, 520)
    study.close()
    again = Squares(study.store, study.settings, study.parentWidget())
    assert again.size() == QSize(760, 520)
    again.finish()


def test_the_picture_tells_picks_and_asks_to_zoom(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    qtbot.waitUntil(lambda: done(study))
    view = study.view
    view.readout = lambda plot, x, y: [(f"{plot}: {x:.1f}", "#0072B2")]
    qtbot.waitUntil(lambda: view.frame is not None)
    assert view.frame is not None
    middle = view.frame.plots[0].plot.center().toPoint()
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle)
    assert picked.args is not None
    assert picked.args[0] == 0
    assert picked.args[1:] == pytest.approx([5.0, 50.0], abs=0.3)
    view.zooms = True
    with qtbot.waitSignal(view.zoomAsked) as zoomed:
        wheel(view, middle, 120)
    assert zoomed.args is not None
    assert zoomed.args[1] == 1.0
    with qtbot.waitSignal(view.regionChosen) as region:
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
        qtbot.mouseMove(view, middle + QPoint(40, 30))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 30))
    assert region.args is not None
    low_x, low_y, high_x, high_y = region.args[1]
    assert low_x < high_x
    assert low_y < high_y


def test_the_picture_is_read_with_the_keyboard(study: Squares, qtbot: QtBot) -> None:
    study.open_study()
    qtbot.waitUntil(lambda: done(study))
    view = study.view
    view.setFocus()
    qtbot.waitUntil(lambda: view.frame is not None)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked.args is not None
    assert picked.args[1] > 5.0
