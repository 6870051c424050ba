"""What fails in the window is said there, and nothing else suffers from it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from optexplorer.engine import optimizers, schedules
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.formula.derivation import CompiledFormula
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.workspace import READABLE
from optexplorer.painting.style import Style
from optexplorer.scene.scene import Scene
from optexplorer.text import Text
from tests.gui.hands import listening, send_mouse, settle
from tests.misbehaving import NotANumber, RaisesAtStep17, RaisesInBind, bowl


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugins, as if they were installed."""
    for optimizer in (RaisesAtStep17, RaisesInBind):
        monkeypatch.setitem(optimizers.CATALOGUE.found, optimizer.id, optimizer)
    monkeypatch.setitem(schedules.CATALOGUE.found, NotANumber.id, NotANumber)


def race(*racing: GradientDescent, **update: Any) -> Experiment:
    racers = tuple(Racer(optimizer=optimizer, stream=k) for k, optimizer in enumerate(racing))
    return Experiment(landscape="himmelblau", racers=racers, steps=40, **update)


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [(RaisesAtStep17(lr=0.01), "no attribute 'momentum_buffer'"), (RaisesInBind(lr=0.01), "KeyError: 'rho'")],
)
def test_an_optimizer_that_raises_is_told_and_the_next_experiment_runs(
    qtbot: QtBot, app: Application, optimizer: GradientDescent, words: str
) -> None:
    app.store.replace(race(GradientDescent(lr=0.01), optimizer), "plugin")
    notice, failure = app.window.files.notice, app.window.panel.failure
    qtbot.waitUntil(lambda: notice.isVisible() and failure.isVisible(), timeout=20000)
    assert words in notice.words.text()
    assert words in failure.text()
    # The racer beside it has run.
    scene = app.window.scene
    assert scene is not None
    assert [path.number for path in scene.racer_paths] == [0]
    assert not app.playback.growing
    app.store.replace(race(GradientDescent(lr=0.02)), "sound")
    settle(qtbot, app)
    qtbot.waitUntil(lambda: not failure.isVisible(), timeout=20000)


def test_a_schedule_that_gives_no_number_is_told(qtbot: QtBot, app: Application) -> None:
    racer = Racer(optimizer=GradientDescent(lr=0.01), schedule=NotANumber())
    app.store.replace(Experiment(landscape="himmelblau", racers=(racer,), steps=40), "plugin")
    failure = app.window.panel.failure
    qtbot.waitUntil(failure.isVisible, timeout=20000)
    assert "learning rate nan at step 5" in failure.text()


