"""The playhead."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from optexplorer.gui.state.playback import FASTEST, SLOWEST, Playback


@pytest.fixture
def playback(qapp: object) -> Playback:
    playback = Playback()
    playback.set_length(50, growing=False)
    return playback


def test_stepping_pauses_and_stays_within_the_run(playback: Playback) -> None:
    playback.play()
    playback.step_by(1)
    assert not playback.playing
    assert playback.step == 1
    playback.step_by(-5)
    assert playback.step == 0
    playback.to_end()
    playback.step_by(1)
    assert playback.step == 50


def test_playing_reaches_the_end_and_stops_there(qtbot: QtBot, playback: Playback) -> None:
    playback.set_speed(FASTEST)
    seen: list[int] = []
    playback.moved.connect(seen.append)
    playback.play()
    qtbot.waitUntil(lambda: not playback.playing, timeout=5000)
    assert playback.step == 50
    assert seen == sorted(seen)


def test_playing_from_the_end_starts_anew(playback: Playback) -> None:
    playback.to_end()
    playback.play()
    assert playback.step == 0
    playback.pause()


def test_it_waits_at_the_end_of_a_growing_run(qtbot: QtBot, playback: Playback) -> None:
    playback.set_length(5, growing=True)
    playback.set_speed(FASTEST)
    playback.play()
    qtbot.waitUntil(lambda: playback.step == 5, timeout=5000)
    assert playback.playing
    playback.set_length(20, growing=False)
    qtbot.waitUntil(lambda: not playback.playing, timeout=5000)
    assert playback.step == 20


def test_a_playhead_at_the_end_follows_the_end(playback: Playback) -> None:
    playback.to_end()
    playback.set_length(80, growing=False)
    assert playback.step == 80
    playback.set_length(30, growing=False)
    assert playback.step == 30


def test_speed_is_bounded(playback: Playback) -> None:
    playback.set_speed(1e9)
    assert playback.speed == FASTEST
    playback.set_speed(0)
    assert playback.speed == SLOWEST


def test_a_playhead_ahead_of_what_has_been_computed_waits_for_it(playback: Playback) -> None:
    playback.seek(30)
    for length, growing in ((50, True), (10, True), (20, True), (50, False)):
        playback.set_length(length, growing)
    assert playback.step == 30


def test_a_playhead_resting_at_the_end_stays_there_while_another_run_grows(playback: Playback) -> None:
    playback.to_end()
    for length, growing in ((50, True), (10, True), (40, True), (80, False)):
        playback.set_length(length, growing)
    assert playback.step == 80
