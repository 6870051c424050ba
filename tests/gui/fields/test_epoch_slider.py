"""The slider over steps marks epochs, thinned where there are many."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from optexplorer.gui.fields.epoch_slider import NUMBER_ROOM, ROOM, EpochSlider


def slider(qtbot: QtBot, width: int, steps: int, per_epoch: int | None) -> EpochSlider:
    found = EpochSlider()
    qtbot.addWidget(found)
    found.resize(width, 36)
    found.setRange(0, steps)
    found.show_epochs(per_epoch)
    return found


@pytest.mark.parametrize("steps", [50, 600, 4000, 100_000])
@pytest.mark.parametrize("width", [80, 300, 900])
def test_marks_and_numbers_keep_their_distance(qtbot: QtBot, width: int, steps: int) -> None:
    marks = slider(qtbot, width, steps, 10).marks()
    assert marks
    places = np.array([x for x, _, _ in marks])
    assert len(places) < 2 or np.diff(places).min() >= ROOM - 1e-6
    numbered = np.array([x for x, _, written in marks if written])
    assert len(numbered) < 2 or np.diff(numbered).min() >= NUMBER_ROOM
    assert all(0 <= x <= width for x in places.tolist())


def test_a_mark_stands_where_the_handle_stands_at_that_step(qtbot: QtBot) -> None:
    found = slider(qtbot, 600, 100, 10)
    for x, epoch, _ in found.marks():
        assert x == pytest.approx(found.handle_at(10 * epoch).center().x(), abs=1.5)


def test_without_epochs_there_are_no_marks(qtbot: QtBot) -> None:
    for per_epoch in (None, 1):
        assert slider(qtbot, 600, 100, per_epoch).marks() == []
    assert not slider(qtbot, 600, 100, 10).grab().isNull()
