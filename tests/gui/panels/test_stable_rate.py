"""The largest stable rate, marked on the learning rate's slider."""

from __future__ import annotations

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.scene.computed import compute


def test_the_card_of_plain_gradient_descent_bears_the_mark_and_says_what_it_is(qtbot: QtBot) -> None:
    racers = (Racer(optimizer=GradientDescent(lr=0.01)), Racer(optimizer=Adam(lr=0.01), stream=1))
    experiment = Experiment(landscape="himmelblau", racers=racers, start=(3.0, 2.0), steps=5)
    panel = ControlPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 600)
    panel.show_experiment(experiment)
    with qtbot.waitExposed(panel):
        panel.show()

    def pictures() -> list[QImage]:
        return [card.rate.slider.grab().toImage() for card in panel.racers.cards]

    plain = pictures()
    panel.show_scene(compute(experiment).scene(0))
    marked = pictures()
    assert marked[0] != plain[0]
    assert marked[1] == plain[1]
    tips = [card.rate.slider.toolTip() for card in panel.racers.cards]
    # At this minimum of Himmelblau's function the largest eigenvalue is 82.28.
    assert "2/λmax = 0.0243" in tips[0]
    assert "λmax" not in tips[1]
    moved = experiment.model_copy(update={"start": (-0.270845, -0.923039)})
    # Around the top of the hill no rate makes gradient descent swing.
    panel.show_scene(compute(moved).scene(0))
    assert "λmax" not in panel.racers.cards[0].rate.slider.toolTip()
    assert pictures()[0] == plain[0]
