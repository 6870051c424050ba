"""The tone of the loss: its pitch, its glides, and that it dies away."""

from __future__ import annotations

import math

import numpy as np

from optexplorer.gui.desktop.sound import LOUDNESS, LOWEST, OCTAVES, RATE, Array, Tone, pitch


def heard(samples: Array) -> float:
    """The pitch in hertz of some samples, from the strongest of their frequencies."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * RATE / len(samples)


def test_the_pitch_rises_with_the_loss_by_octaves() -> None:
    assert pitch(0.0) == LOWEST
    assert math.isclose(pitch(1.0), LOWEST * 2**OCTAVES)
    assert math.isclose(pitch(2 / 3) / pitch(1 / 3), 2.0)
    assert pitch(math.nan) == pitch(1.0) == pitch(9.0)


def test_the_tone_is_heard_at_its_pitch() -> None:
    tone = Tone()
    tone.sound(440.0)
    tone.samples(RATE // 5)
    tone.sound(440.0)
    assert abs(heard(tone.samples(RATE // 4)) - 440) < 5


def test_samples_do_not_depend_on_how_they_are_cut() -> None:
    whole, cut = Tone(), Tone()
    for tone in (whole, cut):
        tone.sound(300.0)
    piecewise = [cut.samples(n) for n in (100, 1, 0, 399, 20_000)]
    assert np.allclose(np.concatenate(piecewise), whole.samples(20_500), atol=1e-12)


def test_the_tone_dies_away_without_a_click() -> None:
    tone = Tone()
    tone.sound(220.0)
    samples = tone.samples(RATE)
    assert np.abs(samples).max() <= LOUDNESS
    assert np.abs(samples[-1000:]).max() < 1e-4
    assert np.abs(np.diff(samples)).max() < 0.02
