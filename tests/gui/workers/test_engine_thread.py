"""The engine's thread: results arrive, the newest request wins, nothing is computed twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from optexplorer.engine.descent import trajectory
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.workers.engine_thread import EngineThread, Result

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


def finished(qtbot: QtBot, engine: EngineThread, experiment: Experiment) -> Result:
    results: list[Result] = []
    engine.computed.connect(results.append)
    generation = engine.request(experiment, INK)
    qtbot.waitUntil(lambda: any(r.done and r.generation == generation for r in results), timeout=10000)
    engine.computed.disconnect(results.append)
    return results[-1]


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
    results: list[Result] = []
    engine.computed.connect(results.append)
    # Momentum without friction never settles, so these runs are as long as they may be.
    forever = race(100_000).with_racer(1, Racer(optimizer=Momentum(lr=1e-4, momentum=1.0), stream=1))
    for start in ((1.0, 1.0), (2.0, 1.0), (3.0, 1.0)):
        engine.request(forever.model_copy(update={"start": start}), INK)
    last = engine.request(race(20), INK)
    qtbot.waitUntil(lambda: bool(results) and results[-1].done, timeout=10000)
    engine.computed.disconnect(results.append)
    assert results[-1].generation == last
    assert not any(r.done for r in results if r.generation != last)
    generations = [r.generation for r in results]
    assert generations == sorted(generations)


def test_a_long_run_is_shown_while_it_grows(qtbot: QtBot, engine: EngineThread) -> None:
    results: list[Result] = []
    engine.computed.connect(results.append)
    racer = Racer(optimizer=Momentum(lr=1e-4, momentum=1.0))
    engine.request(Experiment(landscape="himmelblau", racers=(racer,), steps=40_000), INK)
    qtbot.waitUntil(lambda: bool(results) and results[-1].done, timeout=20000)
    engine.computed.disconnect(results.append)
    lengths = [r.trajectories[0].steps for r in results if r.trajectories[0] is not None]
    assert len(lengths) > 2
    assert lengths == sorted(lengths)
    assert results[0].trajectories[0] is not None
    assert results[0].trajectories[0].ending is TerminationReason.RUNNING


def test_an_experiment_that_cannot_be_computed_is_reported(qtbot: QtBot, engine: EngineThread) -> None:
    failures: list[str] = []
    engine.failed.connect(lambda _, message: failures.append(message))
    # No validation stands before this one, as when a plugin's landscape has gone.
    engine.request(race().model_copy(update={"landscape": "himmelblaw"}), INK)
    qtbot.waitUntil(lambda: bool(failures), timeout=5000)
    assert "himmelblau" in failures[0]
    assert finished(qtbot, engine, race()).done
