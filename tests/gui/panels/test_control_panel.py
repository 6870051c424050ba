"""What the control panel shows can be seen: unfolded settings, and long outcomes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from pytestqt.qtbot import QtBot

from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.gui.panels.control_panel import ControlPanel
from optexplorer.scene.computed import compute


def test_the_settings_of_the_last_racer_are_scrolled_into_sight(qtbot: QtBot) -> None:
    panel = ControlPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 690)
    panel.show_experiment(default_experiment())
    with qtbot.waitExposed(panel):
        panel.show()
    card = panel.racers.cards[-1]

    def seen() -> bool:
        place = QRect(card.mapTo(panel.viewport(), QPoint(0, 0)), card.size())
        return panel.viewport().rect().contains(place)

    folded = card.height()
    assert not seen()
    card.unfold.click()
    qtbot.waitUntil(lambda: card.height() > folded + 100 and seen())


def test_of_settings_higher_than_the_panel_the_upper_part_is_seen(qtbot: QtBot) -> None:
    panel = ControlPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 300)
    panel.show_experiment(default_experiment())
    with qtbot.waitExposed(panel):
        panel.show()
    card = panel.racers.cards[-1]
    card.unfold.click()
    qtbot.waitUntil(
        lambda: (
            card.height() > panel.viewport().height()
            and 0 <= card.mapTo(panel.viewport(), QPoint(0, 0)).y() < 40
        )
    )


def test_long_outcomes_go_on_in_a_second_line(qtbot: QtBot) -> None:
    panel = ControlPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 690)
    panel.show_experiment(default_experiment())
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_scene(compute(default_experiment()).scene(0))
    card = panel.racers.cards[0]
    height = card.height()
    card.show_rounding(17)
    qtbot.waitUntil(lambda: card.height() > height)
    body = panel.widget()
    assert body is not None
    assert body.width() == panel.viewport().width()
    assert card.status.height() >= card.status.heightForWidth(card.status.width())
