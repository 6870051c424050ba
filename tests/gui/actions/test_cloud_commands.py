"""The cloud in the window, as a person uses it."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.app import Application
from optexplorer.scene.descent_cloud import CloudPicture
from tests.gui.hands import press, settle, type_in

RACE = Experiment(
    landscape="booth",
    racers=(
        Racer(optimizer=Momentum(lr=0.01)),
        Racer(optimizer=GradientDescent(lr=0.01), source=Noisy(sigma=2)),
    ),
    steps=40,
)


def shown(app: Application, qtbot: QtBot, race: Experiment = RACE) -> CloudPicture:
    app.store.replace(race, "Race")
    settle(qtbot, app)
    press(qtbot, app.window, "Shift+D")
    return whole(app, qtbot)


def whole(app: Application, qtbot: QtBot) -> CloudPicture:
    def is_whole() -> bool:
        scene, appearance = app.window.scene_controller.scene, app.store.experiment.appearance
        return (
            scene is not None
            and scene.cloud is not None
            and scene.cloud.cloud.count == appearance.cloud_count
        )

    qtbot.waitUntil(is_whole)
    scene = app.window.scene_controller.scene
    assert scene is not None
    assert scene.cloud is not None
    return scene.cloud


def test_a_key_shows_the_cloud_and_hides_it(own_app: Application, qtbot: QtBot) -> None:
    picture = shown(own_app, qtbot)
    assert picture.number == 0
    assert picture.cloud.spec.of == "starts"
    assert own_app.window.workspace.cloud_bar.isVisible()
    press(qtbot, own_app.window, "Shift+D")
    assert not own_app.store.experiment.appearance.cloud
    qtbot.waitUntil(lambda: own_app.window.scene_controller.scene.cloud is None)
    assert not own_app.window.workspace.cloud_bar.isVisible()


def test_of_a_noisy_racer_the_seeds_differ(own_app: Application, qtbot: QtBot) -> None:
    picture = shown(own_app, qtbot, RACE.evolve(appearance=RACE.appearance.evolve(cloud_racer=1)))
    assert (picture.number, picture.cloud.spec.of) == (1, "seeds")
    assert picture.drawn.exact is not None


def test_what_differs_is_chosen_above_the_map(own_app: Application, qtbot: QtBot) -> None:
    shown(own_app, qtbot)
    bar = own_app.window.workspace.cloud_bar
    bar.racer.setCurrentIndex(1)
    bar.kind.setCurrentIndex(bar.kind.findData("seeds"))
    type_in(qtbot, bar.count, "20")
    appearance = own_app.store.experiment.appearance
    assert (appearance.cloud_racer, appearance.cloud_of, appearance.cloud_count) == (1, "seeds", 20)
    qtbot.waitUntil(lambda: whole(own_app, qtbot).cloud.spec.of == "seeds")
    assert not bar.spread.isVisible()
    own_app.store.undo()
    assert own_app.store.experiment.appearance.cloud_count == 64


def test_the_cloud_follows_the_rate(own_app: Application, qtbot: QtBot) -> None:
    before = shown(own_app, qtbot).cloud
    racer = RACE.racers[0].evolve(optimizer=Momentum(lr=0.02))
    own_app.window.edits.change_racer(0, racer, "rate")
    qtbot.waitUntil(lambda: whole(own_app, qtbot).cloud.spec.run.optimizer.lr == 0.02)
    after = whole(own_app, qtbot).cloud
    np.testing.assert_array_equal(before.position[0], after.position[0])
    assert not np.array_equal(before.position[-1], after.position[-1])


def test_the_strip_speaks_another_language(own_app: Application, qtbot: QtBot) -> None:
    shown(own_app, qtbot)
    own_app.choose_language("ja")
    racer = own_app.window.workspace.cloud_bar.racer
    qtbot.waitUntil(lambda: racer.currentText() == RACE.racers[0].optimizer.title.ja)
    own_app.choose_language("en")


def test_a_picture_has_the_same_cloud(own_app: Application, qtbot: QtBot) -> None:
    picture = shown(own_app, qtbot)
    computed = own_app.window.scene_controller.computed()
    assert computed is not None
    scene = computed.scene()
    assert scene.cloud is not None
    np.testing.assert_array_equal(scene.cloud.drawn.places, picture.drawn.places)
    assert "64 starts" in scene.notes[0].en