def test_a_landscape_that_cannot_be_computed_leaves_no_old_picture_and_takes_no_clicks(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = FormulaLandscape.value

    def refuse(self: FormulaLandscape, x: np.ndarray) -> np.ndarray:
        if self.id == "booth":
            raise KeyError("table")
        return value(self, x)

    monkeypatch.setattr(FormulaLandscape, "value", refuse)
    window, views = app.window, app.window.workspace
    assert views.map.isVisible()
    place = views.map.rect().center()
    broken = app.store.experiment.model_copy(update={"landscape": "booth", "start": (1.0, 1.0)})
    app.store.replace(broken, "broken")
    # At once, while the old map may still be there:
    send_mouse(views.map, QEvent.Type.MouseButtonPress, place)
    send_mouse(views.map, QEvent.Type.MouseButtonRelease, place)
    assert app.store.experiment == broken
    qtbot.waitUntil(lambda: window.panel.failure.isVisible() and views.absence.isVisible(), timeout=20000)
    assert not views.map.isVisible()
    assert "table" in views.absence.text()
    assert views.readout.model().rowCount() == 0
    assert window.scene is not None
    assert window.scene.landscape.id == "booth"
    app.store.undo()
    settle(qtbot, app)
    assert views.map.isVisible()
    assert not window.panel.failure.isVisible()


def test_a_view_that_cannot_be_painted_says_so_and_the_others_go_on(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **more: object) -> None:
        raise IndexError("no such cell")

    with monkeypatch.context() as patch:
        patch.setattr("optexplorer.painting.map_painter.paint_heads", refuse)
        app.window.edits.set_appearance(minima=False)
        notice = app.window.files.notice
        qtbot.waitUntil(notice.isVisible, timeout=20000)
        assert "no such cell" in notice.words.text()
        broken = app.window.workspace.map.grab().toImage()
        for _ in range(3):
            app.window.workspace.map.repaint()
        assert app.window.workspace.map.grab().toImage() == broken
    app.window.edits.set_appearance(minima=True)
    qtbot.waitUntil(lambda: app.window.workspace.map.grab().toImage() != broken, timeout=20000)


@pytest.mark.parametrize("names", ["xyz", "abcdf"])
def test_many_coordinates_have_numbers_and_a_reason_in_place_of_the_picture(
    qtbot: QtBot, app: Application, names: str
) -> None:
    window, views = app.window, app.window.workspace
    window.edits.choose_landscape(bowl(names))
    window.edits.set_appearance(curvature=True, anatomy=True)
    scene = settle(qtbot, app)
    qtbot.waitUntil(views.absence.isVisible, timeout=20000)
    assert f"{len(names)} coordinates" in views.absence.text()
    assert not views.map.isVisible()
    assert not window.panel.failure.isVisible()
    assert not window.files.notice.isVisible()
    model = views.readout.model()
    across = Qt.Orientation.Horizontal
    headings = [model.headerData(k, across) for k in range(model.columnCount())]
    assert "Loss" in headings
    assert model.rowCount() == len(scene.racer_paths)
    qtbot.waitUntil(lambda: bool(window.scene and window.scene.anatomies), timeout=20000)
    app.playback.step_by(3)
    views.multiply(True)
    views.multiply(False)
    views.show_transcript(True)
    assert views.transcript.toPlainText()
    for name in ("surface", "map"):
        views.toggle_maximised(name)
        views.toggle_maximised(name)
    window.views.comparison.pin(app.store.experiment)
    app.store.undo()
    settle(qtbot, app)
    assert views.map.isVisible()
    # Beside a map, the pinned experiment still says why it has none.
    qtbot.waitUntil(views.pinned.map.isVisible, timeout=20000)
    views.pinned.map.grab()
    assert not window.files.notice.isVisible()
    window.views.comparison.pin(None)


def test_a_plane_of_many_coordinates_is_drawn_and_clicked(qtbot: QtBot, app: Application) -> None:
    plane = Plane(origin=(0.0, 1.0, 0.5), directions=((1.0, 0.0, 0.0), (0.0, 1.0, 1.0)))
    experiment = Experiment(
        landscape=bowl("xyz"),
        racers=(Racer(optimizer=GradientDescent(lr=0.05)),),
        start=(1.0, -1.0, 2.0),
        steps=30,
        view=ComputationView(plane=plane),
        appearance=Appearance(curvature=True),
    )
    app.store.replace(experiment, "plane")
    settle(qtbot, app)
    views = app.window.workspace
    assert views.map.isVisible()
    frame = views.map.frame
    qtbot.waitUntil(lambda: views.map.frame is not None, timeout=20000)
    frame = views.map.frame
    assert frame is not None
    place = frame.plot.center().toPoint()
    send_mouse(views.map, QEvent.Type.MouseButtonPress, place)
    send_mouse(views.map, QEvent.Type.MouseButtonRelease, place)
    x, y, z = app.store.experiment.start
    # On the plane: y - 1 = z - 0.5 = v.
    assert y - 1.0 == pytest.approx(z - 0.5)
    assert (x, y, z) != experiment.start
    settle(qtbot, app)


def test_the_window_never_derives_a_hessian_itself(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    hessian = FormulaLandscape.hessian

    def noted(self: FormulaLandscape, x: np.ndarray) -> np.ndarray:
        asked.append(threading.current_thread().name)
        return hessian(self, x)

    monkeypatch.setattr(FormulaLandscape, "hessian", noted)
    experiment = race(GradientDescent(lr=0.01), appearance=Appearance(curvature=True))
    app.store.replace(experiment, "curved")
    settle(qtbot, app)
    qtbot.waitUntil(lambda: getattr(app.window.scene, "curvature", None) is not None, timeout=20000)
    app.playback.step_by(2)
    qtbot.waitUntil(lambda: bool(asked), timeout=20000)
    assert threading.main_thread().name not in asked


def test_a_failure_of_an_older_request_is_not_shown_for_a_newer_one(qtbot: QtBot, app: Application) -> None:
    from optexplorer.runs.failure import Failure

    settle(qtbot, app)
    controller = app.window.scene_controller
    shown: list[str] = []
    with listening(controller.failed, shown.append):
        app.store.replace(race(GradientDescent(lr=0.03)), "newer")
        app.engine.failed.emit(Failure("of the older", generation=1))
    assert shown == []
    settle(qtbot, app)


def test_the_window_derives_nothing_itself(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived: list[str] = []
    function = CompiledFormula._function

    def noted(self: CompiledFormula, expressions: Any) -> Any:
        derived.append(threading.current_thread().name)
        return function(self, expressions)

    monkeypatch.setattr(CompiledFormula, "_function", noted)
    window, views = app.window, app.window.workspace
    # Formulas that no test has derived before; also that of the minimum's place.
    surface = {"formula": "(x - 0.7310)^4 + sin(0.3917*y)^2", "domain": dict.fromkeys("xy", (-1, 1))}
    curve = {"formula": "(x - 0.7311)^4 + 0.1*x", "domain": {"x": (-1, 1)}}
    for data in (
        surface | {"minima": [{"at": ["sqrt(0.5343)", 0], "value": 0}]},
        curve | {"minima": [{"at": ["sqrt(0.5344)/2"], "value": "0.1*0.36"}]},
    ):
        definition = FormulaDefinition.model_validate(data)
        # Without racers, nobody else asks for the slope.
        app.store.replace(Experiment(landscape=definition), "no racers")
        scene = settle(qtbot, app)
        view = views.curve if scene.picture == "curve" else views.map
        qtbot.waitUntil(view.isVisible, timeout=20000)
        QTest.mouseMove(view, view.rect().center())
        view.grab()
        racers = (Racer(optimizer=GradientDescent(lr=0.01)),)
        curved = Appearance(curvature=True)
        app.store.replace(
            Experiment(landscape=definition, racers=racers, steps=20, appearance=curved), "racer"
        )
        scene = settle(qtbot, app)
        view = views.curve if scene.picture == "curve" else views.map
        qtbot.waitUntil(view.isVisible, timeout=20000)
        QTest.mouseMove(view, view.rect().center())
        view.grab()
        app.playback.step_by(1)
        qtbot.waitUntil(lambda: getattr(window.scene, "model", None) is not None, timeout=20000)
        view.grab()
    assert derived
    assert threading.main_thread().name not in derived


def test_numbers_of_what_has_gone_stay_behind_for_no_moment(app: Application) -> None:
    """While a race plays, numbers change ten times a second; but not when there are none any more."""
    workspace, scene = app.window.workspace, app.window.scene
    assert scene is not None
    for playhead in (1, 2):
        workspace.show_scene(replace(scene, playhead=playhead), playing=True)
    assert workspace.readout.model().rowCount() > 0
    nothing = replace(
        scene, samples=None, racer_paths=(), whole=scene.landscape, absence=Text("nothing", "何もない")
    )
    workspace.show_scene(nothing, playing=True)
    assert workspace.readout.model().rowCount() == 0
    workspace.show_scene(scene)


def test_chart_and_numbers_follow_fast_changes_at_a_pace_that_can_be_read(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a drag there are new curves thirty times a second; each kind of view takes its time to draw them."""
    workspace = app.window.workspace
    # From here on nothing else comes to be shown.
    qtbot.waitUntil(lambda: settle(qtbot, app).racer_paths[0].stable_rate is not None)
    qtbot.wait(2 * READABLE)
    scene, shown = settle(qtbot, app), list[Scene]()
    show = workspace.chart.show_scene
    rest = next(timer for timer in workspace.findChildren(QTimer) if timer.interval() == READABLE)

    def note(scene: Scene, style: Style) -> None:
        shown.append(scene)
        show(scene, style)
        # The rest that begins now lasts until the test ends it.
        rest.setInterval(1_000_000)

    monkeypatch.setattr(workspace.chart, "show_scene", note)
    moved = [
        replace(scene, racer_paths=tuple(replace(path, variant=k + 1) for path in scene.racer_paths))
        for k in range(9)
    ]
    try:
        for each in moved[:5]:
            workspace.show_scene(each)
        assert shown == moved[:1]
        rest.start(0)
        qtbot.waitUntil(lambda: len(shown) == 2)
        assert shown[1] is moved[4]
        assert workspace.readout.scene is moved[4]
        # What follows right after has to wait again.
        for each in moved[5:]:
            workspace.show_scene(each)
        assert len(shown) == 2
        rest.start(0)
        qtbot.waitUntil(lambda: len(shown) == 3)
        assert shown[2] is moved[8]
    finally:
        monkeypatch.undo()
        rest.start(READABLE)
        workspace.show_scene(scene)
