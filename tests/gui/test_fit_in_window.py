"""The fit in the window: it comes with data, follows the playhead, and lets a hand change the examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import from_json, to_json
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.views.fit_view import FitView
from optexplorer.painting.fit_examples import places_of
from optexplorer.scene.fit.fit_scene import FitScene
from tests.gui.hands import press, send_mouse, settle

LINE = {"kind": "model", "data": {"id": "line", "examples": 12}, "model": "linear"}
BLOBS = {"kind": "model", "data": {"id": "moons", "examples": 40}, "model": {"id": "mlp", "hidden": []}}
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def race(landscape: Any, **settings: Any) -> Experiment:
    racers = (Racer(optimizer=GradientDescent(lr=0.1)), Racer(optimizer=Adam(lr=0.1)))
    return Experiment(landscape=landscape, racers=racers, steps=30, **settings)


def opened(qtbot: QtBot, app: Application, experiment: Experiment) -> FitView:
    """Open an experiment and wait until its fit is shown."""
    app.document.new(experiment)
    settle(qtbot, app)
    fitted(qtbot, app)
    return app.window.workspace.fit


def fitted(qtbot: QtBot, app: Application) -> FitScene:
    """Wait until the fit of the present data at the present step is shown."""
    view = app.window.workspace.fit

    def arrived() -> bool:
        fit, landscape = view.fit, app.store.experiment.resolve_landscape()
        return fit is not None and fit.landscape == landscape and fit.step == app.playback.step

    qtbot.waitUntil(arrived)
    view.grab()
    assert view.fit is not None
    return view.fit


def data_of(app: Application) -> Dataset:
    landscape = app.store.experiment.resolve_landscape()
    assert isinstance(landscape, ModelLandscape)
    return landscape.data


def place_at(view: FitView, x: float, y: float) -> QPoint:
    assert view.frame is not None
    return view.frame.panels[0].plot.to_pixel((x, y)).toPoint()


def place_of(view: FitView, example: int) -> QPoint:
    assert view.fit is not None
    x, y = places_of(view.fit, np.array([example]))[0].tolist()
    return place_at(view, x, y)


def click(view: FitView, place: QPoint, button: Qt.MouseButton = LEFT) -> None:
    send_mouse(view, QEvent.Type.MouseButtonPress, place, button)
    send_mouse(view, QEvent.Type.MouseButtonRelease, place, button)


def test_the_fit_comes_with_data_and_goes_with_them(qtbot: QtBot, app: Application) -> None:
    frame, action = app.window.workspace.frames["fit"], app.window._actions["fit"]
    assert not frame.isVisible()
    opened(qtbot, app, race(LINE))
    assert frame.isVisible()
    assert action.isChecked()
    app.window.edits.choose_landscape("beale")
    settle(qtbot, app)
    assert not frame.isVisible()
    assert app.window.scene is not None
    assert app.window.scene.fit is None


def test_a_key_hides_it_and_the_file_remembers_that(qtbot: QtBot, app: Application) -> None:
    opened(qtbot, app, race(LINE))
    frame = app.window.workspace.frames["fit"]
    press(qtbot, app.window, "V")
    assert not frame.isVisible()
    assert app.store.experiment.appearance.fit is False
    again = from_json(to_json(app.store.experiment))
    assert again.appearance.fit is False
    press(qtbot, app.window, "V")
    assert frame.isVisible()
    # As it would be by itself: so it is on the next landscape too.
    assert app.store.experiment.appearance.fit is None


def test_without_data_the_key_shows_why_there_is_nothing(qtbot: QtBot, app: Application) -> None:
    app.window._actions["fit"].trigger()
    view = app.window.workspace.fit
    assert view.isVisible()
    assert view.fit is None
    assert not app.window._actions["edit-data"].isEnabled()
    view.grab()
    app.window._actions["fit"].trigger()
    assert app.store.experiment.appearance.fit is None


def test_it_follows_the_playhead(qtbot: QtBot, app: Application) -> None:
    opened(qtbot, app, race(BLOBS))
    for step in (3, 17):
        app.playback.seek(step)
        fit = fitted(qtbot, app)
        assert [racer.step for racer in fit.racers] == [step, step]
    app.window.edits.set_appearance(spotlight=1)
    qtbot.waitUntil(lambda: [r.number for r in fitted(qtbot, app).racers] == [1])


def test_narrow_windows_give_the_room_of_the_surface_to_it_and_take_it_back(
    qtbot: QtBot, own_app: Application
) -> None:
    window, views = own_app.window, own_app.window.workspace
    opened(qtbot, own_app, race(LINE))
    visible = [name for name in ("surface", "map", "fit") if views.frames[name].isVisible()]
    assert visible == ["map", "fit"]
    assert min(views.frames[name].width() for name in visible) >= 300
    window.resize(1900, 900)
    qtbot.waitUntil(views.frames["surface"].isVisible)
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: not views.frames["surface"].isVisible())
    window._actions["both-views"].trigger()
    assert all(views.frames[name].isVisible() for name in ("surface", "map", "fit"))
    window._actions["map-only"].trigger()
    assert [name for name in ("surface", "map", "fit") if views.frames[name].isVisible()] == ["map"]
    window._actions["fit-only"].trigger()
    assert [name for name in ("surface", "map", "fit") if views.frames[name].isVisible()] == ["fit"]
    # A view that is gone does not keep the centre.
    own_app.window.edits.choose_landscape("beale")
    settle(qtbot, own_app)
    assert views.frames["map"].isVisible()


def test_an_example_is_added_dragged_and_removed_and_each_is_one_step_of_undo(
    qtbot: QtBot, app: Application
) -> None:
    view = opened(qtbot, app, race(LINE))
    before = app.store.experiment
    app.window._actions["edit-data"].trigger()
    assert view.editing
    click(view, place_at(view, 0.0, 1.0))
    data = data_of(app)
    assert data.examples == 13
    assert data.inputs[-1, 0] == pytest.approx(0.0, abs=0.02)
    assert data.targets[-1] == pytest.approx(1.0, abs=0.05)
    assert app.store.undo_label == "Add example"
    fitted(qtbot, app)

    at = place_of(view, 12)
    send_mouse(view, QEvent.Type.MouseButtonPress, at)
    window = view.frame.panels[0].plot.window if view.frame is not None else None
    for up in (20, 40, 60):
        send_mouse(view, QEvent.Type.MouseMove, at + QPoint(0, up))
        fitted(qtbot, app)
        assert view.frame is not None
        # The plot stands still under the cursor.
        assert view.frame.panels[0].plot.window == window
    send_mouse(view, QEvent.Type.MouseButtonRelease, at + QPoint(0, 60))
    assert data_of(app).targets[-1] < data.targets[-1]
    assert data_of(app).examples == 13
    assert app.store.undo_label == "Move example"
    fitted(qtbot, app)

    click(view, place_of(view, 12), RIGHT)
    assert data_of(app).examples == 12
    assert app.store.undo_label == "Remove example"
    for examples in (13, 13, 12):
        app.store.undo()
        assert data_of(app).examples == examples
    assert app.store.experiment.landscape == before.landscape
    settle(qtbot, app)


def test_the_race_follows_a_dragged_outlier(qtbot: QtBot, app: Application) -> None:
    view = opened(qtbot, app, race(LINE))
    app.window._actions["edit-data"].trigger()
    app.playback.to_end()
    before = fitted(qtbot, app).racers[0].curves
    at = place_of(view, int(data_of(app).inputs[:, 0].argmax()))
    send_mouse(view, QEvent.Type.MouseButtonPress, at)
    send_mouse(view, QEvent.Type.MouseMove, at + QPoint(0, 120))
    settle(qtbot, app)
    after = fitted(qtbot, app).racers[0].curves
    send_mouse(view, QEvent.Type.MouseButtonRelease, at + QPoint(0, 120))
    assert before is not None
    assert after is not None
    assert after.y[-1, 0] < before.y[-1, 0] - 0.05


def test_the_class_of_a_new_example_is_chosen_by_number_or_by_its_name(
    qtbot: QtBot, app: Application
) -> None:
    view = opened(qtbot, app, race(BLOBS))
    app.window._actions["edit-data"].trigger()
    view.setFocus()
    x0, x1, y0, y1 = fitted(qtbot, app).window
    for choose, expected in (("2", 1), ("1", 0), ("9", 0)):
        press(qtbot, view, choose)
        assert view.chosen_class == expected
    assert view.frame is not None
    second = next(e for e in view.frame.entries if e.kind == "class" and e.number == 1)
    click(view, second.rect.center().toPoint())
    assert view.chosen_class == 1
    click(view, place_at(view, x0 + 0.03 * (x1 - x0), y0 + 0.04 * (y1 - y0)))
    data = data_of(app)
    assert data.examples == 41
    assert data.targets[-1] == 1
    assert np.allclose(data.inputs[-1], (x0 + 0.03 * (x1 - x0), y0 + 0.04 * (y1 - y0)), atol=0.03)


def test_delete_removes_the_example_under_the_cursor(qtbot: QtBot, app: Application) -> None:
    view = opened(qtbot, app, race(LINE))
    app.window._actions["edit-data"].trigger()
    kept = np.delete(data_of(app).targets, 4)
    send_mouse(view, QEvent.Type.MouseMove, place_of(view, 4), Qt.MouseButton.NoButton)
    press(qtbot, view, "Delete")
    assert data_of(app).targets.tolist() == kept.tolist()


def test_without_the_pencil_nothing_is_changed(qtbot: QtBot, app: Application) -> None:
    view = opened(qtbot, app, race(LINE))
    before = app.store.experiment
    click(view, place_at(view, 0.0, 1.0))
    click(view, place_of(view, 3), RIGHT)
    press(qtbot, view, "Delete")
    assert app.store.experiment == before


def test_what_nothing_can_be_learned_from_is_refused_and_said(qtbot: QtBot, app: Application) -> None:
    landscape = {**LINE, "data": {"id": "line", "examples": 2}}
    view = opened(qtbot, app, race(landscape))
    app.window._actions["edit-data"].trigger()
    click(view, place_of(view, 0), RIGHT)
    assert data_of(app).examples == 2
    assert "two examples" in app.window.files.notice.words.text()


def test_the_pencil_is_put_away_where_examples_have_no_place(qtbot: QtBot, app: Application) -> None:
    view = opened(qtbot, app, race(LINE))
    action = app.window._actions["edit-data"]
    action.trigger()
    iris = {"kind": "model", "data": "iris", "model": {"id": "mlp", "hidden": []}}
    app.document.new(race(iris))
    settle(qtbot, app)
    assert fitted(qtbot, app).kind == "confusion"
    assert not view.editing
    assert not action.isChecked()
    assert not action.isEnabled()


LESSON = """+++
id = "fits"
title = "Fits"
language = "en"
+++

# With the fit

A line.

```toml experiment
landscape = { kind = "model", data = "line", model = "linear" }
steps = 8
views = ["map", "fit"]
[[racers]]
optimizer = "adam"
```

---

# Without it

The same line.

```toml experiment
views = ["map", "chart"]
```
"""


def test_a_lesson_says_where_the_fit_is_shown(qtbot: QtBot, app: Application, tmp_path: Path) -> None:
    path = tmp_path / "fits.en.md"
    path.write_text(LESSON, encoding="utf-8")
    frames = app.window.workspace.frames
    app.window.lessons.open(path)
    qtbot.waitUntil(lambda: app.player.scene is not None)
    settle(qtbot, app)
    fitted(qtbot, app)
    assert [name for name in ("surface", "map", "fit", "chart") if frames[name].isVisible()] == ["map", "fit"]
    app.window._actions["next-scene"].trigger()
    settle(qtbot, app)
    assert [name for name in ("surface", "map", "fit", "chart") if frames[name].isVisible()] == [
        "map",
        "chart",
    ]
