"""Asks how a film moves: which steps, how fast, and how the camera turns."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QLabel, QSpinBox, QWidget

from optexplorer.export.video.encoders import FILM_KINDS
from optexplorer.export.video.film import Motion
from optexplorer.gui.dialogs.figure_form import tidy


class MotionForm(QWidget):
    """The fields of a film that a picture does not have."""

    changed = Signal()

    def __init__(self, length: int, speed: float, kind: str) -> None:
        super().__init__()
        self.kind = QComboBox()
        words = {
            "mp4": self.tr("MP4 (H.264), for slides"),
            "webm": self.tr("WebM (VP9), for web pages"),
            "gif": self.tr("GIF, where nothing else plays"),
            "apng": self.tr("Animated PNG, sharp"),
            "frames": self.tr("Folder of PNG pictures"),
        }
        for known in FILM_KINDS:
            self.kind.addItem(words[known], known)
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        # The list is as wide as its longest entry, however narrow the field.
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setMinimumContentsLength(8)
        self.kind.view().setMinimumWidth(self.kind.view().sizeHintForColumn(0) + 24)
        self.first, self.last = QSpinBox(), QSpinBox()
        for box in (self.first, self.last):
            box.setRange(0, length)
        self.last.setValue(length)
        self.speed = self._decimal(0.5, 500, speed, self.tr(" steps/s"))
        self.fps = QSpinBox()
        self.fps.setRange(1, 60)
        self.fps.setValue(30)
        self.fps.setSuffix(self.tr(" frames/s"))
        self.orbit = QSpinBox()
        self.orbit.setRange(-720, 720)
        self.orbit.setSingleStep(15)
        self.orbit.setSuffix("°")
        self.orbit.setToolTip(self.tr("How far the camera turns around the surface; 0 leaves it still"))
        self.easing = QComboBox()
        self.easing.addItem(self.tr("Evenly"), "even")
        self.easing.addItem(self.tr("Slowly at first and at last"), "smooth")
        self.hold = self._decimal(0, 30, 1.0, " s")
        self.hold.setToolTip(self.tr("How long the last picture stays"))
        self._lay_out()
        self.first.valueChanged.connect(self.last.setMinimum)
        for signal in (
            *(box.valueChanged for box in (self.first, self.last, self.speed, self.fps)),
            *(box.valueChanged for box in (self.orbit, self.hold)),
            self.kind.currentIndexChanged,
            self.easing.currentIndexChanged,
        ):
            signal.connect(self.changed)

    @staticmethod
    def _decimal(low: float, high: float, value: float, suffix: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(1)
        box.setRange(low, high)
        box.setValue(value)
        box.setSuffix(suffix)
        return box

    def _lay_out(self) -> None:
        steps = QWidget()
        line = QHBoxLayout(steps)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.first, 1)
        line.addWidget(QLabel("–"))
        line.addWidget(self.last, 1)
        self.first.setAccessibleName(self.tr("First step"))
        self.last.setAccessibleName(self.tr("Last step"))
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(8)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            (self.tr("Format"), self.kind),
            (self.tr("Steps"), steps),
            (self.tr("Speed"), self.speed),
            (self.tr("Frames"), self.fps),
            (self.tr("Moves"), self.easing),
            (self.tr("Camera turns"), self.orbit),
            (self.tr("End stays"), self.hold),
        ):
            self._rows.addRow(label, field)
            if field is not steps:
                field.setAccessibleName(label)
        tidy(self._rows)

    def show_orbit(self, shown: bool) -> None:
        """Ask for the camera's turn only where there is a surface to turn around."""
        self._rows.setRowVisible(self.orbit, shown)

    def motion(self) -> Motion:
        """Return how playhead and camera move."""
        return Motion(
            self.first.value(),
            self.last.value(),
            self.speed.value(),
            float(self.orbit.value()) if self.orbit.isVisibleTo(self) else 0.0,
            self.easing.currentData(),
            self.hold.value(),
        )
