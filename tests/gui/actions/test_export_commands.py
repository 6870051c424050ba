"""What is exported belongs to what is set, computed to its end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from optexplorer.gui.app import Application
from optexplorer.gui.dialogs import opening
from optexplorer.runs.run import run
from optexplorer.scene.computed import Computed
from optexplorer.scene.scene import Scene
from tests.gui.hands import settle


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the export dialogs have been opened with."""
    found: list[Any] = []
    for name in ("export_image", "export_film", "picture_to_copy", "export_data"):
        monkeypatch.setattr(opening, name, lambda first, *_: found.append(first))
    monkeypatch.setattr(opening, "copy_picture", lambda _: None)
    return found


def positions(shown: Any) -> list[Any]:
    if isinstance(shown, Computed):
        return [t.position for t in shown.trajectories if t is not None]
    assert isinstance(shown, Scene)
    return [path.trajectory.position for path in shown.racer_paths]


@pytest.mark.parametrize("command", ["export-image", "export-film", "copy-image", "export-data"])
def test_the_newest_experiment_is_exported(
    qtbot: QtBot, app: Application, opened: list[Any], command: str
) -> None:
    app.window.edits.choose_landscape("rosenbrock")
    app.window.edits.choose_steps(7000)
    app.window._actions[command].trigger()
    qtbot.waitUntil(lambda: bool(opened))
    expected = run(app.store.experiment).trajectories
    shown = positions(opened[0])
    assert len(shown) == len(expected)
    for found, trajectory in zip(shown, expected, strict=True):
        assert trajectory is not None
        np.testing.assert_array_equal(found, trajectory.position)


def test_a_half_typed_rate_is_exported_with_its_own_path(
    qtbot: QtBot, app: Application, opened: list[Any]
) -> None:
    settle(qtbot, app)
    field = app.window.panel.start.coordinates[0]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "-1.25")
    app.window._actions["export-data"].trigger()
    qtbot.waitUntil(lambda: bool(opened))
    assert all(path[0, 0] == -1.25 for path in positions(opened[0]))


def test_an_export_that_waits_is_dropped_with_its_document(
    qtbot: QtBot, app: Application, opened: list[Any]
) -> None:
    other = app.store.experiment.model_copy(update={"seed": 5})
    app.window.edits.choose_landscape("rosenbrock")
    app.window.edits.choose_steps(7000)
    app.window._actions["export-data"].trigger()
    app.document.new(other)
    settle(qtbot, app)
    qtbot.wait(50)
    assert opened == []
