"""The parts of a map that have been looked at."""

from __future__ import annotations

import pytest

from optexplorer.gui.dialogs.zoom_history import Part, ZoomHistory, within, zoomed
from optexplorer.runs.setting_map import Range

WHOLE = Part(Range("lr", 1e-3, 1.0, "log"), Range("momentum", 0.0, 1.0))


def part(high: float) -> Part:
    return Part(WHOLE.x._replace(high=high), WHOLE.y)


def test_back_and_forward() -> None:
    zooms = ZoomHistory(WHOLE)
    zooms.look_at(part(0.5))
    zooms.look_at(part(0.2))
    zooms.go(-1)
    assert zooms.part == part(0.5)
    assert zooms.can_go_back
    assert zooms.can_go_forward
    zooms.look_at(part(0.3))
    assert not zooms.can_go_forward
    zooms.go(-5)
    assert zooms.part == WHOLE
    zooms.begin(part(0.9))
    assert not zooms.can_go_back


def test_a_series_of_zooms_is_one() -> None:
    zooms = ZoomHistory(WHOLE)
    for high in (0.9, 0.8, 0.7):
        zooms.look_at(part(high), merge=True)
    zooms.end_merge()
    zooms.look_at(part(0.6), merge=True)
    zooms.go(-1)
    assert zooms.part == part(0.7)
    zooms.go(-1)
    assert zooms.part == WHOLE


def test_zooming_keeps_its_place() -> None:
    side = zoomed(Range("lr", 1e-4, 1.0, "log"), 0.5, 1e-2)
    assert (side.low, side.high) == pytest.approx((1e-3, 0.1))
    side = zoomed(Range("momentum", 0.0, 1.0), 0.5, 0.2)
    assert (side.low, side.high) == pytest.approx((0.1, 0.6))
    # A narrow range is zoomed evenly, but never to rates below zero.
    side = zoomed(Range("lr", 0.1, 0.15, "log"), 50.0, 0.12)
    assert 0 < side.low < side.high
    assert within(Range("momentum", -0.5, 2.0), 0.0, 1.0) == Range("momentum", 0.0, 1.0)
