"""The worker that predicts: the newest scene wins, and what stands meanwhile says its own step."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.workers import fit_worker
from optexplorer.gui.workers.fit_worker import COARSEST, FitWorker
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.fit.fit_scene import FitScene
from optexplorer.scene.fit.resolve_fit import MOVING, RESTING, resolve_fit
from tests.small_models import blobs, classifier


@pytest.fixture(scope="module")
def computed() -> Computed:
    racer = Racer(optimizer=GradientDescent(lr=0.1))
    return compute(Experiment(landscape=classifier(blobs()).definition, racers=(racer,), steps=50))


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[FitWorker]:
    made = FitWorker()
    yield made
    made.stop()
    assert made._task._task.wait(60)


def step_of(worker: FitWorker) -> int | None:
    return None if worker.fit is None else worker.fit.step


def side_of(worker: FitWorker) -> int:
    assert worker.fit is not None
    regions = worker.fit.racers[0].regions
    assert regions is not None
    return len(regions.winner)


def test_a_scene_gets_its_fit_coarse_first_and_finer_at_rest(
    qtbot: QtBot, worker: FitWorker, computed: Computed
) -> None:
    worker.follow(computed.scene(5), shown=True)
    assert worker.fit is None
    qtbot.waitUntil(lambda: step_of(worker) == 5)
    assert COARSEST <= side_of(worker) <= RESTING
    qtbot.waitUntil(lambda: side_of(worker) == RESTING)


def test_while_one_is_made_the_one_before_stands_and_of_all_asked_for_the_last_is_made(
    qtbot: QtBot, worker: FitWorker, computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.follow(computed.scene(1), shown=True)
    qtbot.waitUntil(lambda: step_of(worker) == 1)
    go, asked = threading.Event(), []

    def held(scene: Any, side: int, window: Any) -> FitScene | None:
        asked.append(scene.playhead)
        go.wait(60)
        return resolve_fit(scene, side, window)

    monkeypatch.setattr(fit_worker, "resolve_fit", held)
    for step in (10, 11, 12, 13):
        worker.follow(computed.scene(step), shown=True)
    qtbot.waitUntil(lambda: asked == [10])
    assert step_of(worker) == 1
    go.set()
    qtbot.waitUntil(lambda: step_of(worker) == 13)
    assert asked[:2] == [10, 13]


def test_a_model_that_takes_long_has_a_coarser_grid_while_the_playhead_moves(
    qtbot: QtBot, worker: FitWorker, computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def slow(scene: Any, side: int, window: Any) -> FitScene | None:
        asked.append(side)
        threading.Event().wait(0.3)
        return resolve_fit(scene, side, window)

    monkeypatch.setattr(fit_worker, "resolve_fit", slow)
    steps = itertools.cycle(range(40))

    def moves_on() -> bool:
        worker.follow(computed.scene(next(steps)), shown=True)
        return COARSEST in asked

    qtbot.waitUntil(moves_on)
    assert asked[0] == MOVING
    # At rest it is as fine as any.
    qtbot.waitUntil(lambda: side_of(worker) == RESTING)


def test_the_same_scene_is_not_asked_for_twice(qtbot: QtBot, worker: FitWorker, computed: Computed) -> None:
    worker.follow(computed.scene(4), shown=True)
    qtbot.waitUntil(lambda: step_of(worker) == 4 and side_of(worker) == RESTING)
    before = worker.fit
    worker.follow(computed.scene(4), shown=True)
    assert not worker._task._task.busy
    assert worker.fit is before


def test_nothing_of_another_landscape_stays_and_nothing_that_is_not_shown(
    qtbot: QtBot, worker: FitWorker, computed: Computed
) -> None:
    worker.follow(computed.scene(4), shown=True)
    qtbot.waitUntil(lambda: step_of(worker) == 4)
    other = compute(
        Experiment(landscape=classifier(blobs(3)).definition, racers=computed.experiment.racers, steps=3)
    )
    worker.follow(other.scene(2), shown=True)
    assert worker.fit is None
    qtbot.waitUntil(lambda: step_of(worker) == 2)
    worker.follow(other.scene(2), shown=False)
    assert worker.fit is None


def test_changed_examples_of_the_same_data_let_the_fit_stand_until_the_new_one_is_there(
    qtbot: QtBot, worker: FitWorker, computed: Computed
) -> None:
    worker.follow(computed.scene(4), shown=True)
    qtbot.waitUntil(lambda: step_of(worker) == 4)
    data = blobs()
    moved = classifier(replace(data, inputs=data.inputs + 0.1))
    changed = compute(Experiment(landscape=moved.definition, racers=computed.experiment.racers, steps=50))
    worker.follow(changed.scene(4), shown=True)
    assert worker.fit is not None
    qtbot.waitUntil(lambda: worker.fit is not None and worker.fit.landscape == moved)


def test_a_window_that_is_held_is_asked_for(qtbot: QtBot, worker: FitWorker, computed: Computed) -> None:
    window = (0.0, 1.0, 0.0, 1.0)
    worker.hold_window(window)
    worker.follow(computed.scene(4), shown=True)
    qtbot.waitUntil(lambda: worker.fit is not None and worker.fit.window == window)
    worker.hold_window(None)
    worker.follow(computed.scene(4), shown=True)
    qtbot.waitUntil(lambda: worker.fit is not None and worker.fit.window != window)
