"""The window as a whole: what it opens with, what it remembers, and that it never stands still."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.optimizers.least_squares import GaussNewton
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.gui.workers import sample_keeper
from optexplorer.scene.palette import DARK
from tests.gui.hands import settle, with_dialog


@contextmanager
def opened(qtbot: QtBot, qapp: QApplication) -> Iterator[Application]:
    """A launch of its own."""
    app = Application(qapp)
    app.open()
    try:
        settle(qtbot, app)
        yield app
    finally:
        app.document.discard_changes()
        app.close()


def menu_entry(app: Application, *path: str) -> QAction:
    """Return an entry of the menu bar by the texts that lead to it."""
    actions = app.window.menuBar().actions()
    for text in path[:-1]:
        action = next(action for action in actions if action.text() == text)
        menu = action.menu()
        assert isinstance(menu, QMenu)
        actions = menu.actions()
    return next(action for action in actions if action.text() == path[-1])


def test_the_first_launch_shows_a_race_that_plays(qtbot: QtBot, qapp: QApplication) -> None:
    with opened(qtbot, qapp) as app:
        assert app.playback.playing
        qtbot.waitUntil(lambda: app.playback.step > 3)
        scene = app.window.scene
        assert scene is not None
        assert len({racer_path.name for racer_path in scene.racer_paths}) == len(scene.racer_paths) >= 4
        qtbot.waitUntil(lambda: app.window.scene is not None and app.window.scene.playhead > 3)
        views = app.window.workspace
        for view in (views.surface, views.map, views.chart, views.readout, views.transport):
            assert view.isVisible()


def test_layout_and_speed_are_remembered(qtbot: QtBot, qapp: QApplication) -> None:
    with opened(qtbot, qapp) as app:
        app.window.resize(1100, 700)
        views = app.window.workspace.splitters()
        views["right"].setSizes([380, 260])
        views["views"].setSizes([250, 450])
        app.playback.set_speed(77)
        sizes = {name: part.sizes() for name, part in views.items()}
    with opened(qtbot, qapp) as app:
        assert app.window.size().toTuple() == (1100, 700)
        assert app.playback.speed == 77
        for name in ("right", "views", "below"):
            assert app.window.workspace.splitters()[name].sizes() == pytest.approx(sizes[name], abs=2)


def test_a_lesson_that_hides_views_leaves_the_remembered_layout_alone(
    qtbot: QtBot, qapp: QApplication
) -> None:
    with opened(qtbot, qapp) as app:
        app.window.workspace.splitters()["right"].setSizes([400, 240])
        sizes = app.window.workspace.splitters()["right"].sizes()
        app.window.workspace.show_only({"map"})
    with opened(qtbot, qapp) as app:
        assert app.window.workspace.splitters()["right"].sizes() == pytest.approx(sizes, abs=2)
        assert app.window.workspace.chart.isVisible()


@pytest.mark.parametrize(
    ("path", "word"),
    [(("View", "Theme", "Dark"), "Undo: Steps"), (("View", "Language", "日本語"), "元に戻す")],
)
def test_theme_and_language_change_at_once_and_nothing_else(
    qtbot: QtBot, app: Application, path: tuple[str, ...], word: str
) -> None:
    app.window.panel.start.stepsChosen.emit(120)
    settle(qtbot, app)
    app.playback.seek(31)
    experiment, window = app.store.experiment, app.window
    menu_entry(app, *path).trigger()
    qtbot.waitUntil(lambda: any(word in action.text() for action in window.actions()))
    try:
        assert app.window is window
        scene = settle(qtbot, app)
        assert app.store.experiment == experiment
        assert app.playback.step == 31
        qtbot.waitUntil(lambda: app.window.scene is not None and app.window.scene.playhead == 31)
        assert [racer_path.step for racer_path in scene.racer_paths] == [31] * 6
        dark = app.window.palette().window().color().lightness() < 128
        assert dark is (app.settings.theme() is DARK) is ("Dark" in path)
        app.store.undo()
        assert app.store.experiment.steps == 300
    finally:
        app.choose_theme("system")
        app.choose_language("system")


def test_the_event_loop_goes_on_while_a_slow_landscape_is_computed(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: list[bool] = []
    enough = threading.Event()
    sample_landscape = sample_keeper.sample_landscape

    def slow(*arguments: Any, **options: Any) -> Any:
        # The engine is at work until the event loop has gone round a few times.
        assert threading.current_thread() is not threading.main_thread()
        assert enough.wait(60)
        return sample_landscape(*arguments, **options)

    def tick() -> None:
        ticks.append(app.playback.growing)
        if sum(ticks) > 5:
            enough.set()

    monkeypatch.setattr(sample_keeper, "sample_landscape", slow)
    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(10)
    app.window.edits.choose_landscape("booth")
    qtbot.waitUntil(enough.is_set)
    timer.stop()
    settle(qtbot, app)


def test_what_cannot_be_computed_is_said_and_taken_back(qtbot: QtBot, app: Application) -> None:
    # Gauss-Newton needs a sum of squares, which this is not.
    bent = FormulaDefinition(formula="sin(x) + cos(y)", domain=dict.fromkeys("xy", (-1.0, 1.0)))
    racers = (Racer(optimizer=GaussNewton()),)
    app.store.replace(Experiment(landscape=bent, racers=racers, steps=10), "Gauss-Newton")
    failure = app.window.panel.failure
    qtbot.waitUntil(failure.isVisible, timeout=20000)
    assert failure.text().startswith("This cannot be computed: racer 1")
    # It is told in the panel; no program is at fault, so the notice bar stays closed.
    assert not app.window.files.notice.isVisible()
    app.store.undo()
    settle(qtbot, app)
    qtbot.waitUntil(lambda: not failure.isVisible())


def test_the_read_out_tells_the_numbers_and_the_outcome_in_words(qtbot: QtBot, app: Application) -> None:
    racers = (
        Racer(optimizer=GradientDescent(lr=0.3)),
        Racer(optimizer=GradientDescent(lr=2.5), stream=1),
        Racer(optimizer=Adam(lr=0.001), stream=2),
    )
    app.store.replace(Experiment(landscape="quadratic-bowl", racers=racers, steps=90), "race")
    scene = settle(qtbot, app)
    model = app.window.workspace.readout.model()

    def row(number: int) -> list[str]:
        return [model.data(model.index(number, column)) for column in range(model.columnCount())]

    across = Qt.Orientation.Horizontal
    headings = [model.headerData(column, across) for column in range(model.columnCount())]
    assert headings == ["Racer", "Step", "x", "y", "Loss", "‖∇f‖", "Rate", "Outcome"]
    racer_path = scene.racer_paths[0]
    assert row(0) == [
        "Gradient descent (lr 0.3)",
        "0",
        f"{racer_path.trajectory.position[0, 0]:.4f}".replace("-", "−"),
        f"{racer_path.trajectory.position[0, 1]:.4f}".replace("-", "−"),
        f"{racer_path.trajectory.loss[0]:.4f}",
        f"{racer_path.trajectory.gradient_norm[0]:.4f}",
        "0.3000",
        "running",
    ]
    app.playback.to_end()
    qtbot.waitUntil(lambda: row(2)[1] == "90")
    ends = [racer_path.trajectory.steps for racer_path in settle(qtbot, app).racer_paths]
    assert [row(number)[1] for number in range(3)] == [str(end) for end in ends]
    assert [row(number)[-1] for number in range(3)] == [
        f"converged at {ends[0]}",
        f"diverged at {ends[1] + 1}",
        "all 90 steps taken",
    ]


def test_a_result_that_comes_after_its_experiment_was_undone_is_not_shown(
    qtbot: QtBot, app: Application
) -> None:
    before = settle(qtbot, app)
    taken: list[int] = []
    app.engine.computed.connect(lambda generation, _: taken.append(generation))
    racer = app.store.experiment.racers[0]
    other = racer.model_copy(update={"optimizer": GradientDescent(lr=0.002)})
    app.window.edits.change_racer(0, other)
    app.store.undo()
    qtbot.waitUntil(lambda: bool(taken), timeout=10000)
    assert not app.playback.growing
    assert settle(qtbot, app).racer_paths[0].trajectory is before.racer_paths[0].trajectory


DIALOGS = (
    "about",
    "export-data",
    "export-film",
    "export-image",
    "gallery",
    "keys",
    "new-formula",
    "edit-formula",
)


@pytest.mark.parametrize("command", DIALOGS)
def test_a_dialog_that_was_closed_leaves_nothing_behind(qtbot: QtBot, app: Application, command: str) -> None:
    def objects() -> int:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return len(app.window.findChildren(QObject))

    counts = []
    for _ in range(3):
        assert with_dialog(qtbot, app.window, app.window._actions[command].trigger)
        counts.append(objects())
    assert counts[1] == counts[2]
