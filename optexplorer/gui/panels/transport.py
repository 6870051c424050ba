"""The transport bar: play, pause, step, scrub, speed."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.epoch_slider import EpochSlider
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.slider import LogSlider
from optexplorer.gui.state.playback import FASTEST, SLOWEST

ROOM_FOR_LENGTH = 800
"""Pixels from which on the bar also tells how many steps there are, where it tells the epoch."""


class Transport(Retranslating, QWidget):
    """Shows where the playhead stands and how it moves."""

    startAsked = Signal()
    backAsked = Signal()
    playToggled = Signal()
    forwardAsked = Signal()
    endAsked = Signal()
    stepChosen = Signal(int)
    speedChosen = Signal(float)
    loopToggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.to_start = IconButton("mdi6.skip-previous", 20)
        self.back = IconButton("mdi6.step-backward", 20)
        self.play = IconButton("mdi6.play", 22)
        self.play.setObjectName("play")
        self.forward = IconButton("mdi6.step-forward", 20)
        self.to_end = IconButton("mdi6.skip-next", 20)
        self.scrubber = EpochSlider()
        self.scrubber.setMinimumWidth(40)
        self.counter = PlainLabel(name="counter")
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.speed = LogSlider(SLOWEST, FASTEST)
        self.speed.setMinimumWidth(32)
        self.speed.setMaximumWidth(96)
        self.speed_label = PlainLabel(name="counter")
        self.loop = IconButton("mdi6.repeat", 18)
        self.loop.setCheckable(True)
        self._state = (0, 0, False, 30.0, False, False)
        self._reserved = ""
        self._lay_out()

        self.to_start.clicked.connect(self.startAsked)
        self.back.clicked.connect(self.backAsked)
        self.play.clicked.connect(self.playToggled)
        self.forward.clicked.connect(self.forwardAsked)
        self.to_end.clicked.connect(self.endAsked)
        self.scrubber.valueChanged.connect(self.stepChosen)
        self.speed.valueDragged.connect(self.speedChosen)
        self.loop.clicked.connect(self.loopToggled)
        self.retranslate()

    def retranslate(self) -> None:
        for button, words in (
            (self.to_start, self.tr("To the start (Home)")),
            (self.back, self.tr("Step back (←)")),
            (self.forward, self.tr("Step forward (→)")),
            (self.to_end, self.tr("To the end (End)")),
            (self.loop, self.tr("Loop (L)")),
        ):
            describe(button, words)
        describe(self.scrubber, self.tr("Step"), self.tr("Drag to any step"))
        self.counter.setToolTip(self.tr("Step at the playhead / last step"))
        describe(self.speed, self.tr("Speed"), self.tr("Speed in steps per second (+ and −)"))
        self.speed_label.setToolTip(self.speed.toolTip())
        # As wide as the longest text, so that nothing moves while numbers change.
        self._reserved = ""
        self._reserve(self.speed_label, self.tr("{0} steps/s").format("000"))
        self.show_state(*self._state)
        row = self.layout()
        if row is not None:
            # A minimum that has become smaller does not make Qt lay the row out again.
            row.activate()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        for button in (self.to_start, self.back, self.play, self.forward, self.to_end):
            row.addWidget(button)
        self.play.setIconSize(QSize(20, 20))
        row.addSpacing(8)
        row.addWidget(self.scrubber, 1)
        row.addSpacing(8)
        row.addWidget(self.counter)
        row.addSpacing(8)
        row.addWidget(self.speed)
        row.addSpacing(4)
        row.addWidget(self.speed_label)
        row.addWidget(self.loop)

    @staticmethod
    def _reserve(label: PlainLabel, longest: str) -> None:
        label.ensurePolished()
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance(longest) + 4)

    def show_epochs(self, steps_per_epoch: int | None) -> None:
        """Mark epochs of so many steps; None where there are none."""
        if steps_per_epoch != self.scrubber.steps_per_epoch:
            self.scrubber.show_epochs(steps_per_epoch)
            self.show_state(*self._state)

    def _epoch_at(self, step: int) -> str:
        """How many epochs have passed, in words; empty where there are none."""
        length = self.scrubber.steps_per_epoch
        return "" if length is None else str(step // length)

    def _told(self, step: str, length: str, more: str, epoch: str) -> str:
        """What the counter says; where there is little room, no more than where the playhead is."""
        if not epoch:
            return f"{step} / {length}{more}"
        steps = f"{step} / {length}" if self.width() >= ROOM_FOR_LENGTH else step
        return self.tr("epoch {0} · step {1}").format(epoch, steps) + more

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.scrubber.steps_per_epoch is not None:
            self.show_state(*self._state)

    def show_state(
        self, playhead: int, length: int, playing: bool, speed: float, loop: bool, computing: bool
    ) -> None:
        """Show the playhead at step `playhead` of `length`; `computing` if more steps are on their way."""
        self._state = (playhead, length, playing, speed, loop, computing)
        with QSignalBlocker(self.scrubber):
            self.scrubber.setRange(0, max(length, 1))
            if not self.scrubber.isSliderDown():
                self.scrubber.setValue(playhead)
        self.scrubber.setEnabled(length > 0)
        zeros = "0" * max(len(str(length)), 3)
        longest = self._told(zeros, zeros, "…", "0" * len(self._epoch_at(length)))
        if longest != self._reserved:
            self._reserved = longest
            self._reserve(self.counter, longest)
        more = "…" if computing else ""
        _say(self.counter, self._told(str(playhead), str(length), more, self._epoch_at(playhead)))
        self.speed.show_value(speed)
        _say(self.speed_label, self.tr("{0} steps/s").format(f"{speed:.2g}" if speed < 10 else round(speed)))
        self.loop.setChecked(loop)
        self.play.show_icon("mdi6.pause" if playing else "mdi6.play", QPalette.ColorRole.HighlightedText)
        words = self.tr("Pause (Space)") if playing else self.tr("Play (Space)")
        if self.play.accessibleName() != words:
            describe(self.play, words)
        for button in (self.to_start, self.back):
            button.setEnabled(playhead > 0)
        for button in (self.forward, self.to_end):
            button.setEnabled(playhead < length or computing)


def _say(label: PlainLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
