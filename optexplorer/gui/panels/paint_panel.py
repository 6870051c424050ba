"""The panel for painting a landscape: brush and base heights."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from optexplorer.engine.landscapes.painted.brush import Brush
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import Segments
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.range_slider import RangeSlider
from optexplorer.gui.fields.text_field import ProblemLabel

SMALLEST, LARGEST = 0.03, 0.4
"""Of a brush's radius, in parts of the shorter side."""


class PaintPanel(Retranslating, QFrame):
    """Shown while the map is painted on."""

    brushChanged = Signal(object)
    flatAsked = Signal()
    pictureAsked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.brush = Brush()
        """The brush as it is set."""
        self.tool = Segments(("raise", "lower", "smooth", "level"))
        self.size_slider = RangeSlider(SMALLEST, LARGEST)
        self.strength = RangeSlider(0.05, 1.0)
        self.flat, self.picture = QPushButton(), QPushButton()
        self.problem = ProblemLabel()
        self._size_label, self._strength_label = PlainLabel(), PlainLabel()
        self._hint = PlainLabel(name="hint", wrap=True)

        sliders = QGridLayout()
        sliders.setHorizontalSpacing(8)
        sliders.setVerticalSpacing(4)
        for row, (label, slider) in enumerate(
            ((self._size_label, self.size_slider), (self._strength_label, self.strength))
        ):
            sliders.addWidget(label, row, 0)
            sliders.addWidget(slider, row, 1)
        sliders.setColumnStretch(1, 1)
        grounds = QHBoxLayout()
        grounds.setSpacing(8)
        grounds.addWidget(self.flat)
        grounds.addWidget(self.picture)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.tool)
        layout.addLayout(sliders)
        layout.addLayout(grounds)
        layout.addWidget(self.problem)
        layout.addWidget(self._hint)

        self.tool.valueChosen.connect(
            lambda tool: self._choose(Brush(tool, self.brush.radius, self.brush.strength))
        )
        self.size_slider.valueDragged.connect(
            lambda radius: self._choose(Brush(self.brush.tool, radius, self.brush.strength))
        )
        self.strength.valueDragged.connect(
            lambda strength: self._choose(Brush(self.brush.tool, self.brush.radius, strength))
        )
        self.flat.clicked.connect(self.flatAsked)
        self.picture.clicked.connect(self.pictureAsked)
        self._show(self.brush)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        self.tool.name_choices(
            self.tr("Brush"),
            {
                "raise": (self.tr("Raise"), self.tr("Heap up hills. Shift or the right button: lower")),
                "lower": (self.tr("Lower"), self.tr("Dig valleys. Shift or the right button: raise")),
                "smooth": (self.tr("Smooth"), self.tr("Wear down edges and bumps")),
                "level": (self.tr("Level"), self.tr("Bring all to the height where the stroke begins")),
            },
        )
        self._size_label.setText(self.tr("Size"))
        describe(self.size_slider, self.tr("Brush size"), self.tr("How wide the brush is"))
        self._strength_label.setText(self.tr("Strength"))
        describe(self.strength, self.tr("Brush strength"), self.tr("How much one touch of the brush changes"))
        self.flat.setText(self.tr("Flat ground"))
        self.flat.setToolTip(self.tr("Begin again on flat ground"))
        self.picture.setText(self.tr("Open picture…"))
        self.picture.setToolTip(
            self.tr("Take the brightness of a PNG or JPEG picture as height: dark is low")
        )
        self._hint.setText(self.tr("Draw on the contour map. Shift or the right button does the opposite."))

    def _choose(self, brush: Brush) -> None:
        self.brush = brush
        self._show(brush)
        self.brushChanged.emit(brush)

    def _show(self, brush: Brush) -> None:
        self.tool.show_value(brush.tool)
        self.size_slider.show_value(brush.radius)
        self.strength.show_value(brush.strength)
