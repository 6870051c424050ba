"""The panel for the plane: what it shows of a rule, and what it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.plane_rule import KINDS, PathPoint, PlaneRule
from optexplorer.gui.panels.plane_panel import PlanePanel
from tests.many_features import race


@pytest.fixture
def panel(qtbot: QtBot) -> PlanePanel:
    panel = PlanePanel()
    qtbot.addWidget(panel)
    return panel


def on(plane: Any) -> Experiment:
    return race().evolve(view=ComputationView(plane=plane))


def asked(qtbot: QtBot, panel: PlanePanel, act: Any) -> Any:
    with qtbot.waitSignal(panel.planeChosen) as signal:
        act()
    return signal.args[0]


def test_it_is_there_where_there_is_a_plane_to_choose(panel: PlanePanel) -> None:
    panel.show_experiment(Experiment(landscape="beale"))
    assert panel.isHidden()
    panel.show_experiment(race())
    assert not panel.isHidden()
    panel.show_experiment(on(None))
    assert not panel.isHidden()
    assert panel.kind.currentData() == "none"
    n = race().resolve_landscape().dimension
    axes = ((1.0, *[0.0] * (n - 1)), (0.0, 1.0, *[0.0] * (n - 2)))
    panel.show_experiment(on(Plane(origin=(0.0,) * n, directions=axes)))
    assert panel.kind.currentData() == "given"


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_shows_what_the_kind_needs_and_nothing_else(panel: PlanePanel, kind: str) -> None:
    panel.show_experiment(on(PlaneRule(kind=kind)))
    assert panel.kind.currentData() == kind
    shown = {
        "racers": not panel.racers.isHidden(),
        "weights": not panel.weights[0].isHidden(),
        "points": not panel.points[0].isHidden(),
        "seed": not panel.seed.parentWidget().isHidden(),
    }
    assert {setting for setting, there in shown.items() if there} == set(KINDS[kind].settings)
    assert sum(not point.isHidden() for point in panel.points) == KINDS[kind].points


def test_kinds_are_chosen(qtbot: QtBot, panel: PlanePanel) -> None:
    panel.show_experiment(race())
    place = panel.kind.findData("hessian")
    assert asked(qtbot, panel, lambda: panel.kind.setCurrentIndex(place)) == PlaneRule(kind="hessian")
    panel.show_experiment(race())
    place = panel.kind.findData("none")
    assert asked(qtbot, panel, lambda: panel.kind.setCurrentIndex(place)) is None


def test_parameters_are_chosen_by_name_or_number(qtbot: QtBot, panel: PlanePanel) -> None:
    panel.show_experiment(on(PlaneRule(kind="weights", weights=(2, 5))))
    names = race().resolve_landscape().variables
    assert [weight.text() for weight in panel.weights] == [names[2], names[5]]

    def type_in(text: str) -> None:
        panel.weights[0].setText(text)
        panel.weights[0].setModified(True)
        panel.weights[0].commit()

    assert asked(qtbot, panel, lambda: type_in(names[7])).weights == (7, 5)
    assert asked(qtbot, panel, lambda: type_in("3")).weights == (3, 5)
    # The same one twice spans nothing: the two change places.
    assert asked(qtbot, panel, lambda: type_in(names[5])).weights == (5, 2)
    type_in("nothing")
    assert "nothing" in panel.weights[0].problem


def test_points_seeds_and_racers_are_chosen(qtbot: QtBot, panel: PlanePanel) -> None:
    panel.show_experiment(on(PlaneRule(kind="line")))
    first = panel.points[0].place
    rule = asked(qtbot, panel, lambda: first.setCurrentIndex(first.findData("start")))
    assert rule.points == (PathPoint(), PathPoint(racer=1, step="end"))
    panel.show_experiment(on(rule))
    rule = asked(qtbot, panel, lambda: first.setCurrentIndex(first.findData("0 step")))
    assert rule.points[0] == PathPoint(racer=0, step=1)
    panel.show_experiment(on(rule))
    assert not panel.points[0].step.isHidden()
    assert asked(qtbot, panel, lambda: panel.points[0].step.choose(17)).points[0].step == 17

    panel.show_experiment(on(PlaneRule(kind="random", seed=4)))
    assert asked(qtbot, panel, panel.another.click).seed == 5

    panel.show_experiment(on(PlaneRule(kind="pca")))
    assert panel.racers.text() == "All racers"
    only = panel.racers_menu.actions()[0]
    assert asked(qtbot, panel, only.toggle).racers == (1,)
    panel.show_experiment(on(PlaneRule(kind="pca", racers=(1,))))
    assert asked(qtbot, panel, panel.racers_menu.actions()[0].toggle).racers == ()


def test_what_is_said_after_the_plane_has_gone_changes_nothing(qtbot: QtBot, panel: PlanePanel) -> None:
    panel.show_experiment(on(PlaneRule(kind="pca")))
    assert panel.racers_menu.actions()
    panel.show_experiment(on(PlaneRule(kind="points")))
    points = [point.valueChosen for point in panel.points]
    with qtbot.assertNotEmitted(panel.planeChosen):
        for gone in (on(None), Experiment(landscape="beale")):
            panel.show_experiment(gone)
            # As fields do that lose the focus, and menus that stand open, as they go out of sight.
            panel.seed.valueChosen.emit(3)
            panel.weights[1].valueChosen.emit(4)
            for chosen in points:
                chosen.emit(PathPoint())
            assert panel.racers_menu.isEmpty()
