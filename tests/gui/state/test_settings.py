"""What is remembered between launches, and what is damaged there."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.gui.state.settings import Settings


@pytest.mark.parametrize("damaged", ["", "fast", "nan", "inf", "-inf", "0", "-3", "1e999"])
def test_a_damaged_speed_is_the_usual_one(qtbot: QtBot, damaged: str) -> None:
    settings = Settings()
    settings.speed = 12.5
    assert Settings().speed == 12.5
    settings._values.setValue("speed", damaged)
    assert Settings().speed == 30.0
