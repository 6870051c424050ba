"""Which landscape is descended, its formula, what it teaches, and the scale of its heights."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.gui.fields.choices import ChoiceField, Segments
from optexplorer.gui.fields.formula_label import FormulaLabel
from optexplorer.gui.fields.section_header import SectionHeader
from optexplorer.text import Language, Text


class LandscapePanel(QWidget):
    """Shows a landscape and offers others."""

    landscapeChosen = Signal(str)
    heightScaleChosen = Signal(str)

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._landscape: Landscape | None = None
        self.choice = ChoiceField(self.tr("Landscape"), self.tr("The loss that is minimised"))
        self.choice.valueChosen.connect(self.landscapeChosen.emit)
        self.formula = FormulaLabel()
        self.lesson = QLabel()
        self.lesson.setObjectName("lesson")
        self.lesson.setWordWrap(True)
        self.height_scale = Segments(
            self.tr("Height scale"),
            {
                "auto": (self.tr("Auto"), self.tr("The scale that suits this landscape")),
                "linear": (self.tr("Linear"), self.tr("Heights as they are")),
                "log": (self.tr("Log"), self.tr("Logarithm of the heights: deep valleys become visible")),
            },
        )
        self.height_scale.valueChosen.connect(self.heightScaleChosen.emit)
        heights = QHBoxLayout()
        heights.addWidget(QLabel(self.tr("Height scale")), 1)
        heights.addWidget(self.height_scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(SectionHeader(self.tr("Landscape")))
        layout.addWidget(self.choice)
        layout.addWidget(self.formula)
        layout.addWidget(self.lesson)
        layout.addLayout(heights)

    def show_choices(self, groups: Sequence[tuple[Text, Sequence[tuple[str, Text]]]]) -> None:
        """Offer landscapes by id and name, under the headings of their groups; empty groups are left out."""
        self.choice.show_groups(
            (
                heading.in_language(self._language),
                {id: name.in_language(self._language) for id, name in entries},
            )
            for heading, entries in groups
        )

    def show_landscape(self, landscape: Landscape, height_scale: str) -> None:
        """Show the landscape's name and lesson, and how its heights are drawn."""
        self.height_scale.show_value(height_scale)
        if landscape is self._landscape:
            return
        self._landscape = landscape
        self.choice.show_value(landscape.id)
        self.choice.setPlaceholderText(landscape.name.in_language(self._language))
        self.choice.setToolTip(landscape.source)
        lesson = landscape.lesson.in_language(self._language)
        self.lesson.setText(lesson)
        self.lesson.setVisible(bool(lesson))
        self.formula.show_words(landscape.latex)

    def show_formula(self, svg: bytes) -> None:
        """Show the formula as rendered by `formula_svg`."""
        self.formula.show_svg(svg)
