"""The form for the motion of a film: steps, speed and camera rotation."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QSpinBox, QWidget

from optexplorer.export.video.encoders import FILM_KINDS
from optexplorer.export.video.film import Motion
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.dialogs.form_rows import LABELS, FormRows, indent_numbers, name_items
from optexplorer.gui.fields.labels import PlainLabel


class MotionForm(Retranslating, QWidget):
    """The fields of a film that a picture does not have."""

    changed = Signal()

    def __init__(self, length: int, speed: float, kind: str) -> None:
        super().__init__()
        self.kind = QComboBox()
        for known in FILM_KINDS:
            self.kind.addItem("", known)
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.setMinimumContentsLength(8)
        self.first, self.last = QSpinBox(), QSpinBox()
        for box in (self.first, self.last):
            box.setRange(0, length)
        self.last.setValue(length)
        self.speed = self._decimal(0.5, 500, speed)
        self.fps = QSpinBox()
        self.fps.setRange(1, 60)
        self.fps.setValue(30)
        self.orbit = QSpinBox()
        self.orbit.setRange(-720, 720)
        self.orbit.setSingleStep(15)
        self.orbit.setSuffix("°")
        self.easing = QComboBox()
        for easing in ("even", "smooth"):
            self.easing.addItem("", easing)
        self.hold = self._decimal(0, 30, 1.0)
        self._lay_out()
        self.retranslate()
        self.first.valueChanged.connect(self.last.setMinimum)
        for signal in (
            *(box.valueChanged for box in (self.first, self.last, self.speed, self.fps)),
            *(box.valueChanged for box in (self.orbit, self.hold)),
            self.kind.currentIndexChanged,
            self.easing.currentIndexChanged,
        ):
            signal.connect(self.changed)

    @staticmethod
    def _decimal(low: float, high: float, value: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(1)
        box.setRange(low, high)
        box.setValue(value)
        return box

    def _lay_out(self) -> None:
        self._steps = QWidget()
        line = QHBoxLayout(self._steps)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.first, 1)
        line.addWidget(PlainLabel("–"))
        line.addWidget(self.last, 1)
        self._rows = FormRows(self, label_width=LABELS)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.add(self.kind, self._steps, self.speed, self.fps, self.easing, self.orbit, self.hold)
        indent_numbers(self)

    def retranslate(self) -> None:
        name_items(
            self.kind,
            {
                "mp4": self.tr("MP4 (H.264), for slides"),
                "webm": self.tr("WebM (VP9), for web pages"),
                "gif": self.tr("GIF, where nothing else plays"),
                "apng": self.tr("Animated PNG, sharp"),
                "frames": self.tr("Folder of PNG pictures"),
            },
        )
        # The list is as wide as its longest entry, however narrow the field.
        self.kind.view().setMinimumWidth(self.kind.view().sizeHintForColumn(0) + 24)
        self.speed.setSuffix(self.tr(" steps/s"))
        self.fps.setSuffix(self.tr(" frames/s"))
        self.orbit.setToolTip(self.tr("How far the camera turns around the surface; 0 leaves it still"))
        name_items(self.easing, {"even": self.tr("Evenly"), "smooth": self.tr("Slowly at first and at last")})
        self.hold.setSuffix(self.tr(" s"))
        self.hold.setToolTip(self.tr("How long the last picture stays"))
        self.first.setAccessibleName(self.tr("First step"))
        self.last.setAccessibleName(self.tr("Last step"))
        self._rows.name_rows(
            {
                self.kind: self.tr("Format"),
                self._steps: self.tr("Steps"),
                self.speed: self.tr("Speed"),
                self.fps: self.tr("Frames"),
                self.easing: self.tr("Moves"),
                self.orbit: self.tr("Camera turns"),
                self.hold: self.tr("End stays"),
            }
        )

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
