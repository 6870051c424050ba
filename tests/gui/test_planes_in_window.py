"""Planes found by rules, in the window: first while racers run, then anew, coarse to fine; edits, undo, bad planes."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane_rule import KINDS, PathPoint, PlaneRule
from optexplorer.gui.app import Application
from optexplorer.gui.workers import engine_thread, sample_keeper
from optexplorer.scene.computed import Computed, compute
from optexplorer.scene.samples.plane_section import PlaneSection
from optexplorer.scene.scene import Scene
from tests.gui.hands import settle
from tests.many_features import race


def plane_of(scene: Scene) -> object:
    assert scene.samples is not None
    assert isinstance(scene.samples.landscape, PlaneSection)
    return scene.samples.landscape.plane


def on(rule: PlaneRule, steps: int = 40) -> Experiment:
    return race(steps).evolve(view=ComputationView(plane=rule))


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_window_shows_the_plane_that_exports_show(qtbot: QtBot, app: Application, kind: str) -> None:
    experiment = on(PlaneRule(kind=kind))
    app.store.replace(experiment, "race")
    scene = settle(qtbot, app)
    assert scene.absence is None
    assert scene.sampling is None
    assert plane_of(scene) == plane_of(compute(experiment).scene())
    views = app.window.workspace
    assert (views.curve if kind == "line" else views.map).isVisible()


def test_the_picture_comes_coarse_to_fine_and_paths_before_it(qtbot: QtBot, app: Application) -> None:
    results: list[Computed] = []
    app.engine.computed.connect(lambda _, result: results.append(result))
    # A landscape that no other test has: the last planes of those are kept.
    app.store.replace(race(steps=30, features=23), "race")
    settle(qtbot, app)
    # The window may be told a moment before.
    qtbot.waitUntil(lambda: results[-1].complete)
    mine = [result for result in results if result.experiment == app.store.experiment]
    assert mine[0].samples is None
    assert mine[0].absence == sample_keeper.WAITING
    pictures = [result for result in mine if result.samples is not None]
    assert all(result.done for result in pictures)
    assert [result.complete for result in pictures] == [False] * (len(pictures) - 1) + [True]
    assert len({id(result.samples) for result in pictures}) == 3


def test_while_a_rate_is_dragged_paths_bend_on_the_plane_that_is_there(
    qtbot: QtBot, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = on(PlaneRule(kind="pca"))
    app.store.replace(experiment, "race")
    before = settle(qtbot, app)
    scenes: list[Scene] = []
    app.window.scene_controller.sceneChanged.connect(scenes.append)
    racer = experiment.racers[0]

    def drag(lr: float) -> None:
        dragged = racer.evolve(optimizer=racer.optimizer.model_copy(update={"lr": lr}))
        app.window.edits.change_racer(0, dragged, "drag")

    # However slowly it is dragged.
    monkeypatch.setattr(engine_thread, "SETTLED", 1000.0)
    for lr in (0.06, 0.07, 0.08):
        drag(lr)
        qtbot.waitUntil(
            lambda: (
                app.window.scene_controller.result is not None
                and app.window.scene_controller.result.done
                and app.window.scene_controller.result.experiment == app.store.experiment
            )
        )
    assert all(plane_of(scene) == plane_of(before) for scene in scenes)
    monkeypatch.setattr(engine_thread, "SETTLED", 0.01)
    drag(0.09)
    after = settle(qtbot, app)
    assert plane_of(after) != plane_of(before)
    assert plane_of(after) == plane_of(compute(app.store.experiment).scene())


def test_a_plane_is_chosen_and_the_choice_undone(qtbot: QtBot, app: Application) -> None:
    app.store.replace(on(PlaneRule(kind="pca")), "race")
    first = settle(qtbot, app)
    app.window.edits.set_view(window=(0.0, 1.0, 0.0, 1.0))
    app.window.edits.choose_plane(PlaneRule(kind="weights", weights=(3, 7)))
    second = settle(qtbot, app)
    assert second.samples is not None
    names = second.landscape.variables
    assert second.samples.landscape.variables == (names[3], names[7])
    assert app.store.experiment.view.window is None
    assert app.store.undo_label == "Plane"
    app.store.undo()
    assert app.store.experiment.view.plane == PlaneRule(kind="pca")
    assert plane_of(settle(qtbot, app)) == plane_of(first)
    app.store.redo()
    assert app.store.experiment.view.plane == PlaneRule(kind="weights", weights=(3, 7))


def test_racers_come_and_go(qtbot: QtBot, app: Application) -> None:
    rule = PlaneRule(kind="line", points=(PathPoint(racer=0), PathPoint(racer=1, step="end")))
    app.store.replace(on(rule), "race")
    settle(qtbot, app)
    app.window.edits.duplicate_racer(0)
    plane = app.store.experiment.view.plane
    assert isinstance(plane, PlaneRule)
    assert [point.racer for point in plane.points] == [0, 2]
    app.window.edits.remove_racer(2)
    assert app.store.experiment.view.plane == PlaneRule(kind="line")
    scene = settle(qtbot, app)
    # The racer and its copy take the same way: there is no line between their ends.
    assert scene.samples is None
    assert scene.absence is not None
    assert "one and the same" in scene.absence.en
    app.store.undo()
    assert app.store.experiment.view.plane == plane
    assert settle(qtbot, app).samples is not None
    app.window.edits.remove_racer(0)
    app.window.edits.remove_racer(0)
    app.window.edits.remove_racer(0)
    assert settle(qtbot, app).absence is not None


def test_without_racers_it_says_that_there_are_no_paths(qtbot: QtBot, app: Application) -> None:
    app.store.replace(on(PlaneRule(kind="pca")).evolve(racers=()), "race")
    scene = settle(qtbot, app)
    assert scene.absence is not None
    assert "no paths" in scene.absence.en
    assert app.window.workspace.absence.isVisible()


def test_two_experiments_are_compared_on_one_plane(qtbot: QtBot, app: Application) -> None:
    experiment = on(PlaneRule(kind="pca", racers=(1,)))
    alone = experiment.with_racers(experiment.racers[:1], {0: 0}.get)
    comparison = app.window.views.comparison
    app.store.replace(alone, "one")
    settle(qtbot, app)
    comparison.pin(alone)
    # The second racer, which decides on the plane, is not in the pinned experiment.
    app.store.replace(experiment, "two")
    scene = settle(qtbot, app)
    qtbot.waitUntil(
        lambda: (
            comparison._computed is not None
            and comparison._computed.samples is not None
            and comparison._computed.samples.landscape == scene.samples.landscape
        ),
        timeout=20000,
    )
    assert app.window.workspace.pinned.map.isVisible()
    comparison.pin(None)
