"""Basin maps come coarse first, then finer, and always end at the present setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.experiment.experiment import Experiment
from optexplorer.gui.workers import basin_worker
from optexplorer.gui.workers.basin_worker import BasinWorker
from optexplorer.scene.computed import Computed, compute


def experiment(
    lr: float = 0.01, landscape: str = "himmelblau", *, on: bool = True, **fields: Any
) -> Experiment:
    return Experiment(
        landscape=landscape,
        racers=[{"optimizer": {"id": "gd", "lr": lr}}],
        steps=60,
        appearance={"basins": on},
        **fields,
    )


@pytest.fixture(scope="module")
def computed() -> Computed:
    return compute(experiment())


@pytest.fixture
def worker(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[BasinWorker]:
    monkeypatch.setattr("optexplorer.scene.basins.SIDE", 64)
    worker = BasinWorker()
    yield worker
    worker.stop()
    worker.deleteLater()


def test_it_begins_coarse_and_ends_fine(qtbot: QtBot, worker: BasinWorker, computed: Computed) -> None:
    strides: list[int] = []
    worker.made.connect(lambda: strides.append(worker.map.stride if worker.map else 0))
    worker.follow(computed)
    qtbot.waitUntil(lambda: worker.map is not None and worker.map.complete, timeout=20_000)
    assert strides == [2, 1]
    assert worker.is_complete
    assert not worker.late
    assert worker.map is not None
    assert worker.map.spec.run_spec.optimizer.lr == 0.01
    # Nothing is computed twice.
    worker.follow(computed)
    assert worker.is_complete


def test_the_newest_setting_wins(qtbot: QtBot, worker: BasinWorker, computed: Computed) -> None:
    rates = [0.001 * k for k in range(1, 12)]
    for rate in rates:
        worker.follow(computed.of(experiment(rate)))
    qtbot.waitUntil(
        lambda: (
            worker.map is not None
            and worker.map.spec.run_spec.optimizer.lr == rates[-1]
            and worker.map.complete
        ),
        timeout=20_000,
    )
    assert not worker.late


def test_a_map_of_the_setting_before_becomes_late(
    qtbot: QtBot, worker: BasinWorker, computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.follow(computed)
    qtbot.waitUntil(lambda: worker.map is not None, timeout=20_000)
    # The next one never comes.
    monkeypatch.setattr(worker, "_send_coarse", lambda: None)
    with qtbot.waitSignal(worker.made, timeout=5_000, check_params_cb=lambda: worker.late):
        worker.follow(computed.of(experiment(0.02)))
    scene = computed.of(experiment(0.02)).resolved(0, basins=worker.map, basins_late=worker.late)
    assert scene.basins is not None
    assert scene.basins.stale


def test_what_is_not_asked_for_is_not_kept(qtbot: QtBot, worker: BasinWorker, computed: Computed) -> None:
    worker.follow(computed)
    qtbot.waitUntil(lambda: worker.map is not None, timeout=20_000)
    worker.follow(computed.of(experiment(on=False)))
    assert worker.map is None
    assert worker.is_complete


def test_a_failure_is_survived(
    qtbot: QtBot, worker: BasinWorker, computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no basins today")

    with monkeypatch.context() as failing:
        failing.setattr("optexplorer.gui.workers.basin_worker.refined", fail)
        with qtbot.waitSignal(worker.made, timeout=5_000):
            worker.follow(computed)
        assert worker.map is None
    worker.follow(computed.of(experiment(0.02)))
    qtbot.waitUntil(lambda: worker.map is not None, timeout=20_000)


def test_while_maps_keep_coming_none_is_late(
    qtbot: QtBot, worker: BasinWorker, computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while a slider is dragged: each map is that of a moment ago."""
    worker.follow(computed)
    qtbot.waitUntil(lambda: worker.is_complete, timeout=20_000)
    monkeypatch.setattr(worker, "_send_coarse", lambda: None)
    worker.follow(computed.of(experiment(0.02)))
    before = worker.map
    assert before is not None
    worker.late = True
    worker._on_made(basin_worker._Made(before, 0.01))
    assert not worker.late
    assert worker._lateness.isActive()
