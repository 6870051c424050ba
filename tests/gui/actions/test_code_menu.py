"""The menu that copies racers as code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from optexplorer.experiment.experiment import Experiment
from optexplorer.export.code import script
from optexplorer.gui.actions.code_menu import CodeMenu
from optexplorer.gui.state.store import Store

EXPERIMENT = Experiment.model_validate(
    {"landscape": "booth", "racers": [{"optimizer": {"id": "adam", "lr": 0.05}}, {"optimizer": "newton"}]}
)


@pytest.fixture
def menu(qtbot: QtBot) -> Iterator[CodeMenu]:
    window = QWidget()
    qtbot.addWidget(window)
    # The window has to live as long as the test.
    yield CodeMenu(Store(EXPERIMENT, window), window)  # noqa: PT022


def opened(menu: QMenu) -> list[QMenu]:
    """Open the menu; return its submenus, opened too."""
    menu.aboutToShow.emit()
    found = [action.menu() for action in menu.actions() if action.menu() is not None]
    for submenu in found:
        submenu.aboutToShow.emit()
    return found  # type: ignore[return-value]


def test_every_racer_can_be_copied_for_every_library(menu: CodeMenu, qtbot: QtBot) -> None:
    adam, newton = opened(menu)
    assert (adam.title(), newton.title()) == ("1  Adam, η = 0.05", "2  Newton's method, η = 1")
    assert [action.text() for action in adam.actions()] == ["NumPy", "PyTorch", "optax", "Keras"]
    with qtbot.waitSignal(menu.copied) as copying:
        adam.actions()[1].trigger()
    assert copying.args == ["Adam for PyTorch is on the clipboard."]
    assert QApplication.clipboard().text() == script(EXPERIMENT, EXPERIMENT.racers[0], "torch")


def test_what_a_library_cannot_do_is_said_in_its_entry(menu: CodeMenu) -> None:
    newton = opened(menu)[1]
    assert [action.isEnabled() for action in newton.actions()] == [True, False, False, False]
    assert newton.actions()[1].text() == "PyTorch has no Newton's method"


def test_a_model_can_be_copied_for_numpy_and_pytorch(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    landscape = {"kind": "model", "data": {"id": "moons", "examples": 20}, "model": "mlp"}
    experiment = Experiment.model_validate({"landscape": landscape, "racers": [{"optimizer": "adam"}]})
    menu = CodeMenu(Store(experiment, window), window)
    (adam,) = opened(menu)
    assert [action.isEnabled() for action in adam.actions()] == [True, True, False, False]
    assert adam.actions()[2].text() == "scripts of data and a model are for NumPy and PyTorch, not for optax"
    with qtbot.waitSignal(menu.copied):
        adam.actions()[1].trigger()
    assert QApplication.clipboard().text() == script(experiment, experiment.racers[0], "torch")


def test_without_racers_there_is_nothing_to_copy(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    menu = CodeMenu(Store(Experiment(landscape="booth"), window), window)
    assert opened(menu) == []
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [("No racers", False)]


def test_submenus_that_are_filled_again_are_deleted(menu: CodeMenu, qtbot: QtBot) -> None:
    for _ in range(3):
        opened(menu)
    qtbot.waitUntil(lambda: len(menu.findChildren(QMenu)) == 2)
