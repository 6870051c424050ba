"""The engine's thread: results arrive, the newest request wins, nothing is computed twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.workers import engine_thread
from optexplorer.gui.workers.engine_thread import EngineThread, ReportPace
from optexplorer.runs.failure import Failure
from optexplorer.scene.computed import Computed

INK = "#000000"


@pytest.fixture
def engine(qapp: object) -> Iterator[EngineThread]:
    engine = EngineThread()
    yield engine
    engine.stop()


def race(steps: int = 200) -> Experiment:
    racers = (
        Racer(optimizer=GradientDescent(lr=0.01)),
        Racer(optimizer=Momentum(lr=0.005), stream=1),
        Racer(optimizer=Adam(lr=0.1), stream=2),
    )
    return Experiment(landscape="himmelblau", racers=racers, steps=steps)


class Results:
    """The results that arrive, with their generations."""

    def __init__(self, engine: EngineThread) -> None:
        self.all: list[tuple[int, Computed]] = []
        engine.computed.connect(self.add)

    def add(self, generation: int, computed: Computed) -> None:
        self.all.append((generation, computed))

    def done(self, generation: int) -> bool:
        return any(other == generation and computed.done for other, computed in self.all)


def finished(qtbot: QtBot, engine: EngineThread, experiment: Experiment) -> Computed:
    results = Results(engine)
    generation = engine.request(experiment, INK)
    qtbot.waitUntil(lambda: results.done(generation), timeout=10000)
    engine.computed.disconnect(results.add)
    return results.all[-1][1]


def test_the_result_is_what_the_engine_computes_alone(qtbot: QtBot, engine: EngineThread) -> None:
    experiment = race()
    result = finished(qtbot, engine, experiment)
    for racer, computed in zip(experiment.racers, result.trajectories, strict=True):
        alone = trajectory(
            experiment.run_spec(racer), experiment.start, experiment.steps, end=experiment.end_rule()
        )
        assert computed is not None
        assert computed.ending is alone.ending
        np.testing.assert_array_equal(computed.position, alone.position)


def test_recolouring_and_adding_a_racer_keep_what_is_computed(qtbot: QtBot, engine: EngineThread) -> None:
    experiment = race()
    before = finished(qtbot, engine, experiment)
    recoloured = experiment.with_racer(0, experiment.racers[0].model_copy(update={"colour": "#112233"}))
    more = recoloured.model_copy(
        update={"racers": (*recoloured.racers, Racer(optimizer=Adam(lr=0.5), stream=9))}
    )
    after = finished(qtbot, engine, more)
    assert after.samples is before.samples
    for old, new in zip(before.trajectories, after.trajectories, strict=False):
        assert new is old


def test_the_newest_request_overtakes_the_older(qtbot: QtBot, engine: EngineThread) -> None:
    results = Results(engine)
    # Momentum without friction never settles, so these runs are as long as they may be.
    forever = race(100_000).with_racer(1, Racer(optimizer=Momentum(lr=1e-4, momentum=1.0), stream=1))
    for start in ((1.0, 1.0), (2.0, 1.0), (3.0, 1.0)):
        engine.request(forever.model_copy(update={"start": start}), INK)
    last = engine.request(race(20), INK)
    qtbot.waitUntil(lambda: results.done(last), timeout=10000)
    engine.computed.disconnect(results.add)
    generations = [generation for generation, _ in results.all]
    assert not any(computed.done for generation, computed in results.all if generation != last)
    assert generations == sorted(generations)


def test_a_long_run_is_shown_while_it_grows(
    qtbot: QtBot, engine: EngineThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However fast the machine is.
    monkeypatch.setattr(engine_thread, "FIRST", 0.0)
    monkeypatch.setattr(engine_thread, "REPORT", 0.0)
    results = Results(engine)
    racer = Racer(optimizer=Momentum(lr=1e-4, momentum=1.0))
    last = engine.request(Experiment(landscape="himmelblau", racers=(racer,), steps=12_000), INK)
    qtbot.waitUntil(lambda: results.done(last), timeout=20000)
    engine.computed.disconnect(results.add)
    paths = [path for _, computed in results.all if (path := computed.trajectories[0]) is not None]
    lengths = [path.steps for path in paths]
    assert len(lengths) > 2
    assert lengths == sorted(lengths)
    assert paths[0].ending is TerminationReason.RUNNING


def test_no_racer_seems_to_be_missing_while_requests_follow_fast(
    qtbot: QtBot, engine: EngineThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a drag, where each request is overtaken by the next."""
    for name, seconds in (("GRACE", 0.0), ("FIRST", 0.0), ("REPORT", 0.0), ("ALL_BEGUN", 1e9)):
        monkeypatch.setattr(engine_thread, name, seconds)
    results = Results(engine)
    racers = tuple(Racer(optimizer=Momentum(lr=1e-4 * (k + 1)), stream=k) for k in range(24))
    many = Experiment(landscape="himmelblau", racers=racers, steps=3000)
    for k in range(6):
        last = engine.request(many.evolve(start=(1.0 + k, 1.0)), INK)
        qtbot.wait(1)
    qtbot.waitUntil(lambda: results.done(last), timeout=20000)
    engine.computed.disconnect(results.add)
    assert all(None not in computed.trajectories for _, computed in results.all)


def test_an_experiment_that_cannot_be_computed_is_reported(qtbot: QtBot, engine: EngineThread) -> None:
    failures: list[Failure] = []
    engine.failed.connect(failures.append)
    # No validation stands before this one, as when a plugin's landscape has gone.
    generation = engine.request(race().model_copy(update={"landscape": "himmelblaw"}), INK)
    qtbot.waitUntil(lambda: bool(failures), timeout=5000)
    assert "himmelblau" in failures[0].message
    assert "Traceback" in failures[0].details
    assert failures[0].generation == generation
    assert finished(qtbot, engine, race()).done


def test_the_formula_does_not_wait_for_long_descents(
    qtbot: QtBot, engine: EngineThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_thread, "LONG", 0.0)
    heard: list[str] = []
    engine.formulaDrawn.connect(lambda latex, svg: heard.append("formula"))
    engine.computed.connect(lambda _, computed: heard.append("end" if computed.done else "part"))
    slow = Racer(optimizer=GradientDescent(lr=1e-7))
    engine.request(Experiment(landscape="himmelblau", racers=(slow,), steps=30_000), INK)
    qtbot.waitUntil(lambda: "end" in heard)
    assert heard.index("formula") < heard.index("end")


def test_the_next_report_waits_until_the_window_is_done_with_the_last(qtbot: QtBot) -> None:
    parent = QObject()
    pace = ReportPace(parent)
    pace.restart()
    qtbot.waitUntil(pace.due)
    pace.begin()
    qtbot.wait(round(2000 * engine_thread.REPORT))
    assert not pace.due()
    pace.take()
    assert not pace.due()
    qtbot.waitUntil(pace.due)


def test_a_report_is_not_over_before_it_has_been_painted(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise pictures that take long would come as often as others, and leave the engine no time."""
    # Nothing but the report under way keeps the next one from being due.
    monkeypatch.setattr(engine_thread, "FIRST", -1.0)
    monkeypatch.setattr(engine_thread, "REPORT", -1.0)
    monkeypatch.setattr(engine_thread, "PACE", -1)
    due: list[bool] = []

    class View(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            due.append(pace.due())

    view = View()
    qtbot.addWidget(view)
    pace = ReportPace(view)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: bool(due))
    due.clear()
    pace.restart()
    assert pace.due()
    pace.begin()
    view.update()
    pace.take()
    qtbot.waitUntil(pace.due)
    assert due == [False]
