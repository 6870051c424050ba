"""What the GUI thread leaves to others while experiments are opened and their scenes shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.gui.app import Application
from optexplorer.gui.dialogs import export_dialog
from optexplorer.gui.workers import curvature_worker, sample_keeper
from tests.gui.hands import press, settle

MANY_VARIABLES = FormulaDefinition(
    formula="+".join(f"(x_{i}-1)^2*cos(x_{i}*x_{i + 1})" for i in range(1, 16)),
    domain={f"x_{i}": (-3.0, 3.0) for i in range(1, 17)},
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """The threads in which each costly function has been called."""
    threads: dict[str, set[int]] = {}

    def noted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            threads.setdefault(name, set()).add(threading.get_ident())
            return function(*arguments, **options)

        return call

    for owner, name in (
        (CompiledFormula, "_function"),
        (FormulaLandscape, "hessian"),
        (FormulaLandscape, "_evaluated"),
        (sample_keeper, "sample_landscape"),
        (curvature_worker, "head_curvatures"),
        (export_dialog, "render"),
        (export_dialog, "picture"),
    ):
        monkeypatch.setattr(owner, name, noted(name, getattr(owner, name)))
    return threads


@pytest.mark.parametrize("landscape", ["de-jong-n5", "holder-table", "ecliptic-bowl", MANY_VARIABLES])
def test_opening_a_landscape_derives_and_samples_nothing_on_the_gui_thread(
    qtbot: QtBot, app: Application, calls: dict[str, set[int]], landscape: str | FormulaDefinition
) -> None:
    # A formula that no other test has derived.
    definition = landscape if isinstance(landscape, FormulaDefinition) else definition_of(landscape)
    app.window.edits.choose_landscape(
        definition.model_copy(update={"formula": f"{definition.formula} + 0.123"})
    )
    settle(qtbot, app)
    app.window.edits.set_appearance(curvature=True, anatomy=True)
    scene = settle(qtbot, app)
    qtbot.waitUntil(lambda: "head_curvatures" in calls)
    qtbot.waitUntil(lambda: app.window.scene is not scene)
    app.window.grab()
    assert calls.keys() >= {"_function", "sample_landscape", "head_curvatures"}
    assert {name for name, threads in calls.items() if threading.get_ident() in threads} == set()


def definition_of(id: str) -> FormulaDefinition:
    from optexplorer.engine import landscapes

    definition = landscapes.get(id).definition
    assert isinstance(definition, FormulaDefinition)
    return definition


def test_an_image_is_copied_off_the_gui_thread(
    qtbot: QtBot, app: Application, calls: dict[str, set[int]]
) -> None:
    QApplication.clipboard().clear()
    press(qtbot, app.window, "Ctrl+Shift+C")
    qtbot.waitUntil(lambda: QApplication.clipboard().image().width() == 1280)
    assert calls["render"] == calls["picture"]
    assert threading.get_ident() not in calls["render"]
