"""The playhead and its clock: play, pause, step, seek."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

SLOWEST, FASTEST = 1.0, 500.0
FRAME = 16
"""Milliseconds between two frames while playing."""
REST = 1.2
"""Seconds for which a looping race rests at its end."""


class Playback(QObject):
    """Moves a playhead over the steps 0 … length."""

    moved = Signal(int)
    """The playhead stands at another step."""
    stateChanged = Signal()
    """Playing, speed, loop or length has changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playing = False
        self.speed = 30.0
        self.loop = False
        self.length = 0
        self.growing = False
        """Whether more steps are still being computed."""
        self._at = 0.0
        self._aim: int | None = None
        self._until: int | None = None
        self._resting = False
        self._rest = 0.0
        self._clock = QElapsedTimer()
        self._last_tick = 0
        """Nanoseconds of the clock; whole milliseconds would lose a tenth of the speed."""
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._tick)

    @property
    def step(self) -> int:
        """The step at which the playhead stands."""
        return int(self._at)

    def set_length(self, length: int, growing: bool) -> None:
        """Set the number of steps of the longest trajectory; a playhead at the end stays at the end."""
        if (length, growing) == (self.length, self.growing):
            return
        if not self.growing:
            # While it grows, a step beyond what has been computed so far is no end.
            self._resting = self.length > 0 and self.step >= self.length and not self.playing
        self.length, self.growing = length, growing
        if self._aim is not None:
            self._approach()
        elif self._resting or (self._at > length and not growing):
            self._move(length)
        self.stateChanged.emit()

    def aim(self, step: int) -> None:
        """Move the playhead to `step` as soon as that many steps have been computed."""
        self._aim = step
        self._resting = False
        self._approach()

    def _approach(self) -> None:
        if self._aim is None:
            return
        reached = self._aim <= self.length or not self.growing
        self._move(min(self._aim, self.length))
        if reached:
            self._aim = None

    def play_until(self, step: int) -> None:
        """Play up to `step` and pause there."""
        self.play()
        self._until = step

    def play(self) -> None:
        """Start playing; from the start if the playhead stands at the end."""
        self._until = None
        self._resting = False
        if self.playing:
            return
        if self.step >= self.length and not self.growing:
            self._move(0)
        self.playing = True
        self._rest = 0.0
        self._clock.start()
        self._last_tick = 0
        self._timer.start()
        self.stateChanged.emit()

    def pause(self) -> None:
        """Stop where it is."""
        if self.playing:
            self.playing = False
            self._timer.stop()
            self._move(self.step)
            self.stateChanged.emit()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, step: int) -> None:
        """Move the playhead to `step`; playback continues if it was on."""
        self._rest = 0.0
        self._aim = self._until = None
        self._resting = False
        self._move(max(0, min(step, self.length)))

    def step_by(self, steps: int) -> None:
        """Pause and move by `steps`, backwards if negative."""
        self.pause()
        self.seek(self.step + steps)

    def step_by_epoch(self, steps_per_epoch: int, epochs: int) -> None:
        """Pause and move to the beginning of an epoch: of the next for 1, of this or the one before for −1."""
        self.pause()
        whole = self.step // steps_per_epoch
        begun = whole if epochs > 0 or self.step % steps_per_epoch == 0 else whole + 1
        self.seek((begun + epochs) * steps_per_epoch)

    def to_start(self) -> None:
        """Move the playhead to step 0."""
        self.seek(0)

    def to_end(self) -> None:
        """Pause and put the playhead at the end."""
        self.pause()
        self.seek(self.length)
        self._resting = True

    def set_speed(self, speed: float) -> None:
        """Set the speed in steps per second, between `SLOWEST` and `FASTEST`."""
        self.speed = max(SLOWEST, min(speed, FASTEST))
        self.stateChanged.emit()

    def set_loop(self, loop: bool) -> None:
        """Set whether it starts again after the end."""
        self.loop = loop
        self.stateChanged.emit()

    def _tick(self) -> None:
        # A frame that comes late moves the playhead further, but never by a leap that hides what happened.
        before, self._last_tick = self._last_tick, self._clock.nsecsElapsed()
        seconds = min((self._last_tick - before) * 1e-9, 0.1)
        if self._aim is not None:
            return
        last = self.length if self._until is None else min(self._until, self.length)
        if self._at < last:
            self._move(min(self._at + seconds * self.speed, float(last)))
        elif self._until is not None and self._at >= self._until:
            self.pause()
        elif not self.growing:
            self._rest += seconds
            if not self.loop:
                self.pause()
            elif self._rest >= REST:
                self._rest = 0.0
                self._move(0)

    def _move(self, at: float) -> None:
        before, self._at = self.step, float(at)
        if self.step != before:
            self.moved.emit(self.step)
