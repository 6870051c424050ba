"""Plays the loss as a tone whose pitch falls with it, through the optional package `sounddevice`."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from optexplorer.runs.failure import failure_of, log_failure

Array = NDArray[np.float64]

RATE = 44_100
"""Samples per second."""
LOWEST, OCTAVES = 165.0, 3.0
"""The pitch at the lowest loss, in hertz, and how many octaves above it the highest lies."""
LOUDNESS = 0.16
GLIDE = 0.03
"""Seconds in which pitch and loudness come most of the way to where they shall be."""
LINGER = 0.35
"""Seconds for which the tone goes on after the last change of the loss."""


class Output(Protocol):
    """An audio output stream, such as `sounddevice.OutputStream`."""

    def start(self) -> None: ...
    def close(self) -> None: ...


def pitch(height: float) -> float:
    """Return the pitch, in hertz, of a loss whose height in the picture is `height` in [0, 1]."""
    return (
        LOWEST * 2 ** (OCTAVES * min(max(height, 0.0), 1.0)) if math.isfinite(height) else LOWEST * 2**OCTAVES
    )


class Tone:
    """A sine that glides to the pitch that was asked for last, and dies away when nothing more is asked."""

    def __init__(self) -> None:
        self._target = LOWEST
        self._pitch = LOWEST
        self._loudness = 0.0
        self._phase = 0.0
        self._left = 0

    def sound(self, frequency: float) -> None:
        """Sound at `frequency` hertz from now on, for a little while."""
        self._target, self._left = frequency, round(LINGER * RATE)

    def samples(self, count: int) -> Array:
        """Return the next `count` samples, shape (count,), in [−1, 1]."""
        part = 1 - math.exp(-1 / (GLIDE * RATE))
        steps = (1 - part) ** np.arange(1, count + 1)
        audible = min(self._left, count)
        self._left -= audible
        pitches = self._target + (self._pitch - self._target) * steps
        loudness = _followed(self._loudness, audible, steps)
        phases = self._phase + 2 * math.pi * np.cumsum(pitches) / RATE
        if count:
            self._pitch, self._loudness = float(pitches[-1]), float(loudness[-1])
            self._phase = float(phases[-1] % (2 * math.pi))
        samples: Array = loudness * np.sin(phases)
        return samples


def _followed(before: float, audible: int, steps: Any) -> Array:
    """Return the loudness: gliding up over the first `audible` samples, then down."""
    first = LOUDNESS + (before - LOUDNESS) * steps[:audible]
    top = float(first[-1]) if audible else before
    return np.concatenate([first, top * steps[: len(steps) - audible]])


class Player:
    """Plays a tone on the system's sound output."""

    def __init__(self, tone: Tone) -> None:
        """Open the output.

        Raises
        ------
        OSError
            If there is no output, or its system library is missing; the message says what would help.
        """
        try:
            import sounddevice
        except (ImportError, OSError) as error:
            raise OSError(
                f"sound needs the package sounddevice and the library PortAudio: {error}"
            ) from error
        self._tone, self._failed = tone, False
        try:
            self._stream: Output = sounddevice.OutputStream(
                samplerate=RATE, channels=1, dtype="float32", callback=self._fill
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise OSError(f"no sound output could be opened: {error}") from error

    def _fill(self, out: Any, frames: int, time: Any, status: Any) -> None:
        try:
            out[:, 0] = self._tone.samples(frames)
        except Exception as error:  # noqa: BLE001 - logged; the sound output goes on, silent
            out[:, 0] = 0.0
            if not self._failed:
                self._failed = True
                log_failure(failure_of(error, "sound"))

    def close(self) -> None:
        """Close the sound output."""
        self._stream.close()
